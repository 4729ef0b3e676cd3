"""Chunks -> events.

A chunk holds only what is new, and says nothing of where a part begins or ends, so the Decoder infers it: adjacent
texts of the same kind (said or thought) are one part until one of them is signed; all else comes whole. An empty text
says nothing but its signature, which is that of the text before it. A part stays open until the next begins; what is
cited is known when all is said, since the metadata may come in any chunk.

Counts are for the whole answer so far, so the last ones are reported, at the end. `finishReason` may come on any chunk,
and others may follow; the stream ended well if every candidate has one, or if the prompt was blocked.
"""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.errors import decode_error
from dgrid_translate.dialects.gemini.parts import decode_part
from dgrid_translate.dialects.gemini.profile import NAME, VENDOR
from dgrid_translate.dialects.gemini.response import (
    call_id,
    decode_candidate_extensions,
    decode_citations,
    decode_envelope,
    decode_feedback,
    decode_finish,
    decode_logprobs,
    decode_usage,
)
from dgrid_translate.dialects.gemini.stream.flow import Flow
from dgrid_translate.dialects.gemini.stream.more import More
from dgrid_translate.dialects.gemini.stream.partial import PartialCall
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Extension, Extensions, Reasoning, Text, ToolCall
from dgrid_translate.ir.response import FinishReason
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.signatures import unwrap_base64, wrapped_id_base64
from dgrid_translate.shared.wire import NULL, dump, extensions, merge

_NOTHING = frozenset({b"null", b"{}", b"[]"})


