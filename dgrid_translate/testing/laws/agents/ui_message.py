"""The AI SDK's chat: an answer's parts are in one message with those of the steps before it; results are in its calls.

Providers' proofs stand in `providerMetadata`, which the client posts back as it got it.
"""

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
    "id": "chat",
    "model": "m",
    "messages": [{"id": "user-0", "role": "user", "parts": [{"type": "text", "text": QUESTION}]}],
    "tools": {name: {"inputSchema": SCHEMA} for name in TOOLS},
    "reasoning": "medium",
    "maxOutputTokens": 4096,
    "trigger": "submit-message",
}


def _metadata(vendor: str, number: int) -> JSONObject:
    if vendor == "anthropic":
        return {"anthropic": {"signature": sealed("anthropic", number)}}
    return {"openai": {"itemId": f"rs_{number:032}", "reasoningEncryptedContent": sealed("openai", number)}}


def _answer(told: Round, vendor: str) -> JSONObject:
    parts: list[JSONObject] = [{"type": "step-start"}]
    thought = {"type": "reasoning", "text": told.thought, "state": "done"}
    signed = {"google": {"thoughtSignature": sealed("google", told.number)}}
    parts.append(thought if vendor == "google" else {**thought, "providerMetadata": _metadata(vendor, told.number)})
    if told.said:
        parts.append({"type": "text", "text": told.said, "state": "done"})
    for call in told.calls:
        made = {"type": f"tool-{call.name}", "toolCallId": f"call_{call.number:024}", "state": "input-available"}
        parts.append({**made, "input": call.arguments})
        if vendor == "google" and call is told.calls[0]:
            parts[-1]["callProviderMetadata"] = signed
    if vendor == "google" and not told.calls:
        parts[-1]["providerMetadata"] = signed
    return {"id": "answer-0" if told.number < 3 else "answer-1", "role": "assistant", "parts": parts}


def goes_on(request: JSONObject, answer: JSONObject) -> JSONObject:
    """A step more in the message that was being answered, its calls with their results; or another question."""
    messages: list[JSONObject] = list(request["messages"])
    parts = [
        {**part, "state": "output-available", "output": result_of(part.get("input"))}
        if part.get("state") == "input-available"
        else part
        for part in answer["parts"]
    ]
    if messages[-1]["role"] == "assistant":
        messages[-1] = {**messages[-1], "parts": [*messages[-1]["parts"], *parts]}
    else:
        messages.append({**answer, "parts": parts})
    if parts == answer["parts"]:
        asked = [{"type": "text", "text": NEXT_QUESTION}]
        messages.append({"id": f"user-{len(messages)}", "role": "user", "parts": asked})
    return {**request, "messages": messages}


AGENT = Agent(
    OPENING,
    {vendor: [_answer(told, vendor) for told in ROUNDS] for vendor in ("anthropic", "openai", "google")},
    goes_on,
    "messages",
)
