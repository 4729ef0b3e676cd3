"""Streams: bytes or events in, bytes or events out, as they come."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import suppress
from typing import Any

from dgrid_translate.dialect import Dialect
from dgrid_translate.errors import AmbiguousFormat, DecodeError, LocalStreamError, LossyTranslation, RemoteStreamError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import ErrorRaised, Event, PartEnded, ResponseStarted, TextDelta, UsageReported
from dgrid_translate.ir.fold import Collector
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.registry import lookup, readings
from dgrid_translate.shared.fitting import Fitting, fitting
from dgrid_translate.shared.json_array import JSONArrayDecoder
from dgrid_translate.shared.sse import SSEDecoder, unframe
from dgrid_translate.shared.wire import drop_foreign, parse_anyhow
from dgrid_translate.translate.containers import to_json

_DONE = b"[DONE]"


class StreamTranslator:
    """One upstream stream in another dialect, in bytes (SSE, cut anywhere) or in events; not both in one stream.

    source, to: dialects. request: the request being answered, in any dialect. strict: raise at the first loss, and
    when the upstream breaks its own grammar, instead of ending the stream with an error event. now: unix seconds, for
    targets that must say when an answer was made. passthrough: hand a stream that stays in its dialect on as it is.
    answer_id: what to call the answer instead of what the upstream calls it, unless it passes through.

    An upstream that fails, is cut short or sends what is no JSON ends in the target's own error event, never in what
    looks like a clean end.
    """

    def __init__(
        self,
        source: str,
        to: str,
        *,
        request: Any = None,
        strict: bool = False,
        now: int | None = None,
        passthrough: bool = True,
        answer_id: str | None = None,
    ) -> None:
        self._source = lookup(source)
        self._target = lookup(to)
        asked = None if request is None else request_of(request)
        self._strict = strict
        self._answer_id = answer_id
        self._passes = passthrough and self._source is self._target
        self._decoder = self._source.decoder()
        self.noted = Losses()
        self._encoder = self._target.encoder(self.noted, asked, now)
        self._splitter: SSEDecoder | JSONArrayDecoder | None = None
        self.error: Error | None = None
        """What the stream ended with, if it failed; unknown where it passes through."""
        self.usage: Usage | None = None
        """What the answer took so far, where the stream says it; unknown where it passes through."""
        self._closed = False
        fitting = fitting_for(asked, self._source)
        self._restore = None if fitting is None else fitting.events

    @property
    def losses(self) -> list[Loss]:
        """What could not be said so far."""
        return list(self.noted)

    # bytes

    def feed(self, chunk: bytes) -> bytes:
        """Take the upstream's next bytes; the frames they complete.

        Raises:
            LocalStreamError: the stream was closed.
            LossyTranslation, RemoteStreamError: only if strict.
        """
        self._check_open()
        if self._passes:
            return chunk
        if self._splitter is None:
            chunk = chunk.lstrip()
            if not chunk:
                return b""
            # Without alt=sse Gemini answers with one JSON array.
            self._splitter = JSONArrayDecoder() if chunk[:1] in b"[{" else SSEDecoder()
        found = self._splitter.feed(chunk)
        return self._step(found[0][1]) if len(found) == 1 else self._steps(found)

    def close(self) -> bytes:
        """The upstream is done; the last frames."""
        if self._closed:
            return b""
        self._closed = True
        if self._passes:
            return b""
        rest = [] if self._splitter is None else self._splitter.close()
        return self._steps(rest) + self._end()

    def fail(self, error: Error) -> bytes:
        """No more will come, for a reason the stream did not say; the last frames.

        They tell `error`, unless the stream was complete or has failed before.
        """
        if self._closed:
            return b""
        self._closed = True
        if self.error is not None:
            return b""
        if not self._passes:
            events: list[Event] = [ErrorRaised(error)]
            with suppress(DecodeError):
                events = self._decoder.close()
            if not events or not isinstance(events[-1], ErrorRaised):
                self._notice(events)
                return self._encoder.feed(self._restored(events))
        self.error = error
        return self._encoder.feed([ErrorRaised(error)])

    def iter(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """`feed` over a whole stream, then `close`; empty answers are left out."""
        for chunk in chunks:
            if frames := self.feed(chunk):
                yield frames
        if frames := self.close():
            yield frames

    async def aiter(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """As `iter`, asynchronously."""
        async for chunk in chunks:
            if frames := self.feed(chunk):
                yield frames
        if frames := self.close():
            yield frames

    # events

    def feed_event(self, event: Any) -> list[Any]:
        """Take the upstream's next event (a dict, JSON, or an SDK object); the events it becomes, in that container.

        Raises:
            As `feed`.
        """
        self._check_open()
        body, back = to_json(event)
        if self._passes:
            return [event]
        return [back(data) for data in _payloads(self._step(body))]

    def close_events(self) -> list[Any]:
        """The upstream is done; the last events, as dicts."""
        if self._closed or self._passes:
            self._closed = True
            return []
        self._closed = True
        return [parse_anyhow(data) for data in _payloads(self._end())]

    def iter_events(self, events: Iterable[Any]) -> Iterator[Any]:
        """`feed_event` over a whole stream, then `close_events`."""
        for event in events:
            yield from self.feed_event(event)
        yield from self.close_events()

    async def aiter_events(self, events: AsyncIterable[Any]) -> AsyncIterator[Any]:
        """As `iter_events`, asynchronously."""
        async for event in events:
            for translated in self.feed_event(event):
                yield translated
        for translated in self.close_events():
            yield translated

    # inside

    def single_event(self, body: bytes) -> list[bytes]:
        """One event out of its stream: as if the response had begun just before it."""
        events = self._decoder.feed(body)
        if not events or not isinstance(events[0], ResponseStarted):
            events = [ResponseStarted(self._source.profile.name), *events]
        return _payloads(self._encoder.feed(self._restored(events)))

    def _check_open(self) -> None:
        if self._closed:
            raise LocalStreamError("the stream was closed")

    def _step(self, data: bytes) -> bytes:
        if self.error is not None:
            return b""
        try:
            events = self._decoder.feed(data)
        except DecodeError as error:
            return self._fail(str(error))
        if len(events) != 1 or type(events[0]) is not TextDelta:  # which is what most of a stream is made of
            self._notice(events)
        return self._encode(events)

    def _steps(self, found: list[tuple[bytes, bytes]]) -> bytes:
        """What arrived at one time, written at one time."""
        if self._strict:  # what is raised must not depend on how the stream was cut
            return b"".join([self._step(data) for _, data in found])
        if self.error is not None:
            return b""
        read = self._decoder.feed
        events: list[Event] = []
        reason = ""
        for _, data in found:
            try:
                more = read(data)
            except DecodeError as error:
                reason = str(error)
                break
            events += more
            if len(more) != 1 or type(more[0]) is not TextDelta:
                self._notice(more)
                if self.error is not None:
                    break
        frames = self._encode(events)
        return frames + self._fail(reason) if reason else frames

    def _end(self) -> bytes:
        if self.error is not None:
            return b""
        try:
            events = self._decoder.close()
        except DecodeError as error:
            return self._fail(str(error))
        self._notice(events)
        return self._encode(events)

    def _restored(self, events: list[Event]) -> list[Event]:
        return events if self._restore is None else self._restore(events)

    def _notice(self, events: list[Event]) -> None:
        for event in events:
            if type(event) is UsageReported:
                self.usage = event.usage
            elif type(event) is ResponseStarted and self._answer_id is not None:
                event.id = self._answer_id
            elif type(event) is ErrorRaised:
                self.error = event.error
            elif type(event) is PartEnded and event.at:
                drop_foreign(event.ext, self._target.profile.name, event.at, self.noted)

    def _encode(self, events: list[Event]) -> bytes:
        if not events:
            return b""
        if self.error is not None and self._strict and self.error.raw is None:
            raise RemoteStreamError(self.error.message)
        frames = self._encoder.feed(events if self._restore is None else self._restore(events))
        if self._strict and self.noted:
            raise LossyTranslation(self.losses)
        return frames

    def _fail(self, reason: str) -> bytes:
        reason = f"the upstream sent what {self._source.profile.name} does not allow: {reason}"
        self.error = Error("server", reason, dialect=self._source.profile.name)
        if self._strict:
            raise RemoteStreamError(reason)
        return self._encoder.feed([ErrorRaised(self.error)])


def fitting_for(request: Request | None, upstream: Dialect) -> Fitting | None:
    """What has to change in a request for `upstream`, and back again in its answer; None if nothing has to."""
    profile = upstream.profile
    if request is None or request.dialect == profile.name:
        return None
    if not request.tools and request.tool_choice is None and request.parallel_tool_calls is None:
        return None
    return fitting(request, profile.names, profile.custom_tools)


def request_of(value: Any) -> Request:
    """The request in a body of any dialect; of readings that offer the same tools any will do."""
    if isinstance(value, Request):
        return value
    body, _ = to_json(value)
    found = readings(body, None, "request")
    requests = [dialect.decode_request(body) for dialect, _ in found]
    offers = [[(type(tool), getattr(tool, "name", None)) for tool in request.tools or ()] for request in requests]
    if any(offer != offers[0] for offer in offers):
        names = [f"{dialect.profile.name} request" for dialect, _ in found]
        raise AmbiguousFormat(names, "the shape of the request does not decide")
    return requests[0]


def _payloads(frames: bytes) -> list[bytes]:
    return [data for data in unframe(frames) if data != _DONE]


def collect(events: Any, *, source: str, request: Any = None) -> Any:
    """The whole response that a stream adds up to, in the same dialect.

    Args:
        events: the whole stream as bytes, or an iterable of pieces of it (bytes), or an iterable of events (dicts).
        source: the dialect.
        request: the request being answered, if its tool names matter.

    Returns:
        The response: a dict for events, JSON bytes for bytes.

    Raises:
        RemoteStreamError: the stream failed or was cut.
        DecodeError: an event is not what the dialect allows.
    """
    dialect = lookup(source)
    asked = None if request is None else request_of(request)
    decoder = dialect.decoder()
    collector = Collector()
    as_bytes = False
    for data, came_as_bytes in _datas(events):
        as_bytes = came_as_bytes
        for event in decoder.feed(data):
            collector.feed(event)
    for event in decoder.close():
        collector.feed(event)
    if collector.error is not None:
        raise RemoteStreamError(collector.error.message)
    body = dialect.encode_response(collector.result(), Losses(), asked, None)
    return body if as_bytes else parse_anyhow(body)


def _datas(events: Any) -> Iterator[tuple[bytes, bool]]:
    """Each event's JSON, and whether the stream came as bytes."""
    pieces: Iterable[Any] = [events] if isinstance(events, bytes | bytearray) else events
    splitter: SSEDecoder | JSONArrayDecoder | None = None
    for piece in pieces:
        if not isinstance(piece, bytes | bytearray):
            yield to_json(piece)[0], False
            continue
        chunk = bytes(piece)
        if splitter is None:
            chunk = chunk.lstrip()
            if not chunk:
                continue
            splitter = JSONArrayDecoder() if chunk[:1] in b"[{" else SSEDecoder()
        for _, data in splitter.feed(chunk):
            yield data, True
    for _, data in splitter.close() if splitter is not None else ():
        yield data, True
