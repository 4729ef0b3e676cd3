"""Claude Messages: which streams of events are right.

    stream := message_start block* message_delta+ message_stop        ping anywhere
    block  := content_block_start(i) content_block_delta(i)* content_block_stop(i)        i = 0, 1, 2, in order
    error  := {"type": "error", "error": {type, message}}             and nothing after it

What each kind of block takes is one table, DELTAS; a kind that is not in it may send what it likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.grammar.stream import Stream, StreamRule, last, stream_of
from dgrid_translate.testing.rules.claude import STOP_REASONS, citation_findings, usage_findings
from dgrid_translate.testing.rules.claude_messages import CALLS, TOOL_ID
from dgrid_translate.testing.violations import Findings, Violation, judge
from dgrid_translate.testing.wire_json import (
    NOT_JSON,
    Json,
    integer,
    is_object,
    kind_of,
    obj,
    one_of,
    parse,
    shown,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At

EVENTS = (
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
    "error",
)
DELTAS: dict[str, tuple[str, ...]] = {
    "text": ("text_delta", "citations_delta"),
    "thinking": ("thinking_delta", "signature_delta"),
    "tool_use": ("input_json_delta",),
    "server_tool_use": ("input_json_delta",),
    "mcp_tool_use": ("input_json_delta",),
    "compaction": ("compaction_delta",),
    "redacted_thinking": (),
    "fallback": (),
}
DELTA_MEMBERS = {
    "text_delta": "text",
    "input_json_delta": "partial_json",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}
AT_START = {"text": "text", "thinking": "thinking"}


def known_event(stream: Stream) -> Findings:
    """Every event says its type, one of eight [types]."""
    for at, event in stream.placed():
        if not one_of(event.get("type"), EVENTS):
            yield (*at, "type"), f"unknown event {shown(event.get('type'))}"


def error_ends(stream: Stream) -> Findings:
    """Nothing follows an error, which says its own type and message [docs]."""
    for at, event in _of(stream, "error"):
        if at != last(stream):
            yield at, "an error ends the stream, yet events follow"
        for key in ("type", "message"):
            if string(obj(event.get("error")).get(key)) is None:
                yield (*at, "error", key), f"an error says its {key}"


def message_start(stream: Stream) -> Findings:
    """message_start comes first (pings aside) and once, with id, model, role, no content yet, and usage [sdk]."""
    before = [event for event in stream.events if kind_of(event) not in ("ping", "error")]
    if before and kind_of(before[0]) != "message_start":
        yield (stream.events.index(before[0]),), "the stream begins with message_start"
    for count, (at, event) in enumerate(_of(stream, "message_start")):
        message, place = obj(event.get("message")), (*at, "message")
        if count:
            yield at, "a second message_start"
        for key in ("id", "model"):
            if string(message.get(key)) is None:
                yield (*place, key), f"{key} is a string, not {shown(message.get(key))}"
        if message.get("type") != "message" or message.get("role") != "assistant":
            yield place, "type is message and role assistant"
        if message.get("content") != []:
            yield (*place, "content"), "content begins as an empty array"
        if message.get("stop_reason") is not None:
            yield (*place, "stop_reason"), "no stop_reason yet"
        yield from usage_findings(message.get("usage"), (*place, "usage"), ("input_tokens", "output_tokens"))


def block_order(stream: Stream) -> Findings:
    """Blocks are numbered 0, 1, 2 and open one after the other; deltas and stops are the open block's [docs]."""
    expected, open_at = 0, None
    for at, event in stream.placed():
        kind, index = kind_of(event), integer(event.get("index"))
        if kind == "content_block_start":
            if open_at is not None:
                yield at, f"block {open_at} is still open"
            if index != expected:
                yield (*at, "index"), f"block {expected} is next, not {shown(event.get('index'))}"
            expected, open_at = expected + 1, index if index is not None else expected
        elif kind in ("content_block_delta", "content_block_stop"):
            if open_at is None or index != open_at:
                yield (*at, "index"), f"block {shown(event.get('index'))} is not open"
            if kind == "content_block_stop":
                open_at = None
        elif kind in ("message_delta", "message_stop") and open_at is not None:
            yield at, f"block {open_at} is still open"
            open_at = None


