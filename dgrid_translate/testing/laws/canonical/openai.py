"""The canonical form of Chat Completions bodies."""

from __future__ import annotations

import json

from dgrid_translate.testing.laws.canonical.common import is_derived, listed, without_nulls
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject


def canonical_openai(body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same."""
    # Optional members that are null are as good as absent, in requests and in answers.
    body = without_nulls(body)
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


_JSON_INSTRUCTION = {"role": "system", "content": [{"type": "text", "text": "Answer in JSON."}]}
_SPOKEN = {"role", "content", "reasoning_content"}


def _openai_messages(messages: list[JSONObject]) -> list[JSONObject]:
    merged: list[JSONObject] = []
    for message in map(_openai_message, messages):
        # JSON mode wants the word in the messages: an instruction of nothing else repeats the mode.
        if message == _JSON_INSTRUCTION:
            continue
        # A turn without anything in it says nothing.
        if set(message) == {"role"}:
            continue
        # What the assistant says before its calls may stand in a turn of its own.
        before = merged[-1] if merged else {}
        if message["role"] == before.get("role") == "assistant" and set(before) <= _SPOKEN:
            content = [*before.get("content", ()), *message.get("content", ())]
            thought = before.get("reasoning_content", "") + message.get("reasoning_content", "")
            said = {"content": content, "reasoning_content": thought}
            merged[-1] = {**before, **message, **{key: part for key, part in said.items() if part}}
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
    # A refusal may stand among the parts or beside them.
    refused = [part for part in message.get("content") or () if part.get("type") == "refusal"]
    if len(refused) == 1 and "refusal" not in message:
        message["refusal"] = refused[0]["refusal"]
        message["content"] = [part for part in message["content"] if part not in refused]
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
        texts = [piece.get("text", "") for part in thinking for piece in listed(part["thinking"]) if is_object(piece)]
        message["reasoning_content"] = "".join(texts)
        message["content"] = [part for part in message["content"] if part not in thinking]
    # An id that was worked out for a call without one is none.
    if is_derived(message.get("tool_call_id")):
        del message["tool_call_id"]
    # A Google signature without words of its own may stand in either of two places.
    bare = [detail for detail in message.get("reasoning_details") or () if _is_bare_google(detail)]
    if bare:
        signature = bare[0].get("signature") or bare[0].get("data")
        message["extra_content"] = {"google": {"thought_signature": signature}}
        message["reasoning_details"] = [detail for detail in message["reasoning_details"] if detail not in bare]
    # OpenRouter's name for the plain form of what reasoning_details says; servers send either.
    if "reasoning" in message:
        message.setdefault("reasoning_content", message["reasoning"])
        del message["reasoning"]
    # What is said plainly beside sealed details without words is what the first of them seals.
    details: list[JSONObject] = message.get("reasoning_details") or []
    if details and message.get("reasoning_content") and all("data" in detail for detail in details):
        first = {key: value for key, value in details[0].items() if key in ("id", "format")}
        told = {"type": "reasoning.summary", "summary": message["reasoning_content"], **first}
        message["reasoning_details"] = [{**detail, "index": at} for at, detail in enumerate([told, *details])]
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
    signed = "signature" in detail or "data" in detail
    return detail.get("format") == "google-gemini-v1" and signed and not detail.get("text")


def _openai_call(call: JSONObject) -> JSONObject:
    # OpenAI's SDK leaves the index of a streamed call in it; it only counts what stands in order.
    call = {key: child for key, child in call.items() if key != "index"}
    # Google's word for a signature that nobody has.
    if "skip_thought_signature_validator" in str(call.get("extra_content")):
        call = {key: child for key, child in call.items() if key != "extra_content"}
    if is_derived(call.get("id")):
        call = {key: child for key, child in call.items() if key != "id"}
    # Arguments are JSON text: its spelling says nothing.
    function = call.get("function")
    if is_object(function) and "arguments" in function:
        try:
            return {**call, "function": {**function, "arguments": json.loads(function["arguments"] or "{}")}}
        except ValueError:
            pass
    return call
