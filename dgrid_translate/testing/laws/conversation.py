"""Laws of whole conversations: calls meet their results, nothing private leaks."""

from __future__ import annotations

import json
import re
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.ir.parts import ToolCall, ToolResult
from dgrid_translate.ir.request import CustomTool, FunctionTool, Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import Loss, Losses, render_path
from dgrid_translate.testing.laws.continuity import signatures
from dgrid_translate.testing.laws.silent_loss import named, show_body
from dgrid_translate.testing.laws.turn import Named, dialect_of, dumped, name_of, parsed, turned
from dgrid_translate.testing.places import is_array, is_object, leaves
from dgrid_translate.testing.strategies.common import JSONObject

# ------------------------------------------------------------------------------------------------------- pairing


def _calls(request: Request) -> list[ToolCall]:
    return [part for message in request.messages for part in message.parts if isinstance(part, ToolCall)]


def _matches(request: Request) -> list[int]:
    """For each result in order of its call: the number of the call it answers, -1 for none."""
    calls = _calls(request)
    numbers = {call.id: number for number, call in enumerate(calls)}
    results = [part for message in request.messages for part in message.parts if isinstance(part, ToolResult)]
    return sorted(numbers.get(result.call_id, -1) for result in results)


def pairing(source: Named, target: Named, request: JSONObject) -> None:
    """Calls and results still match in the target, in order; ids and names are legal; answers get the names back."""
    origin, goal = dialect_of(source), dialect_of(target)
    pair = f"{name_of(source)} -> {name_of(target)}"
    sent, losses, _ = turned(source, target, "request", request)
    before, after = origin.decode_request(dumped(request)), goal.decode_request(dumped(sent))
    if goal.profile.name in TOOLLESS:
        _all_named(before, losses, pair)
        return
    calls = _calls(after)
    problems: list[str] = []
    if len(calls) != len(_calls(before)):
        problems.append(f"{len(_calls(before))} calls became {len(calls)}")
    if len({call.id for call in calls}) != len(calls):
        problems.append(f"call ids are not unique: {[call.id for call in calls]}")
    if _matches(after) != _matches(before):
        problems.append(f"results answered the calls {_matches(before)}, now {_matches(after)}")
    rule = goal.profile.names
    names = [call.name for call in calls]
    names += [tool.name for tool in after.tools or () if isinstance(tool, FunctionTool | CustomTool)]
    if origin.profile.name == goal.profile.name:
        names = []  # a namespace stands before some names, apart from them
    problems += [
        f"illegal tool name {name!r}"
        for name in names
        if len(name) > rule.length or not re.fullmatch(rule.pattern, name)
    ]
    if goal.profile.name == "claude":
        problems += [f"illegal id {call.id!r}" for call in calls if not re.fullmatch(r"[A-Za-z0-9_-]+", call.id)]
    problems += _names_restored(source, target, before, after, request, losses)
    if problems:
        raise AssertionError(f"{pair}: " + "; ".join(problems) + f"\n{show_body(request)}\n{show_body(sent)}")


TOOLLESS = frozenset({"openai-completions"})
"""Dialects that have neither tools nor calls."""


def _all_named(request: Request, losses: list[Loss], pair: str) -> None:
    """Every tool, call and result is named as lost, so that no half of a pair is left."""
    parts = [part for message in request.messages for part in message.parts if isinstance(part, ToolCall | ToolResult)]
    silent = [node.at for node in (*parts, *(request.tools or ())) if not named(node.at, losses)]
    if silent:
        raise AssertionError(f"{pair}: not named as lost: {[render_path(at) for at in silent]}")


def _names_restored(
    source: Named, target: Named, before: Request, after: Request, request: JSONObject, losses: list[Loss]
) -> list[str]:
    """The target calls each tool by the name it was given; the source must hear its own."""
    dropped = {loss.path for loss in losses if loss.kind == "dropped"}
    given = [tool for tool in after.tools or () if isinstance(tool, FunctionTool | CustomTool)]
    meant = [
        tool.name
        for tool in before.tools or ()
        if isinstance(tool, FunctionTool | CustomTool) and render_path(tool.at) not in dropped
    ]
    if len(given) != len(meant):
        return [f"the tools {meant} became {[tool.name for tool in given]}"]
    if not given:
        return []
    parts = [ToolCall(f"call_{at}", tool.name, "{}") for at, tool in enumerate(given) if isinstance(tool, FunctionTool)]
    goal = dialect_of(target)
    answer = Response(goal.profile.name, [Candidate(0, [*parts], FinishReason("tool_calls"))], id="r", model="m")
    body = parsed(goal.encode_response(answer, Losses(), None, 0))
    heard = dialect_of(source).decode_response(dumped(turned(target, source, "response", body, request).body))
    back = [part.name for part in heard.candidates[0].parts if isinstance(part, ToolCall)]
    wanted = [name for name, tool in zip(meant, given, strict=True) if isinstance(tool, FunctionTool)]
    return [] if back == wanted else [f"the answer calls {back}, the tools are {wanted}"]


