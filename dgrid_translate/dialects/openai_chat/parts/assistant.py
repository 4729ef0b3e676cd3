"""What the assistant says, in requests and answers alike, <-> Parts.

Chat keeps reasoning, text, refusal, sound and calls in separate members, so their order relative to one another is
fixed: reasoning, text, refusal, sound, calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import UNSET, Raw
from msgspec.structs import replace

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts.calls import (
    decode_call,
    decode_extra_content,
    decode_function_call,
    encode_call,
    encode_extra_content,
)
from dgrid_translate.dialects.openai_chat.parts.content import Target, decode_content, encode_content
from dgrid_translate.dialects.openai_chat.parts.reasoning import decode_reasoning, encode_reasoning
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import (
    AnyPart,
    Citation,
    Extensions,
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
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.wire import (
    NULL,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    note,
    own_extension,
    remembered,
)

M = TypeVar("M", bound=wire.AssistantMembers)


def decode_assistant(
    message: wire.AssistantMembers, at: At, under: tuple[str, ...]
) -> tuple[list[AnyPart], Extensions | None]:
    """What the assistant said, in its fixed order; `under` leads from the node to the message."""
    ext = extensions(message, NAME, *under)
    parts: list[AnyPart] = []
    if message.reasoning_details is not UNSET:
        details = load(list[wire.ReasoningDetail], message.reasoning_details, NAME, (*at, "reasoning_details"))
        parts = decode_reasoning(details, (*at, "reasoning_details"))
        ext = note(ext, NAME, (*under, "~reasoning_details"), message.reasoning_details)
    plain = "".join(part.text for part in parts if isinstance(part, Reasoning))
    for key, text in (("reasoning_content", message.reasoning_content), ("reasoning", message.reasoning)):
        if isinstance(text, str):
            if parts and text != plain and not text.endswith(plain):
                ext = note(ext, NAME, (*under, key), Raw(dump(text)))
                continue
            ext = note(ext, NAME, (*under, "~" + key))
            if not parts or text != plain:
                parts.insert(0, Reasoning(text[: len(text) - len(plain)], at=(*at, key)))
                plain = text
        elif text is None:
            ext = note(ext, NAME, (*under, key))
    content = message.content
    if isinstance(content, str):
        parts.append(Text(content, at=(*at, "content")))
    elif content is UNSET:
        ext = note(ext, NAME, (*under, "~content"))
    elif content is not None:
        parts.extend(decode_content(content, (*at, "content")))
        ext = note(ext, NAME, (*under, "~list"))
    if message.extra_content is not UNSET:
        signature, ext = decode_extra_content(message.extra_content, ext, under)
        signed = next((part for part in reversed(parts) if isinstance(part, Text)), None)
        if signature is not None and signed is None:
            place = (*at, "extra_content", "google", "thought_signature")
            seal: Extensions = {NAME: {("~extra_content",): NULL}}
            parts.append(Reasoning("", signature=signature, at=place, ext=seal))
        elif signed is not None:
            signed.signature = signature
    if message.annotations is not UNSET:
        ext = _decode_annotations(message.annotations, parts, at, ext, under)
    if message.refusal:
        parts.append(Refusal(message.refusal, at=(*at, "refusal")))
    elif message.refusal is not UNSET:
        ext = note(ext, NAME, (*under, "refusal"), NULL if message.refusal is None else Raw(b'""'))
    if message.audio is None:
        ext = note(ext, NAME, (*under, "audio"))
    elif message.audio is not UNSET:
        parts.append(decode_audio(message.audio, (*at, "audio")))
    if message.tool_calls:
        calls = enumerate(message.tool_calls)
        parts.extend([decode_call(item, (*at, "tool_calls", index)) for index, item in calls])
    elif message.tool_calls is not UNSET:
        ext = note(ext, NAME, (*under, "tool_calls"), NULL if message.tool_calls is None else Raw(b"[]"))
    if message.function_call is None:
        ext = note(ext, NAME, (*under, "function_call"))
    elif message.function_call is not UNSET:
        parts.append(decode_function_call(message.function_call, (*at, "function_call")))
    return parts, ext


def _decode_annotations(
    annotations: list[Raw] | None, parts: list[AnyPart], at: At, ext: Extensions | None, under: tuple[str, ...]
) -> Extensions | None:
    text = next((part for part in reversed(parts) if isinstance(part, Text)), None)
    if annotations and text is not None:
        found = enumerate(annotations)
        text.citations = [decode_annotation(raw, (*at, "annotations", index)) for index, raw in found]
        return ext
    return note(ext, NAME, (*under, "annotations"), NULL if annotations is None else Raw(dump(annotations)))


def decode_annotation(raw: Raw, at: At) -> Citation:
    """One of `annotations`; its offsets count code points of the message's text."""
    annotation = load(wire.Annotation, raw, NAME, at)
    cited = annotation.url_citation
    if cited is UNSET:
        return Citation(raw=raw, dialect=NAME, at=at)
    return Citation(
        url=cited.url,
        title=None if cited.title is UNSET else cited.title,
        start=None if cited.start_index is UNSET else cited.start_index,
        end=None if cited.end_index is UNSET else cited.end_index,
        raw=raw,
        dialect=NAME,
        at=at,
    )


