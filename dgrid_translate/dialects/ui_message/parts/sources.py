"""`source-url` and `source-document` <-> Citation.

Sources are parts of the message, beside its texts: they say what an answer draws on, not where it does. One that
follows a text is taken for a citation on it, even where other parts of the step stand between them, but for a tool that
the provider ran: what follows that is what it found. What a vendor wants back of a citation stands in the text's
`providerMetadata`; where that has the vendor's own record, the source after the text only repeats it.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts.metadata import providers, text_of, written
from dgrid_translate.dialects.ui_message.profile import NAME, OURS
from dgrid_translate.ir.parts import Citation, Text
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.wire import Extra, drop_foreign, dump, extra_of, load, note, own_of, word_of

TAGS = frozenset({"source-url", "source-document"})
_CLAUDE = "claude"
_AT_REST = ("~sources",)
_BETWEEN = ("~between",)
_INDEX = ("encrypted_index",)
_ENCRYPTED = ("providerMetadata", "anthropic", "encryptedIndex")
_decode_list = msgspec.json.Decoder(list[Raw]).decode
_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)


def decode_source(raw: Raw, at: At) -> Citation:
    """A source as a citation of the whole text."""
    part = load(wire.Source, raw, NAME, at)
    own: Extra = {} if part.extra is UNSET else extra_of(part)
    found = Citation(raw=raw, dialect=NAME, at=at)
    if part.url is not UNSET:
        found.url = part.url
    if part.title is not UNSET:
        found.title = part.title
    if part.filename is not UNSET and found.title is None:
        found.title = part.filename
    elif part.filename is not UNSET and part.filename != found.title:
        own["filename",] = Raw(dump(part.filename))
    if part.providerMetadata is not UNSET:
        for provider, members in providers(part.providerMetadata).items():
            for key, value in members.items():
                if key == "citedText" and found.quote is None:
                    found.quote = text_of(value)
                else:
                    own["providerMetadata", word_of(provider), word_of(key)] = value
    if own:
        found.ext = {NAME: own}
    return found


def decode_records(text: Text, own: Extra) -> None:
    """Claude's citations, which @ai-sdk/anthropic keeps as they are in the metadata of their text."""
    key = ("providerMetadata", "anthropic", "citations")
    raw = own.get(key)
    if raw is None:
        return
    try:
        records = [(record, _decode_members(record)) for record in _decode_list(raw)]
    except _REFUSALS:
        return
    del own[key]
    at = text.at + key
    text.citations = [
        Citation(
            url=_first(members, "url", "source"),
            title=_first(members, "title", "document_title"),
            quote=_first(members, "cited_text"),
            raw=record,
            dialect=_CLAUDE,
            at=(*at, index),
            ext={_CLAUDE: {_INDEX: members["encrypted_index"]}} if "encrypted_index" in members else None,
        )
        for index, (record, members) in enumerate(records)
    ] or None


def _first(members: dict[str, Raw], *keys: str) -> str | None:
    for key in keys:
        if key in members and (text := text_of(members[key])):
            return text
    return None


def add_source(text: Text, raw: Raw, at: At) -> Citation | None:
    """The citation that a source after `text` adds to it; none if the text has it already."""
    source = decode_source(raw, at)
    if not text.citations or text.citations[0].dialect == NAME:
        return source
    before = own_of(text.ext, NAME).get(_AT_REST)
    at_rest = b"[" + bytes(raw) if before is None else bytes(before)[:-1] + b"," + bytes(raw)
    text.ext = note(text.ext, NAME, _AT_REST, Raw(at_rest + b"]"))
    said = any(cited.dialect == _CLAUDE and _same(cited, source) for cited in text.citations)
    return None if said else source


def late_source(raw: Raw, at: At, between: int) -> Citation:
    """The citation of a source that stands `between` other parts after its text."""
    source = decode_source(raw, at)
    source.ext = note(source.ext, NAME, _BETWEEN, Raw(b"%d" % between))
    return source


def has_records(text: Text) -> bool:
    """Whether a text has citations in a vendor's own words."""
    return bool(text.citations) and text.citations[0].dialect != NAME


def _same(cited: Citation, source: Citation) -> bool:
    """Whether a source says just what the vendor's own record does."""
    if (cited.url, cited.title, cited.quote) != (source.url, source.title, source.quote):
        return False
    index = own_of(cited.ext, _CLAUDE).get(_INDEX)
    return own_of(source.ext, NAME) == ({} if index is None else {_ENCRYPTED: index})


def own_sources(text: Text) -> list[Raw]:
    """The sources right after a text of a UI message, as they came."""
    at_rest = own_of(text.ext, NAME).get(_AT_REST)
    if at_rest is not None:
        return load(list[Raw], at_rest, NAME)
    return [raw for raw, between in _placed(text) if not between]


def own_late_sources(text: Text) -> list[tuple[Raw, int]]:
    """The other sources of a text of a UI message, and how many other parts stand before each."""
    return [(raw, between) for raw, between in _placed(text) if between]


def _placed(text: Text) -> list[tuple[Raw, int]]:
    return [
        (item.raw, int(bytes(own_of(item.ext, NAME).get(_BETWEEN, b"0"))))
        for item in text.citations or ()
        if item.dialect == NAME and item.raw is not None
    ]


def encode_sources(text: Text, count: int, losses: Losses) -> list[Raw]:
    """The sources after a text that came from elsewhere; `count` is how many the answer has before them."""
    return [encode_source(citation, count + index, losses) for index, citation in enumerate(text.citations or ())]


def encode_source(citation: Citation, number: int, losses: Losses) -> Raw:
    """A citation as a source; `number` counts the answer's."""
    losses.approximated("citation", citation.at, "as a source, without its place in the text")
    if citation.raw is None or citation.dialect != _CLAUDE:
        drop_foreign(citation.ext, NAME, citation.at, losses)
    made = wire.Source("source-url" if citation.url is not None else "source-document")
    made.sourceId = Raw(dump(derive("src_", number, citation.url or "", citation.title or "")))
    if citation.url is None:
        made.mediaType = "text/plain"
        made.title = citation.title or ""
    else:
        made.url = citation.url
        if citation.title is not None:
            made.title = citation.title
    said: dict[str, object] = {} if citation.quote is None else {"citedText": citation.quote}
    if citation.dialect == _CLAUDE and citation.raw is not None:
        index = own_of(citation.ext, _CLAUDE).get(_INDEX)
        if index is not None:
            said["encryptedIndex"] = index
    if said:
        made.providerMetadata = written({"anthropic" if citation.dialect == _CLAUDE else OURS: said})
    return Raw(dump(made))


def records_of(citations: list[Citation] | None) -> list[Raw]:
    """What Claude said of the citations, for the metadata of their text."""
    return [item.raw for item in citations or () if item.dialect == _CLAUDE and item.raw is not None]
