"""What the chunks so far said."""

from __future__ import annotations

from dgrid_translate.dialects.gemini.stream.partial import PartialCall
from dgrid_translate.ir.parts import Extension, Reasoning, Text
from dgrid_translate.losses import At


class Flow:
    """A candidate under way."""

    __slots__ = (
        "at", "calls", "count", "ext", "finish", "index", "kind", "numbers", "open", "partial", "signed", "texts"
    )  # fmt: skip

    def __init__(self, index: int) -> None:
        self.index = index
        self.at: At = ("candidates", index)
        self.open = -1  # the open part's number
        self.kind: type[Text | Reasoning] | None = None  # what it is, if text can be added to it
        self.signed = False
        self.count = 0  # of parts so far
        self.texts: list[tuple[At, bytearray]] = []  # the visible ones, in which citations count bytes
        self.numbers: list[int] = []  # of their parts
        self.partial: PartialCall | None = None
        self.ext: Extension = {}
        self.finish: str | None = None
        self.calls = 0
