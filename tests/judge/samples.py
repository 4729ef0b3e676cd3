"""Small well-formed bodies and streams of each dialect, to be accepted as they are and refused when bent."""

import json
from collections.abc import Sequence
from typing import Any

JsonObject = dict[str, Any]

SCHEMA: JsonObject = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQImWNwav0CAALIAbzDqqRyAAAAAElFTkSuQmCC"


def sse(events: Sequence[JsonObject | bytes], *, named: bool = False, done: bool = False) -> bytes:
    """Frames events; ``named`` adds the ``event:`` line of Claude and Responses, ``done`` the [DONE] of OpenAI."""
    frames = []
    for event in events:
        data = event if isinstance(event, bytes) else json.dumps(event).encode()
        name = b"event: " + str(json.loads(data)["type"]).encode() + b"\n" if named else b""
        frames.append(name + b"data: " + data + b"\n\n")
    return b"".join(frames) + (b"data: [DONE]\n\n" if done else b"")


OPENAI_USAGE: JsonObject = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def openai_call(**fields: Any) -> JsonObject:
    return {
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city":"Rome"}'},
    } | fields


def openai_request() -> JsonObject:
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}}
    return {
        "model": "gpt-6-astra",
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Weather?"}, image]},
            {"role": "assistant", "content": None, "tool_calls": [openai_call()], "reasoning_content": "Hm."},
            {"role": "tool", "tool_call_id": "call_1", "content": "Sunny"},
        ],
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA, "strict": True}}],
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "out", "schema": SCHEMA}},
        "reasoning_effort": "low",
        "max_completion_tokens": 100,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def openai_response(**message: Any) -> JsonObject:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-6-astra",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, "refusal": None, "tool_calls": [openai_call()]}
                | message,
                "finish_reason": "tool_calls",
                "logprobs": None,
            }
        ],
        "usage": OPENAI_USAGE | {"prompt_tokens_details": {"cached_tokens": 0}},
    }


def openai_chunk(delta: JsonObject | None = None, finish: str | None = None, **fields: Any) -> JsonObject:
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**envelope, "choices": [choice], **fields}


def openai_delta(**call: Any) -> JsonObject:
    return openai_chunk({"tool_calls": [call]})


def openai_chunks() -> list[JsonObject]:
    return [
        openai_chunk({"role": "assistant", "content": ""}),
        openai_chunk({"reasoning_content": "Hm."}),
        openai_chunk({"content": "Hi"}),
        openai_delta(index=0, id="call_1", type="function", function={"name": "f", "arguments": ""}),
        openai_delta(index=0, function={"arguments": '{"x":'}),
        openai_delta(index=0, function={"arguments": "1}"}),
        openai_chunk({}, "tool_calls"),
        openai_chunk(choices=[], usage=OPENAI_USAGE),
    ]


def responses_call(**fields: Any) -> JsonObject:
    made = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": '{"x":1}'}
    return made | {"status": "completed"} | fields


def responses_request() -> JsonObject:
    image = {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "low"}
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2ln"}
    return {
        "model": "gpt-6-astra",
        "instructions": "Be brief.",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Weather?"}, image]},
            thought,
            responses_call(),
            {"type": "function_call_output", "call_id": "call_1", "output": "Sunny"},
        ],
        "tools": [{"type": "function", "name": "f", "parameters": SCHEMA, "strict": True}, {"type": "web_search"}],
        "tool_choice": {"type": "function", "name": "f"},
        "text": {"format": {"type": "json_schema", "name": "out", "schema": SCHEMA}, "verbosity": "low"},
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "max_output_tokens": 100,
        "stream": True,
    }


def responses_message(**fields: Any) -> JsonObject:
    text = {"type": "output_text", "text": "Hi", "annotations": []}
    made = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    return made | fields


def responses_response(*output: JsonObject, **fields: Any) -> JsonObject:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": "gpt-6-astra",
        "output": list(output) or [responses_message(), responses_call()],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 1,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 1,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 2,
        },
    } | fields


