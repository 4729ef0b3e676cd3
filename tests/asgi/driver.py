"""Calls an ASGI app without a server, and speaks every dialect as a client does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio

from dgrid_translate import collect, translate
from dgrid_translate.asgi.routing import target
from dgrid_translate.ir.parts import Text
from dgrid_translate.registry import lookup

ALWAYS_STREAM = {"ui-message"}


@dataclass
class Got:
    """What a client got. `frames` is the body, cut as the app sent it."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.frames)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Asked:
    """A request of one dialect."""

    dialect: str
    path: str
    query: str
    body: bytes
    stream: bool


def ask(dialect: str, text: str = "Hello there", *, stream: bool = False, model: str = "demo", **more: Any) -> Asked:
    """A request that says `text`; `more` is what a Chat request may hold besides."""
    stream = stream or dialect in ALWAYS_STREAM
    chat = {"model": model, "messages": [{"role": "user", "content": text}], **more}
    if stream:
        chat["stream"] = True
    body = json.dumps(chat).encode()
    path, query = target(lookup(dialect), "generate", model, stream)
    return Asked(dialect, path, query, translate(body, to=dialect, source="openai", kind="request"), stream)


def text_in(dialect: str, got: Got, *, stream: bool) -> str:
    """What an answer says."""
    body = collect(got.body, source=dialect) if stream else got.body
    response = lookup(dialect).decode_response(body)
    return "".join(part.text for part in response.candidates[0].parts if isinstance(part, Text))


def message_in(dialect: str, body: bytes, status: int | None = None) -> str:
    """What an error says."""
    return lookup(dialect).decode_error(status, body).message


async def call(
    app: Any,
    path: str,
    body: bytes | None = None,
    *,
    method: str | None = None,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    root_path: str = "",
    gone: anyio.Event | None = None,
    on_send: Callable[[Got], Any] | None = None,
    spec: str = "2.4",
) -> Got:
    """One request; `gone` makes the client hang up, `on_send` sees what it has so far, and is awaited if it can be."""
    got = Got()
    done = anyio.Event()
    given = False
    fields = [(b"host", b"test"), *((name.encode(), value.encode()) for name, value in (headers or {}).items())]
    if body is not None:
        fields += [] if headers and "content-type" in headers else [(b"content-type", b"application/json")]
        fields.append((b"content-length", str(len(body)).encode()))

    async def receive() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body or b"", "more_body": False}
        if gone is None:
            await done.wait()
        else:
            await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if gone is not None and gone.is_set() and spec >= "2.4":
            raise OSError("the client hung up")
        if message["type"] == "http.response.start":
            got.status = message["status"]
            got.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            if message.get("body"):
                got.frames.append(message["body"])
            if not message.get("more_body"):
                got.ended = True
                done.set()
        if on_send is not None and (waiting := on_send(got)) is not None:
            await waiting

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": spec},
        "http_version": "1.1",
        "method": method or ("GET" if body is None else "POST"),
        "scheme": "http",
        "path": root_path + path,
        "raw_path": (root_path + path).encode(),
        "root_path": root_path,
        "query_string": query.encode(),
        "headers": fields,
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    return got


async def send(app: Any, asked: Asked, **options: Any) -> Got:
    """Send a request of a dialect."""
    return await call(app, asked.path, asked.body, query=asked.query, **options)
