"""What a gateway must bear, over real sockets, with the command in a process of its own: size, length, crowds."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.asgi.driver import ask
from tests.asgi.serving import Process, speaking

pytestmark = pytest.mark.timeout(90)

MIB = 1024
"""Memory is counted in KiB."""
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def event(text: str, finish: str | None = None) -> bytes:
    choices = [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]
    data = b"data: " + json.dumps({**CHUNK, "choices": choices}).encode() + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


END = event("", "stop") + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"


class Upstream:
    """Answers as the request's model says: "long", "endless", "idle" or "short"; counts what happens."""

    def __init__(self) -> None:
        self.open = 0
        self.seen = 0
        self.wrote = 0
        self.largest = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.seen += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.largest = max(self.largest, length)
                await self._answer(json.loads(body)["model"], reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, model: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + event("Hi"))
        match model:
            case "long":
                piece = event("word ") * 100
                for _ in range(1000):
                    writer.write(piece)
                    await writer.drain()
            case "endless":
                piece = event("word " * 100) * 20
                while True:
                    writer.write(piece)
                    await writer.drain()
                    self.wrote += len(piece)
            case "idle":
                await reader.read()
                raise ConnectionError
            case _:
                pass
        writer.write(END)
        await writer.drain()


@pytest.fixture(scope="module")
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture(scope="module")
def gateway(upstream: Upstream) -> Iterator[Process]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with speaking(upstream) as address, Process("--upstream", address, "--speaks", "openai") as process:
        yield process
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Client:
    """A bare connection to the gateway that asks as Claude's clients do."""

    def __init__(self, gateway: Process) -> None:
        self._port = int(gateway.address.rpartition(":")[2])

    async def ask(self, model: str, text: str = "Hi") -> asyncio.StreamReader:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 16)
        asked = ask("claude", text, stream=True, model=model, max_tokens=9)
        head = "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n"
        self.writer.write(f"{head}content-length: {len(asked.body)}\r\n\r\n".encode() + asked.body)
        await self.writer.drain()
        return self.reader

    async def begun(self) -> None:
        await self.reader.readuntil(b"content_block_delta")

    def vanish(self) -> None:
        self.writer.transport.abort()


async def within(seconds: float, what: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "not in time"
        await asyncio.sleep(0.02)


def run(main: Callable[[], Awaitable[Any]]) -> None:
    asyncio.run(main())  # type: ignore[arg-type]


def test_ten_megabytes_again_and_again(gateway: Process, upstream: Upstream) -> None:
    async def main() -> None:
        sizes: list[int] = []
        for _ in range(9):
            client = Client(gateway)
            reader = await client.ask("short", "x" * (10 << 20))
            body = await reader.read()
            while more := await reader.read(1 << 16):
                body += more
            assert b"message_stop" in body
            client.writer.close()
            sizes.append(gateway.memory)
        assert upstream.largest > 10 << 20
        assert min(sizes[5:]) - max(sizes[:3]) < 16 * MIB, sizes  # a body kept would be 10 MiB a time

    run(main)


def test_a_hundred_thousand_chunks_in_flat_memory(gateway: Process) -> None:
    async def main() -> None:
        client = Client(gateway)
        await (await client.ask("short")).read()
        client.writer.close()
        before = gateway.memory
        reader = await client.ask("long")
        mark = b"event: content_block_delta"
        count, tail, most = 0, b"", 0
        while piece := await reader.read(1 << 16):
            piece = tail + piece
            count += piece.count(mark)
            tail = piece[-len(mark) + 1 :]
            most = max(most, gateway.memory)
        client.writer.close()
        assert count == 100_001
        assert most - before < 16 * MIB, (before, most)

    run(main)


def test_a_reader_that_stops_holds_the_upstream_back(gateway: Process, upstream: Upstream) -> None:
    async def main() -> None:
        client = Client(gateway)
        await client.ask("endless")
        await client.begun()
        before = gateway.memory
        wrote = -1
        while wrote != upstream.wrote:  # until nothing moves any more
            wrote = upstream.wrote
            await asyncio.sleep(0.3)
        assert upstream.wrote < 16 << 20
        assert gateway.memory - before < 16 * MIB
        client.vanish()
        await within(10, lambda: upstream.open <= 1)

    run(main)


def test_a_thousand_idle_streams_and_what_they_leave_behind(gateway: Process, upstream: Upstream) -> None:
    async def main() -> None:
        sockets, opened = gateway.connections, upstream.open
        clients = [Client(gateway) for _ in range(1000)]
        for place in range(0, len(clients), 100):
            some = clients[place : place + 100]
            await asyncio.gather(*[client.ask("idle") for client in some])
            await asyncio.gather(*[client.begun() for client in some])
        assert upstream.open >= opened + 1000 - 1
        assert gateway.connections >= sockets + 2000 - 2
        gone, staying = clients[:500], clients[500:]
        for client in gone:
            client.vanish()
        await within(20, lambda: upstream.open <= opened + 500)
        await within(20, lambda: gateway.connections <= sockets + 1000)
        for client in staying:
            client.vanish()
        await within(20, lambda: upstream.open <= opened)
        await within(20, lambda: gateway.connections <= sockets)

    run(main)
