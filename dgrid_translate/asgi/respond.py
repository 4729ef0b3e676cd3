"""What comes back from a backend, as it goes out to the client.

A Responder is fed the upstream's answer, head first and then its bytes as they come, and sends the client's as soon as
it can be right: one send for one read, nothing held but what is needed. It does not know whether it is fed by a loop
over an upstream or by an app that believes it is sending to a client.

- An error's status and body are held and translated whole. So is an answer that is not streamed.
- A stream's head goes out with its first frames: an upstream that fails before them still becomes a status.
- After that, a failure is the dialect's own error event. A stream that was cut never ends as if it had been complete.
- Answers that come whole where a stream was asked for are spread out, and the other way round.
"""

from __future__ import annotations

import re
import time

from dgrid_translate.asgi.errors import check_answer, described, error_in, upstream_error, written
from dgrid_translate.asgi.framing import BETWEEN, ArrayFramer, Ending, gather, spread
from dgrid_translate.asgi.incoming import Send
from dgrid_translate.asgi.observe import Record
from dgrid_translate.backends.backend import Headers
from dgrid_translate.dialect import Dialect
from dgrid_translate.errors import DecodeError, LossyTranslation, TranslateError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import ErrorRaised
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.translate import Exchange, StreamTranslator

_KEPT = re.compile(rb"retry-after(?:-ms)?|x-should-retry|.*ratelimit.*|openai-(?:processing-ms|organization|version)")
_NEVER = frozenset(
    [b"connection", b"content-encoding", b"content-length", b"content-type", b"keep-alive", b"transfer-encoding"]
    + [b"cache-control", b"digest", b"etag", b"request-id", b"x-request-id"]
)
_STREAM = [(b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]
_FEATURES = 20
"""How many kinds of losses are named in the header."""


class Responder:
    """Sends the answer to one request.

    exchange: has translated the request. wanted: the client asked for a stream. array: it wants it as a JSON array.
    request_id: what the client is told, if the upstream has no other. given_id: it is the client's own and stays.
    strict: refuse an answer that would lose something. keep_all: pass on every header that stays true. sees_end: an
    answer that passes through must be one, and come to an end.
    """

    def __init__(
        self,
        send: Send,
        exchange: Exchange,
        client: Dialect,
        upstream: Dialect,
        record: Record,
        *,
        losses: list[Loss],
        wanted: bool,
        array: bool = False,
        given_id: bool = False,
        strict: bool = False,
        keep_all: bool = False,
        sees_end: bool = True,
    ) -> None:
        self._send = send
        self._exchange = exchange
        self._client = client
        self._upstream = upstream
        self._record = record
        self._losses = losses
        self._wanted = wanted
        self._array = ArrayFramer() if array else None
        self._given_id = given_id
        self._strict = strict
        self._keep_all = keep_all
        # What is no stream by its type may be one by its first byte: a field of SSE, or an array where there is one.
        self._begins = b"deir:\xef[" if "stream" in upstream.profile.in_url else b"deir:\xef"
        self._looks = sees_end and exchange.passes
        self._ending: Ending | None = None
        self._status = 0
        self._headers: Headers = ()
        self._machine: StreamTranslator | None = None
        self._streams: bool | None = False  # None: the first byte of the body will tell
        self._held: list[bytes] = []
        self._tail = b"\n\n"  # the last bytes sent: a comment may only stand between two events
        self._busy = False
        self._sent_at = time.monotonic()
        self.begun = False
        self.over = False

    # what comes in

    def start(self, status: int, headers: Headers) -> None:
        """The upstream's head."""
        self._status, self._headers = status, headers
        for name, value in headers:
            if name == b"x-request-id" or name == b"request-id":
                self._record.upstream_request_id = value.decode("latin-1")
        kind = next((value for name, value in headers if name == b"content-type"), b"").lower()
        sse = kind.startswith(b"text/event-stream")
        if status >= 400:
            self._streams = False
        elif self._wanted:
            self._streams = True if sse else None
        else:
            self._streams = False
        self._sent_at = time.monotonic()
        if self._streams:
            self._open()

    async def feed(self, chunk: bytes) -> None:
        """The next bytes of its body."""
        if self.over:
            return
        if self._streams is None and chunk.strip():
            self._streams = chunk.lstrip()[:1] in self._begins
            if self._streams:
                self._open()
        if self._machine is None:
            self._held.append(chunk)
            return
        if self._ending is not None:
            self._ending.feed(chunk)
        frames = self._machine.feed(chunk)
        if self._strict and self._machine.noted:
            await self._refuse_losses(self._machine)
            return
        if not self.begun and self._machine.error is not None:
            await self.refuse(self._as_status(self._machine.error))
        elif frames:
            await self._out(frames, more=True)
        elif chunk.lstrip().startswith((b":", b"event: ping")):
            await self.keep_alive()

    async def end(self) -> None:
        """Its body is complete."""
        if self.over:
            return
        if self._machine is not None:
            if self._ending is not None and not self._ending.seen():
                await self.fail(Error("server", "the upstream's stream was cut before its end", 502))
                return
            await self._end_stream(self._machine.close())
            return
        body = b"".join(self._held)
        self._held.clear()
        if self._status >= 400:
            error = upstream_error(self._upstream, self._status, self._headers, body)
            await self.refuse(error)
            return
        if self._client is not self._upstream and (said := error_in(body, self._upstream)) is not None:
            await self.refuse(said)
            return
        try:
            if not body.lstrip().startswith((b"data:", b"event:", b":")):
                if self._client is not self._upstream:
                    check_answer(body, self._upstream)
                elif self._exchange.passes and (body or self._looks) and not body.lstrip().startswith(b"{"):
                    raise DecodeError("expected an object", dialect=self._upstream.profile.name)
            if self._wanted:
                await self._end_spread(body)
            else:
                await self._end_whole(body)
        except TranslateError as error:
            await self.refuse(self._unreadable(error))

    async def fail(self, error: Error) -> None:
        """No more of it will come, for this reason."""
        if self.over:
            return
        if self._status >= 400:
            await self.end()
            return
        if not self.begun:
            await self.refuse(error)
            return
        assert self._machine is not None
        frames = self._machine.fail(error)
        self._record.losses += self._machine.losses
        self._record.usage = self._machine.usage
        if self._machine.error is not None:
            self._note(self._machine.error)
        # What passes through may have been cut inside an event, which must not swallow this one.
        await self._out(frames if self._tail.endswith(BETWEEN) else b"\n\n" + frames, more=False)

    def _open(self) -> None:
        self._machine = self._exchange.stream()
        if self._looks:
            self._ending = Ending(self._upstream)

    # what goes out

    async def refuse(self, error: Error) -> None:
        """Answer with an error; nothing else has gone out yet."""
        self._note(error)
        status, headers, body = written(error, self._client, self._record.request_id)
        known = {name for name, _ in headers}
        headers += [one for one in self._passed_on() if one[0] not in known]
        await self._whole(status, headers, body)

    async def keep_alive(self, after: float = 0.0) -> float:
        """Say something meaningless if nothing was said for so long; seconds until it is time to look again."""
        frame = self._client.profile.framing.keepalive
        left = self._sent_at + after - time.monotonic()
        idle = self._machine is not None and self._array is None and not (self.over or self._busy)
        if idle and left <= 0 and frame and self._tail.endswith(BETWEEN):
            await self._out(frame, more=True)
            return after
        return left if left > 0 else after

    async def _end_stream(self, frames: bytes) -> None:
        machine = self._machine
        assert machine is not None
        self._record.losses += machine.losses
        self._record.usage = machine.usage
        if machine.error is not None:
            if not self.begun:
                await self.refuse(self._as_status(machine.error))
                return
            self._note(machine.error)
        elif self._strict and machine.noted:
            await self._refuse_losses(machine)
            return
        await self._out(frames, more=False)

    async def _refuse_losses(self, machine: StreamTranslator) -> None:
        error = described(LossyTranslation(machine.losses))
        if not self.begun:
            await self.refuse(error)
            return
        self._note(error)
        await self._out(self._client.encoder(Losses(), None, None).feed([ErrorRaised(error)]), more=False)

    async def _end_spread(self, body: bytes) -> None:
        machine = self._machine = self._exchange.stream()
        stream = spread(body, self._upstream, int(time.time()))
        frames = machine.feed(stream) + machine.close()
        self._record.usage = machine.usage
        if self._strict and machine.noted:
            raise LossyTranslation(machine.losses)
        self._record.losses += machine.losses
        await self._out(frames, more=False)

    async def _end_whole(self, body: bytes) -> None:
        kind = next((value for name, value in self._headers if name == b"content-type"), b"")
        if kind.lower().startswith(b"text/event-stream"):
            gathered = gather(body, self._upstream)
            if isinstance(gathered, Error):
                await self.refuse(self._as_status(gathered))
                return
            body = gathered
        done = self._exchange.response(body)
        self._record.usage = self._exchange.usage
        if self._strict and done.losses:
            raise LossyTranslation(done.losses)
        self._losses = [*self._losses, *done.losses]
        self._record.losses += done.losses
        headers = [(b"content-type", b"application/json"), *self._passed_on(), *self._lost()]
        await self._whole(self._status, headers, done.body)

    async def _whole(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.begun = self.over = True
        self._record.status = status
        self._record.bytes_out += len(body)
        self._record.first_byte = self._record.first_byte or time.perf_counter()
        headers += [(b"content-length", str(len(body)).encode()), self._request_id()]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _out(self, frames: bytes, *, more: bool) -> None:
        self._busy = True
        if not self.begun:
            self.begun = True
            await self._send({"type": "http.response.start", "status": 200, "headers": self._stream_headers()})
            self._record.status = 200
            self._record.first_byte = time.perf_counter()
        if frames:
            self._tail = frames[-4:]
        if self._array is not None:
            frames = self._array.feed(frames) + (b"" if more else self._array.close())
        self.over = not more
        self._record.bytes_out += len(frames)
        await self._send({"type": "http.response.body", "body": frames, "more_body": more})
        self._sent_at = time.monotonic()
        self._busy = False

    # heads

    def _stream_headers(self) -> list[tuple[bytes, bytes]]:
        kind = b"text/event-stream; charset=utf-8" if self._array is None else b"application/json"
        special = [(name.encode(), value.encode()) for name, value in self._client.profile.stream_headers]
        return [(b"content-type", kind), *_STREAM, *special, *self._passed_on(), *self._lost(), self._request_id()]

    def _passed_on(self) -> list[tuple[bytes, bytes]]:
        if self._keep_all:
            return [one for one in self._headers if one[0] not in _NEVER]
        return [one for one in self._headers if _KEPT.fullmatch(one[0])]

    def _request_id(self) -> tuple[bytes, bytes]:
        record = self._record
        known = record.request_id if self._given_id else record.upstream_request_id or record.request_id
        return self._client.profile.request_id.encode(), known.encode("latin-1")

    def _lost(self) -> list[tuple[bytes, bytes]]:
        if not self._losses:
            return []
        features = sorted({loss.feature for loss in self._losses})[:_FEATURES]
        return [(b"x-dgrid-translate-losses", f"{len(self._losses)}; features={','.join(features)}".encode())]

    # errors

    def _note(self, error: Error) -> None:
        self._record.outcome = "error"
        self._record.error = error.kind

    def _as_status(self, error: Error) -> Error:
        """An error that came in a stream, for a client that has seen nothing yet."""
        if error.status is None and error.raw is None:
            error.status = 502
        return error

    def _unreadable(self, error: TranslateError) -> Error:
        """What a client is told of an answer that is none."""
        if isinstance(error, LossyTranslation):
            return described(error)
        at = f" ({error})" if isinstance(error, DecodeError) else ""
        return Error("server", f"the upstream's answer is not what {self._upstream.profile.name} allows{at}", 502)
