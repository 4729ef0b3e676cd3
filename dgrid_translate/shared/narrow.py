"""When to read a frame as a narrow type: one that says more of what is open, and nothing else.

A frame that can be read so says no more than that holds, so one typed read tells both that and what it says. It is only
worth trying while such frames follow one another, since a read that fails costs more than one that succeeds saves.
"""

from __future__ import annotations

from dgrid_translate.ir.events import Event, ReasoningDelta, TextDelta, ToolInputDelta

_PATIENCE = 16
"""How many reads may fail: a server that always says something else as well is not tried any more."""


class Hope:
    """Whether the next frame is likely to be a narrow one."""

    __slots__ = ("_failures", "trying")

    def __init__(self) -> None:
        self.trying = False
        self._failures = 0

    def fail(self) -> None:
        """It was not."""
        self.trying = False
        self._failures += 1

    def encourage(self, events: list[Event]) -> None:
        """What a frame said that was read the long way."""
        if len(events) == 1:
            event = events[0]
            if type(event) is TextDelta or type(event) is ToolInputDelta or type(event) is ReasoningDelta:
                self.trying = self._failures < _PATIENCE