def block_start(stream: Stream) -> Findings:
    """A block begins with text or thinking as strings, input as an object; a call has its id and name [types]."""
    for at, event in _of(stream, "content_block_start"):
        block, place = obj(event.get("content_block")), (*at, "content_block")
        kind = kind_of(block)
        if not kind:
            yield (*place, "type"), "a block says its type"
        member = AT_START.get(kind)
        if member and not isinstance(block.get(member), str):
            yield (*place, member), f"{member} is a string, not {shown(block.get(member))}"
        if kind in CALLS:
            if not TOOL_ID.fullmatch(string(block.get("id")) or ""):
                yield (*place, "id"), f"an id is of A-Z a-z 0-9 _ -, not {shown(block.get('id'))}"
            if not string(block.get("name")):
                yield (*place, "name"), "a call says its name"
            if not isinstance(block.get("input"), dict):
                yield (*place, "input"), f"input is an object, not {shown(block.get('input'))}"


def tool_id(stream: Stream) -> Findings:
    """No two calls share an id [docs]."""
    seen: set[str] = set()
    for at, event in _of(stream, "content_block_start"):
        block = obj(event.get("content_block"))
        call_id = string(block.get("id"))
        if kind_of(block) in CALLS and call_id is not None:
            if call_id in seen:
                yield (*at, "content_block", "id"), f"the id {shown(call_id)} is taken"
            seen.add(call_id)


def delta_kind(stream: Stream) -> Findings:
    """A block takes only its own kinds of delta; results of server tools take none [docs]."""
    for at, _, block, delta in _deltas(stream):
        kind, allowed = kind_of(block), DELTAS.get(kind_of(block))
        if allowed is None and kind.endswith("_tool_result"):
            allowed = ()
        if allowed is not None and kind_of(delta) not in allowed:
            yield (*at, "type"), f"{shown(delta.get('type'))} in a {kind} block"


def delta_text(stream: Stream) -> Findings:
    """A delta holds its piece as a string, a citation as an object [types]."""
    for at, _, _, delta in _deltas(stream):
        member = DELTA_MEMBERS.get(kind_of(delta))
        if member and not isinstance(delta.get(member), str):
            yield (*at, member), f"{member} is a string, not {shown(delta.get(member))}"
        if kind_of(delta) == "citations_delta":
            yield from citation_findings(obj(delta.get("citation")), (*at, "citation"))


def signature(stream: Stream) -> Findings:
    """A thinking block is signed at most once, after its last thinking [docs]."""
    signed: set[At] = set()
    for at, owner, _, delta in _deltas(stream):
        if kind_of(delta) == "signature_delta":
            if owner in signed:
                yield at, "a second signature_delta"
            signed.add(owner)
        elif kind_of(delta) == "thinking_delta" and owner in signed:
            yield at, "thinking goes on after its signature"


def signed(stream: Stream) -> Findings:
    """A finished thinking block has its signature [docs]."""
    is_signed = True
    for at, event in stream.placed():
        kind = kind_of(event)
        if kind == "content_block_start":
            block = obj(event.get("content_block"))
            is_signed = kind_of(block) != "thinking" or bool(block.get("signature"))
        elif kind == "content_block_delta" and kind_of(obj(event.get("delta"))) == "signature_delta":
            is_signed = True
        elif kind == "content_block_stop" and not is_signed:
            yield at, "the thinking block ends without a signature"
            is_signed = True


def tool_input(stream: Stream) -> Findings:
    """The pieces of a call's input add up to a JSON object, or to nothing [sdk].

    Only where the stream was not cut by max_tokens: anthropic's helper raises ValueError on broken JSON.
    """
    if _stop(stream) in ("max_tokens", "model_context_window_exceeded", "refusal"):
        return
    text, block = "", obj(None)
    for at, event in stream.placed():
        if kind_of(event) == "content_block_start":
            text, block = "", obj(event.get("content_block"))
        elif kind_of(event) == "content_block_delta":
            text += string(obj(event.get("delta")).get("partial_json")) or ""
        elif kind_of(event) == "content_block_stop" and kind_of(block) in CALLS:
            whole = parse(text or "{}")
            if not is_object(whole):
                said = "no JSON" if whole is NOT_JSON else "no object"
                yield at, f"the input of {shown(block.get('name'))} adds up to {said}: {shown(text)}"


