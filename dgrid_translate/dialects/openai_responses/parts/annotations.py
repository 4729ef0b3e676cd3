"""Annotations <-> Citations; those of Responses are flat, and count code points of the text they are on."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import Citation
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.wire import dump, extensions, load


def decode_annotation(raw: Raw, at: At) -> Citation:
    """One of a text's `annotations`."""
    found = load(wire.Annotation, raw, NAME, at)
    ext = None if found.extra is UNSET else extensions(found, NAME)
    if found.type != "url_citation" or found.url is UNSET:
        return Citation(raw=raw, dialect=NAME, at=at)
    return Citation(
        url=found.url,
        title=None if found.title is UNSET else found.title,
        start=None if found.start_index is UNSET else found.start_index,
        end=None if found.end_index is UNSET else found.end_index,
        raw=raw,
        dialect=NAME,
        at=at,
        ext=ext,
    )


def encode_annotations(citations: Sequence[Citation], length: int, losses: Losses) -> list[Raw]:
    """A text's `annotations`; `length` is how long the text is."""
    made = [encode_annotation(citation, length, losses) for citation in citations]
    return [raw for raw in made if raw is not None]


def encode_annotation(citation: Citation, length: int, losses: Losses) -> Raw | None:
    """One of a text's `annotations`; None if it names no URL."""
    if citation.dialect == NAME and citation.raw is not None:
        return citation.raw
    if citation.url is None:
        losses.dropped("citation", citation.at, "Responses cites URLs and its own files")
        return None
    losses.approximated("citation", citation.at, "its URL, title and place in the text are kept")
    start = citation.start or 0
    end = length if citation.end is None else citation.end
    return Raw(
        dump(
            wire.Annotation(
                type="url_citation", url=citation.url, title=citation.title or "", start_index=start, end_index=end
            )
        )
    )
