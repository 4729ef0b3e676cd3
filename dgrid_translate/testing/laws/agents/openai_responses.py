"""Responses that are not stored: a reasoning item comes back whole, just before the item that followed it."""

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
    "input": [{"role": "user", "content": QUESTION}],
    "tools": [{"type": "function", "name": name, "parameters": SCHEMA, "strict": False} for name in TOOLS],
    "reasoning": {"effort": "medium", "summary": "auto"},
    "include": ["reasoning.encrypted_content"],
    "store": False,
    "max_output_tokens": 4096,
}


def _answer(told: Round, *, summary: bool) -> JSONObject:
    shown = [{"type": "summary_text", "text": told.thought}] if summary else []
    output: list[JSONObject] = [
        {
            "type": "reasoning",
            "id": f"rs_{told.number:032}",
            "summary": shown,
            "encrypted_content": sealed("openai", told.number),
        }
    ]
    if told.said:
        text: JSONObject = {"type": "output_text", "text": told.said, "annotations": [], "logprobs": []}
        message = {"type": "message", "id": f"msg_{told.number:032}", "status": "completed", "role": "assistant"}
        output.append({**message, "content": [text]})
    output += [
        {
            "type": "function_call",
            "id": f"fc_{call.number:032}",
            "call_id": f"call_{call.number:024}",
            "name": call.name,
            "arguments": json.dumps(call.arguments, ensure_ascii=False),
            "status": "completed",
        }
        for call in told.calls
    ]
    counts = {"input_tokens": 9, "output_tokens": 9, "total_tokens": 18}
    details = {
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 4},
    }
    return {
        "id": f"resp_{told.number}",
        "object": "response",
        "created_at": 1_760_000_000,
        "status": "completed",
        "model": "m",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": OPENING["tools"],
        "usage": {**counts, **details},
    }


def goes_on(request: JSONObject, answer: JSONObject) -> JSONObject:
    """The output's items as they are, then an output of a tool for each of its calls."""
    output: list[JSONObject] = answer["output"]
    results = [
        {"type": f"{item['type']}_output", "call_id": item["call_id"], "output": result_of(item.get("arguments", ""))}
        for item in output
        if item["type"] in ("function_call", "custom_tool_call")
    ]
    after = results or [{"role": "user", "content": NEXT_QUESTION}]
    return {**request, "input": [*request["input"], *output, *after]}


AGENT = Agent(
    OPENING,
    {
        "summaries": [_answer(told, summary=True) for told in ROUNDS],
        "sealed": [_answer(told, summary=False) for told in ROUNDS],
    },
    goes_on,
    "input",
)
