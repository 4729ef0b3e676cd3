"""What a target takes of JSON Schema, as data, and one schema while it is being rewritten for it.

The profile is only a list of facts about a target; the facts about each vendor stand with its profile, in
`dgrid_translate.shared.schema`. The site is where the walk and the spellings meet: they change its copy and note losses
on it.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from dgrid_translate.losses import At, LossKind
from dgrid_translate.shared.schema_keywords import DESCRIBED, TYPE_NAMES, Node, is_names, slug, text_of
from dgrid_translate.shared.schema_merge import Merged

Suspect = tuple[bytes | re.Pattern[bytes], ...]
"""Signs that must all be found in a schema's text before something can have to change, the cheapest first."""


class SchemaProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a target takes of JSON Schema, as data. Each default is the most permissive choice."""

    suspects: tuple[Suspect, ...] | None = None
    """None: only a walk can tell whether something has to change."""
    keep: frozenset[str] | None = None
    """The keywords that the target takes; None: it takes, or ignores, any."""
    root_object: bool = False
    """The outermost schema must say `type: object` and `properties`."""
    root_refuses: tuple[str, ...] = ()
    """Keywords that the outermost schema must not have then."""
    root_marks: tuple[Suspect, ...] = ((),)
    """Signs of any of them; the default is always there."""
    refs: Literal["keep", "acyclic", "inline"] = "keep"
    ref_alone: bool = False
    """A `$ref` may have no siblings but those that begin with "$" and the definitions."""
    const_of: frozenset[str] = frozenset()
    """Types whose `const` must be said as an `enum` of one."""
    enum_of: frozenset[str] | None = None
    """Types of the values an `enum` may have; None: any."""
    enum_as_text: bool = False
    """Numbers in an `enum` are said as strings."""
    one_of: bool = True
    """False: `oneOf` must be said as `anyOf`."""
    merges: bool = False
    """An `allOf` is merged into its parent where that is possible."""
    nullable: bool = False
    """OpenAPI 3.0: one type a schema, null is said with `nullable`."""
    bounds: Literal["any", "integers", "inclusive"] = "any"
    """Exclusive bounds: taken; said as inclusive ones where that is exact, for integers; for all numbers."""
    newest_draft: bool = False
    """The tuples and boolean exclusive bounds of drafts before 2020-12 must be rewritten."""
    formats: frozenset[str] | None = None
    pattern_refuses: tuple[str, ...] = ()
    only: dict[str, tuple[object, ...]] = {}
    """Keywords of which the target takes some values only."""
    closed: bool = False
    """Every object must say `additionalProperties: false`."""
    all_required: bool = False
    """Every object must say its properties and require them all; an optional one becomes nullable."""
    known_required: bool = False
    """`required` may name known properties only."""
    needs_items: bool = False
    """An array must say `items`."""
    types: Literal["optional", "unless_literal", "always"] = "optional"
    """Which schemas must name a type: those without an enum or const; all."""
    untyped: tuple[str, ...] | None = None
    """What a schema of anything is said to be; None: it may stay silent."""


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
