"""Tools that an upstream would refuse as they are: sent under other names and as functions, answered as they were."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Exchange

NAME = "look up/the weather"
ASKED: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "tools": [
        {"type": "function", "function": {"name": NAME, "parameters": {"type": "object", "properties": {}}}},
        {"type": "function", "function": {"name": "plain", "parameters": {"type": "object", "properties": {}}}},
        {"type": "custom", "custom": {"name": "patch"}},
    ],
}
USAGE = {"input_tokens": 1, "output_tokens": 2}
WHOLE: dict[str, Any] = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use",
    "stop_sequence": None, "usage": USAGE,
}  # fmt: skip


def asked() -> tuple[Exchange, list[str]]:
    exchange = Exchange("openai", "claude", now=1)
    return exchange, [tool["name"] for tool in exchange.request(ASKED).body["tools"]]


def call(name: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"t_{len(name)}", "name": name, "input": given}


def wanted(*calls: tuple[str, str, str]) -> list[dict[str, Any]]:
    """The calls of a Chat message: (kind, name, arguments)."""
    key = {"function": "arguments", "custom": "input"}
    return [{"type": kind, kind: {"name": name, key[kind]: text}} for kind, name, text in calls]


def without_ids(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if key not in ("id", "index")} for each in calls]


WANTED = wanted(("function", NAME, '{"a":1}'), ("function", "plain", "{}"), ("custom", "patch", "*** a\n"))


def test_a_whole_answer_calls_what_the_client_has() -> None:
    exchange, names = asked()
    assert names[0] != NAME
    content = [
        {"type": "text", "text": "so"},
        call(names[0], a=1),
        call("plain"),
        call("patch", input="*** a\n"),
    ]
    message = exchange.response({**WHOLE, "content": content}).body["choices"][0]["message"]
    assert message["content"] == "so"
    assert without_ids(message["tool_calls"]) == WANTED


def told(index: int, block: dict[str, Any], *pieces: str) -> list[dict[str, Any]]:
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


@pytest.mark.parametrize(
    "free",
    [
        told(2, call("patch"), '{"input":"*** ', 'a\\n"}'),
        told(2, call("patch", input="*** a\n")),
        told(2, call("patch"), "*** ", "a\n"),
    ],
    ids=["in pieces", "at its start", "without its object"],
)
def test_a_streamed_answer_calls_what_the_client_has(free: list[dict[str, Any]]) -> None:
    exchange, names = asked()
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**WHOLE, "content": [], "stop_reason": None}},
        *told(0, call(names[0]), '{"a"', ":1}"),
        *told(1, call("plain"), "{}"),
        *free,
        {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": USAGE},
        {"type": "message_stop"},
    ]
    calls: dict[int, dict[str, Any]] = {}
    for chunk in exchange.stream().iter_events(events):
        for choice in chunk["choices"]:
            for piece in choice["delta"].get("tool_calls", ()):
                known = calls.setdefault(piece["index"], piece)
                for kind, key in (("function", "arguments"), ("custom", "input")):
                    if known is not piece and kind in piece:
                        known[kind][key] += piece[kind][key]
    assert without_ids([calls[index] for index in sorted(calls)]) == WANTED
