"""What Chat Completions is, as data; sources are named in the package's docstring."""

from __future__ import annotations

from types import MappingProxyType

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.openai.framing import FRAMING

NAME = "openai"


PROFILE = Profile(
    name=NAME,
    aliases=("openai-chat",),
    framing=FRAMING,
    names=NameRule(r"[A-Za-z0-9_-]+", r"[^A-Za-z0-9_-]", 64),
    custom_tools=True,
    paths=("/v1/chat/completions",),
    auth_headers=("authorization",),
    marks=(
        Mark("request", ("messages",)),
        Mark("response", ("choices",), "object", ("chat.completion",)),
        Mark("event", ("choices",), "object", ("chat.completion.chunk",)),
        Mark("error", ("error",)),
    ),
    members=frozenset(
        [
            "audio",
            "frequency_penalty",
            "function_call",
            "functions",
            "logit_bias",
            "logprobs",
            "max_completion_tokens",
            "max_tokens",
            "messages",
            "metadata",
            "modalities",
            "model",
            "moderation",
            "n",
            "parallel_tool_calls",
            "prediction",
            "presence_penalty",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning_effort",
            "response_format",
            "safety_identifier",
            "seed",
            "service_tier",
            "stop",
            "store",
            "stream",
            "stream_options",
            "temperature",
            "tool_choice",
            "tools",
            "top_logprobs",
            "top_p",
            "user",
            "verbosity",
            "web_search_options",
        ]
    ),
    provider_tools=r"(?!)",
)

SERVICE_TIERS = frozenset({"auto", "default", "flex", "scale", "priority", "fast"})

PLACES = MappingProxyType[str, At](
    {
        "max_tokens": ("max_completion_tokens",),
        "output": ("response_format",),
        "reasoning.effort": ("reasoning_effort",),
        "reasoning.mode": ("reasoning_effort",),
        "include_usage": ("stream_options", "include_usage"),
    }
)
LEGACY_PLACES = MappingProxyType[str, At]({**PLACES, "max_tokens": ("max_tokens",)})

FINISH: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
FINISH_BACK: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "pause": "stop",
    "error": "stop",
    "other": "stop",
}

# https://openrouter.ai/docs/use-cases/reasoning-tokens: `format` of a reasoning detail says whose it is.
ORIGINS = {
    "anthropic-claude-v1": "anthropic",
    "google-gemini-v1": "google",
    "openai-responses-v1": "openai",
    "azure-openai-responses-v1": "azure",
    "xai-responses-v1": "xai",
}
SEALING = frozenset({"openai", "azure", "xai"})
"""Vendors whose reasoning state is sealed data rather than a signature under the text."""
FORMATS = {origin: form for form, origin in ORIGINS.items()}
