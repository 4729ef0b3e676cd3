"""Parts -> content blocks.

A signature of another vendor travels to a Claude client wrapped in the `signature` of a thinking block (see
`shared/signatures.py`): its own for thinking, an empty carrier block before a call and after a text. It comes home in
the client's next request, where `carriers.restore` puts it back. To Claude itself no foreign signature ever goes.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import UNSET, Raw, Struct, field

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.profile import IMAGES, MAGIC, NAME, ORIGIN
from dgrid_translate.ir.parts import (
    AnyPart,
    Cache,
    Citation,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Signature,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, media
from dgrid_translate.shared.arguments import as_object, as_text
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.ids import legal
from dgrid_translate.shared.signatures import Belongs, wrap
from dgrid_translate.shared.wire import (
    dress,
    drop_foreign,
    dump,
    own_extension,
    own_of,
    pose,
    remembered,
)

_Cacheable = wire.TextBlock | wire.ToolUseBlock | wire.ToolResultBlock | wire.ImageBlock | wire.DocumentBlock
B = TypeVar("B", bound=_Cacheable)


class Target(Struct):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Claude too. upstream: it goes to Claude itself, not to a client
    of Claude's. breakpoints: the cache markers that are set. invented: ids that the source does not name.
    """

    losses: Losses
    native: bool
    upstream: bool
    breakpoints: caching.Breakpoints = field(default_factory=caching.Breakpoints)
    invented: set[str] | None = None

    def note_invented(self, blocks: wire.Content, at: At) -> None:
        """Name the invented ids among the blocks of the message at `at`, once all have found their place."""
        invented = self.invented
        if invented is None or isinstance(blocks, str):
            return
        for index, block in enumerate(blocks):
            if type(block) is wire.ToolUseBlock:
                if block.id in invented:
                    self.losses.invented("tool_call_id", at + ("content", index, "id"), "the source names none")
            elif type(block) is wire.ToolResultBlock and block.tool_use_id in invented:
                self.losses.invented("tool_call_id", at + ("content", index, "tool_use_id"), "the source names none")


def encode_blocks(parts: Sequence[AnyPart], target: Target) -> list[wire.Block]:
    """The blocks of a message, and the carriers of foreign signatures; what has no block is named as lost."""
    blocks: list[wire.Block] = []
    native = target.native
    for part in parts:
        if type(part) is Text:
            text = part.text
            if text and part.ext is part.cache is part.citations is part.signature is None and not text.isspace():
                blocks.append(wire.TextBlock(text))  # nearly all texts are such
                continue
            if not native and is_blank(part, target):
                continue
        if part.ext is not None and not native:
            drop_foreign(part.ext, NAME, part.at, target.losses)
        block = _ENCODERS[type(part)](part, target)
        if block is None:
            continue
        if part.signature is None or type(part) is Reasoning:
            blocks.append(block)
        elif type(part) is Text:
            if not (target.native and remembered(part.ext, NAME, "~carrier")):
                blocks.append(block)
            blocks.extend(carriers(part, part.signature, "p", target))
        else:
            blocks.extend(carriers(part, part.signature, "n", target))
            blocks.append(block)
    return blocks


def is_blank(part: Text, target: Target) -> bool:
    """Whether a text says nothing: Claude refuses it, and a client need not see it."""
    if target.upstream:
        if part.text and not part.text.isspace():
            return False
        target.losses.dropped("empty_text", part.at, "Claude refuses it")
        if part.signature is not None:
            carriers(part, part.signature, "p", target)
    elif part.text or part.signature is not None or part.citations:
        return False
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, target.losses)
    return True


def carriers(part: AnyPart, signature: Signature, belongs: Belongs, target: Target) -> list[wire.Block]:
    """The block that carries a signature which Claude has no place for; none when it goes to Claude itself."""
    if target.upstream:
        target.losses.dropped("signature", part.at + ("signature",), f"{signature.origin or 'unknown'}'s")
        return []
    return [wire.ThinkingBlock("", wrap(signature, belongs))]


def encode_block(part: AnyPart, target: Target) -> wire.Block | None:
    """One content block; None if Claude has no word for it."""
    if part.ext is not None and not target.native:
        drop_foreign(part.ext, NAME, part.at, target.losses)
    return _ENCODERS[type(part)](part, target)


