"""What an answer says aloud: `audio` of a message."""

from __future__ import annotations

from msgspec import UNSET

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import Media
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import media
from dgrid_translate.shared.wire import dress, drop_foreign, extensions, note, remembered


def decode_audio(audio: wire.Audio, at: At) -> Media:
    """`audio`; its transcript is the Media's text."""
    ext = extensions(audio, NAME)
    if audio.expires_at is not UNSET:
        ext = note(ext, NAME, ("expires_at",), audio.expires_at)
    found = Media("audio", at=at, ext=ext)
    if audio.id is UNSET:
        found.ext = note(found.ext, NAME, ("~id",))
    else:
        found.file_id = audio.id
    if audio.data is not UNSET:
        found.data = media.data_of(audio.data)
    if audio.transcript is not UNSET:
        found.text = audio.transcript
    return found


def is_answer(part: Media) -> bool:
    """Whether it can be a message's `audio`."""
    return part.kind == "audio" and (part.file_id is not None or remembered(part.ext, NAME, "~id"))


def encode_audio(part: Media, losses: Losses) -> wire.Audio:
    """`audio`."""
    drop_foreign(part.ext, NAME, part.at, losses)
    audio = wire.Audio()
    if part.file_id is not None:
        audio.id = part.file_id
    if part.data is not None:
        audio.data = media.written(part.data)
    if part.text is not None:
        audio.transcript = part.text
    return dress(audio, part.ext, NAME)
