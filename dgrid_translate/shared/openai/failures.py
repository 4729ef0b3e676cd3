"""Calls that failed: OpenAI's tool results have no flag for it, so their text says it."""

from __future__ import annotations

from msgspec.structs import replace

from dgrid_translate.ir.parts import AnyPart, Text
from dgrid_translate.losses import At, Losses

_FAILED = "Error: "


def as_failure(parts: list[AnyPart], at: At, losses: Losses) -> list[AnyPart]:
    """The parts of a result, their first text saying that the call failed."""
    losses.approximated("tool_result_error", at, "OpenAI has no flag for it: said in the text")
    first = parts[0] if parts else Text("")
    if type(first) is not Text:
        return [Text(_FAILED.strip()), *parts]
    return [replace(first, text=_FAILED + first.text), *parts[1:]]
