"""Payloads to measure with: one made-up story, told in each dialect, the same on every run.

A story is a system text, tools, and turns in which the user asks, the model thinks, speaks and calls, and the tools
answer. `request`, `response` and `events` tell it in a dialect's own words, as compact JSON, the way its clients and
servers write it: text is UTF-8, not escaped. What a dialect cannot say (Claude's cache breakpoints in Chat) is left
out there. Sizes are of the Claude form; the others are within a third of it.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DIALECTS = ("openai", "openai-completions", "openai-responses", "claude", "gemini", "ui-message")
REQUESTS = ("small", "rich", "agent", "image")
MODELS = {
    "openai": "gpt-5.2",
    "openai-completions": "gpt-3.5-turbo-instruct",
    "openai-responses": "gpt-5.2",
    "claude": "claude-opus-4-6",
    "gemini": "gemini-3-pro-preview",
    "ui-message": "anthropic/claude-opus-4.6",
}
STREAM_EVENTS = 500

_WORDS = (  # noqa: SIM905
    "the file reads config path when server value returns error line module test and function not that with from "
    "request parser state token list user name index result change before after build check log cache “quoted” "
    "naïve — retry, timeout; it's (maybe) https://example.org/a?b=c 42 3.14 {json} [0] `code` don't\n über"
).split(" ")


@dataclass
class Call:
    """A tool call and its answer."""

    name: str
    arguments: dict[str, Any]
    result: str
    id: int


@dataclass
class Turn:
    """What the user asks, and what the model makes of it."""

    asked: str
    thought: str = ""
    said: str = ""
    calls: list[Call] = field(default_factory=list)
    image: str = ""
    url: str = ""


@dataclass
class Story:
    """A conversation; the last turn is still open."""

    system: str
    turns: list[Turn]
    tools: list[dict[str, Any]] = field(default_factory=list)
    settings: bool = False


# ------------------------------------------------------------------------------------------------------ the story


def prose(rng: random.Random, size: int) -> str:
    """Text of about that many characters."""
    words: list[str] = []
    while size > 0:
        words.append(rng.choice(_WORDS))
        size -= len(words[-1]) + 1
    return " ".join(words)


def _property(rng: random.Random, depth: int) -> dict[str, Any]:
    described = {"description": prose(rng, 60)}
    match rng.randrange(6 if depth else 4):
        case 0:
            return {"type": "integer", "minimum": 0, "maximum": 10_000, **described}
        case 1:
            return {"type": "string", "enum": ["create", "update", "delete", "list"], **described}
        case 2:
            return {"type": "array", "items": {"type": "string"}, **described}
        case 3:
            return {"type": "string", **described}
        case _:
            inner = {f"field_{index}": _property(rng, depth - 1) for index in range(3)}
            return {"type": "object", "properties": inner, "required": ["field_0"], **described}


def _tool(rng: random.Random, index: int, properties: int) -> dict[str, Any]:
    made = {f"option_{number}": _property(rng, 1) for number in range(properties)}
    schema = {"type": "object", "properties": made, "required": list(made)[:2], "additionalProperties": False}
    return {"name": f"tool_{index}", "description": prose(rng, 40 * properties), "schema": schema}


def _call(rng: random.Random, number: int, size: int) -> Call:
    arguments = {"path": f"/src/module_{number}.py", "content": prose(rng, size), "limit": number, "recursive": True}
    return Call(f"tool_{number % 20}", arguments, prose(rng, 6 * size), number)


def _conversation(rng: random.Random, rounds: int, size: int) -> list[Turn]:
    """One question, worked on for that many rounds of one call each, then a second question."""
    turns = [Turn(prose(rng, 4 * size))]
    for number in range(rounds):
        turns[-1].thought = prose(rng, 2 * size)
        turns[-1].said = prose(rng, size // 2)
        turns[-1].calls = [_call(rng, number, size)]
        turns.append(Turn(""))
    turns[-1].said = prose(rng, size)
    return [*turns, Turn(prose(rng, size))]


@cache
def story(name: str) -> Story:
    """`small` 0.4 KB, `rich` 4-5 KB, `agent` 67 KB, `image` 1 MB."""
    rng = random.Random(name)
    match name:
        case "small":
            return Story(prose(rng, 80), [Turn(prose(rng, 160))])
        case "rich":
            turns = _conversation(rng, 2, 80)
            turns[0].url = "https://example.org/images/diagram.png"
            return Story(prose(rng, 200), turns, [_tool(rng, index, 2) for index in range(2)], settings=True)
        case "agent":
            tools = [_tool(rng, index, 5) for index in range(20)]
            return Story(prose(rng, 3000), _conversation(rng, 19, 140), tools, settings=True)
        case "image":
            turn = Turn(prose(rng, 120), image=base64.b64encode(rng.randbytes(750_000)).decode())
            return Story(prose(rng, 60), [turn])
        case _:
            raise ValueError(name)


def long_story(size: int) -> Story:
    """A story of about that many bytes, most of it rounds of calls."""
    rng = random.Random(size)
    return Story(prose(rng, 60), _conversation(rng, max(size // 1900, 0), 152))


# ------------------------------------------------------------------------------------------------------- requests


def dump(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def request(name: str, dialect: str) -> bytes:
    """A request body by the name of its story."""
    return dump(_TELLERS[dialect](story(name)))


def tells(name: str, dialect: str) -> bool:
    """Whether a dialect has words for what its size comes from: Completions has no pictures."""
    return not (name == "image" and dialect == "openai-completions")


def long_request(size: int, dialect: str) -> bytes:
    """A request body of about that many bytes."""
    return dump(_TELLERS[dialect](long_story(size)))


def seal(number: int) -> str:
    """What stands for the vendor's signature."""
    return base64.b64encode(random.Random(number).randbytes(96)).decode()


