"""Responses as streams, and streams as responses."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Raw

from dgrid_translate.errors import RemoteStreamError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import ErrorRaised, ResponseStarted
from dgrid_translate.ir.fold import collect, explode
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.ir.parts import AnyPart, Citation, Media, Reasoning, Refusal, Signature, Text, ToolCall
from dgrid_translate.ir.pieces import join_text
from dgrid_translate.ir.response import Candidate, FinishReason, Logprobs, Response, TokenLogprob, Usage

SEAL = Signature("c2ln", "google")
PARTS: list[AnyPart] = [
    Text("a", citations=[Citation(url="https://x")], signature=SEAL),
    Reasoning("t", signature=SEAL),
    Reasoning("", redacted=True, signature=SEAL),
    Refusal("no"),
    ToolCall("c", "f", '{"a":1}'),
    ToolCall("d", "g", Raw(b"{}"), signature=SEAL),
    Media("image", data="QUJD"),
]


def test_there_and_back() -> None:
    response = Response("openai", [Candidate(0, PARTS, FinishReason("stop"), Logprobs([TokenLogprob("a", -1)]))])
    response.usage = Usage(1, 2)
    response.candidates.append(Candidate(1, [], FinishReason("length")))
    checker = Checker()
    for event in explode(response):
        checker.feed(event)
    checker.close()
    assert collect(explode(response)) == response


def test_an_answer_without_an_end_gets_one() -> None:
    found = collect(explode(Response("openai", [Candidate(0, [Text("a")])])))
    assert [candidate.finish for candidate in found.candidates] == [FinishReason("other")]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([ResponseStarted("openai"), ErrorRaised(Error("server", "gone"))], "gone"),
        ([ResponseStarted("openai")], "the stream stopped before its end"),
    ],
)
def test_what_adds_up_to_nothing(events: list[Any], reason: str) -> None:
    with pytest.raises(RemoteStreamError, match=reason):
        collect(events)


def test_an_emoji_cut_in_two_is_whole_again() -> None:
    assert join_text(["a\ud83d", "\ude00"]) == "a\U0001f600"
