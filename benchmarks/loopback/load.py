"""Clients over loopback that cost little themselves: requests made beforehand, answers counted and not read."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STAMP = re.compile(rb"@(\d{6,})@")


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{headers}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One connection, kept alive; sends one request at a time."""

    def __init__(self, *, keep: bool = False, stamps: list[float] | None = None) -> None:
        self.size = 0
        self.kept = bytearray()
        self.last = False  # the server closes after this answer
        self.first = asyncio.get_running_loop().create_future()
        self._keep = keep
        self._stamps = stamps
        self._done: asyncio.Future[None] | None = None
        self._begin(b"")

    def _begin(self, request: bytes) -> None:
        self._head: bytes | None = b""
        self._left = 0
        self._tail = b""
        if request:
            self.transport.write(request)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(exc or ConnectionResetError("closed before the answer was complete"))

    def ask(self, request: bytes) -> asyncio.Future[None]:
        """Send a request; done when its answer is."""
        self._begin(request)
        self._done = asyncio.get_running_loop().create_future()
        return self._done

    def close(self) -> None:
        """Hang up, whatever is still to come."""
        if self._done is not None:
            self._done.cancel()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data, self._head = self._head[: end + 2], self._head[end + 4 :], None
            if not head.startswith(b"HTTP/1.1 200"):
                self._fail(f"{head.decode()}{data.decode(errors='replace')}")
                return
            self.last = b"\r\nconnection: close" in head.lower()
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else -1
        self.size += len(data)
        if data and not self.first.done():
            self.first.set_result(None)
        if self._keep:
            self.kept += data
        if self._stamps is not None:
            now = time.monotonic_ns()
            self._stamps += [(now - int(stamp)) / 1e9 for stamp in _STAMP.findall(data)]
        if self._left < 0:
            self._tail = (self._tail + data)[-5:]
            over = self._tail == b"0\r\n\r\n"
        else:
            self._left -= len(data)
            over = self._left <= 0
        if over and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _fail(self, said: str) -> None:
        error = RuntimeError(f"not what was asked for: {said[:500]}")
        for future in (self._done, self.first):
            if future is not None and not future.done():
                future.set_exception(error)


async def connect(port: int, *, keep: bool = False, stamps: list[float] | None = None, window: int = 0) -> Connection:
    """A connection to a local port; `window`: bytes that the kernel may hold for it."""
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    if window:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    sock.setblocking(False)
    await loop.sock_connect(sock, ("127.0.0.1", port))
    _, connection = await loop.create_connection(lambda: Connection(keep=keep, stamps=stamps), sock=sock)
    return connection


async def once(port: int, request: bytes) -> bytes:
    """The body of one answer, its chunks joined."""
    connection = await connect(port, keep=True)
    await connection.ask(request)
    connection.close()
    kept = bytes(connection.kept)
    return kept if connection._left >= 0 else _joined(kept)


def _joined(chunked: bytes) -> bytes:
    found, at = [], 0
    while True:
        line = chunked.index(b"\r\n", at)
        size = int(chunked[at:line], 16)
        if not size:
            return b"".join(found)
        found.append(chunked[line + 2 : line + 2 + size])
        at = line + 2 + size + 2


async def closed_loop(port: int, request: bytes, connections: int, seconds: float) -> tuple[int, float, list[float]]:
    """(answers, seconds, each answer's latency) of connections that each ask again when they are answered."""
    opened = [await connect(port) for _ in range(connections)]
    latencies: list[float] = []
    begin = time.perf_counter()
    until = begin + seconds

    async def run(connection: Connection) -> None:
        then = time.perf_counter()
        while then < until:
            await connection.ask(request)
            now = time.perf_counter()
            latencies.append(now - then)
            then = now
            if connection.last:
                connection.close()
                connection = await connect(port)
                opened.append(connection)

    await asyncio.gather(*map(run, opened))
    taken = time.perf_counter() - begin
    for connection in opened:
        connection.close()
    return len(latencies), taken, latencies


async def at_once(port: int, request: bytes, connections: int) -> list[float]:
    """The delays of stamped events, of that many streams at the same time."""
    stamps: list[float] = []
    opened = [await connect(port, stamps=stamps) for _ in range(connections)]
    await asyncio.gather(*[connection.ask(request) for connection in opened])
    for connection in opened:
        connection.close()
    return stamps


async def held_open(port: int, request: bytes, count: int) -> list[Connection]:
    """Connections whose streams have begun; the caller closes them."""
    opened: list[Connection] = []
    for _ in range(count):
        connection = await connect(port)
        _ = connection.ask(request)
        await connection.first
        opened.append(connection)
    return opened


async def long_read(port: int, request: bytes, speed: float | None, sample: Callable[[], float]) -> tuple[int, float]:
    """(bytes read, the most that `sample` grew) of one stream, read as fast as it comes or at `speed` bytes/s."""
    connection = await connect(port, window=65536 if speed else 0)
    done = connection.ask(request)
    await connection.first
    before = most = sample()
    begin = time.perf_counter()
    while not done.done():
        if speed:
            ahead = connection.size / speed - (time.perf_counter() - begin)
            if ahead > 0:
                connection.transport.pause_reading()
                await asyncio.sleep(ahead)
                connection.transport.resume_reading()
        await asyncio.sleep(0.01)
        most = max(most, sample())
    await done
    connection.close()
    return connection.size, most - before
