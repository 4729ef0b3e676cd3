"""The canonical form of generateContent bodies."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import Any

from dgrid_translate.testing.laws.canonical.common import FREE_JSON, listed, without_nulls
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject


def camel(value: Any) -> Any:
    """The body with its own keys in camelCase."""
    if is_array(value):
        return [camel(item) for item in value]
    if not is_object(value):
        return value
    made: JSONObject = {}
    for key, child in value.items():
        name = re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), key)
        made[name] = child if name in FREE_JSON else camel(child)
    return made


_REPEATED = {"parts", "tools", "contents"}


def as_arrays(value: Any) -> Any:
    """The body with arrays where proto3 takes a lone object for one."""
    if is_array(value):
        return [as_arrays(item) for item in value]
    if not is_object(value):
        return value
    made: JSONObject = {}
    for key, child in value.items():
        inner = child if key in FREE_JSON else as_arrays(child)
        made[key] = [inner] if key in _REPEATED and is_object(inner) else inner
    return made


def canonical_gemini(body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same."""
    # proto3 JSON: either spelling of a key; null is absent; an empty repeated field is absent.
    body = without_nulls(camel(body))
    if "contents" in body:
        merged: list[JSONObject] = []
        for content in body["contents"]:
            # Turns of one role in a row are one turn; a turn without a role is the user's.
            role = content.get("role", "user")
            if merged and merged[-1]["role"] == role:
                merged[-1] = {**merged[-1], "parts": [*merged[-1]["parts"], *listed(content.get("parts", []))]}
            else:
                merged.append({**content, "role": role, "parts": list(listed(content.get("parts", [])))})
        for content in merged:
            if content["role"] == "model":
                content["parts"] = _gemini_merged(content["parts"])[0]
            content["parts"] = [_gemini_part(part) for part in content["parts"] if part != {"text": ""}]
        # The turn with which a conversation must begin for others, where the source began with the model's.
        if merged and merged[0]["parts"] == [{"text": "(start of conversation)"}]:
            merged = merged[1:]
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
        told = {key: count for key, count in usage.items() if not is_array(count)}
        by_kind = {
            key: [one for one in count if one.get("tokenCount")] for key, count in usage.items() if key not in told
        }
        sort = told | {key: sorted(count, key=repr) for key, count in by_kind.items() if count}
        counts = {key: count for key, count in sort.items() if key != "totalTokenCount"}
        body = {**body, "usageMetadata": counts}
    instruction = body.get("systemInstruction")
    if is_object(instruction):
        # The field says whose it is.
        body = {**body, "systemInstruction": {"parts": listed(instruction.get("parts", []))}}
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
    # Google's word for a signature that nobody has; and one that only repeats the thoughts before the call.
    signature = part.get("thoughtSignature")
    if signature == "skip_thought_signature_validator" or _repeats_thoughts(signature):
        part = {key: child for key, child in part.items() if key != "thoughtSignature"}
    # A call without arguments is a call with none.
    if "functionCall" in part:
        return {**part, "functionCall": {"args": {}, **part["functionCall"]}}
    answer = part.get("functionResponse")
    if is_object(answer) and is_object(answer.get("response")):
        return {**part, "functionResponse": {**answer, "response": _gemini_given(answer["response"])}}
    # A name to show is Vertex's alone.
    for kind in ("fileData", "inlineData"):
        file = part.get(kind)
        if is_object(file) and "displayName" in file:
            part = {**part, kind: {key: child for key, child in file.items() if key != "displayName"}}
    # proto3 JSON takes either alphabet of base64, with or without padding.
    blob = part.get("inlineData")
    if is_object(blob) and isinstance(blob.get("data"), str):
        data = blob["data"].translate(str.maketrans("-_", "+/")).rstrip("=")
        return {**part, "inlineData": {**blob, "data": data}}
    return part


def _repeats_thoughts(signature: object) -> bool:
    mark = "dgridTranslateSign01"
    return isinstance(signature, str) and signature.startswith(mark + b64encode(b"..b.[[").decode()[:6])


def _gemini_given(response: JSONObject) -> JSONObject:
    """What a function gave: SDKs wrap it under either key, and an object that was written as text is that object."""
    for key in ("result", "output"):
        if set(response) == {key}:
            try:
                read = json.loads(response[key]) if isinstance(response[key], str) else None
            except ValueError:
                read = None
            return _gemini_given(read) if is_object(read) else {"output": response[key]}
    return response


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
