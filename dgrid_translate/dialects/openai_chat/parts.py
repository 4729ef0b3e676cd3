"""Content parts, tool calls and reasoning <-> Parts; shared by requests, responses and streams.

Chat keeps a message's reasoning, text, refusal, sound and calls in separate members, so their order relative to one
another is fixed: reasoning, text, refusal, sound, calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import UNSET, Raw, Struct
from msgspec.structs import replace

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import FORMATS, NAME, ORIGINS, SEALING
from dgrid_translate.ir.parts import (
    AnyPart,
    Cache,
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
from dgrid_translate.shared import caching, media
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.signatures import unwrap, wrap
from dgrid_translate.shared.wire import (
    NULL,
    Unknown,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    merge,
    note,
    own_extension,
    pose,
    remembered,
)

M = TypeVar("M", bound=wire.AssistantMembers)

_Cacheable = wire.TextPart | wire.ImagePart | wire.AudioPart | wire.FilePart

# ------------------------------------------------------------------------------------------------- content parts


def decode_content(content: wire.Content, at: At) -> list[AnyPart]:
    """The parts of a message's `content`, a string or a list."""
    if isinstance(content, str):
        return [Text(content, at=at)]
    return [decode_part(part, (*at, index)) for index, part in enumerate(content)]


def decode_part(part: wire.ContentPart, at: At) -> AnyPart:
    """One content part."""
    match part:
        case wire.TextPart():
            return Text(part.text, at=at, ext=extensions(part, NAME), cache=_decode_cache(part))
        case wire.ImagePart():
            return _decode_image(part, at)
        case wire.AudioPart():
            sound = part.input_audio
            ext = merge(extensions(part, NAME), extensions(sound, NAME, "input_audio"))
            kind = media.audio_type(sound.format)
            return Media("audio", kind, sound.data, at=at, ext=ext, cache=_decode_cache(part))
        case wire.FilePart():
            return _decode_file(part, at)
        case wire.RefusalPart():
            return Refusal(part.refusal, at=at, ext=note(extensions(part, NAME), NAME, ("~part",)))
        case wire.ThinkingPart():
            text = "".join(piece.text for piece in load(list[wire.TextPart | Unknown], part.thinking, NAME, at) if isinstance(piece, wire.TextPart))
            return Reasoning(text, at=at, ext=note(extensions(part, NAME), NAME, ("~thinking",), part.thinking))
        case Unknown():
            return Opaque(part.kind, part.raw, NAME, at=at)


def _decode_image(part: wire.ImagePart, at: At) -> Media:
    ext = extensions(part, NAME)
    image = part.image_url
    detail = None
    if isinstance(image, str):
        url = image
        ext = note(ext, NAME, ("~string",))
    else:
        url = image.url
        if image.detail is not UNSET:
            detail = image.detail
        ext = merge(ext, extensions(image, NAME, "image_url"))
    inline = media.split_data_url(url)
    found = Media("image", detail=detail, at=at, ext=ext, cache=_decode_cache(part))
    if inline is None:
        found.url = url
    else:
        found.media_type, found.data = inline
    return found


def _decode_file(part: wire.FilePart, at: At) -> Media:
    body = part.file
    ext = merge(extensions(part, NAME), extensions(body, NAME, "file"))
    found = Media("document", at=at, ext=ext, cache=_decode_cache(part))
    if body.filename is not UNSET:
        found.filename = body.filename
    if body.file_id is not UNSET:
        found.file_id = body.file_id
    if body.file_data is not UNSET:
        inline = media.split_data_url(body.file_data)
        if inline is None:
            found.data = body.file_data
        else:
            found.media_type, found.data = inline
            found.kind = media.kind_of(found.media_type)
            found.ext = note(found.ext, NAME, ("~file",))
    return found


def _decode_cache(part: _Cacheable) -> Cache | None:
    if part.prompt_cache_breakpoint is not UNSET:
        return Cache("prompt_cache_breakpoint", part.prompt_cache_breakpoint)
    return None if part.cache_control is UNSET else Cache("cache_control", part.cache_control)


