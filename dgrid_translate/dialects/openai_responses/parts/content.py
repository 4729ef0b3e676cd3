"""Content parts <-> Parts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw, Struct

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts.annotations import decode_annotation, encode_annotations
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Cache, Citation, Media, Opaque, Refusal, Text
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, media
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.openai.documents import flattened
from dgrid_translate.shared.openai.family import IMAGES
from dgrid_translate.shared.wire import (
    NOTHING,
    NULL,
    Extra,
    Unknown,
    dress,
    drop_foreign,
    dump,
    extra_of,
    own_of,
    pose,
)

ContentType = type[wire.InputText] | type[wire.OutputText]


class Target(Struct):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Responses too. sibling: it is an OpenAI dialect. upstream: it goes
    to the API, not to one of its clients. seed: what ids of items are worked out from. namespaces: what the names of
    namespaced tools are put together from, where a request is answered. unnamed: whether a file that comes with its
    data was written without a name.
    """

    losses: Losses
    native: bool
    sibling: bool
    upstream: bool
    seed: str = ""
    namespaces: dict[str, tuple[str, str]] | None = None
    unnamed: bool = False


# ------------------------------------------------------------------------------------------------------ decoding


def decode_content(content: list[wire.Content], at: At, member: str, usual: ContentType) -> list[AnyPart]:
    """The parts of the `member` of the item at `at`; `usual` is the type that texts have there."""
    if len(content) == 1:
        return [decode_part(content[0], at + (member, 0), usual)]
    return [decode_part(part, at + (member, index), usual) for index, part in enumerate(content)]


def decode_part(part: wire.Content, at: At, usual: ContentType) -> AnyPart:
    """One content part."""
    if type(part) is Unknown:
        return Opaque(part.kind, part.raw, NAME, at=at)
    own = {} if part.extra is UNSET else extra_of(part)
    if type(part) is wire.OutputText:
        found = Text(part.text, at=at)
        if part.annotations is not UNSET:
            if part.annotations:
                found.citations = _decode_annotations(part.annotations, at)
            else:
                own["~annotations",] = NULL
        if part.logprobs is not UNSET:
            known = at[0] == "output" or part.logprobs == _NONE
            own["~logprobs" if known else "logprobs",] = part.logprobs
        if usual is not wire.OutputText:
            own["~output_text",] = NULL
    elif type(part) is wire.OutputRefusal:
        found = Refusal(part.refusal, at=at)
    else:
        if type(part) is wire.InputText:
            found = Text(part.text, at=at)
            if usual is not wire.InputText:
                own["~input_text",] = NULL
        elif type(part) is wire.InputImage:
            found = _decode_image(part, at, own)
        else:
            found = _decode_file(part, at, own)
        if part.prompt_cache_breakpoint is not UNSET:
            found.cache = Cache("prompt_cache_breakpoint", part.prompt_cache_breakpoint)
    if own:
        found.ext = {NAME: own}
    return found


def _decode_annotations(annotations: list[Raw], at: At) -> list[Citation]:
    return [decode_annotation(raw, at + ("annotations", index)) for index, raw in enumerate(annotations)]


_NONE = Raw(b"[]")


def _decode_image(part: wire.InputImage, at: At, own: Extra) -> Media:
    found = Media("image", at=at, detail=None if part.detail is UNSET else part.detail)
    if part.image_url is not UNSET:
        inline = media.split_data_url(part.image_url)
        if inline is None:
            found.url = media.text_of(part.image_url)
        else:
            found.media_type, found.data = inline
        if part.file_id is not UNSET:
            own["file_id",] = Raw(dump(part.file_id))
    elif part.file_id is not UNSET:
        found.file_id = part.file_id
    return found


def _decode_file(part: wire.InputFile, at: At, own: Extra) -> Media:
    found = Media("document", at=at)
    if part.filename is not UNSET:
        found.filename = part.filename
    if part.detail is not UNSET:
        found.detail = part.detail
    if part.file_data is not UNSET:
        inline = media.split_data_url(part.file_data)
        if inline is None:
            found.data = media.data_of(part.file_data)
        else:
            found.media_type, found.data = inline
            found.kind = media.kind_of(found.media_type)
            own["~file",] = NULL
        if part.file_id is not UNSET:
            own["file_id",] = Raw(dump(part.file_id))
        if part.file_url is not UNSET:
            own["file_url",] = Raw(dump(part.file_url))
    elif part.file_url is not UNSET:
        found.url = part.file_url
        if part.file_id is not UNSET:
            own["file_id",] = Raw(dump(part.file_id))
    elif part.file_id is not UNSET:
        found.file_id = part.file_id
    return found


