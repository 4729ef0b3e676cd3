"""Documents that are made of parts: OpenAI's messages have no such thing, so their parts stand in their place."""

from __future__ import annotations

from collections.abc import Sequence

from dgrid_translate.ir.parts import AnyPart, Media, Text, holds
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.wire import drop_foreign


def flattened(parts: Sequence[AnyPart], dialect: str, losses: Losses) -> Sequence[AnyPart]:
    """The parts of a message for `dialect`, with those that a document is made of in its place."""
    if not holds(parts, Media):
        return parts
    flat: list[AnyPart] = []
    for part in parts:
        if type(part) is Media and part.parts is not None:
            drop_foreign(part.ext, dialect, part.at, losses)
            caching.drop(part.cache, losses, part.at)
            losses.approximated("document", part.at, "sent as its parts")
            flat += [Text(part.filename)] if part.filename is not None else []
            flat += part.parts
        else:
            flat.append(part)
    return flat
