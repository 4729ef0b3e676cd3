"""Translate LLM wire formats: requests, responses, streams and errors, with nothing lost in silence.

from dgrid_translate import to_openai
openai_body = to_openai(claude_response)
"""

from __future__ import annotations

from dgrid_translate.errors import TranslateError
from dgrid_translate.losses import Loss
from dgrid_translate.registry import DIALECTS
from dgrid_translate.translate import (
    Exchange,
    StreamTranslator,
    Translation,
    collect,
    to_claude,
    to_completions,
    to_gemini,
    to_openai,
    to_responses,
    to_ui_message,
    translate,
)

__all__ = [
    "DIALECTS",
    "Exchange",
    "Loss",
    "StreamTranslator",
    "TranslateError",
    "Translation",
    "collect",
    "to_claude",
    "to_completions",
    "to_gemini",
    "to_openai",
    "to_responses",
    "to_ui_message",
    "translate",
]
