"""`inlineData` and `fileData` <-> Media."""

from __future__ import annotations

import re

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts.signatures import Target, encode_signature
from dgrid_translate.dialects.gemini.profile import NAME
from dgrid_translate.ir.parts import Extensions, Media, Text
from dgrid_translate.losses import At
from dgrid_translate.shared import media
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.wire import dress, dump, extensions, merge, note, remembered

_STORED = re.compile(r"https://generativelanguage\.googleapis\.com/|gs://")
"""How the addresses of files begin that only Google can fetch."""


def decode_media(part: wire.Part, at: At, ext: Extensions | None) -> Media:
    """`inlineData` or `fileData`."""
    blob = part.inlineData
    if blob is not UNSET:
        ext = merge(ext, extensions(blob, NAME, "inlineData"))
        found = Media(media.kind_of(blob.mimeType or None), at=at, ext=ext)
        if blob.data is not UNSET:
            found.data = media.data_of(blob.data)
    else:
        blob = part.fileData
        assert blob is not UNSET
        found = Media(media.kind_of(blob.mimeType or None), at=at, ext=merge(ext, extensions(blob, NAME, "fileData")))
        if blob.fileUri is not UNSET and _STORED.match(blob.fileUri):
            found.file_id = blob.fileUri
        elif blob.fileUri is not UNSET:
            found.url = blob.fileUri
        else:
            found.ext = note(found.ext, NAME, ("~file",))
    if blob.mimeType is not UNSET:
        found.media_type = blob.mimeType
    if blob.displayName is not UNSET:
        found.filename = blob.displayName
    return found


_GUESSED = {"image": "image/jpeg", "audio": "audio/wav", "video": "video/mp4", "document": "application/pdf"}
_SUFFIXES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "heic": "image/heic", "pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "csv": "text/csv",
    "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "flac": "audio/flac", "mp4": "video/mp4",
    "webm": "video/webm", "mov": "video/quicktime", "mpeg": "video/mpeg",
}  # fmt: skip


def encode_media(part: Media, target: Target, into: list[wire.Part]) -> None:
    """`inlineData` or `fileData`; what it says in words or in parts goes as text."""
    losses = target.losses
    uri = part.url
    if part.file_id is not None:
        if target.native:
            uri = part.file_id
        else:
            losses.dropped("file_id", part.at, "a file that only another provider has")
    ext = part.ext
    if part.data is not None or (target.native and uri is None and not remembered(ext, NAME, "~file")):
        blob = wire.Blob(
            mimeType=_mime(part, target, (*target.where, target.first + len(into), "inlineData")),
            displayName=_filename(part, target),
        )
        if part.data is not None:
            blob.data = media.written(part.data)
        made = wire.Part(inlineData=dress(blob, ext, NAME, "inlineData"))
    elif uri is not None or target.native:
        file = wire.FileData(
            mimeType=_mime(part, target, (*target.where, target.first + len(into), "fileData")),
            displayName=_filename(part, target),
        )
        file.fileUri = UNSET if uri is None else uri
        made = wire.Part(fileData=dress(file, ext, NAME, "fileData"))
    else:
        made = None
    if made is not None:
        if part.signature is not None and (signature := encode_signature(part, part.signature, target)) is not None:
            made.thoughtSignature = signature
        if part.detail is not None:
            _encode_detail(made, part, part.detail, target)
        into.append(dress(made, ext, NAME))
    for text in _texts_of(part):
        losses.approximated("transcript" if part.kind == "audio" else "document", part.at, "sent as text")
        into.append(wire.Part(text=text))
    for inner in part.parts or ():
        if isinstance(inner, Media):
            losses.approximated("document", part.at, "its parts are sent one by one")
            encode_media(inner, target, into)
        elif not isinstance(inner, Text):
            drop_part(inner, losses)


_RESOLUTIONS = {"low": "MEDIA_RESOLUTION_LOW", "high": "MEDIA_RESOLUTION_HIGH"}


def _encode_detail(made: wire.Part, part: Media, detail: str, target: Target) -> None:
    """`mediaResolution`; "auto" is what it is without."""
    if detail in _RESOLUTIONS and target.model.resolution:
        made.mediaResolution = Raw(dump({"level": _RESOLUTIONS[detail]}))
        target.losses.approximated("media_detail", part.at, f"{detail} sent as {_RESOLUTIONS[detail]}")
    else:
        target.losses.dropped("media_detail", part.at, detail)


def _texts_of(part: Media) -> list[str]:
    texts = [] if part.text is None else [part.text]
    return texts + [inner.text for inner in part.parts or () if isinstance(inner, Text)]


def _filename(part: Media, target: Target) -> str | UnsetType:
    if part.filename is None:
        return UNSET
    if not target.native:
        target.losses.dropped("filename", part.at, "only Vertex takes one")
        return UNSET
    return part.filename


def _mime(part: Media, target: Target, at: At) -> str | UnsetType:
    if part.media_type is not None:
        return part.media_type
    if target.native:
        return UNSET
    name = part.filename or (part.url or "").split("?", 1)[0].split("#", 1)[0]
    guess = _SUFFIXES.get(name.rsplit(".", 1)[-1].lower(), _GUESSED[part.kind])
    target.losses.invented("media_type", (*at, "mimeType"), guess)
    return guess
