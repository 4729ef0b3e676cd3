"""From a client's request to the call of a backend."""

from __future__ import annotations

import time
from dataclasses import dataclass

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from dgrid_translate.asgi.incoming import Incoming
from dgrid_translate.asgi.observe import Record
from dgrid_translate.asgi.routing import ALWAYS_STREAM, Route, target
from dgrid_translate.backends.backend import Backend, BackendError, Call, Context, Headers
from dgrid_translate.dialect import Dialect
from dgrid_translate.endpoints import tokens
from dgrid_translate.errors import LossyTranslation
from dgrid_translate.losses import Loss
from dgrid_translate.registry import lookup
from dgrid_translate.shared.wire import load, parse_anyhow
from dgrid_translate.shared.wire_slow import REFUSALS
from dgrid_translate.translate import Exchange


@dataclass(slots=True)
class Said:
    """What a request says that decides where it goes. `asked`: the model's name as the body has it."""

    body: bytes
    model: str | None
    stream: bool
    asked: str | None


@dataclass(slots=True)
class Prepared:
    """A request, ready for its backend."""

    client: Dialect
    upstream: Dialect
    backend: Backend
    exchange: Exchange
    call: Call
    losses: list[Loss]
    stream: bool
    body: bytes
    """The client's body, in its own dialect."""

    def call_with(self, headers: Headers) -> Call:
        """The call, with more headers; they take the place of others of their name."""
        if not headers:
            return self.call
        names = {name for name, _ in headers}
        return replace(self.call, headers=[*(one for one in self.call.headers if one[0] not in names), *headers])


class _Head(Struct, gc=False):
    """The members of a body that decide where it goes; the rest is skipped unread."""

    model: Raw | None = None
    stream: Raw | None = None


_decode_head = msgspec.json.Decoder(_Head).decode
_TRUE = Raw(b"true")


def said_in(client: Dialect, route: Route, body: bytes, default_model: str | None) -> Said:
    """What the body and the URL say.

    Raises:
        DecodeError: the body is no JSON object.
    """
    profile = client.profile
    if route.operation == "count_tokens":
        body = tokens.request_in(profile.name, body)
    try:
        head = _decode_head(body)
    except REFUSALS:
        members = load(dict[str, Raw], body, profile.name)
        head = _Head(members.get("model"), members.get("stream"))
    asked = _text(head.model)
    stream = route.stream
    if stream is None:
        stream = profile.name in ALWAYS_STREAM or head.stream == _TRUE
    return Said(body, route.model or asked or default_model, stream, asked)


def prepare(
    said: Said,
    incoming: Incoming,
    client: Dialect,
    backend: Backend,
    model: str | None,
    context: Context,
    record: Record,
    *,
    passthrough: bool = True,
    answer_id: str | None = None,
) -> Prepared:
    """Translate the request for a backend that knows the model as `model`; `answer_id` is as for an Exchange.

    Raises:
        DecodeError: the body is not what the client's dialect allows.
        LossyTranslation: the client refuses losses, and there would be some.
        BackendError: the model must be named, and is not.
    """
    upstream = lookup(backend.speaks)
    exchange = Exchange(
        client.profile.name,
        upstream.profile.name,
        now=int(time.time()),
        passthrough=passthrough,
        answer_id=answer_id,
    )
    by_url = "model" in client.profile.in_url
    elsewhere = "stream" in client.profile.in_url or client.profile.name in ALWAYS_STREAM
    done = exchange.request(
        said.body,
        model=model if by_url or model != said.asked else None,
        stream=said.stream if elsewhere else None,
    )
    losses = [*done.losses, *_lost_headers(incoming, client, upstream)]
    record.losses += losses
    if incoming.strict and losses:
        raise LossyTranslation(losses)
    if "model" in upstream.profile.in_url and not model:
        raise BackendError("a model must be named", status=400)
    path, query = target(upstream, "generate", model, said.stream)
    needed = [(name.encode(), value.encode()) for name, value in upstream.profile.request_headers]
    headers = incoming.passed_on(client is upstream)
    said_names = {name for name, _ in headers}
    call = Call(
        operation="generate",
        path=path,
        query=query,
        body=done.body,
        headers=[*headers, *(one for one in needed if one[0] not in said_names)],
        model=model,
        stream=said.stream,
        context=context,
    )
    return Prepared(client, upstream, backend, exchange, call, losses, said.stream, said.body)


def _lost_headers(incoming: Incoming, client: Dialect, upstream: Dialect) -> list[Loss]:
    """Features that a client switches on by a header mean nothing to another vendor."""
    beta = incoming.headers.get("anthropic-beta")
    if beta is None or client is upstream:
        return []
    return [Loss("dropped", "anthropic_beta", "headers.anthropic-beta", beta[:200])]


def _text(raw: Raw | None) -> str | None:
    value = None if raw is None else parse_anyhow(bytes(raw))
    return value if isinstance(value, str) and value else None
