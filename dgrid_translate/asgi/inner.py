"""An app in this process, called with requests that are not the client's own."""

from __future__ import annotations

from collections.abc import Sequence

from dgrid_translate.asgi.incoming import App, Message, Receive, Scope
from dgrid_translate.backends.backend import Answer, BackendError, Call, Operation, once
from dgrid_translate.dialect import Dialect

_REPLACED = frozenset(
    [b"accept", b"accept-encoding", b"content-encoding", b"content-length", b"content-type", b"transfer-encoding"]
)


def inner_scope(scope: Scope, call: Call, dialect: Dialect, key: str | None) -> Scope:
    """The client's scope, as an app of `dialect` gets it for `call`: with its path, headers and place of the key."""
    path = scope.get("root_path", "") + call.path
    own = {name for name, _ in call.headers}
    headers = [one for one in scope["headers"] if one[0] not in _REPLACED and one[0] not in own]
    headers += call.headers
    header = dialect.profile.auth_headers[0].encode()
    if key is not None and all(name != header for name, _ in headers):
        value = f"Bearer {key}" if header == b"authorization" else key
        headers.append((header, value.encode("latin-1")))
    headers.append((b"accept", b"text/event-stream" if call.stream else b"application/json"))
    if call.body:
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(call.body)).encode()))
    changed: Scope = {
        "method": call.method,
        "path": path,
        "raw_path": path.encode("utf-8"),
        "query_string": call.query.encode("latin-1"),
        "headers": headers,
        "extensions": {},  # none of them could be kept: what the app sends is not what goes out
    }
    return {**scope, **changed}


def body_first(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives out a body that was read already, then what comes after it: the client hanging up."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


class InnerApp:
    """An app as a backend, for what it answers whole."""

    def __init__(
        self, app: App, scope: Scope, receive: Receive, dialect: Dialect, key: str | None, offers: Sequence[Operation]
    ) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._dialect = dialect
        self._key = key
        self.speaks = dialect.profile.name
        self.offers = frozenset(offers)

    async def send(self, call: Call) -> Answer:
        """Call the app and wait for all of its answer."""
        status = 0
        headers: list[tuple[bytes, bytes]] = []
        pieces: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend((name.lower(), value) for name, value in message.get("headers", ()))
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        scope = inner_scope(self._scope, call, self._dialect, self._key)
        await self._app(scope, body_first(call.body, self._receive), collect)
        if not status:
            raise BackendError("the app did not answer")
        return Answer(status, headers, once(b"".join(pieces)))

    async def aclose(self) -> None:
        """The app is not ours."""