# ------------------------------------------------------------------------------------------------------ encoding


def encode_content(parts: Sequence[AnyPart], target: Target, usual: ContentType) -> list[wire.Content]:
    """The parts that a `content` list can hold; the rest is named as lost."""
    if len(parts) == 1 and type(parts[0]) is Text:
        return [_encode_text(parts[0], target, usual)]
    if not target.native:
        parts = flattened(parts, NAME, target.losses)
    return [made for part in parts if (made := encode_part(part, target, usual)) is not None]


def encode_part(part: AnyPart, target: Target, usual: ContentType) -> wire.Content | None:
    """One content part; None if Responses has no word for it."""
    if type(part) is Text:
        return _encode_text(part, target, usual)
    losses = target.losses
    ext = part.ext
    if ext is not None:
        drop_foreign(ext, NAME, part.at, losses)
    if type(part) is Refusal:
        made = wire.OutputRefusal(part.text)
        return made if ext is None else dress(made, ext, NAME)
    if type(part) is Media:
        found = _encode_media(part, target)
        if part.cache is not None:
            if found is None:
                caching.drop(part.cache, losses, part.at)
            else:
                found.prompt_cache_breakpoint = caching.as_breakpoint(part.cache, losses, part.at)
        return found if found is None or ext is None else dress(found, ext, NAME)
    if type(part) is Opaque and part.dialect == NAME:
        return pose(part.raw, wire.InputText)
    drop_part(part, losses)
    return None


def _encode_text(part: Text, target: Target, usual: ContentType) -> wire.InputText | wire.OutputText:
    losses = target.losses
    ext = part.ext
    own = NOTHING
    output = usual is wire.OutputText
    if ext is not None:
        drop_foreign(ext, NAME, part.at, losses)
        own = own_of(ext, NAME)
        if own and (("~input_text",) in own or ("~output_text",) in own):
            output = ("~output_text",) in own
    if output:
        made = wire.OutputText(part.text)
        if part.cache is not None:
            caching.drop(part.cache, losses, part.at)
        if part.citations is not None:
            made.annotations = encode_annotations(part.citations, len(part.text), losses)
        elif not target.native or ("~annotations",) in own:
            made.annotations = []
        if ("~logprobs",) in own:
            made.logprobs = own["~logprobs",]
    else:
        made = wire.InputText(part.text)
        if part.citations is not None:
            for citation in part.citations:
                losses.dropped("citation", citation.at)
        if part.cache is not None:
            made.prompt_cache_breakpoint = caching.as_breakpoint(part.cache, losses, part.at)
    return dress(made, ext, NAME) if own else made


_Input = wire.InputText | wire.InputImage | wire.InputFile


def _encode_media(part: Media, target: Target) -> _Input | None:
    losses = target.losses
    if part.text is not None and part.data is None:
        losses.approximated(part.kind, part.at, "sent as plain text")
        return wire.InputText(part.text)
    if part.file_id is not None and not target.sibling:
        losses.dropped("file_id", part.at, "another provider's file")
        return None
    own = own_of(part.ext, NAME)
    if not target.native and part.url is not None and part.media_type is not None:
        losses.dropped("media_type", part.at, "what is named by URL has none")
    if part.kind == "image" and ("~file",) not in own:
        if part.data is not None and not target.native and (part.media_type or "").lower() not in IMAGES:
            losses.dropped("image", part.at, f"OpenAI takes no {part.media_type or 'images without a type'}")
            return None
        if part.filename is not None:
            losses.dropped("filename", part.at, "images have none")
        image = wire.InputImage(detail=UNSET if part.detail is None else part.detail)
        if part.file_id is not None:
            image.file_id = part.file_id
        elif part.url is not None:
            image.image_url = part.url
        elif part.data is not None:
            image.image_url = media.data_url(part.media_type, part.data)
        return image
    if not target.native and part.kind in ("audio", "video"):
        losses.dropped(part.kind, part.at, "Responses takes images and documents")
        return None
    found = wire.InputFile(detail=UNSET if part.detail is None else part.detail)
    if part.filename is not None:
        found.filename = part.filename
    if part.file_id is not None:
        found.file_id = part.file_id
    elif part.url is not None:
        found.file_url = part.url
    elif part.data is not None:
        plain = part.media_type is None and target.native and ("~file",) not in own
        found.file_data = media.written(part.data) if plain else media.data_url(part.media_type, part.data)
        target.unnamed = target.unnamed or part.filename is None
    return found
