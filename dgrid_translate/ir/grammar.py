"""The order in which stream events may come, as one table, and a Checker that holds a stream to it.

Three machines run side by side. The response machine (`RESPONSE`) knows whether the answer has begun and ended. Each
part has its own: it starts once, takes the deltas that `DELTAS` allows for its kind, and ends once; parts may
interleave, and a Text may be cited as long as its candidate lasts. Each candidate ends once, after all its parts. A
broken rule leaves the Checker broken for good.

The table says nothing of what the events hold, and nothing of any dialect's own stream grammar.
"""

from __future__ import annotations

from typing import NoReturn

from dgrid_translate.errors import RemoteStreamError
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
from dgrid_translate.ir.parts import (
    Media,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)

RESPONSE: dict[str, dict[type, str]] = {
    "idle": {ResponseStarted: "open", OpaqueEvent: "idle", ErrorRaised: "failed"},
    "open": {
        PartStarted: "open",
        TextDelta: "open",
        ReasoningDelta: "open",
        SignatureDelta: "open",
        ToolInputDelta: "open",
        CitationAdded: "open",
        PartEnded: "open",
        LogprobsAdded: "open",
        UsageReported: "open",
        CandidateFinished: "open",
        OpaqueEvent: "open",
        ResponseFinished: "done",
        ErrorRaised: "failed",
    },
    "done": {},
    "failed": {},
}

DELTAS: dict[type[Part], frozenset[type]] = {
    Text: frozenset({TextDelta, CitationAdded, SignatureDelta}),
    Refusal: frozenset({TextDelta}),
    Reasoning: frozenset({ReasoningDelta, SignatureDelta}),
    ToolCall: frozenset({ToolInputDelta, SignatureDelta}),
    Media: frozenset({SignatureDelta}),
    ToolResult: frozenset(),
    ServerToolCall: frozenset(),
    ServerToolResult: frozenset(),
    Opaque: frozenset(),
}


class Checker:
    """Holds a stream of events to the grammar.

    `feed` raises RemoteStreamError at the first event that may not come here, and at every one after it; `close`
    raises it when the stream stopped before ResponseFinished or ErrorRaised.
    """

    def __init__(self) -> None:
        self.state: str = "idle"
        self._open: dict[int, tuple[int, type[Part]]] = {}
        self._started = 0
        self._texts: dict[int, int] = {}
        self._finished: set[int] = set()

    def feed(self, event: Event) -> None:
        """Take one event."""
        after = RESPONSE.get(self.state, {}).get(type(event))
        if after is None:
            self._break(f"{type(event).__name__} may not come when the response is {self.state}")
        match event:
            case PartStarted():
                self._start(event)
            case TextDelta() | ToolInputDelta() | ReasoningDelta() | SignatureDelta() | CitationAdded() | PartEnded():
                self._advance(event)
            case CandidateFinished():
                self._finish(event.candidate)
            case ResponseFinished() if self._open:
                self._break(f"the response finished while parts {sorted(self._open)} were open")
            case _:
                pass
        self.state = after

    def close(self) -> None:
        """The stream is over."""
        if self.state not in {"done", "failed"}:
            self._break(f"the stream stopped when the response was {self.state}")

    def _start(self, event: PartStarted) -> None:
        if event.index != self._started:
            self._break(f"part {event.index} started where part {self._started} was due")
        if event.candidate in self._finished:
            self._break(f"a part started in candidate {event.candidate}, which had finished")
        self._started += 1
        self._open[event.index] = event.candidate, type(event.part)
        if type(event.part) is Text:
            self._texts[event.index] = event.candidate

    def _advance(
        self, event: TextDelta | ToolInputDelta | ReasoningDelta | SignatureDelta | CitationAdded | PartEnded
    ) -> None:
        part = self._open.get(event.index)
        if type(event) is CitationAdded:
            if self._texts.get(event.index, -1) in self._finished or event.index not in self._texts:
                self._break(f"CitationAdded for part {event.index}, which is no text of an answer under way")
        elif part is None:
            self._break(f"{type(event).__name__} for part {event.index}, which is not open")
        elif type(event) is PartEnded:
            del self._open[event.index]
        elif type(event) not in DELTAS[part[1]]:
            self._break(f"{type(event).__name__} for part {event.index}, which is a {part[1].__name__}")

    def _finish(self, candidate: int) -> None:
        if candidate in self._finished:
            self._break(f"candidate {candidate} finished twice")
        still = sorted(index for index, (owner, _) in self._open.items() if owner == candidate)
        if still:
            self._break(f"candidate {candidate} finished while its parts {still} were open")
        self._finished.add(candidate)

    def _break(self, reason: str) -> NoReturn:
        self.state = "broken"
        raise RemoteStreamError(reason)
