"""Reading error bodies of any vendor's shape, and statuses.

An upstream does not always answer in its own dialect: proxies, other hosts and gateways put their own shapes in
between, or plain text, or nothing. All shapes known are tried, whoever asks; what cannot be read becomes the message.
"""

from __future__ import annotations

import re

from msgspec import Raw

from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.wire import drop_foreign, dump, elements, members, parse_anyhow, word_of

STATUS: dict[ErrorKind, int] = {
    "invalid_request": 400,
    "authentication": 401,
    "billing": 402,
    "permission": 403,
    "not_found": 404,
    "timeout": 504,
    "conflict": 409,
    "too_large": 413,
    "unprocessable": 422,
    "rate_limit": 429,
    "cancelled": 499,
    "server": 500,
    "unavailable": 503,
    "overloaded": 529,
}
_KINDS: dict[int, ErrorKind] = {**{status: kind for kind, status in STATUS.items()}, 408: "timeout"}

_WORDS: dict[str, ErrorKind] = {
    # OpenAI: `type` and `code`
    "invalid_request_error": "invalid_request",
    "invalid_api_key": "authentication",
    "insufficient_quota": "billing",
    "model_not_found": "not_found",
    "rate_limit_exceeded": "rate_limit",
    "tokens": "rate_limit",
    "requests": "rate_limit",
    "server_error": "server",
    "timeout": "timeout",
    "overloaded": "overloaded",
    "slow_down": "unavailable",
    # Anthropic: `type`, https://docs.anthropic.com/en/api/errors
    "authentication_error": "authentication",
    "billing_error": "billing",
    "permission_error": "permission",
    "not_found_error": "not_found",
    "rate_limit_error": "rate_limit",
    "timeout_error": "timeout",
    "api_error": "server",
    "overloaded_error": "overloaded",
    "conflict_error": "conflict",
    "request_too_large": "too_large",
    # Google: `status`, https://cloud.google.com/apis/design/errors
    "INVALID_ARGUMENT": "invalid_request",
    "FAILED_PRECONDITION": "invalid_request",
    "OUT_OF_RANGE": "invalid_request",
    "UNAUTHENTICATED": "authentication",
    "PERMISSION_DENIED": "permission",
    "NOT_FOUND": "not_found",
    "ABORTED": "conflict",
    "ALREADY_EXISTS": "conflict",
    "RESOURCE_EXHAUSTED": "rate_limit",
    "CANCELLED": "cancelled",
    "INTERNAL": "server",
    "UNKNOWN": "server",
    "UNIMPLEMENTED": "server",
    "UNAVAILABLE": "unavailable",
    "DEADLINE_EXCEEDED": "timeout",
}
_GENERIC = {"invalid_request_error", "api_error", "server_error", "INVALID_ARGUMENT"}


def kind_of_status(status: int) -> ErrorKind:
    """What an HTTP status means."""
    return _KINDS.get(status, "invalid_request" if 400 <= status < 500 else "server")


def read_error(status: int | None, body: bytes, dialect: str, native: tuple[str, ...]) -> Error:
    """The error in `body`, which came from an upstream that speaks `dialect`.

    `native` are the outermost keys that such an upstream's own error bodies have: only a body that has them all may be
    repeated to a client of the same dialect as it is.
    """
    try:
        value = parse_anyhow(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        kind = kind_of_status(status or 500)
        return Error(kind, text or f"the upstream answered with status {status} and no body", status, dialect=dialect)
    error = _read_value(status, value, dialect)
    whole = members(value)
    if all(key in whole for key in native) and members(whole.get("error")):
        error.raw = Raw(body)
    return error


_UNDERSTOOD = {"message", "msg", "detail", "type", "code", "param", "status", "details", "request_id", "error"}


def _read_value(status: int | None, value: object, dialect: str) -> Error:
    whole = members(next(iter(elements(value)), value))
    nested = members(whole.get("error"))
    details = nested or whole
    at: At = ("error",) if nested else ()
    said = [details.get(key) for key in ("message", "msg", "detail")]
    message = next((text for text in said if text), whole.get("error") or whole.get("message") or value)
    error = Error("server", message if isinstance(message, str) else dump(message).decode(), dialect=dialect)
    code = details.get("code")
    error.type = _word(details.get("type"))
    error.code = _word(code)
    error.param = _word(details.get("param"))
    error.request_id = _word(whole.get("request_id"))
    error.status = status or (code if isinstance(code, int) and 400 <= code < 600 else None)
    words = [word for word in (error.code, _word(details.get("status")), error.type) if word in _WORDS]
    precise = [word for word in words if word not in _GENERIC]
    if precise:
        error.kind = _WORDS[precise[0]]
    elif error.status is not None:
        error.kind = kind_of_status(error.status)
    elif words:
        error.kind = _WORDS[words[0]]
    error.places = {"code": (*at, "code"), "param": (*at, "param"), "retry_after": (*at, "details")}
    unsaid = {(*at, word_of(key)): Raw(dump(thing)) for key, thing in details.items() if key not in _UNDERSTOOD}
    if nested:
        unsaid |= {(word_of(key),): Raw(dump(thing)) for key, thing in whole.items() if key not in _UNDERSTOOD}
    more = details.get("details")
    error.retry_after = _retry_after(more)
    if error.retry_after is None or len(elements(more)) > 1:
        unsaid |= {} if more is None else {(*at, "details"): Raw(dump(more))}
    if unsaid:
        error.ext = {dialect: unsaid}
    return error


def drop_details(error: Error, losses: Losses, said: tuple[str, ...]) -> None:
    """Name what a source says of an error and `dialect` has no member for; `said` are the fields it has.

    For an error that is written anew, not repeated as it came.
    """
    drop_foreign(error.ext, "", error.at, losses)
    for field in ("code", "param", "request_id", "retry_after"):
        if field not in said and getattr(error, field) is not None:
            losses.dropped(field, error.places.get(field, (field,)))


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _retry_after(details: object) -> float | None:
    """Google's RetryInfo, e.g. {"@type": ".../google.rpc.RetryInfo", "retryDelay": "13s"}."""
    for entry in elements(details):
        delay = members(entry).get("retryDelay")
        if isinstance(delay, str) and re.fullmatch(r"\d+(\.\d+)?s", delay):
            return float(delay[:-1])
    return None
