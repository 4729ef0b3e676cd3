"""The body of an answer."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.openai_responses.types.items import Items, RawItems
from dgrid_translate.shared.wire import Number, Wire


class IncompleteDetails(Wire):
    """`incomplete_details`."""

    reason: str | UnsetType | None = UNSET


class ResponseMembers(Wire):
    """An answer but for its `output`; what is Raw repeats the request, or is nobody else's."""

    id: str | UnsetType | None = UNSET
    object: str | UnsetType | None = UNSET
    created_at: Number | UnsetType | None = UNSET
    status: str | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    error: Raw | UnsetType = UNSET
    incomplete_details: Raw | UnsetType = UNSET
    usage: Raw | UnsetType = UNSET
    service_tier: str | UnsetType | None = UNSET
    background: Raw | UnsetType = UNSET
    billing: Raw | UnsetType = UNSET
    completed_at: Raw | UnsetType = UNSET
    content_filters: Raw | UnsetType = UNSET
    conversation: Raw | UnsetType = UNSET
    frequency_penalty: Raw | UnsetType = UNSET
    instructions: Raw | UnsetType = UNSET
    max_output_tokens: Raw | UnsetType = UNSET
    max_tool_calls: Raw | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    moderation: Raw | UnsetType = UNSET
    parallel_tool_calls: Raw | UnsetType = UNSET
    presence_penalty: Raw | UnsetType = UNSET
    previous_response_id: Raw | UnsetType = UNSET
    prompt: Raw | UnsetType = UNSET
    prompt_cache_key: Raw | UnsetType = UNSET
    prompt_cache_options: Raw | UnsetType = UNSET
    prompt_cache_retention: Raw | UnsetType = UNSET
    reasoning: Raw | UnsetType = UNSET
    safety_identifier: Raw | UnsetType = UNSET
    store: Raw | UnsetType = UNSET
    temperature: Raw | UnsetType = UNSET
    text: Raw | UnsetType = UNSET
    tool_choice: Raw | UnsetType = UNSET
    tool_usage: Raw | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    top_logprobs: Raw | UnsetType = UNSET
    top_p: Raw | UnsetType = UNSET
    truncation: Raw | UnsetType = UNSET
    user: Raw | UnsetType = UNSET


ECHOES = (
    "background",
    "conversation",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
)
"""Members that repeat the request."""

FORMS = (*ECHOES, "completed_at", "frequency_penalty", "presence_penalty")
"""Members that tell nobody anything: echoes, what OpenAI took for its defaults, and when it was done."""


@final
class Response(ResponseMembers):
    """`response`."""

    output: Items | UnsetType = UNSET


@final
class MixedResponse(ResponseMembers):
    """`response` with items that OpenAI made itself: they are told apart one by one."""

    output: RawItems | UnsetType | None = UNSET


AnyResponse = Response | MixedResponse