class Target(Struct, frozen=True):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Chat too. cache_control: the target understands it.
    """

    losses: Losses
    native: bool
    cache_control: bool


def encode_content(parts: Sequence[AnyPart], target: Target) -> list[wire.ContentPart]:
    """The parts that a message's `content` list can hold; the rest is named as lost."""
    encoded = [encode_part(part, target) for part in parts]
    return [part for part in encoded if part is not None]


def encode_part(part: AnyPart, target: Target) -> wire.ContentPart | None:
    """One content part; None if Chat has no word for it."""
    losses = target.losses
    match part:
        case Text():
            drop_foreign(part.ext, NAME, part.at, losses)
            drop_citations(part.citations, losses)
            made = wire.TextPart(part.text)
            return dress(_mark(made, part, target) if part.cache else made, part.ext, NAME)
        case Media():
            drop_foreign(part.ext, NAME, part.at, losses)
            found = _encode_media(part, losses)
            if found is None:
                caching.drop(part.cache, losses, part.at)
                return None
            return dress(_mark(found, part, target) if part.cache else found, part.ext, NAME)
        case Refusal():
            drop_foreign(part.ext, NAME, part.at, losses)
            return dress(wire.RefusalPart(part.text), part.ext, NAME)
        case Opaque(dialect=dialect) if dialect == NAME:
            return pose(part.raw, wire.TextPart)
        case Reasoning(ext=ext) if remembered(ext, NAME, "~thinking"):
            return dress(wire.ThinkingPart((ext or {})[NAME]["~thinking",]), ext, NAME)
        case _:
            drop_part(part, losses)
            return None


def _mark(made: Any, part: Text | Media, target: Target) -> Any:
    assert part.cache is not None
    if target.cache_control:
        made.cache_control = caching.as_control(part.cache, target.losses, part.at)
    else:
        made.prompt_cache_breakpoint = caching.as_breakpoint(part.cache, target.losses, part.at)
    return made


def _encode_media(part: Media, losses: Losses) -> _Cacheable | None:
    if part.text is not None:
        losses.approximated("document", part.at, "sent as plain text")
        return wire.TextPart(part.text)
    match part.kind:
        case "image" if part.file_id is None:
            url = part.url if part.url is not None else media.data_url(part.media_type, part.data or "")
            if remembered(part.ext, NAME, "~string"):
                return wire.ImagePart(url)
            image = wire.ImageURL(url, UNSET if part.detail is None else part.detail)
            return wire.ImagePart(dress(image, part.ext, NAME, "image_url"))
        case "audio" if part.data is not None and not remembered(part.ext, NAME, "~file"):
            form = media.audio_format(part.media_type)
            if form is None and (part.media_type or "").startswith("audio/"):
                form = (part.media_type or "")[6:]
                if not part.ext or NAME not in part.ext:
                    losses.approximated("media_type", (*part.at,), f"Chat takes wav and mp3, not {part.media_type}")
            sound = wire.InputAudio(part.data, form or "wav")
            return wire.AudioPart(dress(sound, part.ext, NAME, "input_audio"))
        case _:
            pass
    if part.detail is not None:
        losses.dropped("media_detail", (*part.at, "detail"))
    body = wire.FileBody()
    if part.file_id is not None:
        body.file_id = part.file_id
    if part.data is not None:
        plain = part.media_type is None and NAME in (part.ext or {NAME: {}})
        body.file_data = part.data if plain else media.data_url(part.media_type, part.data)
    elif part.file_id is None and part.url is not None:
        losses.dropped(f"{part.kind}_url", part.at, "Chat takes files as data only")
        return None
    if part.filename is not None:
        body.filename = part.filename
    return wire.FilePart(dress(body, part.ext, NAME, "file"))


# ---------------------------------------------------------------------------------------------------- tool calls


