"""Everything of the Responses API that needs a memory, in front of backends that have none."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from hashlib import sha256

import anyio
from msgspec import Struct

from dgrid_translate.asgi.incoming import Incoming, Receive, Send, read_any
from dgrid_translate.asgi.observe import Observer, Record
from dgrid_translate.asgi.responses.answered import Keeping
from dgrid_translate.asgi.responses.asked import Asked, refuse_stateful, resolve
from dgrid_translate.asgi.responses.background import Run, Runs
from dgrid_translate.asgi.responses.conversations import Conversations
from dgrid_translate.asgi.responses.events import events_of, number_of
from dgrid_translate.asgi.responses.items import paged, refused
from dgrid_translate.asgi.responses.reply import Reply
from dgrid_translate.backends.backend import BackendError
from dgrid_translate.endpoints.responses import DIALECT, Thing
from dgrid_translate.errors import TranslateError
from dgrid_translate.responses_state import Item, State, Turn
from dgrid_translate.responses_state.state import GOOD, RUNNING
from dgrid_translate.shared.sse import SSEDecoder, frame
from dgrid_translate.shared.wire import dump, load

_log = logging.getLogger("dgrid_translate")
_LOOK = 0.5
"""Seconds between two looks at a run of another process."""
_DAY = 86400.0

Perform = Callable[[Receive, Send, Record], Awaitable[None]]
"""Asks the backend for an answer and sends it."""


class Background(Struct):
    """Whether an answer was made while nobody waited."""

    background: bool | None = None


def owner_of(caller: object, incoming: Incoming) -> str:
    """Whose a request's answer is: who `auth` says the caller is, in a word, else who has the same key.

    No key is kept: what is, does not tell it.
    """
    if isinstance(caller, str) or (isinstance(caller, int) and not isinstance(caller, bool)):
        return f"caller:{caller}"
    key = incoming.key
    return "" if key is None else "key:" + sha256(b"dgrid-translate\0" + key.encode()).hexdigest()


class Keeper:
    """state: where things are kept; None refuses what needs it. days: for how long."""

    def __init__(
        self, state: State | None, *, days: float, keep_alive: float, max_body: int, observer: Observer
    ) -> None:
        self.state = state
        self._lasts = days * _DAY
        self._keep_alive = keep_alive
        self._max_body = max_body
        self._observer = observer
        self._runs = None if state is None else Runs(state, self._lasts)
        self._conversations = None if state is None else Conversations(state)

    # an answer is asked for

    async def ask(self, body: bytes, owner: str, *, stream: bool, upstream: str) -> Asked | None:
        """What a request becomes for its backend; None if it stays as it is.

        Raises:
            BackendError, DecodeError: it refers to what is not there.
        """
        if self.state is not None:
            with _reaching():
                return await resolve(self.state, body, owner, stream, upstream)
        if upstream != DIALECT:
            refuse_stateful(body)
        return None

    async def answer(
        self, asked: Asked, incoming: Incoming, receive: Receive, send: Send, record: Record, perform: Perform
    ) -> None:
        """Have it answered, and keep the answer."""
        state, runs = self.state, self._runs
        assert state is not None
        assert runs is not None
        if not asked.background:
            keep = self._keep(state, asked) if asked.store else None
            await perform(receive, Keeping(send, asked, keep, record.request_id), record)
            return
        apart = Record(
            request_id=record.request_id,
            method=record.method,
            path=record.path,
            operation="background",
            client=record.client,
            upstream=record.upstream,
            model=record.model,
            stream=record.stream,
        )

        async def alone(receive: Receive, send: Send) -> None:
            self._observer.begin(apart, incoming.headers)
            try:
                await perform(receive, send, apart)
            finally:
                self._observer.end(apart)

        with _reaching():
            run, body = await runs.start(asked, record.request_id, alone)
        reply = Reply(send, record)
        if asked.stream:
            await reply.stream(run.follow(), receive, self._keep_alive)
        else:
            await reply.whole(body)

    def _keep(self, state: State, asked: Asked) -> Callable[[str, bytes, list[Item], bytes], Awaitable[None]]:
        async def keep(status: str, body: bytes, items: list[Item], _: bytes) -> None:
            if status not in GOOD:
                return
            await state.add(
                Turn(
                    id=asked.id,
                    owner=asked.owner,
                    status=status,
                    created=asked.created,
                    expires=asked.created + self._lasts,
                    previous=asked.previous,
                    conversation=asked.conversation,
                    body=body,
                    input=asked.input,
                    output=items,
                )
            )

        return keep

    # what is kept is asked for

    async def serve(
        self,
        thing: Thing,
        ids: tuple[str, ...],
        owner: str,
        incoming: Incoming,
        receive: Receive,
        send: Send,
        record: Record,
    ) -> None:
        """Answer a request for something that is kept.

        Raises:
            BackendError: it is not there (404), or cannot be had so (400).
            DecodeError: the body is not what the API allows.
        """
        state, talks = self.state, self._conversations
        if state is None or talks is None:
            raise AssertionError("there is nothing to serve without a state")
        body = await read_any(receive, incoming, self._max_body) if incoming.method == "POST" else b""
        record.bytes_in = len(body)
        reply = Reply(send, record)
        with _reaching():
            answer = await self._found(state, talks, thing, ids, owner, incoming, body)
        if isinstance(answer, bytes):
            await reply.whole(answer)
        else:
            await reply.stream(answer, receive, self._keep_alive)

    async def _found(
        self,
        state: State,
        talks: Conversations,
        thing: Thing,
        ids: tuple[str, ...],
        owner: str,
        incoming: Incoming,
        body: bytes,
    ) -> bytes | AsyncIterator[bytes]:
        match thing, incoming.method:
            case "response", "GET":
                turn = await self._turn(owner, ids[0])
                if incoming.query.get("stream") != "true":
                    return turn.body
                after = incoming.query.get("starting_after", "-1")
                if not re.fullmatch(r"-?\d{1,18}", after):
                    raise refused("starting_after must be a number", param="starting_after")
                return self._again(turn, int(after))
            case "response", _:
                await self._delete(state, owner, ids[0])
                return dump({"id": ids[0], "object": "response", "deleted": True})
            case "input_items", _:
                turn = await self._turn(owner, ids[0])
                history = await state.history(owner, turn.id)
                if history is None:
                    raise _gone(ids[0])
                return paged(history[0], incoming.query)
            case "cancel", _:
                return await self._cancel(owner, ids[0])
            case "conversations", _:
                return await talks.create(owner, body)
            case "conversation", "GET":
                return await talks.get(owner, ids[0])
            case "conversation", "POST":
                return await talks.update(owner, ids[0], body)
            case "conversation", _:
                return await talks.delete(owner, ids[0])
            case "items", "GET":
                return await talks.items(owner, ids[0], incoming)
            case "items", _:
                return await talks.add(owner, ids[0], body)
            case "item", "GET":
                return await talks.item(owner, *ids)
            case "item", _:
                return await talks.delete_item(owner, *ids)

    async def _turn(self, owner: str, id: str) -> Turn:
        assert self.state is not None
        assert self._runs is not None
        found = await self.state.get(owner, id)
        if found is None:
            raise _gone(id)
        return await self._runs.looked_at(found)

    async def _delete(self, state: State, owner: str, id: str) -> None:
        turn = await self._turn(owner, id)
        if turn.status in RUNNING and self._runs is not None:
            await self._runs.cancel(turn)
        if not await state.delete(owner, id):
            raise _gone(id)

    async def _cancel(self, owner: str, id: str) -> bytes:
        turn = await self._turn(owner, id)
        if not load(Background, turn.body, DIALECT).background:
            raise refused("Cannot cancel a synchronous response.")
        assert self._runs is not None
        return (await self._runs.cancel(turn)).body

    # an answer's events, once more

    async def _again(self, turn: Turn, after: int) -> AsyncIterator[bytes]:
        """The events of an answer after one of them: as they were, or as they might have been."""
        assert self._runs is not None
        run: Run | None = self._runs.get(turn.id)
        if run is not None and run.streams:
            async for frames in run.follow():
                if left := _later(frames, after):
                    yield left
            return
        while turn.status in RUNNING:
            await anyio.sleep(_LOOK)
            try:
                turn = await self._turn(turn.owner, turn.id)
            except BackendError:
                return  # it was deleted
        yield _later(turn.events or events_of(turn.body, turn.status), after)

    async def aclose(self) -> None:
        """Stop the runs, close the store."""
        if self._runs is not None:
            await self._runs.aclose()
        if self.state is not None:
            await self.state.aclose()


@contextmanager
def _reaching() -> Generator[None]:
    """Tell a store that fails from what it says."""
    try:
        yield
    except (BackendError, TranslateError):
        raise
    except Exception as error:
        _log.error("the state cannot be reached", exc_info=error)
        raise refused("what is kept cannot be reached now", status=503) from error


def _gone(id: str) -> BackendError:
    return refused(f"Response with id '{id}' not found.", status=404)


def _later(frames: bytes, after: int) -> bytes:
    """Those of some frames that come after a place in the stream."""
    if after < 0:
        return frames
    decoder = SSEDecoder()
    kept: list[bytes] = []
    for name, data in [*decoder.feed(frames), *decoder.close()]:
        number = number_of(data)
        if number is None or number > after:
            kept.append(frame(data, name))
    return b"".join(kept)
