"""The bytes of a stream: which SSE lines each dialect's SDKs read, and which break them.

What the SSE standard allows is not what SDKs take: openai's python SDK dies of an event without data, google-genai of
anything but "data: {json}" and blank lines, and anthropic's overlooks events without an `event:` line. FRAMINGS is the
table of that; a line of it was seen to hold against the SDKs themselves.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import NOT_JSON, Json, is_object, kind_of, obj, parse, shown


class Framing(msgspec.Struct, frozen=True):
    """How a dialect's events are carried.

    event_line: "type" (must be there and repeat the event's type), "any" (no matter; if it names the type, the right
    one) or "none" (breaks the SDK).
    done: "last" (data: [DONE] ends the stream), "any" or "never".
    comments, fields: whether comment lines, `id:` and `retry:` lines and events without data are survived.
    tight: whether "data:" without a space is read.
    unended: whether an event that no blank line ends is read.
    """

    event_line: Literal["type", "any", "none"] = "any"
    done: Literal["last", "any", "never"] = "last"
    comments: bool = True
    fields: bool = False
    tight: bool = True
    unended: bool = False


FRAMINGS: dict[str, Framing] = {
    "openai": Framing(),
    "openai-completions": Framing(),
    "openai-responses": Framing(event_line="type", done="any"),
    "claude": Framing(event_line="type", done="never", fields=True),
    "gemini": Framing(event_line="none", done="never", comments=False, tight=False, unended=True),
    "ui-message": Framing(fields=True),
}
ALIASES = {
    "openai-chat": "openai",
    "completions": "openai-completions",
    "responses": "openai-responses",
    "anthropic": "claude",
    "google": "gemini",
    "ai-sdk": "ui-message",
}

_LINE_END = re.compile("\r\n|\n|\r")
_FIELD = re.compile(r"(event|data|id|retry)(?::( ?)(.*))?", re.DOTALL)


class Line(msgspec.Struct, frozen=True):
    """One line: its field ("" for a comment, "?" for what is no SSE), whether a space followed, its value."""

    field: str
    spaced: bool
    value: str


class Frames(msgspec.Struct, frozen=True):
    """The subject: the lines of each event, how they should be framed, and what was left after the last blank line."""

    framing: Framing
    frames: tuple[tuple[Line, ...], ...]
    unended: bool
    broken_text: bool


def utf8(it: Frames) -> Findings:
    """SSE is UTF-8 [docs]."""
    if it.broken_text:
        yield (), "the bytes are not UTF-8"


def line(it: Frames) -> Findings:
    """Every line is a comment or one of the fields event, data, id and retry [docs]."""
    for index, frame in enumerate(it.frames):
        for one in frame:
            if one.field == "?":
                yield (index,), f"no SSE line: {shown(one.value)}"


def event_line(it: Frames) -> Findings:
    """Claude's events are named, by their type; Gemini's must not be [sdk]."""
    for index, frame in enumerate(it.frames):
        said = [one.value for one in frame if one.field == "event"]
        kind = kind_of(obj(parse(_data(frame))))
        if said and it.framing.event_line == "none":
            yield (index,), "no event: line in this dialect"
        elif it.framing.event_line == "type" and kind and said != [kind]:
            yield (index,), f"the event is of type {kind}, its event: line says {', '.join(said) or 'nothing'}"
        elif it.framing.event_line == "any" and said and kind.startswith("response.") and said != [kind]:
            yield (index,), f"the event is of type {kind}, its event: line says {', '.join(said)}"


def comment(it: Frames) -> Findings:
    """google-genai fails on comments [sdk]."""
    for index, frame in enumerate(it.frames):
        if not it.framing.comments and any(one.field == "" for one in frame):
            yield (index,), "no comments in this dialect"


def id_retry(it: Frames) -> Findings:
    """id: and retry: lines make openai's SDK yield an event without data, and google-genai fail [sdk]."""
    for index, frame in enumerate(it.frames):
        for one in frame:
            if one.field in ("id", "retry") and not it.framing.fields:
                yield (index,), f"no {one.field}: line in this dialect"


