"""HTTPBackend against real servers, through every kind of client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import anyio
import httpx
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app
from dgrid_translate.asgi.routing import target
from dgrid_translate.backends import Call, DemoBackend, HTTPBackend
from dgrid_translate.registry import lookup
from tests.asgi.driver import Got, ask, call, send, text_in
from tests.asgi.serving import serving, speaking

ON_TRIO = pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """aiohttp knows asyncio alone."""
    return "asyncio"


@pytest.fixture(scope="module")
def upstreams() -> Iterator[dict[str, str]]:
    """An upstream of each dialect."""
    with Serving({name: create_app(DemoBackend(speaks=name), serves=[name]) for name in DIALECTS}) as addresses:
        yield addresses


class Serving:
    """Several apps at once."""

    def __init__(self, apps: dict[str, Any]) -> None:
        self._servers = {name: serving(app) for name, app in apps.items()}

    def __enter__(self) -> dict[str, str]:
        return {name: server.__enter__() for name, server in self._servers.items()}

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.__exit__(None, None, None)


@asynccontextmanager
async def reaching(backend: HTTPBackend, **options: Any) -> AsyncIterator[Any]:
    """An app on that backend."""
    try:
        yield create_app(backend, **options)
    finally:
        await backend.aclose()


@pytest.mark.parametrize("speaks", DIALECTS)
@pytest.mark.parametrize("client", DIALECTS)
async def test_every_client_on_every_upstream(upstreams: dict[str, str], client: str, speaks: str) -> None:
    async with reaching(HTTPBackend(upstreams[speaks], speaks=speaks)) as app:
        for stream in (False, True):
            asked = ask(client, "Hello there", stream=stream)
            got = await send(app, asked)
            assert got.status == 200, got.body
            assert text_in(client, got, stream=asked.stream) == "You said: Hello there"
        got = await send(app, ask(client, model="demo-error-429"))
        assert (got.status, got.headers["retry-after"]) == (429, "1")
        models = (await call(app, "/v1/models")).json
        assert [model["id"] for model in models["data"]] == ["demo"]


@pytest.mark.parametrize("module", [httpx, httpx2])
@ON_TRIO
async def test_a_client_of_the_user_s(upstreams: dict[str, str], module: Any) -> None:
    async with module.AsyncClient(headers={"x-mine": "1"}) as client:
        app = create_app(HTTPBackend(upstreams["claude"], speaks="claude", client=client))
        for stream in (False, True):
            got = await send(app, ask("openai", "Hello there", stream=stream))
            assert text_in("openai", got, stream=stream) == "You said: Hello there"
        refused = create_app(HTTPBackend("http://127.0.0.1:9", speaks="claude", client=client))
        assert (await send(refused, ask("openai"))).status == 502


@pytest.mark.parametrize("module", [httpx, httpx2])
async def test_a_user_s_transport_and_timeouts(module: Any) -> None:
    def late(request: Any) -> Any:
        raise module.ReadTimeout("late", request=request)

    async with module.AsyncClient(transport=module.MockTransport(late)) as client:
        app = create_app(HTTPBackend("http://x.test", speaks="claude", client=client))
        assert (await send(app, ask("openai"))).status == 504


async def test_an_aiohttp_session_of_the_user_s(upstreams: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        backend = HTTPBackend(upstreams["openai"], speaks="openai", client=session)
        assert (await send(create_app(backend), ask("claude"))).status == 200
        await backend.aclose()
        assert not session.closed


def test_what_is_no_client() -> None:
    with pytest.raises(TypeError, match="not an async HTTP client"):
        HTTPBackend("http://x.test", speaks="openai", client=object())
    with pytest.raises(ValueError, match="base_url"):
        HTTPBackend(speaks="ui-message") if "ui-message" in DIALECTS else HTTPBackend(
            "file:///x base_url", speaks="openai"
        )


@pytest.mark.parametrize(
    ("base", "speaks", "url"),
    [
        ("http://h", "openai", "http://h/v1/chat/completions"),
        ("http://h/v1", "openai", "http://h/v1/chat/completions"),
        ("http://h/v1/", "openai", "http://h/v1/chat/completions"),
        ("http://h/api/openai/v3", "openai", "http://h/api/openai/v3/chat/completions"),
        ("http://h/api", "claude", "http://h/api/v1/messages"),
        ("http://h/v1beta", "gemini", "http://h/v1beta/models/org/m:streamGenerateContent?alt=sse"),
        (None, "gemini", "https://generativelanguage.googleapis.com/v1beta/models/org/m:streamGenerateContent?alt=sse"),
        (None, "claude", "https://api.anthropic.com/v1/messages"),
    ],
)
def test_addresses(base: str | None, speaks: str, url: str) -> None:
    dialect = lookup(speaks)
    stream = speaks == "gemini"
    path, query = target(dialect, "generate", "org/m", stream)
    backend = HTTPBackend(base, speaks=speaks, client=httpx.AsyncClient())
    assert backend.url(Call(operation="generate", path=path, query=query)) == url


async def test_names_of_models_stay_names() -> None:
    assert target(lookup("gemini"), "generate", "a b?x=1#y%2f", False)[0].endswith(
        "/models/a%20b%3Fx=1%23y%252f:generateContent"
    )


async def echo(request: Request) -> Response:
    return JSONResponse({"error": {"message": json.dumps(dict(request.headers.items()))}}, 418)


async def elsewhere(_: Request) -> Response:
    return RedirectResponse("http://127.0.0.1:9/")


async def test_keys_and_headers() -> None:
    routes = [Route("/v1/messages", echo, methods=["POST"]), Route("/v1/chat/completions", echo, methods=["POST"])]
    given = {"authorization": "Bearer client-key"}

    async def sent(backend: HTTPBackend) -> dict[str, str]:
        async with reaching(backend) as app:
            return json.loads((await send(app, ask("openai"), headers=given)).json["error"]["message"])

    with serving(Starlette(routes=routes)) as address:
        headers = await sent(HTTPBackend(address, speaks="claude", api_key="k", headers={"X-Team": "red"}))
        assert (headers["x-api-key"], headers["x-team"]) == ("k", "red")
        assert headers["anthropic-version"] == "2023-06-01"
        assert "authorization" not in headers
        assert headers["accept-encoding"] == "identity"
        headers = await sent(HTTPBackend(address, speaks="openai"))
        assert "client-key" not in str(headers)
        headers = await sent(HTTPBackend(address, speaks="openai", forward_key=True))
        assert headers["authorization"] == "Bearer client-key"
        headers = await sent(HTTPBackend(address, speaks="claude", api_key="k", auth_header="authorization"))
        assert headers["authorization"] == "Bearer k"


async def test_redirects_are_not_followed() -> None:
    with serving(Starlette(routes=[Route("/v1/messages", elsewhere, methods=["POST"])])) as address:
        async with reaching(HTTPBackend(address, speaks="claude", api_key="k")) as app:
            got = await send(app, ask("openai"))
            assert got.status == 502
            assert "redirects" in got.json["error"]["message"]


async def test_nobody_there() -> None:
    async with reaching(HTTPBackend("http://127.0.0.1:9", speaks="claude")) as app:
        for client in DIALECTS:
            assert (await send(app, ask(client, stream=True))).status == 502


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
START = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {"input_tokens": 1}}


def chunk(*events: dict[str, Any]) -> bytes:
    """Claude's events as one chunk of a body."""
    body = b"".join(b"event: %b\ndata: %b\n\n" % (one["type"].encode(), json.dumps(one).encode()) for one in events)
    return b"%x\r\n%b\r\n" % (len(body), body)


