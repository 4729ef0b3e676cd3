"""What streams look like around their data, besides SSE, and answers that came in the other shape than asked for."""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.fold import Collector, explode
from dgrid_translate.losses import Losses
from dgrid_translate.shared.json_array import JSONArrayDecoder
from dgrid_translate.shared.sse import SSEDecoder

BETWEEN = (b"\n\n", b"\r\n\r\n", b"\r\r")
"""What may stand between two events."""
_WHOLE = (b"\n", b"\r", b"}", b"]")
"""What may stand at the end of a stream: of a line, of an object, of `[DONE]` or an array."""
_LOOK = 65536
"""How many bytes are looked through at a time."""
_MARK = 64
"""No mark of an end is longer."""


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

    It is looked through many reads at a time, which costs less than one by one, and no longer than to the first word
    of its end. What is cut inside an event has not ended either.
    """

    def __init__(self, dialect: Dialect) -> None:
        framing = dialect.profile.framing
        done = framing.terminator.removeprefix(b"data:").strip()
        # At the beginning of a line nothing is part of a text.
        self._marks = (*framing.ends, b"\ndata: " + done, b"\ndata:" + done) if done else framing.ends
        self._reads = [b"\n"]
        self._size = 0
        self._found = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._reads.append(chunk)
        self._size += len(chunk)
        if self._size > _LOOK:
            self._look()

    def seen(self) -> bool:
        """Whether the bytes so far have come to an end."""
        self._look()
        return self._found and self._reads[0].endswith(_WHOLE)

    def _look(self) -> None:
        text = b"".join(self._reads)
        # CPython searches faster from the end.
        self._found = self._found or any(text.rfind(mark) >= 0 for mark in self._marks)
        self._reads = [text[-_MARK:]]
        self._size = 0


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
