"""Members that nobody knows, in places where what stands around them is understood: named wherever they are lost."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, translate

SCHEMA = {"type": "object", "properties": {}}
TOOL = {"type": "function", "name": "f", "parameters": SCHEMA, "strict": False}
ASKED: dict[str, Any] = {"model": "m", "input": "x", "tools": [TOOL]}
CHAT: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "x"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}],
}
NAMED = {"type": "function", "function": {"name": "f", "a": 1}, "b": 2}
SEVERAL = {"mode": "auto", "c": 1, "tools": [{"type": "function", "function": {"name": "f", "d": 1}, "e": 1}]}
CLAUDE = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
CONTENTS = [{"role": "user", "parts": [{"text": "x"}]}]
PIECE = {"type": "text", "text": "t"}
DETAIL = {"type": "reasoning.text", "text": "t", "format": None, "index": 0}
PICK = {"token": "a", "logProbability": -1}
TOKEN = {"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": []}


def responses(*output: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m",
        "output": [*output], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], **more,
    }  # fmt: skip


def message(**more: Any) -> dict[str, Any]:
    text = {"type": "output_text", "text": "a", "annotations": [], **more}
    return {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [text]}


def thought(**more: Any) -> dict[str, Any]:
    return {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "t", **more}]}


def completion(**more: Any) -> dict[str, Any]:
    said = {"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": "stop", **more}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [said]}


def generated(**more: Any) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": "a"}]}
    return {"candidates": [{"content": content, "finishReason": "STOP", "index": 0, **more}]}


CASES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    (
        "openai-responses",
        "request",
        ASKED | {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [TOOL | {"x": 1}]}},
        {"tool_choice.tools.x"},
    ),
    ("openai", "request", CHAT | {"tool_choice": NAMED}, {"tool_choice.b", "tool_choice.function.a"}),
    (
        "openai",
        "request",
        CHAT | {"tool_choice": {"type": "allowed_tools", "allowed_tools": SEVERAL}},
        {f"tool_choice.allowed_tools.{key}" for key in ("c", "tools.e", "tools.function.d")},
    ),
    (
        "openai-responses",
        "response",
        responses(status="incomplete", incomplete_details={"reason": "max_output_tokens", "x": 1}),
        {"incomplete_details"},
    ),
    ("openai-responses", "response", responses(thought(x=1), message()), {"output[0].summary"}),
    (
        "openai-responses",
        "response",
        responses(message(logprobs=[TOKEN | {"x": 1}])),
        {"output[0].content[0].logprobs"},
    ),
    ("openai", "response", completion(logprobs={"content": [TOKEN | {"x": 1}]}), {"choices[0].logprobs.content"}),
    (
        "openai",
        "response",
        completion(message={"role": "assistant", "content": [{"type": "thinking", "thinking": [PIECE | {"x": 1}]}]}),
        {"choices[0].message.content[0].thinking"},
    ),
    (
        "openai",
        "response",
        completion(message={"role": "assistant", "content": "a", "reasoning_details": [DETAIL | {"x": 1}]}),
        {"choices[0].message.reasoning_details[0].x"},
    ),
    ("claude", "request", CLAUDE | {"tool_choice": {"type": "auto", "x": 1}}, {"tool_choice.x"}),
    (
        "gemini",
        "request",
        {"contents": CONTENTS, "toolConfig": {"functionCallingConfig": {"mode": "AUTO", "x": 1}}},
        {"toolConfig.functionCallingConfig.x"},
    ),
    (
        "openai-responses",
        "response",
        responses(message(), message(logprobs=[TOKEN]), message(logprobs=[TOKEN | {"x": 1}])),
        {"output[2].content[0].logprobs"},
    ),
    (
        "gemini",
        "response",
        generated(logprobsResult={"chosenCandidates": [PICK | {"x": 1}], "topCandidates": [{"candidates": [PICK]}]}),
        {"candidates[0].logprobsResult.chosenCandidates"},
    ),
    (
        "gemini",
        "response",
        generated(logprobsResult={"chosenCandidates": [PICK], "topCandidates": [{"candidates": [PICK], "x": 1}]}),
        {"candidates[0].logprobsResult.topCandidates"},
    ),
    (
        "gemini",
        "response",
        generated(logprobsResult={"chosenCandidates": [], "x": 1}),
        {"candidates[0].logprobsResult.x"},
    ),
    (
        "gemini",
        "response",
        generated() | {"usageMetadata": {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1, "x": 1}]}},
        {"usageMetadata.promptTokensDetails"},
    ),
]


@pytest.mark.parametrize(("source", "kind", "body", "paths"), CASES)
def test_they_are_named(source: str, kind: Any, body: dict[str, Any], paths: set[str]) -> None:
    for target in sorted({"openai", "openai-responses", "gemini"} - {source}):
        losses: list[Loss] = []
        translate(body, to=target, source=source, kind=kind, losses=losses, now=1)
        named = {loss.path for loss in losses if loss.kind == "dropped"}
        assert paths <= named
        assert "output[1].content[0].logprobs" not in named


@pytest.mark.parametrize(("source", "kind", "body", "paths"), CASES)
def test_nothing_is_named_where_they_are_not(source: str, kind: Any, body: dict[str, Any], paths: set[str]) -> None:
    def known(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: known(member) for key, member in value.items() if key not in ("a", "b", "c", "d", "e", "x")}
        return [known(item) for item in value] if isinstance(value, list) else value

    losses: list[Loss] = []
    target = "openai" if source == "openai-responses" else "openai-responses"
    translate(known(body), to=target, source=source, kind=kind, losses=losses, now=1)
    assert not paths & {loss.path for loss in losses if loss.kind == "dropped"}
