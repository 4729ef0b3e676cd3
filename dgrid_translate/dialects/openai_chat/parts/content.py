"""Content parts <-> Parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Cache, Media, Opaque, Reasoning, Refusal, Text
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, media
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.openai.documents import flattened
from dgrid_translate.shared.openai.family import IMAGES
from dgrid_translate.shared.wire import (
    dress,
    drop_foreign,
    extensions,
    key_of,
    load,
    merge,
    note,
    own_extension,
    own_of,
    pose,
    remembered,
)

_Cacheable = wire.TextPart | wire.ImagePart | wire.AudioPart | wire.FilePart


def decode_content(content: list[wire.ContentPart] | None, at: At) -> list[AnyPart]:
    """The parts of the `content` of the message at `at`, where it is no string but a list or null."""
    return [] if content is None else [decode_part(part, at + ("content", i)) for i, part in enumerate(content)]


def decode_part(part: wire.ContentPart, at: At) -> AnyPart:
    """One content part."""
    if type(part) is wire.TextPart:
        text = Text(part.text, at=at)
        if part.extra is not UNSET:
            text.ext = extensions(part, NAME)
        if part.cache_control is not UNSET or part.prompt_cache_breakpoint is not UNSET:
            text.cache = _decode_cache(part)
        return text
    if type(part) is wire.ImagePart:
        return _decode_image(part, at)
    match part:
        case wire.AudioPart():
            sound = part.input_audio
            ext = merge(extensions(part, NAME), extensions(sound, NAME, "input_audio"))
            kind = media.audio_type(sound.format)
            return Media("audio", kind, media.data_of(sound.data), at=at, ext=ext, cache=_decode_cache(part))
        case wire.FilePart():
            return _decode_file(part, at)
        case wire.RefusalPart():
            return Refusal(part.refusal, at=at, ext=note(extensions(part, NAME), NAME, ("~part",)))
        case wire.ThinkingPart():
            return _decode_thinking(part, at)
        case _:
            return Opaque(part.kind, part.raw, NAME, at=at)


def _decode_thinking(part: wire.ThinkingPart, at: At) -> Reasoning:
    """Mistral's `thinking` chunk, a string or a list of text chunks, which may say more than their texts."""
    ext = note(extensions(part, NAME), NAME, ("~thinking",), part.thinking)
    pieces: wire.Thinking = load(wire.Thinking, part.thinking, NAME, (*at, "thinking"))
    if isinstance(pieces, str):
        return Reasoning(pieces, at=at, ext=ext)
    texts = [piece for piece in pieces if isinstance(piece, wire.TextPart)]
    if len(texts) < len(pieces) or any(text != wire.TextPart(text.text) for text in texts):
        ext = note(ext, NAME, ("thinking",), part.thinking)
    return Reasoning("".join([text.text for text in texts]), at=at, ext=ext)


def says_more(part: Text | Reasoning | Refusal) -> bool:
    """Whether a part of a list, in Chat, says more than its text."""
    return any(key_of(key[-1]) is not None for key in own_of(part.ext, NAME))


def _decode_image(part: wire.ImagePart, at: At) -> Media:
    ext = None if part.extra is UNSET else extensions(part, NAME)
    image = part.image_url
    detail = None
    if isinstance(image, str):
        url = image
        ext = note(ext, NAME, ("~string",))
    else:
        url = image.url
        if image.detail is not UNSET:
            detail = image.detail
        if image.extra is not UNSET:
            ext = merge(ext, extensions(image, NAME, "image_url"))
    inline = media.split_data_url(url)
    found = Media("image", detail=detail, at=at, ext=ext, cache=_decode_cache(part))
    if inline is None:
        found.url = media.text_of(url)
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
        data = media.data_of(body.file_data)
        if inline is not None:
            found.media_type, found.data = inline
            found.kind = media.kind_of(found.media_type)
            found.ext = note(found.ext, NAME, ("~file",))
        elif media.head(data, 8).startswith(("https://", "http://")):
            found.url = str(data)
            found.ext = note(found.ext, NAME, ("~url",))
        else:
            found.data = data
    return found


def _decode_cache(part: _Cacheable) -> Cache | None:
    if part.prompt_cache_breakpoint is not UNSET:
        return Cache("prompt_cache_breakpoint", part.prompt_cache_breakpoint)
    return None if part.cache_control is UNSET else Cache("cache_control", part.cache_control)


NO_NAME = "(file)"
"""Stands among the ids of calls for a file without a name."""


class Target(Struct, frozen=True):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Chat too. sibling: the source is an OpenAI dialect. model: who is
    asked, if anybody. invented: the ids of calls that the source gave none, and NO_NAME for a file without a name.
    """

    losses: Losses
    native: bool
    sibling: bool = False
    model: str | None = None
    invented: set[str] = set()  # one for each Target, says msgspec


def encode_content(parts: Sequence[AnyPart], target: Target) -> list[wire.ContentPart]:
    """The parts that a message's `content` list can hold; the rest is named as lost."""
    if not target.native:
        parts = flattened(parts, NAME, target.losses)
    return [made for part in parts if (made := encode_part(part, target)) is not None]


