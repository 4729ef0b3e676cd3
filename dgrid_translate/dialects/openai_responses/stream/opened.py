"""What a stream has begun and not finished."""

from __future__ import annotations

from msgspec.structs import replace

from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import AnyPart, Extension, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.losses import At


class Opened:
    """A part that is being read."""

    __slots__ = ("citations", "ended", "index", "kind", "length", "piece", "said", "told", "whole")

    def __init__(self, index: int, kind: type[AnyPart], told: Extension) -> None:
        self.index = index
        self.kind = kind
        self.told = told  # the extensions it began with
        self.length = 0  # of its text so far
        self.citations = 0
        self.piece = 0  # a reasoning's: which piece is being said
        self.said = ""  # a reasoning's: by which member
        self.whole: AnyPart | None = None  # all of it, once that is known
        self.ended = False

    def of(self, kind: type[AnyPart]) -> Opened:
        """The part, if it is of that kind.

        Raises:
            DecodeError: it began as another.
        """
        if self.kind is not kind:
            found, wanted = self.kind.__name__, kind.__name__
            raise DecodeError(f"what began as a {found} goes on as a {wanted}", dialect=NAME)
        return self

    def news(self, own: Extension) -> Extension:
        """Of its extensions, once it is whole, what was not told yet; some hosts change its id: the first holds."""
        return {key: raw for key, raw in own.items() if key[-1] != "~id" and self.told.get(key) != raw}

    def grow(self, text: str) -> None:
        """Take more text.

        Raises:
            DecodeError: it was done.
        """
        if self.ended:
            raise DecodeError(f"what was done goes on: {text[:40]!r}", dialect=NAME)
        self.length += len(text)


def emptied(part: AnyPart) -> AnyPart | None:
    """What a part is when it begins; None of one that is never told in pieces."""
    match part:
        case ToolCall():
            return replace(part, arguments="")
        case Text():
            return replace(part, text="", citations=None)
        case Refusal():
            return replace(part, text="")
        case Reasoning() if not part.redacted:
            return replace(part, text="", signature=None)
        case _:
            return None


class Item:
    """An item that is being read; its parts are numbered by their place in its content."""

    __slots__ = ("at", "done", "own", "parts", "placed", "speaks", "thinking")

    def __init__(self) -> None:
        self.at: At = ("output", 0)
        self.placed = False
        self.parts: dict[int, Opened] = {}
        self.own: Extension = {}  # a message's: what is remembered of it
        self.thinking: Reasoning | None = None  # a reasoning that has said nothing yet
        self.done = False
        self.speaks = False  # by deltas, and not only when it is done