def _openai_request(told: Story) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "system", "content": told.system}]
    for turn in told.turns:
        if turn.asked:
            messages.append({"role": "user", "content": _openai_content(turn)})
        if turn.said or turn.calls:
            messages.append({"role": "assistant", **_openai_said(turn)})
        messages.extend(
            {"role": "tool", "tool_call_id": f"call_{call.id:024}", "content": call.result} for call in turn.calls
        )
    body: dict[str, Any] = {"model": MODELS["openai"], "messages": messages}
    if told.tools:
        functions = [
            {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]}
            for tool in told.tools
        ]
        body["tools"] = [{"type": "function", "function": function} for function in functions]
        body["tool_choice"] = "auto"
    if told.settings:
        body |= {"max_completion_tokens": 8192, "reasoning_effort": "medium", "stream": True}
        body["stream_options"] = {"include_usage": True}
    else:
        body |= {"temperature": 0.7, "max_completion_tokens": 1024}
    return body


def _openai_content(turn: Turn) -> str | list[dict[str, Any]]:
    url = turn.url or (f"data:image/png;base64,{turn.image}" if turn.image else "")
    if not url:
        return turn.asked
    return [{"type": "text", "text": turn.asked}, {"type": "image_url", "image_url": {"url": url}}]


def _openai_said(turn: Turn) -> dict[str, Any]:
    said: dict[str, Any] = {"content": turn.said}
    if turn.thought:
        said["reasoning_content"] = turn.thought
    if turn.calls:
        said["tool_calls"] = [
            {
                "id": f"call_{call.id:024}",
                "type": "function",
                "function": {"name": call.name, "arguments": dump(call.arguments).decode()},
            }
            for call in turn.calls
        ]
    return said


def _completions_request(told: Story) -> dict[str, Any]:
    """A script, as prompts for models that only go on with a text are written: tools and calls in words."""
    lines = [told.system, *(dump(tool).decode() for tool in told.tools)]
    for turn in told.turns:
        if turn.asked:
            lines.append(f"user:\n{turn.asked}")
        if turn.said or turn.calls:
            called = [f"{call.name} {dump(call.arguments).decode()}" for call in turn.calls]
            lines.append("\n".join(["assistant:", turn.thought, turn.said, *called]))
        lines.extend(f"{call.name}:\n{call.result}" for call in turn.calls)
    body: dict[str, Any] = {"model": MODELS["openai-completions"], "prompt": "\n\n".join([*lines, "assistant:\n"])}
    body |= {"max_tokens": 1024, "stop": ["\nuser:"]}
    if told.settings:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    else:
        body |= {"temperature": 0.7}
    return body


