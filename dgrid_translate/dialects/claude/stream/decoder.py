"""Messages API events -> events.

https://docs.anthropic.com/en/docs/build-with-claude/streaming. Blocks say themselves where they begin and end. Those of
tools that Anthropic runs, and unknown ones, are held until they are whole, since the model has no deltas for them.
What a message is charged and why it stopped comes in `message_delta`, more than once at times; the last word counts,
so the end is told at `message_stop`.

What a thinking block is, thinking or the carrier of another vendor's signature (see `parts/encode.py`), only shows with
its first delta: it begins then, and a text or a call before it ends then, since the signature may be theirs.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.errors import decode_error
from dgrid_translate.dialects.claude.parts import decode_block, decode_citation, decode_content
from dgrid_translate.dialects.claude.profile import NAME, ORIGIN, RESPONSE_PLACES
from dgrid_translate.dialects.claude.response import decode_envelope, decode_finish, decode_stop_details, decode_usage
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    OpaqueEvent,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    ToolInputDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Extensions, Reasoning, Text, ToolCall
from dgrid_translate.ir.response import FinishReason, Usage
from dgrid_translate.losses import At
from dgrid_translate.shared.arguments import is_object
from dgrid_translate.shared.carriers import restore
from dgrid_translate.shared.signatures import unwrap, wrapped_id
from dgrid_translate.shared.wire import Unknown, beside, beside_event, dump, extensions, load, merge, whole

_decode = msgspec.json.Decoder(wire.StreamEvent).decode
_NULL = b"null"
_EVENT: Any = wire.StreamEvent
_BLOCK: Any = wire.Block


class _Block:
    """A block under way: its part's number, or what is held of it."""

    __slots__ = ("at", "body", "cited", "given", "kind", "number", "pieces", "thinking")

    def __init__(self, at: At) -> None:
        self.at = at
        self.kind: Literal["text", "thinking", "tool", "held", "whole"] = "whole"
        self.number = -1
        self.given = b"{}"  # of a call: the input it started with, until deltas say it
        self.cited = 0
        self.body: dict[str, Raw] = {}
        self.pieces: list[str] = []
        self.thinking: Reasoning | None = None  # until it begins


