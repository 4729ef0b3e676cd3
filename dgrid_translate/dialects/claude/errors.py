"""Error bodies <-> Error: `{"type": "error", "error": {"type", "message"}, "request_id"}`.

https://docs.anthropic.com/en/api/errors. The same object is the data of an `error` event within a stream.
"""

from __future__ import annotations

from dgrid_translate.dialects.claude.profile import ERRORS, NAME
from dgrid_translate.ir.error import Error
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import STATUS, drop_details, read_error
from dgrid_translate.shared.wire import dump


def decode_error(status: int | None, body: bytes) -> Error:
    """The error in a body, whatever its shape."""
    return read_error(status, body, NAME, ("type", "error"))


def encode_error(error: Error, losses: Losses) -> tuple[int, bytes]:
    """(HTTP status, body)."""
    status = error.status or STATUS[error.kind]
    if error.dialect == NAME and error.raw is not None:
        return status, bytes(error.raw)
    drop_details(error, losses, said=("request_id",))
    body: dict[str, object] = {"type": "error", "error": {"type": ERRORS[error.kind], "message": error.message}}
    if error.request_id is not None:
        body["request_id"] = error.request_id
    return status, dump(body)
