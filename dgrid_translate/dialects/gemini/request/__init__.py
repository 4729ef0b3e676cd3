"""Requests: the body of `:generateContent` and `:streamGenerateContent` <-> Request."""

from __future__ import annotations

from dgrid_translate.dialects.gemini.request.decode import decode_request
from dgrid_translate.dialects.gemini.request.encode import encode_request

__all__ = ["decode_request", "encode_request"]
