"""One schema while it is being rewritten.

The walk and its rules meet here: they change its copy and note losses on it.
"""

from __future__ import annotations

from typing import NamedTuple

from dgrid_translate.losses import At, LossKind
from dgrid_translate.shared.schema.keywords import DESCRIBED, TYPE_NAMES, Node, is_names, slug, text_of
from dgrid_translate.shared.schema.merge import Merged


class Note(NamedTuple):
    """A loss to be: it counts only when the whole walk came to an end."""

    kind: LossKind
    feature: str
    at: At
    detail: str


class Site:
    """One schema under rewriting: a shallow copy, where its keywords stand in the source, what its text will say."""

    __slots__ = ("_notes", "_said", "at", "changed", "entered", "out", "where")

    def __init__(self, schema: Node, at: At, where: dict[str, At], notes: list[Note]) -> None:
        self.out = dict(schema)
        self.at = at
        self.where: dict[str, At] = where
        self.changed = False
        self.entered: list[int] = []
        self._notes = notes
        self._said: list[str] = []

    def place(self, key: str, *inner: str | int) -> At:
        """Where a keyword, or something inside it, stands in the source."""
        return (*self.where.get(key, (*self.at, key)), *inner)

    def set(self, key: str, value: object) -> None:
        """Give a keyword another value."""
        self.out[key] = value
        self.changed = True

    def pop(self, key: str) -> object:
        """Take a keyword away."""
        self.changed = True
        return self.out.pop(key, None)

    def rename(self, old: str, new: str, value: object) -> None:
        """Put a keyword in the place of another."""
        self.where[new] = self.place(old)
        self.out = {new if key == old else key: value if key == old else kept for key, kept in self.out.items()}
        self.changed = True

    def become(self, merged: Merged) -> None:
        """Take over what a merge of this schema with others made."""
        own: dict[At, At] = {(*self.at, key): self.place(key) for key in self.out}
        self.where = {key: own.get(place, place) for key, place in merged.where.items()}
        self.out = merged.schema
        self.changed = True

    def types(self) -> list[str]:
        """The types it names; none when it names none that are known."""
        said = self.out.get("type")
        names = [said] if isinstance(said, str) else said
        return names if is_names(names) and all(name in TYPE_NAMES for name in names) else []

    def note(self, kind: LossKind, keyword: str, at: At, detail: str = "") -> None:
        """Note a loss."""
        self._notes.append(Note(kind, slug(keyword), at, detail))

    def say(self, keyword: str) -> None:
        """Move a keyword into the description, in the form of anthropic's `transform_schema`."""
        place = self.place(keyword)
        value = self.pop(keyword)
        if keyword in DESCRIBED and isinstance(self.out.get("description", ""), str):
            self.note("moved", keyword, place, "into the description")
            self._said.append(f"{keyword}: {text_of(value)}")
        else:
            self.note("dropped", keyword, place)

    def describe(self) -> None:
        """Write what was moved into the description."""
        if self._said:
            before = self.out.get("description", "")
            text = "{" + ", ".join(self._said) + "}"
            self.set("description", f"{before}\n\n{text}" if before else text)
