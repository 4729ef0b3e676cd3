"""Chat Completions: bodies that are right, and bodies that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import PNG, STRICT, but, without

TEXT: dict[str, Any] = {"role": "user", "content": "as JSON"}


def call(call_id: str, name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


CHAT: dict[str, Any] = {
    "model": "gpt-4o-audio-preview",
    "messages": [
        {"role": "developer", "content": "Answer in JSON."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "hi"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                {"type": "file", "file": {"file_id": "file-1"}},
                {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PNG}", "filename": "a.pdf"}},
            ],
        },
        {"role": "assistant", "content": None, "tool_calls": [call("a"), call("b")]},
        {"role": "tool", "tool_call_id": "b", "content": "2"},
        {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "1"}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
        {"role": "user", "content": "go on"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "f", "parameters": STRICT, "strict": True}},
        {"type": "function", "function": {"name": "g", "parameters": {"type": "object"}}},
        {"type": "custom", "custom": {"name": "c"}},
    ],
    "tool_choice": {"type": "function", "function": {"name": "g"}},
    "parallel_tool_calls": False,
    "response_format": {"type": "json_object"},
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 1.5,
    "stop": ["a", "b", "c", "d"],
    "logprobs": True,
    "top_logprobs": 20,
    "max_completion_tokens": 10.0,
    "logit_bias": {"1": -100},
    "metadata": {"k": "v"},
    "service_tier": "flex",
}
SCHEMA_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "n", "strict": True, "schema": STRICT},
}
PART = ("messages", 1, "content")
GOOD_REQUESTS = [
    CHAT,
    {"model": "gpt-4o", "messages": [TEXT]},
    {"model": "gpt-4o", "messages": [TEXT], "response_format": SCHEMA_FORMAT},
    {"model": "o3", "messages": [TEXT], "temperature": 1},
    {"model": "gpt-5.2", "messages": [TEXT], "temperature": 0.5},
    {"model": "gpt-5-chat-latest", "messages": [TEXT], "temperature": 0.5},
]
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("messages", but(CHAT, "messages", to=[])),
    ("messages", but(CHAT, "messages", 0, to="hi")),
    ("role", but(CHAT, "messages", 0, "role", to="model")),
    ("content", without(CHAT, "messages", 0, "content")),
    ("content", but(CHAT, "messages", 0, "content", to={"text": "hi"})),
    ("content", but(CHAT, "messages", 2, to={"role": "assistant", "content": None})),
    ("part", without(CHAT, *PART, 0, "text")),
    ("text-only", but(CHAT, "messages", 4, "content", to=[{"type": "image_url", "image_url": {"url": "http://x"}}])),
    ("media", but(CHAT, *PART, 1, "image_url", "url", to=PNG)),
    ("media", but(CHAT, *PART, 1, "image_url", "url", to=f"data:image/tiff;base64,{PNG}")),
    ("media", but(CHAT, *PART, 1, "image_url", "detail", to="tiny")),
    ("media", but(CHAT, *PART, 3, "input_audio", "format", to="ogg")),
    ("media", but(CHAT, *PART, 3, "input_audio", "data", to="data:audio/wav;base64,AAAA")),
    ("file", without(CHAT, *PART, 4, "file", "file_id")),
    ("tool-call", but(CHAT, "messages", 2, "tool_calls", 1, "id", to="a")),
    ("tool-call", but(CHAT, "messages", 2, "tool_calls", 0, "function", "name", to="a.b")),
    ("tool-call", but(CHAT, "messages", 2, "tool_calls", 0, "function", "arguments", to={})),
    ("tool-order", without(CHAT, "messages", 3)),
    ("tool-order", without(CHAT, "messages", 2)),
    ("tool-order", but(CHAT, "messages", 4, "tool_call_id", to="b")),
    ("tool-order", without(CHAT, "messages", 4, "tool_call_id")),
    ("tool-order", but(CHAT, "messages", 3, to=TEXT)),
    ("tool-order", but(CHAT, "messages", 7, to={"role": "assistant", "tool_calls": [call("z")]})),
    ("param-range", but(CHAT, "temperature", to=2.5)),
    ("param-range", but(CHAT, "max_completion_tokens", to=0)),
    ("param-range", but(CHAT, "logit_bias", to={"1": 101})),
    ("stop", but(CHAT, "stop", to=list("abcde"))),
    ("stream-options", without(CHAT, "stream")),
    ("top-logprobs", without(CHAT, "logprobs")),
    ("max-tokens", but(CHAT, "max_tokens", to=5)),
    ("metadata", but(CHAT, "metadata", to={str(number): "" for number in range(17)})),
    ("metadata", but(CHAT, "metadata", "k", to=1)),
    ("response-format", but(CHAT, "response_format", to={"type": "json"})),
    ("response-format", but(CHAT, "response_format", to=but(SCHEMA_FORMAT, "json_schema", "name", to="a b"))),
    (
        "json-mode",
        {"model": "m", "messages": [{"role": "user", "content": "hi"}], "response_format": {"type": "json_object"}},
    ),
    ("tools", but(CHAT, "tools", 1, "function", "name", to="n" * 65)),
    ("tools", but(CHAT, "functions", to=[{"name": "a b"}])),
    ("tool-schema", but(CHAT, "tools", 1, "function", "parameters", to={"type": "array"})),
    ("tool-choice", but(CHAT, "tool_choice", "function", "name", to="h")),
    ("tool-choice", without(CHAT, "tools")),
    ("part-kind", but(CHAT, *PART, 0, to={"type": "input_text", "text": "hi"})),
    ("empty-array", but(CHAT, "tools", to=[])),
    ("empty-array", but(CHAT, "messages", 2, "tool_calls", to=[])),
    ("file-data", but(CHAT, *PART, 5, "file", "file_data", to="https://example.org/a.pdf")),
    ("file-data", without(CHAT, *PART, 5, "file", "filename")),
    ("tool-id", without(CHAT, "messages", 2, "tool_calls", 0, "id")),
    ("tool-id", without(CHAT, "messages", 2, "tool_calls", 0, "type")),
    ("model", without(CHAT, "model")),
    ("unknown-param", but(CHAT, "cache_control", to={"type": "ephemeral"})),
    ("param-enum", but(CHAT, "reasoning_effort", to="huge")),
    ("tool-kind", but(CHAT, "tools", 3, to={"type": "web_search"})),
    ("choice-kind", but(CHAT, "tool_choice", to="any")),
    ("choice-kind", but(CHAT, "tool_choice", to={"type": "tool", "name": "f"})),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "additionalProperties", to=True)),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "required", to=[])),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "required", to=["city", "x"])),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "allOf", to=[])),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "properties", "city", "anyOf", to=[{"not": {}}])),
    ("strict-schema", but(CHAT, "response_format", to=but(SCHEMA_FORMAT, "json_schema", "schema", to={"anyOf": []}))),
    ("strict-schema", but(CHAT, "tools", 0, "function", "parameters", "properties", "city", "$ref", to="#")),
    ("strict-schema", without(CHAT, "tools", 0, "function", "parameters")),
    ("model-feature", but(CHAT, "model", to="gpt-4o")),
    ("model-feature", but(CHAT, "model", to="o1-mini")),
    ("model-feature", but(CHAT, "web_search_options", to={})),
    ("reasoning-model", {"model": "o3-mini", "messages": [TEXT], "temperature": 0}),
    ("reasoning-model", {"model": "gpt-5", "messages": [TEXT], "max_tokens": 9}),
    ("reasoning-model", {"model": "gpt-5-2025-08-07", "messages": [TEXT], "logprobs": True}),
    ("reasoning-model", {"model": "gpt-5.6-sol", "messages": [TEXT], "top_p": 0.1, "reasoning_effort": "low"}),
]


CHAT_ANSWER: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "hi",
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {"start_index": 0, "end_index": 1, "url": "https://x", "title": "t"},
                    }
                ],
            },
            "finish_reason": "stop",
        },
        {
            "index": 1,
            "message": {"role": "assistant", "content": None, "tool_calls": [call("a"), call("b")]},
            "finish_reason": "tool_calls",
        },
    ],
    "usage": {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 10},
        "completion_tokens_details": {"reasoning_tokens": 5},
    },
}
GOOD_RESPONSES = [CHAT_ANSWER, without(CHAT_ANSWER, "usage")]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("envelope", but(CHAT_ANSWER, "object", to="chat.completion.chunk")),
    ("envelope", without(CHAT_ANSWER, "id")),
    ("envelope", but(CHAT_ANSWER, "created", to=1.5)),
    ("choices", but(CHAT_ANSWER, "choices", to=[])),
    ("choices", but(CHAT_ANSWER, "choices", 1, "index", to=0)),
    ("message", but(CHAT_ANSWER, "choices", 0, "message", "role", to="model")),
    ("message", but(CHAT_ANSWER, "choices", 0, "message", "refusal", to=False)),
    ("finish-calls", but(CHAT_ANSWER, "choices", 1, "finish_reason", to="stop")),
    ("finish-calls", but(CHAT_ANSWER, "choices", 0, "finish_reason", to="tool_calls")),
    ("tool-call", but(CHAT_ANSWER, "choices", 1, "message", "tool_calls", 0, "function", "arguments", to={})),
    ("annotation", but(CHAT_ANSWER, "choices", 0, "message", "annotations", 0, "url_citation", to=None)),
    ("usage", but(CHAT_ANSWER, "usage", "prompt_tokens", to=None)),
    ("content", but(CHAT_ANSWER, "choices", 0, "message", "content", to=[{"type": "text", "text": "hi"}])),
    ("content", without(CHAT_ANSWER, "choices", 1, "message", "content")),
    ("content", without(CHAT_ANSWER, "choices", 1, "message", "role")),
    ("finish-reason", but(CHAT_ANSWER, "choices", 0, "finish_reason", to="end_turn")),
    ("tool-id", but(CHAT_ANSWER, "choices", 1, "message", "tool_calls", 0, "id", to="")),
    ("usage-sum", but(CHAT_ANSWER, "usage", "total_tokens", to=14)),
    ("usage-sum", but(CHAT_ANSWER, "usage", "prompt_tokens_details", "cached_tokens", to=11)),
]
