"""Streams and exchanges in the turns they rarely take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate import Exchange, StreamTranslator, collect, to_responses, to_ui_message, translate
from dgrid_translate.errors import AmbiguousFormat, LossyTranslation, RemoteStreamError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.request import Request

ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
TOOL: dict[str, Any] = {"name": "f", "input_schema": {"type": "object"}}
GEMINI: dict[str, Any] = {
    "candidates": [{"content": {"parts": [{"text": "x"}], "role": "model"}, "finishReason": "STOP"}]
}
CLAUDE: dict[str, Any] = {
    "id": "i", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "end_turn",
    "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 2},
}  # fmt: skip


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def test_the_named_ways() -> None:
    assert to_responses(ASK, source="openai", kind="request")["input"] == [{"role": "user", "content": "hi"}]
    assert to_ui_message(ASK, source="openai", kind="request")["messages"][0]["parts"] == [
        {"type": "text", "text": "hi"}
    ]


def test_nothing_before_the_first_word() -> None:
    stream = StreamTranslator("openai", "claude")
    assert stream.feed(b" \n") == b""
    assert stream.feed(sse(chunk({"content": "x"}))).startswith(b"event: message_start")


def test_what_fails_after_it_has_failed_says_nothing_more() -> None:
    stream = StreamTranslator("openai", "claude")
    assert b"event: error" in stream.feed(b"data: {no\n\n")
    assert stream.feed(sse(chunk({"content": "x"}))) == b""
    assert stream.fail(Error("server", "gone")) == b""
    assert stream.close() == b""


def test_what_comes_with_an_error_in_one_read_comes_too_late() -> None:
    stream = StreamTranslator("openai", "claude")
    said = stream.feed(sse(chunk({"content": "x"}), {"error": {"message": "gone"}}, chunk({"content": "y"})))
    assert b'"text":"x"' in said
    assert b"event: error" in said
    assert b'"text":"y"' not in said


def test_a_stream_that_ends_with_its_last_bytes() -> None:
    stream = StreamTranslator("openai", "claude", passthrough=False)
    frames = list(stream.iter([sse(chunk({"content": "x"})), sse(chunk({}, "stop")).rstrip()]))
    assert b"message_stop" in frames[-1]
    assert list(StreamTranslator("openai", "openai").iter([b"data: x\n\n"])) == [b"data: x\n\n"]


async def _later(*pieces: Any) -> Any:
    for piece in pieces:
        yield piece


@pytest.mark.anyio
async def test_a_stream_that_passes_through_has_no_last_frames() -> None:
    stream = StreamTranslator("openai", "openai")
    assert [frames async for frames in stream.aiter(_later(b"data: x\n\n", b""))] == [b"data: x\n\n"]


def test_one_event_out_of_its_stream() -> None:
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}}
    losses: list[Any] = []
    made = translate({"type": "ping"}, to="openai", source="claude", kind="event", losses=losses)
    assert [event["choices"][0]["delta"] for event in made] == []
    assert translate(delta, to="openai", source="claude", kind="event") is not None


def test_strict_streams() -> None:
    cut = StreamTranslator("openai", "claude", strict=True)
    with pytest.raises(RemoteStreamError, match="cut before its end"):
        cut.close()
    lossy = StreamTranslator("openai", "claude", strict=True)
    with pytest.raises(LossyTranslation):
        lossy.feed(sse(chunk({"content": "x"}, x_new=1), chunk({}, "stop")) + b"data: [DONE]\n\n")


def test_an_upstream_that_only_breaks_at_its_end() -> None:
    body = {"type": "message_start", "message": CLAUDE}
    block = {"type": "web_search_tool_result", "tool_use_id": "c", "content": []}
    start = {"type": "content_block_start", "index": 0, "content_block": block}
    bent = {"type": "content_block_delta", "index": 0, "delta": {"type": "x_delta", "tool_use_id": 1}}
    stream = StreamTranslator("claude", "openai")
    frames = stream.feed(sse(body, start, bent)) + stream.close()
    assert b"content[0].tool_use_id: expected a string or null, found a number 1" in frames
    assert stream.error is not None


def test_the_request_of_a_stream_may_be_any_reading() -> None:
    asked = {**ASK, "tools": [TOOL]}
    for request in (asked, json.dumps(asked), Request("claude", [])):
        stream = StreamTranslator("openai", "claude", request=request)
        assert b"message_stop" in stream.feed(sse(chunk({"content": "x"}, "stop")) + b"data: [DONE]\n\n")


def test_a_stream_collected_from_its_bytes() -> None:
    whole = collect([b" ", json.dumps([GEMINI]).encode()[:-1], b"]"], source="gemini")
    assert json.loads(whole)["candidates"][0]["finishReason"] == "STOP"
    assert json.loads(collect(sse(GEMINI).rstrip(), source="gemini"))["candidates"][0]["content"]["parts"] == [
        {"text": "x"}
    ]


def test_an_exchange_that_stays_in_its_dialect() -> None:
    exchange = Exchange(client="gemini", upstream="gemini")
    asked = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    sent = exchange.request(asked, model="gemini-x")
    assert (sent.body, sent.losses) == (asked, [])
    assert exchange.response(GEMINI).body is GEMINI
    error = {"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}
    assert exchange.error(404, error).body is error


def test_a_model_put_into_a_body_that_only_json_can_read() -> None:
    exchange = Exchange(client="openai", upstream="openai")
    body = b'{"model":"a","messages":[{"role":"user","content":"\\ud83d"}]}'
    assert json.loads(exchange.request(body, model="b").body) == json.loads(body) | {"model": "b"}


def test_an_ambiguous_request() -> None:
    with pytest.raises(AmbiguousFormat):
        StreamTranslator(
            "openai", "claude", request={"messages": [], "tools": []} | {"tools": [{"name": "f"}, {"type": "x"}]}
        )


@pytest.mark.parametrize("size", [1, 400, 100_000])
def test_what_strict_streams_raise_does_not_depend_on_the_cuts(size: int) -> None:
    first = {"id": "c", "choices": [{"index": 0, "delta": {"content": "a"}, "logprobs": {"content": []}}], "x": 1}
    lossy = {"id": "c", "choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"}]}
    failed = {"error": {"message": "overloaded", "type": "server_error"}}
    stream = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in (first, lossy, failed))
    strict = StreamTranslator("openai", "claude", strict=True)
    with pytest.raises(LossyTranslation):
        list(strict.iter(stream[start : start + size] for start in range(0, len(stream), size)))
    assert strict.error is None  # it was not come to
