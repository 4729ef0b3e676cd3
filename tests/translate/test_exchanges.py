"""Exchange and StreamTranslator: what belongs to one request and its answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dgrid_translate import Exchange, StreamTranslator, collect
from dgrid_translate.errors import LocalStreamError, LossyTranslation, RemoteStreamError
from dgrid_translate.ir.error import Error

LONG = "look_" + "x" * 70
ASK: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "hi"}],
    "tools": [{"name": LONG, "input_schema": {"type": "object", "properties": {}}}],
}


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


CHUNKS = [chunk({"role": "assistant", "content": "Hel"}), chunk({"content": "lo"}), chunk({}, "stop")]
RAW = sse(*CHUNKS) + b"data: [DONE]\n\n"


def test_tool_names_fit_the_upstream_and_come_back() -> None:
    exchange = Exchange(client="claude", upstream="openai")
    sent = exchange.request(ASK)
    name = sent.body["tools"][0]["function"]["name"]
    assert len(name) <= 64
    assert name != LONG
    assert "tool_name" in {loss.feature for loss in sent.losses}
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}}
    answer = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "tool_calls": [call]}, "finish_reason": "tool_calls"}
        ],
    }
    assert exchange.response(answer).body["content"][0]["name"] == LONG
    stream = exchange.stream()
    events = list(
        stream.iter_events([chunk({"role": "assistant", "tool_calls": [{"index": 0, **call}]}, "tool_calls")])
    )
    assert [event["content_block"]["name"] for event in events if event["type"] == "content_block_start"] == [LONG]


def test_free_text_tools_become_functions_and_come_back() -> None:
    tool = {"type": "custom", "custom": {"name": "apply_patch", "format": {"type": "text"}}}
    asked = {"model": "m", "messages": [{"role": "user", "content": "go"}], "tools": [tool]}
    exchange = Exchange(client="openai", upstream="claude", now=1)
    sent = exchange.request(asked).body
    assert sent["tools"][0]["input_schema"]["required"] == ["input"]
    answer = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "tool_use", "id": "toolu_1", "name": "apply_patch", "input": {"input": "*** Begin"}}],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    call = exchange.response(answer).body["choices"][0]["message"]["tool_calls"][0]
    assert call == {"id": "toolu_1", "type": "custom", "custom": {"name": "apply_patch", "input": "*** Begin"}}


def test_the_model_can_be_another_and_nothing_else_is_read() -> None:
    body = b'{"model": "a", "messages": [{"role":"user",  "content": "kept  as it is"}]}'
    same = Exchange(client="openai", upstream="openai").request(body, model="b").body
    assert same == b'{"model":"b","messages":[{"role":"user",  "content": "kept  as it is"}]}'
    assert Exchange(client="openai", upstream="openai").request(body).body is body
    other = Exchange(client="openai", upstream="gemini").request(json.loads(body), model="gemini-3-pro")
    assert "model" not in other.body  # the URL says it
    assert other.model == "gemini-3-pro"


def test_errors_keep_their_status() -> None:
    exchange = Exchange(client="claude", upstream="openai")
    done = exchange.error(429, b'{"error": {"message": "slow down", "code": "rate_limit_exceeded"}}')
    assert done.status == 429
    assert json.loads(done.body)["error"]["type"] == "rate_limit_error"
    plain = exchange.error(502, b"<html>bad gateway</html>")
    assert json.loads(plain.body)["error"]["message"] == "<html>bad gateway</html>"


def test_strict_refuses_losses() -> None:
    exchange = Exchange(client="openai", upstream="claude", strict=True)
    with pytest.raises(LossyTranslation):
        exchange.request({"model": "m", "messages": [{"role": "user", "content": "hi"}], "seed": 1})


def test_bytes_and_events_agree() -> None:
    whole = StreamTranslator("openai", "claude")
    frames = whole.feed(RAW) + whole.close()
    one_by_one = b"".join(StreamTranslator("openai", "claude").iter(RAW[at : at + 1] for at in range(len(RAW))))
    assert frames == one_by_one
    events = list(StreamTranslator("openai", "claude").iter_events(CHUNKS))
    assert [event["type"] for event in events] == [
        line[7:].decode() for line in frames.split(b"\n") if line.startswith(b"event: ")
    ]


@pytest.mark.anyio
async def test_asynchronous_streams() -> None:
    async def arriving() -> AsyncIterator[bytes]:
        for at in range(0, len(RAW), 7):
            yield RAW[at : at + 7]

    async def events() -> AsyncIterator[dict[str, Any]]:
        for event in CHUNKS:
            yield event

    frames = [frame async for frame in StreamTranslator("openai", "claude").aiter(arriving())]
    assert b"".join(frames) == b"".join(StreamTranslator("openai", "claude").iter([RAW]))
    given = [event async for event in StreamTranslator("openai", "claude").aiter_events(events())]
    assert given == list(StreamTranslator("openai", "claude").iter_events(CHUNKS))


@pytest.mark.anyio
async def test_a_stream_that_is_cut_ends_with_an_error() -> None:
    async def arriving() -> AsyncIterator[bytes]:
        yield RAW[: RAW.rindex(b"finish_reason")]

    *_, last = [frame async for frame in StreamTranslator("openai", "claude").aiter(arriving())]
    assert last.startswith(b"event: error\n")


def test_an_answer_goes_by_the_name_it_is_given() -> None:
    exchange = Exchange("claude", "openai", answer_id="msg_mine")
    exchange.request({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
    message = {"role": "assistant", "content": "hello"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    assert exchange.response(answer).body["id"] == "msg_mine"
    assert next(exchange.stream().iter_events(CHUNKS))["message"]["id"] == "msg_mine"


def test_a_stream_that_stays_passes_untouched() -> None:
    stream = StreamTranslator("openai", "openai")
    assert stream.feed(b": odd\r\ndata: {}") == b": odd\r\ndata: {}"
    assert stream.close() == b""
    assert StreamTranslator("openai", "openai").feed_event(CHUNKS[0]) == [CHUNKS[0]]


def test_a_closed_stream_takes_no_more() -> None:
    stream = StreamTranslator("openai", "claude")
    stream.close()
    with pytest.raises(LocalStreamError):
        stream.feed(b"data: {}\n\n")
    assert stream.close() == b""
    assert stream.close_events() == []


def test_a_cut_stream_is_an_error() -> None:
    stream = StreamTranslator("openai", "claude")
    frames = stream.feed(sse(*CHUNKS[:2])) + stream.close()
    assert frames.rstrip().endswith(b"}")
    assert b"event: error" in frames
    assert b"message_stop" not in frames
    with pytest.raises(RemoteStreamError, match="cut"):
        collect(sse(*CHUNKS[:2]), source="openai")


def test_what_is_no_json_is_an_error_and_ends_the_stream() -> None:
    stream = StreamTranslator("openai", "claude")
    frames = stream.feed(sse(CHUNKS[0]) + b"data: {oops\n\n" + sse(*CHUNKS[1:])) + stream.close()
    assert frames.count(b"event: error") == 1
    assert b"lo" not in frames.split(b"event: error")[1].split(b"\n\n")[1]
    strict = StreamTranslator("openai", "claude", strict=True)
    with pytest.raises(RemoteStreamError):
        strict.feed(b"data: {oops\n\n")


def test_collect_gives_the_response_in_the_container_of_the_stream() -> None:
    assert collect(CHUNKS, source="openai")["choices"][0]["message"]["content"] == "Hello"
    assert json.loads(collect(RAW, source="openai")) == collect(CHUNKS, source="openai")
    assert collect([RAW[:40], RAW[40:]], source="openai") == collect(RAW, source="openai")


def test_gemini_streams_without_sse() -> None:
    parts = [{"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}]} for text in ("Hel", "lo")]
    parts[1]["candidates"][0]["finishReason"] = "STOP"
    array = json.dumps(parts).encode()
    frames = b"".join(StreamTranslator("gemini", "openai", now=1).iter([array[:30], array[30:]]))
    assert collect(frames, source="openai")
    assert b'"content":"Hel"' in frames


def test_a_stream_that_fails_outside_itself_says_why() -> None:
    error = Error("timeout", "the upstream fell silent", 504)
    cut = StreamTranslator("openai", "claude")
    cut.feed_event(chunk({"content": "Hi"}))
    frames = cut.fail(error)
    assert b"event: error\n" in frames
    assert b"the upstream fell silent" in frames
    assert cut.error is error
    assert cut.fail(error) == cut.close() == b""


def test_a_stream_that_was_complete_cannot_fail_any_more() -> None:
    done = StreamTranslator("gemini", "claude")
    done.feed(b'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}\n\n')
    assert b"event: message_stop" in done.fail(Error("server", "reset", 502))
    assert done.error is None


def test_what_a_complete_stream_took_and_lost_is_known_however_it_stops() -> None:
    counts = b'"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}'
    done = StreamTranslator("gemini", "claude")
    done.feed(b'data: {"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],%b}\n\n' % counts)
    done.fail(Error("server", "reset", 502))
    assert done.usage is not None
    assert (done.usage.input, done.usage.output) == (3, 4)
    marked = {"type": "text-delta", "id": "1", "delta": "A", "providerMetadata": {"foo": {"a": 1}}}
    said = [{"type": "start"}, {"type": "text-start", "id": "1"}, marked, {"type": "finish"}]
    lost = StreamTranslator("ui-message", "openai", now=1)
    for event in said:
        lost.feed_event(event)
    lost.fail(Error("server", "reset", 502))
    assert "parts[0].providerMetadata.foo.a" in [loss.path for loss in lost.losses]


def test_a_stream_that_passes_through_fails_in_its_own_words() -> None:
    passing = StreamTranslator("openai", "openai")
    assert passing.feed(b"data: {}\n\n") == b"data: {}\n\n"
    assert passing.fail(Error("server", "reset", 502)).startswith(b'data: {"error":')
