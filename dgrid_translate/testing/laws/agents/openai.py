"""Chat Completions, as DeepSeek, OpenRouter and Google's compatible endpoint serve thinking models.

DeepSeek answers 400 to a turn with calls that comes back without its `reasoning_content`; OpenRouter wants
`reasoning_details` back as they were, Google the signature on the call it was on.
"""

from __future__ import annotations

import json

from dgrid_translate.testing.laws.agents.story import (
    NEXT_QUESTION,
    QUESTION,
    ROUNDS,
    SCHEMA,
    TOOLS,
    Agent,
    Round,
    result_of,
    sealed,
)
from dgrid_translate.testing.strategies.common import JSONObject

OPENING: JSONObject = {
    "model": "m",
    "messages": [{"role": "user", "content": QUESTION}],
    "tools": [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in TOOLS],
    "reasoning_effort": "medium",
    "max_completion_tokens": 4096,
}


def _answer(told: Round, message: JSONObject) -> JSONObject:
    calls = [
        {
            "id": f"call_{call.number:024}",
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)},
        }
        for call in told.calls
    ]
    message = {"role": "assistant", "content": told.said or None, **message}
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    return {
        "id": f"chatcmpl-{told.number}",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": "m",
        "choices": [choice],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    }


def _deepseek(told: Round) -> JSONObject:
    return _answer(told, {"reasoning_content": told.thought})


def _anthropic(told: Round) -> JSONObject:
    detail = {"type": "reasoning.text", "text": told.thought, "signature": sealed("anthropic", told.number)}
    return _answer(
        told,
        {"reasoning": told.thought, "reasoning_details": [{**detail, "format": "anthropic-claude-v1", "index": 0}]},
    )


def _openai(told: Round) -> JSONObject:
    both = {"id": f"rs_{told.number:032}", "format": "openai-responses-v1"}
    details = [
        {"type": "reasoning.summary", "summary": told.thought, **both, "index": 0},
        {"type": "reasoning.encrypted", "data": sealed("openai", told.number), **both, "index": 1},
    ]
    return _answer(told, {"reasoning": told.thought, "reasoning_details": details})


def _google(told: Round) -> JSONObject:
    made = _answer(told, {})
    message = made["choices"][0]["message"]
    signed = {"extra_content": {"google": {"thought_signature": sealed("google", told.number)}}}
    message.get("tool_calls", [message])[0].update(signed)
    return made


def goes_on(request: JSONObject, answer: JSONObject) -> JSONObject:
    """The message as it is, then an answer of a tool for each of its calls."""
    message = {key: value for key, value in answer["choices"][0]["message"].items() if key != "annotations"}
    results = [
        {
            "role": "tool",
            "tool_call_id": call["id"],
            "content": result_of(call.get("function", {}).get("arguments", "")),
        }
        for call in message.get("tool_calls") or ()
    ]
    after = results or [{"role": "user", "content": NEXT_QUESTION}]
    return {**request, "messages": [*request["messages"], message, *after]}


AGENT = Agent(
    OPENING,
    {
        "DeepSeek": [_deepseek(told) for told in ROUNDS],
        "OpenRouter, Claude's": [_anthropic(told) for told in ROUNDS],
        "OpenRouter, OpenAI's": [_openai(told) for told in ROUNDS],
        "Google": [_google(told) for told in ROUNDS],
    },
    goes_on,
    "messages",
)
