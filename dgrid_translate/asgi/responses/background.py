"""Answers that are made while nobody waits: `background: true`.

A run is a task of this process, and ends with it. While it goes on it says so in the store every other second, and
learns there that somebody has cancelled it, through whichever process. A run that has not been heard of for a while was
lost with its process: whoever looks at it next finds it failed. One that is still going when the server is told to
stop fails at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextvars import copy_context
from functools import partial
from typing import Any

import anyio
from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.asgi.incoming import Message, Receive, Send
from dgrid_translate.asgi.responses.answered import Keeping, described
from dgrid_translate.asgi.responses.asked import Asked
from dgrid_translate.dialects.openai_responses.types.responses import ECHOES
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.registry import lookup
from dgrid_translate.responses_state import Item, State, Turn
from dgrid_translate.responses_state.state import RUNNING
from dgrid_translate.shared.wire import dump, load

_log = logging.getLogger("dgrid_translate")
BEAT = 2.0
"""Seconds between two signs of life."""
LOST = 30.0
"""Seconds without one after which a run counts as lost."""

Perform = Callable[[Receive, Send], Awaitable[None]]
"""Asks the backend and sends the answer."""


def begun(asked: Asked, status: str) -> bytes:
    """An answer of which nothing is there yet."""
    request = load(dict[str, Raw], asked.client_body, DIALECT)
    answer: dict[str, object] = {
        "id": asked.id,
        "object": "response",
        "created_at": int(asked.created),
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
        "model": request.get("model", ""),
    }
    answer.update((key, request[key]) for key in ECHOES if key in request)
    return dump(described(dump(answer), asked))


def ended(body: bytes, status: str, code: str | None = None, message: str = "") -> bytes:
    """An answer that will not come."""
    members = load(dict[str, Raw], body, DIALECT)
    members["status"] = Raw(dump(status))
    if code is not None:
        members["error"] = Raw(dump({"code": code, "message": message}))
    return dump(members)


class Run:
    """One answer being made. frames: what has come of its stream."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.frames: list[bytes] = []
        self.streams = False
        self.kept = False
        self.over = False
        self.scope = anyio.CancelScope()
        self.task: object = None
        self._status = 0
        self._said: list[bytes] = []
        self._changed = anyio.Event()

    async def send(self, message: Message) -> None:
        """Take what would go to a client."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self.streams = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
            return
        body = message.get("body", b"")
        if self.streams and not body.startswith(b":"):
            if body:
                self.frames.append(body)
            self.change()
        elif not self.streams:
            self._said.append(body)

    def change(self) -> None:
        """Wake those who follow."""
        self._changed.set()
        self._changed = anyio.Event()

    def end(self) -> None:
        """Nothing more comes."""
        self.over = True
        self.change()

    async def wait(self) -> None:
        """Wait until nothing more comes."""
        while not self.over:
            await self._changed.wait()

    async def follow(self) -> AsyncGenerator[bytes, None]:
        """Its frames from the first on, as they come."""
        place = 0
        while True:
            changed = self._changed
            for frames in self.frames[place:]:
                place += 1
                yield frames
            if self.over and place == len(self.frames):
                return
            if place == len(self.frames):
                await changed.wait()

    def refusal(self) -> str:
        """Why the backend refused, if it did."""
        if self._status < 400:
            return "the answer broke off"
        return lookup(DIALECT).decode_error(self._status, b"".join(self._said)).message


class Runs:
    """The runs of this process."""

    def __init__(self, state: State, lasts: float) -> None:
        self._state = state
        self._lasts = lasts
        self._running: dict[str, Run] = {}

    def get(self, id: str) -> Run | None:
        """A run of this process that goes on."""
        return self._running.get(id)

    async def start(self, asked: Asked, request_id: str, perform: Perform) -> tuple[Run, bytes]:
        """Begin to make an answer; the run, and what the client is told now."""
        run = Run(
            Turn(
                id=asked.id,
                owner=asked.owner,
                status="in_progress",
                created=asked.created,
                expires=asked.created + self._lasts,
                beat=time.time(),
                previous=asked.previous,
                conversation=asked.conversation,
                body=begun(asked, "in_progress"),
                input=asked.input,
            )
        )
        await self._state.add(run.turn)
        self._running[asked.id] = run
        run.task = _spawn(partial(self._make, run, asked, request_id, perform))
        return run, begun(asked, "queued")

    async def _make(self, run: Run, asked: Asked, request_id: str, perform: Perform) -> None:
        async def keep(status: str, body: bytes, items: list[Item], frames: bytes) -> None:
            # What was asked for as a stream can be come back for; an answer that is there whole needs no events.
            events = b"".join([*run.frames, frames])
            await self._state.finish(replace(run.turn, status=status, body=body, output=items, events=events))
            run.kept = True

        async def asleep() -> Message:
            await anyio.sleep_forever()
            raise AssertionError

        why = "the server was stopped"
        try:
            with run.scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(self._live, run)
                    await perform(asleep, Keeping(run.send, asked, keep, request_id))
                    why = run.refusal()
                    run.scope.cancel()
        except Exception as exception:
            why = "the backend failed"
            _log.error("background run %s failed", asked.id, exc_info=exception)
        finally:
            with anyio.CancelScope(shield=True):
                if not run.kept:
                    await self._fail(run, why)
                self._running.pop(asked.id, None)
                run.end()

    async def _fail(self, run: Run, why: str) -> None:
        try:
            await self._state.finish(replace(self._failed(run.turn, why), events=b"".join(run.frames)))
        except Exception as exception:
            _log.error("background run %s could not be kept", run.turn.id, exc_info=exception)

    def _failed(self, turn: Turn, why: str) -> Turn:
        return replace(turn, status="failed", body=ended(turn.body, "failed", "server_error", why))

    async def _live(self, run: Run) -> None:
        """Give signs of life until there is no more need for them."""
        while True:
            await anyio.sleep(BEAT)
            try:
                wanted = await self._state.beat(run.turn.owner, run.turn.id)
            except Exception as exception:  # the next sign may get through
                _log.warning("background run %s: no sign of life", run.turn.id, exc_info=exception)
                continue
            if not wanted:
                run.scope.cancel()
                return

    async def looked_at(self, turn: Turn) -> Turn:
        """A turn as it is: one whose process is gone has failed."""
        if turn.status not in RUNNING or time.time() - turn.beat < LOST:
            return turn
        await self._state.finish(self._failed(turn, "the process that made the answer has ended"))
        return await self._state.get(turn.owner, turn.id) or turn

    async def cancel(self, turn: Turn) -> Turn:
        """Stop making an answer; one that has ended stays as it is."""
        if turn.status in RUNNING:
            ours = self._running.get(turn.id)
            await self._state.finish(replace(turn, status="cancelled", body=ended(turn.body, "cancelled")))
            if ours is not None:
                ours.scope.cancel()
        return await self._state.get(turn.owner, turn.id) or turn

    async def aclose(self) -> None:
        """Stop all that goes on."""
        runs = list(self._running.values())
        for run in runs:
            run.scope.cancel()
        for run in runs:
            await run.wait()


def _spawn(work: Callable[[], Coroutine[Any, Any, None]]) -> object:
    """Begin what goes on when its caller is done, on whichever loop this is; who holds the answer keeps it going."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.spawn_system_task(work, context=copy_context())
    return loop.create_task(work())
