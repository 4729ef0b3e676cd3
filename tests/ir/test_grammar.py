"""The order of events: every way to break it is told, and a broken stream stays broken."""

from __future__ import annotations

import pytest

from dgrid_translate.errors import RemoteStreamError
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    Event,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
)
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.ir.parts import Citation, Text
from dgrid_translate.ir.response import FinishReason

START = ResponseStarted("openai")
TEXT = PartStarted(0, 0, Text(""))
FINISH = CandidateFinished(0, FinishReason("stop"))

BROKEN: list[tuple[list[Event], str]] = [
    ([TEXT], "PartStarted may not come when the response is idle"),
    ([START, PartStarted(1, 0, Text(""))], "part 1 started where part 0 was due"),
    ([START, FINISH, TEXT], "a part started in candidate 0, which had finished"),
    ([START, TextDelta(0, "x")], "TextDelta for part 0, which is not open"),
    ([START, TEXT, PartEnded(0), TextDelta(0, "x")], "TextDelta for part 0, which is not open"),
    ([START, TEXT, ReasoningDelta(0, "x")], "ReasoningDelta for part 0, which is a Text"),
    ([START, CitationAdded(0, Citation())], "CitationAdded for part 0, which is no text of an answer under way"),
    ([START, FINISH, FINISH], "candidate 0 finished twice"),
    ([START, TEXT, FINISH], "candidate 0 finished while its parts [0] were open"),
    ([START, TEXT, ResponseFinished()], "the response finished while parts [0] were open"),
]


@pytest.mark.parametrize(("events", "reason"), BROKEN, ids=range(len(BROKEN)))
def test_what_breaks_the_order(events: list[Event], reason: str) -> None:
    checker = Checker()
    for event in events[:-1]:
        checker.feed(event)
    with pytest.raises(RemoteStreamError) as caught:
        checker.feed(events[-1])
    assert str(caught.value) == reason
    with pytest.raises(RemoteStreamError, match="when the response is broken"):
        checker.feed(START)


def test_a_stream_that_stops_early() -> None:
    checker = Checker()
    checker.feed(START)
    with pytest.raises(RemoteStreamError, match="the stream stopped when the response was"):
        checker.close()
