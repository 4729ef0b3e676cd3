"""What a translation could not say, as data.

Encoders note losses on one `Losses` collector. Noting is on the hot path, so a note is a bare tuple whose place is
the tuple of keys that leads to it (`("messages", 3, "content", 0)`); `Loss` objects with rendered paths are only made
when somebody looks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LossKind = Literal["dropped", "approximated", "moved", "invented"]

At = tuple["str | int", ...]
"""A place in a body: the keys and indexes that lead to it."""

_LONG = 512
_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")


def render_path(at: At) -> str:
    """("messages", 3, "content") -> "messages[3].content"; odd keys are quoted: metadata["a b"]."""
    out: list[str] = []
    for key in at:
        if isinstance(key, int):
            out.append(f"[{key}]")
        elif _PLAIN_KEY.fullmatch(key):
            out.append(f".{key}" if out else key)
        else:
            out.append("[" + msgspec.json.encode(key.encode("utf-8", "replace").decode()).decode() + "]")
    return "".join(out)


class Loss(msgspec.Struct, frozen=True):
    """One thing that the target did not get as the source said it.

    kind: "dropped" (not in the target), "approximated" (there, with less meaning), "moved" (there, in an unusual
    place), "invented" (in the target, said by nobody in the source).
    feature: a slug such as "cache_control" or "logit_bias".
    path: where it stood in the source body ("messages[3].content[0].cache_control"); for "invented", in the target;
    for a stream, in the response that the stream adds up to.
    """

    kind: LossKind
    feature: str
    path: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.feature} at {self.path or '(body)'}" + (f": {self.detail}" if self.detail else "")


Note = tuple[LossKind, str, At, str]
"""A loss before anybody looks at it: kind, feature, place, detail."""


class _TooLong(Exception):
    """Carries a loss past the cache, since what ends in an exception is not remembered."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss


@lru_cache(4096)
def _short(note: Note) -> Loss:
    """The loss; remembered unless it is long, for the same places lose the same things in request after request."""
    kind, feature, at, detail = note
    loss = Loss(kind, feature, render_path(at), detail)
    if len(feature) + len(loss.path) + len(detail) > _LONG:
        raise _TooLong(loss)
    return loss


def _loss(note: Note) -> Loss:
    try:
        return _short(note)
    except _TooLong as long:
        return long.loss


class Losses(msgspec.Struct, eq=False):
    """Collects losses in the order they are met; the same loss noted twice counts once."""

    notes: dict[Note, None] = {}

    def dropped(self, feature: str, at: At, detail: str = "") -> None:
        """Note something the target does not get at all."""
        self.notes["dropped", feature, at, detail] = None

    def approximated(self, feature: str, at: At, detail: str = "") -> None:
        """Note something the target gets with less or other meaning."""
        self.notes["approximated", feature, at, detail] = None

    def moved(self, feature: str, at: At, detail: str = "") -> None:
        """Note something the target gets in a place its readers may not look at."""
        self.notes["moved", feature, at, detail] = None

    def invented(self, feature: str, at: At, detail: str = "") -> None:
        """Note something the target gets that the source never said; `at` leads to it in the target."""
        self.notes["invented", feature, at, detail] = None

    def inside(self, at: At, notes: Iterable[Note]) -> None:
        """Note what was met in the part of the body at `at`: kind, feature, place in that part, and detail of each."""
        noted = self.notes
        for kind, feature, place, detail in notes:
            noted[kind, feature, at + place, detail] = None

    def __bool__(self) -> bool:
        return bool(self.notes)

    def __len__(self) -> int:
        return len(self.notes)

    def __iter__(self) -> Iterator[Loss]:
        try:
            return iter(list(map(_short, self.notes)))
        except _TooLong:
            return map(_loss, list(self.notes))
