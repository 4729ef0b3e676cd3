"""Content blocks -> Parts."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.profile import NAME, ORIGIN
from dgrid_translate.ir.parts import (
    AnyPart,
    Cache,
    Citation,
    Extensions,
    Media,
    Opaque,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Signature,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.losses import At
from dgrid_translate.shared.arguments import EMPTY
from dgrid_translate.shared.ids import restored
from dgrid_translate.shared.media import data_of
from dgrid_translate.shared.wire import (
    Unknown,
    dress,
    dump,
    extensions,
    load,
    merge,
    note,
    pose,
)

_DIRECT = b'{"type":"direct"}'


def decode_content(content: wire.Content, at: At) -> list[AnyPart]:
    """The parts of a `content`, a string or a list."""
    return [Text(content, at=at)] if isinstance(content, str) else decode_blocks(content, at)


def decode_blocks(blocks: list[wire.Block], at: At) -> list[AnyPart]:
    """The parts of a `content` that is a list; mostly it has one block or very few."""
    if len(blocks) == 1:
        return [decode_block(blocks[0], at + (0,))]
    parts: list[AnyPart] = []
    for index, block in enumerate(blocks):
        parts.append(decode_block(block, at + (index,)))  # a comprehension costs more than these few
    return parts


def decode_block(block: wire.Block, at: At) -> AnyPart:
    """One content block."""
    ext = None if block.extra is UNSET else extensions(block, NAME)
    if type(block) is wire.TextBlock:
        found = Text(block.text, at=at, ext=ext)
        if block.citations is not UNSET:
            _decode_citations(found, block.citations)
    elif type(block) is wire.ToolUseBlock:
        if block.caller is not UNSET:
            plain = bytes(block.caller).replace(b" ", b"") == _DIRECT
            ext = note(ext, NAME, ("~caller" if plain else "caller",), block.caller)
        arguments = block.input
        if arguments is UNSET:
            arguments, ext = EMPTY, note(ext, NAME, ("~input",))
        found = ToolCall(restored(block.id), block.name, arguments, at=at, ext=ext)
    elif type(block) is wire.ToolResultBlock:
        content = block.content
        if isinstance(content, str):
            parts: list[AnyPart] = [Text(content, at=at + ("content",))]
        elif content is UNSET:
            parts, ext = [], note(ext, NAME, ("~content",))
        else:
            parts = decode_blocks(content, at + ("content",))
        found = ToolResult(restored(block.tool_use_id), parts, inline=isinstance(content, str), at=at, ext=ext)
        if block.is_error is not UNSET:
            found.is_error = block.is_error
    elif type(block) is wire.ThinkingBlock:
        if block.signature is UNSET:
            return Reasoning(block.thinking, at=at, ext=note(ext, NAME, ("~signature",)))
        signature = Signature(block.signature, ORIGIN) if block.signature else None
        return Reasoning(block.thinking, signature=signature, at=at, ext=ext)
    else:
        return _decode_rare(block, at, ext)
    if block.cache_control is not UNSET:
        found.cache = Cache("cache_control", block.cache_control)
    return found


def _decode_rare(
    block: wire.ImageBlock | wire.DocumentBlock | wire.RedactedThinkingBlock | Unknown, at: At, ext: Extensions | None
) -> AnyPart:
    if type(block) is wire.RedactedThinkingBlock:
        return Reasoning("", redacted=True, signature=Signature(block.data, ORIGIN), at=at, ext=ext)
    if isinstance(block, Unknown):
        return _decode_unknown(block, at)
    return _decode_media(block, at, ext)


def _decode_citations(text: Text, citations: list[Raw] | None) -> None:
    if citations:
        found = enumerate(citations)
        text.citations = [decode_citation(raw, (*text.at, "citations", index)) for index, raw in found]
    elif citations is None:
        text.ext = note(text.ext, NAME, ("citations",))
    else:
        text.ext = note(text.ext, NAME, ("~citations",))


def decode_citation(raw: Raw, at: At) -> Citation:
    """One of a text's `citations`; its offsets count in the source, not in the text."""
    found = load(wire.Citation, raw, NAME, at)
    url = found.url or found.source or None
    title = found.title or found.document_title or None
    made = Citation(url=url, title=title, quote=found.cited_text or None, raw=raw, dialect=NAME, at=at)
    if url is not None and found.encrypted_index is not UNSET:
        made.ext = note(None, NAME, ("encrypted_index",), Raw(dump(found.encrypted_index)))
    return made


def _decode_media(block: wire.ImageBlock | wire.DocumentBlock, at: At, ext: Extensions | None) -> Media | Opaque:
    image = type(block) is wire.ImageBlock
    found = Media("image" if image else "document", at=at)
    if block.cache_control is not UNSET:
        found.cache = Cache("cache_control", block.cache_control)
    if isinstance(block, wire.DocumentBlock) and block.title is not UNSET:
        if block.title is None:
            ext = note(ext, NAME, ("title",))
        else:
            found.filename = block.title
    source = block.source
    match source:
        case wire.Base64Source():
            found.data = data_of(source.data)
            found.media_type = source.media_type or None
        case wire.URLSource():
            found.url = source.url
        case wire.FileSource():
            found.file_id = source.file_id
        case wire.TextSource():
            found.text = source.data
            found.media_type = source.media_type or None
        case wire.ContentSource():
            found.parts = decode_content(source.content, (*at, "source", "content"))
            if isinstance(source.content, str):
                ext = note(ext, NAME, ("~content",))
        case _:
            block.source = pose(source.raw, wire.URLSource)
            return Opaque("image" if image else "document", Raw(dump(dress(block, ext, NAME))), NAME, at=at)
    found.ext = merge(ext, extensions(source, NAME, "source"))
    return found


def _decode_unknown(block: Unknown, at: At) -> AnyPart:
    tag, raw = block.kind, block.raw
    if tag == "search_result":
        result = load(wire.SearchResultBlock, raw, NAME, at)
        ext = note({NAME: {("~raw",): raw}}, NAME, ("source",), Raw(dump(result.source)))
        parts = decode_content(result.content, (*at, "content"))
        return Media("document", parts=parts, filename=result.title, at=at, ext=ext)
    if tag == "server_tool_use" or tag == "mcp_tool_use":
        call = load(wire.ServerBlock, raw, NAME, at)
        return ServerToolCall(call.id or None, call.name or tag, raw, NAME, at=at)
    if tag.endswith("_tool_result"):
        call_id = load(wire.ServerBlock, raw, NAME, at).tool_use_id or None
        return ServerToolResult(call_id, tag.removesuffix("_tool_result"), raw, NAME, at=at)
    return Opaque(tag, raw, NAME, at=at)
