"""A Python function as a backend: a body in, a body or events out, in the dialect that its author likes.

Functions and generators may be synchronous; then they run in a thread, one step at a time.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from typing import Any

import anyio
import anyio.to_thread

from dgrid_translate.backends.backend import JSON, SSE, Answer, BackendError, Call, Operation, once
from dgrid_translate.registry import lookup
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dump, members, parse_anyhow

_END = object()


class FunctionBackend:
    """Calls `function(body)`, or `function(body, context)` if it takes two, with the request as a dict.

    It may be async or not, and returns (or awaits) a dict, an SDK object, or JSON as bytes or str: the whole response;
    or an iterator or async iterator of events, each of these kinds too (bytes are then sent as they are, already
    framed); or it is a generator itself. Whether the client wants a stream is no matter: what comes whole is streamed,
    what comes in events is gathered. A client that hangs up closes the iterator: `aclose()`, or `close()` as SDKs'
    streams have it; a synchronous one that is waiting just then is closed when it has its next event.
    """

    offers = frozenset[Operation]({"generate"})

    def __init__(self, function: Callable[..., Any], *, speaks: str = "openai") -> None:
        self.speaks = lookup(speaks).profile.name
        self._framing = lookup(speaks).profile.framing
        self._function = function
        self._with_context = _takes_two(function)
        call = getattr(function, "__call__", function)  # noqa: B004 - an object's own method, to look at
        self._threaded = not any(
            inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in (function, call)
        )

    async def send(self, call: Call) -> Answer:
        """Call the function."""
        arguments: list[Any] = [parse_anyhow(call.body)]
        if self._with_context:
            arguments.append(call.context)
        if self._threaded:
            given = await anyio.to_thread.run_sync(partial(self._function, *arguments), abandon_on_cancel=True)
        else:
            given = self._function(*arguments)
        if inspect.isawaitable(given):
            given = await given
        events = _events(given)
        if events is None:
            return Answer(200, JSON, once(_json(given)))
        return Answer(200, SSE, self._frames(events))

    async def aclose(self) -> None:
        """A function holds nothing."""

    async def _frames(self, events: AsyncIterator[Any]) -> AsyncGenerator[bytes, None]:
        framing = self._framing
        try:
            async for event in events:
                if isinstance(event, bytes | bytearray):
                    yield bytes(event)
                    continue
                data = _json(event)
                name = _tag(data) if framing.event_line else b""
                yield frame(data, name)
            if framing.terminator:
                yield framing.terminator
        finally:
            await _close(events)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [one for one in parameters if one.kind in kinds and one.default is inspect.Parameter.empty]
    return len(named) > 1 or any(one.name == "context" for one in parameters)


def _events(given: Any) -> AsyncIterator[Any] | None:
    """The events of what a function gave, or None if it gave a whole response."""
    if isinstance(given, Mapping | bytes | bytearray | str) or hasattr(given, "model_dump"):
        return None
    if hasattr(given, "__aiter__"):
        return _closing(given)
    if hasattr(given, "__iter__"):
        return _threaded(given)
    raise TypeError(f"a backend function returns a response or events, not {type(given).__name__}")


async def _closing(given: Any) -> AsyncGenerator[Any, None]:
    """What an asynchronous iterable gives; it is closed with its iterator, which need not do that itself."""
    events = aiter(given)
    try:
        async for event in events:
            yield event
    finally:
        await _close(events)
        if events is not given:
            await _close(given)


async def _close(events: Any) -> None:
    close = getattr(events, "aclose", None) or getattr(events, "close", None)
    if close is not None and inspect.isawaitable(closing := close()):
        await closing


async def _threaded(given: Iterable[Any]) -> AsyncGenerator[Any, None]:
    """What a synchronous iterable gives, each step of it in a thread; a step that nobody waits for closes it."""
    events = iter(given)
    lock = threading.Lock()
    stepping = left = False

    def step() -> Any:
        nonlocal stepping
        with lock:
            if left:
                return _END
            stepping = True
        try:
            return next(events, _END)
        finally:
            with lock:
                stepping = False
                unwanted = left
            if unwanted:
                shut()

    def shut() -> None:
        for one in [events] if events is given else [events, given]:
            close = getattr(one, "close", None)
            if close is not None:
                close()

    try:
        while (event := await anyio.to_thread.run_sync(step, abandon_on_cancel=True)) is not _END:
            yield event
    finally:
        with lock:
            left = True
            idle = not stepping
        if idle:
            with anyio.CancelScope(shield=True):  # without waiting for threads that may be stuck
                await anyio.to_thread.run_sync(shut, limiter=anyio.CapacityLimiter(1))


def _json(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    dumped = getattr(value, "model_dump", None)
    return dump(value if dumped is None else dumped(mode="json", by_alias=True, exclude_unset=True))


def _tag(data: bytes) -> bytes:
    """The event's type, for dialects that repeat it in an `event:` line."""
    kind = members(parse_anyhow(data)).get("type")
    if not isinstance(kind, str):
        raise BackendError("an event of the backend function has no type")
    return kind.encode()