def _encode_refusal(part: Refusal, target: Target) -> wire.Block | None:
    if target.upstream and not part.text.strip():
        target.losses.dropped("refusal", part.at, "Claude refuses a text that says nothing")
        return None
    target.losses.approximated("refusal", part.at, "sent as text")
    return wire.TextBlock(part.text) if part.text else None


def _encode_verbatim(part: Opaque | ServerToolCall | ServerToolResult, target: Target) -> wire.Block | None:
    if part.dialect == NAME:
        return pose(part.raw, wire.TextBlock)
    drop_part(part, target.losses)
    return None


def _mark(block: B, cache: Cache, at: At, target: Target) -> B:
    control = cache.raw if target.native else target.breakpoints.control(cache, target.losses, at)
    if control is not None:
        block.cache_control = control
    return block


def _encode_text(part: Text, target: Target) -> wire.Block:
    block = wire.TextBlock(part.text)
    if part.cache is part.citations is part.ext is None:
        return block
    if part.citations:
        citations = [encode_citation(citation, target) for citation in part.citations]
        block.citations = [raw for raw in citations if raw is not None] or UNSET
    elif remembered(part.ext, NAME, "~citations"):
        block.citations = []
    if part.cache is not None:
        _mark(block, part.cache, part.at, target)
    return dress(block, part.ext, NAME)


def encode_citation(citation: Citation, target: Target) -> Raw | None:
    """One of a text's `citations`; Claude's own servers take only what they made."""
    if citation.dialect == NAME and citation.raw is not None:
        return citation.raw
    drop_foreign(citation.ext, NAME, citation.at, target.losses)
    if target.upstream or citation.url is None:
        drop_citations((citation,), target.losses)
        return None
    target.losses.approximated("citation", citation.at, "as a web search result's, without its place in the text")
    made = wire.Citation(
        type="web_search_result_location",
        cited_text=citation.quote or "",
        url=citation.url,
        title=citation.title,
        encrypted_index="",
    )
    return Raw(dump(made))


def note_reasoning(part: Reasoning, target: Target) -> None:
    """Name what besides its text and signature Claude cannot say of a reasoning."""
    caching.drop(part.cache, target.losses, part.at)
    if part.id is not None and (part.signature is None or part.signature.origin == ORIGIN):
        target.losses.dropped("reasoning_id", (*part.at, "id"))


def signature_text(part: Reasoning, signature: Signature) -> str:
    """What stands in the `signature` of a thinking block."""
    if signature.origin == ORIGIN:
        return signature.value
    return wrap(signature, "r" if part.redacted else "t", part.id)


def _encode_reasoning(part: Reasoning, target: Target) -> wire.Block | None:
    """`thinking` or `redacted_thinking`; see `carriers.restore` for foreign signatures."""
    if part.cache is not None or part.id is not None:
        note_reasoning(part, target)
    signature = part.signature
    own = signature is not None and signature.origin == ORIGIN
    if target.upstream and not own and (signature is not None or not target.native):
        target.losses.dropped("reasoning", part.at, "Claude takes only thinking that it signed")
        return None
    if signature is None:
        if not part.text and not target.native:
            return None
        block = wire.ThinkingBlock(part.text, UNSET if ("~signature",) in own_of(part.ext, NAME) else "")
    elif own and part.redacted:
        block = wire.RedactedThinkingBlock(signature.value)
    else:
        block = wire.ThinkingBlock(part.text, signature.value if own else signature_text(part, signature))
    return block if part.ext is None else dress(block, part.ext, NAME)


def _encode_call(part: ToolCall, target: Target) -> wire.Block:
    arguments = part.arguments
    if part.custom:
        target.losses.approximated("custom_tool", part.at, 'sent as {"input": ...}')
        arguments = Raw(dump({"input": as_text(arguments)}))
    elif isinstance(arguments, str):
        arguments = as_object(arguments, target.losses, part.at)
    block = wire.ToolUseBlock(legal(part.id), part.name, arguments)
    if part.derived_id:
        _note_derived(block.id, target)
    if part.cache is not None:
        _mark(block, part.cache, part.at, target)
    if part.ext is None:
        return block
    if remembered(part.ext, NAME, "~input"):
        block.input = UNSET
    caller = own_extension(part.ext, NAME, "~caller")
    if caller is not None:
        block.caller = caller
    return dress(block, part.ext, NAME)


def _note_derived(id_: str, target: Target) -> None:
    if target.invented is None:
        target.invented = set()
    target.invented.add(id_)


