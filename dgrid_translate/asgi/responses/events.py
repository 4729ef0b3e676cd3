"""The events of an answer that was not streamed, for a client that wants them all the same.

They are made of the answer itself, item by item, so that what they add up to is what is kept, to the byte. An item of
a kind that is not known begins and is done. OpenAI's reference of streaming events, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Raw, Struct

from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.errors import DecodeError
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dump, load

_ENDS = {"failed": "response.failed", "incomplete": "response.incomplete", "cancelled": "response.incomplete"}
_NONE = Raw(b"[]")
_EMPTY = Raw(b'""')
_IN_PROGRESS = Raw(b'"in_progress"')
_CALLS = {
    "function_call": ("arguments", "response.function_call_arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input"),
}
_TEXTS = {
    "output_text": ("text", "response.output_text"),
    "refusal": ("refusal", "response.refusal"),
    "reasoning_text": ("text", "response.reasoning_text"),
}

Members = dict[str, Raw]
Event = tuple[str, dict[str, object]]


class Numbered(Struct):
    """The place of an event in its stream."""

    sequence_number: int | None = None


def number_of(event: bytes) -> int | None:
    """The place of an event in its stream, if it says one."""
    try:
        return load(Numbered, event, DIALECT).sequence_number
    except DecodeError:
        return None


def events_of(response: bytes, status: str) -> bytes:
    """The whole stream, as frames."""
    frames: list[bytes] = []
    for number, (kind, said) in enumerate(_events(response, status)):
        frames.append(frame(dump({"type": kind, "sequence_number": number, **said}), kind.encode()))
    return b"".join(frames)


def _events(response: bytes, status: str) -> Iterator[Event]:
    members = load(Members, response, DIALECT)
    beginning = dump({**members, "status": _IN_PROGRESS, "output": _NONE, "usage": None, "incomplete_details": None})
    yield "response.created", {"response": Raw(beginning)}
    yield "response.in_progress", {"response": Raw(beginning)}
    for place, item in enumerate(_list(members, "output")):
        yield from _item(item, place)
    yield _ENDS.get(status, "response.completed"), {"response": Raw(response)}


def _item(raw: Raw, place: int) -> Iterator[Event]:
    item = load(Members, raw, DIALECT)
    kind = _word(item, "type")
    at: dict[str, object] = {"item_id": item.get("id", _EMPTY), "output_index": place}
    begun = dict(item)
    if "status" in item:
        begun["status"] = _IN_PROGRESS
    for key in ("content", "summary"):
        if key in item and kind in ("message", "reasoning"):
            begun[key] = _NONE
    if kind in _CALLS:
        begun[_CALLS[kind][0]] = _EMPTY
    yield "response.output_item.added", {"output_index": place, "item": begun}
    if kind in _CALLS:
        key, event = _CALLS[kind]
        yield event + ".delta", {**at, "delta": item.get(key, _EMPTY)}
        yield event + ".done", {**at, key: item.get(key, _EMPTY)}
    elif kind in ("message", "reasoning"):
        for index, piece in enumerate(_list(item, "summary")):
            yield from _summary(piece, {**at, "summary_index": index})
        for index, part in enumerate(_list(item, "content")):
            yield from _part(part, {**at, "content_index": index})
    yield "response.output_item.done", {"output_index": place, "item": raw}


def _summary(raw: Raw, at: dict[str, object]) -> Iterator[Event]:
    text = load(Members, raw, DIALECT).get("text", _EMPTY)
    yield "response.reasoning_summary_part.added", {**at, "part": {"type": "summary_text", "text": ""}}
    yield "response.reasoning_summary_text.delta", {**at, "delta": text}
    yield "response.reasoning_summary_text.done", {**at, "text": text}
    yield "response.reasoning_summary_part.done", {**at, "part": raw}


def _part(raw: Raw, at: dict[str, object]) -> Iterator[Event]:
    part = load(Members, raw, DIALECT)
    known = _TEXTS.get(_word(part, "type"))
    if known is None:
        yield "response.content_part.added", {**at, "part": raw}
        yield "response.content_part.done", {**at, "part": raw}
        return
    key, event = known
    more: dict[str, object] = {"logprobs": part.get("logprobs", _NONE)} if event == "response.output_text" else {}
    begun = {**part, key: _EMPTY, **({"annotations": _NONE} if "annotations" in part else {})}
    yield "response.content_part.added", {**at, "part": begun}
    yield event + ".delta", {**at, "delta": part.get(key, _EMPTY), **more}
    for index, annotation in enumerate(_list(part, "annotations")):
        said = {"annotation_index": index, "annotation": annotation}
        yield "response.output_text.annotation.added", {**at, **said}
    yield event + ".done", {**at, key: part.get(key, _EMPTY), **more}
    yield "response.content_part.done", {**at, "part": raw}


def _list(members: Members, key: str) -> list[Raw]:
    raw = members.get(key)
    return [] if raw is None or raw == Raw(b"null") else load(list[Raw], raw, DIALECT)


def _word(members: Members, key: str) -> str:
    return load(str, members.get(key, _EMPTY), DIALECT)
