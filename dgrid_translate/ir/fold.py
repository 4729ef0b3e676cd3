"""From a stream of events to the response it adds up to, and back.

`collect` and `explode` are inverse up to how text is cut. Both exist once, here, so that no dialect can make streams
and responses disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dgrid_translate.errors import RemoteStreamError
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
    ToolInputDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Citation, Extensions, Reasoning, Refusal, Signature, Text, ToolCall
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.ir.response import Candidate, FinishReason, Logprobs, Response, Usage


def begun(event: ResponseStarted) -> Response:
    """An answer of which nothing is there yet but what its first event says; no usage."""
    return Response(
        event.dialect,
        [],
        event.id,
        event.model,
        event.created,
        event.service_tier,
        places=event.places,
        ext=event.ext,
        at=event.at,
    )


def merge_extensions(first: Extensions | None, then: Extensions | None) -> Extensions | None:
    """Both; where both name a key, the later word counts."""
    if first is None or then is None:
        return first if then is None else then
    return {dialect: first.get(dialect, {}) | then.get(dialect, {}) for dialect in first | then}


def more_logprobs(so_far: Logprobs | None, more: Logprobs) -> Logprobs:
    """The tokens so far, which are the caller's own and are added to, with more."""
    if so_far is None:
        content = None if more.content is None else [*more.content]
        return replace(more, content=content, refusal=None if more.refusal is None else [*more.refusal])
    if more.content is not None:
        so_far.content = so_far.content or []
        so_far.content += more.content
    if more.refusal is not None:
        so_far.refusal = so_far.refusal or []
        so_far.refusal += more.refusal
    if more.at != so_far.at and more.at not in so_far.others:
        so_far.others = (*so_far.others, more.at)
    so_far.ext = merge_extensions(so_far.ext, more.ext)
    return so_far


class _Growing:
    """A part under way."""

    __slots__ = ("candidate", "citations", "part", "pieces", "signature")

    def __init__(self, candidate: int, part: AnyPart) -> None:
        self.candidate = candidate
        self.part = part
        self.pieces = Pieces()
        self.citations: list[Citation] = []
        self.signature: Signature | None = None

    def sign(self, signature: Signature, part_id: str | None) -> None:
        self.signature = signature
        if part_id is not None and type(self.part) is Reasoning:
            self.part = replace(self.part, id=part_id)

    def whole(self) -> AnyPart:
        part = self.part
        match part:
            case Text():
                part = replace(
                    part,
                    text=self.pieces.text(part.text),
                    citations=[*(part.citations or []), *self.citations] or None,
                )
            case Reasoning() | Refusal():
                part = replace(part, text=self.pieces.text(part.text))
            case ToolCall(arguments=str(seed)):
                part = replace(part, arguments=self.pieces.text(seed))
            case _:
                pass
        return part if self.signature is None else replace(part, signature=self.signature)


class Collector:
    """Adds events up. `error` is set when the stream failed; `result` gives what there is."""

    def __init__(self) -> None:
        self.error: Error | None = None
        self.finished = False
        self._start: ResponseStarted | None = None
        self._end = ResponseFinished()
        self._parts: dict[int, _Growing] = {}
        self._finishes: dict[int, CandidateFinished] = {}
        self._logprobs: dict[int, Logprobs] = {}
        self._usage: Usage | None = None

    def feed(self, event: Event) -> None:
        """Take one event of a legal stream."""
        match event:
            case TextDelta() | ToolInputDelta() | ReasoningDelta():
                self._parts[event.index].pieces.add(event.text)
            case PartStarted():
                self._parts[event.index] = _Growing(event.candidate, event.part)
            case PartEnded():
                if event.ext is not None:
                    grown = self._parts[event.index]
                    grown.part = replace(grown.part, ext=merge_extensions(grown.part.ext, event.ext))
            case SignatureDelta():
                self._parts[event.index].sign(event.signature, event.id)
            case CitationAdded():
                self._parts[event.index].citations.append(event.citation)
            case LogprobsAdded():
                self._logprobs[event.candidate] = more_logprobs(self._logprobs.get(event.candidate), event.logprobs)
            case UsageReported():
                self._usage = event.usage
            case CandidateFinished():
                self._finishes[event.candidate] = event
            case ResponseStarted():
                self._start = event
                self._usage = event.usage
            case ResponseFinished():
                self._end = event
                self.finished = True
            case ErrorRaised():
                self.error = event.error
            case _:
                pass

    def result(self) -> Response:
        """The response so far."""
        start = self._start or ResponseStarted(dialect="")
        candidates: dict[int, Candidate] = {}
        owners = [grown.candidate for grown in self._parts.values()]
        for index in sorted({*owners, *self._finishes, *self._logprobs}):
            finish = self._finishes.get(index)
            candidates[index] = Candidate(
                index,
                [],
                finish.finish if finish else None,
                self._logprobs.get(index),
                ext=finish.ext if finish else None,
                at=finish.at if finish else (),
            )
        for grown in self._parts.values():
            candidates[grown.candidate].parts.append(grown.whole())
        return Response(
            start.dialect,
            list(candidates.values()),
            start.id,
            start.model,
            start.created,
            self._end.service_tier or start.service_tier,
            self._usage,
            start.places,
            ext=merge_extensions(start.ext, self._end.ext),
            at=start.at,
        )


def collect(events: Iterable[Event]) -> Response:
    """The response that a legal stream adds up to.

    Raises:
        RemoteStreamError: the stream failed or stopped before its end.
    """
    collector = Collector()
    for event in events:
        collector.feed(event)
    if collector.error is not None:
        raise RemoteStreamError(collector.error.message)
    if not collector.finished:
        raise RemoteStreamError("the stream stopped before its end")
    return collector.result()


def explode(response: Response) -> Iterator[Event]:
    """A legal stream that adds up to `response`."""
    yield ResponseStarted(
        response.dialect,
        response.id,
        response.model,
        response.created,
        response.service_tier,
        None,
        response.places,
        at=response.at,
        ext=response.ext,
    )
    index = 0
    for candidate in response.candidates:
        for part in candidate.parts:
            yield from _explode_part(index, candidate.index, part)
            index += 1
        if candidate.logprobs is not None:
            yield LogprobsAdded(candidate.index, candidate.logprobs)
        finish = candidate.finish or FinishReason("other")
        yield CandidateFinished(candidate.index, finish, candidate.ext, candidate.at)
    if response.usage is not None:
        yield UsageReported(response.usage)
    yield ResponseFinished()


def _explode_part(index: int, candidate: int, part: AnyPart) -> Iterator[Event]:
    match part:
        case Text():
            yield PartStarted(index, candidate, replace(part, text="", citations=None, signature=None))
            yield TextDelta(index, part.text)
            for citation in part.citations or ():
                yield CitationAdded(index, citation)
        case Reasoning(redacted=False):
            yield PartStarted(index, candidate, replace(part, text="", signature=None))
            yield ReasoningDelta(index, part.text)
        case Refusal():
            yield PartStarted(index, candidate, replace(part, text=""))
            yield TextDelta(index, part.text)
        case ToolCall(arguments=str(arguments)):
            yield PartStarted(index, candidate, replace(part, arguments=""))
            yield ToolInputDelta(index, arguments)
        case _:
            yield PartStarted(index, candidate, part)
    if part.signature is not None and isinstance(part, Text | Reasoning) and not getattr(part, "redacted", False):
        yield SignatureDelta(index, part.signature)
    yield PartEnded(index)
