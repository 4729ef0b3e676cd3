"""Canonical forms: what a vendor's API treats as equal made equal. As few rules as possible, each with its reason."""

from __future__ import annotations

import json
import re
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.places import is_array, is_object
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
            return _with_schemas(_openai(body))
        case "claude":
            return _with_schemas(_claude(body, kind))
        case "gemini":
            return _with_schemas(_gemini(body))
        case _:
            return body


def spelled_once(dialect: str, body: JSONObject) -> JSONObject:
    """The body in one spelling of those that its API reads as the very same JSON: proto3 has several for Gemini."""
    return _as_arrays(_camel(body)) if dialect == "gemini" else body


_SCHEMAS = {"schema", "parameters", "input_schema", "parametersJsonSchema", "responseJsonSchema"}


def _with_schemas(value: Any) -> Any:
    if is_array(value):
        return [_with_schemas(item) for item in value]
    if not is_object(value):
        return value
    return {key: _schema(child) if key in _SCHEMAS else _with_schemas(child) for key, child in value.items()}


def _schema(value: Any) -> Any:
    """A JSON Schema in which a constant is the only value of an `enum`, and a type that the values show is not said."""
    if is_array(value):
        return [_schema(item) for item in value]
    if not is_object(value):
        return value
    made = {key: _schema(child) for key, child in value.items() if key != "const"}
    # One alternative is none: some targets want a reference to stand alone.
    if is_array(made.get("anyOf")) and len(made["anyOf"]) == 1 and is_object(made["anyOf"][0]):
        made |= made.pop("anyOf")[0]
    if "const" in value:
        made["enum"] = [value["const"]]
    only = made.get("enum")
    if is_array(only) and all(isinstance(item, str) for item in only) and made.get("type") == "string":
        del made["type"]
    return made


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
    # An empty id is none, and a total follows from the counts.
    if body.get("id") == "":
        del body["id"]
    if is_object(body.get("usage")):
        body = {**body, "usage": {key: count for key, count in body["usage"].items() if key != "total_tokens"}}
    # Deprecated in favour of the other, with one meaning.
    if "max_tokens" in body:
        body = {**body, "max_completion_tokens": body["max_tokens"]}
        del body["max_tokens"]
    # The newer name of the other.
    if "safety_identifier" in body and "user" not in body:
        body = {**body, "user": body["safety_identifier"]}
        del body["safety_identifier"]
    choice = body.get("tool_choice")
    if is_object(choice) and is_object(choice.get("allowed_tools")):
        # Having to use the only tool that is allowed is having to use that tool.
        allowed = choice["allowed_tools"]
        if allowed.get("mode") == "required" and len(allowed.get("tools", ())) == 1:
            body = {**body, "tool_choice": allowed["tools"][0]}
    # One stop sequence may stand without its list.
    if isinstance(body.get("stop"), str):
        body = {**body, "stop": [body["stop"]]}
    # Functions are what tools were called at first.
    if "functions" in body:
        older = [{"type": "function", "function": function} for function in body["functions"]]
        body = {**body, "tools": [*older, *body.get("tools", ())]}
        del body["functions"]
    if "messages" in body:
        body = {**body, "messages": _openai_messages(body["messages"])}
    if "tools" in body:
        body = {**body, "tools": [_openai_tool(tool) for tool in body["tools"]]}
    if "choices" in body:
        body = {**body, "choices": [_openai_choice(choice) for choice in body["choices"]]}
    return body


def _openai_choice(choice: JSONObject) -> JSONObject:
    choice = {**choice, "message": _openai_message(choice.get("message", {}))}
    if choice.get("finish_reason") == "function_call":
        choice["finish_reason"] = "tool_calls"
    return choice


def _openai_tool(tool: JSONObject) -> JSONObject:
    # A function without parameters takes none.
    function = tool.get("function")
    if is_object(function):
        return {**tool, "function": {"parameters": {"type": "object", "properties": {}}, **function}}
    return tool


def _openai_messages(messages: list[JSONObject]) -> list[JSONObject]:
    merged: list[JSONObject] = []
    for message in map(_openai_message, messages):
        # A turn without anything in it says nothing.
        if set(message) == {"role"}:
            continue
        # Turns of one role in a row are one turn, where they have nothing but content.
        plain = set(message) == {"role", "content"}
        if plain and merged and set(merged[-1]) == {"role", "content"} and merged[-1]["role"] == message["role"]:
            merged[-1] = {**message, "content": [*merged[-1]["content"], *message["content"]]}
        else:
            merged.append(message)
    return merged


