"""Helpers for tables of bodies: copy one and change it in a place, and odd values for every place."""

from __future__ import annotations

import copy
from typing import Any

PNG = "iVBORw0KGgo="
STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": ["string", "null"]}},
    "required": ["city"],
    "additionalProperties": False,
}
GONE = object()
ODD: list[Any] = [None, True, -1, 1.5, "", "x", [], {}, [None], [[]], [{}], {"type": []}, {"a": {"b": [1]}}, "\ud800"]


def but(body: Any, *path: str | int, to: Any) -> Any:
    """A deep copy with another value in a place, or without it (GONE); `path` may end one past a list's end."""
    changed = copy.deepcopy(body)
    if not path:
        return to
    at = changed
    for key in path[:-1]:
        at = at[key]
    if to is GONE:
        del at[path[-1]]
    elif isinstance(at, list) and path[-1] == len(at):
        at.append(to)
    else:
        at[path[-1]] = to
    return changed


def without(body: Any, *path: str | int) -> Any:
    return but(body, *path, to=GONE)


def places(body: Any, *at: str | int) -> list[tuple[str | int, ...]]:
    """Every place in a body, the whole first."""
    found: list[tuple[str | int, ...]] = [at]
    keys = body.keys() if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    for key in keys:
        found += places(body[key], *at, key)
    return found
