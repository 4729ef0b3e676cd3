"""The gateways that are compared: `python -m loopback.apps NAME SPEAKS UPSTREAM`; prints its port.

All are served by uvicorn on uvloop and httptools in one process, without an access log. `pass-through` hands bytes on
unread in both directions, with the client and the server that ours has: the limit of what a gateway can do with them.
"""

from __future__ import annotations

import socket
import sys
import time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from dgrid_translate import Exchange
from dgrid_translate.asgi import create_app
from dgrid_translate.backends import HTTPBackend
from dgrid_translate.backends.backend import Call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

import payloads

from loopback.upstream import BURST

CLIENT_DIALECT = {"/v1/messages": "claude", "/v1/chat/completions": "openai"}
VENDOR_PATH = {dialect: path for path, dialect in CLIENT_DIALECT.items()}


async def read(receive: Any) -> bytes:
    """The body of a request."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def quiet(scope: Any, receive: Any, send: Any) -> None:
    """Take part in the server's lifespan."""
    assert scope["type"] == "lifespan"
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def pass_through(speaks: str, upstream: str) -> Any:
    """Bytes in, bytes out."""
    backend = HTTPBackend(upstream, speaks=speaks)
    path = VENDOR_PATH[speaks]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await quiet(scope, receive, send)
            return
        answer = await backend.send(Call(operation="generate", path=path, body=await read(receive)))
        kept = [one for one in answer.headers if one[0] in (b"content-type", b"content-length")]
        await send({"type": "http.response.start", "status": answer.status, "headers": kept})
        async for chunk in answer.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app


def ours(speaks: str, upstream: str, client: Any = None) -> Any:
    """The app of this library, as `create_app` makes it."""
    return create_app(HTTPBackend(upstream, speaks=speaks, client=client))


def over_httpx(speaks: str, upstream: str) -> Any:
    """Ours, with httpx as the upstream's client."""
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    return ours(speaks, upstream, httpx.AsyncClient(limits=limits, timeout=600, trust_env=False))


def over_httpx2(speaks: str, upstream: str) -> Any:
    """Ours, with httpx2."""
    import httpx2

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
    return ours(speaks, upstream, httpx2.AsyncClient(limits=limits, timeout=600, trust_env=False))


def over_httpx_aiohttp(speaks: str, upstream: str) -> Any:
    """Ours, with httpx on aiohttp's transport."""
    import httpx
    from httpx_aiohttp import AiohttpTransport

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    return ours(speaks, upstream, httpx.AsyncClient(transport=AiohttpTransport(limits=limits), timeout=600))


# ------------------------------------------------------------------------------------ ways to send a stream's events


async def translated(exchange: Exchange, answer: Any) -> AsyncIterator[bytes]:
    """What each read of the upstream becomes."""
    machine = exchange.stream()
    async for chunk in answer.chunks:
        if out := machine.feed(chunk):
            yield out
    yield machine.close()


@cache
def made(dialect: str) -> list[bytes]:
    """Frames that are there."""
    return list(payloads.frames(dialect, BURST))


async def originated(dialect: str) -> AsyncIterator[bytes]:
    """Frames that come one by one, as from a model in this process."""
    for frame in made(dialect):
        yield frame


def sending(way: str, own: bool, speaks: str, upstream: str) -> Any:
    """An app that sends a stream `raw`, by `streaming` (Starlette's response) or by `sse-starlette`."""
    backend = HTTPBackend(upstream, speaks=speaks)
    path = VENDOR_PATH[speaks]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await quiet(scope, receive, send)
            return
        dialect = CLIENT_DIALECT[scope["path"]]
        body = await read(receive)
        if own:
            frames = originated(dialect)
        else:
            exchange = Exchange(dialect, speaks, now=int(time.time()))
            call = Call(operation="generate", path=path, body=exchange.request(body).body)
            frames = translated(exchange, await backend.send(call))
        await respond(way, frames, scope, receive, send)

    return app


async def respond(way: str, frames: AsyncIterator[bytes], scope: Any, receive: Any, send: Any) -> None:
    """Send frames one way or another."""
    if way == "raw":
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for some in frames:
            await send({"type": "http.response.body", "body": some, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif way == "streaming":
        from starlette.responses import StreamingResponse

        await StreamingResponse(frames, media_type="text/event-stream")(scope, receive, send)
    else:
        from sse_starlette import EventSourceResponse, ServerSentEvent

        from dgrid_translate.shared.sse import SSEDecoder

        async def events() -> AsyncIterator[ServerSentEvent]:
            decoder = SSEDecoder()
            async for some in frames:
                for name, data in decoder.feed(some):
                    yield ServerSentEvent(data.decode(), event=name.decode() if name else None)

        await EventSourceResponse(events())(scope, receive, send)


APPS: dict[str, Callable[[str, str], Any]] = {
    "pass-through": pass_through,
    "ours": ours,
    "ours, httpx": over_httpx,
    "ours, httpx2": over_httpx2,
    "ours, httpx over aiohttp": over_httpx_aiohttp,
}
WAYS = ("raw", "streaming", "sse-starlette")
for _way in WAYS:
    APPS[f"{_way}, translated"] = partial(sending, _way, False)
    APPS[f"{_way}, originated"] = partial(sending, _way, True)


def main(name: str, speaks: str, upstream: str) -> None:
    """Serve until killed."""
    import uvicorn

    app = APPS[name](speaks, upstream)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(2048)
    print(sock.getsockname()[1], flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main(*sys.argv[1:])