BEGIN = chunk(
    {"type": "message_start", "message": START},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
)


async def read_head(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)


async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(HEAD + BEGIN)
    await writer.drain()
    writer.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    await reader.read()
    writer.close()


async def falls_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(HEAD + BEGIN)
    await reader.read()
    writer.close()


async def slams(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.close()


@pytest.mark.parametrize("client", DIALECTS)
async def test_a_cut_upstream_never_ends_well(client: str) -> None:
    with speaking(cut) as address:
        async with reaching(HTTPBackend(address, speaks="claude")) as app:
            got = await send(app, ask(client, stream=True))
            assert got.status == 200
            assert b"Hi" in got.body
            assert b"the upstream broke the connection" in got.body
            # For the AI SDK it is an `error` that ends badly; its own servers say [DONE] after that, too.
            end = b'"type":"finish"' if client == "ui-message" else b"[DONE]"
            assert end not in got.body
            assert b"message_stop" not in got.body
    with speaking(slams) as address:
        async with reaching(HTTPBackend(address, speaks="claude")) as app:
            assert (await send(app, ask(client, stream=True))).status == 502


@pytest.mark.parametrize("client", DIALECTS)
async def test_an_upstream_that_says_nothing(client: str) -> None:
    with speaking(silent) as address:
        async with reaching(HTTPBackend(address, speaks="claude", timeout=0.1)) as app:
            got = await send(app, ask(client))
            assert got.status == 504
    with speaking(falls_silent) as address:
        async with reaching(HTTPBackend(address, speaks="claude", timeout=0.1)) as app:
            got = await send(app, ask(client, stream=True))
            assert got.status == 200
            assert b"did not answer in time" in got.body


@pytest.mark.parametrize("client", ["claude", "openai"])
async def test_keep_alives_while_the_upstream_thinks(client: str) -> None:
    frame = lookup(client).profile.framing.keepalive
    gone = anyio.Event()

    def enough(got: Got) -> None:
        if got.body.count(frame) == 3:
            gone.set()

    with speaking(falls_silent) as address:
        async with reaching(HTTPBackend(address, speaks="claude"), keep_alive=0.02) as app:
            with anyio.fail_after(5):
                got = await send(app, ask(client, stream=True), gone=gone, on_send=enough)
    assert got.body.endswith(frame * 3)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("client", DIALECTS)
async def test_a_client_that_hangs_up_takes_the_upstream_with_it(client: str, stream: bool) -> None:
    closed = anyio.Event()
    gone = anyio.Event()
    loop = asyncio.get_running_loop()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(HEAD + (BEGIN if stream else b""))
        if not stream:
            loop.call_soon_threadsafe(gone.set)
        await reader.read()  # until the connection is closed
        loop.call_soon_threadsafe(closed.set)
        writer.close()

    def enough(got: Got) -> None:
        if b"Hi" in got.body:
            gone.set()

    with speaking(waits) as address:
        async with reaching(HTTPBackend(address, speaks="claude")) as app:
            with anyio.fail_after(5):
                await send(app, ask(client, stream=stream), gone=gone, on_send=enough)
                await closed.wait()