def decode_call(item: wire.ToolCallItem, at: At) -> ToolCall | Opaque:
    """One of `tool_calls`, or the beginning of one in a delta."""
    ext = extensions(item, NAME)
    signature = None
    if item.extra_content is not UNSET:
        signature, ext = _decode_extra_content(item.extra_content, ext, ())
    call_id = item.id or ""
    if item.custom is not UNSET:
        custom = item.custom
        ext = merge(ext, extensions(custom, NAME, "custom"))
        return ToolCall(call_id, custom.name or "", custom.input or "", custom=True, at=at, ext=ext, signature=signature)
    if item.type is UNSET:
        ext = note(ext, NAME, ("~untyped",))
    function = wire.Function() if item.function is UNSET else item.function
    ext = merge(ext, extensions(function, NAME, "function"))
    return ToolCall(call_id, function.name or "", function.arguments or "", at=at, ext=ext, signature=signature)


def encode_call(call: ToolCall, losses: Losses) -> wire.ToolCallItem:
    """One of `tool_calls`."""
    drop_foreign(call.ext, NAME, call.at, losses)
    caching.drop(call.cache, losses, call.at)
    if call.derived_id:
        losses.invented("tool_call_id", (*call.at, "id"), "the source names none")
    kind = UNSET if remembered(call.ext, NAME, "~untyped") else "function"
    if call.custom:
        custom = dress(wire.Custom(call.name, as_text(call.arguments)), call.ext, NAME, "custom")
        item = wire.ToolCallItem(id=call.id, type="custom", custom=custom)
    else:
        function = dress(wire.Function(call.name, as_text(call.arguments)), call.ext, NAME, "function")
        item = wire.ToolCallItem(id=call.id, type=kind, function=function)
    if call.signature is not None:
        item.extra_content = encode_extra_content(call.signature, call.ext, ())
    return dress(item, call.ext, NAME)


def _decode_extra_content(
    extra: wire.ExtraContent, ext: Extensions | None, under: tuple[str, ...]
) -> tuple[Signature | None, Extensions | None]:
    ext = merge(ext, extensions(extra, NAME, *under, "extra_content"))
    google = extra.google
    if google is UNSET:
        return None, ext
    ext = merge(ext, extensions(google, NAME, *under, "extra_content", "google"))
    if google.thought_signature is UNSET:
        return None, ext
    return unwrap(google.thought_signature, "google")[0], ext


def encode_extra_content(
    signature: Signature, ext: Extensions | None, under: tuple[str, ...]
) -> wire.ExtraContent:
    """`extra_content.google.thought_signature`; another vendor's signature goes wrapped."""
    value = signature.value if signature.origin == "google" else wrap(signature, "t")
    google = dress(wire.GoogleExtra(value), ext, NAME, *under, "extra_content", "google")
    return dress(wire.ExtraContent(google), ext, NAME, *under, "extra_content")


# ----------------------------------------------------------------------------------------------------- reasoning


def decode_reasoning(details: list[wire.ReasoningDetail], at: At) -> list[AnyPart]:
    """`reasoning_details`: a sealed detail belongs to the summary of the same id before it."""
    parts: list[AnyPart] = []
    for index, detail in enumerate(details):
        origin = ORIGINS.get(detail.format or "", detail.format or "")
        part_id = detail.id or None
        place = (*at, index)
        if detail.type == "reasoning.encrypted":
            seal = Signature(detail.data or "", origin)
            last = parts[-1] if parts else None
            if isinstance(last, Reasoning) and last.signature is None and part_id is not None and last.id == part_id:
                last.signature = seal
            else:
                parts.append(Reasoning("", part_id, redacted=True, signature=seal, at=place))
        elif detail.type in ("reasoning.text", "reasoning.summary"):
            signature = Signature(detail.signature, origin) if detail.signature else None
            parts.append(Reasoning(detail.text or detail.summary or "", part_id, signature=signature, at=place))
        else:
            parts.append(Opaque(detail.type, Raw(dump(detail)), NAME, at=place))
    return parts


def encode_reasoning(parts: Sequence[Reasoning]) -> list[wire.ReasoningDetail]:
    """`reasoning_details`; empty where no part has anything that the plain text does not say."""
    if all(part.signature is None and not part.redacted for part in parts):
        return []
    details: list[wire.ReasoningDetail] = []
    for part in parts:
        details.extend(encode_details(part, len(details)))
    return details


