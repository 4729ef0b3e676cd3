"""Streams: server-sent events of the Messages API <-> events."""

from __future__ import annotations

from dgrid_translate.dialects.claude.stream.decoder import Decoder
from dgrid_translate.dialects.claude.stream.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