# ------------------------------------------------------------------------------------------------------- no leak

PRIVATE: dict[str, frozenset[str]] = {
    "openai": frozenset(
        [
            "prompt_cache_breakpoint",
            "logit_bias",
            "prompt_cache_key",
            "web_search_options",
            "system_fingerprint",
            "verbosity",
            "prediction",
            "finish_reason",
            "tool_call_id",
            "json_schema",
            "reasoning_details",
            "extra_content",
        ]
    ),
    "openai-completions": frozenset(
        [
            "best_of",
            "suffix",
            "logit_bias",
            "system_fingerprint",
            "finish_reason",
            "token_logprobs",
            "text_offset",
        ]
    ),
    "openai-responses": frozenset(
        [
            "call_id",
            "created_at",
            "encrypted_content",
            "incomplete_details",
            "input_tokens_details",
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "previous_response_id",
            "prompt_cache_breakpoint",
            "prompt_cache_key",
            "truncation",
            "verbosity",
        ]
    ),
    "claude": frozenset(
        [
            "tool_use_id",
            "redacted_thinking",
            "encrypted_content",
            "encrypted_index",
            "input_schema",
            "stop_sequences",
            "disable_parallel_tool_use",
            "cache_creation",
        ]
    ),
    "gemini": frozenset(
        [
            "thoughtSignature",
            "thought_signature",
            "functionCall",
            "function_call",
            "inlineData",
            "groundingMetadata",
            "safetySettings",
            "generationConfig",
            "functionDeclarations",
            "executableCode",
        ]
    ),
    "ui-message": frozenset(
        [
            "toolCallId",
            "toolChoice",
            "inputSchema",
            "errorText",
            "rawInput",
            "sourceId",
            "providerExecuted",
            "providerMetadata",
            "callProviderMetadata",
            "resultProviderMetadata",
            "providerOptions",
            "messageMetadata",
            "messageId",
            "trigger",
            "webSearch",
        ]
    ),
}
"""Keys that only one vendor has; the documented conventions below aside."""

CONVENTIONS = {
    "openai": frozenset({"thought_signature", "function_call", "cache_control"}),
    "openai-responses": frozenset[str](),
    "claude": frozenset[str](),
    "gemini": frozenset[str](),
    # Under `providerMetadata`, each vendor's own words under its own name.
    "ui-message": frozenset({"thoughtSignature", "encrypted_index"}),
}


_FREE = frozenset({"args", "input", "response", "properties", "parameters", "metadata", "labels"})


def _keys(value: Any, free: frozenset[str]) -> set[str]:
    if is_array(value):
        return set[str]().union(*(_keys(item, free) for item in value))
    if is_object(value):
        return set(value).union(*(_keys(child, free) for key, child in value.items() if key not in free))
    return set()


def no_leak(source: Named, target: Named, kind: Kind, body: JSONObject) -> None:
    """No key that is the source's alone, nor one of nobody's, stands in the target; no signature poses as another's."""
    origin, goal = name_of(source), name_of(target)
    if origin == goal:
        return
    made = turned(source, target, kind, body).body
    foreign = set[str]().union(*(keys for name, keys in PRIVATE.items() if name != goal))
    foreign -= PRIVATE.get(goal, frozenset()) | CONVENTIONS.get(goal, frozenset())
    # In a UI message, tool parts hold what other vendors' own tools take and give as it came.
    free = _FREE | {"output"} if goal == "ui-message" else _FREE
    keys = set(made).union(*(_keys(child, free) for key, child in made.items() if key == "input" or key not in free))
    leaked = keys & (foreign | {"x_new", "futureField", "hologram"})
    posing: set[str] = set()
    if not {"openai", "ui-message"} & {origin, goal}:  # their fields name the vendor they hold for
        posing = set(signatures(origin, body)) & set(signatures(goal, made))
    if leaked or posing:
        raise AssertionError(
            f"{origin} -> {goal} {kind} leaks {sorted(leaked)} {sorted(posing)}\n{show_body(body)}\n{show_body(made)}"
        )


def text_of(body: JSONObject) -> str:
    """All strings of a body, for looking things up."""
    return json.dumps([leaf for _, leaf in leaves(body) if isinstance(leaf, str)], ensure_ascii=False)
