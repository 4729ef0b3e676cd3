"""Streams: `chat.completion.chunk`s <-> events."""

from __future__ import annotations

from dgrid_translate.dialects.openai_chat.stream.decoder import Decoder
from dgrid_translate.dialects.openai_chat.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
