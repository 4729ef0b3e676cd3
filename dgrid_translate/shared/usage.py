"""Token counts: small helpers for turning one vendor's bill into another's."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Losses


def pick(count: int | UnsetType | None) -> int | None:
    """A count, or None where none was given."""
    return None if count is UNSET else count


def either(count: int | None) -> int | UnsetType:
    """A count for the wire, left out where none is known."""
    return UNSET if count is None else count


def drop_counts(usage: Usage, losses: Losses, fields: tuple[str, ...]) -> None:
    """Name the counts that the target has no member for; a count of nothing says nothing."""
    for field in fields:
        if getattr(usage, field):
            losses.dropped(f"usage_{field}", usage.at, str(getattr(usage, field)))
