"""Error bodies <-> Error: `{"error": {"message", "type", "param", "code"}}`.

https://platform.openai.com/docs/guides/error-codes. Other hosts nest the message otherwise or send plain text; those
are understood as far as they can be, and the body is kept.
"""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import STATUS, drop_details, read_error
from dgrid_translate.shared.wire import dump, load

_TYPES: dict[ErrorKind, tuple[str, str | None]] = {
    "invalid_request": ("invalid_request_error", None),
    "authentication": ("invalid_request_error", "invalid_api_key"),
    "billing": ("insufficient_quota", "insufficient_quota"),
    "permission": ("invalid_request_error", None),
    "not_found": ("invalid_request_error", None),
    "timeout": ("timeout", None),
    "conflict": ("invalid_request_error", None),
    "too_large": ("invalid_request_error", None),
    "unprocessable": ("invalid_request_error", None),
    "rate_limit": ("rate_limit_error", "rate_limit_exceeded"),
    "cancelled": ("server_error", None),
    "server": ("server_error", None),
    "unavailable": ("server_error", None),
    "overloaded": ("server_error", None),
}


_SHARING = frozenset({"openai", "openai-completions", "openai-responses"})


def decode_error(status: int | None, body: bytes, dialect: str) -> Error:
    """The error in a body that an upstream of `dialect` sent, whatever its shape."""
    return read_error(status, body, dialect, ("error",))


def encode_error(error: Error, losses: Losses, dialect: str) -> tuple[int, bytes]:
    """(HTTP status, body) for a client of `dialect`."""
    status = error.status or STATUS[error.kind]
    if error.raw is not None and (error.dialect == dialect or _is_shared(error.dialect, error.raw)):
        return status, bytes(error.raw)
    drop_details(error, losses, said=("code", "param"))
    type_, code = _TYPES[error.kind]
    body = {"message": error.message, "type": type_, "param": error.param, "code": error.code or code}
    return status, dump({"error": body})


def _is_shared(dialect: str, raw: Raw) -> bool:
    """Whether the body is one that OpenAI's dialects have in common; stream events may say more."""
    return dialect in _SHARING and set(load(dict[str, Raw], raw, dialect)) == {"error"}
