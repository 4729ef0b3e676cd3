"""Places in a plain JSON value: walk to the leaves, take one out, put another in. Nothing is changed in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from dgrid_translate.losses import At, render_path


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a JSON array."""
    return isinstance(value, list)


def leaves(value: Any, at: At = ()) -> Iterator[tuple[At, Any]]:
    """Every string, number, boolean and null, with the keys that lead to it."""
    if is_object(value):
        for key, child in value.items():
            yield from leaves(child, (*at, key))
    elif is_array(value):
        for index, child in enumerate(value):
            yield from leaves(child, (*at, index))
    else:
        yield at, value


def find(value: Any, at: At) -> Any:
    """What stands there.

    Raises:
        LookupError: nothing does.
    """
    for key in at:
        value = _child(value, key)
    return value


def _child(value: Any, key: str | int) -> Any:
    if is_object(value) and isinstance(key, str):
        return value[key]
    if is_array(value) and isinstance(key, int):
        return value[key]
    raise LookupError(str(key))


def replaced(value: Any, at: At, new: Any) -> Any:
    """The value with `new` at that place."""
    if not at:
        return new
    key, *rest = at
    if is_object(value) and isinstance(key, str):
        return {**value, key: replaced(value[key], tuple(rest), new)}
    if is_array(value) and isinstance(key, int):
        return [*value[:key], replaced(value[key], tuple(rest), new), *value[key + 1 :]]
    raise LookupError(render_path(at))


def without(value: Any, at: At) -> Any:
    """The value without what stands there."""
    *parent, key = at
    holder = find(value, tuple(parent))
    if is_object(holder):
        return replaced(value, tuple(parent), {name: child for name, child in holder.items() if name != key})
    items: list[Any] = [child for index, child in enumerate(holder) if index != key]
    return replaced(value, tuple(parent), items)


def altered(leaf: Any) -> Any:
    """Another value of the same type; for a string one that differs at its end."""
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, str):
        return leaf + "x"
    if isinstance(leaf, int | float):
        return leaf + 1
    return "x"


def differences(first: Any, then: Any, at: At = ()) -> Iterator[tuple[At, Any, Any]]:
    """Where two values differ: the place, and both sides (`...` is absent). 1 and 1.0 are the same number."""
    if is_object(first) and is_object(then):
        for key in [*first, *(key for key in then if key not in first)]:
            yield from differences(first.get(key, ...), then.get(key, ...), (*at, key))
    elif is_array(first) and is_array(then):
        for index in range(max(len(first), len(then))):
            left = first[index] if index < len(first) else ...
            right = then[index] if index < len(then) else ...
            yield from differences(left, right, (*at, index))
    elif isinstance(first, bool) != isinstance(then, bool) or first != then:
        yield at, first, then


def show(value: Any) -> str:
    """A value for a message, cut short."""
    text = "(absent)" if value is ... else repr(value)
    return text if len(text) <= 300 else text[:297] + "..."


def explain(found: list[tuple[At, Any, Any]], first: str, then: str) -> str:
    """Differences for a message."""
    lines = [
        f"  {render_path(at) or '(body)'}: {first} {show(left)}, {then} {show(right)}" for at, left, right in found[:8]
    ]
    return "\n".join(lines + ([f"  and {len(found) - 8} more"] if len(found) > 8 else []))


def prefixes(at: At) -> set[str]:
    """The rendered paths of the place and of everything it is in, but the whole body; spelling of keys aside."""
    return {spelled(render_path(at[:count])) for count in range(1, len(at) + 1)}


def spelled(path: str) -> str:
    """A rendered path without the difference between camelCase and snake_case."""
    return path.replace("_", "").lower()
