"""The subject that stream rules judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dgrid_translate.testing.violations import Rule
from dgrid_translate.testing.wire_json import NOTHING, Json, obj

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dgrid_translate.losses import At


class Stream(msgspec.Struct, frozen=True):
    """Parsed events in order, and the request they answer (empty where it is not known)."""

    events: tuple[Json, ...]
    request: Json

    def placed(self) -> Iterator[tuple[At, Json]]:
        """Each event with its place."""
        for index, event in enumerate(self.events):
            yield (index,), event


StreamRule = Rule[Stream]


def stream_of(events: Iterable[object], request: Json | None) -> Stream:
    """The subject; an event that is no object reads as an empty one."""
    return Stream(tuple(obj(event) for event in events), request or NOTHING)


def last(stream: Stream) -> At:
    """The place of the last event, the whole where there is none."""
    return (len(stream.events) - 1,) if stream.events else ()
