"""What was made of a schema, remembered.

Rewriting is a pure function of a schema's bytes, and an agent sends the same tools with every turn of a conversation,
to which it adds only a message or two: without a memory the tools' schemas, which take milliseconds to walk, would cost
more than all the rest of each request. With it they cost a hash of their bytes, which is cheaper even than to search
them for what may have to change. What is remembered says nothing of the request that it came with, cannot be changed
(bytes and tuples), and is let go of when other schemas are asked for more often, so that it can be shared by every
request and thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar

import msgspec

from dgrid_translate.shared.memory import bounded
from dgrid_translate.shared.schema.site import Note

_ENTRIES = 512
_LARGE = 64 * 1024
"""Neither schemas of more bytes nor results that take more are remembered: nobody's requests can fill the memory."""
_NOTE_SIZE = 256

Target = TypeVar("Target", bound=Hashable)


class Made(NamedTuple):
    """What a schema became, None when nothing had to change, and the losses at places inside the schema."""

    schema: msgspec.Raw | None
    notes: tuple[Note, ...] = ()


UNCHANGED = Made(None)


def remembered(make: Callable[[bytes, Target], Made]) -> Callable[[bytes, Target], Made]:
    """A pure function of a schema's bytes and a target, with a memory of bounded size."""
    return bounded(make, _ENTRIES, _LARGE, _size)


def _size(_: bytes, made: Made) -> int:
    """About how many bytes a result takes."""
    size = 0 if made.schema is None else len(bytes(made.schema))
    return size + sum(_NOTE_SIZE + len(note.detail) + 16 * len(note.at) for note in made.notes)
