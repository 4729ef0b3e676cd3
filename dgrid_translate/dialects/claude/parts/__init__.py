"""Content blocks <-> Parts; shared by requests, responses and streams."""

from __future__ import annotations

from dgrid_translate.dialects.claude.parts.decode import (
    decode_block,
    decode_blocks,
    decode_citation,
    decode_content,
)
from dgrid_translate.dialects.claude.parts.encode import (
    Target,
    carriers,
    encode_block,
    encode_blocks,
    encode_citation,
    is_blank,
    note_reasoning,
    signature_text,
)

__all__ = [
    "Target",
    "carriers",
    "decode_block",
    "decode_blocks",
    "decode_citation",
    "decode_content",
    "encode_block",
    "encode_blocks",
    "encode_citation",
    "is_blank",
    "note_reasoning",
    "signature_text",
]
