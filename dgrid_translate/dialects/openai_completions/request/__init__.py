"""Requests: the body of `POST /v1/completions` <-> Request."""

from __future__ import annotations

from dgrid_translate.dialects.openai_completions.request.decode import decode_request
from dgrid_translate.dialects.openai_completions.request.encode import encode_request

__all__ = ["decode_request", "encode_request"]