def encode_annotation(citation: Citation, length: int, before: int, losses: Losses) -> Raw | None:
    """One of `annotations`, on a text of `length` with `before` code points of the message's text before it."""
    if citation.dialect == NAME and citation.raw is not None and not before:
        return citation.raw
    if citation.url is None:
        losses.dropped("citation", citation.at, "Chat cites URLs only")
        return None
    drop_foreign(citation.ext, NAME, citation.at, losses)
    if citation.quote:
        losses.dropped("cited_text", (*citation.at, "cited_text"))
    start = before + (citation.start or 0)
    end = before + (length if citation.end is None else citation.end)
    cited = wire.URLCitation(citation.url, citation.title or "", start, end)
    return Raw(dump(wire.Annotation("url_citation", cited)))


def decode_audio(audio: wire.Audio, at: At) -> Media:
    """`audio`; its transcript is the Media's text."""
    ext = extensions(audio, NAME)
    if audio.expires_at is not UNSET:
        ext = note(ext, NAME, ("expires_at",), audio.expires_at)
    found = Media("audio", at=at, ext=ext)
    if audio.id is not UNSET:
        found.file_id = audio.id
    if audio.data is not UNSET:
        found.data = audio.data
    if audio.transcript is not UNSET:
        found.text = audio.transcript
    return found


def encode_audio(part: Media, losses: Losses) -> wire.Audio:
    """`audio`."""
    drop_foreign(part.ext, NAME, part.at, losses)
    audio = wire.Audio()
    if part.file_id is not None:
        audio.id = part.file_id
    if part.data is not None:
        audio.data = part.data
    if part.text is not None:
        audio.transcript = part.text
    return dress(audio, part.ext, NAME)


def encode_assistant(
    message: M, parts: Sequence[AnyPart], ext: Extensions | None, under: tuple[str, ...], target: Target, joined: bool
) -> M:
    """Fill a message with what the assistant said; `joined` makes one string of its texts (as answers must)."""
    losses = target.losses
    reasoning: list[Reasoning] = []
    content: list[AnyPart] = []
    texts: list[Text] = []
    refusals: list[Refusal] = []
    calls: list[wire.ToolCallItem] = []
    listed = remembered(ext, NAME, *under, "~list")
    for part in parts:
        match part:
            case Text():
                content.append(part)
                texts.append(part)
            case ToolCall(ext=own) if remembered(own, NAME, "~function_call"):
                message.function_call = dress(wire.Function(part.name, as_text(part.arguments)), own, NAME)
            case ToolCall():
                calls.append(encode_call(part, losses))
            case Reasoning(ext=own, signature=Signature() as seal) if remembered(own, NAME, "~extra_content"):
                message.extra_content = encode_extra_content(seal, ext, under)
            case Reasoning(ext=own) if not remembered(own, NAME, "~thinking"):
                drop_foreign(own, NAME, part.at, losses)
                reasoning.append(part)
            case Refusal(ext=own) if not remembered(own, NAME, "~part"):
                refusals.append(part)
            case Media(kind="audio", file_id=str()):
                message.audio = encode_audio(part, losses)
            case Media() | ToolResult() | ServerToolCall() | ServerToolResult():
                drop_part(part, losses)
            case Opaque(dialect=dialect) if dialect != NAME:
                drop_part(part, losses)
            case _:
                content.append(part)
                listed = True
    if calls:
        message.tool_calls = calls
    if reasoning:
        _encode_reasoning_members(message, reasoning, ext, under)
    if refusals:
        message.refusal = "".join(part.text for part in refusals)
    _encode_text(message, content, texts, ext, under, target, joined, listed)
    return dress(message, ext, NAME, *under)


def _encode_reasoning_members(
    message: wire.AssistantMembers, reasoning: Sequence[Reasoning], ext: Extensions | None, under: tuple[str, ...]
) -> None:
    given = own_extension(ext, NAME, *under, "~reasoning_details")
    if given is not None:
        message.reasoning_details = given
    else:
        details = encode_reasoning(reasoning)
        if details:
            message.reasoning_details = Raw(dump(details))
    text = "".join(part.text for part in reasoning)
    if remembered(ext, NAME, *under, "~reasoning"):
        message.reasoning = text
    if remembered(ext, NAME, *under, "~reasoning_content") or (text and given is None and message.reasoning is UNSET):
        message.reasoning_content = text


def _encode_text(
    message: wire.AssistantMembers,
    content: list[AnyPart],
    texts: list[Text],
    ext: Extensions | None,
    under: tuple[str, ...],
    target: Target,
    joined: bool,
    listed: bool,
) -> None:
    if not content:
        if listed:
            message.content = []
        elif not remembered(ext, NAME, *under, "~content"):
            message.content = None
        return
    annotations: list[Raw] = []
    before = 0
    for text in texts:
        for citation in text.citations or ():
            annotation = encode_annotation(citation, len(text.text), before, target.losses)
            if annotation is not None:
                annotations.append(annotation)
        before += len(text.text)
        if text.signature is not None:
            message.extra_content = encode_extra_content(text.signature, ext, under)
    if annotations:
        message.annotations = annotations
    if listed or (not joined and len(content) > 1):
        plain = [replace(part, citations=None) if isinstance(part, Text) else part for part in content]
        message.content = encode_content(plain, target)
        return
    for text in texts:
        drop_foreign(text.ext, NAME, text.at, target.losses)
        caching.drop(text.cache, target.losses, text.at)
    message.content = texts[0].text if len(texts) == 1 else "".join(text.text for text in texts)
