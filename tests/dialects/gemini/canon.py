"""Gemini bodies that mean the same, spelled the same."""

from __future__ import annotations

import re
from typing import Any

LISTS = {"contents", "parts", "tools", "functionDeclarations", "stopSequences", "allowedFunctionNames", "candidates"}
OPAQUE = {"args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema", "labels"}


def canonical(body: Any) -> Any:
    """proto3 JSON in camelCase and with lists where lists are due; what nobody looks into is left alone."""
    if isinstance(body, list):
        return [canonical(item) for item in body]
    if not isinstance(body, dict):
        return body
    out: dict[str, Any] = {}
    for key, value in body.items():
        name = re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), key)
        listed = [value] if name in LISTS and isinstance(value, dict) else value
        out[name] = listed if name in OPAQUE else canonical(listed)
    return out


def is_text(part: dict[str, Any]) -> bool:
    return "text" in part and part.keys() <= {"text", "thought", "thoughtSignature"}


def merged(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer that a stream's chunks add up to: neighbouring texts are one until one of them is signed."""
    out: dict[str, Any] = {}
    candidates: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        out |= {key: value for key, value in chunk.items() if key != "candidates"}
        for place, candidate in enumerate(chunk.get("candidates") or []):
            index = candidate.get("index", place)
            into = candidates.setdefault(index, {"index": index, "content": {"role": "model", "parts": []}})
            content = candidate.get("content") or {}
            into["content"] |= {key: value for key, value in content.items() if key not in ("parts", "role")}
            for part in content.get("parts") or []:
                add_part(into["content"]["parts"], part)
            for key, value in candidate.items():
                if key == "citationMetadata" and key in into:
                    had = into[key]
                    into[key] = {name: had.get(name, []) + value.get(name, []) for name in {*had, *value}}
                elif key != "content" and value is not None and not (value in ({}, []) and key in into):
                    into[key] = value
    if candidates:
        out["candidates"] = [candidates[index] for index in sorted(candidates)]
    return out


def add_part(parts: list[dict[str, Any]], part: dict[str, Any]) -> None:
    if not part:
        return
    if is_text(part):
        if not part["text"] and "thoughtSignature" not in part:
            return
        last = parts[-1] if parts else {}
        same = bool(last.get("thought")) == bool(part.get("thought"))
        if is_text(last) and "thoughtSignature" not in last and same:
            last["text"] += part["text"]
            if "thoughtSignature" in part:
                last["thoughtSignature"] = part["thoughtSignature"]
            return
        part = {key: value for key, value in part.items() if key != "thought" or value}
    parts.append(part)