def empty_data(it: Frames) -> Findings:
    """An event without data kills openai's SDK; a keep-alive is a comment there [sdk]."""
    for index, frame in enumerate(it.frames):
        is_event = any(one.field in ("event", "data", "id", "retry") for one in frame)
        if is_event and not _data(frame).strip() and not it.framing.fields:
            yield (index,), "an event needs data"


def data_json(it: Frames) -> Findings:
    """Data is a JSON object, or [DONE] [sdk]."""
    for index, frame in enumerate(it.frames):
        data = _data(frame).strip()
        if data and data != "[DONE]" and not isinstance(parse(data), dict):
            yield (index,), f"data is a JSON object, not {'text' if parse(data) is NOT_JSON else shown(parse(data))}"


def data_space(it: Frames) -> Findings:
    """google-genai needs the space after "data:" [sdk]."""
    for index, frame in enumerate(it.frames):
        if not it.framing.tight and any(one.field == "data" and not one.spaced for one in frame):
            yield (index,), 'a space must follow "data:"'


def done(it: Frames) -> Findings:
    """[DONE] ends the dialects that have it, once, and breaks Gemini's SDK [docs].

    An error may end the stream in its place.
    """
    marks = [index for index, frame in enumerate(it.frames) if _data(frame).strip() == "[DONE]"]
    failed = any(obj(parse(_data(frame))).get("error") for frame in it.frames)
    if it.framing.done == "never" and marks:
        yield (marks[0],), "no [DONE] in this dialect"
    if it.framing.done == "last" and not marks and not failed:
        yield (), "the stream does not end in data: [DONE]"
    if marks and it.framing.done != "never" and any(_data(frame) for frame in it.frames[marks[0] + 1 :]):
        yield (marks[0],), "events follow [DONE]"


def last_blank(it: Frames) -> Findings:
    """The last event is ended by a blank line: openai's and anthropic's decoders lose it otherwise [sdk].

    A [DONE] may be lost without harm.
    """
    if it.unended and not it.framing.unended and _data(it.frames[-1]).strip() not in ("[DONE]", ""):
        yield (len(it.frames) - 1,), "the last event is not ended by a blank line"


RULES: tuple[Rule[Frames], ...] = (
    utf8,
    line,
    event_line,
    comment,
    id_retry,
    empty_data,
    data_json,
    data_space,
    done,
    last_blank,
)


def check_sse(raw: bytes, dialect: str) -> list[Violation]:
    """What is wrong with the bytes of a whole stream; paths begin with the index of the event."""
    return judge(RULES, _frames(raw, FRAMINGS[ALIASES.get(dialect, dialect)]))


def events_of(raw: bytes) -> list[Json]:
    """The JSON objects that a stream's data lines carry, in order, as `check_stream` wants them."""
    frames = _frames(raw, Framing()).frames
    parsed = [parse(_data(frame)) for frame in frames if _data(frame)]
    return [value for value in parsed if is_object(value)]


def _frames(raw: bytes, framing: Framing) -> Frames:
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    frames: list[tuple[Line, ...]] = []
    open_lines: list[Line] = []
    lines = _LINE_END.split(text)
    for one in lines[:-1] if lines[-1] == "" else lines:
        if one.strip():
            open_lines.append(_line(one))
        elif open_lines:
            frames.append(tuple(open_lines))
            open_lines = []
    unended = bool(open_lines)
    if open_lines:
        frames.append(tuple(open_lines))
    return Frames(framing, tuple(frames), unended, _is_broken(raw))


def _line(text: str) -> Line:
    if text.startswith(":"):
        return Line("", False, text[1:])
    match = _FIELD.fullmatch(text)
    if match is None:
        return Line("?", False, text)
    return Line(match[1], match[2] == " ", match[3] or "")


def _data(frame: tuple[Line, ...]) -> str:
    return "\n".join(one.value for one in frame if one.field == "data")


def _is_broken(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
