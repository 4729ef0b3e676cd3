"""Parts of a content <-> Parts; shared by requests, responses and streams."""

from __future__ import annotations

from dgrid_translate.dialects.gemini.parts.content import decode_part, decode_parts, encode_parts, signs
from dgrid_translate.dialects.gemini.parts.functions import spelled
from dgrid_translate.dialects.gemini.parts.signatures import Target

__all__ = ["Target", "decode_part", "decode_parts", "encode_parts", "signs", "spelled"]
