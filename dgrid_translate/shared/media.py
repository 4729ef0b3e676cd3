"""Media types, data URLs and file formats; nothing is ever fetched or decoded."""

from __future__ import annotations

from dgrid_translate.ir.parts import MediaKind

_AUDIO_FORMATS = {"wav": "audio/wav", "mp3": "audio/mpeg"}
_AUDIO_TYPES = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


def split_data_url(url: str) -> tuple[str | None, str] | None:
    """("image/png", base64 text) of a base64 data URL; None if `url` is not one."""
    if url[:5].lower() != "data:":
        return None
    comma = url.find(",", 5, 2000)
    if comma < 0:
        return None
    head = url[5:comma]
    if not head.lower().endswith(";base64"):
        return None
    return head[:-7] or None, url[comma + 1 :]


def data_url(media_type: str | None, data: str) -> str:
    """A data URL of base64 text."""
    return f"data:{media_type or 'application/octet-stream'};base64,{standard(data)}"


def standard(data: str) -> str:
    """Base64 in the alphabet that all take; Gemini also writes that of URLs."""
    head = data[:4096]
    if "+" in head or "/" in head or ("-" not in data and "_" not in data):
        return data
    return data.translate(_STANDARD) + "=" * (-len(data) % 4)


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
