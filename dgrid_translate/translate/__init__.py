"""The public functions: one body, one exchange, one stream.

Everything here is JSON text inside. A dict or an SDK object is written to JSON on the way in and read on the way out,
so that there is one way through the library, and the text of what nobody looks at is never changed. A body that stays
in its dialect is handed back untouched; `passthrough=False` sends it the long way, through the model, all the same.
"""

from __future__ import annotations

from dgrid_translate.translate.body import (
    to_claude,
    to_completions,
    to_gemini,
    to_openai,
    to_responses,
    to_ui_message,
    translate,
)
from dgrid_translate.translate.exchange import Exchange, Translation
from dgrid_translate.translate.stream import StreamTranslator, collect

__all__ = [
    "Exchange",
    "StreamTranslator",
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