def _responses_request(told: Story) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    for number, turn in enumerate(told.turns):
        if turn.asked:
            items.append({"role": "user", "content": _responses_content(turn)})
        items += _responses_said(turn, f"{number:02}")
        items += [
            {"type": "function_call_output", "call_id": f"call_{call.id:024}", "output": call.result}
            for call in turn.calls
        ]
    body: dict[str, Any] = {"model": MODELS["openai-responses"], "instructions": told.system, "input": items}
    if told.tools:
        body["tools"] = [
            {"type": "function", "name": tool["name"], "description": tool["description"], "strict": False}
            | {"parameters": tool["schema"]}
            for tool in told.tools
        ]
        body["tool_choice"] = "auto"
    if told.settings:
        body |= {"max_output_tokens": 8192, "reasoning": {"effort": "medium"}, "stream": True, "store": False}
    else:
        body |= {"temperature": 0.7, "max_output_tokens": 1024}
    return body


def _responses_content(turn: Turn) -> str | list[dict[str, Any]]:
    url = turn.url or (f"data:image/png;base64,{turn.image}" if turn.image else "")
    if not url:
        return turn.asked
    return [{"type": "input_text", "text": turn.asked}, {"type": "input_image", "image_url": url, "detail": "auto"}]


def _responses_said(turn: Turn, uid: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if turn.thought:
        summary = [{"type": "summary_text", "text": turn.thought}]
        sealed = {"encrypted_content": seal(len(turn.thought))}
        items.append({"type": "reasoning", "id": f"rs_{uid}", "summary": summary, **sealed})
    if turn.said:
        text = {"type": "output_text", "text": turn.said, "annotations": []}
        said = {"type": "message", "id": f"msg_{uid}", "status": "completed", "role": "assistant", "content": [text]}
        items.append(said)
    items.extend(
        {
            "type": "function_call",
            "id": f"fc_{uid}{call.id}",
            "call_id": f"call_{call.id:024}",
            "name": call.name,
            "arguments": dump(call.arguments).decode(),
            "status": "completed",
        }
        for call in turn.calls
    )
    return items


def _claude_request(told: Story) -> dict[str, Any]:
    messages: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for turn in told.turns:
        shown = results + _claude_content(turn)
        if shown:
            content = shown[0]["text"] if len(shown) == 1 and shown[0]["type"] == "text" else shown
            messages.append({"role": "user", "content": content})
        if turn.said or turn.calls:
            messages.append({"role": "assistant", "content": _claude_said(turn)})
        results = [
            {"type": "tool_result", "tool_use_id": f"toolu_{call.id:024}", "content": call.result}
            for call in turn.calls
        ]
    body: dict[str, Any] = {"model": MODELS["claude"], "max_tokens": 8192, "system": told.system, "messages": messages}
    if told.tools:
        body["tools"] = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["schema"]}
            for tool in told.tools
        ]
        body["tool_choice"] = {"type": "auto"}
    if told.settings:
        body["system"] = [{"type": "text", "text": told.system, "cache_control": {"type": "ephemeral"}}]
        last: dict[str, Any] = {"type": "text", "text": messages[-1]["content"], "cache_control": {"type": "ephemeral"}}
        messages[-1]["content"] = [last]
        body |= {"thinking": {"type": "enabled", "budget_tokens": 4096}, "stream": True}
    else:
        body["temperature"] = 0.7
    return body


def _claude_content(turn: Turn) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = []
    if turn.url:
        content.append({"type": "image", "source": {"type": "url", "url": turn.url}})
    if turn.image:
        source = {"type": "base64", "media_type": "image/png", "data": turn.image}
        content.append({"type": "image", "source": source})
    if turn.asked:
        content.append({"type": "text", "text": turn.asked})
    return content


