"""Gemini's clients may forget thoughts, but they give the signatures of calls back: foreign thoughts ride on those."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Exchange, collect

ASKED = {"contents": [{"role": "user", "parts": [{"text": "How warm is it?"}]}]}
SIGNED = {"type": "thinking", "thinking": "Look it up.", "signature": "c2lnbmVk"}
SEALED = {"type": "redacted_thinking", "data": "c2VhbGVk"}
SAID = {"type": "text", "text": "One moment."}
PARIS = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}
OSLO = {"type": "tool_use", "id": "toolu_2", "name": "weather", "input": {"city": "Oslo"}}
TURNS = {
    "before the call": [SIGNED, PARIS],
    "before words and calls": [SIGNED, SEALED, SAID, PARIS, OSLO],
    "between calls": [SIGNED, PARIS, SEALED, OSLO],
    "after words": [SAID, SIGNED, PARIS],
}


def claude(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": content,
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def whole(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts that a client of Gemini gets for Claude's answer."""
    exchange = Exchange("gemini", "claude")
    exchange.request(ASKED, model="claude-opus-5-5")
    return exchange.response(claude(content)).body["candidates"][0]["content"]["parts"]


def streamed(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    exchange = Exchange("gemini", "claude")
    exchange.request(ASKED, model="claude-opus-5-5")
    started = {**claude([]), "stop_reason": None}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": started}]
    for index, block in enumerate(content):
        empty = {key: "" if key in ("thinking", "text", "signature") else value for key, value in block.items()}
        events.append({"type": "content_block_start", "index": index, "content_block": {**empty, "input": {}}})
        if block["type"] != "tool_use":
            del events[-1]["content_block"]["input"]
        if block["type"] == "thinking":
            events += [_delta(index, type="thinking_delta", thinking=delta) for delta in ("Look ", "it ", "up.")]
            events.append(_delta(index, type="signature_delta", signature=block["signature"]))
        elif block["type"] == "text":
            events.append(_delta(index, type="text_delta", text=block["text"]))
        elif block["type"] == "tool_use":
            city = f'{{"city":"{block["input"]["city"]}"}}'
            events.append(_delta(index, type="input_json_delta", partial_json=city))
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 1}})
    chunks = list(exchange.stream().iter_events([*events, {"type": "message_stop"}]))
    return [part for chunk in chunks for part in chunk["candidates"][0]["content"]["parts"]]


def _delta(index: int, **delta: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def asked_again(contents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Claude sees of its own turn when the client goes on with these contents."""
    results = [{"functionResponse": {"name": "weather", "response": {"output": "mild"}}}]
    body = {"contents": [*ASKED["contents"], *contents, {"role": "user", "parts": results}]}
    sent = Exchange("gemini", "claude").request(body, model="claude-opus-5-5").body
    return next(message["content"] for message in sent["messages"] if message["role"] == "assistant")


def ids_aside(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in block.items() if key != "id"} for block in content]


@pytest.mark.parametrize("answer", [whole, streamed])
@pytest.mark.parametrize("turn", TURNS)
def test_forgotten_thoughts_come_back(turn: str, answer: Any) -> None:
    kept = [part for part in answer(TURNS[turn]) if not part.get("thought")]
    assert not any("Look it up." in str(part) for part in kept)
    found = ids_aside(asked_again([{"role": "model", "parts": kept}]))
    assert found == ids_aside(TURNS[turn])


@pytest.mark.parametrize("answer", [whole, streamed])
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("turn", TURNS)
def test_kept_thoughts_come_back_once(turn: str, answer: Any, apart: bool) -> None:
    parts = answer(TURNS[turn])
    contents = [{"role": "model", "parts": [part]} for part in parts] if apart else [{"role": "model", "parts": parts}]
    assert ids_aside(asked_again(contents)) == ids_aside(TURNS[turn])


def test_thoughts_without_a_signature_ride_too() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}
    message = {"role": "assistant", "content": None, "reasoning_content": "Look it up.", "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    exchange = Exchange("gemini", "openai")
    exchange.request(ASKED, model="deepseek-chat")
    done = exchange.response({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
    kept = [part for part in done.body["candidates"][0]["content"]["parts"] if not part.get("thought")]
    answered = {"role": "user", "parts": [{"functionResponse": {"id": "call_1", "name": "weather", "response": {}}}]}
    body = {"contents": [*ASKED["contents"], {"role": "model", "parts": kept}, answered]}
    sent = Exchange("gemini", "openai").request(body, model="deepseek-chat").body
    assert sent["messages"][1]["reasoning_content"] == "Look it up."
    assert sent["messages"][1]["tool_calls"] == [call]


def test_gemini_itself_never_sees_them() -> None:
    body = {"contents": [*ASKED["contents"], {"role": "model", "parts": whole(TURNS["before the call"])[1:]}]}
    sent = Exchange("gemini", "gemini").request(body, model="gemini-3-pro")
    part = sent.body["contents"][1]["parts"][0]
    assert part["functionCall"]["name"] == "weather"
    assert "dgrid" not in str(sent.body)
    assert "dropped reasoning at contents[1].parts[0]: signed by another vendor" in map(str, sent.losses)


def test_what_cannot_be_read_is_left() -> None:
    part = {"functionCall": {"name": "weather", "args": {}}, "thoughtSignature": "dgridTranslateSign01LmIuYi57fQ=="}
    assert ids_aside(asked_again([{"role": "model", "parts": [part]}])) == [
        {"type": "tool_use", "name": "weather", "input": {}}
    ]


def test_a_stream_adds_up_to_the_answer() -> None:
    exchange = Exchange("gemini", "claude")
    exchange.request(ASKED, model="claude-opus-5-5")
    body = exchange.response(claude(TURNS["before words and calls"])).body
    assert collect([body], source="gemini")["candidates"] == body["candidates"]
