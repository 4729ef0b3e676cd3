"""Reading a stream with the short ways through its most common frames, and without."""

from __future__ import annotations

import pytest

from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.events import Event
from dgrid_translate.registry import lookup
from dgrid_translate.shared.narrow import Hope
from dgrid_translate.shared.repeats import Repeats


def events_of(dialect: str, frames: list[bytes]) -> list[Event] | str:
    """All events of a stream, or why it was refused."""
    decoder = lookup(dialect).decoder()
    try:
        found = [event for data in frames for event in decoder.feed(data)]
        return [*found, *decoder.close()]
    except DecodeError as error:
        return str(error)


def _discourage(hope: Hope, events: list[Event]) -> None:
    del hope, events


def _forget(repeats: Repeats, data: bytes) -> None:
    del repeats, data


def both_ways(dialect: str, frames: list[bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """What the decoder makes of a stream, and what it makes of it the long way alone."""
    short = events_of(dialect, frames)
    with monkeypatch.context() as patch:
        patch.setattr(Hope, "encourage", _discourage)
        patch.setattr(Repeats, "read", _forget)
        return short, events_of(dialect, frames)
