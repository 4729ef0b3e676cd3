"""Parts under way, in the order of the message.

What a part says becomes an event at once, unless a part before it is still waited for.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Raw

from dgrid_translate.dialects.ui_message.parts import add_part, begin_step, read_tagged
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.dialects.ui_message.stream.tool_chunks import Call
from dgrid_translate.ir.events import (
    CitationAdded,
    Event,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    SignatureDelta,
    TextDelta,
)
from dgrid_translate.ir.parts import AnyPart, Extensions, Text, ToolCall
from dgrid_translate.losses import At
from dgrid_translate.shared.wire import Extra, note

Grown = TextDelta | ReasoningDelta | SignatureDelta | CitationAdded
Word = Literal["start", "end"] | Grown
"""What happens to a part: it starts, it ends, or an event whose `index` is still to be filled in."""


class Part:
    """A part under way. `own` is what its extensions hold, `mirror` a text as it is so far."""

    __slots__ = ("at", "begun", "ended", "known", "metadata", "mirror", "number", "own", "part", "sources")

    def __init__(self, part: AnyPart, own: Extra) -> None:
        self.part = part
        self.at = part.at
        self.own = own
        self.number = -1
        self.begun = False  # it has started
        self.ended = False  # its last chunk has come
        self.metadata: Raw | None = None
        self.known: Extensions | None = None  # what other dialects have a word for
        self.mirror = Text("", at=part.at, ext={NAME: own})
        self.sources: list[tuple[Raw, At, int]] = []  # those before its end, and how many parts stood between


class Line:
    """Turns what happens to parts into events."""

    def __init__(self) -> None:
        self.out: list[Event] = []
        self.called = False
        self._parts = 0
        self.waiting: list[tuple[Part, Word] | Part | Call] = []
        """What is not told yet, since a part before it is not known."""

    def take(self) -> list[Event]:
        """The events so far, once."""
        events, self.out = self.out, []
        return events

    def put(self, part: Part, word: Word) -> None:
        """Something happens to a part."""
        if self.waiting:
            self.waiting.append((part, word))
        else:
            self._do(part, word)

    def whole(self, part: AnyPart) -> None:
        """A part that comes whole."""
        state = Part(part, {})
        self.put(state, "start")
        self.put(state, "end")

    def hold(self, item: Part | Call) -> None:
        """A part that is not known yet: a tool part, or reasoning that has no words so far."""
        self.waiting.append(item)

    def flush(self, settle: bool = False) -> None:
        """Let go of what need not wait any more; with `settle`, of every tool part."""
        waiting = self.waiting
        count = 0
        for item in waiting:
            if isinstance(item, Call):
                if not (settle or item.settled):
                    break
                self._release(item)
            elif isinstance(item, Part):
                if not item.begun:
                    break
                self._do(item, "start")
            else:
                self._do(*item)
            count += 1
        del waiting[:count]

    def renew(self, call: Call) -> None:
        """There is more to a call; the part that it may have been let go of as learns of it."""
        if call.made is not None:
            call.made.ext = note(call.made.ext, NAME, ("~raw",), call.raw())
        self.flush()

    def _do(self, part: Part, word: Word) -> None:
        out = self.out
        if word == "start":
            part.number = self._parts
            self._parts += 1
            out.append(PartStarted(part.number, 0, part.part))
        elif word == "end":
            ext = {**(part.known or {}), NAME: part.own} if part.own else None
            out.append(PartEnded(part.number, ext, part.at))
        else:
            word.index = part.number
            out.append(word)

    def _release(self, call: Call) -> None:
        raw = call.raw()
        parts: list[AnyPart] = []
        add_part(read_tagged(raw, call.tag, call.at), raw, call.at, parts)
        if call.steps:
            begin_step(parts[0], call.steps)
        call.made = parts[0]
        for part in parts:
            self.called = self.called or type(part) is ToolCall
            state = Part(part, {})
            self._do(state, "start")
            self._do(state, "end")
