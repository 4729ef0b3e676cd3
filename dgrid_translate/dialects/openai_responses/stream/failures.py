"""An error in a stream: `response.failed` once the answer has begun, an `error` event before."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import drop_details
from dgrid_translate.shared.wire import NULL, dump, load

_CODES: dict[ErrorKind, str] = {
    "invalid_request": "invalid_prompt",
    "unprocessable": "invalid_prompt",
    "too_large": "invalid_prompt",
    "rate_limit": "rate_limit_exceeded",
    "billing": "insufficient_quota",
    "authentication": "invalid_api_key",
}


def failed_event(error: Error, losses: Losses) -> Raw:
    """The `error` of a failed answer."""
    own = _own(error)
    if own is not None:
        return own
    drop_details(error, losses, said=("code", "param"))
    made = {"code": error.code or _CODES.get(error.kind, "server_error"), "message": error.message}
    return Raw(dump(made if error.param is None else made | {"param": error.param}))


def flat_error(error: Error, losses: Losses) -> bytes:
    """The members of an `error` event."""
    own = _own(error)
    members = load(dict[str, Raw], own if own is not None else failed_event(error, losses), NAME)
    flat = {key: members.get(key, NULL) for key in ("code", "message", "param")}
    return dump(flat)[1:-1]


def _own(error: Error) -> Raw | None:
    if error.dialect != NAME or error.raw is None:
        return None
    return load(dict[str, Raw], error.raw, NAME).get("error")
