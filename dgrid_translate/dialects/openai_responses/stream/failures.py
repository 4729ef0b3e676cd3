"""An error in a stream: `response.failed` once the answer has begun, an `error` event before."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.errors import decode_error
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import drop_details
from dgrid_translate.shared.wire import NULL, dump, load, members, parse_anyhow

_CODES: dict[ErrorKind, str] = {
    "invalid_request": "invalid_prompt",
    "unprocessable": "invalid_prompt",
    "too_large": "invalid_prompt",
    "rate_limit": "rate_limit_exceeded",
    "billing": "insufficient_quota",
    "authentication": "invalid_api_key",
}


_NO_REASON = Raw(b'{"code":"server_error","message":"the upstream failed"}')


def read_failure(event: wire.ErrorEvent | wire.Failed, data: bytes) -> Error:
    """The error in an event, whose JSON is `data`."""
    if type(event) is wire.Failed:
        error = load(wire.FailedResponse, event.response, NAME, ("response",)).error
        return decode_error(None, b'{"error":%b}' % bytes(_NO_REASON if error is UNSET or error == NULL else error))
    said = members(parse_anyhow(data))
    nested = members(said.get("error")) or {key: said.get(key) for key in ("code", "message", "param")}
    return decode_error(None, dump({"error": nested}))


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
    said = load(dict[str, Raw], own if own is not None else failed_event(error, losses), NAME)
    flat = {key: said.get(key, NULL) for key in ("code", "message", "param")}
    return dump(flat)[1:-1]


def _own(error: Error) -> Raw | None:
    if error.dialect != NAME or error.raw is None:
        return None
    return load(dict[str, Raw], error.raw, NAME).get("error")
