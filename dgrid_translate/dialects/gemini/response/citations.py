"""`groundingMetadata` and `citationMetadata` <-> Citations on texts.

Offsets count UTF-8 bytes. Where a segment names no part they count through all the visible text of the candidate, as
recorded answers that begin with thoughts or with what Google's tools said show; where it names one, through that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgspec import UNSET, Raw, Struct, UnsetType

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.profile import NAME
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import Citation, Extension
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import Kept, drop_foreign, dump, extra_of

_NAMED = Raw(b"true")
"""Stands in the extensions for a list of which something is lost."""
_SEARCHED = Kept("webSearchQueries", "searchEntryPoint", "retrievalMetadata")

# ------------------------------------------------------------------------------------------------------ decoding


class _Texts:
    """The visible texts of a candidate, in UTF-8."""

    def __init__(self, texts: Sequence[tuple[At, bytes]]) -> None:
        self.texts = [text for _, text in texts]
        self.places = [at[-1] for at, _ in texts]

    def locate(self, part: int | UnsetType, start: int, end: int) -> tuple[int, int, int, bool] | None:
        """(which text, start, end in code points, whether it ends there) of a segment."""
        if part is not UNSET and part in self.places:
            index, base = self.places.index(part), 0
        else:
            index, base = 0, 0
            while index < len(self.texts) - 1 and base + len(self.texts[index]) <= start:
                base += len(self.texts[index])
                index += 1
        if not self.texts:
            return None
        text = self.texts[index]
        return index, _points(text, start - base), _points(text, end - base), end - base <= len(text)


def _points(text: bytes, offset: int) -> int:
    offset = min(max(offset, 0), len(text))
    return offset if text.isascii() else len(text[:offset].decode("utf-8", "ignore"))


def decode_citations(own: Extension, texts: Sequence[tuple[At, bytes]], at: At) -> list[tuple[int, Citation]]:
    """What a candidate's metadata say of its texts: (which text, citation).

    `own` holds the metadata whole; they are put aside for Gemini itself, and what no citation says takes their place.
    """
    found: list[tuple[int, Citation]] = []
    known = _Texts(texts)
    for key, decode in (("groundingMetadata", _decode_grounding), ("citationMetadata", _decode_recited)):
        raw = own.get((key,))
        if raw is not None:
            with suppress(DecodeError):
                left = decode(raw, known, (*at, key), found)
                del own[key,]
                own["~" + key,] = raw
                own.update({(key, *name): value for name, value in left.items()})
    return found


def _decode_grounding(raw: Raw, known: _Texts, at: At, found: list[tuple[int, Citation]]) -> Extension:
    metadata = load(wire.GroundingMetadata, raw, NAME, at)
    left = extra_of(metadata)
    _SEARCHED.take(metadata, left)
    chunks = [] if metadata.groundingChunks is UNSET else metadata.groundingChunks
    cited: set[int] = set()
    for index, support in enumerate(() if metadata.groundingSupports is UNSET else metadata.groundingSupports):
        segment = wire.Segment() if support.segment is UNSET else support.segment
        end = segment.endIndex if segment.endIndex is not UNSET else 0
        located = known.locate(segment.partIndex, segment.startIndex or 0, end)
        said = False
        for number in (
            () if support.groundingChunkIndices is UNSET or located is None else support.groundingChunkIndices
        ):
            if 0 <= number < len(chunks) and located is not None:
                citation = Citation(
                    dialect=NAME, at=(*at, "groundingSupports", index), start=located[1], end=located[2]
                )
                citation.source_at = (*at, "groundingChunks", number)
                _name_source(citation, chunks[number])
                found.append((located[0], citation))
                cited.add(number)
                said = located[3]
        if not said or support.extra is not UNSET or segment.extra is not UNSET:
            left["groundingSupports",] = _NAMED
    for number, chunk in enumerate(chunks):
        if number not in cited or not _is_plain(chunk):
            left["groundingChunks",] = _NAMED
    return left


def _is_plain(chunk: wire.GroundingChunk) -> bool:
    """Whether a citation says all of it."""
    sources = [source for source in (chunk.web, chunk.maps, chunk.retrievedContext) if source is not UNSET]
    return chunk.extra is UNSET and len(sources) == 1 and sources[0].extra is UNSET


def _decode_recited(raw: Raw, known: _Texts, at: At, found: list[tuple[int, Citation]]) -> Extension:
    metadata = load(wire.CitationMetadata, raw, NAME, at)
    left = extra_of(metadata)
    for key, sources in (("citationSources", metadata.citationSources), ("citations", metadata.citations)):
        for index, source in enumerate(() if sources is UNSET else sources):
            # That it was recited, and not looked up, is said nowhere else.
            left[key,] = _NAMED
            _decode_source(source, known, (*at, key, index), found)
    return left


def _name_source(citation: Citation, chunk: wire.GroundingChunk) -> None:
    for source in (chunk.web, chunk.maps, chunk.retrievedContext):
        if source is not UNSET:
            citation.url = source.uri or None
            citation.title = source.title or None
            citation.quote = source.text or None
            return


def _decode_source(source: wire.CitationSource, known: _Texts, at: At, found: list[tuple[int, Citation]]) -> None:
    end = source.endIndex if source.endIndex is not UNSET else 0
    located = known.locate(UNSET, source.startIndex or 0, end)
    if located is None:
        return
    which, start, end, _ = located
    citation = Citation(dialect=NAME, at=at, start=start, end=end)
    citation.url = source.uri or None
    citation.title = source.title or None
    found.append((which, citation))


# ------------------------------------------------------------------------------------------------------ encoding


class _Cited(Struct):
    """A text, how many bytes of visible text stand before it, and what is cited on it."""

    text: bytes | bytearray
    before: int
    citations: Sequence[Citation]


class Citations:
    """Gathers the citations of one candidate and makes `groundingMetadata` of them.

    Citations that came from Gemini are left out: their metadata are repeated as they came.
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._cited: list[_Cited] = []

    def text(self, text: bytes | bytearray, citations: Sequence[Citation]) -> None:
        """The next visible text, whole; more may be cited on it until all is encoded."""
        self._cited.append(_Cited(text, self._bytes, citations))
        self._bytes += len(text)

    def encode(self, losses: Losses) -> Raw | None:
        """`groundingMetadata`, if there is anything to say."""
        chunks: dict[tuple[str | None, str | None, str | None], int] = {}
        supports: list[wire.GroundingSupport] = []
        for cited in self._cited:
            if not cited.citations:
                continue
            said = cited.text.decode("utf-8", "surrogatepass")
            for citation in cited.citations:
                if citation.dialect == NAME:
                    continue
                drop_foreign(citation.ext, NAME, citation.at, losses)
                if citation.url is None and citation.title is None and citation.quote is None:
                    losses.dropped("citation", citation.at, "its source has no name that Gemini knows")
                    continue
                if citation.start is None or citation.url is None:
                    losses.approximated("citation", citation.at, "as a source of the text")
                quote = citation.quote if citation.url is None else None
                if citation.quote is not None and quote is None:
                    losses.dropped("cited_text", (*citation.at, "cited_text"))
                chunk = chunks.setdefault((citation.url, citation.title, quote), len(chunks))
                segment = _segment(citation, said, cited.before)
                if supports and supports[-1].segment == segment and supports[-1].groundingChunkIndices is not UNSET:
                    supports[-1].groundingChunkIndices.append(chunk)
                else:
                    supports.append(wire.GroundingSupport(segment=segment, groundingChunkIndices=[chunk]))
        if not supports:
            return None
        sources = [_chunk(url, title, quote) for url, title, quote in chunks]
        return Raw(dump(wire.GroundingMetadata(groundingChunks=sources, groundingSupports=supports)))


def _segment(citation: Citation, said: str, before: int) -> wire.Segment:
    start = citation.start or 0
    end = len(said) if citation.end is None else citation.end
    text = said[start:end]
    first = before + len(said[:start].encode("utf-8", "surrogatepass"))
    last = first + len(text.encode("utf-8", "surrogatepass"))
    return wire.Segment(startIndex=first, endIndex=last, text=text)


def _chunk(url: str | None, title: str | None, quote: str | None) -> wire.GroundingChunk:
    source = wire.Source()
    if url is not None:
        source.uri = url
    if title:
        source.title = title
    if quote is not None:
        source.text = quote
    return wire.GroundingChunk(web=source) if url is not None else wire.GroundingChunk(retrievedContext=source)
