"""An app that serves one dialect, made to serve the others.

The app is called in process: it gets the request in its own dialect and path through `receive`, and what it sends goes
through a Responder on its way out, event by event. There is no task, no queue and no copy between the two, so that
backpressure, disconnects, background tasks and lifespan are the app's own as before.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from dgrid_translate.asgi.auth import Check, checker
from dgrid_translate.asgi.errors import described
from dgrid_translate.asgi.gateway import answer_whole, refuse
from dgrid_translate.asgi.incoming import MAX_BODY, App, Gone, Incoming, Message, Receive, Scope, Send, read_body
from dgrid_translate.asgi.inner import InnerApp, body_first, inner_scope
from dgrid_translate.asgi.observe import Observers, Record
from dgrid_translate.asgi.observe.log import Log
from dgrid_translate.asgi.observe.traces import tracing
from dgrid_translate.asgi.prepare import Prepared, prepare, said_in
from dgrid_translate.asgi.respond import Responder
from dgrid_translate.asgi.responses.asked import Asked
from dgrid_translate.asgi.responses.keeper import Keeper, owner_of
from dgrid_translate.asgi.routing import Route, Routes
from dgrid_translate.asgi.side import Side
from dgrid_translate.backends.backend import BackendError, Context
from dgrid_translate.dialect import Dialect
from dgrid_translate.endpoints import responses
from dgrid_translate.endpoints.models import shape_for
from dgrid_translate.ir.error import Error
from dgrid_translate.registry import DIALECTS, lookup
from dgrid_translate.responses_state import State, open_state

_KEEP_ALIVE = 15.0


class TranslateMiddleware:
    """Pure ASGI: `app.add_middleware(TranslateMiddleware, speaks="openai")`.

    speaks: the dialect of the app. adds: the dialects that it is to serve besides; all, if left out. path: where the
    app serves its own, if that is not where its vendor does. max_body: the most bytes of a request that is translated.
    state, state_days: as for `create_app`; close it with `await keeper.aclose()`. With a state, an app that speaks
    Responses and keeps nothing gets one too. auth: as for `create_app`, for what is kept alone: there the app is not
    asked. Left out, who has the key that an answer was asked for with has the answer.

    Requests in the app's own dialect and to any other path reach it untouched, and so do its answers to them.
    """

    def __init__(
        self,
        app: App,
        *,
        speaks: str = "openai",
        adds: Collection[str] | None = None,
        path: str | None = None,
        max_body: int = MAX_BODY,
        state: str | State | None = None,
        state_days: float = 30.0,
        auth: Collection[str] | Check | None = None,
    ) -> None:
        self._app = app
        self._inner = lookup(speaks)
        added = [lookup(name).profile.name for name in (DIALECTS if adds is None else adds)]
        self._added = [name for name in added if name != self._inner.profile.name]
        self._observer = Observers([Log(), *tracing()])
        kept = None if state is None else open_state(state)
        self.keeper = Keeper(kept, days=state_days, keep_alive=_KEEP_ALIVE, max_body=max_body, observer=self._observer)
        self._check = checker(auth)
        keeps_own = kept is not None and self._inner.profile.name == responses.DIALECT
        self._routes = Routes([*self._added, responses.DIALECT] if keeps_own else self._added)
        self._side = Side(None, [self._inner.profile.name, *self._added])
        self._path = path
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or hand it on."""
        route = self._routes.find(scope) if scope["type"] == "http" else None
        kept = route is not None and route.operation == "kept"
        if route is None or scope["method"] not in route.methods or (kept and self.keeper.state is None):
            await self._app(scope, receive, send)
            return
        incoming = Incoming(scope)
        client = route.dialect or lookup(incoming.dialect)
        if not self._translates(route, client):
            await self._app(scope, receive, send)
            return
        record = Record(
            request_id=incoming.request_id,
            method=incoming.method,
            path=incoming.path,
            operation=route.operation,
            client=client.profile.name,
            upstream=self._inner.profile.name,
        )
        try:
            found = await self._before(route, client, incoming, scope, receive, send, record)
            if found is not None:
                await self._answer(*found, incoming, scope, receive, send, record)
        except Gone:
            record.outcome = "gone"
        finally:
            self._observer.end(record)

    def _translates(self, route: Route, client: Dialect) -> bool:
        name = client.profile.name
        if route.operation == "models":
            return name in self._added and shape_for(name) != shape_for(self._inner.profile.name)
        return route.operation != "resume"

    async def _before(
        self,
        route: Route,
        client: Dialect,
        incoming: Incoming,
        scope: Scope,
        receive: Receive,
        send: Send,
        record: Record,
    ) -> tuple[Prepared, Asked | None] | None:
        """The request for the app, and what is to be kept of it; None if it is answered already."""
        inner = InnerApp(self._app, scope, receive, self._inner, incoming.key, ["generate", "models", "count_tokens"])
        try:
            if route.operation == "models":
                status, body = await self._side.models(inner, incoming, client, route.model)
                await answer_whole(send, status, body, client, record)
                return None
            if route.operation == "kept":
                owner = owner_of(await self._check(incoming), incoming)
                await self.keeper.serve(route.thing, route.ids, owner, incoming, receive, send, record)
                return None
            incoming.check_json()
            body = await read_body(receive, incoming, self._max_body)
            record.bytes_in = len(body)
            said = said_in(client, route, body, None)
            record.model, record.stream = said.model, said.stream
            asked = None
            if record.client == responses.DIALECT:
                owner = owner_of(await self._check(incoming) if self.keeper.state is not None else None, incoming)
                asked = await self.keeper.ask(said.body, owner, stream=said.stream, upstream=record.upstream)
                said.body = said.body if asked is None else asked.body
            answer_id = None if asked is None else asked.id
            prepared = prepare(said, incoming, client, inner, said.model, Context(), record, answer_id=answer_id)
            if route.operation == "count_tokens":
                status, body, extra = await self._side.count_tokens(prepared)
                await answer_whole(send, status, body, client, record, extra)
                return None
        except Gone:
            raise
        except Exception as exception:
            error = described(exception)
            await refuse(send, error, client, record)
            if error.status == 500:
                raise
            return None
        if self._path is not None:
            prepared.call = replace(prepared.call, path=self._path)
        return prepared, asked

    async def _answer(
        self,
        prepared: Prepared,
        asked: Asked | None,
        incoming: Incoming,
        scope: Scope,
        receive: Receive,
        send: Send,
        record: Record,
    ) -> None:
        self._observer.begin(record, incoming.headers)
        if asked is None:
            await self._call(prepared, incoming, scope, receive, send, record)
            return
        try:
            perform = partial(self._call, prepared, incoming, scope)
            await self.keeper.answer(asked, incoming, receive, send, record, perform)
        except BackendError as error:
            await refuse(send, error.error, prepared.client, record)

    async def _call(
        self, prepared: Prepared, incoming: Incoming, scope: Scope, receive: Receive, send: Send, record: Record
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
            keep_all=True,
        )

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.lower(), value) for name, value in message.get("headers", ())]
                responder.start(message["status"], headers)
            elif message["type"] == "http.response.body":
                if body := message.get("body", b""):
                    await responder.feed(body)
                if not message.get("more_body", False):
                    await responder.end()

        call = prepared.call_with(record.outgoing)
        try:
            await self._app(
                inner_scope(scope, call, self._inner, incoming.key), body_first(call.body, receive), sending
            )
        except Exception as exception:
            with suppress(OSError):
                await responder.fail(described(exception))
            raise
        if not responder.over:
            await responder.fail(Error("server", "the answer broke off", 500))
