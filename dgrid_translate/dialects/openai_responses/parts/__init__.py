"""Content parts, items, calls and reasoning <-> Parts; shared by requests, responses and streams."""

from __future__ import annotations

from dgrid_translate.dialects.openai_responses.parts.annotations import decode_annotation, encode_annotation
from dgrid_translate.dialects.openai_responses.parts.calls import decode_call, decode_output, encode_call
from dgrid_translate.dialects.openai_responses.parts.content import Target, decode_content, decode_part, encode_part
from dgrid_translate.dialects.openai_responses.parts.items import (
    ON,
    ON_MESSAGE,
    ON_PART,
    decode_message,
    decode_provider,
    decode_said,
    read_item,
    remember_message,
    whole_message,
)
from dgrid_translate.dialects.openai_responses.parts.messages import Items, begun, is_blank, said_item
from dgrid_translate.dialects.openai_responses.parts.reasoning import (
    BETWEEN,
    REASONING_TEXT,
    carrier,
    decode_reasoning,
    is_wrapped,
    reasoning_item,
    sealed_text,
    summary_of,
)

__all__ = [
    "BETWEEN",
    "ON",
    "ON_MESSAGE",
    "ON_PART",
    "REASONING_TEXT",
    "Items",
    "Target",
    "begun",
    "carrier",
    "decode_annotation",
    "decode_call",
    "decode_content",
    "decode_message",
    "decode_output",
    "decode_part",
    "decode_provider",
    "decode_reasoning",
    "decode_said",
    "encode_annotation",
    "encode_call",
    "encode_part",
    "is_blank",
    "is_wrapped",
    "read_item",
    "reasoning_item",
    "remember_message",
    "said_item",
    "sealed_text",
    "summary_of",
    "whole_message",
]
