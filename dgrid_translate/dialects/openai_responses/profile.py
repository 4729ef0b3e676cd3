"""What Responses is, as data; sources are named in the package's docstring."""

from __future__ import annotations

from types import MappingProxyType

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.sse import Framing

NAME = "openai-responses"
ORIGIN = "openai"
"""Whose the reasoning state is that this dialect's upstreams seal."""

_EVENTS = (
    "response.audio.delta",
    "response.audio.done",
    "response.audio.transcript.delta",
    "response.audio.transcript.done",
    "response.code_interpreter_call.completed",
    "response.code_interpreter_call.in_progress",
    "response.code_interpreter_call.interpreting",
    "response.code_interpreter_call_code.delta",
    "response.code_interpreter_call_code.done",
    "response.compaction.compacting",
    "response.completed",
    "response.content_part.added",
    "response.content_part.done",
    "response.created",
    "response.custom_tool_call_input.delta",
    "response.custom_tool_call_input.done",
    "response.failed",
    "response.file_search_call.completed",
    "response.file_search_call.in_progress",
    "response.file_search_call.searching",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.image_generation_call.completed",
    "response.image_generation_call.generating",
    "response.image_generation_call.in_progress",
    "response.image_generation_call.partial_image",
    "response.in_progress",
    "response.incomplete",
    "response.mcp_call.completed",
    "response.mcp_call.failed",
    "response.mcp_call.in_progress",
    "response.mcp_call_arguments.delta",
    "response.mcp_call_arguments.done",
    "response.mcp_list_tools.completed",
    "response.mcp_list_tools.failed",
    "response.mcp_list_tools.in_progress",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_text.annotation.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.queued",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_part.done",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_text.delta",
    "response.reasoning_text.done",
    "response.refusal.delta",
    "response.refusal.done",
    "response.shell_call_command.added",
    "response.shell_call_command.delta",
    "response.shell_call_command.done",
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
    "response.web_search_call.completed",
    "response.web_search_call.in_progress",
    "response.web_search_call.searching",
)
EVENTS = frozenset({*_EVENTS, "error"})
"""The 59 events there are; those the decoder passes over repeat what the others say or report progress."""

PROFILE = Profile(
    name=NAME,
    aliases=("responses",),
    framing=Framing(
        event_line=True,
        terminator=b"",
        keepalive=b": keep-alive\n\n",
        # Quoted, since instructions may speak of them; at the beginning of a line, since tools may have an `error`.
        ends=(b'"response.completed"', b'"response.incomplete"', b'"response.failed"', b'"response.cancelled"')
        + (b"\nevent: error", b'"type":"error"', b'"type": "error"', b'\ndata: {"error":'),
    ),
    names=NameRule(r"[A-Za-z0-9_-]+", r"[^A-Za-z0-9_-]", 64),
    custom_tools=True,
    paths=("/v1/responses",),
    auth_headers=("authorization",),
    marks=(
        Mark("request", ("input",)),
        Mark("response", ("output",), "object", ("response",)),
        Mark("event", ("type",), "type", _EVENTS),
        Mark("event", ("type", "sequence_number"), "type", ("error",)),
    ),
    members=frozenset(
        [
            "access_programs",
            "background",
            "context_management",
            "conversation",
            "image",
            "include",
            "input",
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "metadata",
            "model",
            "moderation",
            "parallel_tool_calls",
            "previous_response_id",
            "prompt",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning",
            "safety_identifier",
            "service_tier",
            "store",
            "stream",
            "stream_options",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_logprobs",
            "top_p",
            "truncation",
            "user",
        ]
    ),
    provider_tools=(
        r"(web_search|file_search|code_interpreter|image_generation|mcp|computer|shell|local_shell|apply_patch|"
        r"tool_search|programmatic_tool_calling|namespace)(_.*)?"
    ),
)

SERVICE_TIERS = frozenset({"auto", "default", "flex", "scale", "priority", "fast", "ultrafast"})

PLACES = MappingProxyType[str, At](
    {
        "max_tokens": ("max_output_tokens",),
        "output": ("text", "format"),
        "reasoning.effort": ("reasoning", "effort"),
        "reasoning.mode": ("reasoning", "effort"),
        "reasoning.visible": ("reasoning", "summary"),
        "logprobs": ("include",),
    }
)
RESPONSE_PLACES = MappingProxyType[str, At]({"created": ("created_at",)})

INCOMPLETE: dict[str, Finish] = {
    "max_output_tokens": "length",
    "content_filter": "content_filter",
    "max_messages": "pause",
}
"""Why an answer is `incomplete`."""
INCOMPLETE_BACK: dict[Finish, str] = {finish: reason for reason, finish in INCOMPLETE.items()}
