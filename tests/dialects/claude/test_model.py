"""The name of the model in an answer to Claude's clients: Claude Code gives signed thinking back to that name alone."""

from __future__ import annotations

from typing import Any

from dgrid_translate import Exchange

ASKED = {"model": "claude-opus-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi"}]}
TOLD = "approximated model at model: said to be claude-opus-5-5, as it was asked for"


def answer(**members: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
    return {"id": "c1", "object": "chat.completion", "created": 1, "choices": [choice], **members}


def test_the_model_that_was_asked_answers() -> None:
    exchange = Exchange("claude", "openai")
    exchange.request(ASKED, model="gpt-6")
    done = exchange.response(answer(model="gpt-6-2026-09-30"))
    assert done.body["model"] == "claude-opus-5-5"
    assert TOLD in map(str, done.losses)


def test_so_it_does_in_a_stream() -> None:
    exchange = Exchange("claude", "openai")
    exchange.request(ASKED)
    stream = exchange.stream()
    chunk = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "gpt-6",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    }
    started = next(event for event in stream.iter_events([chunk]) if event["type"] == "message_start")
    assert started["message"]["model"] == "claude-opus-5-5"
    assert TOLD in map(str, stream.losses)


def test_an_answer_without_a_model_is_the_asked_ones() -> None:
    exchange = Exchange("claude", "openai")
    exchange.request(ASKED)
    done = exchange.response(answer())
    assert done.body["model"] == "claude-opus-5-5"
    assert [str(loss) for loss in done.losses if loss.feature == "model"] == ["invented model at model"]


def message(**members: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 1}
    return {**made, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage, **members}


def test_claude_says_its_own_name() -> None:
    exchange = Exchange("claude", "claude")
    exchange.request(ASKED)
    body = message(model="claude-opus-5-5-20261001")
    done = exchange.response(body)
    assert done.body is body
    assert done.losses == []


def test_claude_by_another_name() -> None:
    exchange = Exchange("claude", "claude")
    sent = exchange.request({**ASKED, "model": "anthropic/claude-opus-5-5"}, model="claude-opus-5-5")
    assert sent.body == ASKED
    done = exchange.response(message(model="claude-opus-5-5"))
    assert done.body == message(model="anthropic/claude-opus-5-5")
    assert [str(loss) for loss in done.losses] == [
        "approximated model at model: said to be anthropic/claude-opus-5-5, as it was asked for"
    ]
