"""UI messages: what their parts must look like. Read in `validateUIMessages` of the npm package `ai`, 5 to 7."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from dgrid_translate.testing.wire_json import (
    Json,
    array,
    is_array,
    is_object,
    kind_of,
    obj,
    objects,
    shown,
    string,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

PARTS: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {
    # the first release that knows it; the strings that it needs, and those that it may have
    "text": ("5.0.0", words("text"), words("state")),
    "reasoning": ("5.0.0", words("text"), words("state id")),
    "source-url": ("5.0.0", words("sourceId url"), words("title")),
    "source-document": ("5.0.0", words("sourceId mediaType title"), words("filename")),
    "file": ("5.0.0", words("mediaType url"), words("filename")),
    "step-start": ("5.0.0", words(""), words("")),
    "custom": ("7.0.0", words("kind"), words("")),
    "reasoning-file": ("7.0.0", words("mediaType url"), words("")),
    "steering-message": ("7", words("id"), words("")),
}
DATA = ("5.0.0", words(""), words("id"))
TOOL = ("5.0.0", words("toolCallId state"), words("errorText title"))
DYNAMIC = ("5.0.0", words("toolCallId state toolName"), words("errorText title"))


class State(msgspec.Struct, frozen=True):
    """A state of a tool part.

    since: the first release that knows it. needs, never: members that must, and must not, be there. approved: what its
    approval says (None: nothing yet). asks: whether there must be one; False: there must not; None: there may be.
    """

    since: str
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ("output", "errorText")
    asks: bool | None = None
    approved: tuple[bool, ...] = (True,)


STATES: dict[str, State] = {
    "input-streaming": State("5.0.0", asks=False),
    "input-available": State("5.0.0", asks=False),
    "approval-requested": State("6.0.0", asks=True, approved=()),
    "approval-responded": State("6.0.0", asks=True, approved=(True, False)),
    "output-available": State("5.0.0", never=("errorText",)),
    "output-error": State("5.0.0", needs=("errorText",), never=("output",)),
    "output-denied": State("6.0.0", asks=True, approved=(False,)),
}

_BOOLEANS = ("providerExecuted", "preliminary")
_METADATA = ("providerMetadata", "callProviderMetadata", "resultProviderMetadata")


def part_kind(body: Json) -> Findings:
    """A part of an unknown type fails the whole history [sdk]."""
    for at, part in parts(body):
        if described(part) is None:
            yield (*at, "type"), f"unknown part {shown(part.get('type'))}"


def part_member(body: Json) -> Findings:
    """What a part must have is there, and is of its type; null is no value for what may be left out [sdk]."""
    for at, part in parts(body):
        _, needed, optional = described(part) or DATA
        for name in sorted(needed | optional):
            if (name in part or name in needed) and not isinstance(part.get(name), str):
                yield (*at, name), f"{name} is a string, not {shown(part.get(name))}"
        for name in _BOOLEANS:
            if name in part and not isinstance(part[name], bool):
                yield (*at, name), f"{name} is true or false, not {shown(part[name])}"
        for name in _METADATA:
            if name in part:
                yield from metadata_findings((*at, name), part[name])
        if "toolMetadata" in part and not is_object(part["toolMetadata"]):
            yield (*at, "toolMetadata"), "toolMetadata is an object"


def text_state(body: Json) -> Findings:
    """A text is streaming or done [sdk]."""
    for at, part in parts(body):
        if kind_of(part) in ("text", "reasoning") and part.get("state", "done") not in ("streaming", "done"):
            yield (*at, "state"), f"the state is streaming or done, not {shown(part.get('state'))}"


def tool_state(body: Json) -> Findings:
    """A tool part is in one of seven states, and has what belongs to it, and nothing of another [sdk]."""
    for at, part in tools(body):
        state = STATES.get(string(part.get("state")) or "")
        if state is None:
            yield (*at, "state"), f"unknown state {shown(part.get('state'))}"
            continue
        for name in state.needs:
            if name not in part:
                yield (*at, name), f"a part that is {part.get('state')} has {name}"
        for name in state.never:
            if name in part:
                yield (*at, name), f"a part that is {part.get('state')} has no {name}"


def approval(body: Json) -> Findings:
    """An approval has an id, and says what its part's state says [sdk]."""
    for at, part in tools(body):
        state = STATES.get(string(part.get("state")) or "")
        if state is None or ("approval" not in part and not state.asks):
            continue
        given = part.get("approval")
        if state.asks is False or not is_object(given) or not isinstance(given.get("id"), str):
            told = "no approval" if state.asks is False else "an approval with an id"
            yield (*at, "approval"), f"a part that is {part.get('state')} has {told}"
        elif state.approved and given.get("approved") not in state.approved:
            yield (*at, "approval", "approved"), f"a part that is {part.get('state')} was not answered so"
        elif not state.approved and ("approved" in given or "reason" in given):
            yield (*at, "approval"), "nobody has answered yet"
        elif not isinstance(given.get("reason", ""), str):
            yield (*at, "approval", "reason"), "a reason is a string"


