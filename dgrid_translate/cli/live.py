"""The part of the demo that goes over real HTTP: the app on the demo model, and a client of every dialect."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from dgrid_translate import DIALECTS, collect, translate
from dgrid_translate.asgi import create_app
from dgrid_translate.asgi.routing import target
from dgrid_translate.backends import DemoBackend
from dgrid_translate.cli.report import columns
from dgrid_translate.ir.parts import Reasoning, Text, ToolCall
from dgrid_translate.registry import lookup

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from dgrid_translate.ir.response import Response

KEY = "demo-key"
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Heard(NamedTuple):
    """What a client got."""

    status: int
    body: bytes


class Row(NamedTuple):
    """What one client saw, and whether it was what it should have been."""

    cells: list[str]
    right: bool


@contextmanager
def serving(speaks: str) -> Generator[int]:
    """The app over a demo model that speaks that dialect, on a port of the loopback."""
    import uvicorn

    app = create_app(DemoBackend(speaks=speaks, delay=0.002), auth=[KEY])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    listener = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()


def post(port: int, dialect: str, said: str, *, key: str = KEY, **more: Any) -> Heard:
    """Send what a client of `dialect` sends, and read the streamed answer."""
    chat = {"model": "demo", "stream": True, "messages": [{"role": "user", "content": said}], **more}
    body = translate(json.dumps(chat).encode(), to=dialect, source="openai", kind="request")
    path, query = target(lookup(dialect), "generate", "demo", True)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    connection.request("POST", f"{path}?{query}" if query else path, body, headers)
    response = connection.getresponse()
    heard = Heard(response.status, response.read())
    connection.close()
    return heard


def understood(dialect: str, heard: Heard) -> Response:
    """The response that a client puts together."""
    return lookup(dialect).decode_response(collect(heard.body, source=dialect))


def rows(speaks: str) -> Iterator[Row]:
    """A row a client, of the app over a backend that speaks `speaks`."""
    with serving(speaks) as port:
        for dialect in DIALECTS:
            yield _row(port, dialect)


def _row(port: int, dialect: str) -> Row:
    heard = post(port, dialect, "Hello there")
    text = "".join(part.text for part in _parts(dialect, heard) if isinstance(part, Text))
    thought = post(port, dialect, "Hello there", reasoning_effort="high")
    thinks = any(isinstance(part, Reasoning) and part.text for part in _parts(dialect, thought))
    called = post(port, dialect, "What is the weather in Paris?", tools=[TOOL])
    calls = [f"{part.name} {_arguments(part)}" for part in _parts(dialect, called) if isinstance(part, ToolCall)]
    refused = post(port, dialect, "Hello there", key="wrong")
    cells = [
        dialect,
        f"{heard.status}, {heard.body.count(b'data: ')} events",
        repr(text),
        calls[0] if calls else "-",
        "yes" if thinks else "-",
        str(refused.status),
    ]
    right = heard.status == 200 and text == "You said: Hello there" and refused.status == 401
    return Row(cells, right)


def _parts(dialect: str, heard: Heard) -> list[Any]:
    return list(understood(dialect, heard).candidates[0].parts)


def _arguments(call: ToolCall) -> str:
    text = call.arguments if isinstance(call.arguments, str) else bytes(call.arguments).decode()
    return json.dumps(json.loads(text))


def show(speaks: str) -> tuple[list[str], list[bool]]:
    """The rows as lines, and what held."""
    found = list(rows(speaks))
    head = ["client", "stream", "heard", "tool call", "thinks", "wrong key"]
    return columns([head, *(row.cells for row in found)]), [row.right for row in found]
