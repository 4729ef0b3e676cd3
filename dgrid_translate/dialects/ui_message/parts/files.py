"""`file` parts <-> Media."""

from __future__ import annotations

import re
from base64 import b64encode

from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import metadata
from dgrid_translate.dialects.ui_message.profile import GUESSED, NAME
from dgrid_translate.ir.parts import Media
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import media
from dgrid_translate.shared.wire import NULL, Extra, drop_foreign, dump, extra_of, own_of

_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_ANY = frozenset(GUESSED.values())


def decode_file(part: wire.FilePart, at: At) -> Media:
    """A `file` part that has a URL; that of inline data is a data URL."""
    own: Extra = {} if part.extra is UNSET else extra_of(part)
    media_type = part.mediaType or None
    found = Media(media.kind_of(media_type), at=at)
    if media_type is not None and media_type not in _ANY:
        found.media_type = media_type
    else:
        own["~mediaType",] = NULL if part.mediaType is UNSET else Raw(dump(part.mediaType))
    url = part.url or ""
    split = media.split_data_url(url)
    if split is not None:
        own_type, found.data = split
        usual = f"data:{found.media_type};base64,"
        if media.head(media.data_of(url), len(usual)) != usual:
            own["~url",] = url if isinstance(url, Raw) else Raw(dump(url))
            found.media_type = found.media_type or (None if own_type in _ANY else own_type)
            found.kind = media.kind_of(media_type or own_type)
    elif (url := media.text_of(url))[:5].lower() == "data:":
        head, _, text = url[5:].partition(",")
        found.data = b64encode(_ESCAPED.sub(_unescaped, text.encode("utf-8", "surrogatepass"))).decode()
        found.media_type = found.media_type or head.partition(";")[0] or "text/plain"  # RFC 2397
        found.kind = media.kind_of(media_type or found.media_type)
        own["~url",] = Raw(dump(url))
    else:
        found.url = url
    if part.filename is not UNSET:
        found.filename = part.filename
    if part.providerMetadata is not UNSET:
        metadata.read(part.providerMetadata, "providerMetadata", found, own)
    if own:
        found.ext = {**(found.ext or {}), NAME: own}
    return found


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def encode_own_file(part: Media) -> wire.FilePart:
    """A `file` part that was one."""
    own = own_of(part.ext, NAME)
    made = wire.FilePart()
    spelled = own.get(("~mediaType",))
    media_type = metadata.text_of(spelled) if spelled is not None else part.media_type
    made.mediaType = UNSET if media_type is None else media_type
    url = own.get(("~url",))
    if url is not None:
        made.url = metadata.text_of(url) or ""
    else:
        made.url = part.url or "" if part.data is None else media.spelled_url(part.media_type, part.data)
    if part.filename is not None:
        made.filename = part.filename
    made.providerMetadata = metadata.kept(own, "providerMetadata")
    return made


def encode_file(part: Media, answer: bool, where: At, losses: Losses) -> wire.FilePart | wire.TextPart | None:
    """A `file` part of what came from elsewhere; `where` is its place in the target."""
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, losses)
    media_type = part.media_type
    if part.data is not None:
        url = media.data_url(media_type, part.data)
        if part.text is not None:
            losses.dropped("transcript", part.at)
    elif part.url is not None:
        url = part.url
    elif part.text is not None:
        media_type = media_type or "text/plain"
        url = media.data_url(media_type, b64encode(part.text.encode("utf-8", "surrogatepass")).decode())
        losses.approximated(part.kind, part.at, "its text is sent as a file")
    else:
        losses.dropped(f"{part.kind}_file_id", part.at, "a file that only its provider has")
        return None
    made = wire.FilePart(mediaType=media_type or GUESSED[part.kind])
    made.url = url
    if media_type is None:
        losses.invented("media_type", (*where, "mediaType"), made.mediaType or "")
    if part.filename is not None:
        if answer:
            losses.dropped("filename", (*part.at, "filename"), "files of an answer have none")
        else:
            made.filename = part.filename
    found = metadata.of_part(part, losses, answer)
    if part.detail is not None:
        found.setdefault("openai", {})["imageDetail"] = part.detail
    made.providerMetadata = metadata.to_write(found)
    return made
