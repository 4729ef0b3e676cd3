"""What a client sent: its headers, its key, the dialect it seems to speak, and its body up to a limit."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Literal
from urllib.parse import parse_qsl

from dgrid_translate.asgi.routing import local_path
from dgrid_translate.backends.backend import BackendError
from dgrid_translate.dialect import Dialect

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Strict = Literal["", "request", "all"]

MAX_BODY = 32 << 20

_ID = re.compile(r"[\x21-\x7e]{1,128}")
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(?:;|$)")
_SECRET = frozenset(["authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key"])
_TRACE = ("traceparent", "tracestate")
_VENDOR = ("anthropic-", "openai-", "x-goog-")


class Gone(Exception):
    """The client has hung up."""


class Incoming:
    """The head of a request."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.path = local_path(scope)
        self.headers: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        query: bytes = scope.get("query_string", b"")
        self._query = query.decode("latin-1") if query else ""
        self.query = dict(parse_qsl(self._query, keep_blank_values=True)) if query else {}
        given = self.headers.get("x-request-id", "")
        self.given_id = given if _ID.fullmatch(given) else None
        self.request_id = self.given_id or f"req_{os.urandom(16).hex()}"

    @property
    def key(self) -> str | None:
        """The API key, wherever a client of any dialect puts it."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token.strip():
            return token.strip()
        return self.headers.get("x-api-key") or self.headers.get("x-goog-api-key") or self.query.get("key") or None

    @property
    def dialect(self) -> str:
        """The dialect of a client whose path does not tell."""
        headers = self.headers
        if "anthropic-version" in headers or self.path.endswith(("/messages", "/messages/count_tokens")):
            return "claude"
        if "x-goog-api-key" in headers or "x-goog-api-client" in headers or "key" in self.query:
            return "gemini"
        if self.path.startswith(("/v1beta", "/v1alpha")):
            return "gemini"
        return "claude" if "x-api-key" in headers else "openai"

    @property
    def strict(self) -> Strict:
        """What must not lose anything: "request" alone, which is refused before it costs, or its answer too ("all").

        Few answers come through whole (one API says when they were made, another does not), and by then they are paid.
        """
        said = self.headers.get("x-dgrid-translate-strict", "").strip().lower()
        return "all" if said == "all" else "request" if said in ("1", "true", "yes", "request") else ""

    def wants_array(self, dialect: Dialect) -> bool:
        """Whether a stream is to be one JSON array: so says a URL that could ask for SSE and does not."""
        return "stream" in dialect.profile.in_url and self.query.get("alt") != "sse"

    def public_headers(self) -> Mapping[str, str]:
        """The headers without what gives access."""
        return {name: value for name, value in self.headers.items() if name not in _SECRET}

    def public_query(self) -> str:
        """The query without what gives access, as it was written."""
        return "&".join([part for part in self._query.split("&") if part.partition("=")[0] != "key"])

    def passed_on(self, same_dialect: bool) -> list[tuple[bytes, bytes]]:
        """What of the headers an upstream is sent: how it is traced, and what only its own dialect means."""
        kept = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in self.headers.items()
            if name in _TRACE or (same_dialect and name.startswith(_VENDOR) and name not in _SECRET)
        ]
        return [one for one in kept if one[0] != b"x-goog-api-client"]

    def check_json(self) -> None:
        """See that the body is announced as JSON.

        Raises:
            BackendError: it is not (415).
        """
        kind = self.headers.get("content-type", "application/json").lower()
        if not _JSON.match(kind):
            raise BackendError(f"the body must be application/json, not {kind[:80]}", status=415)
        coding = self.headers.get("content-encoding", "identity").lower()
        if coding != "identity":
            raise BackendError(f"the body must not be encoded ({coding[:80]})", status=415)


async def read_any(receive: Receive, incoming: Incoming, limit: int) -> bytes:
    """The body of a request that need not have one.

    Raises:
        BackendError, Gone: as `read_body` and `check_json`.
    """
    body = await read_body(receive, incoming, limit)
    if body:
        incoming.check_json()
    return body


async def read_body(receive: Receive, incoming: Incoming, limit: int) -> bytes:
    """The whole body. One that is too large is read to its end and thrown away: only then do clients look for answers.

    Raises:
        BackendError: it is larger than `limit` (413).
        Gone: the client hung up.
    """
    pieces: list[bytes] = []
    size = 0
    more = True
    announced = incoming.headers.get("content-length", "")
    too_large = announced.isdigit() and int(announced) > limit
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(piece)
        if too_large or size > limit:
            too_large = True
            pieces.clear()
            if size > 8 * limit:
                break
        elif piece:
            pieces.append(piece)
    if too_large:
        raise BackendError(f"the body is larger than {limit} bytes", status=413)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
