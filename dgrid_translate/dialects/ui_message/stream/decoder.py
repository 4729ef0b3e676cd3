"""Chunks -> events.

Texts and reasoning say themselves where they begin and end (`prose.py`). Of a tool part it only shows at the end of its
step whether it is a call for the client or one whose result the server has already: until then it waits, and what
comes after it with it (`line.py`).

A data part that a later chunk changes, and a tool part whose result comes in a later step, are changed in place:
whoever adds the stream up sees them as they are at the end.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import TAGS, add_part, begin_step, read_tagged
from dgrid_translate.dialects.ui_message.profile import METADATA, NAME, RESPONSE_PLACES
from dgrid_translate.dialects.ui_message.response import Said, inferred_finish, members_of
from dgrid_translate.dialects.ui_message.stream.line import Line
from dgrid_translate.dialects.ui_message.stream.prose import Prose, unknown_id
from dgrid_translate.dialects.ui_message.stream.tool_chunks import Call, ToolChunk, more_of, tag_of_chunk
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    ErrorRaised,
    Event,
    OpaqueEvent,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Extensions, Opaque
from dgrid_translate.losses import At
from dgrid_translate.shared.wire import NULL, Extra, Unknown, beside_event, dump, load, merge, whole

_decode = msgspec.json.Decoder(wire.Chunk).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_PARTS = frozenset({"file", "custom", "reasoning-file", "steering-message"})
_PARTLESS = wire.StartStep | wire.FinishStep | wire.Start | wire.Finish | wire.MessageMetadata
"""Chunks that have no part which could keep what they say besides."""


class Decoder:
    """Chunks in, events out."""

    def __init__(self) -> None:
        self._line = Line()
        self._prose = Prose(self._line)
        self._texts, self._waiting = self._prose.texts, self._line.waiting  # asked at each delta
        self._started: ResponseStarted | None = None
        self._over = False
        self._honest = False  # the stream said that it ends
        self._places = 0  # of the message's parts
        self._steps = 0  # that have begun and have no part yet
        self._calls: dict[str, Call] = {}
        self._data: dict[tuple[str, str], Opaque] = {}
        self._metadata: dict[str, Raw] | None = None
        self._odd_metadata: Raw | None = None  # metadata that is no object
        self._reason: str | None = None
        self._beside: Extensions | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take one chunk's JSON, or `[DONE]`."""
        if self._over:
            return []
        try:
            chunk: wire.Chunk = _decode(data)
        except _REFUSALS:
            if data == b"[DONE]":
                return self._finish()
            chunk = load(wire.Chunk, data, NAME)
            if isinstance(chunk, _PARTLESS):
                self._beside = merge(self._beside, beside_event(chunk))
        if type(chunk) is wire.TextDelta and chunk.providerMetadata is UNSET and not self._waiting:
            text = self._texts.get(chunk.id) if chunk.extra is UNSET else None
            if text is not None:
                return [TextDelta(text.number, chunk.delta)] if chunk.delta else []
        elif type(chunk) is wire.ToolInputDelta:
            call = self._calls.get(chunk.toolCallId)
            if call is None:
                raise unknown_id("tool call", "toolCallId", chunk.toolCallId)
            call.text.add(chunk.inputTextDelta)
            if chunk.extra is not UNSET:
                call.body.update(more_of(chunk))
            return []
        if not data.isascii():
            load(wire.Chunk, data, NAME)  # what is kept unread must be UTF-8 as well
        if type(chunk) is wire.ErrorChunk:
            self._over = True
            return [ErrorRaised(Error("server", chunk.errorText, raw=Raw(data), dialect=NAME))]
        if type(chunk) is wire.Abort:
            self._over = True
            return [ErrorRaised(Error("cancelled", chunk.reason or "aborted", raw=Raw(data), dialect=NAME))]
        if self._started is None:
            self._start(chunk)
        self._take(chunk)
        return self._line.take()

    def close(self) -> list[Event]:
        """The stream is over; one that never said so was cut."""
        if self._over:
            return []
        if self._honest:
            return self._finish()
        self._over = True
        return [ErrorRaised(Error("server", "the stream was cut before its end", dialect=NAME))]

    def _take(self, chunk: wire.Told) -> None:
        prose = self._prose
        if type(chunk) is wire.TextDelta:
            prose.text_delta(chunk)
        elif type(chunk) is wire.ReasoningDelta:
            prose.thought_delta(chunk)
        elif type(chunk) is wire.TextStart:
            prose.start_text(chunk, *self._next())
        elif type(chunk) is wire.TextEnd:
            prose.end_text(chunk)
        elif type(chunk) is wire.ReasoningStart:
            prose.start_thought(chunk, *self._next())
        elif type(chunk) is wire.ReasoningEnd:
            prose.end_thought(chunk)
        elif type(chunk) is wire.StartStep:
            prose.next_part()
            prose.forget()
            self._steps += 1
            self._places += 1
        elif type(chunk) is wire.FinishStep:
            self._line.flush(settle=True)
        elif type(chunk) is wire.Start or type(chunk) is wire.MessageMetadata:
            self._merge(chunk.messageMetadata)
        elif type(chunk) is wire.Finish:
            self._honest = True
            self._merge(chunk.messageMetadata)
            if chunk.finishReason is not UNSET:
                self._reason = chunk.finishReason
        elif isinstance(chunk, Unknown):
            self._unknown(chunk.kind, chunk.raw)
        elif type(chunk) is wire.ToolApprovalResponse:
            self._respond(chunk)
        else:
            self._tool(chunk)

    # the message

    def _start(self, chunk: wire.Told) -> None:
        started = self._started = ResponseStarted(NAME, places=RESPONSE_PLACES)
        if type(chunk) is wire.Start:
            if chunk.messageId is not UNSET:
                started.id = chunk.messageId
                started.ext = {NAME: {("~id",): Raw(dump(chunk.messageId))}}
            members = None if chunk.messageMetadata is UNSET else members_of(chunk.messageMetadata)
            if members is not None:
                said = Said(members)
                started.model, started.created = said.model, said.created
        self._line.out.append(started)

    def _merge(self, metadata: Raw | UnsetType) -> None:
        """Metadata is merged deeply, the later word counts."""
        if metadata is UNSET or metadata == NULL:
            return
        members = members_of(metadata)
        if members is None:
            self._odd_metadata, self._metadata = metadata, None
        elif self._metadata is None:
            self._odd_metadata, self._metadata = None, members
        else:
            _merge_into(self._metadata, members)

    def _finish(self) -> list[Event]:
        self._over = True
        line = self._line
        if self._started is None:
            self._start(wire.Start())
        self._prose.close()
        line.flush(settle=True)
        own: Extra = {}
        said = Said({})
        if self._reason is not None and self._odd_metadata is None:
            self._metadata = self._metadata or {}
            self._metadata.setdefault("finishReason", Raw(dump(self._reason)))
        if self._metadata is not None:
            own["~metadata",] = Raw(dump(self._metadata))
            said = Said(self._metadata)
            own.update(said.extensions())
            self._note_late(said, own)
        elif self._odd_metadata is not None:
            own["~metadata",] = own["metadata",] = self._odd_metadata
        if said.usage is not None:
            line.out.append(UsageReported(said.usage))
        finish = said.finish or inferred_finish(line.called)
        after = {NAME: {("~steps_after",): Raw(b"%d" % self._steps)}} if self._steps else None
        line.out.append(CandidateFinished(0, finish, after, METADATA))
        line.out.append(ResponseFinished(merge({NAME: own} if own else None, self._beside)))
        return line.take()

    def _note_late(self, said: Said, own: Extra) -> None:
        """What was only said after the start it belongs to."""
        started = self._started
        if started is not None and started.model is None and said.model is not None:
            own["metadata", "model"] = Raw(dump(said.model))
        if started is not None and started.created is None and said.created is not None:
            own["metadata", "createdAt"] = Raw(dump(said.created))

    # parts

    def _next(self) -> tuple[At, Extra]:
        """The place of a part that comes next, and what its extensions begin with."""
        self._prose.next_part()
        own: Extra = {}
        if self._steps:
            own["~steps",] = Raw(b"%d" % self._steps)
            self._steps = 0
        self._places += 1
        return ("parts", self._places - 1), own

    def _whole(self, parts: list[AnyPart], own: Extra) -> None:
        for part in parts:
            steps = own.pop(("~steps",), None)
            if steps is not None:
                begin_step(part, int(bytes(steps)))
            self._line.whole(part)

    def _tool(self, chunk: ToolChunk) -> None:
        call = self._calls.get(chunk.toolCallId)
        if isinstance(chunk, wire.ToolInputStart | wire.ToolInputAvailable | wire.ToolInputError) and (
            call is None or call.made is not None
        ):
            at, own = self._next()
            if chunk.providerExecuted is True:
                self._prose.forget()
            call = self._calls[chunk.toolCallId] = Call(chunk, at)
            call.steps = int(bytes(own.get(("~steps",), b"0")))
            self._line.hold(call)
        if call is None:  # of an earlier message, which is not here
            self._pass(whole(chunk), tag_of_chunk(chunk))
            return
        if call.made is not None:
            self._pass(whole(chunk), tag_of_chunk(chunk))
        call.take(chunk)
        self._line.renew(call)

    def _respond(self, chunk: wire.ToolApprovalResponse) -> None:
        asked = Raw(dump(chunk.approvalId))
        call = next((call for call in self._calls.values() if call.approval.get("id") == asked), None)
        if call is None or call.made is not None:
            self._pass(whole(chunk), "tool-approval-response")
        if call is not None:
            call.respond(chunk)
            self._line.renew(call)

    def _unknown(self, tag: str, raw: Raw) -> None:
        if tag in TAGS:
            self._source(tag, raw)
        elif tag.startswith("data-"):
            self._take_data(tag, raw)
        elif tag in _PARTS:
            at, own = self._next()
            parts: list[AnyPart] = []
            add_part(read_tagged(raw, tag, at), raw, at, parts)
            self._whole(parts, own)
        else:
            self._pass(raw, tag)

    def _source(self, tag: str, raw: Raw) -> None:
        if not self._steps and self._prose.source(raw, ("parts", self._places)):
            self._places += 1
            return
        at, own = self._next()
        self._whole([Opaque(tag, raw, NAME, at=at)], own)

    def _take_data(self, tag: str, raw: Raw) -> None:
        data = load(wire.Data, raw, NAME)
        key = None if data.id is UNSET else (tag, data.id)
        known = None if key is None else self._data.get(key)
        if known is not None or data.transient is True:
            if known is not None and data.transient is not True:
                known.raw = raw
            self._pass(raw, tag)
            return
        at, own = self._next()
        part = Opaque(tag, raw, NAME, at=at)
        if key is not None:
            self._data[key] = part
        self._whole([part], own)

    def _pass(self, raw: Raw, tag: str) -> None:
        """A chunk that the model has no word for."""
        self._line.out.append(OpaqueEvent(raw, tag, NAME))


def _merge_into(members: dict[str, Raw], more: dict[str, Raw]) -> None:
    for key, raw in more.items():
        before = members.get(key)
        inner = None if before is None else members_of(before)
        later = None if inner is None else members_of(raw)
        if inner is not None and later is not None:
            _merge_into(inner, later)
            members[key] = Raw(dump(inner))
        else:
            members[key] = raw
