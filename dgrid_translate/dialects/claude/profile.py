"""What the Messages API is, as data, and what each family of models takes; sources are in the package's docstring."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.error import ErrorKind
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.sse import Framing

NAME = "claude"
ORIGIN = "anthropic"

PROFILE = Profile(
    name=NAME,
    aliases=("anthropic", "messages"),
    framing=Framing(
        event_line=True,
        terminator=b"",
        keepalive=b'event: ping\ndata: {"type":"ping"}\n\n',
        ends=(b'"message_stop"', b'"stop_reason":"', b'"stop_reason": "', b'"error"'),
    ),
    names=NameRule(r"[A-Za-z0-9_-]+", r"[^A-Za-z0-9_-]", 128),
    custom_tools=False,
    paths=("/v1/messages",),
    auth_headers=("x-api-key", "authorization"),
    marks=(
        Mark("request", ("messages",)),
        Mark("response", ("content",), "type", ("message",)),
        Mark(
            "event",
            ("type",),
            "type",
            (
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop",
                "ping",
            ),
        ),
        Mark("error", ("error",), "type", ("error",)),
    ),
    members=frozenset(
        [
            "betas",
            "billing_policy",
            "cache_control",
            "compaction",
            "container",
            "context_management",
            "diagnostics",
            "fallback_credit_token",
            "fallbacks",
            "inference_geo",
            "max_tokens",
            "mcp_servers",
            "messages",
            "metadata",
            "model",
            "output_config",
            "output_format",
            "service_tier",
            "speed",
            "stop_sequences",
            "stream",
            "system",
            "temperature",
            "thinking",
            "thread",
            "tool_choice",
            "tools",
            "top_k",
            "top_p",
        ]
    ),
    request_headers=(("anthropic-version", "2023-06-01"),),
    request_id="request-id",
    provider_tools=r"[a-z_]+_20\d{6}|mcp_toolset|tool_search_tool_(?:bm25|regex)",
    answers_as_asked=True,
)

PLACES = MappingProxyType[str, At](
    {
        "stop": ("stop_sequences",),
        "reasoning.mode": ("thinking", "type"),
        "reasoning.budget": ("thinking", "budget_tokens"),
        "reasoning.visible": ("thinking", "display"),
        "reasoning.effort": ("output_config", "effort"),
        "output": ("output_config", "format"),
        "parallel_tool_calls": ("tool_choice", "disable_parallel_tool_use"),
        "user": ("metadata", "user_id"),
    }
)
RESPONSE_PLACES = MappingProxyType[str, At]({"service_tier": ("usage", "service_tier")})

FINISH: dict[str, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
    "pause_turn": "pause",
}
FINISH_BACK: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "pause": "pause_turn",
    "error": "end_turn",
    "other": "end_turn",
}

ERRORS: dict[ErrorKind, str] = {
    "invalid_request": "invalid_request_error",
    "authentication": "authentication_error",
    "billing": "billing_error",
    "permission": "permission_error",
    "not_found": "not_found_error",
    "timeout": "timeout_error",
    "conflict": "conflict_error",
    "too_large": "request_too_large",
    "unprocessable": "invalid_request_error",
    "rate_limit": "rate_limit_error",
    "cancelled": "api_error",
    "server": "api_error",
    "unavailable": "overloaded_error",
    "overloaded": "overloaded_error",
}

TIERS = {"standard": "default"}
"""usage.service_tier -> the word that the others use."""
REQUEST_TIERS = {"standard_only": "default"}
REQUEST_TIERS_BACK = {"auto": "auto", "default": "standard_only", "standard": "standard_only", "priority": "auto"}

MIN_BUDGET = 1024
IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
MAGIC = {
    "iVBOR": "image/png",
    "/9j/": "image/jpeg",
    "R0lG": "image/gif",
    "UklG": "image/webp",
    "JVBER": "application/pdf",
}
"""How the base64 of each kind of file begins."""

OPENING = "(start of conversation)"
"""What a user is made to say where Claude wants a user turn first."""
GO_ON = "Continue."
"""What a user is made to say where a model takes no unfinished answer."""


class Model(Struct, frozen=True):
    """What a family of models takes.

    max_tokens: the default where a caller names no limit. sampling: temperature, top_p, top_k. both: temperature and
    top_p together. thinking: the kinds it takes. efforts: the effort words. formats: output_config.format and strict
    tools. forced: tool_choice any and tool. prefill: a last turn of the assistant. system_turns: role system.
    """

    max_tokens: int = 32_000
    sampling: bool = True
    both: bool = True
    thinking: tuple[str, ...] = ("adaptive", "enabled", "disabled")
    efforts: tuple[str, ...] = ("low", "medium", "high", "xhigh", "max")
    formats: bool = True
    forced: bool = True
    prefill: bool = True
    system_turns: bool = False


_FROM_4_7 = Model(sampling=False, prefill=False, thinking=("adaptive", "disabled"))
_ADAPTIVE = Model(sampling=False, prefill=False, thinking=("adaptive",))
_FREE = Model(sampling=False, prefill=False, thinking=("adaptive",), forced=False)
_BUDGET = ("enabled", "disabled")

MODELS: tuple[tuple[str, Model], ...] = (
    (r"claude-(?:instant|2|3-(?:opus|sonnet|haiku))", Model(4096, thinking=(), efforts=(), formats=False)),
    (r"claude-3-5-", Model(8192, thinking=(), efforts=(), formats=False)),
    (r"claude-3-7-", Model(thinking=_BUDGET, efforts=(), formats=False)),
    (r"claude-(?:opus|sonnet)-4(?:-0)?(?:$|-20|@|-latest)", Model(thinking=_BUDGET, efforts=(), formats=False)),
    (r"claude-opus-4-5", Model(both=False, thinking=_BUDGET, efforts=("low", "medium", "high"))),
    (r"claude-(?:opus|sonnet|haiku)-4-[1-5]", Model(both=False, thinking=_BUDGET, efforts=())),
    (r"claude-(?:opus|sonnet)-4-6", Model(both=False, efforts=("low", "medium", "high", "max"), prefill=False)),
    (r"claude-opus-4-8", Model(sampling=False, prefill=False, thinking=_FROM_4_7.thinking, system_turns=True)),
    (r"claude-sonnet-5-5", Model(sampling=False, prefill=False, thinking=("adaptive", "between_tools"), forced=False)),
    (r"claude-opus-5-5|claude-fable-5-[12]", _FREE),
    (r"claude-fable-5", _ADAPTIVE),
    (r"claude-(?:haiku-5|opus-4-7|opus-5|sonnet-5)", _FROM_4_7),
)
"""The first pattern found in a model's name counts; a name that none fits is taken to allow everything."""

_TABLE = tuple((re.compile(pattern), model) for pattern, model in MODELS)
_ANY = Model()


@lru_cache(256)
def _model(name: str) -> Model:
    name = name.lower().replace(".", "-")
    return next((model for pattern, model in _TABLE if pattern.search(name)), _ANY)


def model_of(name: str | None) -> Model:
    """What the model of that name takes; hosts put things before and after the name and write 4.5 for 4-5."""
    return _model((name or "")[:120])