def _claude_said(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if turn.thought:
        blocks.append({"type": "thinking", "thinking": turn.thought, "signature": seal(len(turn.thought))})
    if turn.said:
        blocks.append({"type": "text", "text": turn.said})
    blocks.extend(
        {"type": "tool_use", "id": f"toolu_{call.id:024}", "name": call.name, "input": call.arguments}
        for call in turn.calls
    )
    return blocks


def _gemini_request(told: Story) -> dict[str, Any]:
    contents: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for turn in told.turns:
        shown = results + _gemini_content(turn)
        if shown:
            contents.append({"role": "user", "parts": shown})
        if turn.said or turn.calls:
            contents.append({"role": "model", "parts": _gemini_said(turn)})
        results = [
            {"functionResponse": {"name": call.name, "response": {"output": call.result}}} for call in turn.calls
        ]
    body: dict[str, Any] = {"contents": contents, "systemInstruction": {"parts": [{"text": told.system}]}}
    if told.tools:
        declarations = [
            {"name": tool["name"], "description": tool["description"], "parametersJsonSchema": tool["schema"]}
            for tool in told.tools
        ]
        body["tools"] = [{"functionDeclarations": declarations}]
        body["toolConfig"] = {"functionCallingConfig": {"mode": "AUTO"}}
    if told.settings:
        thinking = {"includeThoughts": True, "thinkingBudget": 4096}
        body["generationConfig"] = {"maxOutputTokens": 8192, "thinkingConfig": thinking}
    else:
        body["generationConfig"] = {"maxOutputTokens": 1024, "temperature": 0.7}
    return body


def _gemini_content(turn: Turn) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if turn.url:
        parts.append({"fileData": {"mimeType": "image/png", "fileUri": turn.url}})
    if turn.image:
        parts.append({"inlineData": {"mimeType": "image/png", "data": turn.image}})
    if turn.asked:
        parts.append({"text": turn.asked})
    return parts


def _gemini_said(turn: Turn) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if turn.thought:
        parts.append({"text": turn.thought, "thought": True})
    if turn.said:
        parts.append({"text": turn.said})
    parts.extend(
        {"functionCall": {"name": call.name, "args": call.arguments}, "thoughtSignature": seal(call.id)}
        for call in turn.calls
    )
    return parts


def _ui_request(told: Story) -> dict[str, Any]:
    """The turns of one answer, each with its results, are the steps of one message."""
    messages: list[dict[str, Any]] = []
    for number, turn in enumerate(told.turns):
        if turn.asked or turn.url or turn.image:
            messages.append({"id": f"user{number:02}", "role": "user", "parts": _ui_content(turn)})
        if not (turn.said or turn.calls):
            continue
        if messages[-1]["role"] != "assistant":
            messages.append({"id": f"msg{number:02}", "role": "assistant", "parts": []})
        messages[-1]["parts"] += [{"type": "step-start"}, *_ui_said(turn, answered=True)]
    body: dict[str, Any] = {"model": MODELS["ui-message"], "system": told.system}
    if told.tools:
        body["tools"] = {
            tool["name"]: {"description": tool["description"], "inputSchema": tool["schema"]} for tool in told.tools
        }
        body["toolChoice"] = "auto"
    if told.settings:
        body |= {"maxOutputTokens": 8192, "reasoning": "medium"}
    else:
        body |= {"temperature": 0.7, "maxOutputTokens": 1024}
    return {**body, "id": "chat", "messages": messages, "trigger": "submit-message"}


def _ui_content(turn: Turn) -> list[dict[str, Any]]:
    url = turn.url or (f"data:image/png;base64,{turn.image}" if turn.image else "")
    shown = [{"type": "file", "mediaType": "image/png", "url": url}] if url else []
    return [*shown, *([{"type": "text", "text": turn.asked}] if turn.asked else [])]


def _ui_said(turn: Turn, *, answered: bool) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if turn.thought:
        signed = {"anthropic": {"signature": seal(len(turn.thought))}}
        parts.append({"type": "reasoning", "text": turn.thought, "providerMetadata": signed, "state": "done"})
    if turn.said:
        parts.append({"type": "text", "text": turn.said, "state": "done"})
    for call in turn.calls:
        part = {"type": f"tool-{call.name}", "toolCallId": f"toolu_{call.id:024}", "state": "input-available"}
        done = {"state": "output-available", "output": call.result} if answered else {}
        parts.append({**part, "input": call.arguments, **done})
    return parts


_TELLERS = {
    "openai": _openai_request,
    "openai-completions": _completions_request,
    "openai-responses": _responses_request,
    "claude": _claude_request,
    "gemini": _gemini_request,
    "ui-message": _ui_request,
}

# ------------------------------------------------------------------------------------------------------ responses


@cache
def _answer() -> Turn:
    rng = random.Random("answer")
    calls = [_call(rng, 1, 200), _call(rng, 2, 200)]
    return Turn("", thought=prose(rng, 400), said=prose(rng, 250), calls=calls)


@cache
def response(dialect: str) -> bytes:
    """A 2 KB answer: thinking, text and two calls."""
    turn = _answer()
    match dialect:
        case "openai":
            choice = {
                "index": 0,
                "message": {"role": "assistant", **_openai_said(turn), "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": "tool_calls",
            }
            body = {
                "id": "chatcmpl-BYR5dLhMkf6Vd2nXqgJ0Pw1uT7s3a",
                "object": "chat.completion",
                "created": 1_760_000_000,
                "model": MODELS[dialect],
                "choices": [choice],
                "usage": _openai_usage(),
                "service_tier": "default",
                "system_fingerprint": "fp_44709d6fcb",
            }
        case "openai-completions":
            called = [f"{call.name} {dump(call.arguments).decode()}" for call in turn.calls]
            choice = {
                "index": 0,
                "text": "\n".join([turn.thought, turn.said, *called]),
                "logprobs": None,
                "finish_reason": "stop",
            }
            body = {**_completions_head(), "choices": [choice], "usage": _openai_usage()}
        case "openai-responses":
            body = _responses_envelope("completed", _responses_said(turn, "01"))
        case "claude":
            body = {
                "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
                "type": "message",
                "role": "assistant",
                "model": MODELS[dialect],
                "content": _claude_said(turn),
                "stop_reason": "tool_use",
                "stop_sequence": None,
                "usage": _claude_usage(212),
            }
        case "ui-message":
            parts = [{"type": "step-start"}, *_ui_said(turn, answered=False)]
            body = {"id": "msg-1", "metadata": _ui_start() | _ui_end(), "role": "assistant", "parts": parts}
        case _:
            candidate = {"content": {"parts": _gemini_said(turn), "role": "model"}, "finishReason": "STOP", "index": 0}
            body = {"candidates": [candidate], **_gemini_envelope(212)}
    return dump(body)


def _ui_start() -> dict[str, Any]:
    return {"createdAt": 1_760_000_000_000, "model": MODELS["ui-message"]}


def _ui_end() -> dict[str, Any]:
    usage = {
        "inputTokens": 1200,
        "inputTokenDetails": {"noCacheTokens": 176, "cacheReadTokens": 1024, "cacheWriteTokens": 0},
        "outputTokens": 212,
        "outputTokenDetails": {"textTokens": 132, "reasoningTokens": 80},
        "totalTokens": 1412,
    }
    return {"usage": usage, "finishReason": "tool-calls"}


def _openai_usage() -> dict[str, Any]:
    return {
        "prompt_tokens": 1200,
        "completion_tokens": 212,
        "total_tokens": 1412,
        "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 80,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _responses_envelope(status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "object": "response",
        "created_at": 1_760_000_000,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": 8192,
        "model": MODELS["openai-responses"],
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "medium", "summary": None},
        "service_tier": "default",
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": _responses_usage() if status == "completed" else None,
        "user": None,
        "metadata": {},
    }


def _responses_usage() -> dict[str, Any]:
    return {
        "input_tokens": 1200,
        "input_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 0},
        "output_tokens": 212,
        "output_tokens_details": {"reasoning_tokens": 80},
        "total_tokens": 1412,
    }


def _claude_usage(made: int) -> dict[str, Any]:
    return {
        "input_tokens": 176,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 1024,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": made,
        "service_tier": "standard",
    }


def _gemini_envelope(made: int) -> dict[str, Any]:
    return {
        "usageMetadata": {
            "promptTokenCount": 1200,
            "candidatesTokenCount": made,
            "totalTokenCount": 1280 + made,
            "cachedContentTokenCount": 1024,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1200}],
            "thoughtsTokenCount": 80,
        },
        "modelVersion": MODELS["gemini"],
        "responseId": "cXNlZC1pZC1vZi1yZXNwb25zZQ",
    }