def responses_events() -> list[JsonObject]:
    whole = responses_response()
    said, called = whole["output"]
    early = responses_response(status="in_progress", usage=None) | {"output": []}
    text, at = said["content"][0], {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    call = {"item_id": "fc_1", "output_index": 1}
    told: list[tuple[str, JsonObject]] = [
        ("created", {"response": early}),
        ("in_progress", {"response": early}),
        ("output_item.added", {"output_index": 0, "item": said | {"status": "in_progress", "content": []}}),
        ("content_part.added", {**at, "part": text | {"text": ""}}),
        ("output_text.delta", {**at, "delta": "H", "logprobs": []}),
        ("output_text.delta", {**at, "delta": "i", "logprobs": []}),
        ("output_text.done", {**at, "text": "Hi", "logprobs": []}),
        ("content_part.done", {**at, "part": text}),
        ("output_item.done", {"output_index": 0, "item": said}),
        ("output_item.added", {"output_index": 1, "item": called | {"status": "in_progress", "arguments": ""}}),
        ("function_call_arguments.delta", {**call, "delta": '{"x":'}),
        ("function_call_arguments.delta", {**call, "delta": "1}"}),
        ("function_call_arguments.done", {**call, "arguments": '{"x":1}'}),
        ("output_item.done", {"output_index": 1, "item": called}),
        ("completed", {"response": whole}),
    ]
    return [{"type": f"response.{kind}", "sequence_number": at, **rest} for at, (kind, rest) in enumerate(told)]


def claude_request() -> JsonObject:
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    use = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Rome"}}
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "Sunny"}, image]}
    return {
        "model": "claude-opus-5",
        "max_tokens": 2000,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": [thinking, use]},
            {"role": "user", "content": [result]},
        ],
        "tools": [{"name": "weather", "description": "Tells the weather.", "input_schema": SCHEMA}],
        "tool_choice": {"type": "tool", "name": "weather"},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "temperature": 1,
        "stream": True,
    }


def claude_response(*content: JsonObject, **fields: Any) -> JsonObject:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5",
        "content": list(content) or [{"type": "text", "text": "Hi"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    } | fields


def claude_start(index: int, **block: Any) -> JsonObject:
    return {"type": "content_block_start", "index": index, "content_block": block}


def claude_delta(index: int, kind: str, **delta: Any) -> JsonObject:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}


def claude_events() -> list[JsonObject]:
    message = claude_response(stop_reason=None) | {"content": []}
    return [
        {"type": "message_start", "message": message},
        claude_start(0, type="thinking", thinking="", signature=""),
        {"type": "ping"},
        claude_delta(0, "thinking_delta", thinking="Hm."),
        claude_delta(0, "signature_delta", signature="c2ln"),
        {"type": "content_block_stop", "index": 0},
        claude_start(1, type="text", text=""),
        claude_delta(1, "text_delta", text="Hi"),
        {"type": "content_block_stop", "index": 1},
        claude_start(2, type="tool_use", id="toolu_1", name="f", input={}),
        claude_delta(2, "input_json_delta", partial_json=""),
        claude_delta(2, "input_json_delta", partial_json='{"x":1}'),
        {"type": "content_block_stop", "index": 2},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"output_tokens": 9},
        },
        {"type": "message_stop"},
    ]


def gemini_request() -> JsonObject:
    call = {"functionCall": {"name": "weather", "args": {"city": "Rome"}}, "thoughtSignature": "c2ln"}
    return {
        "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}]},
        "contents": [
            {
                "role": "user",
                "parts": [{"text": "Weather?"}, {"inline_data": {"mimeType": "image/png", "data": PIXEL}}],
            },
            {"role": "model", "parts": [{"text": "Hm.", "thought": True}, call]},
            {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"result": "Sunny"}}}]},
        ],
        "tools": [{"functionDeclarations": [{"name": "weather", "parametersJsonSchema": SCHEMA}]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["weather"]}},
        "generationConfig": {"maxOutputTokens": 100, "thinkingConfig": {"include_thoughts": True}},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    }


