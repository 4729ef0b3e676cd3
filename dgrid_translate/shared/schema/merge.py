"""What several schemas say together, said by one.

It decides how an `allOf` (or a `$ref` with siblings) becomes one schema: keyword by keyword, so that the result says
neither more nor less. Where that cannot be (two patterns, closed objects with different properties) it says so, by
refusing or by marking the result as inexact; what to do then is the caller's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dgrid_translate.losses import At
from dgrid_translate.shared.schema.keywords import (
    ANNOTATIONS,
    HOLDS_NAMED_SCHEMAS,
    HOLDS_SCHEMA,
    HOLDS_SCHEMAS,
    Node,
    is_list,
    is_names,
    is_node,
    is_number,
    same,
)

_LOWER_BOUNDS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER_BOUNDS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_READ_TOGETHER = (
    frozenset({"if", "then", "else"}),
    frozenset({"items", "prefixItems", "additionalItems", "unevaluatedItems"}),
    frozenset({"contains", "minContains", "maxContains"}),
)
"""Keywords whose meaning depends on their neighbours: they cannot come from two schemas."""


class Merged(NamedTuple):
    """Several schemas as one."""

    schema: Node
    where: dict[str, At]
    """Where each keyword stands in the source."""
    exact: bool
    """Whether the result means what the parts meant together."""
    yielded: list[tuple[str, At]]
    """Annotations, and where they stand, that gave way to another's."""


class Places:
    """Where sub-schemas stand that are met elsewhere than in the source, by identity; keeps them alive meanwhile."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, At, dict[str, At]]] = {}

    def note(self, schema: object, at: At, where: dict[str, At] | None = None) -> None:
        """Remember that this very object stands at `at` in the source, and single keywords of it elsewhere."""
        if is_node(schema):
            self._known.setdefault(id(schema), (schema, at, where or {}))

    def of(self, schema: Node, at: At) -> tuple[At, dict[str, At]]:
        """Where a schema and its keywords stand; `at` when nothing else is known."""
        _, known, where = self._known.get(id(schema), (schema, at, {}))
        return known, where


def merge(parts: Sequence[tuple[Node, At]], places: Places) -> Merged | None:
    """What all `parts` say together, or None when one schema cannot say it. The first part wins in annotations."""
    merger = _Merger(places)
    out = merger.schemas(parts)
    return None if out is None else Merged(out[0], out[1], merger.exact, merger.yielded)


class _Merger:
    """One merge with all those inside it; each method gives None when one schema cannot say both."""

    def __init__(self, places: Places) -> None:
        self.exact = True
        self.yielded: list[tuple[str, At]] = []
        self._places = places

    def schemas(self, parts: Sequence[tuple[Node, At]]) -> tuple[Node, dict[str, At]] | None:
        if any(_torn(group, parts) for group in _READ_TOGETHER):
            return None
        self.exact = self.exact and _closed_alike([part for part, _ in parts])
        out: Node = {}
        where: dict[str, At] = {}
        for part, at in parts:
            for key, value in part.items():
                place = (*at, key)
                self._note_children(key, value, place)
                if key not in out:
                    out[key], where[key] = value, place
                elif same(out[key], value):
                    continue
                elif key in ANNOTATIONS and key != "description":
                    self.yielded.append((key, place))
                else:
                    met = self._meet(key, (out[key], where[key]), (value, place))
                    if met is None:
                        return None
                    out[key] = met
        return out, where

    def _note_children(self, key: str, value: object, place: At) -> None:
        if key in HOLDS_SCHEMA:
            self._places.note(value, place)
        if key in HOLDS_SCHEMAS and is_list(value):
            for index, child in enumerate(value):
                self._places.note(child, (*place, index))
        if key in HOLDS_NAMED_SCHEMAS and is_node(value):
            for name, child in value.items():
                self._places.note(child, (*place, name))

    def _meet(self, key: str, old: tuple[object, At], new: tuple[object, At]) -> object:
        """One keyword with two values: the value that says both."""
        (left, left_at), (right, right_at) = old, new
        if key == "description" and isinstance(left, str) and isinstance(right, str):
            return f"{left}\n\n{right}"
        if key == "required" and is_names(left) and is_names(right):
            return [*left, *(name for name in right if name not in left)]
        if key == "type":
            return _meet_types(left, right)
        if key == "enum" and is_list(left) and is_list(right):
            return [value for value in left if any(same(value, other) for other in right)] or None
        if key in _LOWER_BOUNDS and is_number(left) and is_number(right):
            return max(left, right)
        if key in _UPPER_BOUNDS and is_number(left) and is_number(right):
            return min(left, right)
        if key in {"properties", "$defs", "definitions"} and is_node(left) and is_node(right):
            return self._named(key, (left, left_at), (right, right_at))
        if key == "additionalProperties" and (left is True or right is True):
            return right if left is True else left
        if key == "additionalProperties" and (left is False or right is False):
            return False
        if key in {"items", "additionalProperties"} and is_node(left) and is_node(right):
            return self._inner((left, left_at), (right, right_at))
        return None

    def _named(self, key: str, old: tuple[Node, At], new: tuple[Node, At]) -> Node | None:
        (lefts, left_at), (rights, right_at) = old, new
        out = dict(lefts)
        for name, right in rights.items():
            left = out.setdefault(name, right)
            if same(left, right):
                continue
            if key != "properties" or not is_node(left) or not is_node(right):
                return None
            met = self._inner((left, (*left_at, name)), (right, (*right_at, name)))
            if met is None:
                return None
            out[name] = met
        return out

    def _inner(self, left: tuple[Node, At], right: tuple[Node, At]) -> Node | None:
        merged = self.schemas([left, right])
        if merged is None:
            return None
        self._places.note(merged[0], left[1], merged[1])
        return merged[0]


def _torn(group: frozenset[str], parts: Sequence[tuple[Node, At]]) -> bool:
    said = [keys for keys in (group.intersection(part) for part, _ in parts) if keys]
    return len(said) > 1 and len(frozenset[str]().union(*said)) > 1


def _closed_alike(parts: list[Node]) -> bool:
    """`additionalProperties` sees only the properties beside it: merging is exact if a closed part knows them all."""
    names = [frozenset(found) if is_node(found := part.get("properties")) else frozenset[str]() for part in parts]
    every = frozenset[str]().union(*names)
    return all(
        own == every or part.get("additionalProperties", True) is True for part, own in zip(parts, names, strict=True)
    )


def _meet_types(left: object, right: object) -> object:
    lefts = [left] if isinstance(left, str) else left
    rights = [right] if isinstance(right, str) else right
    if not is_names(lefts) or not is_names(rights):
        return None
    both = [
        "integer" if name == "number" and name not in rights else name
        for name in lefts
        if name in rights or (name == "integer" and "number" in rights) or (name == "number" and "integer" in rights)
    ]
    return both[0] if len(both) == 1 else both or None
