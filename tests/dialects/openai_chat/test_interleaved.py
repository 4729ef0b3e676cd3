"""Parts that are told in turns: Chat says of a chunk which member it is more of, but not of which part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate.dialects.openai_chat import DIALECT
from dgrid_translate.ir.events import (
    CandidateFinished,
    Event,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
)
from dgrid_translate.ir.fold import collect
from dgrid_translate.ir.parts import Reasoning, Signature, Text
from dgrid_translate.ir.response import FinishReason
from dgrid_translate.losses import Losses
from dgrid_translate.shared.sse import unframe

SIGNED = Signature("c2ln", "anthropic")
THINKS = [PartStarted(0, 0, Reasoning("")), ReasoningDelta(0, "hm")]
SIGNS = [SignatureDelta(0, SIGNED), PartEnded(0)]
CASES: list[tuple[str, list[Event]]] = [
    (
        "a text that ends within a thought",
        [*THINKS, PartStarted(1, 0, Text("")), TextDelta(1, "a"), TextDelta(1, "b"), PartEnded(1), *SIGNS],
    ),
    (
        "a text that ends after it",
        [*THINKS, PartStarted(1, 0, Text("")), TextDelta(1, "a"), *SIGNS, TextDelta(1, "b"), PartEnded(1)],
    ),
]


@pytest.mark.parametrize("events", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_a_thought_is_signed_before_the_text_that_began_meanwhile(events: list[Event]) -> None:
    ends = [CandidateFinished(0, FinishReason("stop")), ResponseFinished()]
    frames = DIALECT.encoder(Losses(), None, None).feed([ResponseStarted("", "r", "m", 1), *events, *ends])
    chunks: list[dict[str, Any]] = [json.loads(data) for data in unframe(frames) if data != b"[DONE]"]
    told = [key for chunk in chunks for choice in chunk["choices"] for key, said in choice["delta"].items() if said]
    assert [key for place, key in enumerate(told) if told[place - 1] != key] == [
        "role",
        "reasoning_content",
        "reasoning_details",
        "content",
    ]
    decoder = DIALECT.decoder()
    back = collect([*(event for data in unframe(frames) for event in decoder.feed(data)), *decoder.close()])
    thought, text = back.candidates[0].parts
    assert isinstance(thought, Reasoning)
    assert (thought.text, thought.signature) == ("hm", SIGNED)
    assert isinstance(text, Text)
    assert text.text == "ab"