def _openai_message(message: JSONObject) -> JSONObject:
    message = dict(message)
    content = message.get("content")
    # A string is a list of one text part, and an empty one says nothing.
    if isinstance(content, str):
        message["content"] = [{"type": "text", "text": content}] if content else []
    elif is_array(content):
        message["content"] = [part for part in content if part != {"type": "text", "text": ""}]
    # The one function call of old is a tool call without an id, and its answer a tool's.
    if is_object(message.get("function_call")):
        message["tool_calls"] = [{"type": "function", "function": message["function_call"]}]
        del message["function_call"]
    if message.get("role") == "function":
        message["role"] = "tool"
    # A result's name repeats its call's.
    if message.get("role") == "tool":
        message.pop("name", None)
    # Developer is what newer models call system; the API takes either for the other.
    if message.get("role") == "developer":
        message["role"] = "system"
    # Mistral's form of what others put beside the content.
    thinking = [part for part in message.get("content") or () if part.get("type") == "thinking"]
    if thinking:
        texts = [piece.get("text", "") for part in thinking for piece in _listed(part["thinking"]) if is_object(piece)]
        message["reasoning_content"] = "".join(texts)
        message["content"] = [part for part in message["content"] if part not in thinking]
    # An id that was worked out for a call without one is none.
    if _is_derived(message.get("tool_call_id")):
        del message["tool_call_id"]
    # A Google signature without words of its own may stand in either of two places.
    bare = [detail for detail in message.get("reasoning_details") or () if _is_bare_google(detail)]
    if bare:
        message["extra_content"] = {"google": {"thought_signature": bare[0]["signature"]}}
        message["reasoning_details"] = [detail for detail in message["reasoning_details"] if detail not in bare]
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
    for key in ("tool_calls", "annotations", "content", "reasoning_details"):
        if message.get(key) == []:
            del message[key]
    if "tool_calls" in message:
        message["tool_calls"] = [_openai_call(call) for call in message["tool_calls"]]
    return message


def _is_bare_google(detail: JSONObject) -> bool:
    return detail.get("format") == "google-gemini-v1" and "signature" in detail and not detail.get("text")


def _is_derived(call_id: object) -> bool:
    return isinstance(call_id, str) and re.fullmatch(r"call_(?:dgt)?[0-9a-f]{24}", call_id) is not None


def _openai_call(call: JSONObject) -> JSONObject:
    if _is_derived(call.get("id")):
        call = {key: child for key, child in call.items() if key != "id"}
    # Arguments are JSON text: its spelling says nothing.
    function = call.get("function")
    if is_object(function) and "arguments" in function:
        try:
            return {**call, "function": {**function, "arguments": json.loads(function["arguments"] or "{}")}}
        except ValueError:
            pass
    return call


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
        # Neighbouring texts without anything of their own are one text.
        blocks = list[JSONObject]()
        for block in map(_claude_block, body["content"]):
            plain = set(block) == {"type", "text"}
            if plain and blocks and set(blocks[-1]) == {"type", "text"}:
                blocks[-1] = {"type": "text", "text": blocks[-1]["text"] + block["text"]}
            else:
                blocks.append(block)
        body = {**body, "content": [block for block in blocks if block != {"type": "text", "text": ""}]}
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


_REPEATED = {"parts", "tools", "contents"}


def _as_arrays(value: Any) -> Any:
    if is_array(value):
        return [_as_arrays(item) for item in value]
    if not is_object(value):
        return value
    made: JSONObject = {}
    for key, child in value.items():
        inner = child if key in FREE_JSON else _as_arrays(child)
        made[key] = [inner] if key in _REPEATED and is_object(inner) else inner
    return made


def _listed(value: Any) -> list[Any]:
    # proto3 JSON takes a lone object for a repeated field.
    return value if is_array(value) else [value]


def _gemini(body: JSONObject) -> JSONObject:
    # proto3 JSON: either spelling of a key; null is absent; an empty repeated field is absent.
    body = _without_nulls(_camel(body))
    if "contents" in body:
        merged: list[JSONObject] = []
        for content in body["contents"]:
            # Turns of one role in a row are one turn; a turn without a role is the user's.
            role = content.get("role", "user")
            if merged and merged[-1]["role"] == role:
                merged[-1] = {**merged[-1], "parts": [*merged[-1]["parts"], *_listed(content.get("parts", []))]}
            else:
                merged.append({**content, "role": role, "parts": list(_listed(content.get("parts", [])))})
        for content in merged:
            if content["role"] == "model":
                content["parts"] = _gemini_merged(content["parts"])[0]
            content["parts"] = [_gemini_part(part) for part in content["parts"] if part != {"text": ""}]
        body = {**body, "contents": [content for content in merged if content["parts"]]}
    config = body.get("generationConfig")
    thinking = config.get("thinkingConfig") if is_object(config) else None
    if is_object(config) and is_object(thinking) and isinstance(thinking.get("thinkingLevel"), str):
        # The API takes its levels in either case.
        config = {**config, "thinkingConfig": {**thinking, "thinkingLevel": thinking["thinkingLevel"].upper()}}
        body = {**body, "generationConfig": config}
    if is_object(config) and "responseSchema" in config:
        # Both fields hold the schema; only in the older may types be in capitals.
        rest = {key: child for key, child in config.items() if key != "responseSchema"}
        body = {**body, "generationConfig": {**rest, "responseJsonSchema": _lower_types(config["responseSchema"])}}
    if "tools" in body:
        tools = body["tools"] if is_array(body["tools"]) else [body["tools"]]
        body = {**body, "tools": [_gemini_tool(tool) for tool in tools]}
    usage = body.get("usageMetadata")
    if is_object(usage):
        # Counts by modality are in no order, and the total follows from the counts.
        sort = {key: sorted(child, key=repr) for key, child in usage.items() if is_array(child)}
        counts = {key: count for key, count in {**usage, **sort}.items() if key != "totalTokenCount"}
        body = {**body, "usageMetadata": counts}
    instruction = body.get("systemInstruction")
    if is_object(instruction):
        # The field says whose it is.
        body = {**body, "systemInstruction": {"parts": _listed(instruction.get("parts", []))}}
    if "candidates" in body:
        body = {**body, "candidates": [_gemini_candidate(found, at) for at, found in enumerate(body["candidates"])]}
    return body


