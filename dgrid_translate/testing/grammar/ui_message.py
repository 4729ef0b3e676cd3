"""AI SDK UI message streams: which streams of chunks are right.

    stream := start? step* finish              error or abort ends it: then parts are closed, and no more is said
    step   := start-step part* finish-step
    part   := text-start text-delta* text-end | reasoning-start reasoning-delta* reasoning-end
            | tool-input-start tool-input-delta* (tool-input-available | tool-input-error) | tool-input-available
            | tool-output-available | tool-output-error | tool-approval-request | ...      for a call made earlier
            | source-url | source-document | file | custom | ...
    data-* and message-metadata anywhere; parts of different ids may be mixed

Read in the npm package `ai`, in its releases 5.0.0, 5.0.277, 6.0.0, 6.0.326, 7.0.0 and 7.0.173. The first ones refuse a
chunk with a member that they do not know, the later ones look past it; `release="5.0.0"` holds a stream to what that
release takes, and `releases` says which take it. What 5.0.0 takes, all do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dgrid_translate.testing.grammar.stream import Stream, StreamRule, last, stream_of
from dgrid_translate.testing.rules.ui_message_parts import metadata_findings, url_findings
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import Json, kind_of, objects, one_of, shown, string, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At

RELEASES = ("5.0.0", "5", "6.0.0", "6", "7.0.0", "7")
"""A first release and the last one ("5") of each major version, in order."""

STRICT = ("5.0.0", "6.0.0", "7.0.0")


class Chunk(msgspec.Struct, frozen=True):
    """What a kind of chunk has.

    since: the first release that knows the kind. members: each with whether it must be there and the first of the
    strict releases that knows it ("7": none does).
    """

    since: str
    members: dict[str, tuple[bool, str]]


def _chunk(members: str, since: str = "5.0.0") -> Chunk:
    table: dict[str, tuple[bool, str]] = {}
    for word in members.split():
        name, _, release = word.partition("@")
        table[name.rstrip("?")] = (not name.endswith("?"), release or since)
    return Chunk(since, table)


_INPUT = "toolCallId toolName input providerExecuted? providerMetadata? dynamic? title?@6.0.0 toolMetadata?@7.0.0"
_OUTPUT = "toolCallId providerExecuted? dynamic? providerMetadata?@7.0.0 toolMetadata?@7.0.0"
CHUNKS: dict[str, Chunk] = {
    "start": _chunk("messageId? messageMetadata?"),
    "finish": _chunk("messageMetadata? finishReason?@6.0.0"),
    "start-step": _chunk(""),
    "finish-step": _chunk(""),
    "text-start": _chunk("id providerMetadata?"),
    "text-delta": _chunk("id delta providerMetadata?"),
    "text-end": _chunk("id providerMetadata? citations?@7"),
    "reasoning-start": _chunk("id providerMetadata?"),
    "reasoning-delta": _chunk("id delta providerMetadata?"),
    "reasoning-end": _chunk("id providerMetadata?"),
    "tool-input-start": _chunk(
        "toolCallId toolName providerExecuted? dynamic? title?@6.0.0 providerMetadata?@7.0.0 toolMetadata?@7.0.0"
        " inputEncoding?@7"
    ),
    "tool-input-delta": _chunk("toolCallId inputTextDelta"),
    "tool-input-available": _chunk(_INPUT),
    "tool-input-error": _chunk(_INPUT + " errorText", "5"),
    "tool-output-available": _chunk(_OUTPUT + " output preliminary?@6.0.0"),
    "tool-output-error": _chunk(_OUTPUT + " errorText"),
    "tool-output-denied": _chunk("toolCallId", "6.0.0"),
    "tool-approval-request": _chunk(
        "approvalId toolCallId signature?@7.0.0 isAutomatic?@7.0.0 reason?@7 approvalDescriptor?@7 inputSchemaInput?@7",
        "6.0.0",
    ),
    "tool-approval-response": _chunk("approvalId approved reason? providerExecuted? providerMetadata?", "7.0.0"),
    "source-url": _chunk("sourceId url title? providerMetadata?"),
    "source-document": _chunk("sourceId mediaType title filename? providerMetadata?"),
    "file": _chunk("url mediaType providerMetadata?"),
    "reasoning-file": _chunk("url mediaType providerMetadata?", "7.0.0"),
    "custom": _chunk("kind providerMetadata?", "7.0.0"),
    "steering-message": _chunk("id parts", "7"),
    "reset-step": _chunk("", "7"),
    "message-metadata": _chunk("messageMetadata"),
    "error": _chunk("errorText"),
    "abort": _chunk("reason?@7.0.0"),
}
DATA = _chunk("data id? transient?")

_FINISH = words("stop length content-filter tool-calls error other")
FINISH_REASONS = dict.fromkeys(RELEASES, _FINISH) | {"5": _FINISH | {"unknown"}, "7": _FINISH | {"interrupted"}}

_ANY = words("input output data messageMetadata approvalDescriptor inputSchemaInput finishReason")
_BOOLEANS = words("providerExecuted dynamic preliminary transient approved isAutomatic")
_TYPES = dict[str, type].fromkeys(_BOOLEANS, bool) | {"citations": list, "parts": list, "toolMetadata": dict}

_STEPLESS = words("start finish start-step finish-step reset-step message-metadata error abort steering-message"
                  " tool-output-available tool-output-error tool-output-denied tool-approval-response")  # fmt: skip
_AFTER_ERROR = words("text-end reasoning-end finish-step finish message-metadata abort")


def known_chunk(stream: Stream) -> Findings:
    """A chunk of an unknown type fails the whole stream [sdk]."""
    for at, event in stream.placed():
        if _described(event) is None:
            yield (*at, "type"), f"unknown chunk {shown(event.get('type'))}"


def member(stream: Stream) -> Findings:
    """What a chunk must have is there, and is of its type; null is no value for what may be left out [sdk]."""
    for at, event in stream.placed():
        chunk = _described(event)
        for name, (needed, _) in chunk.members.items() if chunk else ():
            if name not in event:
                if needed:
                    yield (*at, name), f"{kind_of(event)} needs {name}"
            else:
                yield from _member_findings((*at, name), name, event[name])


def finish_reason(stream: Stream) -> Findings:
    """A finishReason is one of the SDK's words, or the whole stream fails [sdk]."""
    known = frozenset[str]().union(*FINISH_REASONS.values())
    for at, event in _of(stream, "finish"):
        if "finishReason" in event and not one_of(event["finishReason"], known):
            yield (*at, "finishReason"), f"unknown finishReason {shown(event['finishReason'])}"


