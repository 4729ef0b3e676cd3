"""An app of a backend."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dgrid_translate.asgi.auth import Check, checker
from dgrid_translate.asgi.gateway import Gateway
from dgrid_translate.asgi.incoming import MAX_BODY
from dgrid_translate.asgi.observe import Observer, Observers
from dgrid_translate.asgi.observe.log import Log
from dgrid_translate.asgi.observe.traces import tracing
from dgrid_translate.asgi.responses.keeper import Keeper
from dgrid_translate.asgi.side import Side
from dgrid_translate.backends import Backend, FunctionBackend, Router
from dgrid_translate.registry import DIALECTS, lookup
from dgrid_translate.responses_state import State, open_state

_EXPOSED = [
    "x-request-id",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "x-dgrid-translate-losses",
    "x-dgrid-translate-token-count",
]


def create_app(
    backend: Backend | Router | Callable[..., Any],
    *,
    speaks: str = "openai",
    auth: Collection[str] | Check | None = None,
    models: Sequence[str | Mapping[str, Any]] | None = None,
    default_model: str | None = None,
    serves: Collection[str] | None = None,
    state: str | State | None = None,
    state_days: float = 30.0,
    cors: Sequence[str] = (),
    metrics: bool = False,
    max_body: int = MAX_BODY,
    keep_alive: float = 15.0,
    passthrough: bool = True,
) -> Starlette:
    """An app that serves every dialect with what one backend answers.

    Args:
        backend: a function that takes a request as a dict and answers with a dict or an iterator of events, async or
            not (see FunctionBackend); or a Backend; or a Router of Backends.
        speaks: the dialect of a function; Backends say their own.
        auth: API keys, or an async callable that takes the key (None if none was sent) and the other headers and
            answers who it is, None to refuse. Left out, everybody may.
        models: what GET /v1/models lists, names or entries in OpenAI's shape; left out, what the backend says.
        default_model: for requests that name none, as those of `useChat`.
        serves: dialects; all, if left out.
        state: where to keep what the Responses API refers to (`previous_response_id`, `conversation`, background): an
            address as "memory", "sqlite:///path.db" or "postgresql://...", or a State. Left out, what needs it is
            refused, unless the backend is an upstream that speaks Responses: then what it keeps is asked for there.
        state_days: how long answers are kept; conversations stay until they are deleted.
        cors: origins whose pages may call, "*" for all.
        metrics: serve GET /metrics for Prometheus (extra: metrics).
        max_body: the most bytes of a request.
        keep_alive: seconds of silence after which a stream says something meaningless, where its clients bear that.
        passthrough: hand bytes on as they are where client and backend speak one dialect.

    Returns:
        A Starlette app, to be run, mounted, or wrapped in further middleware. `app.state.backend` is the backend; it
        is closed with the app, and where the app is mounted in another, by that one: `await backend.aclose()`. So is
        `app.state.keeper`, which has the state.

    Raises:
        UnknownDialect: there is no dialect of that name.
        ValueError: there is no store at such an address.
    """
    chosen = backend if isinstance(backend, Backend | Router) else FunctionBackend(backend, speaks=speaks)
    served = DIALECTS if serves is None else [lookup(name).profile.name for name in serves]
    observers: list[Observer] = [Log(), *tracing()]
    routes: list[BaseRoute] = [Route(path, _health, methods=["GET"]) for path in ("/health", "/health/")]
    if metrics:
        from dgrid_translate.asgi.observe.metrics import Metrics

        figures = Metrics()
        observers.append(figures)

        async def page(_: Request) -> Response:
            return Response(figures.page(), media_type=figures.content_type)

        routes.append(Route("/metrics", page, methods=["GET"]))
    kept = None if state is None else open_state(state)
    observer = Observers(observers)
    keeper = Keeper(kept, days=state_days, keep_alive=keep_alive, max_body=max_body, observer=observer)
    gateway = Gateway(
        chosen,
        check=checker(auth),
        served=served,
        side=Side(models, served),
        keeper=keeper,
        default_model=default_model,
        max_body=max_body,
        keep_alive=keep_alive,
        passthrough=passthrough,
        observer=observer,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        yield
        await keeper.aclose()
        await chosen.aclose()

    allowed = Middleware(
        CORSMiddleware, allow_origins=list(cors), allow_methods=["*"], allow_headers=["*"], expose_headers=_EXPOSED
    )
    app = Starlette(routes=routes, middleware=[allowed] if cors else [], lifespan=lifespan)
    app.router.default = gateway  # so that routes can be added to the app
    app.router.redirect_slashes = False
    app.state.backend = chosen
    app.state.keeper = keeper
    return app


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
