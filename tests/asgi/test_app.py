"""create_app: every dialect on top of every backend."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app
from dgrid_translate.backends import Context, DemoBackend, Router
from tests.asgi.driver import ALWAYS_STREAM, ask, call, send, text_in

pytestmark = pytest.mark.anyio

STREAMS = [pytest.param(False, id="whole"), pytest.param(True, id="stream")]
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
ANSWER = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi, you"}, "finish_reason": "stop"}],
}


def chunks() -> Iterator[dict[str, Any]]:
    for delta in ({"role": "assistant", "content": "Hi"}, {"content": ", you"}):
        yield {**CHUNK, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("speaks", DIALECTS)
@pytest.mark.parametrize("client", DIALECTS)
async def test_every_client_on_every_backend(client: str, speaks: str, stream: bool) -> None:
    app = create_app(DemoBackend(speaks=speaks))
    asked = ask(client, "Hello there", stream=stream)
    got = await send(app, asked)
    assert got.status == 200
    assert got.ended
    assert got.headers["content-type"].startswith("text/event-stream" if asked.stream else "application/json")
    assert text_in(client, got, stream=asked.stream) == "You said: Hello there"


@pytest.mark.parametrize("client", DIALECTS)
async def test_the_long_way_round_says_the_same(client: str) -> None:
    asked = ask(client, stream=True)
    short = await send(create_app(DemoBackend(speaks=client)), asked)
    long = await send(create_app(DemoBackend(speaks=client), passthrough=False), asked)
    assert text_in(client, short, stream=True) == text_in(client, long, stream=True)


async def async_dict(body: dict[str, Any]) -> dict[str, Any]:
    assert body["messages"]
    return ANSWER


def sync_dict(body: dict[str, Any]) -> dict[str, Any]:
    assert body["messages"]
    return ANSWER


async def async_json(body: dict[str, Any]) -> bytes:
    assert body["messages"]
    return json.dumps(ANSWER).encode()


async def async_generator(body: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    assert body["messages"]
    for chunk in chunks():
        yield chunk


def sync_generator(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    assert body["messages"]
    yield from chunks()


async def returns_generator(body: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    return async_generator(body)


async def frames(body: dict[str, Any]) -> AsyncIterator[bytes]:
    assert body["messages"]
    for chunk in chunks():
        yield b"data: " + json.dumps(chunk).encode() + b"\n\n"


class Instance:
    async def __call__(self, body: dict[str, Any], context: Context) -> dict[str, Any]:
        assert body["messages"]
        assert context.client in DIALECTS
        assert "authorization" not in context.headers
        return ANSWER


FUNCTIONS = [async_dict, sync_dict, async_json, async_generator, sync_generator, returns_generator, frames, Instance()]


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("client", ["openai", "claude"])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: getattr(one, "__name__", "object"))
async def test_functions_of_every_kind(function: Any, client: str, stream: bool) -> None:
    app = create_app(function)
    got = await send(app, ask(client, stream=stream), headers={"authorization": "Bearer k"})
    assert got.status == 200
    assert text_in(client, got, stream=stream) == "Hi, you"


async def test_a_function_that_speaks_claude() -> None:
    async def backend(body: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        assert body["max_tokens"] > 0
        message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
        usage = {"input_tokens": 1, "output_tokens": 1}
        yield {"type": "message_start", "message": {**message, "usage": usage}}
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Salut"}}
        yield {"type": "content_block_stop", "index": 0}
        yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}}
        yield {"type": "message_stop"}

    app = create_app(backend, speaks="claude")
    for client in DIALECTS:
        got = await send(app, ask(client, stream=True))
        assert text_in(client, got, stream=True) == "Salut"


async def test_gemini_streams_as_an_array_unless_asked_for_events() -> None:
    asked = ask("gemini", "Hello there", stream=True)
    for speaks in DIALECTS:
        got = await call(create_app(DemoBackend(speaks=speaks)), asked.path, asked.body)
        assert got.headers["content-type"] == "application/json"
        pieces = [part["text"] for chunk in got.json for part in chunk["candidates"][0]["content"]["parts"]]
        assert "".join(pieces) == "You said: Hello there"
        assert len(got.frames) > 1


PATHS = {
    "openai": ["/v1/chat/completions", "/chat/completions", "/v1/chat/completions/", "/v1/v1/chat/completions"]
    + ["//v1/chat/completions", "//chat/completions"],
    "claude": ["/v1/messages", "/messages", "/v1/v1/messages", "/v1/messages/", "//v1/messages"],
    "gemini": [
        f"{version}/models/{model}:generateContent{slash}"
        for version in ("/v1", "/v1beta", "/v1alpha", "")
        for model in ("demo", "google/demo")
        for slash in ("", "/")
    ],
}


@pytest.mark.parametrize(("client", "path"), [(client, path) for client, paths in PATHS.items() for path in paths])
async def test_paths_as_sdks_send_them(client: str, path: str) -> None:
    app = create_app(DemoBackend())
    got = await call(app, path, ask(client).body)
    assert got.status == 200, got.body
    assert text_in(client, got, stream=False) == "You said: Hello there"


async def test_mounted_below_a_path() -> None:
    got = await call(create_app(DemoBackend()), "/v1/messages", ask("claude").body, root_path="/llm")
    assert got.status == 200


async def test_all_dialects_are_routed() -> None:
    app = create_app(DemoBackend())
    for client in DIALECTS:
        got = await call(app, ask(client).path, method="PUT", body=b"{}")
        assert got.status == 405
        assert got.headers["allow"] == "POST"


async def test_a_router_chooses_by_the_model() -> None:
    router = Router({"anthropic/*": DemoBackend(speaks="claude"), "google/*": DemoBackend(speaks="gemini")})
    app = create_app(router)
    for client in DIALECTS:
        asked = ask(client, model="anthropic/opus")
        got = await send(app, asked)
        assert text_in(client, got, stream=asked.stream) == "You said: Hello there"
    got = await send(app, ask("openai", model="anthropic/opus"))
    assert got.json["model"] == "opus"
    got = await send(app, ask("claude", model="mistral/large"))
    assert got.status == 404
    assert got.json["error"]["type"] == "not_found_error"
    assert "mistral/large" in got.json["error"]["message"]


async def test_a_router_that_leaves_names_whole() -> None:
    app = create_app(Router({"*": DemoBackend(speaks="claude")}))
    assert (await send(app, ask("openai", model="anthropic/opus"))).json["model"] == "anthropic/opus"
    kept = create_app(Router({"anthropic/*": DemoBackend(speaks="openai")}, strip=False))
    assert (await send(kept, ask("openai", model="anthropic/opus"))).json["model"] == "anthropic/opus"


async def test_a_default_model_for_requests_that_name_none() -> None:
    body = b'{"messages":[{"role":"user","content":"x"}]}'
    for passthrough in (True, False):
        app = create_app(DemoBackend(), default_model="demo-7", passthrough=passthrough)
        assert (await call(app, "/v1/chat/completions", body)).json["model"] == "demo-7"
    got = await call(create_app(DemoBackend(speaks="gemini")), "/v1/chat/completions", body)
    assert got.status == 400
    assert "model" in got.json["error"]["message"]


async def test_serving_some_dialects_only() -> None:
    app = create_app(DemoBackend(), serves=["claude"])
    assert (await send(app, ask("claude"))).status == 200
    assert (await send(app, ask("openai"))).status == 404


async def test_health() -> None:
    got = await call(create_app(DemoBackend(), auth=["k"]), "/health")
    assert (got.status, got.json) == (200, {"status": "ok"})


async def test_unserved_protocols_are_closed() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def sending(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/v1/realtime", "headers": [], "root_path": "", "query_string": b""}
    await create_app(DemoBackend())(scope, receive, sending)
    assert [one["type"] for one in sent] == ["websocket.close"]


async def test_only_streams_for_those_who_read_nothing_else() -> None:
    for client in ALWAYS_STREAM & set(DIALECTS):
        got = await send(create_app(DemoBackend()), ask(client))
        assert got.headers["content-type"].startswith("text/event-stream")


async def test_nothing_to_resume() -> None:
    for client in ALWAYS_STREAM & set(DIALECTS):
        got = await call(create_app(DemoBackend()), ask(client).path + "/chat-1/stream")
        assert (got.status, got.body) == (204, b"")
