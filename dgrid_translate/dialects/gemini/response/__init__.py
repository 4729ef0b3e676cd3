"""Responses: a GenerateContentResponse <-> Response; most of it is shared with streams, whose chunks are such too."""

from __future__ import annotations

from dgrid_translate.dialects.gemini.response.citations import Citations, decode_citations
from dgrid_translate.dialects.gemini.response.decode import (
    call_id,
    decode_candidate_extensions,
    decode_envelope,
    decode_feedback,
    decode_finish,
    decode_logprobs,
    decode_response,
)
from dgrid_translate.dialects.gemini.response.encode import (
    encode_candidate_end,
    encode_envelope,
    encode_response,
)
from dgrid_translate.dialects.gemini.response.usage import decode_usage, encode_usage

__all__ = [
    "Citations",
    "call_id",
    "decode_candidate_extensions",
    "decode_citations",
    "decode_envelope",
    "decode_feedback",
    "decode_finish",
    "decode_logprobs",
    "decode_response",
    "decode_usage",
    "encode_candidate_end",
    "encode_envelope",
    "encode_response",
    "encode_usage",
]
