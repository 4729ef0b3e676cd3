"""A part that is being written as a block, and the frames of its deltas.

What a delta's frame holds besides its text is the same for a whole block and is made once.
"""

from __future__ import annotations

import re

from msgspec import Raw

from dgrid_translate.ir.parts import AnyPart, Citation
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.shared.wire import dump, encode

DELTA = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,"delta":{"type":"%b","%b":'
AFTER = b"}}\n\n"

OPENING = re.compile(r'[ \t\n\r]*\{[ \t\n\r]*["}]')
"""How the text of an object begins."""
PATIENCE = 64
"""The pieces within which it must."""


class Open:
    """A part under way."""

    __slots__ = ("before", "ended", "flows", "index", "live", "part", "queue", "said", "signature", "tries")

    def __init__(self, index: int, part: AnyPart) -> None:
        self.index = index
        self.part = part
        self.signature = part.signature
        self.live = False  # its block has begun
        self.before = b""  # what a delta's frame begins with
        self.flows = True  # whether what it says goes out as it is; a call's arguments only once they begin an object
        self.said: Pieces | None = None  # a call's arguments so far
        self.tries = 0  # how many pieces have not shown whether they begin an object
        self.ended = False
        self.queue: list[str | Citation] = []


def say(state: Open, text: str, out: list[bytes]) -> None:
    """Write one more delta."""
    try:
        out.append(state.before + encode(text) + AFTER)
    except UnicodeEncodeError:
        out.append(state.before + dump(text) + AFTER)


def json_text(arguments: str | Raw) -> str:
    """A call's arguments as text; those of a call without any are not worth a delta."""
    if isinstance(arguments, str):
        return arguments
    text = bytes(arguments).decode("utf-8", "surrogatepass")
    return "" if text == "{}" else text
