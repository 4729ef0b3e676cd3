"""The app behind `create_app`: one request from its head to its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

import anyio

from dgrid_translate.asgi.errors import described, written
from dgrid_translate.asgi.incoming import Gone, Incoming, Message, Receive, Scope, Send, read_any, read_body
from dgrid_translate.asgi.observe import Observer, Record
from dgrid_translate.asgi.prepare import Prepared, Said, prepare, said_in
from dgrid_translate.asgi.respond import Responder
from dgrid_translate.asgi.responses.asked import Asked
from dgrid_translate.asgi.responses.elsewhere import asked_elsewhere
from dgrid_translate.asgi.responses.keeper import Keeper, owner_of
from dgrid_translate.asgi.routing import Route, Routes
from dgrid_translate.asgi.side import Side
from dgrid_translate.asgi.watch import Watch
from dgrid_translate.backends.backend import Answer, Backend, BackendError, Context
from dgrid_translate.backends.router import Router
from dgrid_translate.dialect import Dialect
from dgrid_translate.endpoints import responses
from dgrid_translate.ir.error import Error
from dgrid_translate.registry import lookup

_log = logging.getLogger("dgrid_translate")
_CLOSING = 5.0
"""Seconds that a backend may take to let go of an answer that nobody wants any more."""


class Gateway:
    """An ASGI app that serves the paths of all dialects with what one backend, or several, answer."""

    def __init__(
        self,
        backend: Backend | Router,
        *,
        check: Callable[[Incoming], Awaitable[object]],
        served: Collection[str] | None,
        side: Side,
        keeper: Keeper,
        default_model: str | None,
        max_body: int,
        keep_alive: float,
        passthrough: bool,
        observer: Observer,
    ) -> None:
        self._backend = backend
        self._check = check
        self._routes = Routes(served)
        self._side = side
        self._keeper = keeper
        self._default_model = default_model
        self._max_body = max_body
        self._keep_alive = keep_alive
        self._passthrough = passthrough
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1003})
            return
        incoming = Incoming(scope)
        record = Record(request_id=incoming.request_id, method=incoming.method, path=incoming.path)

        async def sending(message: Message) -> None:
            try:
                await send(message)
            except OSError:
                raise Gone from None

        try:
            await self._serve(incoming, scope, receive, sending, record)
        except Gone:
            record.outcome = "gone"
        except anyio.get_cancelled_exc_class():
            record.outcome = "gone"
            raise
        finally:
            self._observer.end(record)

    async def _serve(self, incoming: Incoming, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        route = self._routes.find(scope)
        client = lookup(incoming.dialect) if route is None or route.dialect is None else route.dialect
        record.client = client.profile.name
        try:
            if route is None:
                raise BackendError(f"nothing is served at {incoming.path or '/'}", status=404)
            record.operation = route.operation
            if incoming.method not in route.methods:
                raise BackendError(f"{incoming.method} is not allowed here", status=405)
            caller = await self._check(incoming)
            if route.operation == "models":
                status, body = await self._side.models(self._backend, incoming, client, route.model)
                await answer_whole(send, status, body, client, record)
                return
            if route.operation == "resume":  # an answer ends with the client that asked for it: none is running
                await _send(send, 204, [], b"", client, record)
                return
            if route.operation == "kept" and self._keeper.state is not None:
                owner = owner_of(caller, incoming)
                await self._keeper.serve(route.thing, route.ids, owner, incoming, receive, send, record)
                return
            if route.operation == "kept":
                prepared, asked = await self._elsewhere(incoming, route, receive, caller, record), None
            else:
                incoming.check_json()
                body = await read_body(receive, incoming, self._max_body)
                record.bytes_in = len(body)
                prepared, asked = await self._prepare(incoming, route, client, body, caller, record)
            if route.operation == "count_tokens":
                status, body, extra = await self._side.count_tokens(prepared)
                await answer_whole(send, status, body, client, record, extra)
                return
        except (Gone, anyio.get_cancelled_exc_class()):
            raise
        except Exception as exception:
            error = self._told(exception, record)
            headers = (
                [(b"allow", ", ".join(route.methods).encode())] if route is not None and error.status == 405 else []
            )
            await refuse(send, error, client, record, headers)
            return
        self._observer.begin(record, incoming.headers)
        if asked is None:
            await self._exchange(prepared, incoming, receive, send, record)
            return

        try:
            perform = partial(self._exchange, prepared, incoming)
            await self._keeper.answer(asked, incoming, receive, send, record, perform)
        except (Gone, anyio.get_cancelled_exc_class()):
            raise
        except Exception as exception:
            if record.status:
                raise
            await refuse(send, self._told(exception, record), client, record)

    async def _prepare(
        self, incoming: Incoming, route: Route, client: Dialect, body: bytes, caller: object, record: Record
    ) -> tuple[Prepared, Asked | None]:
        """The request for a backend; and, if its answer is given under an id of ours, what that depends on."""
        said = said_in(client, route, body, self._default_model)
        record.model, record.stream = said.model, said.stream
        backend, model = self._choose(said)
        record.upstream = backend.speaks
        asked = None
        if record.client == responses.DIALECT:
            owner = owner_of(caller, incoming)
            asked = await self._keeper.ask(said.body, owner, stream=said.stream, upstream=backend.speaks)
            said.body = said.body if asked is None else asked.body
        context = _context(incoming, record, caller, model)
        answer_id = None if asked is None else asked.id
        passes = self._passthrough
        prepared = prepare(
            said, incoming, client, backend, model, context, record, passthrough=passes, answer_id=answer_id
        )
        return prepared, asked

    async def _elsewhere(
        self, incoming: Incoming, route: Route, receive: Receive, caller: object, record: Record
    ) -> Prepared:
        """The request for what a backend keeps, where nothing is kept here."""
        body = await read_any(receive, incoming, self._max_body)
        record.bytes_in = len(body)
        context = _context(incoming, record, caller, None)
        return asked_elsewhere(self._backend, route, incoming, body, context, record)

    def _choose(self, said: Said) -> tuple[Backend, str | None]:
        if isinstance(self._backend, Router):
            return self._backend.choose(said.model)
        return self._backend, said.model

    async def _exchange(
        self, prepared: Prepared, incoming: Incoming, receive: Receive, send: Send, record: Record
    ) -> None:
        responder = Responder(
            send,
            prepared.exchange,
            prepared.client,
            prepared.upstream,
            record,
            losses=prepared.losses,
            wanted=prepared.stream,
            array=incoming.wants_array(prepared.client),
            given_id=incoming.given_id is not None,
            strict=incoming.strict == "all",
            sees_end=prepared.call.operation == "generate",
        )
        keep_alive = self._keep_alive if prepared.stream else None
        await Watch(receive, responder, record, keep_alive).over(self._relay(prepared, responder, record))
        if record.outcome == "gone" and not responder.begun:
            record.status = 499

    async def _relay(self, prepared: Prepared, responder: Responder, record: Record) -> None:
        answer: Answer | None = None
        read = False
        try:
            answer = await prepared.backend.send(prepared.call_with(record.outgoing))
            responder.start(answer.status, answer.headers)
            async for chunk in answer.chunks:
                await responder.feed(chunk)
                if responder.over:
                    break
            else:
                read = True
            await responder.end()
        except Gone:
            record.outcome = "gone"
        except Exception as exception:
            error = self._told(exception, record)
            try:
                await responder.fail(error)
            except Gone:
                record.outcome = "gone"
        finally:
            if answer is not None and read:
                await answer.aclose()  # nothing is left that could take its time
            elif answer is not None:
                with anyio.move_on_after(_CLOSING, shield=True):
                    await answer.aclose()

    def _told(self, exception: Exception, record: Record) -> Error:
        """What the client is told; what it is not told goes to the log."""
        error = described(exception)
        if error.status == 500 and not isinstance(exception, BackendError):
            _log.error("request %s failed", record.request_id, exc_info=exception)
        return error


def _context(incoming: Incoming, record: Record, caller: object, model: str | None) -> Context:
    return Context(
        request_id=record.request_id,
        client=record.client,
        model=model,
        stream=record.stream,
        headers=incoming.public_headers(),
        key=incoming.key,
        caller=caller,
    )


async def refuse(
    send: Send, error: Error, client: Dialect, record: Record, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with an error."""
    record.outcome = "error"
    record.error = error.kind
    status, headers, body = written(error, client, record.request_id)
    await _send(send, status, [*headers, *more], body, client, record)


async def answer_whole(
    send: Send,
    status: int,
    body: bytes,
    client: Dialect,
    record: Record,
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Answer with a body that is there."""
    await _send(send, status, [(b"content-type", b"application/json"), *more], body, client, record)


async def _send(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, client: Dialect, record: Record
) -> None:
    record.status = status
    record.bytes_out = len(body)
    record.first_byte = time.perf_counter()
    if status != 204:
        headers.append((b"content-length", str(len(body)).encode()))
    headers.append((client.profile.request_id.encode(), record.request_id.encode("latin-1")))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
