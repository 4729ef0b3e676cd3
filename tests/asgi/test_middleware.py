"""TranslateMiddleware on a plain Starlette app and on a FastAPI app."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import TranslateMiddleware
from dgrid_translate.backends import Call, DemoBackend
from dgrid_translate.registry import lookup
from tests.asgi.driver import Got, ask, call, message_in, send, text_in

pytestmark = pytest.mark.anyio

DEMO = DemoBackend()
MODELS = {"object": "list", "data": [{"id": "demo", "object": "model", "created": 0, "owned_by": "me"}]}


async def chat(request: Request) -> Response:
    """An app's own endpoint, as its author would write it."""
    body = await request.body()
    request.app.state.seen.append(request)
    stream = json.loads(body).get("stream", False)
    answer = await DEMO.send(Call(operation="generate", path="", body=body, stream=stream))
    task = BackgroundTask(request.app.state.ran.append, request.url.path)
    if not stream:
        whole = b"".join([chunk async for chunk in answer.chunks])
        headers = {"x-own": "1", "retry-after": "3"}
        return Response(whole, answer.status, headers, "application/json", background=task)
    return StreamingResponse(answer.chunks, headers={"x-own": "1"}, media_type="text/event-stream", background=task)


async def models(_: Request) -> Response:
    return JSONResponse(MODELS)


async def page(request: Request) -> Response:
    return PlainTextResponse(f"a page, {len(await request.body())} bytes")


def starlette_app() -> Any:
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", models),
            Route("/page", page, methods=["GET", "POST"]),
        ]
    )
    app.add_middleware(TranslateMiddleware, speaks="openai")
    return app


def fastapi_app() -> Any:
    app = FastAPI()
    app.add_middleware(TranslateMiddleware, speaks="openai")
    app.post("/v1/chat/completions", response_model=None)(fastapi_chat)
    app.get("/v1/models")(fastapi_models)
    app.add_api_route("/page", page, methods=["GET", "POST"], response_model=None)
    return app


async def fastapi_chat(request: Request, body: dict[str, Any]) -> Response:
    assert body["messages"]
    return await chat(request)


async def fastapi_models() -> dict[str, Any]:
    return MODELS


APPS: list[Callable[[], Any]] = [starlette_app, fastapi_app]


@pytest.fixture(params=APPS, ids=["starlette", "fastapi"])
def app(request: pytest.FixtureRequest) -> Any:
    made = request.param()
    made.state.seen = []
    made.state.ran = []
    return made


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("client", DIALECTS)
async def test_every_client(app: Any, client: str, stream: bool) -> None:
    asked = ask(client, "Hello there", stream=stream)
    got = await send(app, asked)
    assert got.status == 200
    assert got.ended
    assert text_in(client, got, stream=asked.stream) == "You said: Hello there"
    assert got.headers["x-own"] == "1"
    assert ("content-length" in got.headers) == (not asked.stream)
    assert app.state.ran == ["/v1/chat/completions"]


async def test_keys_move_to_where_the_app_looks(app: Any) -> None:
    for client, headers, query in (
        ("claude", {"x-api-key": "k", "anthropic-version": "2023-06-01"}, ""),
        ("gemini", {"x-goog-api-key": "k"}, ""),
        ("gemini", {}, "key=k"),
        ("claude", {"authorization": "Bearer k"}, ""),
    ):
        asked = ask(client)
        await call(app, asked.path, asked.body, headers=headers, query=query)
        seen = app.state.seen[-1]
        assert seen.headers["authorization"] == "Bearer k"
        assert seen.headers["content-type"] == "application/json"
        assert int(seen.headers["content-length"]) == len(await seen.body())
        assert seen.url.query == ""


