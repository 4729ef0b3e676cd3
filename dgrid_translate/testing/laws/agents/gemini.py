"""Gemini: the first call of a step carries a signature, and the API answers 400 if it does not come back there.

https://ai.google.dev/gemini-api/docs/thought-signatures. A text may be signed too, or a last part without any text.
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
    "contents": [{"role": "user", "parts": [{"text": QUESTION}]}],
    "tools": [{"functionDeclarations": [{"name": name, "parametersJsonSchema": SCHEMA} for name in TOOLS]}],
    "generationConfig": {"maxOutputTokens": 4096, "thinkingConfig": {"includeThoughts": True}},
}


def _answer(told: Round, *, ids: bool, apart: bool) -> JSONObject:
    signed = {"thoughtSignature": sealed("gemini", told.number)}
    parts: list[JSONObject] = [{"text": told.thought, "thought": True}]
    if told.said:
        parts.append({"text": told.said})
    for call in told.calls:
        said = {"id": f"fc{call.number:06}"} if ids else {}
        parts.append({"functionCall": {**said, "name": call.name, "args": call.arguments}})
        if call is told.calls[0]:
            parts[-1].update(signed)
    if not told.calls and apart:
        parts.append({"text": "", **signed})
    elif not told.calls:
        parts[-1].update(signed)
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 9, "totalTokenCount": 18}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": str(told.number)}


def goes_on(request: JSONObject, answer: JSONObject) -> JSONObject:
    """The content as it is, then all results in one turn of the user."""
    content: JSONObject = answer["candidates"][0]["content"]
    calls = [part["functionCall"] for part in content.get("parts", ()) if "functionCall" in part]
    results = [
        {
            "functionResponse": {
                **({"id": call["id"]} if "id" in call else {}),
                "name": call["name"],
                "response": {"output": result_of(call.get("args"))},
            }
        }
        for call in calls
    ]
    after = {"role": "user", "parts": results or [{"text": NEXT_QUESTION}]}
    return {**request, "contents": [*request["contents"], content, after]}


AGENT = Agent(
    OPENING,
    {
        "ids": [_answer(told, ids=True, apart=False) for told in ROUNDS],
        "no ids": [_answer(told, ids=False, apart=False) for told in ROUNDS],
        "signed apart": [_answer(told, ids=True, apart=True) for told in ROUNDS],
    },
    goes_on,
    "contents",
)
