"""Streams: GenerateContentResponse chunks <-> events."""

from __future__ import annotations

from dgrid_translate.dialects.gemini.stream.decoder import Decoder
from dgrid_translate.dialects.gemini.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
