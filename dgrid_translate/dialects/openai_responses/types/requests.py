"""The body of a request."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType, field

from dgrid_translate.dialects.openai_responses.types.items import EasyItems, Items, MarkedItems, RawItems
from dgrid_translate.shared.wire import Number, Wire


class Tool(Wire):
    """One of `tools`, of any type; the members that stand apart are of tools that OpenAI runs."""

    type: str
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    parameters: Raw | UnsetType = UNSET
    strict: bool | UnsetType | None = UNSET
    format: Raw | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    allowed_callers: Raw | UnsetType = UNSET
    async_: Raw | UnsetType = field(default=UNSET, name="async")
    defer_loading: Raw | UnsetType = UNSET
    output_schema: Raw | UnsetType = UNSET

    allowed_tools: Raw | UnsetType = UNSET
    container: Raw | UnsetType = UNSET
    execution: Raw | UnsetType = UNSET
    external_web_access: Raw | UnsetType = UNSET
    filters: Raw | UnsetType = UNSET
    require_approval: Raw | UnsetType = UNSET
    search_context_size: Raw | UnsetType = UNSET
    server_description: Raw | UnsetType = UNSET
    server_label: Raw | UnsetType = UNSET
    server_url: Raw | UnsetType = UNSET
    user_location: Raw | UnsetType = UNSET
    vector_store_ids: Raw | UnsetType = UNSET


class ToolReference(Wire):
    """A tool in a choice."""

    type: str
    name: str | UnsetType = UNSET
    namespace: str | UnsetType = UNSET


class NamedToolChoice(Wire):
    """A `tool_choice` that is an object."""

    type: str
    name: str | UnsetType = UNSET
    namespace: str | UnsetType = UNSET
    mode: str | UnsetType = UNSET
    tools: list[ToolReference] | UnsetType = UNSET


ToolChoice = str | NamedToolChoice


class Format(Wire):
    """`text.format`."""

    type: str
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    schema: Raw | UnsetType = UNSET
    strict: bool | UnsetType | None = UNSET


class TextConfig(Wire):
    """`text`."""

    format: Format | UnsetType = UNSET
    verbosity: Raw | UnsetType = UNSET


class Reasoning(Wire):
    """`reasoning`."""

    effort: str | UnsetType | None = UNSET
    summary: str | UnsetType | None = UNSET
    generate_summary: str | UnsetType | None = UNSET
    context: Raw | UnsetType = UNSET
    mode: Raw | UnsetType = UNSET


class Settings(Wire):
    """The body of `POST /v1/responses` but for its `input`."""

    model: str | UnsetType = UNSET
    instructions: str | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    tool_choice: Raw | UnsetType = UNSET
    parallel_tool_calls: bool | UnsetType = UNSET
    max_output_tokens: int | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    top_p: Number | UnsetType = UNSET
    top_logprobs: int | UnsetType = UNSET
    text: TextConfig | UnsetType = UNSET
    reasoning: Reasoning | UnsetType = UNSET
    user: str | UnsetType = UNSET
    safety_identifier: str | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    service_tier: str | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    include: Raw | UnsetType = UNSET
    background: Raw | UnsetType = UNSET
    conversation: Raw | UnsetType = UNSET
    max_tool_calls: Raw | UnsetType = UNSET
    moderation: Raw | UnsetType = UNSET
    previous_response_id: Raw | UnsetType = UNSET
    prompt: Raw | UnsetType = UNSET
    prompt_cache_key: Raw | UnsetType = UNSET
    prompt_cache_options: Raw | UnsetType = UNSET
    prompt_cache_retention: Raw | UnsetType = UNSET
    store: Raw | UnsetType = UNSET
    stream_options: Raw | UnsetType = UNSET
    truncation: Raw | UnsetType = UNSET


CARRIED = (
    "background",
    "conversation",
    "max_tool_calls",
    "moderation",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "store",
    "stream_options",
    "truncation",
)
"""Members that nobody but OpenAI understands: they are kept as they came."""


@final
class Params(Settings):
    """A request whose items all say their type."""

    input: str | Items | UnsetType = UNSET


@final
class MarkedParams(Settings, kw_only=True):
    """A request whose messages without a type were marked."""

    input: MarkedItems


@final
class EasyParams(Settings, kw_only=True):
    """A request that holds messages without a type alone."""

    input: EasyItems


@final
class MixedParams(Settings):
    """Any other request: its items are told apart one by one."""

    input: str | RawItems | UnsetType = UNSET


AnyParams = Params | EasyParams | MarkedParams | MixedParams
