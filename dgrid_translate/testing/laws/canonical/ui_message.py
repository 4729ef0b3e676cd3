"""The canonical form of UI messages."""

from __future__ import annotations

import json
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.laws.canonical.common import is_derived
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject

_CHATS = ("id", "trigger", "messageId")


def canonical_ui_message(body: JSONObject, kind: Kind) -> JSONObject:
    """The one form of all bodies that say the same."""
    if kind == "request":
        # Ids and what triggered the post are the chat's: no model hears of them.
        body = {key: value for key, value in body.items() if key not in _CHATS}
        # The endpoint answers with a stream unless it is told otherwise.
        body = {"stream": True, **body}
        return {**_without_system(body), "messages": _messages(body)}
    body = {**body, "parts": _parts(body.get("parts", []))}
    # Nothing said is as good as none.
    said = body.setdefault("metadata", {})
    if is_object(said) and is_object(said.get("usage")):
        body["metadata"] = {**said, "usage": _usage(said["usage"])}
        if not body["metadata"]["usage"]:
            del body["metadata"]["usage"]
    return body


def _without_system(body: JSONObject) -> JSONObject:
    return {key: value for key, value in body.items() if key != "system"}


def _messages(body: JSONObject) -> list[JSONObject]:
    # The setting is a message that stands before the others.
    given: list[JSONObject] = body.get("messages", [])
    system = body.get("system")
    told = [{"role": "system", "parts": [{"type": "text", "text": system}]}] if isinstance(system, str) else []
    merged: list[JSONObject] = []
    for message in [*told, *given]:
        message = {key: value for key, value in message.items() if key != "id"}
        # The older form.
        if isinstance(message.get("content"), str) and "parts" not in message:
            text = message.pop("content")
            message["parts"] = [{"type": "text", "text": text}] if text else []
        plain = set(message) == {"role", "parts"}
        if plain and is_array(message["parts"]) and not _parts(message["parts"]):
            continue  # a turn without anything in it says nothing
        # Neighbours of one role are one message; the assistant's begins a step.
        if plain and merged and set(merged[-1]) == {"role", "parts"} and merged[-1]["role"] == message["role"]:
            step: list[JSONObject] = [{"type": "step-start"}] if message["role"] == "assistant" else []
            merged[-1] = {**message, "parts": [*merged[-1]["parts"], *step, *message["parts"]]}
        else:
            merged.append(message)
    made = [
        {**message, "parts": _parts(message["parts"])} if is_array(message.get("parts")) else message
        for message in merged
    ]
    # A message without anything in it says nothing.
    return [message for message in made if set(message) != {"role"} and message.get("parts") != []]


def _parts(parts: list[JSONObject]) -> list[JSONObject]:
    made: list[JSONObject] = []
    called = False
    for part in _with_sources_in_place(parts):
        # Where a turn ends is told by the calls in it, which have their results at its end.
        if part.get("type") == "step-start":
            if called:
                made.append({"type": "step-start"})
            called = False
            continue
        if part == {"type": "text", "text": ""}:
            continue
        made.append(_part(part))
        if made[-1] in ({"type": "text", "text": ""}, {"type": "reasoning", "text": ""}):  # says nothing
            made.pop()
        called = called or ("toolCallId" in part and part.get("providerExecuted") is not True)
    while made and made[-1] == {"type": "step-start"}:
        made.pop()
    return made


def _with_sources_in_place(parts: list[JSONObject]) -> list[JSONObject]:
    """Each source after the last text of its step: it is of that text, wherever it stands before a search."""
    made: list[JSONObject] = []
    place = None
    for part in parts:
        kind = part.get("type")
        if kind in ("source-url", "source-document") and place is not None:
            made.insert(place, part)
            place += 1
            continue
        made.append(part)
        if kind == "text":
            place = len(made)
        elif kind == "step-start" or part.get("providerExecuted") is True:
            place = None
    return made


def _part(part: JSONObject) -> JSONObject:
    part = dict(part)
    # What is not being streamed is done; a reasoning's id is that of its chunks, a source's is for the reader.
    if part.get("type") in ("text", "reasoning") and part.get("state") == "done":
        del part["state"]
    if part.get("type") == "reasoning":
        part.pop("id", None)
    if part.get("type") in ("source-url", "source-document"):
        part.pop("sourceId", None)
    # Who fetches a file learns its type.
    if part.get("type") == "file" and not part.get("url", "").startswith("data:"):
        kind = part.get("mediaType", "").partition("/")[0]
        part["mediaType"] = kind if kind in ("image", "audio", "video") else "application"
    elif part.get("type") == "file" and ";base64," in part["url"]:
        # The part's own type counts.
        part["url"] = f"data:{part.get('mediaType')};base64," + part["url"].partition(",")[2]
    # Nothing is as good as not said.
    for key in ("providerMetadata", "callProviderMetadata", "resultProviderMetadata"):
        if is_object(part.get(key)):
            said = {
                vendor: {
                    name: value
                    for name, value in members.items()
                    if value is not None and name != "itemId"  # which names what OpenAI keeps
                }
                for vendor, members in part.pop(key).items()
                if is_object(members)
            }
            if any(said.values()):
                part[key] = {vendor: members for vendor, members in said.items() if members}
    if "toolCallId" in part:
        # Both kinds of tool part say the same to a model.
        kind = part.pop("type")
        part = {"type": "tool", "toolName": part.get("toolName", kind.removeprefix("tool-")), **part}
        # Where an input is kept that was none: 7 has one place for all inputs.
        if "rawInput" in part and part.get("state") == "output-error":
            part.setdefault("input", part["rawInput"])
            del part["rawInput"]
        # An id that was worked out for a call without one is none.
        if is_derived(part["toolCallId"]):
            part["toolCallId"] = ""
        # A call is there whether or not somebody is asked about it.
        if part.get("state") == "approval-requested" and "approval" not in part:
            part["state"] = "input-available"
        # A model reads an output as text.
        if "output" in part:
            part["output"] = _read(part["output"])
    return part


def _read(output: Any) -> Any:
    if isinstance(output, str):
        try:
            return json.loads(output)
        except ValueError:
            return output
    return output


def _usage(usage: JSONObject) -> JSONObject:
    """The counts in the words of AI SDK 5; what is left of a whole is not said, nor what was not counted."""
    before: JSONObject = usage.get("inputTokenDetails", {})
    after: JSONObject = usage.get("outputTokenDetails", {})
    moved = {
        "cachedInputTokens": before.get("cacheReadTokens"),
        "cacheWriteTokens": before.get("cacheWriteTokens"),
        "reasoningTokens": after.get("reasoningTokens"),
    }
    plain = {key: count for key, count in usage.items() if not key.endswith("Details") and key != "totalTokens"}
    return {key: count for key, count in (moved | plain).items() if count}
