"""Server-sent events, bytes to events and back.

This module decides where one event of a `text/event-stream` ends and the next begins, and what its name and its data
are. It does not know what the data mean: `[DONE]` is an event like any other, JSON is never looked into, and bytes
that are not UTF-8 pass through as they came. It knows no socket and no clock either: whoever reads the upstream feeds
what arrived, cut wherever it was cut.

The rules are those of the WHATWG ("event stream interpretation"), with three differences that translating needs:

- only names and data come out; `id` and `retry` are for reconnecting, which is not ours to do;
- an event whose data are empty is dropped, even when there was a `data:` line: no dialect says anything with it, some
  servers keep the line alive with it, and it would be an error to whoever parses JSON;
- what stands unterminated at the end of the stream is given out by `close()`, where a browser would throw it away:
  upstreams do forget the last blank line, and with it the finish reason.
"""

from __future__ import annotations

from typing import NamedTuple

from dgrid_translate.errors import LocalStreamError

_BOM = b"\xef\xbb\xbf"
_LF = 10  # as numbers: `in` finds a number six times as fast as the same byte as bytes
_CR = 13


class Framing(NamedTuple):
    """What a dialect's streams look like around their data; each dialect's profile holds one."""

    event_line: bool
    """Each data line has an `event: <type>` line before it."""
    terminator: bytes
    """What ends a stream that ended well: a whole frame, or nothing."""
    keepalive: bytes
    """What may be sent while there is nothing to say: a whole frame or comment; empty if clients would choke on any."""
    ends: tuple[bytes, ...] = ()
    """What a stream has in it at its end, good or bad, and not before: one of these short words, or the terminator."""


class SSEDecoder:
    """Bytes of an event stream in, complete events out; one decoder reads one stream.

    Time is linear in the bytes fed however they are cut. Only the open event and the open line are kept.
    """

    __slots__ = ("_after_cr", "_closed", "_data", "_head", "_idle", "_line", "_name")

    def __init__(self) -> None:
        self._name = b""  # of the open event
        self._data: list[bytes] = []  # the open event's data lines
        self._line = bytearray()  # the open line
        self._head: bytes | None = b""  # the first bytes, while they may still become a byte order mark; then None
        self._after_cr = False  # the last byte was a CR, already taken as a line end: a LF that follows belongs to it
        self._closed = False
        self._idle = False  # nothing of the above is the case: the next byte begins a new event

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[tuple[bytes, bytes]]:
        """Take the next bytes and return the events they complete, as (name or b"", data).

        Raises LocalStreamError after close().
        """
        if type(chunk) is not bytes:
            chunk = bytes(chunk)
        # Most servers send, and most clients hand out, one event at a time, and exactly in one of these two forms.
        if self._idle:
            text = chunk.replace(b"\r\n", b"\n") if _CR in chunk else chunk
            if text.endswith(b"\n\n") and _CR not in text:
                end, last = text.find(_LF), len(text) - 2
                if end == last > 6 and text.startswith(b"data: "):
                    return [(b"", text[6:last])]
                named = text.startswith(b"event: ") and text.startswith(b"data: ", end + 1)
                if named and text.find(_LF, end + 1) == last > end + 7:
                    return [(text[7:end], text[end + 7 : last])]
        return self._feed(chunk)

    def close(self) -> list[tuple[bytes, bytes]]:
        """End the stream and return the event that stood open, if any, as feed() would; once only."""
        events: list[tuple[bytes, bytes]] = []
        if not self._closed:
            self._take([bytes(self._line), b""], events)
            self._line.clear()
            self._closed = True
            self._idle = False
        return events

    def _feed(self, chunk: bytes) -> list[tuple[bytes, bytes]]:
        """Do what feed() promises, for any bytes: whole events first, then the whole lines of the one that is open."""
        if self._closed:
            raise LocalStreamError("an event stream was fed after close()")
        self._idle = False
        chunk = self._clean(chunk)
        if b"\n" not in chunk:
            # Looked at once, kept, and not looked at again before its line ends: this keeps small cuts linear.
            self._line += chunk
            return []
        if self._line:
            chunk = b"".join((self._line, chunk))
            self._line.clear()

        events: list[tuple[bytes, bytes]] = []
        if self._data or self._name:
            first, blank, rest = chunk.partition(b"\n\n")
            if blank:  # the end of the open event
                self._take([*first.split(b"\n"), b""], events)
                chunk = rest
        whole, blank, rest = chunk.rpartition(b"\n\n")
        if blank:
            alike = _split_alike(whole)
            if alike is None:
                self._take([*whole.split(b"\n"), b""], events)
            else:
                events += alike
        lines = rest.split(b"\n")
        self._line += lines.pop()
        self._take(lines, events)
        self._idle = not (self._line or self._data or self._name or self._after_cr)
        return events

    def _clean(self, chunk: bytes) -> bytes:
        """Return the chunk without a byte order mark that begins the stream, and with LF for every line end."""
        if self._head is not None:
            chunk = self._head + chunk
            if len(chunk) < 3 and _BOM.startswith(chunk):
                self._head = chunk
                return b""
            self._head = None
            chunk = chunk.removeprefix(_BOM)
        if chunk:  # an empty chunk must not make us forget that a CR came last
            if self._after_cr:
                chunk = chunk.removeprefix(b"\n")
            self._after_cr = chunk.endswith(b"\r")
            if b"\r" in chunk:
                chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _take(self, lines: list[bytes], events: list[tuple[bytes, bytes]]) -> None:
        """Read whole lines, without their ends, into the open event; append to `events` what a blank line completes."""
        for line in lines:
            if not line:
                if self._data:
                    data = b"\n".join(self._data)
                    if data:
                        events.append((self._name, data))
                    self._data.clear()
                self._name = b""
                continue
            field, _, value = line.partition(b":")  # a comment is a field without a name
            if field == b"data":
                self._data.append(value.removeprefix(b" "))
            elif field == b"event":
                self._name = value.removeprefix(b" ")


