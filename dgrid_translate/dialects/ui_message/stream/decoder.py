"""Chunks -> events.

Texts and reasoning say themselves where they begin and end. A text ends with the part after it, since its sources come
after it too; reasoning begins with its first words, so that reasoning without any is known to be withheld. Of a tool
part it only shows at the end of its step whether it is a call for the client or one whose result the server has
already: until then it waits, and what comes after it with it.

A part's extensions, and a data part that a later chunk changes, are filled in as long as the stream says more of them:
whoever adds the stream up sees them whole.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import (
    DONE,
    TAGS,
    add_source,
    begin_step,
    decode_part,
    decode_records,
    read,
)
from dgrid_translate.dialects.ui_message.profile import METADATA, NAME, RESPONSE_PLACES
from dgrid_translate.dialects.ui_message.response import Said, inferred_finish, members_of
from dgrid_translate.dialects.ui_message.stream.line import Line, Part, renew
from dgrid_translate.dialects.ui_message.stream.tool_chunks import Call, ToolChunk
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    OpaqueEvent,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Opaque, Reasoning, Text
from dgrid_translate.losses import At
from dgrid_translate.shared.wire import Extra, Unknown, dump, extra_of, load

_decode = msgspec.json.Decoder(wire.Chunk).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_STREAMING = Raw(b'"streaming"')
_PARTS = frozenset({"file", "custom", "reasoning-file", "steering-message"})


class _Data(wire.Wire, forbid_unknown_fields=False):
    """What is looked at in a `data-*` chunk."""

    id: str | UnsetType = UNSET
    transient: bool | UnsetType = UNSET


class Decoder:
    """Chunks in, events out."""

    def __init__(self) -> None:
        self._line = Line()
        self._started: ResponseStarted | None = None
        self._over = False
        self._honest = False  # the stream said that it ends
        self._places = 0  # of the message's parts
        self._steps = 0  # that have begun and have no part yet
        self._texts: dict[str, Part] = {}
        self._thoughts: dict[str, Part] = {}
        self._calls: dict[str, Call] = {}
        self._unsettled: list[Call] = []
        self._data: dict[tuple[str, str], Opaque] = {}
        self._last: Part | None = None  # the last part, if it is a text: sources after it are its
        self._metadata: dict[str, Raw] | None = None
        self._odd_metadata: Raw | None = None
        self._reason: str | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take one chunk's JSON, or `[DONE]`."""
        if self._over:
            return []
        if data == b"[DONE]":
            return self._finish()
        try:
            chunk: wire.Chunk = _decode(data)
        except _REFUSALS:
            chunk = load(wire.Chunk, data, NAME)
        line = self._line
        if type(chunk) is wire.TextDelta and chunk.providerMetadata is UNSET and line.is_free:
            text = self._texts.get(chunk.id)
            if text is not None:
                return [TextDelta(text.number, chunk.delta)] if chunk.delta else []
        if not data.isascii():
            chunk = load(wire.Chunk, data, NAME)  # what is kept unread must be UTF-8 as well
        if type(chunk) is wire.ErrorChunk:
            self._over = True
            return [ErrorRaised(Error("server", chunk.errorText, raw=Raw(data), dialect=NAME))]
        if type(chunk) is wire.Abort:
            self._over = True
            return [ErrorRaised(Error("cancelled", chunk.reason or "aborted", raw=Raw(data), dialect=NAME))]
        if self._started is None:
            self._start(chunk)
        self._take(chunk)
        return line.take()

    def close(self) -> list[Event]:
        """The stream is over; one that never said so was cut."""
        if self._over:
            return []
        if self._honest:
            return self._finish()
        self._over = True
        return [ErrorRaised(Error("server", "the stream was cut before its end", dialect=NAME))]

    def _take(self, chunk: wire.Chunk) -> None:
        if type(chunk) is wire.TextDelta:
            self._text_delta(chunk)
        elif type(chunk) is wire.ReasoningDelta:
            self._reasoning_delta(chunk)
        elif type(chunk) is wire.ToolInputDelta:
            self._call(chunk.toolCallId).take(chunk)
        elif type(chunk) is wire.TextStart:
            own: Extra = {("~state",): _STREAMING}
            state = self._begin(Text("", at=self._place(), ext={NAME: own}), own)
            self._read(state, chunk.providerMetadata, chunk)
            self._texts[chunk.id] = self._last = state
            self._put_start(state)
        elif type(chunk) is wire.TextEnd:
            self._text_end(chunk)
        elif type(chunk) is wire.ReasoningStart:
            own = {("~id",): Raw(dump(chunk.id)), ("~state",): _STREAMING}
            state = self._begin(Reasoning("", at=self._place(), ext={NAME: own}), own)
            state.metadata = chunk.providerMetadata if isinstance(chunk.providerMetadata, Raw) else None
            self._thoughts[chunk.id] = state
        elif type(chunk) is wire.ReasoningEnd:
            self._reasoning_end(chunk)
        elif type(chunk) is wire.StartStep:
            self._end_text()
            self._steps += 1
            self._places += 1
        elif type(chunk) is wire.FinishStep:
            self._settle()
        elif type(chunk) is wire.Start:
            self._merge(chunk.messageMetadata)
        elif type(chunk) is wire.Finish:
            self._honest = True
            self._merge(chunk.messageMetadata)
            if chunk.finishReason is not UNSET:
                self._reason = chunk.finishReason
        elif type(chunk) is wire.MessageMetadata:
            self._merge(chunk.messageMetadata)
        elif isinstance(chunk, Unknown):
            self._unknown(chunk)
        elif type(chunk) is not wire.ErrorChunk and type(chunk) is not wire.Abort:
            self._tool(chunk)

    # the message

    def _start(self, chunk: wire.Chunk) -> None:
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
        if metadata is UNSET or metadata == b"null":
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
        for state in [*self._texts.values(), *self._thoughts.values()]:
            self._end_open(state)
        self._end_text()
        self._settle()
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
        line.out.append(ResponseFinished({NAME: own} if own else None))
        return line.take()

    def _note_late(self, said: Said, own: Extra) -> None:
        """What was only said after the start it belongs to."""
        started = self._started
        if started is not None and started.model is None and said.model is not None:
            own["metadata", "model"] = Raw(dump(said.model))
        if started is not None and started.created is None and said.created is not None:
            own["metadata", "createdAt"] = Raw(dump(said.created))

    # parts

    def _place(self) -> At:
        self._places += 1
        return ("parts", self._places - 1)

    def _begin(self, part: AnyPart, own: Extra) -> Part:
        """A part that comes next."""
        self._end_text()
        if self._steps:
            begin_step(part, self._steps)
            self._steps = 0
        return Part(part, part.at, own)

    def _put_start(self, state: Part) -> None:
        state.begun = True
        self._line.put(state, "start")

    def _end_text(self) -> None:
        """A text ends when another part begins, if its own end has come."""
        last, self._last = self._last, None
        if last is not None and last.ended:
            self._line.put(last, "end")

    def _read(
        self, state: Part, metadata: Raw | UnsetType, chunk: wire.TextStart | wire.TextEnd | wire.TextDelta
    ) -> None:
        """Metadata of a text; a later word takes the place of an earlier."""
        own = state.own
        if chunk.extra is not UNSET:
            own.update(extra_of(chunk))
        if metadata is UNSET:
            return
        for key in [key for key in own if key[0] == "providerMetadata"]:
            del own[key]
        scratch = Text("", at=state.at)
        read(metadata, "providerMetadata", scratch, own)
        if not state.begun:
            state.part.signature, state.part.cache = scratch.signature, scratch.cache
        elif scratch.signature is not None:
            self._line.put(state, SignatureDelta(0, scratch.signature))

    def _text_delta(self, chunk: wire.TextDelta) -> None:
        state = self._texts.get(chunk.id)
        if state is None:
            raise _unknown_id("text", chunk.id)
        if chunk.delta:
            self._line.put(state, TextDelta(0, chunk.delta))
        self._read(state, chunk.providerMetadata, chunk)

    def _text_end(self, chunk: wire.TextEnd) -> None:
        state = self._texts.pop(chunk.id, None)
        if state is None:
            raise _unknown_id("text", chunk.id)
        self._read(state, chunk.providerMetadata, chunk)
        state.own["~state",] = DONE
        self._close_text(state)

    def _close_text(self, state: Part) -> None:
        decode_records(state.mirror, state.own)
        for citation in state.mirror.citations or ():
            self._line.put(state, CitationAdded(0, citation))
        for raw, at in state.sources:
            self._add_source(state, raw, at)
        state.ended = True
        if state is not self._last:
            self._line.put(state, "end")

    def _add_source(self, state: Part, raw: Raw, at: At) -> None:
        citation = add_source(state.mirror, raw, at)
        if citation is not None:
            state.mirror.citations = [*(state.mirror.citations or ()), citation]
            self._line.put(state, CitationAdded(0, citation))

    def _reasoning_delta(self, chunk: wire.ReasoningDelta) -> None:
        state = self._thoughts.get(chunk.id)
        if state is None:
            raise _unknown_id("reasoning", chunk.id)
        if isinstance(chunk.providerMetadata, Raw):
            state.metadata = chunk.providerMetadata
        if chunk.delta:
            if not state.begun:
                self._read_thought(state, "words")
                self._put_start(state)
            self._line.put(state, ReasoningDelta(0, chunk.delta))

    def _read_thought(self, state: Part, text: str) -> Reasoning:
        """What the metadata of reasoning says, put on its part if that has not started."""
        scratch = Reasoning(text, at=state.at)
        if state.metadata is not None:
            for key in [key for key in state.own if key[0] == "providerMetadata"]:
                del state.own[key]
            read(state.metadata, "providerMetadata", scratch, state.own)
        part = state.part
        if not state.begun and type(part) is Reasoning:
            part.signature, part.id, part.redacted = scratch.signature, scratch.id, scratch.redacted
            part.cache = scratch.cache
        return scratch

    def _reasoning_end(self, chunk: wire.ReasoningEnd) -> None:
        state = self._thoughts.pop(chunk.id, None)
        if state is None:
            raise _unknown_id("reasoning", chunk.id)
        if chunk.extra is not UNSET:
            state.own.update(extra_of(chunk))
        if isinstance(chunk.providerMetadata, Raw):
            state.metadata = chunk.providerMetadata
        state.own["~state",] = DONE
        self._close_thought(state)

    def _close_thought(self, state: Part) -> None:
        if state.begun:
            found = self._read_thought(state, "words")
            if found.signature is not None:
                self._line.put(state, SignatureDelta(0, found.signature, found.id))
        else:
            self._read_thought(state, "")
            self._put_start(state)
        self._line.put(state, "end")

    def _end_open(self, state: Part) -> None:
        """A part whose end never came."""
        if type(state.part) is Reasoning:
            self._close_thought(state)
        else:
            self._close_text(state)

    # tools

    def _call(self, call_id: str) -> Call:
        call = self._calls.get(call_id)
        if call is None:
            raise _unknown_id("tool call", call_id)
        return call

    def _tool(self, chunk: ToolChunk) -> None:
        call = self._calls.get(chunk.toolCallId)
        if isinstance(chunk, wire.ToolInputStart | wire.ToolInputAvailable | wire.ToolInputError) and (
            call is None or call.made is not None
        ):
            self._end_text()
            call = self._calls[chunk.toolCallId] = Call(chunk, self._place())
            call.steps, self._steps = self._steps, 0
            self._line.hold(call)
        if call is None:  # of an earlier message, which is not here
            self._pass(Raw(_written(chunk)), type(chunk).__struct_config__.tag)
            return
        call.take(chunk)
        if call.made is not None:
            renew(call)
            self._pass(Raw(_written(chunk)), type(chunk).__struct_config__.tag)
        self._line.flush()

    def _settle(self) -> None:
        self._line.flush(settle=True)

    # the rest

    def _unknown(self, chunk: Unknown) -> None:
        tag, raw = chunk.kind, chunk.raw
        if tag in TAGS:
            at = self._place()
            last = self._last
            if last is None:
                self._whole(Opaque(tag, raw, NAME, at=at))
            elif last.ended:
                self._add_source(last, raw, at)
            else:
                last.sources.append((raw, at))
        elif tag.startswith("data-"):
            self._take_data(tag, raw)
        elif tag in _PARTS:
            parts: list[AnyPart] = []
            decode_part(raw, tag, self._place(), parts, answer=True)
            for part in parts:
                self._whole(part)
        else:
            self._pass(raw, tag)

    def _take_data(self, tag: str, raw: Raw) -> None:
        data = load(_Data, raw, NAME)
        key = None if data.id is UNSET else (tag, data.id)
        known = None if key is None else self._data.get(key)
        if known is not None:
            known.raw = raw
            self._pass(raw, tag)
        elif data.transient is True:
            self._pass(raw, tag)
        else:
            part = Opaque(tag, raw, NAME, at=self._place())
            if key is not None:
                self._data[key] = part
            self._whole(part)

    def _whole(self, part: AnyPart) -> None:
        self._end_text()
        if self._steps:
            begin_step(part, self._steps)
            self._steps = 0
        self._line.whole(part)

    def _pass(self, raw: Raw, tag: str) -> None:
        """A chunk that the model has no word for."""
        self._line.out.append(OpaqueEvent(raw, tag, NAME))


def _written(chunk: ToolChunk) -> bytes:
    return dump(chunk)


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


def _unknown_id(what: str, found: str) -> DecodeError:
    return DecodeError(
        f"no {what} {found!r} has begun", path="toolCallId" if what == "tool call" else "id", dialect=NAME
    )
