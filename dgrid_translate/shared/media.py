"""Media types, data URLs and file formats; nothing is ever fetched or decoded."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.ir.parts import LongData, MediaKind
from dgrid_translate.shared.wire import dump

_AUDIO_FORMATS = {"wav": "audio/wav", "mp3": "audio/mpeg"}
_AUDIO_TYPES = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}

_HEAD = 2000


def data_of(member: str | Raw) -> str | LongData:
    """The base64 text that a wire member holds."""
    return member if isinstance(member, str) else LongData(member)


def written(data: str | LongData) -> str | Raw:
    """Base64 text as a wire member holds it."""
    if isinstance(data, str):
        return data
    if data.start == 1:
        return data.quoted
    return Raw(b"".join((b'"', memoryview(data.quoted)[data.start :])))


def text_of(member: str | Raw) -> str:
    """The text that a wire member holds, whatever it is."""
    return member if isinstance(member, str) else str(LongData(member))


def split_data_url(url: str | Raw) -> tuple[str | None, str | LongData] | None:
    """("image/png", base64 text) of a base64 data URL; None if `url` is not one."""
    if isinstance(url, str):
        start = url
    else:
        start = str(memoryview(url)[1 : _HEAD + 1], "latin-1")
        if not start.isascii():
            return split_data_url(text_of(url))
    if start[:5].lower() != "data:":
        return None
    comma = start.find(",", 5, _HEAD)
    if comma < 0:
        return None
    head = start[5:comma]
    if not head.lower().endswith(";base64"):
        return None
    return head[:-7] or None, url[comma + 1 :] if isinstance(url, str) else LongData(url, comma + 2)


def data_url(media_type: str | None, data: str | LongData) -> str | Raw:
    """A data URL of base64 text, as a wire member holds it."""
    return spelled_url(media_type or "application/octet-stream", standard(data))


def spelled_url(media_type: str | None, data: str | LongData) -> str | Raw:
    """A data URL of base64 text, both exactly as given."""
    start = f"data:{media_type};base64,"
    if isinstance(data, str):
        return start + data
    written_start = dump(start)[:-1]
    quoted = memoryview(data.quoted)
    if bytes(quoted[: data.start]) == written_start:
        return data.quoted
    return Raw(b"".join((written_start, quoted[data.start :])))


def head(data: str | LongData, size: int) -> str:
    """How base64 text begins: its first `size` characters, or more."""
    return data[:size] if isinstance(data, str) else data.head(size)


def standard(data: str | LongData) -> str | LongData:
    """Base64 in the alphabet that all take; Gemini also writes that of URLs."""
    start = head(data, 4096)
    if "+" in start or "/" in start:
        return data
    text = str(data)
    if "-" not in text and "_" not in text:
        return data
    return text.translate(_STANDARD) + "=" * (-len(text) % 4)


_STANDARD = str.maketrans("-_", "+/")


def kind_of(media_type: str | None) -> MediaKind:
    """What a media type is; what is neither image, sound nor film is a document."""
    match (media_type or "").split("/", 1)[0].lower():
        case "image":
            return "image"
        case "audio":
            return "audio"
        case "video":
            return "video"
        case _:
            return "document"


def audio_type(form: str) -> str:
    """The media type of OpenAI's `input_audio.format`."""
    return _AUDIO_FORMATS.get(form, f"audio/{form}")


def audio_format(media_type: str | None) -> str | None:
    """OpenAI's `input_audio.format` for a media type: "wav", "mp3", or None."""
    return _AUDIO_TYPES.get((media_type or "").split(";", 1)[0].strip().lower())


def filename(media_type: str | None) -> str:
    """A name for a file that has none: "file.pdf"."""
    ending = (media_type or "").split(";", 1)[0].rpartition("/")[2].strip().lower()
    if ending == "plain":
        ending = "txt"
    return f"file.{ending}" if ending.isalnum() and ending.isascii() else "file"
