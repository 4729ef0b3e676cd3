"""An upstream that answers from memory: `python -m loopback.upstream DIALECT`; prints its port.

What it answers is asked for by the name of the model, which every gateway hands on:

- bench-whole: an answer of 2 KB; bench-peek: the body of the request before, to see what a gateway made of it.
- bench-burst: a stream whose events are all there at once, each in an HTTP chunk of its own, as servers send them.
- bench-paced: an event each 20 ms, whose text says when it was sent: `@nanoseconds@`.
- bench-idle: the first events, and then nothing.
- bench-long: a million events, bench-some: a tenth of them, as fast as they are taken.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).parent.parent))

import payloads

BURST, PACED, LONG, SOME = 300, 40, 1_000_000, 100_000
PACE = 0.02
_ASKED = re.compile(rb"bench-([a-z]+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"


def answer(dialect: str) -> bytes:
    """The body of a whole answer."""
    return payloads.response(dialect)


def burst(dialect: str) -> list[bytes]:
    """The frames of a burst."""
    return list(payloads.frames(dialect, BURST))


def chunked(data: bytes) -> bytes:
    """An HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def whole(body: bytes) -> bytes:
    """An answer with its head."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def stamped(dialect: str, count: int) -> Iterator[bytes]:
    """Frames with room for a time in the stead of their texts."""
    texts = sorted((payloads.dump(text)[1:-1] for text in payloads.pieces()), key=len, reverse=True)
    for frame in payloads.frames(dialect, count):
        found = next((text for text in texts if text in frame), None)
        yield frame if found is None else frame.replace(found, b"@STAMP@", 1)


class Upstream(asyncio.Protocol):
    """One connection, kept alive."""

    dialect = "openai"
    answers: dict[bytes, bytes] = {}
    last = b"{}"
    paced: list[bytes] = []
    first: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._received = bytearray()
        self._drained = asyncio.Event()
        self._drained.set()
        self._task: asyncio.Task[None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._received, 0, head + 2)
        end = head + 4 + (int(length[1]) if length else 0)
        if len(self._received) < end:
            return
        found = _ASKED.search(self._received, 0, end)
        asked = found[1] if found else b"whole"
        if asked == b"peek":
            self._transport.write(whole(Upstream.last))
        else:
            Upstream.last = bytes(self._received[head + 4 : end])
            ready = self.answers.get(asked)
            if ready is not None:
                self._transport.write(ready)
            else:
                self._task = asyncio.get_running_loop().create_task(self._stream(asked))
        del self._received[:end]

    async def _stream(self, asked: bytes) -> None:
        write = self._transport.write
        write(_SSE)
        if asked == b"idle":
            write(b"".join(map(chunked, self.first)))
            return
        if asked == b"paced":
            for frame in self.paced:
                write(chunked(frame.replace(b"STAMP", b"%d" % time.monotonic_ns())))
                await asyncio.sleep(PACE)
        else:
            frames = payloads.frames(self.dialect, LONG if asked == b"long" else SOME)
            while some := list(islice(frames, 100)):
                write(b"".join(map(chunked, some)))
                await self._drained.wait()
        write(_END)


async def serve(dialect: str) -> None:
    """Serve until killed."""
    Upstream.dialect = dialect
    Upstream.answers = {
        b"whole": whole(answer(dialect)),
        b"burst": _SSE + b"".join(map(chunked, burst(dialect))) + _END,
    }
    Upstream.paced = list(stamped(dialect, PACED))
    Upstream.first = burst(dialect)[:4]
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(sys.argv[1]))
