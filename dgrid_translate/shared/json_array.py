"""The stream that is one JSON array, or one JSON value a line.

Gemini's REST reply without `alt=sse` is a single array whose elements, the chunks, are sent as they come into being;
some proxies make NDJSON of it. This module decides where one element ends and the next begins. It does not know
whether an element is valid JSON or what it means: it looks at brackets, quotes and backslashes, so a body that is
something else altogether (an HTML page) comes out as elements too, for the reader of JSON to refuse.

A `[` where no element is open opens the array; then elements are what stands between its commas. Without it, they are
the objects that follow one another, each on one line or on many, and lines that hold anything else.
"""

from __future__ import annotations

import re

from dgrid_translate.errors import LocalStreamError

# Each pattern runs in C over all that decides nothing. The repeats are possessive: they never go back, so they are
# linear and need no memory, and nothing after them could match what they took.
_FLAT = rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+'  # no brackets, but whole strings
_ELEMENT = re.compile(rb"[^\s,\xef\xbb\xbf]")  # between elements; a byte order mark counts as blank
_BRACKET = re.compile(_FLAT + rb'(["\[\]{}])', re.DOTALL)  # a quote only where its string is cut
_QUOTE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+(["\\])', re.DOTALL)  # a backslash only as the last byte there is
_COMMA = re.compile(rb'[^",\]]*+([",\]])')
_LINE_END = re.compile(rb"[^\r\n]*+([\r\n])")


def _shallow(depth: int) -> re.Pattern[bytes]:
    """Return what matches a whole object or array whose brackets are nested no deeper than that."""
    inside = _FLAT
    for _ in range(depth - 1):
        inside = _FLAT + rb"(?:[\[{]" + inside + rb"[\]}]" + _FLAT + rb")*+"
    return re.compile(rb"[\[{]" + inside + rb"[\]}]", re.DOTALL)


# Most elements arrive whole and are shallow. Taking them at one stroke costs a fifth of going bracket by bracket.
_SHALLOW = _shallow(8)


class JSONArrayDecoder:
    """Bytes of a JSON array or of NDJSON in, the bytes of complete elements out; one decoder reads one stream.

    Has the shape of SSEDecoder, so that a reader can take either. Time is linear in the bytes fed however they are
    cut. Only the open element is kept.
    """

    __slots__ = ("_array", "_closed", "_depth", "_escaped", "_open", "_quoted", "_read")

    def __init__(self) -> None:
        self._array = False  # inside the array that encloses the elements
        self._open = False  # inside an element; the rest is about that element
        self._read = bytearray()  # what earlier chunks held of it
        self._depth = 0  # how many of its brackets are open; -1: it is neither object nor array
        self._quoted = False  # inside a string
        self._escaped = False  # the last byte was the backslash of an escape in that string
        self._closed = False

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[tuple[bytes, bytes]]:
        """Take the next bytes and return the elements they complete, as (b"", element) to look like events.

        An object is complete with its last bracket; nothing waits for the comma. Raises LocalStreamError after close().
        """
        if self._closed:
            raise LocalStreamError("a JSON stream was fed after close()")
        if type(chunk) is not bytes:
            chunk = bytes(chunk)
        events: list[tuple[bytes, bytes]] = []
        start = at = 0  # where the open element begins in this chunk; how far the chunk is understood
        while at < len(chunk):
            if self._open:
                at = self._go_on(chunk, start, at, events)
            else:
                start = at = self._begin(chunk, at, events)
        if self._open:
            self._read += chunk[start:]
        return events

    def close(self) -> list[tuple[bytes, bytes]]:
        """End the stream and return the element that stood open, if any, as feed() would; once only."""
        self._closed = True
        return [(b"", self._end(b""))] if self._open else []

    def _begin(self, chunk: bytes, at: int, events: list[tuple[bytes, bytes]]) -> int:
        """Pass over what lies between elements, and over an element too if that is easy; return where to go on."""
        found = _ELEMENT.search(chunk, at)
        if found is None:
            return len(chunk)
        start = found.start()
        if found[0] == (b"]" if self._array else b"["):
            self._array = not self._array
            return start + 1
        if whole := _SHALLOW.match(chunk, start):
            events.append((b"", whole[0]))
            return whole.end()
        self._open = True
        self._depth = 0 if found[0] in b"[{" else -1
        return start

    def _go_on(self, chunk: bytes, start: int, at: int, events: list[tuple[bytes, bytes]]) -> int:
        """Read the open element from `at` to the next byte that decides something; return where to go on."""
        if self._escaped:
            self._escaped = False
            return at + 1
        found = self._pattern().match(chunk, at)
        if found is None:
            return len(chunk)
        at = found.end()
        mark = found[1]
        if mark == b"\\":
            self._escaped = True
        elif mark == b'"':
            self._quoted = not self._quoted
        elif self._depth < 0:
            at -= 1  # not the element's: it may end the array
            events.append((b"", self._end(chunk[start:at])))
        else:
            self._depth += 1 if mark in b"[{" else -1
            if not self._depth:
                events.append((b"", self._end(chunk[start:at])))
        return at

    def _pattern(self) -> re.Pattern[bytes]:
        """Return what finds the next byte that decides something, which is its group."""
        if self._quoted:
            return _QUOTE
        if self._depth >= 0:
            return _BRACKET
        return _COMMA if self._array else _LINE_END

    def _end(self, last: bytes) -> bytes:
        """Close the open element, whose last bytes are given, and return all of it."""
        element = b"".join((self._read, last)).rstrip()
        self._read.clear()
        self._open = False
        return element