def url(stream: Stream) -> Findings:
    """A file is at a URL: in a history it is read as one [sdk]."""
    for at, event in _of(stream, "file", "reasoning-file"):
        yield from url_findings((*at, "url"), event.get("url"))


def start(stream: Stream) -> Findings:
    """A stream starts once, before it says anything [docs]."""
    said = False
    for at, event in stream.placed():
        kind = kind_of(event)
        if kind == "start" and said:
            yield at, "start comes first, and once"
        said = said or not (kind.startswith("data-") or kind == "message-metadata")


def step(stream: Stream) -> Findings:
    """Steps follow one another: each is finished before the next starts [docs]."""
    inside = False
    for at, event in stream.placed():
        kind = kind_of(event)
        if kind in ("start-step", "finish-step"):
            if inside == (kind == "start-step"):
                yield at, f"{kind} {'inside' if inside else 'outside'} a step"
            inside = kind == "start-step"
        elif kind == "finish" and inside:
            yield at, "the last step is not finished"


def open_part(stream: Stream) -> Findings:
    """Pieces and ends are of a part that was started and not ended yet. [sdk]: others fail the stream.

    5, 6 and 7.0.0 close what is open at finish-step.
    """
    open_at: dict[tuple[str, str | None], At] = {}
    for at, event in stream.placed():
        kind, _, what = kind_of(event).partition("-")
        key = (kind, string(event.get("id")))
        if kind in ("text", "reasoning") and what == "start":
            if key in open_at:
                yield (*at, "id"), f"the {kind} {shown(event.get('id'))} is still open"
            open_at[key] = at
        elif kind in ("text", "reasoning") and what in ("delta", "end"):
            if key not in open_at:
                yield (*at, "id"), f"no {kind} {shown(event.get('id'))} is open"
            elif what == "end":
                del open_at[key]
        elif kind_of(event) in ("finish-step", "finish"):
            for other, begun in open_at.items():
                yield begun, f"the {other[0]} {shown(other[1])} is not ended before {kind_of(event)}"
            open_at.clear()
    if not _failed(stream):
        for other, begun in open_at.items():
            yield begun, f"the {other[0]} {shown(other[1])} is never ended"


