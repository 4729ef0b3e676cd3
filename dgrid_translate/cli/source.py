"""What is in an input: one body, many bodies line by line, or a stream of server-sent events.

The first line that is not blank decides, and no more than it needs is read before it does, so that a stream can be
translated while it arrives:

* a field of an event stream (`data:`, `event:`, a comment): a stream;
* a complete JSON value with more behind it: a body a line;
* anything else: one body; if that is an array, its items are bodies, as a line each would be.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FIELD = re.compile(rb"(?:data|event|id|retry)?:")
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 16


class Whole(NamedTuple):
    """One body."""

    body: bytes


class Lines(NamedTuple):
    """Many bodies, each with the number of its line or item, counted from 1."""

    numbered: Iterator[tuple[int, bytes]]


class Frames(NamedTuple):
    """An event stream, cut anywhere."""

    chunks: Iterator[bytes]


def recognise(stream: BinaryIO) -> Whole | Lines | Frames:
    """Look at the beginning of an input and tell what it is."""
    numbered = enumerate(iter(stream.readline, b""), 1)
    number, head = next(((number, line) for number, line in numbered if line.strip(_BOM).strip()), (0, b""))
    head = head.removeprefix(_BOM)
    if _FIELD.match(head):
        return Frames(chain([head], _chunks(stream)))
    if not _is_json(head):
        return _whole(head + stream.read())
    more = next(((number, line) for number, line in numbered if line.strip()), None)
    if more is None:
        return _whole(head)
    return Lines(_filled(chain([(number, head), more], numbered)))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)
    return iter(lambda: read(_CHUNK), b"")


def _filled(numbered: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    return ((number, body) for number, line in numbered if (body := line.strip()))


def _whole(body: bytes) -> Whole | Lines:
    if body.lstrip().startswith(b"["):
        try:
            items = msgspec.json.decode(body, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            return Whole(body)  # whoever decodes it says what is wrong with it
        return Lines((number, bytes(item)) for number, item in enumerate(items, 1))
    return Whole(body.strip())


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True
