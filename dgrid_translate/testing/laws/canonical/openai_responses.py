"""The canonical form of Responses bodies."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

from dgrid_translate.shared.signatures import unwrap, wrapped_id
from dgrid_translate.testing.laws.canonical.common import is_derived, without_nulls
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject

_DEFAULTS: JSONObject = {
    "parallel_tool_calls": True,
    "truncation": "disabled",
    "background": False,
    "tool_choice": "auto",
    "service_tier": "auto",
    "stream": False,
    "tools": [],
}
"""Members of a request that say what is so anyway."""

_TEXTS = {"assistant": "output_text"}


def canonical_openai_responses(body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same."""
    given = body.get("input")
    # Optional members that are null are as good as absent, in requests and in answers.
    body = without_nulls(body)
    if is_array(given):
        body["input"] = [without_nulls(item) for item in given]
    if "output" in body:
        return _response(body)
    body = {key: value for key, value in body.items() if (key, value) not in _DEFAULTS.items()}
    # The newer name of the other.
    if "safety_identifier" in body and "user" not in body:
        body["user"] = body.pop("safety_identifier")
    body["input"] = _input(body.pop("instructions", None), body.get("input", []))
    text = body.get("text")
    if is_object(text):
        # Text is what comes if nothing else is asked for.
        body["text"] = {key: value for key, value in text.items() if (key, value) != ("format", {"type": "text"})}
    for key in ("text", "reasoning", "stream_options"):
        # An object without members says nothing.
        if body.get(key) == {}:
            del body[key]
    if "tools" in body:
        body["tools"] = [_tool(tool) for tool in body["tools"]]
    choice = body.get("tool_choice")
    if is_object(choice) and choice.get("type") == "allowed_tools" and choice.get("mode") == "required":
        # Having to use the only tool that is allowed is having to use that tool.
        allowed = choice.get("tools", [])
        body["tool_choice"] = allowed[0] if len(allowed) == 1 else choice
    return body


def _response(body: JSONObject) -> JSONObject:
    output = _merged([_item(item, answered=True) for item in body["output"]])
    usage = body.get("usage")
    if is_object(usage):
        # A total follows from the counts.
        body["usage"] = {key: count for key, count in usage.items() if key != "total_tokens"}
    if isinstance(body.get("id"), str):
        # An answer's id that another vendor made is marked.
        body["id"] = body["id"].removeprefix("resp_dgt1_")
    return {**body, "output": output}


def _tool(tool: JSONObject) -> JSONObject:
    # A function without parameters takes none.
    if tool.get("type") == "function":
        return {"parameters": {"type": "object", "properties": {}}, **tool}
    return tool


# ---------------------------------------------------------------------------------------------------------- items


def _input(instructions: Any, given: Any) -> list[JSONObject]:
    # A string is what the user says.
    items: list[JSONObject] = [{"role": "user", "content": given}] if isinstance(given, str) else given
    # Instructions are a system message before the input.
    if instructions is not None:
        items = [{"role": "system", "content": instructions}, *items]
    return _merged([_item(item) for item in items])


def _merged(items: list[JSONObject]) -> list[JSONObject]:
    merged: list[JSONObject] = []
    for item in items:
        # A thought without words and without what it was is only a reference to what is stored.
        if set(item) <= {"type", "id"} and item.get("type") == "reasoning":
            continue
        # Turns of one role in a row are one turn, where they have nothing but content.
        before = merged[-1] if merged else {}
        plain = set(item) == set(before) == {"role", "content"} and item["role"] == before["role"]
        if plain:
            merged[-1] = {**before, "content": [*before["content"], *item["content"]]}
        elif item != {"role": item.get("role"), "content": []}:
            merged.append(item)
    return merged


def _item(item: JSONObject, *, answered: bool = False) -> JSONObject:
    item = dict(item)
    kind = item.get("type", "message" if "role" in item else "item_reference")
    if kind == "message":
        # The type is known by the role.
        item.pop("type", None)
        item = _message(item)
    elif kind == "reasoning":
        # Thoughts may come in one piece or in several, as they were or as a summary.
        pieces = item.pop("summary", None), item.pop("content", None)
        text = next(("\n\n".join(piece.get("text", "") for piece in some) for some in pieces[::-1] if some), "")
        if text:
            item["text"] = text
        item = _unwrapped(item)
    else:
        item["type"] = kind
    # An item is done unless it says otherwise.
    if item.get("status") == "completed" and (kind in _DONE or answered):
        del item["status"]
    elif answered and kind in _DONE:
        item.pop("status", None)  # the answer's own says it
    # What is not stored is not referred to by its id.
    if kind in _ANONYMOUS:
        item.pop("id", None)
    if item.get("caller") == {"type": "direct"}:
        del item["caller"]
    if isinstance(item.get("arguments"), str):
        # Arguments are JSON text: its spelling says nothing.
        with contextlib.suppress(ValueError):
            item["arguments"] = json.loads(item["arguments"] or "{}")
    if kind in ("function_call_output", "custom_tool_call_output"):
        item["output"] = _parts(item.get("output"), "input_text")
    if _is_made_up(item.get("id")):
        # Nor is one that was worked out.
        del item["id"]
    if is_derived(item.get("call_id")):
        # An id that was worked out for a call without one is none.
        del item["call_id"]
    return item


def _unwrapped(item: JSONObject) -> JSONObject:
    # A stream shows an id before it hears the right one, which then stands with the sealed state.
    sealed = item.get("encrypted_content")
    named = wrapped_id(sealed) if isinstance(sealed, str) and _is_made_up(item.get("id")) else None
    state, _ = unwrap(str(sealed), "")
    return {**item, "id": named, "encrypted_content": state.value} if named and state.origin == "openai" else item


_ANONYMOUS = ("message", "function_call", "custom_tool_call", "function_call_output", "custom_tool_call_output")
_DONE = (*_ANONYMOUS, "reasoning")


def _message(message: JSONObject) -> JSONObject:
    # Developer is what newer models call system; the API takes either for the other.
    if message.get("role") == "developer":
        message["role"] = "system"
    message["content"] = _parts(message.get("content"), _TEXTS.get(message.get("role", ""), "input_text"))
    return message


def _parts(content: Any, kind: str) -> list[JSONObject]:
    # A string is a list of one text part, and an empty one says nothing.
    parts: list[JSONObject] = [{"type": kind, "text": content}] if isinstance(content, str) else content
    return [_part(part) for part in parts or () if part.get("text") != ""]


def _part(part: JSONObject) -> JSONObject:
    # No citations and no log probabilities may be said with an empty list; how closely to look is the API's to say.
    silent: tuple[tuple[str, Any], ...] = (("annotations", []), ("logprobs", []), ("detail", "auto"))
    return {key: value for key, value in part.items() if (key, value) not in silent}


def _is_made_up(item_id: object) -> bool:
    return isinstance(item_id, str) and re.fullmatch(r"(?:rs|ig)_[0-9a-f]{24}", item_id) is not None