def _gemini_tool(tool: JSONObject) -> JSONObject:
    if "functionDeclarations" not in tool:
        return tool
    # Both fields hold the schema; only in `parameters` may types be in capitals.
    declarations: list[JSONObject] = []
    for made in tool["functionDeclarations"]:
        made = dict(made)
        if "parameters" in made:
            made["parametersJsonSchema"] = _lower_types(made.pop("parameters"))
        declarations.append({"parametersJsonSchema": {"type": "object", "properties": {}}, **made})
    return {**tool, "functionDeclarations": declarations}


def _lower_types(schema: Any) -> Any:
    if is_array(schema):
        return [_lower_types(item) for item in schema]
    if is_object(schema):
        if schema.get("nullable") is True and isinstance(schema.get("type"), str):
            rest = {key: child for key, child in schema.items() if key != "nullable"}
            return _lower_types({**rest, "type": [schema["type"].lower(), "null"]})
        return {
            key: child.lower() if key == "type" and isinstance(child, str) else _lower_types(child)
            for key, child in schema.items()
        }
    return schema


def _gemini_part(part: JSONObject) -> JSONObject:
    # A call without arguments is a call with none.
    if "functionCall" in part:
        return {**part, "functionCall": {"args": {}, **part["functionCall"]}}
    # proto3 JSON takes either alphabet of base64, with or without padding.
    blob = part.get("inlineData")
    if is_object(blob) and isinstance(blob.get("data"), str):
        data = blob["data"].translate(str.maketrans("-_", "+/")).rstrip("=")
        return {**part, "inlineData": {**blob, "data": data}}
    return part


def _gemini_candidate(candidate: JSONObject, at: int) -> JSONObject:
    # proto3 JSON leaves out zeros.
    candidate = {"index": at, **candidate}
    content = candidate.get("content")
    if is_object(content):
        pieces: list[JSONObject] = content.get("parts", [])
        parts, moved = _gemini_merged([_gemini_part(part) for part in pieces])
        candidate = _gemini_moved(candidate, moved)
        candidate["content"] = {**content, "parts": parts}
    return candidate


def _gemini_merged(parts: list[JSONObject]) -> tuple[list[JSONObject], list[tuple[int, int]]]:
    """Neighbouring texts are one text however they are cut, until a signature ends it; where each part then begins."""
    merged: list[JSONObject] = []
    moved: list[tuple[int, int]] = []
    for part in parts:
        last = merged[-1] if merged else {}
        texts = "text" in part and "text" in last and "thoughtSignature" not in last
        if texts and part.get("thought") == last.get("thought"):
            moved.append((len(merged) - 1, len(last["text"].encode("utf-8", "surrogatepass"))))
            merged[-1] = {**last, **part, "text": last["text"] + part["text"]}
        else:
            moved.append((len(merged), 0))
            merged.append(part)
    # A stream ends with an empty text where it has nothing more to say.
    return [part for part in merged if part != {"text": ""}], moved


def _gemini_moved(candidate: JSONObject, moved: list[tuple[int, int]]) -> JSONObject:
    """The candidate with what is grounded counted from where the merged parts begin."""
    grounding = candidate.get("groundingMetadata")
    if not is_object(grounding) or "groundingSupports" not in grounding:
        return candidate
    supports: list[JSONObject] = []
    for support in grounding["groundingSupports"]:
        segment: JSONObject = support.get("segment", {})
        index: int = segment.get("partIndex", 0)
        part, offset = moved[index] if index < len(moved) else (index, 0)
        counted: JSONObject = {"partIndex": part, "startIndex": segment.get("startIndex", 0) + offset}
        if "endIndex" in segment:
            counted["endIndex"] = segment["endIndex"] + offset
        supports.append({**support, "segment": {**segment, **counted}})
    return {**candidate, "groundingMetadata": {**grounding, "groundingSupports": supports}}
