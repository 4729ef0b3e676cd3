"""What `serve` serves: read from options and a TOML file, handed to the workers as JSON, made into an app there.

    host = "127.0.0.1"
    port = 8080
    keys-env = "GATEWAY_KEYS"           # clients' keys, separated by commas; without it everybody may call
    state = "sqlite:///responses.db"    # where Responses are kept; state-env names a variable that says it
    state-days = 30

    [[upstream]]                        # tried in this order
    match = "anthropic/*"               # models; left out, all
    url = "https://api.anthropic.com"   # left out, the vendor's own
    speaks = "claude"
    key-env = "ANTHROPIC_API_KEY"       # or forward-key = true: the client's own

Keys stand in environment variables alone, never in a file or an argument, which others can read.
"""

from __future__ import annotations

import logging
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from dgrid_translate.backends import Backend, Router

ENVIRONMENT = "DGRID_TRANSLATE_SERVE"
"""The variable in which the settings travel to the workers."""


class Upstream(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """One upstream; `demo` is the built-in model."""

    match: str = "*"
    url: str | None = None
    speaks: str = "openai"
    key_env: str | None = None
    forward_key: bool = False
    demo: bool = False
    strip: bool = True
    timeout: float = 600.0
    connect_timeout: float = 10.0
    headers: dict[str, str] = {}


class Settings(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """All of it."""

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    keys_env: str | None = None
    default_model: str | None = None
    state: str | None = None
    state_env: str | None = None
    state_days: float = 30.0
    models: list[str] | None = None
    serves: list[str] | None = None
    cors: list[str] = []
    metrics: bool = False
    max_body: int = 32 << 20
    keep_alive: float = 15.0
    passthrough: bool = True
    log_level: str = "info"
    upstream: list[Upstream] = []


def read(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises:
        ValueError: it is none, or says what there is not.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name}: {error}") from None


def secret(name: str) -> str:
    """The value of an environment variable.

    Raises:
        ValueError: it is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise ValueError(f"the environment variable {name} is not set")
    return value


def backend_of(settings: Settings) -> Backend | Router:
    """The backend, or a router where there are several.

    Raises:
        ValueError: a key or an address is missing.
    """
    from dgrid_translate.backends import Router

    if len(settings.upstream) == 1 and settings.upstream[0].match == "*":
        return _one(settings.upstream[0])
    routes = {one.match: Router({one.match: _one(one)}, strip=one.strip) for one in settings.upstream}
    return Router(routes, strip=False)


def _one(upstream: Upstream) -> Backend:
    from dgrid_translate.backends import DemoBackend, HTTPBackend

    if upstream.demo:
        return DemoBackend(speaks=upstream.speaks, delay=0.02)
    return HTTPBackend(
        upstream.url,
        speaks=upstream.speaks,
        api_key=None if upstream.key_env is None else secret(upstream.key_env),
        forward_key=upstream.forward_key,
        headers=upstream.headers,
        timeout=upstream.timeout,
        connect_timeout=upstream.connect_timeout,
    )


def state_of(settings: Settings) -> str | None:
    """Where to keep what Responses refer to.

    Raises:
        ValueError: it is not to be had, or not by several processes.
    """
    address = settings.state if settings.state_env is None else secret(settings.state_env)
    if address == "memory" and settings.workers > 1:
        raise ValueError("several workers share no memory: keep the state in sqlite:///path.db or postgresql://...")
    return address


def app_of(settings: Settings) -> Starlette:
    """The app.

    Raises:
        ValueError: a key or an address is missing, or is none.
        ImportError: what the state needs is not installed.
        UnknownDialect: there is no dialect of that name.
    """
    from dgrid_translate.asgi import create_app

    keys = None if settings.keys_env is None else [one.strip() for one in secret(settings.keys_env).split(",")]
    return create_app(
        backend_of(settings),
        auth=keys,
        models=settings.models,
        default_model=settings.default_model,
        serves=settings.serves,
        state=state_of(settings),
        state_days=settings.state_days,
        cors=settings.cors,
        metrics=settings.metrics,
        max_body=settings.max_body,
        keep_alive=settings.keep_alive,
        passthrough=settings.passthrough,
    )


def app_in_worker() -> Starlette:
    """The app of the settings in the environment; what the server calls in each worker."""
    settings = msgspec.json.decode(os.environ[ENVIRONMENT], type=Settings)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return app_of(settings)
