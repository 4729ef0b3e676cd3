"""`dgrid-translate serve`: every dialect in front of any model server."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
import msgspec
from msgspec.structs import replace

from dgrid_translate.cli import settings as config
from dgrid_translate.cli.settings import Settings, Upstream
from dgrid_translate.errors import TranslateError
from dgrid_translate.registry import DIALECTS

if TYPE_CHECKING:
    import socket


def parse_route(text: str) -> Upstream:
    """An upstream of `PATTERN=DIALECT@URL[#KEY_VARIABLE]`.

    Raises:
        ValueError: the text is not of that form.
    """
    pattern, equals, rest = text.partition("=")
    speaks, at, url = rest.partition("@")
    url, _, key = url.partition("#")
    if not (equals and at and pattern and url):
        raise ValueError(f"{text!r} is not PATTERN=DIALECT@URL or PATTERN=DIALECT@URL#KEY_VARIABLE")
    return Upstream(pattern, url, speaks, key or None)


@click.command()
@click.option("--upstream", "url", metavar="URL", help="The model server, with its version or without.")
@click.option("--speaks", default="openai", show_default=True, help=f"Its dialect: {', '.join(DIALECTS)}.")
@click.option("--upstream-key-env", metavar="NAME", help="The environment variable that holds its key.")
@click.option("--forward-key", is_flag=True, help="Hand the client's own key on to it.")
@click.option("--route", "routes", multiple=True, metavar="ROUTE", help="PATTERN=DIALECT@URL[#KEY_NAME], repeatable.")
@click.option("--demo", is_flag=True, help="Serve the built-in model; needs no upstream and no key.")
@click.option("--host", help="Where to listen.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="0 takes a free one.  [default: 8080]")
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: 1]")
@click.option("--keys-env", metavar="NAME", help="The environment variable that holds the clients' keys, by commas.")
@click.option("--default-model", help="For requests that name none.")
@click.option("--state", metavar="ADDRESS", help="Keep Responses: memory, sqlite:///path.db, postgresql://...")
@click.option("--state-env", metavar="NAME", help="The environment variable that holds that address.")
@click.option("--state-days", type=click.FloatRange(0, min_open=True), help="For how long.  [default: 30]")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Let pages of this origin call; repeatable, * for all.")
@click.option("--metrics", is_flag=True, default=None, help="Serve /metrics for Prometheus.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="[default: info]")
@click.option("--config", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A TOML file.")
def serve(
    url: str | None,
    speaks: str,
    upstream_key_env: str | None,
    forward_key: bool,
    routes: tuple[str, ...],
    demo: bool,
    host: str | None,
    port: int | None,
    workers: int | None,
    keys_env: str | None,
    default_model: str | None,
    state: str | None,
    state_env: str | None,
    state_days: float | None,
    cors: tuple[str, ...],
    metrics: bool | None,
    log_level: str | None,
    file: Path | None,
) -> None:
    """Put every dialect in front of a model server. Options go before what a config file says."""
    missing = [name for name in ("starlette", "uvicorn", "aiohttp") if find_spec(name) is None]
    if missing:
        sys.exit(f"serve needs the extra 'asgi' ({', '.join(missing)}): pip install 'dgrid-translate[asgi]'")
    try:
        settings = Settings() if file is None else config.read(file)
        upstreams = [parse_route(text) for text in routes]
        if url is not None:
            upstreams.append(Upstream("*", url, speaks, upstream_key_env, forward_key))
        if demo:
            upstreams.append(Upstream(speaks=speaks, demo=True))
        settings = replace(settings, upstream=[*upstreams, *settings.upstream])
        given = {
            "host": host,
            "port": port,
            "workers": workers,
            "keys_env": keys_env,
            "default_model": default_model,
            "state": state,
            "state_env": state_env,
            "state_days": state_days,
            "cors": list(cors) or None,
            "metrics": metrics,
            "log_level": log_level,
        }
        settings = replace(settings, **{name: value for name, value in given.items() if value is not None})
        if not settings.upstream:
            raise ValueError("no upstream: --upstream URL, --route, --demo or a --config file")
        config.app_of(settings)  # so that what is wrong is said once, here
    except (ValueError, ImportError, TranslateError) as error:
        raise click.UsageError(str(error)) from None
    run(settings)


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    os.environ[config.ENVIRONMENT] = msgspec.json.encode(settings).decode()
    uvicorn_config = uvicorn.Config(
        f"{config.__name__}:app_in_worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    listener = uvicorn_config.bind_socket()
    listener.listen(2048)  # whoever reads the announcement may call at once
    announce(settings, listener)
    server = uvicorn.Server(uvicorn_config)
    if settings.workers > 1:
        Multiprocess(uvicorn_config, sockets=[listener]).run()
    else:
        server.run(sockets=[listener])


def _shown(url: str | None) -> str:
    """An address without what gives access."""
    parts = urlsplit(url or "")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def announce(settings: Settings, listener: socket.socket) -> None:
    """Say where it is, and how clients find it."""
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{port}"
    click.secho(f"Serving {', '.join(settings.serves or DIALECTS)} at {base}", bold=True)
    for one in settings.upstream:
        to = "the demo model" if one.demo else _shown(one.url) or f"{one.speaks}'s own API"
        click.echo(f"  {one.match:16} -> {to} ({one.speaks})")
    click.echo(f"  OPENAI_BASE_URL={base}/v1  ANTHROPIC_BASE_URL={base}  GOOGLE_GEMINI_BASE_URL={base}")
    if settings.keys_env is None and settings.host not in ("127.0.0.1", "::1", "localhost"):
        click.secho("  everybody who can reach this address may use it: set --keys-env", fg="yellow", err=True)
    sys.stdout.flush()
