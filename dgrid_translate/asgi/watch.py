"""The client's side of the line while it is being answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import Any, Protocol

import anyio

from dgrid_translate.asgi.incoming import Gone, Receive
from dgrid_translate.asgi.observe import Record

_SOON = 0.05
"""Seconds after which somebody listens for the client hanging up."""


class Line(Protocol):
    """What is being answered on."""

    @property
    def over(self) -> bool:
        """Whether all is sent."""
        ...

    async def keep_alive(self, after: float = 0.0) -> float:
        """Say something meaningless if nothing was said for so long; seconds until it is time to look again."""
        ...


class Watch:
    """Stops the answering when the client hangs up, and keeps the line alive while nothing is said.

    keep_alive: the seconds of silence after which something is said; None where nothing ever is.
    """

    def __init__(self, receive: Receive, line: Line, record: Record, keep_alive: float | None) -> None:
        self._receive = receive
        self._line = line
        self._record = record
        self._keep_alive = keep_alive
        self._stopped = False

    async def over(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, which answers, to its end or until the client is gone."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # not on asyncio
            await self._over_anyio(work)
            return
        # What a task group of anyio does here, at a third of its cost, which is half of what a request costs us
        # besides its translation. Answers that are there at once do without: a sender notices who is gone as well.
        host = asyncio.current_task()
        assert host is not None
        listening: list[asyncio.Task[None]] = []
        wait = _SOON if self._keep_alive is None else min(_SOON, self._keep_alive)
        begin = loop.call_later(wait, lambda: listening.append(loop.create_task(self._listen(host.cancel))))
        try:
            await work
            if listening:
                await asyncio.sleep(0)  # most servers tell by now that all is sent; to cancel costs more
        except asyncio.CancelledError:
            if not self._stopped or host.cancelling() > 1:
                raise
        finally:
            begin.cancel()
            if self._stopped:
                host.uncancel()
            if listening and not listening[0].done():
                listening[0].cancel()
                await asyncio.wait(listening)
        if listening and not listening[0].cancelled():
            listening[0].result()

    async def _over_anyio(self, work: Coroutine[Any, Any, None]) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._listen, group.cancel_scope.cancel)
            await work
            group.cancel_scope.cancel()

    async def _listen(self, stop: Callable[[], object]) -> None:
        try:
            await self._until_gone()
        except Exception:
            self._stopped = True
            stop()
            raise
        if not self._line.over:
            self._record.outcome = "gone"
            self._stopped = True
            stop()

    async def _until_gone(self) -> None:
        wait = self._keep_alive
        while True:
            with anyio.move_on_after(wait) if wait is not None else _FOR_EVER:
                if (await self._receive())["type"] == "http.disconnect":
                    break
                continue
            try:
                wait = await self._line.keep_alive(self._keep_alive or 0)
            except Gone:
                break


_FOR_EVER = nullcontext()