def encode_part(part: AnyPart, target: Target) -> wire.ContentPart | None:
    """One content part; None if Chat has no word for it."""
    losses = target.losses
    if type(part) is Text:
        made = wire.TextPart(part.text)
        if part.ext is not None:
            drop_foreign(part.ext, NAME, part.at, losses)
        if part.citations is not None:
            drop_citations(part.citations, losses)
        if part.cache is not None:
            made = _mark(made, part, target)
        return made if part.ext is None else dress(made, part.ext, NAME)
    match part:
        case Media():
            drop_foreign(part.ext, NAME, part.at, losses)
            found = _encode_media(part, target)
            if found is None:
                caching.drop(part.cache, losses, part.at)
                return None
            return dress(_mark(found, part, target) if part.cache else found, part.ext, NAME)
        case Refusal():
            drop_foreign(part.ext, NAME, part.at, losses)
            return dress(wire.RefusalPart(part.text), part.ext, NAME)
        case Opaque(dialect=dialect) if dialect == NAME:
            return pose(part.raw, wire.TextPart)
        case Reasoning(ext=ext) if (thinking := own_extension(ext, NAME, "~thinking")) is not None:
            return dress(wire.ThinkingPart(thinking), ext, NAME)
        case _:
            drop_part(part, losses)
            return None


def _mark(made: Any, part: Text | Media, target: Target) -> Any:
    assert part.cache is not None
    if target.native:
        setattr(made, part.cache.key, part.cache.raw)
    elif caching.takes_control(target.model):
        made.cache_control = caching.as_control(part.cache, target.losses, part.at)
    else:
        made.prompt_cache_breakpoint = caching.as_breakpoint(part.cache, target.losses, part.at)
    return made


def _unreadable(part: Media) -> str:
    """Why OpenAI's models cannot look at, or listen to, what another dialect's message holds; empty if they can."""
    if part.url is part.data is part.file_id is None:
        return "there is nothing in it"
    match part.kind:
        case "image":
            readable = part.data is None or (part.media_type or "").lower() in IMAGES
        case "audio":
            readable = part.data is None or media.audio_format(part.media_type) is not None
        case kind:
            readable = kind != "video"
    return "" if readable else f"Chat takes no {part.media_type or part.kind}"


def _encode_media(part: Media, target: Target) -> _Cacheable | None:
    losses, native = target.losses, target.native
    if part.text is not None:
        losses.approximated("document", part.at, "sent as plain text")
        return wire.TextPart(part.text)
    if not native and (reason := _unreadable(part)):
        losses.dropped(part.kind, part.at, reason)
        return None
    match part.kind:
        case "image" if part.file_id is None:
            if part.filename is not None:
                losses.dropped("filename", part.at, "images have none")
            if part.url is not None and part.media_type is not None:
                losses.dropped("media_type", part.at, "images by URL have none")
            url = part.url if part.url is not None else media.data_url(part.media_type, part.data or "")
            if remembered(part.ext, NAME, "~string"):
                return wire.ImagePart(media.text_of(url))
            image = wire.ImageURL("", UNSET if part.detail is None else part.detail)
            image.url = url
            return wire.ImagePart(dress(image, part.ext, NAME, "image_url"))
        case "audio" if part.data is not None and not remembered(part.ext, NAME, "~file"):
            form = media.audio_format(part.media_type)
            if form is None and (part.media_type or "").startswith("audio/"):
                form = (part.media_type or "")[6:]
            elif not native and form is not None and media.audio_type(form) != part.media_type:
                losses.approximated("media_type", part.at, f"{part.media_type} sent as {form}")
            if part.filename is not None:
                losses.dropped("filename", part.at, "sounds have none")
            sound = wire.InputAudio("", form or "wav")
            sound.data = media.written(part.data if native else media.standard(part.data))
            return wire.AudioPart(dress(sound, part.ext, NAME, "input_audio"))
        case _:
            pass
    if part.detail is not None:
        losses.dropped("media_detail", (*part.at, "detail"))
    body = wire.FileBody()
    if part.file_id is not None:
        if not (native or target.sibling):
            losses.dropped("file_id", part.at, "another provider's file")
            return None
        if part.kind == "image" and not native:
            losses.approximated("image", part.at, "sent as a file")
        body.file_id = part.file_id
    if part.url is not None and remembered(part.ext, NAME, "~url"):
        body.file_data = part.url
    elif part.data is not None:
        plain = part.media_type is None and NAME in (part.ext or {NAME: {}})
        body.file_data = media.written(part.data) if plain else media.data_url(part.media_type, part.data)
    elif part.file_id is None and part.url is not None:
        losses.dropped(f"{part.kind}_url", part.at, "Chat takes files as data only")
        return None
    if part.filename is not None:
        body.filename = part.filename
    elif not native and part.file_id is None:
        target.invented.add(NO_NAME)
    return wire.FilePart(dress(body, part.ext, NAME, "file"))


def name_files(content: wire.Content | None, at: At, losses: Losses) -> None:
    """Give a name to each file in the message at `at` that has none: OpenAI takes no other."""
    for place, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, wire.FilePart) and part.file.filename is UNSET and part.file.file_id is UNSET:
            inline = media.split_data_url(part.file.file_data or "")
            part.file.filename = media.filename(None if inline is None else inline[0])
            losses.invented("filename", (*at, "content", place, "file", "filename"))
