"""OpenAI Chat Completions: which requests and responses are right.

check_request(body)                    what any server of this dialect should take
check_request(body, official=True)     what api.openai.com takes
check_response(body)                   what a client may count on
check_response(body, official=True)    what api.openai.com answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import openai_chat_messages as in_messages
from dgrid_translate.testing.rules import openai_chat_params as in_params
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import Json, array, integer, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from dgrid_translate.losses import At

FINISH_REASONS = ("stop", "length", "tool_calls", "content_filter", "function_call")
USAGE_PARTS = (
    ("prompt_tokens", "prompt_tokens_details", "cached_tokens"),
    ("prompt_tokens", "prompt_tokens_details", "cache_write_tokens"),
    ("prompt_tokens", "prompt_tokens_details", "audio_tokens"),
    ("completion_tokens", "completion_tokens_details", "reasoning_tokens"),
    ("completion_tokens", "completion_tokens_details", "audio_tokens"),
)


def envelope(body: Json) -> Findings:
    """id, object, created (whole seconds) and model are there [types]."""
    yield from envelope_findings(body, (), "chat.completion")


def choices(body: Json) -> Findings:
    """Choices are numbered 0, 1, 2, in order, and there is at least one [types]."""
    if not array(body.get("choices")):
        yield ("choices",), "at least one choice is needed"
    for number, (at, choice) in enumerate(objects(body.get("choices"), "choices")):
        if integer(choice.get("index")) != number:
            yield (*at, "index"), f"choice {number} has index {shown(choice.get('index'))}"


def message(body: Json) -> Findings:
    """The message of a choice is an assistant's [types]."""
    for at, it in _messages(body):
        if it.get("role") not in ("assistant", None):
            yield (*at, "role"), f"role is assistant, not {shown(it.get('role'))}"
        if not isinstance(it.get("refusal"), str | None):
            yield (*at, "refusal"), f"refusal is text or null, not {shown(it.get('refusal'))}"


def content(body: Json) -> Findings:
    """A message says its role and its content, as text or null [types].

    Mistral was recorded answering an array of parts, Azure a filtered choice with no message at all.
    """
    for at, it in _messages(body):
        if it.get("role") is None:
            yield (*at, "role"), "role is missing"
        if "content" not in it:
            yield (*at, "content"), "content is missing; null says that there is none"
        elif not isinstance(it.get("content"), str | None):
            yield (*at, "content"), f"content is text or null, not {shown(it.get('content'))}"


def finish_reason(body: Json) -> Findings:
    """Every choice says why it ended, in one of the five words [types]."""
    for at, choice in objects(body.get("choices"), "choices"):
        if not one_of(choice.get("finish_reason"), FINISH_REASONS):
            yield (*at, "finish_reason"), f"unknown finish_reason {shown(choice.get('finish_reason'))}"


def finish_calls(body: Json) -> Findings:
    """An answer with calls does not end in "stop", or agent loops stop; "tool_calls" has calls [observed]."""
    for at, choice in objects(body.get("choices"), "choices"):
        calls = array(obj(choice.get("message")).get("tool_calls"))
        if calls and choice.get("finish_reason") == "stop":
            yield (*at, "finish_reason"), "the message calls tools, yet the reason is stop"
        if not calls and choice.get("finish_reason") == "tool_calls":
            yield (*at, "finish_reason"), "the reason is tool_calls, yet the message has none"


def tool_call(body: Json) -> Findings:
    """A call has a legal name and its arguments as a string; ids are unique [types]."""
    for at, it in _messages(body):
        yield from in_messages.call_findings((*at, "tool_calls"), it.get("tool_calls"))


def tool_id(body: Json) -> Findings:
    """A call says its id and type [types]."""
    for at, it in _messages(body):
        yield from in_messages.call_id_findings((*at, "tool_calls"), it.get("tool_calls"))


