"""Sends what is kept."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from dgrid_translate.asgi.incoming import Gone, Receive, Send
from dgrid_translate.asgi.observe import Record
from dgrid_translate.asgi.watch import Watch
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.registry import lookup

_COMMENT = b": keep-alive\n\n"


class Reply:
    """One answer to a client."""

    def __init__(self, send: Send, record: Record) -> None:
        self._send = send
        self._record = record
        self.over = False

    async def whole(self, body: bytes) -> None:
        """A body that is there."""
        self._record.bytes_out = len(body)
        await self._begin([(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())])
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def stream(self, frames: AsyncIterator[bytes], receive: Receive, keep_alive: float) -> None:
        """Frames as they come, until they end or the client hangs up."""
        kind = b"text/event-stream; charset=utf-8"
        await self._begin([(b"content-type", kind), (b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")])
        await Watch(receive, self, self._record, keep_alive).over(self._all(frames))

    async def keep_alive(self, after: float = 0.0) -> float:
        """See Line."""
        await self._out(_COMMENT)
        return after

    async def _all(self, frames: AsyncIterator[bytes]) -> None:
        try:
            async for piece in frames:
                await self._out(piece)
            self.over = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        except Gone:
            self._record.outcome = "gone"

    async def _begin(self, headers: list[tuple[bytes, bytes]]) -> None:
        record = self._record
        record.status = 200
        record.first_byte = time.perf_counter()
        request_id = lookup(DIALECT).profile.request_id.encode()
        headers.append((request_id, record.request_id.encode("latin-1")))
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _out(self, piece: bytes) -> None:
        self._record.bytes_out += len(piece)
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})
