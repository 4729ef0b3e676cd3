"""What streams look like around their data, besides SSE, and answers that came in the other shape than asked for."""

from __future__ import annotations

from collections import deque

from dgrid_translate.dialect import Dialect
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.fold import Collector, explode
from dgrid_translate.losses import Losses
from dgrid_translate.shared.json_array import JSONArrayDecoder
from dgrid_translate.shared.sse import SSEDecoder

BETWEEN = (b"\n\n", b"\r\n\r\n", b"\r\r")
"""What may stand between two events."""
_TAIL = 2048
"""How many of a stream's last bytes have its end in them."""


class ArrayFramer:
    """SSE in, one JSON array out, element by element: what Gemini's clients get who do not ask for `alt=sse`."""

    def __init__(self) -> None:
        self._events = SSEDecoder()
        self._begun = False

    def feed(self, frames: bytes) -> bytes:
        """The elements that `frames` complete."""
        return self._joined([data for _, data in self._events.feed(frames)])

    def close(self) -> bytes:
        """The last elements and the bracket."""
        last = self._joined([data for _, data in self._events.close()])
        return last + (b"]" if self._begun else b"[]")

    def _joined(self, elements: list[bytes]) -> bytes:
        if not elements:
            return b""
        lead, self._begun = (b",\r\n" if self._begun else b"["), True
        return lead + b",\r\n".join(elements)


class Ending:
    """Whether a stream that is handed on unread came to its end: what stops before was cut, however orderly.

    Only its last bytes are kept, and looked at once. An event that is longer than these, and whole, counts as an end:
    the longest that there are repeat a whole answer.
    """

    def __init__(self, dialect: Dialect) -> None:
        framing = dialect.profile.framing
        done = framing.terminator.removeprefix(b"data:").strip()
        self._marks = (done, *framing.ends) if done else framing.ends
        self._reads: deque[bytes] = deque()
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._reads.append(chunk)
        self._size += len(chunk)
        while self._size - len(self._reads[0]) >= _TAIL:
            self._size -= len(self._reads.popleft())

    def seen(self) -> bool:
        """Whether the bytes so far have come to an end."""
        tail = b"".join(self._reads)
        if any(tail.rfind(mark) >= 0 for mark in self._marks):
            return True
        between = [tail.find(blank, 0, -len(blank)) for blank in BETWEEN]
        return len(tail) >= _TAIL and max(between) < 0 and tail.endswith(BETWEEN)


def gather(stream: bytes, dialect: Dialect) -> bytes | Error:
    """The whole response that a stream adds up to, or the error that it ended in.

    Raises:
        DecodeError: an event is not what the dialect allows.
    """
    splitter = JSONArrayDecoder() if stream.lstrip()[:1] in (b"[", b"{") else SSEDecoder()
    decoder = dialect.decoder()
    collector = Collector()
    for _, data in [*splitter.feed(stream), *splitter.close()]:
        for event in decoder.feed(data):
            collector.feed(event)
    for event in decoder.close():
        collector.feed(event)
    if collector.error is not None:
        return collector.error
    return dialect.encode_response(collector.result(), Losses(), None, None)


def spread(body: bytes, dialect: Dialect, now: int) -> bytes:
    """A stream that adds up to a whole response.

    Raises:
        DecodeError: it is not what the dialect allows.
    """
    response = dialect.decode_response(body)
    return dialect.encoder(Losses(), None, now).feed(explode(response))
