"""Responses requests: what `input` must look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.openai_chat_messages import DETAILS, IMAGE_TYPES, name_findings
from dgrid_translate.testing.wire_json import (
    NOTHING,
    Json,
    array,
    data_url,
    is_object,
    kind_of,
    objects,
    one_of,
    shown,
    string,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

ROLES = ("user", "assistant", "system", "developer")
CALL_ID_LENGTH = 64
TEXT, LIST, OBJECT = "a string", "an array", "an object"
MEMBERS: dict[str, dict[str, str]] = {
    "reasoning": {"id": TEXT, "summary": LIST},
    "function_call": {"call_id": TEXT, "name": TEXT, "arguments": TEXT},
    "custom_tool_call": {"call_id": TEXT, "name": TEXT, "input": TEXT},
    "custom_tool_call_output": {"call_id": TEXT},
    "item_reference": {"id": TEXT},
    "file_search_call": {"id": TEXT, "queries": LIST},
    "web_search_call": {"id": TEXT},
    "computer_call": {"call_id": TEXT},
    "computer_call_output": {"call_id": TEXT, "output": OBJECT},
    "image_generation_call": {"id": TEXT},
    "code_interpreter_call": {"id": TEXT},
    "local_shell_call": {"call_id": TEXT, "action": OBJECT},
    "local_shell_call_output": {"id": TEXT, "output": TEXT},
    "shell_call": {"call_id": TEXT, "action": OBJECT},
    "shell_call_output": {"call_id": TEXT, "output": LIST},
    "apply_patch_call": {"call_id": TEXT, "operation": OBJECT},
    "apply_patch_call_output": {"call_id": TEXT, "status": TEXT},
    "mcp_list_tools": {"server_label": TEXT, "tools": LIST},
    "mcp_approval_request": {"id": TEXT, "server_label": TEXT, "name": TEXT, "arguments": TEXT},
    "mcp_approval_response": {"approval_request_id": TEXT},
    "mcp_call": {"server_label": TEXT, "name": TEXT, "arguments": TEXT},
    "tool_search_call": {"arguments": OBJECT},
    "tool_search_output": {"tools": LIST},
    "additional_tools": {"tools": LIST},
    "configuration_update": {},
    "compaction": {"encrypted_content": TEXT},
    "compaction_trigger": {},
    "program": {"call_id": TEXT, "code": TEXT, "fingerprint": TEXT},
    "program_output": {"call_id": TEXT, "result": TEXT},
}
"""What each kind of item must have, in a request and in an answer; messages and functions' results have own rules."""

KINDS = {*MEMBERS, "message", "function_call_output"}
TYPES = {TEXT: str, LIST: list, OBJECT: dict}
PART_MEMBERS = {"input_text": ("text",), "output_text": ("text",), "refusal": ("refusal",),
                "input_image": ("image_url", "file_id"),
                "input_file": ("file_data", "file_url", "file_id")}  # fmt: skip
INPUT_PARTS = words("input_text input_image input_file")
OUTPUT_PARTS = words("output_text refusal")
CALLS = words("function_call custom_tool_call computer_call local_shell_call shell_call apply_patch_call")
PREFIXES = {
    "message": "msg", "reasoning": "rs", "function_call": "fc", "custom_tool_call": "ctc", "web_search_call": "ws",
    "file_search_call": "fs", "code_interpreter_call": "ci", "image_generation_call": "ig", "mcp_call": "mcp",
    "mcp_list_tools": "mcpl", "mcp_approval_request": "mcpr", "compaction": "cmp", "computer_call": "cu",
}  # fmt: skip
EARLIER = ("previous_response_id", "conversation", "prompt")


def input_there(body: Json) -> Findings:
    """There is input, as text or as items, unless something earlier is gone on with [docs].

    "One of 'input' or 'previous_response_id' or 'prompt' or 'conversation' must be provided."
    """
    value = body.get("input")
    if value is None or value == []:
        if not any(body.get(key) for key in EARLIER):
            yield ("input",), "input is text or a non-empty array of items"
    elif not isinstance(value, str | list):
        yield ("input",), f"input is text or an array of items, not {shown(value)}"
    for index, it in enumerate(array(body.get("input"))):
        if not is_object(it):
            yield ("input", index), f"an item is an object, not {shown(it)}"


def item_kind(body: Json) -> Findings:
    """Every item is of a known type; without one it is a message, or a reference by id [types]."""
    for at, item in _items(body):
        if not one_of(item.get("type") or "message", KINDS):
            yield (*at, "type"), f"unknown item {shown(item.get('type'))}"


