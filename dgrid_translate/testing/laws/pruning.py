"""Taking out of a body what a translation named as lost, so that the rest can be held to more."""

from __future__ import annotations

from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.losses import At, render_path
from dgrid_translate.testing.laws.turn import Named, refused
from dgrid_translate.testing.places import leaves, spelled, without
from dgrid_translate.testing.strategies.common import JSONObject


def pruned(source: Named, kind: Kind, body: JSONObject, paths: set[str]) -> JSONObject | None:
    """The body without what stands at `paths` (as `spelled`); None if nothing does, or if nothing would be left."""
    doomed = [at for at in _nodes(body) if spelled(render_path(at)) in paths]
    if not doomed:
        return None  # a loss that leads nowhere, which no_silent_loss is about
    # From the end, so that the indexes before stay right; what must be there takes what it is in with it.
    for at in sorted(
        doomed, key=lambda place: [(isinstance(key, int), str(key).zfill(9)) for key in place], reverse=True
    ):
        place = at
        while place:
            try:
                smaller: JSONObject = _emptied(without(body, place), place[:-1])
            except (LookupError, TypeError):
                break
            if refused(source, kind, smaller) is None:
                body = smaller
                break
            place = place[:-1]
        else:
            return None
    return body


def _emptied(body: Any, at: At) -> Any:
    """Without the objects and arrays that have nothing left in them."""
    while at:
        holder = body
        for key in at:
            holder = holder[key]
        if holder:
            break
        body = without(body, at)
        at = at[:-1]
    return body


def _nodes(value: Any) -> list[At]:
    seen: dict[At, None] = {}
    for at, _ in leaves(value):
        for count in range(1, len(at) + 1):
            seen[at[:count]] = None
    return list(seen)
