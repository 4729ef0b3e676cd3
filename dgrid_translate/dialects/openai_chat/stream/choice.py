"""What a decoder keeps of each choice while its stream lasts."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.events import PartEnded
from dgrid_translate.ir.parts import Extensions, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.shared.wire import Extra


class OpenCall:
    """A call under way."""

    __slots__ = ("at", "id", "own", "part", "signed")

    def __init__(self, part: int, call: ToolCall) -> None:
        self.part = part
        self.id = call.id
        self.at = call.at
        self.signed = call.signature is not None
        self.own: Extra = {}  # what only its later deltas say

    def end(self) -> PartEnded:
        """Its last event."""
        return PartEnded(self.part, {NAME: self.own}, self.at) if self.own else PartEnded(self.part)


class Choice:
    """A choice under way."""

    __slots__ = (
        "audio",
        "calls",
        "citations",
        "details",
        "echoed",
        "ext",
        "finished",
        "index",
        "plain",
        "prose",
        "prose_id",
        "prose_part",
        "refused",
        "said",
        "signed",
        "spelled",
        "text_part",
        "uncited",
        "whole_signed",
    )

    def __init__(self, index: int) -> None:
        self.index = index
        self.prose: type[Reasoning | Text | Refusal] | None = None  # the kind of prose that is open
        self.prose_part = 0  # its part's number
        self.plain = False  # the open reasoning was said plainly, and `echoed` is what details repeated of it
        self.echoed = ""
        self.signed = False  # the open reasoning has its signature
        self.whole_signed = False  # the message has one
        self.prose_id: str | None = None  # its id, where a detail gave one
        self.said: list[str] = []  # the open reasoning's text, to know it again in a detail
        self.details: dict[int, int] = {}  # reasoning detail's index -> part
        self.calls: dict[int, OpenCall] = {}
        self.refused = False
        self.spelled: str | None = None  # the member that holds the plain reasoning
        self.text_part: int | None = None  # the last text's number
        self.uncited: list[Raw] = []  # annotations that came before their text
        self.citations = 0
        self.audio: wire.Audio | None = None
        self.ext: Extensions | None = None
        self.finished = False