def item(body: Json) -> Findings:
    """Every item has the members that its type asks for [types]."""
    for at, it in _items(body):
        yield from member_findings(it, at)
        if kind_of(it) == "function_call_output" and not (string(it.get("call_id")) or string(it.get("name"))):
            yield (*at, "call_id"), "a function's result names the call it answers"


def role(body: Json) -> Findings:
    """A message has one of the four roles [types]."""
    for at, message in _messages(body):
        if not one_of(message.get("role"), ROLES):
            yield (*at, "role"), f"unknown role {shown(message.get('role'))}"


def content(body: Json) -> Findings:
    """A message's content, and a result, is text or an array of parts [types]."""
    for at, message in _messages(body):
        if not isinstance(message.get("content"), str | list):
            yield (*at, "content"), f"content is text or an array of parts, not {shown(message.get('content'))}"
    for at, it in _items(body):
        results = ("function_call_output", "custom_tool_call_output")
        if one_of(it.get("type"), results) and not isinstance(it.get("output"), str | list):
            yield (*at, "output"), f"a result is text or an array of parts, not {shown(it.get('output'))}"


def part(body: Json) -> Findings:
    """Every part has the member that its type names; an image or a file just one source [types]."""
    for at, _, it in _parts(body):
        members = PART_MEMBERS.get(kind_of(it), ())
        told = [key for key in members if it.get(key) is not None]
        if members and not told:
            yield at, f"a part of type {kind_of(it)} needs {' or '.join(members)}"
        for key in told:
            if not isinstance(it.get(key), str):
                yield (*at, key), f"{key} is a string, not {shown(it.get(key))}"
        if len(told) > 1:
            yield at, f"{' and '.join(told)} exclude each other"


def part_kind(body: Json) -> Findings:
    """The assistant's parts are output_text and refusal, all others' input_text, input_image and input_file [docs].

    "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'."
    """
    for at, speaker, it in _parts(body):
        known = OUTPUT_PARTS if speaker == "assistant" else INPUT_PARTS
        if not one_of(it.get("type"), known):
            yield (*at, "type"), f"{shown(it.get('type'))} is no part of what {speaker or 'nobody'} says"


def media(body: Json) -> Findings:
    """Images are http(s) or base64 data URLs of a readable type [docs]."""
    for at, _, it in _parts(body):
        if kind_of(it) != "input_image":
            continue
        url = string(it.get("image_url"))
        inline = data_url(url or "")
        if url is not None and inline is None and not url.lower().startswith(("http://", "https://")):
            yield (*at, "image_url"), "an image is an http(s) URL or a base64 data URL"
        if inline is not None and inline[0].lower() not in IMAGE_TYPES:
            yield (*at, "image_url"), f"images are png, jpeg, webp or gif, not {shown(inline[0])}"
        if it.get("detail") is not None and not one_of(it.get("detail"), DETAILS):
            yield (*at, "detail"), f"detail is one of {', '.join(DETAILS)}"


def file_data(body: Json) -> Findings:
    """A file in the request is base64, as a data URL, with a file name; sounds and films are no files [docs].

    "Invalid file data: [...] Expected a base64-encoded data URL with a valid file MIME type."
    """
    for at, _, it in _parts(body):
        data = string(it.get("file_data"))
        if kind_of(it) != "input_file" or data is None:
            continue
        inline = data_url(data)
        if inline is None or inline[0].startswith(("audio/", "video/")):
            yield (*at, "file_data"), "file_data is a base64 data URL of a document"
        if not string(it.get("filename")):
            yield (*at, "filename"), "file_data needs a filename"


def call(body: Json) -> Findings:
    """A call has a legal name and an id of up to 64 characters [docs]."""
    for at, it in _items(body):
        if kind_of(it) in ("function_call", "custom_tool_call"):
            yield from name_findings((*at, "name"), it.get("name"))
        call_id = string(it.get("call_id"))
        if call_id is not None and not 1 <= len(call_id) <= CALL_ID_LENGTH:
            yield (*at, "call_id"), f"a call_id has 1 to {CALL_ID_LENGTH} characters, not {len(call_id)}"


