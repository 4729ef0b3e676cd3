"""Canonical forms: what a vendor's API treats as equal made equal. As few rules as possible, each with its reason."""

from __future__ import annotations

import re
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.laws.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject

FREE_JSON = frozenset(
    {"args", "response", "input", "properties", "labels", "metadata", "schema", "parameters", "input_schema"}
    | {"parametersJsonSchema", "responseJsonSchema", "responseSchema"}
)
"""Keys under which everything is somebody's own JSON, or a schema, and is left alone."""


def canonical(dialect: str, kind: Kind, body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same to the vendor."""
    match dialect:
        case "openai":
            return _openai(body)
        case "claude":
            return _claude(body, kind)
        case "gemini":
            return _gemini(body)
        case _:
            return body


def _without_nulls(value: Any) -> Any:
    if is_array(value):
        return [_without_nulls(item) for item in value]
    if is_object(value):
        return {
            key: child if key in FREE_JSON else _without_nulls(child)
            for key, child in value.items()
            if child is not None
        }
    return value


# -------------------------------------------------------------------------------------------------------- openai


def _openai(body: JSONObject) -> JSONObject:
    # Optional members that are null are as good as absent, in requests and in answers.
    body = _without_nulls(body)
    # Deprecated in favour of the other, with one meaning.
    if "max_tokens" in body:
        body = {**body, "max_completion_tokens": body["max_tokens"]}
        del body["max_tokens"]
    # One stop sequence may stand without its list.
    if isinstance(body.get("stop"), str):
        body = {**body, "stop": [body["stop"]]}
    if "messages" in body:
        body = {**body, "messages": [_openai_message(message) for message in body["messages"]]}
    if "tools" in body:
        body = {**body, "tools": [_openai_tool(tool) for tool in body["tools"]]}
    if "choices" in body:
        choices = [{**choice, "message": _openai_message(choice["message"])} for choice in body["choices"]]
        body = {**body, "choices": choices}
    return body


def _openai_tool(tool: JSONObject) -> JSONObject:
    # A function without parameters takes none.
    function = tool.get("function")
    if is_object(function):
        return {**tool, "function": {"parameters": {"type": "object", "properties": {}}, **function}}
    return tool


def _openai_message(message: JSONObject) -> JSONObject:
    message = dict(message)
    content = message.get("content")
    # A string is a list of one text part, and an empty one beside other members says nothing.
    if isinstance(content, str):
        message["content"] = [{"type": "text", "text": content}]
    # Developer is what newer models call system; the API takes either for the other.
    if message.get("role") == "developer":
        message["role"] = "system"
    # OpenRouter's name for the plain form of what reasoning_details says; servers send either.
    if "reasoning" in message:
        message.setdefault("reasoning_content", message["reasoning"])
        del message["reasoning"]
    # The plain form that readers of `reasoning_content` are given beside the details says nothing more.
    details = message.get("reasoning_details", ())
    if details and message.get("reasoning_content") == "".join(
        detail.get("text") or detail.get("summary") or "" for detail in details
    ):
        del message["reasoning_content"]
    # No calls and no citations may be said with an empty list.
    for key in ("tool_calls", "annotations"):
        if message.get(key) == []:
            del message[key]
    return message


# -------------------------------------------------------------------------------------------------------- claude


def _claude(body: JSONObject, kind: Kind) -> JSONObject:
    # Optional members that are null are as good as absent.
    body = _without_nulls(body)
    # A string is a list of one text block.
    if isinstance(body.get("system"), str):
        body = {**body, "system": [{"type": "text", "text": body["system"]}]}
    if "tools" in body:
        body = {**body, "tools": [_claude_tool(tool) for tool in body["tools"]]}
    if "messages" in body:
        merged: list[JSONObject] = []
        for message in body["messages"]:
            content = message["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            blocks = [_claude_block(block) for block in blocks]
            # Turns of one role in a row are one turn.
            if merged and merged[-1]["role"] == message["role"]:
                merged[-1] = {**merged[-1], "content": [*merged[-1]["content"], *blocks]}
            else:
                merged.append({**message, "content": blocks})
        body = {**body, "messages": merged}
    if kind == "response" and "content" in body:
        body = {**body, "content": [_claude_block(block) for block in body["content"]]}
    return body


def _claude_tool(tool: JSONObject) -> JSONObject:
    # "custom" is what a tool without a type is.
    return {key: value for key, value in tool.items() if (key, value) != ("type", "custom")}


def _claude_block(block: JSONObject) -> JSONObject:
    # A result as a string is a list of one text block.
    if block.get("type") == "tool_result" and isinstance(block.get("content"), str):
        text = block["content"]
        block = {**block, "content": [{"type": "text", "text": text}] if text else []}
    if block.get("type") == "tool_result" and block.get("content") == []:
        block = {key: value for key, value in block.items() if key != "content"}
    # A result is no error unless it says so.
    if block.get("is_error") is False:
        block = {key: value for key, value in block.items() if key != "is_error"}
    # A text without citations may say so with an empty list.
    if block.get("citations") == []:
        block = {key: value for key, value in block.items() if key != "citations"}
    return block


# -------------------------------------------------------------------------------------------------------- gemini


def _camel(value: Any) -> Any:
    if is_array(value):
        return [_camel(item) for item in value]
    if not is_object(value):
        return value
    made: JSONObject = {}
    for key, child in value.items():
        name = re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), key)
        made[name] = child if name in FREE_JSON else _camel(child)
    return made


def _gemini(body: JSONObject) -> JSONObject:
    # proto3 JSON: either spelling of a key; null is absent; an empty repeated field is absent.
    body = _without_nulls(_camel(body))
    if "contents" in body:
        merged: list[JSONObject] = []
        for content in body["contents"]:
            # Turns of one role in a row are one turn; a turn without a role is the user's.
            role = content.get("role", "user")
            if merged and merged[-1]["role"] == role:
                merged[-1] = {**merged[-1], "parts": [*merged[-1]["parts"], *content["parts"]]}
            else:
                merged.append({**content, "role": role, "parts": list(content["parts"])})
        for content in merged:
            content["parts"] = [_gemini_part(part) for part in content["parts"]]
        body = {**body, "contents": merged}
    instruction = body.get("systemInstruction")
    if is_object(instruction):
        # The field says whose it is.
        body = {**body, "systemInstruction": {key: child for key, child in instruction.items() if key != "role"}}
    if "candidates" in body:
        body = {**body, "candidates": [_gemini_candidate(found, at) for at, found in enumerate(body["candidates"])]}
    return body


def _gemini_part(part: JSONObject) -> JSONObject:
    # A call without arguments is a call with none.
    if "functionCall" in part:
        return {**part, "functionCall": {"args": {}, **part["functionCall"]}}
    return part


def _gemini_candidate(candidate: JSONObject, at: int) -> JSONObject:
    # proto3 JSON leaves out zeros.
    candidate = {"index": at, **candidate}
    content = candidate.get("content")
    if is_object(content) and "parts" in content:
        parts: list[JSONObject] = []
        for part in content["parts"]:
            part = _gemini_part(part)
            # A stream ends with an empty text where it has nothing more to say.
            if part != {"text": ""}:
                parts.append(part)
        candidate["content"] = {**content, "parts": parts}
    return candidate
