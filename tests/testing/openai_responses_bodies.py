"""Responses: bodies that are right, and bodies that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import PNG, STRICT, but, without

ASKED: dict[str, Any] = {"role": "user", "content": "as JSON"}


def call(call_id: str, name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return {"type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name, "arguments": arguments}


def result(call_id: str, output: Any = "ok") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": output}


PDF = f"data:application/pdf;base64,{PNG}"
REQUEST: dict[str, Any] = {
    "model": "gpt-4.1",
    "instructions": "Be brief.",
    "input": [
        {"role": "developer", "content": "Answer in JSON."},
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "hi"},
                {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "low"},
                {"type": "input_image", "file_id": "file-1", "detail": "auto"},
                {"type": "input_file", "file_data": PDF, "filename": "a.pdf"},
                {"type": "input_file", "file_url": "https://example.org/a.pdf"},
            ],
        },
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2ln"},
        call("a"),
        call("b"),
        result("b", [{"type": "input_text", "text": "2"}]),
        result("a"),
        {"type": "custom_tool_call", "id": "ctc_1", "call_id": "c", "name": "c", "input": "x"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "y"},
        {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "w", "name": "n", "arguments": "{}"},
        {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {"type": "output_text", "text": "so", "annotations": []},
                {"type": "refusal", "refusal": "no"},
            ],
        },
        {"type": "tool_search_call", "call_id": "s", "arguments": {}, "execution": "client"},
        {"type": "tool_search_output", "call_id": "s", "execution": "client", "tools": []},
        {"role": "user", "content": "go on"},
    ],
    "tools": [
        {"type": "function", "name": "f", "parameters": STRICT, "strict": True},
        {"type": "function", "name": "g", "parameters": {"type": "object"}, "strict": False},
        {"type": "custom", "name": "c"},
        {"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "h"}]},
        {"type": "mcp", "server_label": "w", "server_url": "https://example.org/mcp"},
        {"type": "web_search"},
    ],
    "tool_choice": {"type": "function", "name": "g"},
    "parallel_tool_calls": False,
    "text": {"format": {"type": "json_object"}, "verbosity": "low"},
    "include": ["message.output_text.logprobs", "reasoning.encrypted_content"],
    "top_logprobs": 20,
    "max_output_tokens": 16,
    "max_tool_calls": 1,
    "metadata": {"k": "v"},
    "previous_response_id": None,
    "service_tier": "flex",
    "store": False,
    "stream": True,
    "stream_options": {"include_obfuscation": False},
    "temperature": 1.5,
    "truncation": "auto",
}
SCHEMA_FORMAT: dict[str, Any] = {"type": "json_schema", "name": "n", "strict": True, "schema": STRICT}
PART = ("input", 1, "content")
ALLOWED: dict[str, Any] = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "g"}]}
SMALL: dict[str, Any] = {"model": "gpt-4.1", "input": "as JSON"}
GOOD_REQUESTS = [
    REQUEST,
    SMALL,
    {"model": "gpt-4.1", "input": [ASKED], "text": {"format": SCHEMA_FORMAT}},
    {"model": "o3", "input": "hi", "temperature": 1, "reasoning": {"effort": "low", "summary": "auto"}},
    {"model": "gpt-5.2", "input": "hi", "temperature": 0.5},
    {"prompt": {"id": "pmpt_1"}},
    {"model": "m", "previous_response_id": "resp_1", "input": [result("a")]},
    {"model": "m", "input": [{"type": "item_reference", "id": "fc_a"}, result("a")], "tool_choice": "auto"},
    but(REQUEST, "tool_choice", to=ALLOWED),
    but(REQUEST, "input", 13, to={"type": "function_call_output", "call_id": "s", "output": "found nothing"}),
]
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("input-there", without(REQUEST, "input")),
    ("input-there", but(REQUEST, "input", to=[])),
    ("input-there", but(REQUEST, "input", to={"role": "user"})),
    ("input-there", but(REQUEST, "input", 0, to="hi")),
    ("item", without(REQUEST, "input", 2, "summary")),
    ("item", but(REQUEST, "input", 3, "arguments", to={})),
    ("item", without(REQUEST, "input", 5, "call_id")),
    ("role", but(REQUEST, "input", 0, "role", to="tool")),
    ("content", without(REQUEST, "input", 0, "content")),
    ("content", but(REQUEST, "input", 6, "output", to={"ok": True})),
    ("part", without(REQUEST, *PART, 0, "text")),
    ("part", but(REQUEST, *PART, 1, "image_url", to={"url": "https://example.org/a.png"})),
    ("part", but(REQUEST, *PART, 2, "image_url", to="https://example.org/a.png")),
    ("media", but(REQUEST, *PART, 1, "image_url", to=PNG)),
    ("media", but(REQUEST, *PART, 1, "image_url", to=f"data:image/tiff;base64,{PNG}")),
    ("media", but(REQUEST, *PART, 1, "detail", to="tiny")),
    ("call", but(REQUEST, "input", 3, "name", to="a.b")),
    ("call", but(but(REQUEST, "input", 3, "call_id", to="a" * 65), "input", 6, "call_id", to="a" * 65)),
    ("call-result", without(REQUEST, "input", 5)),
    ("call-result", without(REQUEST, "input", 3)),
    ("call-result", without(REQUEST, "input", 10)),
    ("call-result", without(REQUEST, "input", 12)),
    ("call-result", but(REQUEST, "input", 4, "call_id", to="a")),
    ("call-result", but(REQUEST, "input", 6, to=result("b"))),
    ("call-result", but(REQUEST, "input", 8, "type", to="function_call_output")),
    ("unique-id", but(REQUEST, "input", 4, "id", to="fc_a")),
    ("param-range", but(REQUEST, "temperature", to=2.5)),
    ("param-range", but(REQUEST, "max_output_tokens", to=15)),
    ("stream-options", without(REQUEST, "stream")),
    ("excluded", {**SMALL, "previous_response_id": "resp_1", "conversation": "conv_1"}),
    ("excluded", {**SMALL, "background": True, "store": False}),
    ("metadata", but(REQUEST, "metadata", to={str(number): "" for number in range(17)})),
    ("metadata", but(REQUEST, "metadata", "k", to=1)),
    ("text-format", but(REQUEST, "text", "format", to={"type": "json"})),
    ("text-format", but(REQUEST, "text", "format", to=but(SCHEMA_FORMAT, "name", to="a b"))),
    ("text-format", but(REQUEST, "text", "format", to={"type": "json_schema", "json_schema": SCHEMA_FORMAT})),
    ("json-mode", {**SMALL, "input": "hi", "text": {"format": {"type": "json_object"}}}),
    ("tool-name", but(REQUEST, "tools", 1, "name", to="n" * 65)),
    ("tool-name", but(REQUEST, "tools", 1, to={"type": "function", "function": {"name": "g"}})),
    ("tool-name", but(REQUEST, "tools", 3, "tools", 0, "name", to="a b")),
    ("tool-member", without(REQUEST, "tools", 4, "server_url")),
    ("tool-member", but(REQUEST, "tools", 5, to={"type": "file_search"})),
    ("tool-schema", but(REQUEST, "tools", 1, "parameters", to={"type": "array"})),
    ("tool-choice", but(REQUEST, "tool_choice", "name", to="z")),
    ("tool-choice", but(REQUEST, "tool_choice", to=but(ALLOWED, "tools", 0, "name", to="z"))),
    ("tool-choice", {**SMALL, "tool_choice": "required"}),
    ("item-kind", but(REQUEST, "input", 14, to={"type": "hologram"})),
    ("part-kind", but(REQUEST, *PART, 0, to={"type": "text", "text": "hi"})),
    ("part-kind", but(REQUEST, "input", 11, "content", 0, "type", to="input_text")),
    ("part-kind", but(REQUEST, "input", 5, "output", 0, "type", to="output_text")),
    ("file-data", but(REQUEST, *PART, 3, "file_data", to=PNG)),
    ("file-data", but(REQUEST, *PART, 3, "file_data", to=f"data:audio/mpeg;base64,{PNG}")),
    ("file-data", without(REQUEST, *PART, 3, "filename")),
    ("item-id", but(REQUEST, "input", 3, "id", to="call_a")),
    ("reasoning-order", but(REQUEST, "input", 14, to={"type": "reasoning", "id": "rs_2", "summary": []})),
    ("reasoning-order", {**SMALL, "input": [REQUEST["input"][2], ASKED]}),
    ("reasoning-order", {**SMALL, "input": [REQUEST["input"][2], {"role": "assistant", "content": "so"}]}),
    ("model", without(REQUEST, "model")),
    ("unknown-param", but(REQUEST, "messages", to=[])),
    ("param-enum", but(REQUEST, "reasoning", to={"effort": "huge"})),
    ("param-enum", but(REQUEST, "truncation", to="middle")),
    ("include", but(REQUEST, "include", 1, to="everything")),
    ("logprobs", without(REQUEST, "include")),
    ("tool-kind", but(REQUEST, "tools", 5, to={"type": "web_search_20250305"})),
    ("choice-kind", but(REQUEST, "tool_choice", to="any")),
    ("choice-kind", but(REQUEST, "tool_choice", to={"type": "tool", "name": "f"})),
    ("choice-kind", but(REQUEST, "tool_choice", to={"type": "allowed_tools", "tools": []})),
    ("strict-schema", but(REQUEST, "tools", 0, "parameters", "additionalProperties", to=True)),
    ("strict-schema", but(REQUEST, "text", "format", to=but(SCHEMA_FORMAT, "schema", to={"anyOf": []}))),
    ("reasoning-model", {"model": "o3-mini", "input": "hi", "temperature": 0}),
    ("reasoning-model", {"model": "gpt-5", "input": "hi", "top_logprobs": 0}),
    ("reasoning-model", {"model": "gpt-5.6-sol", "input": "hi", "top_p": 0.1, "reasoning": {"effort": "low"}}),
    ("reasoning-model", {"model": "gpt-4.1", "input": "hi", "reasoning": {"effort": "low"}}),
]


ANSWER: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "model": "m",
    "error": None,
    "incomplete_details": None,
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {
                    "type": "output_text",
                    "text": "hi",
                    "annotations": [
                        {"type": "url_citation", "start_index": 0, "end_index": 1, "url": "https://x", "title": "t"}
                    ],
                },
                {"type": "refusal", "refusal": "no"},
            ],
        },
        call("a"),
        call("b"),
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 10, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 5},
    },
}
CUT = {**ANSWER, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
FAILED = {**ANSWER, "status": "failed", "output": [], "error": {"code": "server_error", "message": "boom"}}
TEXT_PART = ("output", 1, "content", 0)
GOOD_RESPONSES = [ANSWER, without(ANSWER, "usage"), CUT, FAILED]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("envelope", but(ANSWER, "object", to="chat.completion")),
    ("envelope", without(ANSWER, "id")),
    ("envelope", without(ANSWER, "output")),
    ("envelope", but(ANSWER, "created_at", to="now")),
    ("envelope", but(ANSWER, "status", to="done")),
    ("ending", without(CUT, "incomplete_details")),
    ("ending", but(CUT, "status", to="completed")),
    ("ending", but(FAILED, "error", to=None)),
    ("ending", but(FAILED, "status", to="completed")),
    ("item", without(ANSWER, "output", 2, "call_id")),
    ("item", but(ANSWER, "output", 2, "name", to="a.b")),
    ("item", but(ANSWER, "output", 2, "arguments", to={})),
    ("item", without(ANSWER, "output", 0, "summary")),
    ("item", without(ANSWER, "output", 1, "id")),
    ("unique-id", but(ANSWER, "output", 3, "call_id", to="a")),
    ("unique-id", but(ANSWER, "output", 3, "id", to="fc_a")),
    ("content", but(ANSWER, "output", 1, "role", to="user")),
    ("content", but(ANSWER, "output", 1, "content", to="hi")),
    ("content", without(ANSWER, *TEXT_PART, "annotations")),
    ("content", but(ANSWER, *TEXT_PART, "type", to="text")),
    ("content", without(ANSWER, "output", 1, "status")),
    ("annotation", without(ANSWER, *TEXT_PART, "annotations", 0, "url")),
    ("annotation", but(ANSWER, *TEXT_PART, "annotations", 0, "end_index", to=-1)),
    ("usage", but(ANSWER, "usage", "input_tokens", to=None)),
    ("echoes", without(ANSWER, "tools")),
    ("item-kind", but(ANSWER, "output", 0, "type", to="thought")),
    ("usage-details", without(ANSWER, "usage", "input_tokens_details")),
    ("usage-sum", but(ANSWER, "usage", "total_tokens", to=14)),
    ("usage-sum", but(ANSWER, "usage", "input_tokens_details", "cached_tokens", to=11)),
]
