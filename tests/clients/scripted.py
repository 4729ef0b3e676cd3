"""One upstream that is an API of every dialect, and the story it tells.

What it answers is told once, in the neutral model, and put on the wire by the dialect that was asked: whole or as a
stream, over real HTTP. The model's name picks the scene. It keeps what it was asked, read back into the neutral model,
so that a test can say what must have arrived without saying it in four dialects.
"""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app
from dgrid_translate.asgi.incoming import Receive, Scope, Send
from dgrid_translate.asgi.routing import Routes
from dgrid_translate.backends import HTTPBackend, Router
from dgrid_translate.dialect import Dialect
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import Event, ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.ir.fold import explode
from dgrid_translate.ir.parts import AnyPart, Media, Reasoning, Signature, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response, Usage
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import kind_of_status
from tests.clients.host import running

BACKENDS = [name for name in ("openai", "openai-responses", "claude", "gemini") if name in DIALECTS]
"""The dialects that have all the scenes: no tools in Completions, no upstream that speaks UI messages."""

TEXT = "Hello, world: ça va? 👋"
SIGNED = b64encode(sha256(b"signed").digest()).decode()
THOUGHT = "They greet. I greet."
NOW = 1763718911
VENDORS = {"claude": "anthropic", "gemini": "google"}


@dataclass
class Upstream:
    """The ASGI app, and what became known to it."""

    asked: list[Request] = field(default_factory=list[Request])
    heads: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    open: int = 0

    def __post_init__(self) -> None:
        self._routes = Routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        route = self._routes.find(scope)
        assert route is not None
        if route.operation == "models":
            entry = {"id": "text", "object": "model", "created": NOW, "owned_by": "script"}
            await respond(send, 200, json.dumps({"object": "list", "data": [entry]}).encode())
            return
        assert route.dialect is not None
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.heads.append({name.decode(): value.decode() for name, value in scope["headers"]})
        if route.operation == "count_tokens":
            await respond(send, 200, b'{"input_tokens": 77, "totalTokens": 77}')
            return
        request = route.dialect.decode_request(body)
        self.asked.append(request)
        stream = bool(request.stream) if route.stream is None else route.stream
        self.open += 1
        try:
            await play(route.model or request.model or "", request, route.dialect, stream, receive, send)
        finally:
            self.open -= 1