def annotation(body: Json) -> Findings:
    """A URL citation is nested: {type, url_citation: {start_index, end_index, url, title}} [types]."""
    for at, it in _messages(body):
        for place, note in objects(it.get("annotations"), *at, "annotations"):
            inner = obj(note.get("url_citation"))
            if note.get("type") == "url_citation" and not string(inner.get("url")):
                yield (*place, "url_citation"), "a URL citation holds url_citation with its url"


def usage(body: Json) -> Findings:
    """Usage, where told, counts prompt, completion and total tokens [types]."""
    yield from usage_findings(body.get("usage"), ("usage",))


def usage_sum(body: Json) -> Findings:
    """Token counts add up, and no share is larger than its whole. [docs]: xAI and Gemini leave reasoning out."""
    yield from sum_findings(body.get("usage"), ("usage",))


REQUEST: tuple[Rule[Json], ...] = (
    in_messages.messages,
    in_messages.role,
    in_messages.content,
    in_messages.part,
    in_messages.text_only,
    in_messages.media,
    in_messages.file,
    in_messages.tool_call,
    in_messages.tool_order,
    in_params.param_range,
    in_params.stop,
    in_params.stream_options,
    in_params.top_logprobs,
    in_params.max_tokens,
    in_params.metadata,
    in_params.response_format,
    in_params.json_mode,
    in_params.tools,
    in_params.tool_schema,
    in_params.tool_choice,
)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (
    in_messages.part_kind,
    in_messages.empty_array,
    in_messages.file_data,
    in_messages.tool_id,
    in_params.model,
    in_params.unknown_param,
    in_params.param_enum,
    in_params.tool_kind,
    in_params.choice_kind,
    in_params.strict_schema,
    in_params.reasoning_model,
    in_params.model_feature,
)
RESPONSE: tuple[Rule[Json], ...] = (
    envelope,
    choices,
    message,
    finish_calls,
    tool_call,
    annotation,
    usage,
)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = (content, finish_reason, tool_id, usage_sum)


def check_request(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a request body."""
    return judge(REQUEST + OFFICIAL_REQUEST if official else REQUEST, body)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a (non-stream) response body."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def envelope_findings(body: Json, at: At, kind: str) -> Findings:
    """What is wrong with the members that a response and each chunk of a stream begin with."""
    for key in ("id", "model"):
        if not isinstance(body.get(key), str):
            yield (*at, key), f"{key} is a string, not {shown(body.get(key))}"
    if body.get("object") != kind:
        yield (*at, "object"), f"object is {kind}, not {shown(body.get('object'))}"
    if integer(body.get("created")) is None:
        yield (*at, "created"), f"created is in whole seconds, not {shown(body.get('created'))}"


def usage_findings(usage: object, at: At) -> Findings:
    """Which counts a usage object lacks; none at all is no fault."""
    it = obj(usage)
    for key in ("prompt_tokens", "completion_tokens", "total_tokens") if it else ():
        if (integer(it.get(key)) or 0) < 0 or integer(it.get(key)) is None:
            yield (*at, key), f"{key} is a count, not {shown(it.get(key))}"


def sum_findings(usage: object, at: At) -> Findings:
    """Where a usage object does not add up."""
    it = obj(usage)
    prompt, completion = integer(it.get("prompt_tokens")) or 0, integer(it.get("completion_tokens")) or 0
    if it and integer(it.get("total_tokens")) != prompt + completion:
        yield (*at, "total_tokens"), f"total_tokens is {prompt} + {completion}, not {shown(it.get('total_tokens'))}"
    for whole, details, share in USAGE_PARTS:
        part, limit = integer(obj(it.get(details)).get(share)), integer(it.get(whole))
        if part is not None and limit is not None and part > limit:
            yield (*at, details, share), f"{share} is part of {whole}: {part} > {limit}"


def _messages(body: Json) -> list[tuple[At, Json]]:
    return [((*at, "message"), obj(choice.get("message"))) for at, choice in objects(body.get("choices"), "choices")]