class Decoder:
    """Chunks in, events out."""

    def __init__(self) -> None:
        self._started = False
        self._over = False
        self._id: str | None = None
        self._parts = 0
        self._flows: dict[int, Flow] = {}
        self._ext: Extensions | None = None
        self._feedback: Raw | None = None
        self._more = More()

    def feed(self, data: bytes) -> list[Event]:
        """Take one chunk's JSON."""
        more = self._more
        if more.hope.trying and (event := more.read(data, self._flows)) is not None:
            return [event]
        if self._over or data == b"[DONE]":  # which gateways add
            return []
        chunk = load(wire.GenerateContentResponse, data, NAME)
        events: list[Event] = []
        if chunk.extra is not UNSET or chunk.promptFeedback is not UNSET or not self._started:
            if chunk.extra is not UNSET and ("error",) in chunk.extra:
                self._over = True
                return [ErrorRaised(decode_error(None, data))]
            if chunk.promptFeedback is not UNSET:
                self._feedback = chunk.promptFeedback
            if not self._started:
                self._start(chunk, events)
            else:
                self._ext = merge(self._ext, decode_envelope(chunk).ext)
        if chunk.candidates is not UNSET:
            for place, candidate in enumerate(chunk.candidates):
                self._take(candidate, place, events)
        if chunk.usageMetadata is not UNSET and chunk.usageMetadata != NULL:
            more.usage = chunk.usageMetadata
        more.hope.encourage(events)
        return events

    def close(self) -> list[Event]:
        """The stream is over."""
        if self._over:
            return []
        self._over = True
        events: list[Event] = []
        blocked = [] if self._feedback is None else decode_feedback(self._feedback)
        whole = bool(blocked) or any(flow.finish is not None for flow in self._flows.values())
        if not self._started or not whole:
            cut = Error("server", "the upstream's stream was cut before its end", dialect=NAME)
            return [ErrorRaised(cut)]
        for flow in self._flows.values():
            self._finish(flow, events)
        for candidate in blocked if not self._flows else ():
            for part in candidate.parts:
                self._whole(part, Flow(candidate.index), events)
            finish = candidate.finish or FinishReason("content_filter", None, NAME)
            events.append(CandidateFinished(candidate.index, finish, candidate.ext, candidate.at))
        tier = None
        if self._more.usage is not None:
            usage, tier = decode_usage(self._more.usage)
            events.append(UsageReported(usage))
        events.append(ResponseFinished(self._ext, tier))
        return events

    def _start(self, chunk: wire.GenerateContentResponse, events: list[Event]) -> None:
        self._started = True
        envelope = decode_envelope(chunk)
        self._id = envelope.id
        counts = chunk.usageMetadata
        usage, tier = (None, None) if counts is UNSET or counts == NULL else decode_usage(counts)
        events.append(
            ResponseStarted(
                NAME, envelope.id, envelope.model, envelope.created, tier, usage, envelope.places, ext=envelope.ext
            )
        )

    # ------------------------------------------------------------------------------------------------ candidates

    def _take(self, candidate: wire.Candidate, place: int, events: list[Event]) -> None:
        index = place if candidate.index is UNSET else candidate.index
        flow = self._flows.get(index)
        if flow is None:
            flow = self._flows[index] = Flow(index)
        content = candidate.content
        if content is not UNSET:
            if content.extra is not UNSET:
                flow.ext.update((extensions(content, NAME, "content") or {NAME: {}})[NAME])
            if content.parts is not UNSET:
                for part in content.parts:
                    self._take_part(part, flow, events)
        if candidate.finishReason is not UNSET:
            flow.finish = candidate.finishReason
        if candidate.logprobsResult is not UNSET:
            logprobs = decode_logprobs(candidate.logprobsResult, (*flow.at, "logprobsResult"))
            if logprobs is not None:
                events.append(LogprobsAdded(index, logprobs))
        ext = decode_candidate_extensions(candidate)
        if ext is not None:
            _gather(flow.ext, ext[NAME])

    def _finish(self, flow: Flow, events: list[Event]) -> None:
        if flow.partial is not None:
            self._end_partial(flow.partial, flow, events)
        self._cite(flow, events)
        self._end(flow, events)
        finish = FinishReason("content_filter" if self._feedback is not None else "other", None, NAME)
        if flow.finish is not None:
            finish = decode_finish(flow.finish, flow.calls > 0)
        ext = {NAME: flow.ext} if flow.ext else None
        events.append(CandidateFinished(flow.index, finish, ext, flow.at))

    def _cite(self, flow: Flow, events: list[Event]) -> None:
        """What is cited on the texts."""
        if ("groundingMetadata",) not in flow.ext and ("citationMetadata",) not in flow.ext:
            return
        texts = [(at, bytes(text)) for at, text in flow.texts]
        for which, citation in decode_citations(flow.ext, texts, flow.at):
            events.append(CitationAdded(flow.numbers[which], citation))

    # ----------------------------------------------------------------------------------------------------- parts

    def _take_part(self, part: wire.Part, flow: Flow, events: list[Event]) -> None:
        text = part.text
        if (
            text is UNSET
            or part.extra is not UNSET
            or part.functionCall is not UNSET
            or part.inlineData is not UNSET
            or part.executableCode is not UNSET
            or part.fileData is not UNSET
            or part.codeExecutionResult is not UNSET
            or part.toolCall is not UNSET
            or part.toolResponse is not UNSET
            or part.functionResponse is not UNSET
        ):
            self._take_datum(part, flow, events)
            return
        signature, belongs = None, None
        if part.thoughtSignature is not UNSET:
            signature, belongs = unwrap_base64(part.thoughtSignature, VENDOR)
        elif not text:
            return
        kind = Reasoning if part.thought else Text
        if belongs == "r" and kind is Reasoning:  # sealed thoughts, which nothing before them is part of
            self._take_datum(part, flow, events)
            return
        if flow.kind is not kind or flow.signed:
            self._begin(kind("", at=(*flow.at, "content", "parts", flow.count)), flow, events)
            flow.kind = kind
            if kind is Text:
                flow.texts.append(((*flow.at, "content", "parts", flow.count - 1), bytearray()))
                flow.numbers.append(flow.open)
        if text:
            if kind is Text:
                events.append(TextDelta(flow.open, text))
                flow.texts[-1][1].extend(text.encode("utf-8", "surrogatepass"))
            else:
                events.append(ReasoningDelta(flow.open, text))
        if signature is not None and part.thoughtSignature is not UNSET:
            flow.signed = True
            events.append(SignatureDelta(flow.open, signature, wrapped_id_base64(part.thoughtSignature)))

    def _take_datum(self, part: wire.Part, flow: Flow, events: list[Event]) -> None:
        call = part.functionCall
        if call is not UNSET and (flow.partial is not None or call.partialArgs is not UNSET or call.willContinue):
            self._take_partial(part, call, flow, events)
            return
        if call is UNSET and part == wire.Part():
            return
        found = decode_part(part, (*flow.at, "content", "parts", flow.count))
        if isinstance(found, ToolCall):
            self._identify(found, flow)
        self._whole(found, flow, events)
        if isinstance(found, Text):
            flow.texts.append((found.at, bytearray(found.text.encode("utf-8", "surrogatepass"))))
            flow.numbers.append(self._parts - 1)

    def _identify(self, call: ToolCall, flow: Flow) -> None:
        if call.derived_id:
            call.id = call_id(self._id, flow.index, flow.calls, call)
        flow.calls += 1

    def _begin(self, part: AnyPart, flow: Flow, events: list[Event]) -> None:
        self._end(flow, events)
        flow.open = self._parts
        self._parts += 1
        flow.count += 1
        events.append(PartStarted(flow.open, flow.index, part))

    def _end(self, flow: Flow, events: list[Event]) -> None:
        if flow.open >= 0:
            events.append(PartEnded(flow.open))
        flow.open = -1
        flow.kind = None
        flow.signed = False

    def _whole(self, part: AnyPart, flow: Flow, events: list[Event]) -> None:
        self._begin(part, flow, events)
        self._end(flow, events)

    def _take_partial(self, part: wire.Part, call: wire.FunctionCall, flow: Flow, events: list[Event]) -> None:
        if flow.partial is not None and call.name:
            self._end_partial(flow.partial, flow, events)
        if flow.partial is None:
            begun = wire.FunctionCall(name=call.name, id=call.id)
            begun.args = Raw(b"{}")
            first = wire.Part(functionCall=begun, thoughtSignature=part.thoughtSignature)
            found = decode_part(first, (*flow.at, "content", "parts", flow.count))
            assert isinstance(found, ToolCall)
            flow.partial = PartialCall(found)
        for piece in () if call.partialArgs is UNSET else call.partialArgs:
            flow.partial.add(piece)
        if not call.willContinue:
            self._end_partial(flow.partial, flow, events)

    def _end_partial(self, partial: PartialCall, flow: Flow, events: list[Event]) -> None:
        flow.partial = None
        call = partial.whole()
        self._identify(call, flow)
        self._whole(call, flow, events)


def _gather(so_far: Extension, more: Extension) -> None:
    """What several chunks say of a candidate: the later word counts, but sources add up and nothing says nothing."""
    for key, raw in more.items():
        if key == ("~logprobsResult",) or (bytes(raw) in _NOTHING and (key in so_far or bytes(raw) == b"null")):
            continue
        before = so_far.get(key)
        if key == ("citationMetadata",) and before is not None:
            raw = _both(before, raw)
        so_far[key] = raw


def _both(before: Raw, after: Raw) -> Raw:
    joined = load(dict[str, list[Raw] | Raw], before, NAME)
    for key, sources in load(dict[str, list[Raw] | Raw], after, NAME).items():
        had = joined.get(key)
        joined[key] = [*had, *sources] if isinstance(had, list) and isinstance(sources, list) else sources
    return Raw(dump(joined))