# -------------------------------------------------------------------------------------------------------- streams


def events(dialect: str, count: int = STREAM_EVENTS) -> Iterator[bytes]:
    """A stream's events without their SSE frames, `count` of them (a few more, to begin and to end it properly).

    Three quarters are text, the rest the pieces of a call's arguments; Gemini, which sends calls whole, has thoughts
    in their stead and one call.
    """
    return _STREAMERS[dialect](count)


@cache
def pieces(count: int = 97) -> list[str]:
    """Texts as models cut them; a long stream goes round them."""
    rng = random.Random("pieces")
    return [" " + prose(rng, rng.randrange(2, 12)) for _ in range(count)]


def _texts(count: int) -> Iterator[str]:
    some = pieces()
    return (some[index % len(some)] for index in range(count))


def _arguments(count: int) -> Iterator[str]:
    """The text of one JSON object in that many pieces."""
    yield '{"content":"'
    yield from (json.dumps(piece, ensure_ascii=False)[1:-1] for piece in _texts(count - 2))
    yield '"}'


def _openai_events(count: int) -> Iterator[bytes]:
    head = {
        "id": "chatcmpl-BYR5dLhMkf6Vd2nXqgJ0Pw1uT7s3a",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": MODELS["openai"],
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb",
    }

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return dump({**head, "choices": [choice], "usage": None})

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for text in _texts(count * 3 // 4):
        yield chunk({"content": text})
    function = {"name": "tool_1", "arguments": ""}
    yield chunk({"tool_calls": [{"index": 0, "id": f"call_{1:024}", "type": "function", "function": function}]})
    for text in _arguments(count // 4):
        yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})
    yield chunk({}, "tool_calls")
    yield dump({**head, "choices": [], "usage": _openai_usage()})
    yield b"[DONE]"


