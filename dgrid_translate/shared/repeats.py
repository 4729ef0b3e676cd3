"""The frames that most of a stream is made of: each says what the one before it said, but for one string.

Two JSON texts that are equal but for what stands between the quotes of one string say the same but for that string. So
once a dialect has read a frame as no more than a delta, the next one need not be parsed to be known as another: what
stands around its text is compared, and its text alone is read. Hosts that also number their frames, or pad them to
hide how long the texts are, are given up after a few tries.
"""

from __future__ import annotations

import msgspec

from dgrid_translate.ir.events import ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.shared.wire import REFUSALS, dump

Delta = TextDelta | ReasoningDelta | ToolInputDelta

_PATIENCE = 16
"""How many frames may be learnt in a row without another like them."""

_decode = msgspec.json.Decoder(str).decode


class Repeats:
    """Knows the frame before, if it was a delta and nothing else.

    A decoder asks `read` for each frame first. If that is not known and turns out to be a delta alone, which changed
    nothing in the decoder that another would change again, it tells `learn`; any other frame, `forget`.
    """

    __slots__ = ("_begin", "_end", "_event", "_head", "_patience", "_tail")

    def __init__(self) -> None:
        self._event: Delta | None = None
        self._head = self._tail = b""
        self._begin = self._end = 0
        self._patience = _PATIENCE

    def read(self, data: bytes) -> Delta | None:
        """The delta in a frame that is like the one before; None if it is not."""
        last = self._event
        if last is None or not (data.startswith(self._head) and data.endswith(self._tail)):
            return None
        try:
            text = _decode(data[self._begin : len(data) - self._end])
        except REFUSALS:  # it ends at another quote than that of the text
            return None
        self._patience = _PATIENCE
        return type(last)(last.index, text) if text else None

    def learn(self, data: bytes, event: Delta) -> None:
        """A frame that said `event` alone."""
        if not self._patience:
            return
        self._patience -= 1
        self._event = None
        literal = dump(event.text)
        at = data.find(literal)
        # Without escapes there is one way to write a string, so if it stands here once this is where it was read.
        if at < 0 or b"\\" in data or data.find(literal, at + 1) >= 0:
            return
        self._begin = at
        self._head = data[: at + 1]
        self._tail = data[at + len(literal) - 1 :]
        self._end = len(self._tail) - 1
        self._event = event

    def forget(self) -> None:
        """A frame that said anything else."""
        self._event = None
