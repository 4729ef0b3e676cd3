"""Claude: thinking blocks come back as they were, each before what it was before, or the API answers 400."""

from __future__ import annotations

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
    "max_tokens": 4096,
    "messages": [{"role": "user", "content": QUESTION}],
    "tools": [{"name": name, "input_schema": SCHEMA} for name in TOOLS],
    "thinking": {"type": "adaptive"},
}


def _thinking(told: Round) -> JSONObject:
    return {"type": "thinking", "thinking": told.thought, "signature": sealed("claude", told.number)}


def _redacted(told: Round) -> JSONObject:
    return {"type": "redacted_thinking", "data": sealed("withheld", told.number)}


def _answer(told: Round, *thoughts: JSONObject) -> JSONObject:
    text = [{"type": "text", "text": told.said}] if told.said else []
    calls = [
        {"type": "tool_use", "id": f"toolu_{call.number:024}", "name": call.name, "input": call.arguments}
        for call in told.calls
    ]
    return {
        "id": f"msg_{told.number}",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [*thoughts, *text, *calls],
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 9},
    }


def goes_on(request: JSONObject, answer: JSONObject) -> JSONObject:
    """The content as it is, then all results in one turn of the user."""
    content: list[JSONObject] = answer["content"]
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": result_of(block["input"])}
        for block in content
        if block["type"] == "tool_use"
    ]
    after = results or [{"type": "text", "text": NEXT_QUESTION}]
    turns = [{"role": "assistant", "content": content}, {"role": "user", "content": after}]
    return {**request, "messages": [*request["messages"], *turns]}


AGENT = Agent(
    OPENING,
    {
        "thinking": [_answer(told, _thinking(told)) for told in ROUNDS],
        "withheld": [_answer(told, _redacted(told)) for told in ROUNDS],
        "both": [_answer(told, _thinking(told), _redacted(told)) for told in ROUNDS],
        "omitted": [_answer(told, {**_thinking(told), "thinking": ""}) for told in ROUNDS],
    },
    goes_on,
    "messages",
)