def message_delta(stream: Stream) -> Findings:
    """message_delta comes after the blocks, with a delta and usage.output_tokens [sdk]."""
    seen = False
    for at, event in stream.placed():
        if kind_of(event) == "message_delta":
            seen = True
            if not isinstance(event.get("delta"), dict):
                yield (*at, "delta"), "message_delta has a delta"
            yield from usage_findings(event.get("usage"), (*at, "usage"), ("output_tokens",))
        elif seen and kind_of(event).startswith("content_block"):
            yield at, "a block after message_delta"


def stop_reason(stream: Stream) -> Findings:
    """The deltas of a finished message say one known stop_reason; a call goes with tool_use [docs]."""
    ends = list(_of(stream, "message_stop"))
    reason = _stop(stream)
    if not ends:
        return
    if reason is None:
        yield ends[0][0], "no message_delta said a stop_reason"
    elif not one_of(reason, STOP_REASONS):
        yield ends[0][0], f"unknown stop_reason {shown(reason)}"
    calls = any(kind_of(obj(event.get("content_block"))) == "tool_use" for event in stream.events)
    if (reason == "tool_use" and not calls) or (reason == "end_turn" and calls):
        yield ends[0][0], f"stop_reason is {reason} {'with' if calls else 'without'} a tool_use block"


def message_stop(stream: Stream) -> Findings:
    """message_stop comes last, once, after a message_delta [docs]."""
    ends = [at for at, _ in _of(stream, "message_stop")]
    for at in ends[1:]:
        yield at, "a second message_stop"
    if ends:
        if not list(_of(stream, "message_delta")):
            yield ends[0], "message_stop without a message_delta"
        for at, event in list(stream.placed())[int(ends[0][0]) :]:
            if kind_of(event) not in ("ping", "error", "message_stop"):
                yield at, f"{kind_of(event)} after message_stop"


def truncated(stream: Stream) -> Findings:
    """A stream ends in message_stop or in an error [docs]."""
    if not list(_of(stream, "message_stop")) and not list(_of(stream, "error")):
        yield last(stream), "the stream ends without message_stop"


RULES: tuple[StreamRule, ...] = (
    error_ends,
    message_start,
    block_order,
    block_start,
    tool_id,
    delta_kind,
    delta_text,
    signature,
    tool_input,
    message_delta,
    stop_reason,
    message_stop,
    truncated,
)
OFFICIAL: tuple[StreamRule, ...] = (known_event, signed)


def check_stream(events: Sequence[Json], *, request: Json | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a stream of parsed events."""
    return judge(RULES + OFFICIAL if official else RULES, stream_of(events, request))


def _of(stream: Stream, kind: str) -> Iterator[tuple[At, Json]]:
    return ((at, event) for at, event in stream.placed() if kind_of(event) == kind)


def _deltas(stream: Stream) -> Iterator[tuple[At, At, Json, Json]]:
    """Every delta with its place, and the place and content_block of the start that opened its index."""
    started: dict[int | None, tuple[At, Json]] = {}
    for at, event in stream.placed():
        index = integer(event.get("index"))
        if kind_of(event) == "content_block_start":
            started[index] = (at, obj(event.get("content_block")))
        elif kind_of(event) == "content_block_delta":
            start, block = started.get(index, ((), obj(None)))
            yield (*at, "delta"), start, block, obj(event.get("delta"))


def _stop(stream: Stream) -> object:
    """The stop_reason that the message ends with."""
    reasons = [obj(event.get("delta")).get("stop_reason") for _, event in _of(stream, "message_delta")]
    return next((reason for reason in reversed(reasons) if reason is not None), None)
