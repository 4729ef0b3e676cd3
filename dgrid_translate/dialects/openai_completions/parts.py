"""Text: all that a prompt and an answer are made of."""

from __future__ import annotations

from collections.abc import Iterable

from dgrid_translate.dialects.openai_completions.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Media, Part, Refusal, Text
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.wire import drop_foreign


def text_of(parts: Iterable[AnyPart], between: str, losses: Losses) -> str:
    """The texts of another dialect's message or answer as one; what is no text is named as lost."""
    texts: list[Text] = []
    pieces: list[str] = []
    for part in parts:
        if type(part) is Text:
            drop_beside(part, losses)
            drop_citations(part.citations, losses)
            texts.append(part)
            pieces.append(part.text)
        elif type(part) is Refusal:
            drop_beside(part, losses)
            losses.approximated("refusal", part.at, "said as plain text")
            pieces.append(part.text)
        elif type(part) is Media and part.text is not None:
            losses.approximated(part.kind, part.at, "its text alone")
            pieces.append(part.text)
        else:
            drop_part(part, losses)
    if len(texts) > 1:
        for text in texts:
            losses.approximated("text_blocks", text.at, "joined into one text")
    return between.join(pieces)


def drop_beside(part: Part, losses: Losses) -> None:
    """Name what stands beside a part's text and has no place here."""
    drop_foreign(part.ext, NAME, part.at, losses)
    caching.drop(part.cache, losses, part.at)
    if part.signature is not None:
        losses.dropped("signature", part.at, f"{part.signature.origin or 'an unknown vendor'}'s")