def _completions_head() -> dict[str, Any]:
    return {
        "id": "cmpl-BYR5dLhMkf6Vd2nXqgJ0Pw1uT7s3a",
        "object": "text_completion",
        "created": 1_760_000_000,
        "model": MODELS["openai-completions"],
        "system_fingerprint": "fp_44709d6fcb",
    }


def _completions_events(count: int) -> Iterator[bytes]:
    def chunk(text: str, finish: str | None = None) -> bytes:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return dump({**_completions_head(), "choices": [choice], "usage": None})

    for text in _texts(count):
        yield chunk(text)
    yield chunk("", "stop")
    yield dump({**_completions_head(), "choices": [], "usage": _openai_usage()})
    yield b"[DONE]"


def _responses_events(count: int) -> Iterator[bytes]:
    numbers = iter(range(count * 2 + 100))

    def event(kind: str, **members: Any) -> bytes:
        return dump({"type": f"response.{kind}", "sequence_number": next(numbers), **members})

    early = _responses_envelope("in_progress", [])
    yield event("created", response=early)
    yield event("in_progress", response=early)
    texts, arguments = list(_texts(count * 3 // 4)), list(_arguments(count // 4))
    text: dict[str, Any] = {"type": "output_text", "text": "".join(texts), "annotations": [], "logprobs": []}
    said: dict[str, Any] = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant"}
    at: dict[str, Any] = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    yield event("output_item.added", output_index=0, item={**said, "status": "in_progress", "content": []})
    yield event("content_part.added", **at, part={**text, "text": ""})
    for piece in texts:
        yield event("output_text.delta", **at, delta=piece, logprobs=[])
    yield event("output_text.done", **at, text=text["text"], logprobs=[])
    yield event("content_part.done", **at, part=text)
    said["content"] = [text]
    yield event("output_item.done", output_index=0, item=said)
    call: dict[str, Any] = {"type": "function_call", "id": "fc_1", "call_id": f"call_{1:024}", "name": "tool_1"}
    whole = {**call, "arguments": "".join(arguments), "status": "completed"}
    yield event("output_item.added", output_index=1, item={**call, "arguments": "", "status": "in_progress"})
    for piece in arguments:
        yield event("function_call_arguments.delta", item_id="fc_1", output_index=1, delta=piece)
    yield event("function_call_arguments.done", item_id="fc_1", output_index=1, arguments=whole["arguments"])
    yield event("output_item.done", output_index=1, item=whole)
    yield event("completed", response=_responses_envelope("completed", [said, whole]))


def _claude_events(count: int) -> Iterator[bytes]:
    message = {
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": MODELS["claude"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _claude_usage(1),
    }

    def delta(index: int, inner: dict[str, Any]) -> bytes:
        return dump({"type": "content_block_delta", "index": index, "delta": inner})

    yield dump({"type": "message_start", "message": message})
    yield dump({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for text in _texts(count * 3 // 4):
        yield delta(0, {"type": "text_delta", "text": text})
    yield dump({"type": "content_block_stop", "index": 0})
    block = {"type": "tool_use", "id": f"toolu_{1:024}", "name": "tool_1", "input": {}}
    yield dump({"type": "content_block_start", "index": 1, "content_block": block})
    for text in _arguments(count // 4):
        yield delta(1, {"type": "input_json_delta", "partial_json": text})
    yield dump({"type": "content_block_stop", "index": 1})
    end = {"stop_reason": "tool_use", "stop_sequence": None}
    yield dump({"type": "message_delta", "delta": end, "usage": {"output_tokens": 212}})
    yield dump({"type": "message_stop"})


def _gemini_events(count: int) -> Iterator[bytes]:
    def chunk(part: dict[str, Any], made: int, finish: str | None = None) -> bytes:
        candidate: dict[str, Any] = {"content": {"parts": [part], "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        return dump({"candidates": [candidate], **_gemini_envelope(made)})

    for made, text in enumerate(_texts(count // 4)):
        yield chunk({"text": text, "thought": True}, made)
    for made, text in enumerate(_texts(count * 3 // 4)):
        yield chunk({"text": text}, made)
    call = {"name": "tool_1", "args": {"content": prose(random.Random("call"), 400)}}
    yield chunk({"functionCall": call, "thoughtSignature": seal(1)}, count, "STOP")


def _ui_events(count: int) -> Iterator[bytes]:
    def chunk(kind: str, **more: Any) -> bytes:
        return dump({"type": kind, **more})

    call = {"toolCallId": f"toolu_{1:024}", "toolName": "tool_1"}
    yield chunk("start", messageId="msg-1", messageMetadata=_ui_start())
    yield chunk("start-step")
    yield chunk("text-start", id="0")
    for text in _texts(count * 3 // 4):
        yield chunk("text-delta", id="0", delta=text)
    yield chunk("text-end", id="0")
    yield chunk("tool-input-start", **call)
    said: list[str] = []
    for text in _arguments(count // 4):
        said.append(text)
        yield chunk("tool-input-delta", toolCallId=call["toolCallId"], inputTextDelta=text)
    yield chunk("tool-input-available", **call, input=json.loads("".join(said)))
    yield chunk("finish-step")
    yield chunk("finish", finishReason="tool-calls", messageMetadata=_ui_end())
    yield b"[DONE]"


_STREAMERS = {
    "openai": _openai_events,
    "openai-completions": _completions_events,
    "openai-responses": _responses_events,
    "claude": _claude_events,
    "gemini": _gemini_events,
    "ui-message": _ui_events,
}


def frames(dialect: str, count: int = STREAM_EVENTS) -> Iterator[bytes]:
    """The same stream as SSE, a frame an event."""
    for data in events(dialect, count):
        if dialect in ("claude", "openai-responses"):
            name = data[9 : data.index(b'"', 9)]
            yield b"event: %b\ndata: %b\n\n" % (name, data)
        else:
            yield b"data: %b\n\n" % data


def chunks(dialect: str, count: int = STREAM_EVENTS, frames_a_chunk: int = 4) -> Iterator[bytes]:
    """The same stream as it comes from a socket, some frames at a time."""
    rest = frames(dialect, count)
    while some := list(islice(rest, frames_a_chunk)):
        yield b"".join(some)


if __name__ == "__main__":
    for shown in DIALECTS:
        sizes = {name: len(request(name, shown)) for name in REQUESTS}
        sizes |= {"10 MB": len(long_request(10_000_000, shown)), "response": len(response(shown))}
        print(shown, sizes, "stream", sum(len(data) for data in events(shown)))
