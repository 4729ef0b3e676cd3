"""Responses: a text completion <-> Response; the envelope, finish reasons and log probabilities serve streams too."""

from __future__ import annotations

from dgrid_translate.dialects.openai_completions.response.decode import (
    decode_choice_extensions,
    decode_envelope,
    decode_finish,
    decode_response,
)
from dgrid_translate.dialects.openai_completions.response.encode import (
    drop_prompt_logprobs,
    encode_envelope,
    encode_finish,
    encode_response,
    prompt_of,
    wants_echo,
)
from dgrid_translate.dialects.openai_completions.response.logprobs import decode_logprobs, encode_logprobs, length

__all__ = [
    "decode_choice_extensions",
    "decode_envelope",
    "decode_finish",
    "decode_logprobs",
    "decode_response",
    "drop_prompt_logprobs",
    "encode_envelope",
    "encode_finish",
    "encode_logprobs",
    "encode_response",
    "length",
    "prompt_of",
    "wants_echo",
]