async def test_the_app_s_own_dialect_and_pages_are_untouched(app: Any) -> None:
    body = b'{"messages": [{"role": "user", "content": "x"}],  "model": "demo"}'
    got = await call(app, "/v1/chat/completions", body, headers={"x-request-id": "7"})
    assert await app.state.seen[-1].body() == body
    assert "x-request-id" not in got.headers
    assert (await call(app, "/page")).body == b"a page, 0 bytes"
    assert (await call(app, "/page", b"{}")).body == b"a page, 2 bytes"
    assert (await call(app, "/nothing")).status == 404
    assert (await call(app, "/v1/messages")).status == 404
    assert (await call(app, "/v1/models")).json == MODELS


async def test_models_in_the_caller_s_shape(app: Any) -> None:
    got = await call(app, "/v1/models", headers={"x-api-key": "k", "anthropic-version": "2023-06-01"})
    assert got.json["data"][0]["type"] == "model"
    got = await call(app, "/v1beta/models")
    assert got.json["models"][0]["name"] == "models/demo"


async def test_counts_are_estimates_where_the_app_does_not_count(app: Any) -> None:
    got = await call(app, "/v1/messages/count_tokens", ask("claude").body)
    assert got.json["input_tokens"] > 0
    assert got.headers["x-dgrid-translate-token-count"] == "estimate"


async def test_adding_some_dialects_only() -> None:
    app = TranslateMiddleware(starlette_app(), speaks="openai", adds=["claude"])
    app = TranslateMiddleware(Starlette(), speaks="openai", adds=["claude"])
    assert (await send(app, ask("gemini"))).body == b"Not Found"
    assert (await send(app, ask("claude"))).json["type"] == "error"


@pytest.mark.parametrize("client", [name for name in DIALECTS if name != "openai"])
async def test_errors_of_the_app(client: str) -> None:
    async def fails(request: Request) -> Response:
        body = await request.json()
        match body["model"]:
            case "gone":
                raise HTTPException(410, "no such model any more")
            case "busy":
                return JSONResponse({"error": {"message": "busy"}}, 429, {"retry-after": "5"})
            case _:
                raise RuntimeError("hunter2")

    inner = Starlette(routes=[Route("/v1/chat/completions", fails, methods=["POST"])])
    inner.add_middleware(TranslateMiddleware, speaks="openai")
    got = await send(inner, ask(client, model="gone"))
    assert (got.status, message_in(client, got.body)) == (410, "no such model any more")
    got = await send(inner, ask(client, model="busy"))
    assert (got.status, message_in(client, got.body), got.headers["retry-after"]) == (429, "busy", "5")
    seen: list[Got] = []
    with pytest.raises(RuntimeError, match="hunter2"):
        await send(inner, ask(client, model="x"), on_send=seen.append)
    assert (seen[-1].status, seen[-1].ended) == (500, True)
    assert b"hunter2" not in seen[-1].body
    got = await call(inner, ask(client).path, b"[]")
    assert got.status == 400


