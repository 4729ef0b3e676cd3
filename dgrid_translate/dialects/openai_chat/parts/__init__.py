"""Content parts, tool calls and reasoning <-> Parts; shared by requests, responses and streams."""

from __future__ import annotations

from dgrid_translate.dialects.openai_chat.parts.assistant import (
    CHOICE,
    MESSAGE,
    decode_annotation,
    decode_assistant,
    encode_annotation,
    encode_assistant,
)
from dgrid_translate.dialects.openai_chat.parts.audio import decode_audio, encode_audio, is_answer
from dgrid_translate.dialects.openai_chat.parts.calls import (
    decode_call,
    decode_extra_content,
    decode_function_call,
    encode_call,
    encode_extra_content,
    note_ids,
)
from dgrid_translate.dialects.openai_chat.parts.content import (
    NO_NAME,
    Target,
    decode_content,
    decode_part,
    encode_content,
    name_files,
    says_more,
)
from dgrid_translate.dialects.openai_chat.parts.order import name_joined_refusals, passed
from dgrid_translate.dialects.openai_chat.parts.reasoning import decode_detail, encode_details, name_joined

__all__ = [
    "CHOICE",
    "MESSAGE",
    "NO_NAME",
    "Target",
    "decode_annotation",
    "decode_assistant",
    "decode_audio",
    "decode_call",
    "decode_content",
    "decode_detail",
    "decode_extra_content",
    "decode_function_call",
    "decode_part",
    "encode_annotation",
    "encode_assistant",
    "encode_audio",
    "encode_call",
    "encode_content",
    "encode_details",
    "encode_extra_content",
    "is_answer",
    "name_files",
    "name_joined",
    "name_joined_refusals",
    "note_ids",
    "passed",
    "says_more",
]
