"""What is special to Claude's streams: one block at a time, held blocks, ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate.dialects.claude import DIALECT
from dgrid_translate.ir.events import (
    CandidateFinished,
    ErrorRaised,
    Event,
    OpaqueEvent,
    PartEnded,
    PartStarted,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    ToolInputDelta,
    UsageReported,
)
from dgrid_translate.ir.fold import collect
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.ir.parts import ServerToolCall, Text, ToolCall
from dgrid_translate.ir.response import FinishReason, Usage
from dgrid_translate.losses import Losses
from dgrid_translate.shared.sse import unframe
from dgrid_translate.testing.grammar.claude import check_stream

START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "c",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 1},
    },
}
END: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}


def start(index: int, **block: object) -> dict[str, object]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, kind: str, **members: object) -> dict[str, object]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **members}}


def stop(index: int) -> dict[str, object]:
    return {"type": "content_block_stop", "index": index}


def decode(*events: dict[str, Any]) -> list[Event]:
    decoder, checker = DIALECT.decoder(), Checker()
    decoded = [event for wire in events for event in decoder.feed(json.dumps(wire).encode())] + decoder.close()
    for event in decoded:
        checker.feed(event)
    checker.close()
    return decoded


def encode(events: list[Event]) -> list[dict[str, Any]]:
    encoder = DIALECT.encoder(Losses(), None, None)
    frames = [json.loads(data) for event in events for data in unframe(encoder.feed([event]))]
    assert check_stream(frames) == []
    return frames


def test_usage_adds_up() -> None:
    response = collect(decode(START, END, {"type": "message_stop"}))
    assert response.usage is not None
    assert (response.usage.input, response.usage.output, response.usage.cache_read) == (7, 9, 4)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], "{}"),
        (["", '{"a":', "1}"], '{"a":1}'),
    ],
)
def test_a_call_always_has_arguments(pieces: list[str], expected: str) -> None:
    deltas = [delta(0, "input_json_delta", partial_json=piece) for piece in pieces]
    events = decode(START, start(0, type="tool_use", id="t", name="f", input={}), *deltas, stop(0), END)
    call = collect(events).candidates[0].parts[0]
    assert isinstance(call, ToolCall)
    assert call.arguments == expected


def test_server_tools_are_held_until_whole() -> None:
    block: dict[str, Any] = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    events = decode(START, start(0, **block), delta(0, "input_json_delta", partial_json='{"query":"x"}'), stop(0), END)
    call = collect(events).candidates[0].parts[0]
    assert isinstance(call, ServerToolCall)
    assert json.loads(bytes(call.raw)) == {**block, "input": {"query": "x"}}
    assert encode(events)[1:4] == [
        start(0, **block),
        delta(0, "input_json_delta", partial_json='{"query":"x"}'),
        stop(0),
    ]


ENDS: list[tuple[list[dict[str, Any]], type]] = [
    ([START, END], ResponseFinished),
    ([START, start(0, type="text", text="")], ErrorRaised),
    ([], ErrorRaised),
    ([START, {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}, END], ErrorRaised),
    ([START, {"type": "ping"}, END, {"type": "message_stop"}, START], ResponseFinished),
]


@pytest.mark.parametrize(("events", "last"), ENDS)
def test_ends(events: list[dict[str, Any]], last: type) -> None:
    assert type(decode(*events)[-1]) is last


def test_what_is_unknown_is_carried() -> None:
    event = {"type": "shiny", "x": 1}
    events = decode(START, event, END)
    assert isinstance(events[1], OpaqueEvent)
    assert event in encode(events)


def test_interleaved_parts_come_one_after_the_other() -> None:
    events: list[Event] = [
        ResponseStarted("openai", "r", "m"),
        PartStarted(0, 0, ToolCall("a", "f", "")),
        PartStarted(1, 0, ToolCall("b", "g", '{"x"')),
        PartStarted(2, 1, Text("")),
        ToolInputDelta(0, '{"y"'),
        ToolInputDelta(1, ":1}"),
        TextDelta(2, "lost"),
        ToolInputDelta(0, ":2}"),
        PartEnded(1),
        PartEnded(2),
        PartEnded(0),
        CandidateFinished(0, FinishReason("stop")),
        CandidateFinished(1, FinishReason("stop")),
        UsageReported(Usage(input=5, output=6)),
        ResponseFinished(),
    ]
    frames = encode(events)
    assert [(frame["type"], frame.get("index")) for frame in frames[1:-2]] == [
        ("content_block_start", 0),
        ("content_block_delta", 0),
        ("content_block_delta", 0),
        ("content_block_stop", 0),
        ("content_block_start", 1),
        ("content_block_delta", 1),
        ("content_block_delta", 1),
        ("content_block_stop", 1),
    ]
    assert frames[-2]["delta"]["stop_reason"] == "tool_use"
    assert frames[-2]["usage"] == {"input_tokens": 5, "output_tokens": 6}


@pytest.mark.parametrize(
    ("pieces", "said"),
    [(["not ", "json"], {"_raw": "not json"}), (["  ", "{", "}"], {}), ([""], None), (["{", "'a'"], {"_raw": "{'a'"})],
)
def test_arguments_are_checked_before_they_go_out(pieces: list[str], said: object) -> None:
    deltas: list[Event] = [ToolInputDelta(0, piece) for piece in pieces]
    events: list[Event] = [
        ResponseStarted("openai", "r", "m"),
        PartStarted(0, 0, ToolCall("a", "f", "")),
        *deltas,
        PartEnded(0),
        CandidateFinished(0, FinishReason("tool_calls")),
        ResponseFinished(),
    ]
    given = "".join(
        frame["delta"]["partial_json"] for frame in encode(events) if frame["type"] == "content_block_delta"
    )
    assert (json.loads(given) if given else None) == said


def test_half_characters_pass() -> None:
    events = decode(START, start(0, type="text", text=""), delta(0, "text_delta", text="\ud83d"), stop(0), END)
    assert delta(0, "text_delta", text="\ud83d") in encode(events)
