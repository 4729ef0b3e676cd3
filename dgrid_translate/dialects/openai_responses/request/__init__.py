"""Requests: the body of `POST /v1/responses` <-> Request."""

from __future__ import annotations

from dgrid_translate.dialects.openai_responses.request.decode import decode_request
from dgrid_translate.dialects.openai_responses.request.encode import encode_request, encode_settings

__all__ = ["decode_request", "encode_request", "encode_settings"]
