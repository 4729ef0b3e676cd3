"""Answers and what they used."""

from __future__ import annotations

from typing import Literal, final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.claude.types.content import Block
from dgrid_translate.shared.wire import Wire


@final
class Message(Wire):
    """An answer."""

    content: list[Block]
    id: str | UnsetType = UNSET
    type: Literal["message"] | UnsetType = UNSET
    role: Literal["assistant"] | UnsetType = UNSET
    model: str | UnsetType = UNSET
    stop_reason: str | UnsetType | None = UNSET
    stop_sequence: str | UnsetType | None = UNSET
    usage: Raw | UnsetType = UNSET
    stop_details: Raw | UnsetType = UNSET
    container: Raw | UnsetType = UNSET
    context_management: Raw | UnsetType = UNSET


@final
class CacheCreation(Wire):
    """`usage.cache_creation`."""

    ephemeral_5m_input_tokens: int | UnsetType = UNSET
    ephemeral_1h_input_tokens: int | UnsetType = UNSET


@final
class ServerToolUsage(Wire):
    """`usage.server_tool_use`."""

    web_search_requests: int | UnsetType = UNSET
    web_fetch_requests: int | UnsetType = UNSET


@final
class OutputTokensDetails(Wire):
    """`usage.output_tokens_details`."""

    thinking_tokens: int | UnsetType | None = UNSET


@final
class Usage(Wire):
    """`usage`; the input count leaves out what was read from and written to the cache."""

    input_tokens: int | UnsetType | None = UNSET
    cache_creation_input_tokens: int | UnsetType | None = UNSET
    cache_read_input_tokens: int | UnsetType | None = UNSET
    output_tokens: int | UnsetType | None = UNSET
    output_tokens_details: OutputTokensDetails | UnsetType = UNSET
    cache_creation: CacheCreation | UnsetType = UNSET
    server_tool_use: ServerToolUsage | UnsetType = UNSET
    service_tier: str | UnsetType | None = UNSET
    inference_geo: str | UnsetType | None = UNSET
    iterations: Raw | UnsetType = UNSET
