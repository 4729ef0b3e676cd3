"""What a stream that is written has begun and not finished."""

from __future__ import annotations

from dgrid_translate.ir.parts import AnyPart, Citation, Reasoning, Refusal
from dgrid_translate.ir.pieces import Pieces


class OpenPart:
    """A part under way."""

    __slots__ = (
        "before", "candidate", "citations", "ended", "id", "length", "part", "said", "signature", "tool", "wrapped"
    )  # fmt: skip

    def __init__(self, part: AnyPart, candidate: int) -> None:
        self.part = part
        self.signature = part.signature
        self.id = part.id if isinstance(part, Reasoning) else None
        self.candidate = candidate
        self.wrapped: tuple[bytes, bytes] | None = None  # what stands around a delta's text
        self.said = Pieces()  # a reasoning's text, for the detail that signs it; what of a text has to wait
        self.ended = False
        self.length = 0  # of a text so far, in code points
        self.before = 0  # how much text its choice had before it
        self.tool = 0  # a call's index within its choice
        self.citations: list[Citation] = []


class OpenChoice:
    """A choice under way."""

    __slots__ = ("details", "furthest", "plain", "refusal", "text", "texts", "thinking", "tools", "waiting")

    def __init__(self) -> None:
        self.texts: list[OpenPart] = []
        self.furthest = 0  # in the order in which Chat says things
        self.refusal: Refusal | None = None  # the first
        self.plain: list[Reasoning] = []  # reasoning before the first details
        self.tools = 0
        self.details = 0
        self.text = 0
        self.thinking = 0  # how many of its reasonings are open
        self.waiting: list[OpenPart] = []  # texts that began meanwhile: what signs a reasoning comes before them
