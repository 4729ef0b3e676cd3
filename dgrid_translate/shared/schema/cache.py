"""What was made of a schema, remembered.

Rewriting is a pure function of a schema's bytes, and an agent sends the same tools with every turn of a conversation,
to which it adds only a message or two: without a memory the tools' schemas, which take milliseconds to walk, would cost
more than all the rest of each request. With it they cost a hash of their bytes, which is cheaper even than to search
them for what may have to change; and mostly not that, for the schema met last of each length is found by its length,
and compared, which takes a fraction of the hash. What is remembered says nothing of the request that it came with,
cannot be changed (bytes and tuples), and is let go of when other schemas are asked for more often, so that it can be
shared by every request and thread.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec

from dgrid_translate.shared.schema.site import Note

_ENTRIES = 512
_LARGE = 64 * 1024
"""Neither schemas of more bytes nor results that take more are remembered: nobody's requests can fill the memory."""
_NOTE_SIZE = 256
_SHORT = 8 * 1024
"""Longer schemas are not looked for by their length: few are, and each may take that much."""
_SLOTS = 512

Target = TypeVar("Target")


class Made(NamedTuple):
    """What a schema became, None when nothing had to change, and the losses at places inside the schema."""

    schema: msgspec.Raw | None
    notes: tuple[Note, ...] = ()


UNCHANGED = Made(None)


class _TooLarge(Exception):
    """Carries a result past the cache: what ends in an exception is not remembered."""

    def __init__(self, made: Made) -> None:
        self.made = made


def remembered(make: Callable[[bytes, Target], Made]) -> Callable[[msgspec.Raw, Target], Made]:
    """A pure function of a schema's bytes and a target (told by its identity), with a memory of bounded size.

    What it raises is not remembered: how deep the stack was is the caller's affair, not the schema's.
    """

    @functools.lru_cache(maxsize=_ENTRIES)
    def small(raw: bytes, target: Target) -> Made:
        made = make(raw, target)
        if _size(made) > _LARGE:
            raise _TooLarge(made)
        return made

    latest: dict[int, tuple[msgspec.Raw, Target, Made]] = {}

    def ask(schema: msgspec.Raw, target: Target) -> Made:
        size = len(schema)
        met = latest.get(size % _SLOTS)
        if met is not None and met[1] is target and met[0] == schema:
            return met[2]
        raw = bytes(schema)
        if size > _LARGE:
            return make(raw, target)
        try:
            made = small(raw, target)
        except _TooLarge as large:
            return large.made
        if size <= _SHORT:
            latest[size % _SLOTS] = msgspec.Raw(raw), target, made
        return made

    return ask


def _size(made: Made) -> int:
    """About how many bytes a result takes."""
    size = 0 if made.schema is None else len(bytes(made.schema))
    return size + sum(_NOTE_SIZE + len(note.detail) + 16 * len(note.at) for note in made.notes)
