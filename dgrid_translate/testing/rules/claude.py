"""Claude Messages: which requests and responses are right.

check_request(body)                            what the API takes under anthropic-version 2023-06-01
check_request(body, version="2026-10-21")      what it takes under the newer one
check_request(body, official=True)             with nothing in it that api.anthropic.com does not know
check_response(body)                           what a client may count on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import claude_messages as in_messages
from dgrid_translate.testing.rules import claude_params as in_params
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import Json, integer, kind_of, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from dgrid_translate.losses import At

STOP_REASONS = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    "compaction",
)
CITATIONS = (
    "char_location",
    "page_location",
    "content_block_location",
    "web_search_result_location",
    "search_result_location",
)
COUNTS = ("input_tokens", "output_tokens")
CACHE_COUNTS = ("cache_creation_input_tokens", "cache_read_input_tokens")


def envelope(body: Json) -> Findings:
    """The id and model are strings, type is message, role assistant, content an array [types]."""
    for key in ("id", "model"):
        if not isinstance(body.get(key), str):
            yield (key,), f"{key} is a string, not {shown(body.get(key))}"
    if body.get("type") != "message":
        yield ("type",), f"type is message, not {shown(body.get('type'))}"
    if body.get("role") != "assistant":
        yield ("role",), f"role is assistant, not {shown(body.get('role'))}"
    if not isinstance(body.get("content"), list):
        yield ("content",), f"content is an array, not {shown(body.get('content'))}"


def stop_reason(body: Json) -> Findings:
    """stop_reason is one of the known words [types]."""
    if not one_of(body.get("stop_reason"), STOP_REASONS):
        yield ("stop_reason",), f"unknown stop_reason {shown(body.get('stop_reason'))}"


def stop_sequence(body: Json) -> Findings:
    """stop_sequence is there exactly when it is the reason [docs]."""
    if (body.get("stop_reason") == "stop_sequence") != isinstance(body.get("stop_sequence"), str):
        yield (
            ("stop_sequence",),
            f"stop_sequence is {shown(body.get('stop_sequence'))} beside {body.get('stop_reason')}",
        )


def stop_calls(body: Json) -> Findings:
    """A reason of tool_use has a call; an answer with calls does not say end_turn, or agent loops stop [docs]."""
    calls = any(kind_of(block) == "tool_use" for _, block in objects(body.get("content")))
    if body.get("stop_reason") == "tool_use" and not calls:
        yield ("stop_reason",), "the reason is tool_use, yet no block calls"
    if body.get("stop_reason") == "end_turn" and calls:
        yield ("stop_reason",), "a block calls a tool, yet the reason is end_turn"


def block_text(body: Json) -> Findings:
    """Text, thinking and redacted thinking hold a string; thinking is signed [types]."""
    for at, block in objects(body.get("content"), "content"):
        member = in_messages.TEXT_OF.get(kind_of(block))
        if member and not isinstance(block.get(member), str):
            yield (*at, member), f"{member} is a string, not {shown(block.get(member))}"
        if kind_of(block) == "thinking" and not isinstance(block.get("signature"), str):
            yield (*at, "signature"), "a thinking block is signed"


def tool_use(body: Json) -> Findings:
    """A call has a legal id, a name, and an object for input; ids are unique [docs]."""
    seen: set[str] = set()
    for at, block in objects(body.get("content"), "content"):
        if kind_of(block) in in_messages.CALLS:
            yield from in_messages.call_findings(at, block, seen)


def known_kind(body: Json) -> Findings:
    """Blocks and citations are of kinds that the API has [types]."""
    for at, block in objects(body.get("content"), "content"):
        if not one_of(block.get("type"), in_messages.KINDS):
            yield (*at, "type"), f"unknown block {shown(block.get('type'))}"
        for place, citation in objects(block.get("citations"), *at, "citations"):
            yield from citation_findings(citation, place)


def usage(body: Json) -> Findings:
    """Usage counts input and output; what it splits adds up [types]."""
    yield from usage_findings(body.get("usage"), ("usage",), COUNTS)


REQUEST: tuple[Rule[Json], ...] = (
    in_messages.messages,
    in_messages.first_message,
    in_messages.content,
    in_messages.empty_text,
    in_messages.block_kind,
    in_messages.block_text,
    in_messages.tool_use,
    in_messages.tool_order,
    in_messages.media,
    in_messages.system,
    in_messages.system_message,
    in_params.required,
    in_params.stop_sequences,
    in_params.metadata,
    in_params.output_config,
    in_params.effort_level,
    in_params.strict_schema,
    in_params.sampling,
    in_params.thinking_kind,
    in_params.thinking_budget,
    in_params.thinking_sampling,
    in_params.thinking_choice,
    in_params.forced_choice,
    in_params.prefill,
    in_params.tools,
    in_params.input_schema,
    in_params.tool_choice,
    in_params.cache_control,
)
SINCE_2026_10_21: tuple[Rule[Json], ...] = (
    in_params.no_sampling,
    in_messages.assistant_document,
    in_messages.user_citations,
)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (in_messages.known_kind, in_params.unknown_param)
RESPONSE: tuple[Rule[Json], ...] = (
    envelope,
    stop_reason,
    stop_sequence,
    stop_calls,
    block_text,
    tool_use,
    usage,
)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = (known_kind,)


def check_request(body: Json, *, official: bool = False, version: str = "2023-06-01") -> list[Violation]:
    """What is wrong with a request body; `version` is the anthropic-version header it goes with."""
    rules = REQUEST + (SINCE_2026_10_21 if version >= "2026-10-21" else ())
    return judge(rules + OFFICIAL_REQUEST if official else rules, body)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a (non-stream) response body."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def citation_findings(citation: Json, at: At) -> Findings:
    """What is wrong with one citation."""
    if not one_of(citation.get("type"), CITATIONS):
        yield (*at, "type"), f"unknown citation {shown(citation.get('type'))}"
    if string(citation.get("cited_text")) is None:
        yield (*at, "cited_text"), "a citation says what it cites"


def usage_findings(usage: object, at: At, needed: tuple[str, ...]) -> Findings:
    """What is wrong with a usage object that must have these counts."""
    it = obj(usage)
    for key in needed:
        if integer(it.get(key)) is None:
            yield (*at, key), f"{key} is a count, not {shown(it.get(key))}"
    for key in COUNTS + CACHE_COUNTS:
        if (integer(it.get(key)) or 0) < 0:
            yield (*at, key), f"{key} is below zero"
    split = [count for value in obj(it.get("cache_creation")).values() if (count := integer(value)) is not None]
    if split and sum(split) != (integer(it.get("cache_creation_input_tokens")) or 0):
        yield (*at, "cache_creation"), "the split by lifetime does not add up to cache_creation_input_tokens"
    thought = integer(obj(it.get("output_tokens_details")).get("thinking_tokens")) or 0
    if thought > (integer(it.get("output_tokens")) or 0):
        yield (*at, "output_tokens_details", "thinking_tokens"), "thinking_tokens is part of output_tokens"
