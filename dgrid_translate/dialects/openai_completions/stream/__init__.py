"""Streams: chunks of an answer, which have the shape of the answer <-> events."""

from __future__ import annotations

from dgrid_translate.dialects.openai_completions.stream.decoder import Decoder
from dgrid_translate.dialects.openai_completions.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