def gemini_response(*parts: JsonObject, finish: str | None = "STOP") -> JsonObject:
    candidate: JsonObject = {"index": 0, "content": {"role": "model", "parts": list(parts)}}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {})],
        "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        "modelVersion": "gemini-3.8-flash",
        "responseId": "r",
    }


def gemini_chunks() -> list[JsonObject]:
    return [
        gemini_response({"text": "Hm.", "thought": True}, finish=None),
        gemini_response({"text": "Hi"}, finish=None),
        gemini_response({"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "c2ln"}),
    ]


def ui_request() -> JsonObject:
    signed = {"anthropic": {"signature": "c2ln"}}
    call = {"type": "tool-weather", "toolCallId": "call_1", "state": "output-available", "input": {"city": "Rome"}}
    return {
        "model": "anthropic/claude-opus-5",
        "id": "chat_1",
        "messages": [
            {
                "id": "1",
                "role": "user",
                "parts": [
                    {"type": "text", "text": "Weather?"},
                    {"type": "file", "mediaType": "image/png", "url": f"data:image/png;base64,{PIXEL}"},
                ],
            },
            {
                "id": "2",
                "role": "assistant",
                "parts": [
                    {"type": "step-start"},
                    {"type": "reasoning", "text": "Hm.", "state": "done", "providerMetadata": signed},
                    {**call, "output": "Sunny"},
                    {"type": "step-start"},
                    {"type": "text", "text": "Sunny.", "state": "done"},
                ],
            },
            {"id": "3", "role": "user", "parts": [{"type": "text", "text": "Thanks"}]},
        ],
        "trigger": "submit-message",
    }


def ui_response(*parts: JsonObject, **fields: Any) -> JsonObject:
    told = list(parts) or [{"type": "text", "text": "Hi", "state": "done"}]
    return {"id": "m", "role": "assistant", "parts": [{"type": "step-start"}, *told]} | fields


def ui_tool(state: str, **fields: Any) -> JsonObject:
    return {"type": "tool-f", "toolCallId": "call_1", "state": state, "input": {"x": 1}} | fields


def ui_chunk(kind: str, **fields: Any) -> JsonObject:
    return {"type": kind, **fields}


def ui_chunks() -> list[JsonObject]:
    call = {"toolCallId": "call_1", "toolName": "f"}
    return [
        ui_chunk("start", messageId="m"),
        ui_chunk("start-step"),
        ui_chunk("reasoning-start", id="1"),
        ui_chunk("reasoning-delta", id="1", delta="Hm."),
        ui_chunk("reasoning-end", id="1", providerMetadata={"anthropic": {"signature": "c2ln"}}),
        ui_chunk("text-start", id="2"),
        ui_chunk("text-delta", id="2", delta="Hi"),
        ui_chunk("text-end", id="2"),
        ui_chunk("tool-input-start", **call),
        ui_chunk("tool-input-delta", toolCallId="call_1", inputTextDelta='{"x":1}'),
        ui_chunk("tool-input-available", **call, input={"x": 1}),
        ui_chunk("finish-step"),
        ui_chunk("finish", messageMetadata={"usage": {"totalTokens": 2}}),
    ]


ERRORS: dict[str, JsonObject] = {
    "openai": {"error": {"message": "slow", "type": "rate_limit_error", "param": None, "code": "rate_limit"}},
    "openai-completions": {
        "error": {"message": "slow", "type": "tokens", "param": None, "code": "rate_limit_exceeded"}
    },
    "openai-responses": {"error": {"message": "slow", "type": "tokens", "param": None, "code": "rate_limit_exceeded"}},
    "claude": {"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}, "request_id": "req_1"},
    "gemini": {"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED"}},
    "ui-message": {"error": {"message": "slow"}},
}
