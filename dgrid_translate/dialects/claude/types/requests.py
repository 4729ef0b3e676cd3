"""The body of `POST /v1/messages`."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.claude.types.content import Content
from dgrid_translate.shared.wire import Number, UnknownRole, Wire


@final
class UserMessage(Wire, tag_field="role", tag="user"):
    """`user`."""

    content: Content


@final
class AssistantMessage(Wire, tag_field="role", tag="assistant"):
    """`assistant`."""

    content: Content


@final
class SystemMessage(Wire, tag_field="role", tag="system"):
    """`system` between turns."""

    content: Content


MessageParam = UserMessage | AssistantMessage | SystemMessage | UnknownRole


@final
class Tool(Wire):
    """One of `tools`: the client's own (`type` custom or left out), or one that only Anthropic knows."""

    type: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    input_schema: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET
    defer_loading: Raw | UnsetType = UNSET
    eager_input_streaming: Raw | UnsetType = UNSET


@final
class ToolChoice(Wire):
    """`tool_choice`."""

    type: str
    name: str | UnsetType = UNSET
    disable_parallel_tool_use: bool | UnsetType = UNSET


@final
class Thinking(Wire):
    """`thinking`."""

    type: str
    budget_tokens: int | UnsetType = UNSET
    display: str | UnsetType = UNSET


@final
class Format(Wire):
    """`output_config.format`."""

    type: str
    schema: Raw | UnsetType = UNSET


@final
class OutputConfig(Wire):
    """`output_config`."""

    effort: str | UnsetType = UNSET
    format: Format | UnsetType = UNSET


@final
class Metadata(Wire):
    """`metadata`."""

    user_id: str | UnsetType = UNSET


@final
class Params(Wire):
    """The body of `POST /v1/messages`."""

    messages: list[MessageParam]
    model: str | UnsetType = UNSET
    max_tokens: int | UnsetType = UNSET
    system: Content | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    tool_choice: Raw | UnsetType = UNSET
    thinking: Raw | UnsetType = UNSET
    output_config: Raw | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    top_p: Number | UnsetType = UNSET
    top_k: Number | UnsetType = UNSET
    stop_sequences: list[str] | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    service_tier: str | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET
    container: Raw | UnsetType = UNSET
    context_management: Raw | UnsetType = UNSET
    mcp_servers: Raw | UnsetType = UNSET
