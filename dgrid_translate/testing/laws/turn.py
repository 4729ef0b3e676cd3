"""One body from one dialect to another, for the laws: by the public functions, never handed through untouched.

A dialect is a registered name or a `Dialect` record of one's own; the latter goes through the same model by its own
functions.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import msgspec

from dgrid_translate.dialect import Dialect, Kind
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.registry import TABLE, lookup
from dgrid_translate.shared.wire import parse_anyhow
from dgrid_translate.testing.strategies.common import JSONObject
from dgrid_translate.translate import translate
from dgrid_translate.translate.stream import fitting_for

Named = str | Dialect


class Turned(NamedTuple):
    """A translated body, what was lost on the way, and the body's own text."""

    body: JSONObject
    losses: list[Loss]
    text: bytes


def dialect_of(named: Named) -> Dialect:
    """The record."""
    return named if isinstance(named, Dialect) else lookup(named)


def name_of(named: Named) -> str:
    """The name."""
    return dialect_of(named).profile.name


def dumped(body: object) -> bytes:
    """The body as JSON."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def parsed(body: bytes) -> Any:
    """JSON as plain values."""
    return parse_anyhow(body)


def turned(
    source: Named, target: Named, kind: Kind, body: JSONObject | bytes, request: JSONObject | None = None
) -> Turned:
    """The body in the target's dialect; `request` is the one that an answer answers, in the target's dialect.

    Raises:
        DecodeError: the body is not what its dialect allows.
    """
    origin, goal = dialect_of(source), dialect_of(target)
    text = body if isinstance(body, bytes) else dumped(body)
    if TABLE.get(origin.profile.name) is origin and TABLE.get(goal.profile.name) is goal:
        losses: list[Loss] = []
        made = translate(
            text,
            to=goal.profile.name,
            source=origin.profile.name,
            kind=kind,
            request=None if request is None else goal.decode_request(dumped(request)),
            losses=losses,
            passthrough=False,
        )
        return Turned(parsed(made), losses, made)
    noted = Losses()
    asked = None if request is None else goal.decode_request(dumped(request))
    made = _directly(origin, goal, kind, text, asked, noted)
    return Turned(parsed(made), list(noted), made)


def _directly(
    source: Dialect, target: Dialect, kind: Kind, body: bytes, request: Request | None, losses: Losses
) -> bytes:
    if kind == "request":
        asked = source.decode_request(body)
        fitting = fitting_for(asked, target)
        return target.encode_request(asked if fitting is None else fitting.request(asked, losses), losses)
    if kind == "response":
        response = source.decode_response(body)
        fitting = fitting_for(request, source)
        return target.encode_response(
            response if fitting is None else fitting.response(response), losses, request, None
        )
    return target.encode_error(source.decode_error(None, body), losses)[1]


def refused(source: Named, kind: Kind, body: JSONObject) -> DecodeError | None:
    """Why the source's decoder refuses the body, if it does."""
    dialect = dialect_of(source)
    try:
        if kind == "request":
            dialect.decode_request(dumped(body))
        elif kind == "response":
            dialect.decode_response(dumped(body))
    except DecodeError as error:
        return error
    return None