def _encode_result(part: ToolResult, target: Target) -> wire.Block:
    block = wire.ToolResultBlock(legal(part.call_id))
    if part.derived_id:
        _note_derived(block.tool_use_id, target)
    parts = part.parts
    only = parts[0] if len(parts) == 1 and (part.inline or not target.native) else None
    if type(only) is Text and only.ext is only.cache is only.citations is None:
        block.content = only.text
    else:
        content = encode_blocks(parts, target)
        if content or (target.native and not remembered(part.ext, NAME, "~content")):
            block.content = content
    if part.is_error is not None:
        block.is_error = part.is_error
    if part.cache is not None:
        _mark(block, part.cache, part.at, target)
    return dress(block, part.ext, NAME) if part.ext else block


def _encode_media(part: Media, target: Target) -> wire.Block | None:
    raw = own_extension(part.ext, NAME, "~raw")
    if raw is not None and target.native:
        return pose(raw, wire.ImageBlock)
    if part.detail is not None:
        target.losses.dropped("media_detail", (*part.at, "detail"))
    source = _encode_source(part, target)
    if source is None:
        caching.drop(part.cache, target.losses, part.at)
        return None
    if isinstance(source, wire.TextBlock):
        return source
    source = dress(source, part.ext, NAME, "source")
    if part.kind == "image":
        block = wire.ImageBlock(source)
        if part.filename is not None:
            target.losses.dropped("filename", (*part.at, "filename"))
    else:
        block = wire.DocumentBlock(source, UNSET if part.filename is None else part.filename)
    if part.cache is not None:
        _mark(block, part.cache, part.at, target)
    return dress(block, part.ext, NAME)


def _encode_source(part: Media, target: Target) -> wire.Source | wire.TextBlock | None:
    losses = target.losses
    media_type = part.media_type
    if target.native:
        pass
    elif part.kind in ("audio", "video") and part.text:
        losses.approximated(part.kind, part.at, "sent as its transcript")
        return wire.TextBlock(part.text)
    elif part.kind in ("audio", "video") or not target.upstream:
        losses.dropped(part.kind, part.at, "Claude has no such block")
        return None
    elif part.file_id is not None:
        losses.dropped(f"{part.kind}_file_id", part.at, "a file that only another provider has")
        return None
    elif part.data is not None:
        beginning = media.head(part.data, 16)
        media_type = next((MAGIC[head] for head in MAGIC if beginning.startswith(head)), media_type)
        if (media_type or "").startswith("text/"):
            return _plain_document(part, losses)
        if media_type not in IMAGES if part.kind == "image" else media_type != "application/pdf":
            losses.dropped(part.kind, part.at, f"Claude takes no {media_type or 'data without a type'}")
            return None
        if media_type != part.media_type:
            losses.approximated("media_type", part.at, f"{part.media_type} sent as {media_type}, which the data is")
    if part.data is not None:
        data = part.data if target.native else media.standard(part.data)
        encoded = wire.Base64Source("", media_type or UNSET)
        encoded.data = media.written(data)
        return encoded
    if part.url is not None:
        return wire.URLSource(part.url)
    if part.file_id is not None:
        return wire.FileSource(part.file_id)
    if part.text is not None:
        return wire.TextSource(part.text, (media_type if target.native else "text/plain") or UNSET)
    content = encode_blocks(part.parts or [], target)
    match part.parts:
        case [Text(text=text)] if remembered(part.ext, NAME, "~content"):
            return wire.ContentSource(text)
        case _:
            return wire.ContentSource(content)


def _plain_document(part: Media, losses: Losses) -> wire.Source | None:
    """Claude takes base64 of PDFs alone; a text file is sent as its text."""
    try:
        text = b64decode(str(media.standard(part.data or ""))).decode()
        losses.approximated("document", part.at, f"{part.media_type} sent as its text")
        return wire.TextSource(text, "text/plain")
    except ValueError:
        losses.dropped("document", part.at, "no base64 of a text in UTF-8")
        return None


_ENCODERS: dict[type[AnyPart], Callable[..., wire.Block | None]] = {
    Text: _encode_text,
    ToolCall: _encode_call,
    ToolResult: _encode_result,
    Reasoning: _encode_reasoning,
    Media: _encode_media,
    Refusal: _encode_refusal,
    Opaque: _encode_verbatim,
    ServerToolCall: _encode_verbatim,
    ServerToolResult: _encode_verbatim,
}