async def test_a_stream_that_breaks_inside_the_app() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        delta = {"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}
        yield b"data: " + json.dumps({"id": "c", "model": "m", "choices": [delta]}).encode() + b"\n\n"
        raise RuntimeError("hunter2")

    async def fails(_: Request) -> Response:
        return StreamingResponse(chunks(), media_type="text/event-stream")

    inner = Starlette(routes=[Route("/v1/chat/completions", fails, methods=["POST"])])
    inner.add_middleware(TranslateMiddleware)
    seen: list[Got] = []
    with pytest.raises((RuntimeError, BaseExceptionGroup)):
        await send(inner, ask("claude", stream=True), on_send=seen.append)
    assert seen[-1].status == 200
    assert seen[-1].frames[-1].startswith(b"event: error\n")
    assert b"hunter2" not in seen[-1].body


async def test_events_go_out_as_they_come_and_a_slow_reader_holds_the_app_back() -> None:
    sent: list[int] = []
    got_before: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for n in range(5):
            sent.append(n)
            delta = {"index": 0, "delta": {"content": f"{n} "}, "finish_reason": None}
            yield b"data: " + json.dumps({"id": "c", "model": "m", "choices": [delta]}).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    async def answer(_: Request) -> Response:
        return StreamingResponse(chunks(), media_type="text/event-stream")

    inner = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    inner.add_middleware(TranslateMiddleware)

    async def reads(got: Got) -> None:
        await anyio.lowlevel.checkpoint()
        if got.frames and got.frames[-1].count(b"text_delta"):
            got_before.append(len(sent))

    await send(inner, ask("claude", stream=True), on_send=reads)
    assert got_before == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("spec", ["2.3", "2.4"])
async def test_the_app_sees_the_client_hang_up(spec: str) -> None:
    """By what it receives, or by what sending raises: that is up to the server's version of ASGI."""
    seen: list[str] = []
    made: list[Any] = []
    gone = anyio.Event()

    async def answer(request: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                while True:
                    delta = {"index": 0, "delta": {"content": "x"}, "finish_reason": None}
                    yield b"data: " + json.dumps({"id": "c", "model": "m", "choices": [delta]}).encode() + b"\n\n"
                    await anyio.sleep(0.001)
            finally:
                seen.append("closed")

        assert await request.json()
        made.append(chunks())
        return StreamingResponse(made[0], media_type="text/event-stream")

    inner = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    inner.add_middleware(TranslateMiddleware)

    def reads(got: Got) -> None:
        if len(got.frames) == 3:
            gone.set()

    with anyio.fail_after(5), suppress(ClientDisconnect):
        await send(inner, ask("claude", stream=True), on_send=reads, gone=gone, spec=spec)
    await made[0].aclose()  # Starlette leaves it to the garbage collector
    assert seen == ["closed"]


async def test_compression_inside_and_comments() -> None:
    async def answer(_: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            delta = {"index": 0, "delta": {"content": "x" * 2000}, "finish_reason": None}
            yield b"data: " + json.dumps({"id": "c", "model": "m", "choices": [delta]}).encode() + b"\n\n"
            yield b": ping\n\n"
            yield b"data: [DONE]\n\n"

        return StreamingResponse(chunks(), media_type="text/event-stream")

    async def whole(request: Request) -> Response:
        if (await request.json()).get("stream"):
            return await answer(request)
        return JSONResponse(
            {
                "choices": [
                    {"index": 0, "message": {"role": "assistant", "content": "y" * 2000}, "finish_reason": "stop"}
                ]
            }
        )

    inner = Starlette(routes=[Route("/v1/chat/completions", whole, methods=["POST"])])
    inner.add_middleware(GZipMiddleware, minimum_size=10)
    inner.add_middleware(TranslateMiddleware)
    got = await send(inner, ask("claude", stream=True), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in got.headers
    assert b"event: ping\n" in got.body
    got = await send(inner, ask("gemini"), headers={"accept-encoding": "gzip"})
    assert text_in("gemini", got, stream=False) == "y" * 2000


async def test_lifespan_and_websockets_pass() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        seen.append("up")
        yield
        seen.append("down")

    inner = Starlette(lifespan=lifespan)
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def sending(_: dict[str, Any]) -> None:
        pass

    await TranslateMiddleware(inner)({"type": "lifespan", "state": {}}, receive, sending)
    assert seen == ["up", "down"]


async def test_an_app_that_speaks_claude_elsewhere() -> None:
    async def messages(request: Request) -> Response:
        assert request.headers["anthropic-version"] == "2023-06-01"
        assert request.headers["x-api-key"] == "k"
        claude = DemoBackend(speaks="claude")
        answer = await claude.send(Call(operation="generate", path="", body=await request.body()))
        return Response(b"".join([chunk async for chunk in answer.chunks]), media_type="application/json")

    inner = Starlette(routes=[Route("/llm/claude", messages, methods=["POST"])])
    app = TranslateMiddleware(inner, speaks="claude", path="/llm/claude")
    got = await send(app, ask("openai"), headers={"authorization": "Bearer k"})
    assert text_in("openai", got, stream=False) == "You said: Hello there"
    assert lookup("claude").profile.paths[0] != "/llm/claude"
