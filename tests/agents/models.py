"""Scripted models, each written in its own vendor's words: asked for a file, they call the agent's tool that writes
one; told that it was done, they say so. The answers are functions of the body alone, so that a history that lost
something on its way shows in what the agent does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Body = dict[str, Any]
Model = Callable[[Body], Body]
Maker = Callable[[Path, bool], Model]

TEXT = "hello from the model"
SAID = "The file is written."
THOUGHT = "A file, then."
SIGNATURE = "c2lnbmVkLWJ5LXRoZS1tb2RlbA=="
NOBODYS = "skip_thought_signature_validator"
"""Google's word for a signature that was lost."""


def _call(names: Iterable[str], file: Path) -> tuple[str, Body] | None:
    """The call that writes the file, with whichever tool the agent has for it."""
    ways = {
        "exec_command": {"cmd": f"printf '%s' '{TEXT}' > '{file}'"},
        "write_file": {"file_path": str(file), "content": TEXT},
        "Write": {"file_path": str(file), "content": TEXT},
        "write": {"filePath": str(file), "content": TEXT},
    }
    return next(((name, ways[name]) for name in names if name in ways), None)


def chat(file: Path, keeps: bool) -> Model:
    """Speaks OpenAI Chat Completions as DeepSeek does, which wants `reasoning_content` back beside the calls."""

    def answer(body: Body) -> Body:
        done = any(message["role"] == "tool" for message in body["messages"])
        if done and keeps:
            thoughts = [message.get("reasoning_content") for message in body["messages"] if "tool_calls" in message]
            assert thoughts == [THOUGHT], f"what was thought came back as {thoughts}"
        call = None if done else _call([tool["function"]["name"] for tool in body.get("tools", [])], file)
        message: Body = {"role": "assistant", "content": SAID}
        if call is not None:
            function = {"name": call[0], "arguments": json.dumps(call[1])}
            message = {"role": "assistant", "content": None, "reasoning_content": THOUGHT}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        choice = {"index": 0, "message": message, "finish_reason": "stop" if call is None else "tool_calls"}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }

    return answer


def claude(file: Path, keeps: bool) -> Model:
    """Speaks Claude Messages, thinks, and wants its thinking back as it was while it thinks with a budget."""
    thought = {"type": "thinking", "thinking": THOUGHT, "signature": SIGNATURE}

    def answer(body: Body) -> Body:
        blocks = [
            block
            for message in body["messages"]
            if isinstance(message["content"], list)
            for block in message["content"]
        ]
        done = any(block["type"] == "tool_result" for block in blocks)
        if done and (keeps or body.get("thinking", {}).get("type") == "enabled"):
            assert thought in blocks, "the thinking before the call did not come back"
        call = None if done else _call([tool["name"] for tool in body.get("tools", []) if "name" in tool], file)
        content: list[Body] = [{"type": "text", "text": SAID}]
        if call is not None:
            content = [thought, {"type": "tool_use", "id": "toolu_1", "name": call[0], "input": call[1]}]
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": "end_turn" if call is None else "tool_use",
            "stop_sequence": None,
            "usage": {"input_tokens": 10, "output_tokens": 5},
        }

    return answer


def gemini(file: Path, keeps: bool) -> Model:
    """Speaks Gemini, signs its call, and wants the signature back on it."""

    def answer(body: Body) -> Body:
        parts = [part for content in body["contents"] for part in content["parts"]]
        done = any("functionResponse" in part for part in parts)
        if done:
            signed = [part.get("thoughtSignature") for part in parts if "functionCall" in part]
            assert signed == [SIGNATURE] or (signed == [NOBODYS] and not keeps), f"the call came back signed {signed}"
        names = [one["name"] for tool in body.get("tools", []) for one in tool.get("functionDeclarations", [])]
        call = None if done else _call(names, file)
        part: Body = {"text": SAID}
        if call is not None:
            part = {"functionCall": {"name": call[0], "args": call[1]}, "thoughtSignature": SIGNATURE}
        candidate = {"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r1"}

    return answer


MODELS: dict[str, Maker] = {"openai": chat, "claude": claude, "gemini": gemini}
"""By the dialect they speak. `keeps`: the agent can give back what the model wants to see again."""