def encode_details(part: Reasoning, index: int) -> list[wire.ReasoningDetail]:
    """The details of one part, numbered from `index`."""
    signature = part.signature
    form = "unknown" if signature is None else FORMATS.get(signature.origin, signature.origin or "unknown")
    part_id = UNSET if part.id is None else part.id
    if signature is not None and (part.redacted or signature.origin in SEALING):
        text = part.text or UNSET
        details = [] if part.redacted else [wire.ReasoningDetail("reasoning.summary", summary=text, id=part_id, format=form)]
        details.append(wire.ReasoningDetail("reasoning.encrypted", data=signature.value, id=part_id, format=form))
    else:
        value = UNSET if signature is None else signature.value
        details = [wire.ReasoningDetail("reasoning.text", text=part.text, signature=value, id=part_id, format=form)]
    for offset, detail in enumerate(details):
        detail.index = index + offset
    return details


# ------------------------------------------------------------------------------------------- assistant's members


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
            if parts and text == plain:
                ext = note(ext, NAME, (*under, "~" + key))
            elif parts:
                ext = note(ext, NAME, (*under, key), Raw(dump(text)))
            else:
                parts.append(Reasoning(text, at=(*at, key)))
                plain = text
                ext = note(ext, NAME, (*under, "~" + key))
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
        signature, ext = _decode_extra_content(message.extra_content, ext, under)
        signed = next((part for part in reversed(parts) if isinstance(part, Text)), None)
        if signature is not None and signed is None:
            parts.append(Reasoning("", signature=signature, at=(*at, "extra_content", "google", "thought_signature")))
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
        parts.append(_decode_audio(message.audio, (*at, "audio")))
    if message.tool_calls:
        calls = enumerate(message.tool_calls)
        parts.extend([decode_call(item, (*at, "tool_calls", index)) for index, item in calls])
    elif message.tool_calls is not UNSET:
        ext = note(ext, NAME, (*under, "tool_calls"), NULL if message.tool_calls is None else Raw(b"[]"))
    if message.function_call is None:
        ext = note(ext, NAME, (*under, "function_call"))
    elif message.function_call is not UNSET:
        parts.append(_decode_function_call(message.function_call, (*at, "function_call")))
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


def encode_annotation(citation: Citation, text: Text | None, before: int, losses: Losses) -> Raw | None:
    """One of `annotations`; `before` is how much of the message's text stands before the cited text."""
    if citation.dialect == NAME and citation.raw is not None and not before:
        return citation.raw
    if citation.url is None:
        losses.dropped("citation", citation.at, "Chat cites URLs only")
        return None
    drop_foreign(citation.ext, NAME, citation.at, losses)
    if citation.quote:
        losses.dropped("cited_text", (*citation.at, "cited_text"))
    start = before + (citation.start or 0)
    end = before + citation.end if citation.end is not None else before + len(text.text if text else "")
    cited = wire.URLCitation(citation.url, citation.title or "", start, end)
    return Raw(dump(wire.Annotation("url_citation", cited)))


def _decode_audio(audio: wire.Audio, at: At) -> Media:
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


def _encode_audio(part: Media, losses: Losses) -> wire.Audio:
    drop_foreign(part.ext, NAME, part.at, losses)
    audio = wire.Audio()
    if part.file_id is not None:
        audio.id = part.file_id
    if part.data is not None:
        audio.data = part.data
    if part.text is not None:
        audio.transcript = part.text
    return dress(audio, part.ext, NAME)


def _decode_function_call(call: wire.Function, at: At) -> ToolCall:
    ext = note(extensions(call, NAME), NAME, ("~function_call",))
    name = call.name or ""
    return ToolCall(derive("call_", "function", name), name, call.arguments or "", at=at, ext=ext, derived_id=True)


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
            case Reasoning(ext=own) if not remembered(own, NAME, "~thinking"):
                drop_foreign(own, NAME, part.at, losses)
                reasoning.append(part)
            case Refusal(ext=own) if not remembered(own, NAME, "~part"):
                refusals.append(part)
            case Media(kind="audio", file_id=str()):
                message.audio = _encode_audio(part, losses)
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
    if remembered(ext, NAME, *under, "~reasoning_content") or (
        text and given is None and message.reasoning is UNSET
    ):
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
            annotation = encode_annotation(citation, text, before, target.losses)
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
