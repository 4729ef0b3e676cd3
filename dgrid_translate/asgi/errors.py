"""What went wrong, for a client in its own dialect.

What a backend or an upstream says is passed on; what went wrong inside is told in general words alone, and is for the
log.
"""

from __future__ import annotations

import math

from msgspec import Raw

from dgrid_translate.backends.backend import BackendError, Headers
from dgrid_translate.dialect import Dialect
from dgrid_translate.errors import DecodeError, LossyTranslation, TranslateError
from dgrid_translate.ir.error import Error
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import kind_of_status
from dgrid_translate.shared.sse import SSEDecoder
from dgrid_translate.shared.wire import load


def described(exception: BaseException) -> Error:
    """The error that a client is told of when `exception` was raised."""
    match exception:
        case BackendError():
            return exception.error
        case DecodeError():
            return Error("invalid_request", str(exception), 400, param=exception.path or None)
        case LossyTranslation():
            return Error("unprocessable", str(exception), 422, code="lossy_translation")
        case TranslateError():
            status = exception.status_hint
            return Error(kind_of_status(status), str(exception), status)
        case TimeoutError():
            return Error("timeout", "the backend did not answer in time", 504)
        case _:
            return _raised(exception) or Error("server", "the backend failed", 500)


def _raised(exception: BaseException) -> Error | None:
    """The error in an HTTPException, which authors of apps raise to answer with a status."""
    status, detail = getattr(exception, "status_code", None), getattr(exception, "detail", None)
    if not isinstance(status, int) or not 400 <= status < 600 or not isinstance(detail, str):
        return None
    return Error(kind_of_status(status), detail, status)


def written(error: Error, dialect: Dialect, request_id: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of an error."""
    if error.request_id is None:
        error.request_id = request_id
    status, body = dialect.encode_error(error, Losses())
    plain = not body.lstrip().startswith((b"{", b"["))
    headers = [(b"content-type", b"text/plain; charset=utf-8" if plain else b"application/json")]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(math.ceil(error.retry_after)).encode()))
    return status, headers, body


def error_in(body: bytes, upstream: Dialect) -> Error | None:
    """The error in a body that came with a status that means success, as some gateways send it."""
    if b'"error"' not in body[:4096]:
        return None
    try:
        keys = load(dict[str, Raw], body, upstream.profile.name)
    except DecodeError:
        return None
    is_answer = any(
        mark.kind == "response" and all(key in keys for key in mark.keys) for mark in upstream.profile.marks
    )
    if is_answer or keys.get("error", Raw(b"null")) == Raw(b"null"):
        return None
    error = upstream.decode_error(None, body)
    error.status = error.status or 502
    return error


_BESIDES = {"gemini": (b'"usageMetadata"', b'"prompt_feedback"')}
"""What else makes an answer: Gemini has some without candidates."""


def check_answer(body: bytes, upstream: Dialect) -> None:
    """See that a body has something of an answer: `{}` or a word about a wrong path must not become an empty one.

    Raises:
        DecodeError: it has nothing.
    """
    marks = [mark.keys for mark in upstream.profile.marks if mark.kind == "response"]
    found = any(all(b'"%b"' % key.encode() in body for key in keys) for keys in marks)
    if not found and not any(key in body for key in _BESIDES.get(upstream.profile.name, ())):
        wanted = " or ".join(dict.fromkeys(key for keys in marks for key in keys))
        raise DecodeError(f"an answer has {wanted}, this has not", dialect=upstream.profile.name)


def upstream_error(upstream: Dialect, status: int, headers: Headers, body: bytes) -> Error:
    """The error that an upstream answered with; some send it as the one event of a stream."""
    if body.lstrip().startswith((b"data:", b"event:")):
        decoder = SSEDecoder()
        body = next((data for _, data in [*decoder.feed(body), *decoder.close()]), body)
    error = upstream.decode_error(status, body)
    said = dict(headers)
    if error.retry_after is None:
        error.retry_after = _seconds(said.get(b"retry-after-ms"), 1000) or _seconds(said.get(b"retry-after"), 1)
    if error.request_id is None and (known := said.get(upstream.profile.request_id.encode())) is not None:
        error.request_id = known.decode("latin-1")
    return error


def _seconds(value: bytes | None, parts: int) -> float | None:
    """A number of seconds; dates are left to the header, which is passed on."""
    try:
        return None if value is None else float(value) / parts
    except ValueError:
        return None
