"""The app on a real port of the loopback, in a thread, over a model that remembers what it was asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from dgrid_translate.asgi import create_app
from dgrid_translate.backends import Answer, Backend, Call, DemoBackend


class Remembering:
    """A backend that keeps the bodies it got, and counts the answers that are being read."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.speaks = inner.speaks
        self.offers = inner.offers
        self.bodies: list[bytes] = []
        self.open = 0

    async def send(self, call: Call) -> Answer:
        """Ask the inner one."""
        self.bodies.append(call.body)
        answer = await self._inner.send(call)
        return Answer(answer.status, answer.headers, self._watched(answer), answer.aclose)

    async def _watched(self, answer: Answer) -> AsyncGenerator[bytes, None]:
        self.open += 1
        try:
            async for chunk in answer.chunks:
                yield chunk
        finally:
            self.open -= 1

    async def aclose(self) -> None:
        """Close the inner one."""
        await self._inner.aclose()


@contextmanager
def served(speaks: str, *, delay: float = 0.0, **options: Any) -> Iterator[tuple[str, Remembering]]:
    """The base URL of an app over the demo model, which speaks that dialect, and the model."""
    model = Remembering(DemoBackend(speaks=speaks, delay=delay))
    with running(create_app(model, **options)) as base:
        yield base, model


@contextmanager
def running(app: Any) -> Iterator[str]:
    """The base URL of an app that is being served."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
