"""Requests: the body that `useChat` posts <-> Request."""

from __future__ import annotations

from dgrid_translate.dialects.ui_message.request.decode import decode_request
from dgrid_translate.dialects.ui_message.request.encode import encode_request

__all__ = ["decode_request", "encode_request"]
