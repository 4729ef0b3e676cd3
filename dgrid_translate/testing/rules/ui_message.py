"""AI SDK UI messages: which posts of `useChat` and which answers are right.

check_request(body)                        what every server of the dialect can read
check_request(body, official=True)         what the SDK itself validates
check_response(body)                       an answer as one assistant message
check_response(body, official=True)        one that is whole, and says itself whose it is

What a server takes beside the messages is its own affair; what is named as the SDK's call settings is of their types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import ui_message_parts as in_parts
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    integer,
    is_array,
    is_object,
    number,
    obj,
    objects,
    one_of,
    shown,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dgrid_translate.losses import At

RELEASES = ("5", "6.0.0", "6", "7.0.0", "7")
"""The releases that validate messages, in order."""

ROLES = ("system", "user", "assistant")
PLAIN_ROLES = (*ROLES, "tool")
FINISH_REASONS = words("stop length content-filter tool-calls error other unknown interrupted")
NUMBERS = ("temperature", "topP", "topK", "maxOutputTokens", "seed", "presencePenalty", "frequencyPenalty")
COUNTS = ("inputTokens", "outputTokens", "totalTokens", "reasoningTokens", "cachedInputTokens")


def messages(body: Json) -> Findings:
    """The messages are an array, and not an empty one [sdk]."""
    if not array(body.get("messages")):
        yield ("messages",), "messages are required"
    for index, message in enumerate(array(body.get("messages"))):
        if not is_object(message):
            yield ("messages", index), f"a message is an object, not {shown(message)}"


def role(body: Json) -> Findings:
    """A message is the system's, the user's or the assistant's; of the older form, a tool's too [sdk]."""
    for at, message in objects(body.get("messages"), "messages"):
        known = PLAIN_ROLES if in_parts.is_plain(message) else ROLES
        if not one_of(message.get("role"), known):
            yield (*at, "role"), f"role is {', '.join(known)}, not {shown(message.get('role'))}"


def content(body: Json) -> Findings:
    """A message has parts, or is of the older form `{role, content}` [docs]."""
    for at, message in objects(body.get("messages"), "messages"):
        if not is_array(message.get("parts")) and not in_parts.is_plain(message):
            yield (*at, "parts"), f"parts are an array, not {shown(message.get('parts'))}"
        for index, part in enumerate(array(message.get("parts"))):
            if not is_object(part):
                yield (*at, "parts", index), f"a part is an object, not {shown(part)}"


def no_parts(body: Json) -> Findings:
    """Only the assistant's message may be without parts [sdk]."""
    for at, message in objects(body.get("messages"), "messages"):
        if message.get("parts") == [] and message.get("role") != "assistant":
            yield (*at, "parts"), "a message has at least one part"


def setting(body: Json) -> Findings:
    """What is named like a call setting of the SDK is of its type [types]."""
    for key in NUMBERS:
        if body.get(key) is not None and number(body.get(key)) is None:
            yield (key,), f"{key} is a number, not {shown(body.get(key))}"
    for key in ("model", "system"):
        if body.get(key) is not None and not isinstance(body.get(key), str):
            yield (key,), f"{key} is a string, not {shown(body.get(key))}"
    if body.get("stream") is not None and not isinstance(body.get("stream"), bool):
        yield ("stream",), f"stream is true or false, not {shown(body.get('stream'))}"
    stops = body.get("stopSequences")
    if stops is not None and not (is_array(stops) and all(isinstance(stop, str) for stop in stops)):
        yield ("stopSequences",), "stopSequences are strings"
    if body.get("providerOptions") is not None:
        yield from in_parts.metadata_findings(("providerOptions",), body.get("providerOptions"))


def tools(body: Json) -> Findings:
    """Tools are a record by name, each with the schema of its input, or a provider's own by its id [types]."""
    given = body.get("tools")
    if given is not None and not is_object(given):
        yield ("tools",), f"tools are an object, not {shown(given)}"
    for name, tool in obj(given).items():
        if not is_object(obj(tool).get("inputSchema")) and not isinstance(obj(tool).get("id"), str):
            yield ("tools", name, "inputSchema"), "a tool has an inputSchema, a provider's own an id"


