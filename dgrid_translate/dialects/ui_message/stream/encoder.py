"""Events -> chunks.

Only chunks and members that every release since AI SDK 5.0.0 takes are written of what came from elsewhere: early ones
break off at anything else. A client that names a later version (`sdkVersion` in its request) is told `finishReason` in
`finish` as well; all are told it in the metadata. Answers begin and end a step, without which
`lastAssistantMessageIsCompleteWithToolCalls` would send finished calls for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, Raw, UnsetType
from msgspec.structs import replace

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.errors import encode_error_text
from dgrid_translate.dialects.ui_message.parts import (
    STEP_START,
    Assistant,
    encode_call,
    encode_reasoning,
    encode_refusal,
    encode_source,
    encode_text,
    static_names,
)
from dgrid_translate.dialects.ui_message.profile import NAME, SAFE_VERSION
from dgrid_translate.dialects.ui_message.response import (
    drop_envelope,
    encode_finish,
    finished_metadata,
    message_id,
    started_metadata,
)
from dgrid_translate.dialects.ui_message.stream.own import OwnParts
from dgrid_translate.dialects.ui_message.stream.tool_chunks import chunks_of, framed
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
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
from dgrid_translate.ir.fold import begun
from dgrid_translate.ir.parts import (
    AnyPart,
    Citation,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.drops import drop_logprobs, drop_part
from dgrid_translate.shared.wire import drop_foreign, dump, encode, own_of

AFTER = b"}\n\n"
_DONE = b"data: [DONE]\n\n"
_FINISH_STEP = b'data: {"type":"finish-step"}\n\n'
_START_STEP = b'data: {"type":"start-step"}\n\n'


class _Open:
    """A part under way."""

    __slots__ = ("after", "before", "citations", "id", "live", "part", "place", "said", "signature")

    def __init__(self, part: AnyPart) -> None:
        self.part = part
        self.signature = part.signature
        self.id = part.id if type(part) is Reasoning else None
        self.live = False  # its first chunk is out
        self.place = 0  # a call's, among the message's parts
        self.before = b""  # what a delta's frame begins with
        self.after = b""  # what its last frame begins with
        self.said = Pieces()  # a call's input so far
        self.citations: list[Citation] = []


def version_of(request: Request | None) -> int:
    """The client's version of the AI SDK, as far as it says."""
    raw = None if request is None else own_of(request.ext, NAME).get(("~sdkVersion",))
    if raw is None:
        return SAFE_VERSION
    try:
        said = msgspec.json.decode(raw, type=str | int | float)
        return int(str(said).partition(".")[0])
    except (msgspec.MsgspecError, ValueError):
        return SAFE_VERSION


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, _now: int | None) -> None:
        self._losses = losses
        self._request = request
        self._version = version_of(request)
        self._parts: dict[int, _Open] = {}
        self._own: OwnParts | None = None  # the stream is of UI messages itself
        self._message = Assistant(losses, True, static_names(request), ("parts",), parts=[STEP_START])
        self._texts: set[int] = set()  # all of them: what is cited may be said at the end
        self._called = False
        self._usage: Usage | None = None
        self._tier_at: At = ("service_tier",)
        self._finished: CandidateFinished | None = None

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they make."""
        out: list[bytes] = []
        for event in events:
            if type(event) is TextDelta or type(event) is ReasoningDelta or type(event) is ToolInputDelta:
                state = self._parts.get(event.index)
                if state is not None:
                    self._grow(state, event.text, out)
                elif self._own is not None:
                    self._own.grow(event, out)
                continue
            if type(event) is ResponseStarted:
                self._start(event, out)
            elif type(event) is UsageReported:
                self._usage = event.usage
            elif type(event) is CandidateFinished:
                self._finish_candidate(event)
            elif type(event) is ResponseFinished:
                self._finish(event, out)
            elif type(event) is ErrorRaised:
                self._fail(event, out)
            elif type(event) is OpaqueEvent:
                if event.dialect == NAME:
                    out.append(framed(event.raw))
                else:
                    self._losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")
            elif type(event) is LogprobsAdded:
                if event.candidate == 0:
                    drop_logprobs(event.logprobs, self._losses)
            elif self._own is not None:
                self._own.take(event, out)
            else:
                self._part(event, out)
        return out[0] if len(out) == 1 else b"".join(out)

    def _part(self, event: PartStarted | PartEnded | SignatureDelta | CitationAdded, out: list[bytes]) -> None:
        if type(event) is PartStarted:
            self._start_part(event, out)
        elif type(event) is PartEnded:
            self._end_part(event.index, out)
        else:
            state = self._parts.get(event.index)
            if type(event) is CitationAdded:
                if state is not None:
                    self._cite(state, event.citation, out)
                elif event.index in self._texts:
                    self._source(event.citation, out)
            elif state is not None:
                state.signature, state.id = event.signature, event.id or state.id

    def _fail(self, event: ErrorRaised, out: list[bytes]) -> None:
        raw = event.error.raw
        if raw is None or event.error.dialect != NAME:
            raw = Raw(encode_error_text(event.error, self._losses))
        out.append(framed(raw))
        out.append(_DONE)

    # the message

    def _start(self, event: ResponseStarted, out: list[bytes]) -> None:
        self._usage = event.usage
        self._tier_at = event.places.get("service_tier", self._tier_at)
        if event.dialect == NAME:
            self._own = OwnParts()
            start: dict[str, object] = {"type": "start"}
            if event.id is not None:
                start["messageId"] = event.id
            out.append(framed(start))
            return
        response = begun(event)
        drop_envelope(response, self._losses)
        start = {"type": "start", "messageId": message_id(response, self._request, self._losses)}
        said = started_metadata(response)
        if said:
            start["messageMetadata"] = said
        out.append(framed(start))
        out.append(_START_STEP)

    def _finish_candidate(self, event: CandidateFinished) -> None:
        if event.candidate:
            self._losses.dropped("candidate", event.at, "a UI message is one answer")
            return
        if event.ext is not None and self._own is None:
            drop_foreign(event.ext, NAME, event.at, self._losses)
        self._finished = event

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        finished = self._finished
        finish = None if finished is None else finished.finish
        end: dict[str, object] = {"type": "finish"}
        drop_foreign(event.ext, NAME, (), self._losses)
        if self._own is not None:
            self._own.finish(None if finished is None else finished.ext, out)
            if finish is not None and finish.raw is not None:
                end["finishReason"] = finish.raw
            metadata = own_of(event.ext, NAME).get(("~metadata",))
            if metadata is not None:
                end["messageMetadata"] = metadata
        else:
            if event.service_tier:
                self._losses.dropped("service_tier", self._tier_at)
            at = () if finished is None else finished.at
            reason = encode_finish(finish, self._called, self._losses, at)
            if reason is not None and self._version > SAFE_VERSION:
                end["finishReason"] = reason
            end["messageMetadata"] = finished_metadata(self._usage, finish, self._called, self._losses, at)
            out.append(_FINISH_STEP)
        out.append(framed(end))
        out.append(_DONE)

    # parts

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        if event.candidate:
            return
        part = event.part
        state = self._parts[event.index] = _Open(part)
        if type(part) is Text:
            self._texts.add(event.index)
            for citation in part.citations or ():
                self._cite(state, citation, out)
        elif type(part) is ToolCall:
            self._begin_call(state, part, out)
        if type(part) is Text or type(part) is Refusal or (type(part) is Reasoning and not part.redacted):
            self._grow(state, part.text, out)

    def _grow(self, state: _Open, text: str, out: list[bytes]) -> None:
        if not text:
            return
        if not state.live:
            self._go_live(state, out)
        if type(state.part) is ToolCall:
            state.said.add(text)
        try:
            out.append(state.before + encode(text) + AFTER)
        except UnicodeEncodeError:
            out.append(state.before + dump(text) + AFTER)

    def _go_live(self, state: _Open, out: list[bytes]) -> None:
        """The first chunk of a text or of reasoning."""
        state.live = True
        part = state.part
        kind = b"reasoning" if type(part) is Reasoning else b"text"
        name = self._message.next_id()
        self._message.parts.append(STEP_START)  # it counts the message's parts
        state.before = b'data: {"type":"%b-delta","id":%b,"delta":' % (kind, name)
        out.append(b'data: {"type":"%b-start","id":%b}\n\n' % (kind, name))
        state.after = b'data: {"type":"%b-end","id":%b' % (kind, name)

    def _end_part(self, index: int, out: list[bytes]) -> None:
        state = self._parts.pop(index, None)
        if state is None:
            return
        part, losses = state.part, self._losses
        if type(part) is Text:
            if state.signature is not None and not state.live:
                self._go_live(state, out)
            whole = replace(part, signature=state.signature, citations=state.citations or None)
            if state.live:
                self._end(state, encode_text(whole, True, losses).providerMetadata, out)
            else:
                drop_foreign(part.ext, NAME, part.at, losses)
        elif type(part) is ToolCall:
            self._end_call(state, replace(part, signature=state.signature), out)
        elif type(part) is Reasoning:
            whole = replace(part, signature=state.signature, id=state.id)
            if state.signature is not None and not state.live:
                self._go_live(state, out)
            if state.live:
                self._end(state, encode_reasoning(whole, True, losses).providerMetadata, out)
            else:
                drop_foreign(part.ext, NAME, part.at, losses)
        elif type(part) is Refusal:
            if state.live:
                self._end(state, encode_refusal(part, True, losses).providerMetadata, out)
            else:
                drop_foreign(part.ext, NAME, part.at, losses)
        elif type(part) is not ToolResult:
            self._whole(replace(part, signature=state.signature), out)
        else:
            drop_part(part, losses)

    def _end(self, state: _Open, metadata: Raw | UnsetType, out: list[bytes]) -> None:
        more = b"" if metadata is UNSET else b',"providerMetadata":' + dump(metadata)
        out.append(state.after + more + AFTER)

    def _cite(self, state: _Open, citation: Citation, out: list[bytes]) -> None:
        if not state.live:
            self._go_live(state, out)
        state.citations.append(citation)
        self._source(citation, out)

    def _source(self, citation: Citation, out: list[bytes]) -> None:
        message = self._message
        source = encode_source(citation, message.sources, self._losses)
        message.sources += 1
        message.parts.append(source)
        out.append(framed(source))

    def _whole(self, part: Media | ServerToolCall | ServerToolResult | Opaque, out: list[bytes]) -> None:
        """A part that has come whole."""
        message = self._message
        if type(part) is ServerToolResult:
            made = message.open_server_call(part)
            message.add(part)
            if made is not None:
                out.extend([framed(chunk) for chunk in chunks_of(Raw(dump(made)), ())[1:]])
            return
        before = len(message.parts)
        message.add(part)
        for made in message.parts[before:]:
            body = Raw(dump(made))
            chunks = chunks_of(body, ()) if isinstance(made, wire.ToolPart) else [body]
            out.extend([framed(chunk) for chunk in chunks])

    # calls

    def _begin_call(self, state: _Open, part: ToolCall, out: list[bytes]) -> None:
        self._called = True
        message = self._message
        state.live = True
        call_id = message.call_id(part)
        state.part = replace(part, id=call_id)
        state.place = len(message.parts)
        message.parts.append(STEP_START)
        start: dict[str, object] = {"type": "tool-input-start", "toolCallId": call_id, "toolName": part.name}
        if message.is_dynamic(part.name):
            start["dynamic"] = True
        out.append(framed(start))
        state.before = b'data: {"type":"tool-input-delta","toolCallId":%b,"inputTextDelta":' % dump(call_id)
        self._grow(state, as_text(part.arguments), out)

    def _end_call(self, state: _Open, part: ToolCall, out: list[bytes]) -> None:
        if isinstance(part.arguments, str):
            part.arguments = state.said.text()
        where = ("parts", state.place)
        made = encode_call(part, self._message.is_dynamic(part.name), True, self._losses, where)
        out.extend([framed(chunk) for chunk in chunks_of(Raw(dump(made)), ())])