def call_result(body: Json) -> Findings:
    """Every call has one result, after it, and every result a call [docs].

    "No tool output found for function call call_1.", "No tool call found for function call output with call_id call_1."
    The call may stand in what an earlier response is remembered by.
    """
    calls: dict[tuple[str, str], At] = {}
    answered: set[tuple[str, str]] = set()
    remembers = any(body.get(key) for key in EARLIER) or any(_is_reference(it) for _, it in _items(body))
    for at, it in _items(body):
        key = _call_key(it)
        if key is not None:
            if key in calls:
                yield (*at, "call_id"), f"the call_id {shown(key[1])} is taken"
            calls[key] = at
        key = _result_key(it)
        if key is not None:
            searched = ("tool_search_call", key[1])  # a search that the client made may be answered as a function is
            key = searched if searched in calls else key
            if key not in calls and not remembers:
                yield at, f"no call before it has the id {shown(key[1])}"
            if key in answered:
                yield at, f"the call {shown(key[1])} has its result already"
            answered.add(key)
    for key, at in calls.items():
        if key not in answered:
            yield at, f"the call {shown(key[1])} has no result"


def unique_id(body: Json) -> Findings:
    """No two items share an id ("Duplicate item found with id rs_1.") [docs]."""
    seen: set[str] = set()
    for at, it in _items(body):
        own = string(it.get("id"))
        if own is not None and kind_of(it) != "local_shell_call_output":
            if own in seen:
                yield (*at, "id"), f"the id {shown(own)} is taken"
            seen.add(own)


def item_id(body: Json) -> Findings:
    """An item's id begins as its type's ids do ("Expected an ID that begins with 'fc'.") [docs]."""
    for at, it in _items(body):
        own, prefix = string(it.get("id")), PREFIXES.get(kind_of(it), "")
        if own is not None and not own.startswith(prefix):
            yield (*at, "id"), f"the id of a {kind_of(it)} begins with {prefix}, not {shown(own)}"


def reasoning_order(body: Json) -> Findings:
    """What was thought stands before what it led to [docs].

    "Item 'rs_1' of type 'reasoning' was provided without its required following item."
    """
    every = list(_items(body))
    for number, (at, it) in enumerate(every):
        after = every[number + 1][1] if number + 1 < len(every) else NOTHING
        led = kind_of(after) not in ("", "message") or (after.get("role") == "assistant" and "id" in after)
        if kind_of(it) == "reasoning" and not led:
            yield at, "reasoning is followed by the item it led to, a message with the id that it had"


def member_findings(it: Json, at: At) -> Findings:
    """Which members an item lacks, by its type."""
    for key, wanted in MEMBERS.get(kind_of(it), {}).items():
        if not isinstance(it.get(key), TYPES[wanted]):
            yield (*at, key), f"{key} is {wanted}, not {shown(it.get(key))}"


def mentions_json(body: Json) -> bool:
    """Whether the input says the word, which JSON mode asks for."""
    texts = [string(body.get("input")), *(string(it.get("content")) for _, it in _messages(body))]
    texts += [string(it.get("text")) for _, _, it in _parts(body)]
    return any("json" in text.lower() for text in texts if text)


def _is_reference(it: Json) -> bool:
    return kind_of(it) == "item_reference" or ("type" not in it and "role" not in it)


def _call_key(it: Json) -> tuple[str, str] | None:
    """What the result of this call will name, if the client has to give one."""
    kind, call_id = kind_of(it), string(it.get("call_id"))
    if kind == "mcp_approval_request":
        call_id = string(it.get("id"))
    elif kind not in CALLS and not (kind == "tool_search_call" and it.get("execution") == "client"):
        return None
    return None if call_id is None or it.get("async") is True else (kind, call_id)


def _result_key(it: Json) -> tuple[str, str] | None:
    """Which call a result answers."""
    kind = kind_of(it)
    if kind == "mcp_approval_response":
        call, call_id = "mcp_approval_request", string(it.get("approval_request_id"))
    elif kind == "tool_search_output":
        if it.get("execution") != "client":
            return None
        call, call_id = "tool_search_call", string(it.get("call_id"))
    elif kind.endswith("_output") and kind.removesuffix("_output") in CALLS:
        call = kind.removesuffix("_output")
        call_id = string(it.get("id" if kind == "local_shell_call_output" else "call_id"))
    else:
        return None
    return None if call_id is None else (call, call_id)


def _items(body: Json) -> Iterator[tuple[At, Json]]:
    return objects(body.get("input"), "input")


def _messages(body: Json) -> Iterator[tuple[At, Json]]:
    for at, it in _items(body):
        if kind_of(it) == "message" or ("type" not in it and "role" in it):
            yield at, it


def _parts(body: Json) -> Iterator[tuple[At, str, Json]]:
    """Every content part with its place and who says it; a result's are the tool's."""
    for at, it in _messages(body):
        for place, found in objects(it.get("content"), *at, "content"):
            yield place, string(it.get("role")) or "", found
    for at, it in _items(body):
        if kind_of(it) in ("function_call_output", "custom_tool_call_output"):
            for place, found in objects(it.get("output"), *at, "output"):
                yield place, "tool", found
