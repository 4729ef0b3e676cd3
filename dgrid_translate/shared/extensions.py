"""Extensions: what a dialect says and the model has no word for, kept on the node it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from operator import attrgetter
from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.ir.parts import Extension, Extensions
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.structs import NULL, Wire, key_of

EMPTY = (NULL, Raw(b"[]"), Raw(b"{}"), Raw(b'""'))

_forms: set[tuple[str, ...]] = set()
"""Keys that were found to be forms: most nodes have no others, which is seen without looking at each."""
_MOST_FORMS = 1000

Extra = Extension
"""One dialect's own entries of a node's extensions: keys that lead to a member, and what stood there."""

NOTHING: Extra = {}
"""What a node without extensions has; never changed."""


def extra_of(struct: Wire, *under: str) -> Extra:
    """Take what `struct` could not name; `under` is where it sits within its node. A dict of the caller's own."""
    extra = struct.extra
    if extra is UNSET:
        return {}
    struct.extra = UNSET
    return {(*under, *key): raw for key, raw in extra.items()} if under else extra


class Kept:
    """Members that a Struct names only so that bodies with them are read fast: they become extensions all the same."""

    __slots__ = ("_none", "_read", "_words")

    def __init__(self, *names: str) -> None:
        self._words = [(name,) for name in names]
        self._read: Callable[[Wire], tuple[Any, ...]] = attrgetter(*names)
        self._none = (UNSET,) * len(names)

    def take(self, struct: Wire, own: Extra) -> None:
        """Put those that `struct` has into `own`."""
        found = self._read(struct)
        if found != self._none:
            own.update(compress(zip(self._words, found, strict=True), found))  # UNSET alone is false


def own_of(ext: Extensions | None, dialect: str) -> Extra:
    """The dialect's own entries, to be looked at only: asked for once a node, where several keys are tested."""
    return NOTHING if ext is None else ext.get(dialect, NOTHING)


def extensions(struct: Wire, dialect: str, *under: str) -> Extensions | None:
    """Take what `struct` could not name, as extensions of `dialect`; `under` is where it sits within its node."""
    extra = struct.extra
    if extra is UNSET:
        return None
    struct.extra = UNSET
    if under:
        return {dialect: {(*under, *key): raw for key, raw in extra.items()}}
    return {dialect: extra}


def beside(struct: Wire, *under: str) -> Extensions | None:
    """What an event of a stream could not name and no answer has a place for: no dialect's own, so that all name it."""
    return extensions(struct, "", *under)


def elsewhere(at: At, own: Extra) -> Extensions | None:
    """What of a stream stood at that place of the body and has none in an answer: as `beside`."""
    way = way_of(at)
    return {"": {(*way, *key): raw for key, raw in own.items()}} if own else None


def beside_event(event: Wire, *under: str) -> Extensions | None:
    """`beside`, of an event that its tag tells from others."""
    return None if event.extra is UNSET else beside(event, str(event.__struct_config__.tag), *under)


def note(ext: Extensions | None, dialect: str, key: tuple[str, ...], value: Raw = NULL) -> Extensions:
    """`ext` with one more entry; a key whose last word begins with "~" only remembers a form."""
    if ext is None:
        return {dialect: {key: value}}
    ext.setdefault(dialect, {})[key] = value
    return ext


def merge(first: Extensions | None, then: Extensions | None) -> Extensions | None:
    """Both, in one; `first` may be changed."""
    if first is None or then is None:
        return then if first is None else first
    for dialect, entries in then.items():
        first.setdefault(dialect, {}).update(entries)
    return first


def own_extension(ext: Extensions | None, dialect: str, *key: str) -> Raw | None:
    """The extension under `key`, if there is one."""
    if ext is None or dialect not in ext:
        return None
    return ext[dialect].get(key)


def remembered(ext: Extensions | None, dialect: str, *key: str) -> bool:
    """Whether the form `key` (its last word begins with "~") was noted."""
    return ext is not None and dialect in ext and key in ext[dialect]


def drop_foreign(ext: Extensions | None, dialect: str, at: At, losses: Losses) -> None:
    """Name every extension that `dialect` cannot repeat; nulls, empty things and forms say nothing."""
    if ext is None or (len(ext) == 1 and dialect in ext):
        return
    for owner, entries in ext.items():
        if owner != dialect and not _forms.issuperset(entries):
            for key, raw in entries.items():
                word = key[-1]
                if word[:1] == "~" and (word := key_of(word)) is None:
                    if len(_forms) < _MOST_FORMS:
                        _forms.add(key)
                    continue
                if raw not in EMPTY:
                    losses.dropped(word, at + key if key == (word,) else place_of(at, (*key[:-1], word)))


def way_of(at: At) -> tuple[str, ...]:
    """The words of a key that lead along a place; `place_of` reads them."""
    return tuple([f"[{step}]" if isinstance(step, int) else step for step in at])


def place_of(at: At, key: tuple[str, ...]) -> At:
    """Where an extension stood: `key` leads there from the node at `at`.

    A ".." before the last word leads one step up, "[2]" to the third of a list.
    """
    up = 0
    while up < len(key) - 1 and key[up] == "..":
        up += 1
    return (*(at[: len(at) - up] if up else at), *map(_step, key[up:-1]), key[-1])


def _step(word: str) -> str | int:
    is_index = word[:1] == "[" and len(word) < 12 and word[1:-1].isdecimal()
    return int(word[1:-1]) if is_index else word
