"""The chunks that most of a stream is made of: more of a text or a thought, and nothing else but the counts so far.

One that can be read as `Chunk` says no more than that holds.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from dgrid_translate.dialects.gemini.stream.flow import Flow
from dgrid_translate.ir.events import ReasoningDelta, TextDelta
from dgrid_translate.ir.parts import Reasoning, Text
from dgrid_translate.shared.narrow import Hope
from dgrid_translate.shared.wire import NULL, REFUSALS, check_utf8

_NO_COUNTS = Raw()


class _Exact(Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    """Base of what is here."""


class Part(_Exact):
    """The only one of `parts`."""

    text: str
    thought: bool = False


class Content(_Exact):
    """`content`."""

    parts: tuple[Part]
    role: str | None = None


class Candidate(_Exact):
    """The only one of `candidates`."""

    content: Content
    index: int = 0


class Chunk(_Exact):
    """A chunk; what else it holds was said by the first one, but for the counts."""

    candidates: tuple[Candidate]
    usage_metadata: Raw = _NO_COUNTS
    model_version: str | None = None
    response_id: str | None = None
    create_time: str | None = None


_decode = msgspec.json.Decoder(Chunk).decode


class More:
    """Reads chunks as `Chunk` while that goes well."""

    __slots__ = ("hope", "usage")

    def __init__(self) -> None:
        self.hope = Hope()
        self.usage: Raw | None = None  # the counts that were given last

    def read(self, data: bytes, flows: Mapping[int, Flow]) -> TextDelta | ReasoningDelta | None:
        """What a chunk adds to what is open; None if it says anything else."""
        try:
            if not data.isascii():
                check_utf8(data)
            chunk = _decode(data)
        except REFUSALS:
            self.hope.fail()
            return None
        candidate = chunk.candidates[0]
        part = candidate.content.parts[0]
        flow = flows.get(candidate.index)
        text = part.text
        if flow is None or flow.signed or not text:
            return None
        event = None
        if part.thought:
            if flow.kind is Reasoning:
                event = ReasoningDelta(flow.open, text)
        elif flow.kind is Text:
            flow.texts[-1][1].extend(text.encode())
            event = TextDelta(flow.open, text)
        if event is not None and chunk.usage_metadata not in (_NO_COUNTS, NULL):
            self.usage = chunk.usage_metadata
        return event
