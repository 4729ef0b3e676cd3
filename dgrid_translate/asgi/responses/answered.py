"""What goes out to the client, on its way: under the id that it is kept by, and kept before the client has its end.

A Keeping stands where a Responder's `send` was. It changes what an answer says of itself alone; every other event of a
stream goes out as it came in. A client that vanishes ends the answer, and nothing of it is kept, as OpenAI does it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from msgspec import Raw, Struct

from dgrid_translate.asgi.errors import written
from dgrid_translate.asgi.incoming import Message, Send
from dgrid_translate.asgi.responses.asked import Asked
from dgrid_translate.asgi.responses.events import number_of
from dgrid_translate.asgi.responses.items import named
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.error import Error
from dgrid_translate.registry import lookup
from dgrid_translate.responses_state import Item
from dgrid_translate.shared.sse import SSEDecoder, frame
from dgrid_translate.shared.wire import dump, load

_log = logging.getLogger("dgrid_translate")
_ENDS = frozenset([b"response.completed", b"response.incomplete", b"response.failed"])
_TELLING = _ENDS | {b"response.created", b"response.in_progress", b"response.queued"}
_NOT_KEPT = "the answer could not be kept"

Keep = Callable[[str, bytes, list[Item], bytes], Awaitable[None]]
"""Takes the status of an answer, its body and its items, and the last frames of its stream."""


class Type(Struct):
    """What an event is."""

    type: str = ""


def described(response: Raw | bytes, asked: Asked) -> dict[str, Raw]:
    """The members of an answer, with what only we know of it."""
    members = load(dict[str, Raw], response, DIALECT)
    said: dict[str, object] = {
        "id": asked.id,
        "background": asked.background,
        "previous_response_id": asked.previous,
        "store": asked.store,
        "conversation": None if asked.conversation is None else {"id": asked.conversation},
    }
    members.update((key, Raw(dump(value))) for key, value in said.items())
    return members


class Keeping:
    """Takes what a Responder sends. keep: keeps an answer that has ended; None if it is not to be kept."""

    def __init__(self, send: Send, asked: Asked, keep: Keep | None, request_id: str) -> None:
        self._send = send
        self._asked = asked
        self._keep = keep
        self._request_id = request_id
        self._start: Message | None = None  # held until the length of the body is known
        self._body: list[bytes] = []
        self._events: SSEDecoder | None = None
        self._passes = False
        self._failed = False
        self._between = True  # no event is open

    async def __call__(self, message: Message) -> None:
        """Send a message of the answer."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._passes or message["type"] != "http.response.body":
            await self._send(message)
        elif self._events is not None:
            await self._stream(self._events, message)
        else:
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._whole(b"".join(self._body))

    async def _begin(self, message: Message) -> None:
        kind = next((value for name, value in message["headers"] if name == b"content-type"), b"")
        if message["status"] >= 400:
            self._passes = True
        elif kind.startswith(b"text/event-stream"):
            self._events = SSEDecoder()
        else:
            self._start = message
            return
        await self._send(message)

    async def _whole(self, body: bytes) -> None:
        assert self._start is not None
        status: int = self._start["status"]
        headers: list[tuple[bytes, bytes]] = self._start["headers"]
        try:
            members = described(body, self._asked)
            body = dump(members)
            await self._kept(members, body, b"")
        except Exception as exception:
            status, headers, body = written(self._wrong(exception), lookup(DIALECT), self._request_id)
        headers = [one for one in headers if one[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _stream(self, decoder: SSEDecoder, message: Message) -> None:
        body: bytes = message.get("body", b"")
        more: bool = message.get("more_body", False)
        begins, self._between = self._between, body.endswith(b"\n\n")
        if begins and self._between and more and not self._failed and b'"response"' not in body:
            await self._send(message)  # whole events that say nothing of the answer itself, or a comment
            return
        events = decoder.feed(body)
        if not more:
            events += decoder.close()
        out: list[bytes] = []
        for name, data in events:
            if not self._failed:
                out.append(await self._event(name, data, out))
        if out or not more:
            await self._send({"type": "http.response.body", "body": b"".join(out), "more_body": more})

    async def _event(self, name: bytes, data: bytes, before: list[bytes]) -> bytes:
        kind = name or load(Type, data, DIALECT).type.encode()
        if kind not in _TELLING:
            return frame(data, name)
        try:
            members = load(dict[str, Raw], data, DIALECT)
            response = described(members.get("response", Raw(b"{}")), self._asked)
            members["response"] = Raw(dump(response))
            made = frame(dump(members), name)
            if kind in _ENDS:
                await self._kept(response, bytes(members["response"]), b"".join([*before, made]))
            return made
        except Exception as exception:
            self._failed = True
            error = self._wrong(exception)
            said = {"type": "error", "code": error.code, "message": error.message, "param": None}
            return frame(dump({**said, "sequence_number": number_of(data) or 0}), b"error")

    async def _kept(self, members: dict[str, Raw], body: bytes, frames: bytes) -> None:
        if self._keep is not None:
            status = load(str, members.get("status", Raw(b'"completed"')), DIALECT)
            items = load(list[Raw], members.get("output", Raw(b"[]")), DIALECT)
            await self._keep(status, body, [named(item) for item in items], frames)

    def _wrong(self, exception: Exception) -> Error:
        if isinstance(exception, DecodeError):
            return Error("server", "the answer is not what openai-responses allows", 502, code="server_error")
        _log.error("request %s: %s", self._request_id, _NOT_KEPT, exc_info=exception)
        return Error("server", _NOT_KEPT, 500, code="server_error")
