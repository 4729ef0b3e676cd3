"""Streams: UIMessageStream chunks <-> events."""

from __future__ import annotations

from dgrid_translate.dialects.ui_message.stream.decoder import Decoder
from dgrid_translate.dialects.ui_message.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