class Decoder:
    """Messages API events in, events out."""

    def __init__(self) -> None:
        self._started = False
        self._over = False
        self._blocks: dict[int, _Block] = {}
        self._count = 0  # of blocks
        self._parts = 0  # of parts
        self._ending = -1  # the part that ends as soon as no signature of its own can come
        self._waiting: Reasoning | None = None  # the carrier of the next part's signature
        self._usage: dict[str, Raw] = {}
        self._tier: str | None = None
        self._reason: str | None = None
        self._sequence: str | None = None
        self._details: Extensions | None = None
        self._ext: Extensions | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take one event's JSON."""
        if self._over or data == b"[DONE]":
            return []
        try:
            event: wire.StreamEvent = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            event = load(_EVENT, data, NAME)
            self._ext = merge(self._ext, self._beside(event))
        if type(event) is wire.ContentBlockDeltaEvent:
            delta, block = event.delta, self._blocks.get(event.index)
            if block is not None:
                if type(delta) is wire.TextDelta and block.kind == "text":
                    return [TextDelta(block.number, delta.text)] if delta.text else []
                if type(delta) is wire.InputJSONDelta and block.kind == "tool":
                    if not delta.partial_json:
                        return []
                    block.given = b""
                    return [ToolInputDelta(block.number, delta.partial_json)]
                if type(delta) is wire.ThinkingDelta and block.kind == "thinking" and block.number >= 0:
                    return [ReasoningDelta(block.number, delta.thinking)] if delta.thinking else []
            return self._rare_delta(block, delta, data)
        if not data.isascii():
            event = load(_EVENT, data, NAME)  # what is kept unread must be UTF-8 as well
        return self._take(event, data)

    def close(self) -> list[Event]:
        """The stream is over; one that never said why it stopped was cut."""
        if self._over:
            return []
        if self._reason is not None:
            return self._finish()
        self._over = True
        return [ErrorRaised(Error("server", "the stream was cut before its end", dialect=NAME))]

    def _take(self, event: wire.StreamEvent, data: bytes) -> list[Event]:
        match event:
            case wire.ContentBlockStartEvent():
                return self._start_block(event)
            case wire.ContentBlockStopEvent():
                block = self._blocks.pop(event.index, None)
                return [] if block is None else self._end(block)
            case wire.MessageStartEvent():
                return self._start(event.message)
            case wire.MessageDeltaEvent():
                return self._message_delta(event)
            case wire.MessageStopEvent():
                return self._finish()
            case wire.ErrorEvent():
                self._over = True
                return [ErrorRaised(decode_error(None, data))]
            case Unknown():
                return [OpaqueEvent(event.raw, event.kind, NAME)]
            case _:
                return []

    def _beside(self, event: wire.StreamEvent) -> Extensions | None:
        """What an event says that is not the message's, nor a block's."""
        if type(event) is Unknown or type(event) is wire.MessageDeltaEvent:
            return None
        if type(event) is not wire.ContentBlockDeltaEvent:
            return beside_event(event)
        delta, block = event.delta, self._blocks.get(event.index)
        held = block is not None and block.kind == "held"
        if block is None or (type(delta) is Unknown and not held):
            return None  # it goes on as it came
        if held and type(delta) is not wire.InputJSONDelta:
            return beside_event(event)  # the block takes up the delta's members
        return merge(beside_event(event), beside(delta, "content_block_delta", "delta"))

    # the message

    def _start(self, message: wire.Message) -> list[Event]:
        if self._started:
            return []  # clients go on with the first one too
        self._started = True
        started = ResponseStarted(NAME, places=RESPONSE_PLACES)
        started.id = None if message.id is UNSET else message.id
        started.model = None if message.model is UNSET else message.model
        started.ext = decode_envelope(message)
        if message.usage is not UNSET:
            started.usage = self._count_up(message.usage)
            started.service_tier = self._tier
        self._note_stop(message.stop_reason, message.stop_sequence)
        if message.stop_details is not UNSET and bytes(message.stop_details) != _NULL:
            self._details = decode_stop_details(message.stop_details)
        events: list[Event] = [started]
        self._count = len(message.content)
        for part in restore(decode_content(message.content, ("content",)), ORIGIN, NAME):
            events.extend(self._whole(part))
        return events

    def _note_stop(self, reason: object, sequence: object) -> None:
        if isinstance(reason, str):
            self._reason = reason
        if isinstance(sequence, str):
            self._sequence = sequence

    def _count_up(self, raw: Raw) -> Usage:
        """The usage so far: the counts are cumulative, and what a later report leaves out still stands."""
        if bytes(raw) != _NULL:
            for key, count in load(dict[str, Raw], raw, NAME, ("usage",)).items():
                if key not in self._usage or bytes(count) != _NULL:
                    self._usage[key] = count
        usage, tier = decode_usage(Raw(dump(self._usage)))
        self._tier = tier or self._tier
        return usage

    def _message_delta(self, event: wire.MessageDeltaEvent) -> list[Event]:
        delta = event.delta
        self._note_stop(delta.stop_reason, delta.stop_sequence)
        self._ext = merge(self._ext, extensions(event, NAME))
        self._ext = merge(self._ext, extensions(delta, NAME))
        if delta.stop_details is not UNSET:
            self._details = decode_stop_details(delta.stop_details)
        events = self._begun()
        self._let_end(events)
        if event.usage is not UNSET and bytes(event.usage) != _NULL:
            events.append(UsageReported(self._count_up(event.usage)))
        return events

    def _begun(self) -> list[Event]:
        if self._started:
            return []
        self._started = True
        return [ResponseStarted(NAME, places=RESPONSE_PLACES)]

    def _finish(self) -> list[Event]:
        self._over = True
        events = self._begun()
        for block in self._blocks.values():
            events.extend(self._end(block))
        self._let_end(events)
        if self._waiting is not None:
            carrier, self._waiting = self._waiting, None
            events.extend(self._whole(carrier))
        finish = decode_finish(self._reason, self._sequence) or FinishReason("other", None, NAME)
        events.append(CandidateFinished(0, finish, self._details))
        events.append(ResponseFinished(self._ext, self._tier))
        return events

    # blocks

    def _let_end(self, events: list[Event]) -> None:
        if self._ending >= 0:
            events.append(PartEnded(self._ending))
            self._ending = -1

    def _begin(self, part: AnyPart, events: list[Event]) -> int:
        self._let_end(events)
        if self._waiting is not None and type(part) is not Reasoning:
            part.signature = self._waiting.signature
            self._waiting = None
        self._parts += 1
        events.append(PartStarted(self._parts - 1, 0, part))
        return self._parts - 1

    def _whole(self, part: AnyPart) -> list[Event]:
        events: list[Event] = []
        events.append(PartEnded(self._begin(part, events)))
        return events

    def _start_block(self, event: wire.ContentBlockStartEvent) -> list[Event]:
        events = self._begun()
        unended = self._blocks.pop(event.index, None)
        if unended is not None:
            events.extend(self._end(unended))
        block = self._blocks[event.index] = _Block(("content", self._count))
        self._count += 1
        content = event.content_block
        if isinstance(content, Unknown):
            block.kind = "held"
            block.body = load(dict[str, Raw], content.raw, NAME, block.at)
            return events
        part = decode_block(content, block.at)
        if type(part) is Reasoning and not part.redacted:
            block.kind = "thinking"
            block.thinking = part
            signature, part.signature = part.signature, None
            if part.text:
                self._think(block, events)
            if signature is not None:
                events.extend(self._sign(block, signature.value))
            return events
        if type(part) is Text:
            block.kind = "text"
        elif type(part) is ToolCall:
            block.kind = "tool"
            block.given = bytes(part.arguments) if isinstance(part.arguments, Raw) else b"{}"
            part.arguments = ""
        block.number = self._begin(part, events)
        return events

    def _think(self, block: _Block, events: list[Event]) -> None:
        """Thinking begins, in a block that began as a carrier too."""
        if block.number < 0:
            block.number = self._begin(block.thinking or Reasoning("", at=block.at), events)
            block.thinking = None

    def _sign(self, block: _Block, value: str) -> list[Event]:
        """The signature of a thinking block, or what the block carries."""
        signature, belongs = unwrap(value, ORIGIN)
        events: list[Event] = []
        carrier = block.thinking
        if carrier is not None and belongs == "n":
            carrier.signature, self._waiting, block.thinking = signature, carrier, None
        elif carrier is not None and belongs == "p":
            block.thinking = None
            if self._ending >= 0:
                events.append(SignatureDelta(self._ending, signature))
            else:
                events.extend(self._whole(Text("", signature=signature, at=block.at)))
        elif carrier is not None and belongs == "r":
            carrier.redacted, carrier.signature, block.thinking = True, signature, None
            carrier.id = wrapped_id(value)
            events.extend(self._whole(carrier))
        else:
            self._think(block, events)
            events.append(SignatureDelta(block.number, signature, wrapped_id(value)))
        return events

    def _rare_delta(self, block: _Block | None, delta: wire.Delta, data: bytes) -> list[Event]:
        if block is not None:
            kind = block.kind
            match delta:
                case wire.ThinkingDelta() if kind == "thinking":
                    events: list[Event] = []
                    if delta.thinking:
                        self._think(block, events)
                        events.append(ReasoningDelta(block.number, delta.thinking))
                    return events
                case wire.SignatureDelta() if kind == "thinking":
                    return self._sign(block, delta.signature)
                case wire.CitationsDelta() if kind == "text":
                    at = (*block.at, "citations", block.cited)
                    block.cited += 1
                    raw = load(Raw, bytes(delta.citation), NAME, at)
                    return [CitationAdded(block.number, decode_citation(raw, at))]
                case wire.InputJSONDelta() if kind == "held":
                    block.pieces.append(delta.partial_json)
                    return []
                case _ if kind == "held":
                    _absorb(block.body, delta)
                    return []
                case _:
                    pass
        return [OpaqueEvent(load(Raw, data, NAME), "content_block_delta", NAME)]

    def _end(self, block: _Block) -> list[Event]:
        if block.kind == "held":
            given = "".join(block.pieces)
            if is_object(given):
                block.body["input"] = Raw(given)
            return self._whole(decode_block(load(_BLOCK, dump(block.body), NAME, block.at), block.at))
        events: list[Event] = []
        if block.kind == "thinking":
            if block.thinking is not None:
                self._think(block, events)
            return [*events, PartEnded(block.number)] if block.number >= 0 else []
        if block.kind == "whole":
            return [PartEnded(block.number)]
        if block.kind == "tool" and block.given:
            events.append(ToolInputDelta(block.number, block.given.decode()))
        self._let_end(events)
        self._ending = block.number
        return events


def _absorb(body: dict[str, Raw], delta: wire.Delta) -> None:
    """Add a delta to a block that is held: texts grow, all else is replaced."""
    raw = delta.raw if isinstance(delta, Unknown) else whole(delta)
    for key, more in load(dict[str, Raw], raw, NAME).items():
        before = body.get(key)
        if key == "type":
            continue
        if before is not None and bytes(before)[:1] == bytes(more)[:1] == b'"':
            body[key] = Raw(dump(load(str, before, NAME) + load(str, more, NAME)))
        else:
            body[key] = more
