"""Which chunks the short way takes, and that it gives what the long way gives."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate.dialects.openai_chat.stream import Decoder
from dgrid_translate.ir.events import TextDelta
from tests.dialects.short_ways import both_ways

CHUNKS: list[dict[str, Any]] = [
    {"content": "a"},
    {"content": "a", "role": "assistant"},
    {"content": "a", "refusal": "no"},
    {"content": ""},
    {"content": None, "reasoning_content": "hm"},
    {"content": "a", "reasoning_content": "hm"},
    {"reasoning_content": "hm", "reasoning": "hm"},
    {"content": [{"type": "text", "text": "a"}]},
    {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
    {"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": ""}}], "content": "a"},
    {"tool_calls": []},
    {"x": 1},
    {},
]
ODD: list[dict[str, Any]] = [
    {},
    {"id": None},
    {"id": 1},
    {"usage": None},
    {"usage": {"prompt_tokens": 1}},
    {"service_tier": "flex"},
    {"x": 1},
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(
        st.tuples(
            st.sampled_from(CHUNKS),
            st.sampled_from(ODD),
            st.sampled_from(
                [{}, {"index": 0}, {"index": 1}, {"index": None}, {"finish_reason": None}, {"logprobs": None}]
            ),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_any_order_of_chunks(monkeypatch: pytest.MonkeyPatch, pieces: list[tuple[Any, Any, Any, bool]]) -> None:
    chunks: list[bytes] = []
    for delta, odd, more, twice in pieces:
        chunk = json.dumps({"id": "i", "choices": [{"delta": delta, **more}], **odd}).encode()
        chunks += [chunk, chunk] if twice else [chunk]
    short, long = both_ways("openai", [*chunks, b"[DONE]"], monkeypatch)
    assert short == long


def test_the_short_way_is_taken() -> None:
    decoder = Decoder()
    chunk = msgspec.json.encode({"choices": [{"index": 0, "delta": {"content": "a"}}]})
    decoder.feed(chunk)
    more = decoder._more  # pyright: ignore[reportPrivateUsage]
    assert not more.hope.trying  # the first chunk began the text
    assert decoder.feed(chunk) == [TextDelta(0, "a")]
    assert more.hope.trying
    assert more.read(chunk, decoder._choices) == TextDelta(0, "a")  # pyright: ignore[reportPrivateUsage]
