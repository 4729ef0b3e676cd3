"""The client's side of the line, on both event loops: it hangs up, or hears all there is."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from dgrid_translate.asgi import create_app

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])]

BODY = b'{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true}'
SCOPE = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "query_string": b"", "headers": []}


class Line:
    """A client that hangs up after that many messages; servers that do not tell of it after the end wait for ever."""

    def __init__(self, hangs_up_after: int | None = None, tells: bool = True) -> None:
        self.heard: list[MutableMapping[str, Any]] = []
        self._after = hangs_up_after
        self._tells = tells
        self._asked = False
        self._gone = anyio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": BODY, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.heard.append(message)
        ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        if len(self.heard) == self._after or (ended and self._tells):
            self._gone.set()


def chunk(text: str) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


@pytest.mark.parametrize("tells", [True, False])
async def test_all_is_heard_whether_or_not_the_server_tells_of_its_end(tells: bool) -> None:
    async def answer(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        for text in ("a", "b"):
            yield chunk(text)

    line = Line(tells=tells)
    with anyio.fail_after(5):
        await create_app(answer)(dict(SCOPE), line.receive, line.send)
    said = b"".join(message.get("body", b"") for message in line.heard)
    assert said.count(b'"content"') >= 2
    assert line.heard[-1]["more_body"] is False


async def test_who_answers_is_stopped_when_the_client_hangs_up() -> None:
    stopped = anyio.Event()

    async def answer(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        try:
            yield chunk("a")
            await anyio.sleep_forever()
        finally:
            stopped.set()

    line = Line(hangs_up_after=2)
    with anyio.fail_after(5):
        await create_app(answer)(dict(SCOPE), line.receive, line.send)
        await stopped.wait()
        await anyio.lowlevel.checkpoint()  # nothing of the cancelling is left over


async def test_who_cancels_the_server_is_not_mistaken_for_the_client() -> None:
    begun = anyio.Event()

    async def answer(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        begun.set()
        await anyio.sleep_forever()
        yield chunk("never")

    line = Line()
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(create_app(answer), dict(SCOPE), line.receive, line.send)
            await begun.wait()
            group.cancel_scope.cancel()
    assert line.heard == []


async def test_a_server_that_fails_to_listen_is_heard_of() -> None:
    async def answer(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        await anyio.sleep_forever()
        yield chunk("never")

    asked = iter([{"type": "http.request", "body": BODY, "more_body": False}])

    async def receive() -> dict[str, Any]:
        found = next(asked, None)
        if found is None:
            raise OSError("the server broke")
        return found

    with anyio.fail_after(5), pytest.raises((OSError, ExceptionGroup)):
        await create_app(answer)(dict(SCOPE), receive, Line().send)
