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

    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


@final
class ServerToolUsage(Wire):
    """`usage.server_tool_use`."""

    web_search_requests: int = 0
    web_fetch_requests: int = 0


@final
class OutputTokensDetails(Wire):
    """`usage.output_tokens_details`."""

    thinking_tokens: int | None = None


@final
class Usage(Wire):
    """`usage`; the input count leaves out what was read from and written to the cache.

    Who wants to know whether a count was left out or said to be null finds it in the `Raw` that this is read from.
    """

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: OutputTokensDetails | UnsetType = UNSET
    cache_creation: CacheCreation | UnsetType = UNSET
    server_tool_use: ServerToolUsage | UnsetType = UNSET
    service_tier: str | None = None
    inference_geo: str | None = None
    iterations: Raw | UnsetType = UNSET
