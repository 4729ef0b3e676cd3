"""Responses: the answer's body <-> Response; the envelope, the end and log probabilities are shared with streams."""

from __future__ import annotations

from dgrid_translate.dialects.openai_responses.response.decode import (
    PARTIAL,
    decode_envelope,
    decode_finish,
    decode_response,
)
from dgrid_translate.dialects.openai_responses.response.encode import (
    Ending,
    encode_ending,
    encode_envelope,
    encode_response,
    fill_as_it_was,
    seed_of,
    sole,
    target_of,
)
from dgrid_translate.dialects.openai_responses.response.logprobs import (
    decode_logprobs,
    drop_refusals,
    share,
    with_logprobs,
)

__all__ = [
    "PARTIAL",
    "Ending",
    "decode_envelope",
    "decode_finish",
    "decode_logprobs",
    "decode_response",
    "drop_refusals",
    "encode_ending",
    "encode_envelope",
    "encode_response",
    "fill_as_it_was",
    "seed_of",
    "share",
    "sole",
    "target_of",
    "with_logprobs",
]