def tool_choice(body: Json) -> Findings:
    """A choice is auto, none, required, or `{type: "tool", toolName}` with a tool that is there [types]."""
    choice = body.get("toolChoice")
    if choice is None or one_of(choice, ("auto", "none", "required")):
        return
    if obj(choice).get("type") != "tool" or not isinstance(obj(choice).get("toolName"), str):
        yield ("toolChoice",), f"unknown choice {shown(choice)}"
    elif obj(choice).get("toolName") not in obj(body.get("tools")):
        yield ("toolChoice", "toolName"), f"no tool {shown(obj(choice).get('toolName'))} among the tools"


def posted(body: Json) -> Findings:
    """The transport posts the chat's id and what triggered the request [sdk]."""
    for key in ("id", "messageId"):
        if key in body and not isinstance(body[key], str):
            yield (key,), f"{key} is a string, not {shown(body[key])}"
    if "trigger" in body and not one_of(body["trigger"], ("submit-message", "regenerate-message")):
        yield ("trigger",), f"unknown trigger {shown(body['trigger'])}"


def message_id(body: Json) -> Findings:
    """A message has an id, but in the older form [sdk]."""
    for at, message in in_parts.messages(body):
        if not isinstance(message.get("id"), str) and not in_parts.is_plain(message):
            yield (*at, "id"), f"id is a string, not {shown(message.get('id'))}"


def envelope(body: Json) -> Findings:
    """An answer is the assistant's message: `{id, role, parts}` [types]."""
    if body.get("role") != "assistant":
        yield ("role",), f"role is assistant, not {shown(body.get('role'))}"
    if not is_array(body.get("parts")):
        yield ("parts",), f"parts are an array, not {shown(body.get('parts'))}"
    if not isinstance(body.get("id", ""), str):
        yield ("id",), f"id is a string, not {shown(body.get('id'))}"


def usage(body: Json) -> Findings:
    """Usage in the metadata is in counts, parts of which are no more than the whole [types]."""
    it, at = obj(obj(body.get("metadata")).get("usage")), ("metadata", "usage")
    for key in COUNTS:
        if key in it and (integer(it.get(key)) is None or (integer(it.get(key)) or 0) < 0):
            yield (*at, key), f"{key} is a count, not {shown(it.get(key))}"
    for whole in ("input", "output"):
        for key, count in obj(it.get(f"{whole}TokenDetails")).items():
            yield from _share((*at, f"{whole}TokenDetails", key), count, it.get(f"{whole}Tokens"))
    yield from _share((*at, "reasoningTokens"), it.get("reasoningTokens", 0), it.get("outputTokens"))


def finish_reason(body: Json) -> Findings:
    """A finishReason in the metadata is one of the SDK's words [types]."""
    reason = obj(body.get("metadata")).get("finishReason")
    if reason is not None and not one_of(reason, FINISH_REASONS):
        yield ("metadata", "finishReason"), f"unknown finishReason {shown(reason)}"


def unfinished(body: Json) -> Findings:
    """Nothing of a whole answer is left streaming [docs]."""
    for at, part in in_parts.parts(body):
        if one_of(part.get("state"), ("streaming", "input-streaming")):
            yield (*at, "state"), f"the part is still {part.get('state')}"


_PARTS: tuple[Rule[Json], ...] = (
    in_parts.part_kind,
    in_parts.part_member,
    in_parts.text_state,
    in_parts.tool_state,
    in_parts.approval,
    in_parts.file_url,
    in_parts.call_id,
)
REQUEST: tuple[Rule[Json], ...] = (messages, role, content, no_parts, *_PARTS, setting, tools, tool_choice, posted)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (message_id,)
RESPONSE: tuple[Rule[Json], ...] = (envelope, *_PARTS, usage, finish_reason)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = (message_id, unfinished)


def check_request(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a request body."""
    return judge(REQUEST + OFFICIAL_REQUEST if official else REQUEST, body)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with an answer as one message."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def releases(told: Sequence[Json]) -> tuple[str, ...]:
    """The releases that know every part of the messages, and every state."""
    known = [in_parts.since(part) for _, part in in_parts.parts({"messages": list(told)})]
    if "" in known:
        return ()
    order = ("5.0.0", *RELEASES)
    first = max((order.index(since) for since in known), default=0)
    empty = any(message.get("parts") == [] for message in told)
    # The first releases take no message without parts.
    return tuple(release for release in order[max(first, 1) :] if not (empty and release.endswith(".0")))


def _share(at: At, count: object, whole: object) -> Findings:
    part, total = integer(count), integer(whole)
    if part is None or part < 0:
        yield at, f"a count, not {shown(count)}"
    elif total is not None and part > total:
        yield at, f"a part of {total}, not {part}"