async def respond(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    fields = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def play(scene: str, request: Request, dialect: Dialect, stream: bool, receive: Receive, send: Send) -> None:
    """Answer one request."""
    name = dialect.profile.name
    if scene.startswith("error-"):
        status = int(scene.removeprefix("error-"))
        error = Error(kind_of_status(status), f"refused with {status}", status)
        _, body = dialect.encode_error(error, Losses())
        more = [(b"retry-after", b"0")] if status in (429, 529) else []
        await respond(send, status, body, (dialect.profile.request_id.encode(), b"up-7"), *more)
        return
    response = SCENES.get(scene, text)(request, VENDORS.get(name, "openai"))
    if not stream:
        if scene == "slow":
            await receive()
            return
        await respond(send, 200, dialect.encode_response(response, Losses(), request, NOW))
        return
    head = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    encoder = dialect.encoder(Losses(), request, NOW)
    for event in cut_up(explode(response)):
        await send({"type": "http.response.body", "body": encoder.feed([event]), "more_body": True})
        if isinstance(event, TextDelta) and scene == "slow":
            await receive()
            return
        if isinstance(event, TextDelta) and scene == "cut":
            raise ConnectionResetError("cut on purpose")
    await send({"type": "http.response.body", "body": b""})


def cut_up(events: Iterable[Event]) -> Iterator[Event]:
    """Deltas of five characters."""
    for event in events:
        if isinstance(event, TextDelta | ReasoningDelta | ToolInputDelta):
            for at in range(0, len(event.text), 5):
                yield type(event)(event.index, event.text[at : at + 5])
        else:
            yield event


# the scenes


def said(*parts: AnyPart, finish: str = "stop") -> Response:
    usage = Usage(input=31, output=9, total=40, cache_read=12)
    return Response("", [Candidate(0, list(parts), FinishReason(finish))], "answer-1", "script", usage=usage)  # type: ignore[arg-type]


def text(_: Request, __: str) -> Response:
    return said(Text(text=TEXT))


def results(request: Request) -> list[ToolResult]:
    return [part for message in request.messages for part in message.parts if isinstance(part, ToolResult)]


def told(result: ToolResult) -> str:
    inside = "".join(part.text for part in result.parts if isinstance(part, Text))
    return inside or ("" if result.structured is None else bytes(result.structured).decode())


def call(number: int, city: str) -> ToolCall:
    return ToolCall(id=f"call_{number}", name="weather", arguments=json.dumps({"city": city}))


def tools(request: Request, _: str) -> Response:
    given = results(request)
    if given:
        return said(Text(text=f"It is {told(given[-1])}."))
    return said(call(1, "Paris"), finish="tool_calls")


def parallel(request: Request, _: str) -> Response:
    given = results(request)
    if given:
        calls = {p.id: p for m in request.messages for p in m.parts if isinstance(p, ToolCall)}
        pairs = [(json.loads(_plain(calls[one.call_id].arguments))["city"], told(one)) for one in given]
        return said(Text(text="; ".join(f"{city}: {answer}" for city, answer in pairs)))
    return said(call(1, "Paris"), call(2, "Oslo"), finish="tool_calls")


def _plain(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else bytes(arguments).decode()


def thinks(request: Request, vendor: str) -> Response:
    """The first answer is signed; the second says whether the signature came back."""
    history = [part for message in request.messages if message.role == "assistant" for part in message.parts]
    if history:
        signatures = [part.signature for part in history if part.signature is not None]
        back = Signature(SIGNED, vendor) in signatures
        return said(Text(text="the same" if back else f"not the same: {signatures}"))
    return said(Reasoning(text=THOUGHT, signature=Signature(SIGNED, vendor)), Text(text=TEXT))


def agent(request: Request, vendor: str) -> Response:
    """Three turns; each thinks anew, and says in the end whether all that was signed came back, in its order."""
    history_ = [part for message in request.messages if message.role == "assistant" for part in message.parts]
    turn = sum(isinstance(part, ToolCall) for part in history_)
    # Gemini signs the call that its thoughts led to, the others sign the thoughts.
    signed = [b64encode(f"signed {number}".encode() * 3).decode() for number in range(3)]
    if turn < 2:
        signature = Signature(signed[turn], vendor)
        wanted = call(turn, ["Paris", "Oslo"][turn])
        if vendor == "google":
            wanted.signature = signature
            return said(Reasoning(text=THOUGHT), wanted, finish="tool_calls")
        return said(Reasoning(text=THOUGHT, signature=signature), wanted, finish="tool_calls")
    found = [part.signature for part in history_ if part.signature is not None]
    expected = [Signature(one, vendor) for one in signed[:2]]
    told_ = [told(result) for result in results(request)]
    return said(Text(text=f"all there: {told_}" if found == expected else f"not the same: {found}"))


def schema(request: Request, _: str) -> Response:
    assert request.output is not None
    assert request.output.kind == "schema", request.output
    assert request.output.schema is not None
    wanted = json.loads(bytes(request.output.schema))
    assert set(wanted["properties"]) == {"city", "degrees"}
    return said(Text(text='{"city": "Paris", "degrees": 21}'))


def looks(request: Request, vendor: str) -> Response:
    media = [part for message in request.messages for part in message.parts if isinstance(part, Media)]
    seen = [f"{one.kind} {one.media_type} {digest(one.data or '', vendor)}" for one in media]
    return said(Text(text=", ".join(seen)))


def digest(data: str, vendor: str = "") -> str:
    """Of the bytes; only Google takes the alphabet for URLs."""
    if vendor == "google":
        data = data.replace("-", "+").replace("_", "/")
    return sha256(b64decode(data, validate=True)).hexdigest()[:12]


def history(request: Request, _: str) -> Response:
    """Says who said what."""
    pairs = [(message.role, part) for message in request.messages for part in message.parts]
    return said(Text(text=" | ".join(f"{role}: {part.text}" for role, part in pairs if isinstance(part, Text))))


def long(_: Request, __: str) -> Response:
    return said(Text(text=TEXT), finish="length")


SCENES: dict[str, Callable[[Request, str], Response]] = {
    "text": text,
    "tools": tools,
    "parallel": parallel,
    "thinks": thinks,
    "agent": agent,
    "schema": schema,
    "looks": looks,
    "long": long,
    "history": history,
}

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = b64encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").decode()
SEEN = f"image image/png {digest(PNG)}, document application/pdf {digest(PDF)}"


class Weather(BaseModel):
    """What the scene `schema` answers with."""

    city: str
    degrees: int


PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@dataclass
class Stage:
    """The gateway's address, and the upstream behind it."""

    base: str
    upstream: Upstream
    address: str = ""

    def settled(self) -> bool:
        return self.upstream.open == 0

    def settle(self) -> None:
        """Wait until the upstream answers nobody any more."""
        end = time.monotonic() + 5
        while not self.settled():
            assert time.monotonic() < end, "the upstream still answers"
            time.sleep(0.01)


@contextmanager
def stage(**options: Any) -> Iterator[Stage]:
    """A gateway whose models are called `<dialect of the upstream>/<scene>`."""
    upstream = Upstream()
    with running(upstream) as address, beside(upstream, address, **options) as made:
        yield made


@contextmanager
def beside(upstream: Upstream, address: str, **options: Any) -> Iterator[Stage]:
    """A gateway over an upstream that is there."""
    routes = {f"{name}/*": HTTPBackend(address, speaks=name, api_key=f"key-of-{name}") for name in BACKENDS}
    with running(create_app(Router(routes), auth=["client-key", "another-key"], **options)) as base:
        yield Stage(base, upstream, address)


class Runner:
    """Calls a synchronous or an asynchronous client alike."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def __call__(self, value: Any) -> Any:
        """The value, awaited if it has to be."""
        return self._loop.run_until_complete(value) if hasattr(value, "__await__") else value

    def all(self, stream: Any) -> list[Any]:
        """All items of a stream, which may still have to be awaited itself."""
        stream = self(stream)
        if not hasattr(stream, "__aiter__"):
            return list(stream)

        async def gather() -> list[Any]:
            return [item async for item in stream]

        return self(gather())

    @contextmanager
    def entered(self, manager: Any) -> Iterator[Any]:
        """A context manager of either kind."""
        if hasattr(manager, "__enter__"):
            with manager as inside:
                yield inside
            return
        inside = self(manager.__aenter__())
        try:
            yield inside
        finally:
            self(manager.__aexit__(None, None, None))

    def next(self, stream: Any) -> Any:
        """The next item of a stream."""
        return self(anext(stream)) if hasattr(stream, "__anext__") else next(stream)

    def close(self) -> None:
        """Close the loop."""
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