def tool_input(stream: Stream) -> Findings:
    """A call's input is started, given in pieces, and available, once. [sdk]: a piece of no started input fails."""
    state: dict[str, str] = {}
    for at, event, call in _calls(stream):
        kind, was = kind_of(event), state.get(call, "")
        if kind == "tool-input-delta" and was != "started":
            yield (*at, "toolCallId"), f"no input of {shown(call)} is started"
        elif kind == "tool-input-start":
            if was:
                yield (*at, "toolCallId"), f"the input of {shown(call)} was started before"
            state[call] = "started"
        elif kind in ("tool-input-available", "tool-input-error"):
            if was == "available":
                yield (*at, "toolCallId"), f"the input of {shown(call)} was there before"
            state[call] = "available"
    if not _failed(stream):
        for call in [call for call, was in state.items() if was == "started"]:
            yield last(stream), f"the input of {shown(call)} never becomes available"


def tool_output(stream: Stream) -> Findings:
    """What is said of a call follows the call. [sdk]: the output of an unknown call fails the stream.

    The call may stand in the history that the stream goes on from.
    """
    known = set(_history(stream.request))
    for at, event, call in _calls(stream):
        if kind_of(event).startswith("tool-input-"):
            known.add(call)
        elif call not in known:
            yield (*at, "toolCallId"), f"no call {shown(call)}"


def tool_same(stream: Stream) -> Findings:
    """A call keeps its name, and is dynamic in all its inputs or none. [sdk]: a twin of it stays behind otherwise."""
    first: dict[str, Json] = {}
    for at, event, call in _calls(stream):
        if kind_of(event) in ("tool-input-start", "tool-input-available", "tool-input-error"):
            before = first.setdefault(call, event)
            for name in ("toolName", "dynamic"):
                if (before.get(name) or None) != (event.get(name) or None):
                    yield (*at, name), f"{name} was {shown(before.get(name))}, now {shown(event.get(name))}"


def error_ends(stream: Stream) -> Findings:
    """After an error or an abort no more is said: parts and steps are ended, that is all [docs]."""
    over = ""
    for at, event in stream.placed():
        kind = kind_of(event)
        if over and kind not in _AFTER_ERROR:
            yield at, f"{kind} after {over}"
        over = over or (kind if kind in ("error", "abort") else "")


def finish_ends(stream: Stream) -> Findings:
    """Nothing follows finish [docs]."""
    for at, _ in _of(stream, "finish"):
        if at != last(stream):
            yield at, "finish ends the stream, yet chunks follow"


def truncated(stream: Stream) -> Findings:
    """A stream does not just stop: it finishes, fails or is aborted [docs]."""
    if not any(_of(stream, "finish")) and not _failed(stream):
        yield last(stream), "the stream ends without finish"


def starts(stream: Stream) -> Findings:
    """The SDK's server begins every stream with start [docs]."""
    if stream.events and kind_of(stream.events[0]) != "start":
        yield (0,), "the stream begins with start"


def in_step(stream: Stream) -> Findings:
    """What is said is said in a step. [sdk]: a chat that goes on by itself would do so for ever."""
    inside = False
    for at, event in stream.placed():
        kind = kind_of(event)
        inside = kind == "start-step" or (inside and kind != "finish-step")
        if not inside and kind not in _STEPLESS and not kind.startswith("data-"):
            yield at, f"{kind} outside a step"


