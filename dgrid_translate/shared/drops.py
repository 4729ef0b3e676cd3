"""Naming what a target has no place for."""

from __future__ import annotations

from collections.abc import Iterable

from dgrid_translate.ir.parts import (
    AnyPart,
    Citation,
    Media,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.ir.response import Logprobs
from dgrid_translate.losses import Losses

SLUGS: dict[type[Part], str] = {
    Text: "text",
    Reasoning: "reasoning",
    Refusal: "refusal",
    ToolCall: "tool_call",
    ToolResult: "tool_result",
    ServerToolCall: "server_tool_call",
    ServerToolResult: "server_tool_result",
    Media: "media",
    Opaque: "unknown_block",
}


def drop_part(part: AnyPart, losses: Losses) -> None:
    """Name a part that the target cannot hold at all."""
    match part:
        case Media():
            losses.dropped(part.kind, part.at)
        case Opaque() | ServerToolCall() | ServerToolResult():
            losses.dropped(SLUGS[type(part)], part.at, f"{part.dialect}'s own")
        case _:
            losses.dropped(SLUGS[type(part)], part.at)


def drop_logprobs(logprobs: Logprobs, losses: Losses, detail: str = "") -> None:
    """Name log probabilities that the target cannot hold."""
    for at in (logprobs.at, *logprobs.others):
        losses.dropped("logprobs", at, detail)


def drop_citations(citations: Iterable[Citation] | None, losses: Losses) -> None:
    """Name citations that the target cannot hold."""
    for citation in citations or ():
        losses.dropped("citation", citation.at)
        if citation.source_at:
            losses.dropped("citation", citation.source_at)
