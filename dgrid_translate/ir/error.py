"""An error that a provider answered with: data, not an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Raw

from dgrid_translate.ir.parts import Node
from dgrid_translate.ir.request import NO_PLACES
from dgrid_translate.losses import At

ErrorKind = Literal[
    "invalid_request",
    "authentication",
    "billing",
    "permission",
    "not_found",
    "timeout",
    "conflict",
    "too_large",
    "unprocessable",
    "rate_limit",
    "cancelled",
    "server",
    "unavailable",
    "overloaded",
]


class Error(Node):
    """What went wrong.

    status: HTTP status, None inside a stream where the source names none. code, param: the vendor's finer words.
    type: the vendor's own type word. retry_after: seconds. raw: the whole body as it came, in `dialect`'s words.
    places: as on Request.
    """

    kind: ErrorKind
    message: str
    status: int | None = None
    type: str | None = None
    code: str | None = None
    param: str | None = None
    retry_after: float | None = None
    request_id: str | None = None
    raw: Raw | None = None
    dialect: str = ""
    places: Mapping[str, At] = NO_PLACES
