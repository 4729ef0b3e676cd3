"""What every answer of Chat and of Completions, and each of its chunks, begins with."""

from __future__ import annotations

from typing import Protocol

from msgspec import UnsetType

from dgrid_translate.ir.response import Response
from dgrid_translate.losses import Losses
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.wire import Number


class Envelope(Protocol):
    """An answer's body, as far as it says which answer it is."""

    id: str | UnsetType | None
    model: str | UnsetType | None
    created: Number | UnsetType | None


def identify(
    envelope: Envelope, response: Response, dialect: str, prefix: str, now: int | None, losses: Losses
) -> None:
    """Set the members that a body of `dialect` must have; those that the source does not say are invented."""
    native = response.dialect == dialect
    if response.id is not None:
        envelope.id = response.id
    elif not native:
        envelope.id = derive(prefix, response.model or "", str(response.created or 0))
        losses.invented("id", ("id",))
    if response.model is not None:
        envelope.model = response.model
    elif not native:
        envelope.model = ""
        losses.invented("model", ("model",))
    if response.created is not None:
        envelope.created = response.created
    elif not native:
        envelope.created = now or 0
        losses.invented("created", ("created",))