def file_url(body: Json) -> Findings:
    """A file is at a URL: `convertToModelMessages` of 7 reads it as one [sdk]."""
    for at, part in parts(body):
        if kind_of(part) in ("file", "reasoning-file") and "providerReference" not in part:
            yield from url_findings((*at, "url"), part.get("url"))


def call_id(body: Json) -> Findings:
    """No two calls of a message share an id: the chat finds them by it [sdk]."""
    for at, message in messages(body):
        seen: set[str] = set()
        for place, part in objects(message.get("parts"), *at, "parts"):
            call = string(part.get("toolCallId"))
            if call is not None and call in seen:
                yield (*place, "toolCallId"), f"the id {shown(call)} is taken"
            seen.add(call or "")


def messages(body: Json) -> Iterator[tuple[At, Json]]:
    """The messages with their places; an answer is one itself."""
    if "messages" in body or "parts" not in body:
        yield from objects(body.get("messages"), "messages")
    else:
        yield (), body


def parts(body: Json) -> Iterator[tuple[At, Json]]:
    """All parts with their places."""
    for at, message in messages(body):
        yield from objects(message.get("parts"), *at, "parts")


def tools(body: Json) -> Iterator[tuple[At, Json]]:
    """The parts that are calls."""
    return ((at, part) for at, part in parts(body) if described(part) in (TOOL, DYNAMIC))


def described(part: Json) -> tuple[str, frozenset[str], frozenset[str]] | None:
    """The entry for a part's type."""
    kind = kind_of(part)
    if kind.startswith("data-"):
        return DATA
    if kind == "dynamic-tool":
        return DYNAMIC
    return TOOL if kind.startswith("tool-") else PARTS.get(kind)


def since(part: Json) -> str:
    """The first release that knows the part, by its type and state; "" is none."""
    entry = described(part)
    if entry is None:
        return ""
    state = STATES.get(string(part.get("state")) or "") if entry in (TOOL, DYNAMIC) else None
    return state.since if state else entry[0]


def metadata_findings(at: At, value: object) -> Findings:
    """Provider metadata is an object of objects, one for each provider."""
    if not is_object(value):
        yield at, f"it is an object, not {shown(value)}"
    for provider, said in obj(value).items():
        if not is_object(said):
            yield (*at, provider), f"a provider's metadata is an object, not {shown(said)}"


def url_findings(at: At, value: object) -> Findings:
    """A URL has a scheme."""
    try:
        right = isinstance(value, str) and bool(urlsplit(value).scheme)
    except ValueError:
        right = False
    if not right:
        yield at, f"a URL, not {shown(value)}"


def is_plain(message: Json) -> bool:
    """Whether a message is in the older form, with content in place of parts."""
    content = message.get("content")
    return "parts" not in message and (isinstance(content, str) or (is_array(content) and bool(array(content))))
