"""Streams: events of an answer <-> events of the model."""

from __future__ import annotations

from dgrid_translate.dialects.openai_responses.stream.decoder import Decoder
from dgrid_translate.dialects.openai_responses.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