RULES: tuple[StreamRule, ...] = (
    known_chunk,
    member,
    finish_reason,
    url,
    start,
    step,
    open_part,
    tool_input,
    tool_output,
    tool_same,
    error_ends,
    finish_ends,
    truncated,
)
OFFICIAL: tuple[StreamRule, ...] = (starts, in_step)


def check_stream(
    events: Sequence[object], *, request: Json | None = None, official: bool = False, release: str = ""
) -> list[Violation]:
    """What is wrong with a stream's chunks.

    `request` is the body it answers (it tells the calls that were made before), `release` one of RELEASES: chunks and
    members that it does not know are wrong then ("release").
    """
    rules = RULES + OFFICIAL if official else RULES
    return judge((*rules, _in(release)) if release else rules, stream_of(events, request))


def releases(events: Sequence[object]) -> tuple[str, ...]:
    """The releases that know every chunk and member of the stream."""
    stream = stream_of(events, None)
    return tuple(release for release in RELEASES if not any(_in(release)(stream)))


def _in(name: str) -> Rule[Stream]:
    number = RELEASES.index(name)

    def release(stream: Stream) -> Findings:
        """A release knows its own chunks and finish reasons; a first one refuses further members as well [sdk]."""
        if number < RELEASES.index("6.0.0"):
            yield from _twins(stream)
        for at, event in stream.placed():
            chunk = _described(event)
            if chunk is None or RELEASES.index(chunk.since) > number:
                yield (*at, "type"), f"{name} does not know {shown(event.get('type'))}"
                continue
            for key in event if name in STRICT else ():
                since = chunk.members.get(key, (False, "5.0.0" if key == "type" else "7"))[1]
                if RELEASES.index(since) > number:
                    yield (*at, key), f"{name} does not know {key} in {kind_of(event)}"
            reason = event.get("finishReason")
            if kind_of(event) == "finish" and isinstance(reason, str) and reason not in FINISH_REASONS[name]:
                yield (*at, "finishReason"), f"{name} does not know {reason}"

    return release


def _twins(stream: Stream) -> Findings:
    """Where 5 looks for a call among the wrong ones: by what the chunk with the output says of it."""
    dynamic: dict[str, bool] = {}
    for at, event, call in _calls(stream):
        if kind_of(event).startswith("tool-input-"):
            dynamic.setdefault(call, bool(event.get("dynamic")))
        elif (
            kind_of(event).startswith("tool-output-")
            and call in dynamic
            and dynamic[call] != bool(event.get("dynamic"))
        ):
            yield (*at, "dynamic"), f"5 looks for {shown(call)} among other calls"


def _described(event: Json) -> Chunk | None:
    kind = kind_of(event)
    return DATA if kind.startswith("data-") else CHUNKS.get(kind)


def _member_findings(at: At, name: str, value: object) -> Findings:
    if name == "providerMetadata":
        yield from metadata_findings(at, value)
    elif name == "inputEncoding":
        if value not in ("json", "text"):
            yield at, f"inputEncoding is json or text, not {shown(value)}"
    elif name not in _ANY:
        right = _TYPES.get(name, str)
        if not isinstance(value, right):
            yield at, f"{name} is a {right.__name__}, not {shown(value)}"


def _of(stream: Stream, *kinds: str) -> Iterator[tuple[At, Json]]:
    return ((at, event) for at, event in stream.placed() if kind_of(event) in kinds)


def _calls(stream: Stream) -> Iterator[tuple[At, Json, str]]:
    """The chunks that are about a call, with its id."""
    for at, event in stream.placed():
        call = string(event.get("toolCallId"))
        if call is not None and kind_of(event).startswith("tool-"):
            yield at, event, call


def _history(request: Json) -> Iterator[str]:
    for _, message in objects(request.get("messages")):
        for _, part in objects(message.get("parts")):
            if isinstance(part.get("toolCallId"), str):
                yield str(part["toolCallId"])


def _failed(stream: Stream) -> bool:
    return any(_of(stream, "error", "abort"))