def _split_alike(whole: bytes) -> list[tuple[bytes, bytes]] | None:
    """Split whole events, without the last blank line, if all have one form: a data line, or a name before it.

    That is how servers write, and splitting at what lies between two events is up to twice as fast as going line by
    line. The number of line ends tells that nothing else was there. Returns None if something was.
    """
    if whole.startswith(b"data: "):
        data = whole[6:].split(b"\n\ndata: ")
        if whole.count(_LF) == 2 * len(data) - 2 and b"" not in data:
            return [(b"", datum) for datum in data]
    elif whole.startswith(b"event: "):
        blocks = whole[7:].split(b"\n\nevent: ")
        if whole.count(_LF) == 3 * len(blocks) - 2:
            # If each has the middle of its form, each has one line end, so it is all there is of it.
            parts = [block.partition(b"\ndata: ") for block in blocks]
            events = [(name, data) for name, _, data in parts if data]
            if len(events) == len(blocks):
                return events
    return None


def frame(data: bytes, event: bytes = b"") -> bytes:
    """Return one event as bytes to send: `data`, and before it the event's name if it has one.

    JSON from msgspec holds no line end. Data that do are sent as several data lines, which a reader joins with LF; in
    a name, which has no such way, a space takes their place. So nothing that came from upstream can break the frame.
    """
    if _LF in data or _CR in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\ndata: ")
    if not event:
        return b"data: %b\n\n" % data
    if _LF in event or _CR in event:
        event = event.replace(b"\r", b" ").replace(b"\n", b" ")
    return b"event: %b\ndata: %b\n\n" % (event, data)


def unframe(frames: bytes) -> list[bytes]:
    """Return the data of each of the frames in `frames`, all made by frame() from data without line ends.

    For our own output only; what comes from elsewhere goes through SSEDecoder.
    """
    # With an event line the data begin 7 bytes after its LF; without one find() gives -1, and they begin at 6.
    return [block[block.find(b"\n") + 7 :] for block in frames.split(b"\n\n")[:-1]]
