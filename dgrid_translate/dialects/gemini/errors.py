"""Error bodies <-> Error: `{"error": {"code", "message", "status", "details"}}`, a google.rpc.Status.

https://cloud.google.com/apis/design/errors. `code` repeats the HTTP status. Other shapes are understood as far as they
can be, and the body is kept.
"""

from __future__ import annotations

from dgrid_translate.dialects.gemini.profile import NAME
from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import STATUS, drop_details, read_error
from dgrid_translate.shared.wire import dump

_STATUSES: dict[ErrorKind, str] = {
    "invalid_request": "INVALID_ARGUMENT",
    "authentication": "UNAUTHENTICATED",
    "billing": "RESOURCE_EXHAUSTED",
    "permission": "PERMISSION_DENIED",
    "not_found": "NOT_FOUND",
    "timeout": "DEADLINE_EXCEEDED",
    "conflict": "ABORTED",
    "too_large": "INVALID_ARGUMENT",
    "unprocessable": "INVALID_ARGUMENT",
    "rate_limit": "RESOURCE_EXHAUSTED",
    "cancelled": "CANCELLED",
    "server": "INTERNAL",
    "unavailable": "UNAVAILABLE",
    "overloaded": "UNAVAILABLE",
}
_KEY_REASONS = ("API_KEY_INVALID", "API key not valid", "API key expired")


def decode_error(status: int | None, body: bytes) -> Error:
    """The error in a body, whatever its shape; a bad key is a 400 here, and is known by its reason."""
    error = read_error(status, body, NAME, ("error",))
    if error.kind == "invalid_request" and any(reason in error.message for reason in _KEY_REASONS):
        error.kind = "authentication"
    return error


def encode_error(error: Error, losses: Losses) -> tuple[int, bytes]:
    """(HTTP status, body); `error` is the first key, which Google's SDK insists on."""
    status = error.status or STATUS[error.kind]
    if error.dialect == NAME and error.raw is not None:
        return status, bytes(error.raw)
    drop_details(error, losses, said=("retry_after",))
    inner: dict[str, object] = {"code": status, "message": error.message, "status": _STATUSES[error.kind]}
    if error.retry_after is not None:
        seconds = f"{error.retry_after:.3f}".rstrip("0").rstrip(".")
        delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds}s"}
        inner["details"] = [delay]
    return status, dump({"error": inner})
