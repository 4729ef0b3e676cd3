"""Gemini: bodies that are right, and bodies that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import PNG, STRICT, but, without


def fcall(name: str = "f", **more: Any) -> dict[str, Any]:
    return {"functionCall": {"name": name, "args": {}, **more}}


def fresponse(name: str = "f", **more: Any) -> dict[str, Any]:
    return {"functionResponse": {"name": name, "response": {"output": 1}, **more}}


GEMINI: dict[str, Any] = {
    "model": "models/gemini-3-pro",
    "systemInstruction": {"role": "user", "parts": [{"text": "be good"}]},
    "contents": [
        {
            "role": "user",
            "parts": [
                {"text": "hi"},
                {"inlineData": {"mimeType": "image/png", "data": PNG}},
                {"file_data": {"file_uri": "https://x/y", "mime_type": "video/mp4"}, "videoMetadata": {"fps": 1}},
            ],
        },
        {"role": "model", "parts": [{**fcall(id="1"), "thoughtSignature": "c2ln"}, fcall("g", id="2")]},
        {"role": "user", "parts": [fresponse("g", id="2"), fresponse(id="1")]},
    ],
    "tools": [
        {
            "functionDeclarations": [
                {"name": "f", "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING", "enum": ["x"]}}}},
                {"name": "g", "parameters_json_schema": STRICT},
                {"name": "h.i:j-k"},
            ]
        }
    ],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
    "generationConfig": {
        "temperature": 2,
        "stopSequences": list("abcde"),
        "maxOutputTokens": 9,
        "responseLogprobs": True,
        "logprobs": 3,
        "responseMimeType": "application/json",
        "response_schema": {"type": "ARRAY", "items": {"type": "string"}},
        "thinkingConfig": {"thinkingLevel": "low", "includeThoughts": True},
    },
}
CONFIG = "generationConfig"
DECLARED = ("tools", 0, "functionDeclarations")
GOOD_REQUESTS = [
    GEMINI,
    {"contents": [{"parts": [{"text": "hi"}]}]},
    {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "generation_config": {"thinking_config": {"thinking_budget": -1}},
    },
    without(GEMINI, "contents", 1, "parts", 0, "thoughtSignature") | {"model": "gemini-2.5-pro"},
    but(GEMINI, "contents", 3, to={"role": "user", "parts": [{"text": "and then?"}]}),
]
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("contents", but(GEMINI, "contents", to=[])),
    ("contents", but(GEMINI, "contents", 0, "parts", to=[])),
    ("role", but(GEMINI, "contents", 0, "role", to="assistant")),
    ("role", without(GEMINI, "contents", 0, "role")),
    ("part", but(GEMINI, "contents", 0, "parts", 0, to={"text": "a", "inlineData": {}})),
    ("part", but(GEMINI, "contents", 0, "parts", 0, to={})),
    ("media", without(GEMINI, "contents", 0, "parts", 1, "inlineData", "mimeType")),
    ("media", but(GEMINI, "contents", 0, "parts", 1, "inlineData", "data", to=f"data:image/png;base64,{PNG}")),
    ("media", without(GEMINI, "contents", 0, "parts", 2, "file_data", "file_uri")),
    ("file-type", without(GEMINI, "contents", 0, "parts", 2, "file_data", "mime_type")),
    ("function-call", but(GEMINI, "contents", 1, "parts", 1, "functionCall", "args", to="{}")),
    ("function-call", but(GEMINI, "contents", 1, "parts", 1, "functionCall", "name", to="1f")),
    ("function-call", but(GEMINI, "contents", 0, "parts", 3, to=fcall())),
    ("function-response", but(GEMINI, "contents", 2, "parts", 0, "functionResponse", "response", to="1")),
    ("function-response", without(GEMINI, "contents", 2, "parts", 0, "functionResponse", "name")),
    ("function-response", but(GEMINI, "contents", 1, "parts", 2, to=fresponse())),
    ("function-turns", without(GEMINI, "contents", 2, "parts", 1)),
    ("function-turns", without(GEMINI, "contents", 2)),
    ("function-turns", without(GEMINI, "contents", 1)),
    ("function-turns", but(GEMINI, "contents", 2, "parts", 1, "functionResponse", "name", to="h")),
    ("response-ids", but(GEMINI, "contents", 2, "parts", 1, "functionResponse", "id", to="3")),
    ("signatures", but(GEMINI, "contents", 1, "parts", 0, "thoughtSignature", to="not base64!")),
    ("signed-calls", without(GEMINI, "contents", 1, "parts", 0, "thoughtSignature")),
    ("system-instruction", but(GEMINI, "systemInstruction", "parts", 0, to={"inlineData": {}})),
    ("spelt-once", but(GEMINI, "tool_config", to={})),
    ("config-range", but(GEMINI, CONFIG, "temperature", to=2.1)),
    ("config-range", but(GEMINI, CONFIG, "maxOutputTokens", to=0)),
    ("stop-sequences", but(GEMINI, CONFIG, "stopSequences", to=list("abcdef"))),
    ("logprobs", without(GEMINI, CONFIG, "responseLogprobs")),
    ("thinking", but(GEMINI, CONFIG, "thinkingConfig", "thinkingBudget", to=1)),
    ("thinking", but(GEMINI, CONFIG, "thinkingConfig", "thinkingLevel", to="max")),
    ("thinking", but(GEMINI, CONFIG, "thinkingConfig", to={"thinkingBudget": -2})),
    ("response-schema", but(GEMINI, CONFIG, "responseJsonSchema", to={})),
    ("response-schema", without(GEMINI, CONFIG, "responseMimeType")),
    ("response-schema", but(GEMINI, CONFIG, "response_schema", to={"const": 1})),
    ("functions", but(GEMINI, *DECLARED, 1, "name", to="f")),
    ("functions", but(GEMINI, *DECLARED, 1, "name", to="1f")),
    ("functions", but(GEMINI, *DECLARED, 1, "parameters", to={"type": "OBJECT"})),
    ("functions", but(GEMINI, *DECLARED, 0, "parameters", "type", to="STRING")),
    ("function-schema", but(GEMINI, *DECLARED, 0, "parameters", "$schema", to="x")),
    ("function-schema", but(GEMINI, *DECLARED, 0, "parameters", "properties", "a", "type", to=["string", "null"])),
    ("function-schema", but(GEMINI, *DECLARED, 0, "parameters", "properties", "a", "enum", to=[1])),
    ("function-schema", but(GEMINI, *DECLARED, 0, "parameters", "properties", "a", to={"type": "array"})),
    ("function-schema", but(GEMINI, *DECLARED, 0, "parameters", "required", to=["b"])),
    ("function-calling", but(GEMINI, "toolConfig", "functionCallingConfig", "mode", to="required")),
    ("function-calling", but(GEMINI, "toolConfig", "functionCallingConfig", "mode", to="AUTO")),
    ("function-calling", but(GEMINI, "toolConfig", "functionCallingConfig", "allowedFunctionNames", to=["z"])),
    ("unknown-param", but(GEMINI, "messages", to=[])),
    ("unknown-param", but(GEMINI, CONFIG, "max_tokens", to=1)),
]


GEMINI_ANSWER: dict[str, Any] = {
    "candidates": [
        {
            "index": 0,
            "content": {"role": "model", "parts": [{**fcall(), "thoughtSignature": "c2ln"}]},
            "finishReason": "STOP",
        }
    ],
    "usageMetadata": {
        "promptTokenCount": 10,
        "cachedContentTokenCount": 10,
        "candidatesTokenCount": 2,
        "thoughtsTokenCount": 3,
        "toolUsePromptTokenCount": 4,
        "totalTokenCount": 19,
    },
    "modelVersion": "m",
    "responseId": "r",
}
ANSWERED = ("candidates", 0, "content", "parts", 0)
GOOD_RESPONSES = [
    GEMINI_ANSWER,
    {"promptFeedback": {"blockReason": "SAFETY"}},
    but(GEMINI_ANSWER, *ANSWERED, "functionCall", "args", "snake_case", to=1),
]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("answer", {"error": {"code": 500}}),
    ("answer", {"candidates": []}),
    ("candidate", but(GEMINI_ANSWER, "candidates", 0, "content", "role", to="assistant")),
    ("part", but(GEMINI_ANSWER, *ANSWERED, "functionCall", "args", to="{}")),
    ("part", but(GEMINI_ANSWER, *ANSWERED, "thoughtSignature", to="§")),
    ("part", but(GEMINI_ANSWER, *ANSWERED, "text", to="hi")),
    ("part", but(GEMINI_ANSWER, *ANSWERED, to={"inlineData": {"data": "§"}})),
    ("camel-case", but(GEMINI_ANSWER, "candidates", 0, "finish_reason", to="STOP")),
    ("usage", but(GEMINI_ANSWER, "usageMetadata", "promptTokenCount", to=-1)),
    ("usage", but(GEMINI_ANSWER, "usageMetadata", "cachedContentTokenCount", to=11)),
    ("finish-reason", but(GEMINI_ANSWER, "candidates", 0, "finishReason", to="tool_calls")),
    ("usage-sum", but(GEMINI_ANSWER, "usageMetadata", "totalTokenCount", to=12)),
]
