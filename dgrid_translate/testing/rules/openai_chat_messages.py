"""Chat Completions requests: what `messages` must look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgrid_translate.testing.wire_json import Json, array, data_url, kind_of, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

ROLES = ("developer", "system", "user", "assistant", "tool", "function")
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TEXT_ONLY = {"developer": ("text",), "system": ("text",), "tool": ("text",)}
PART_KINDS = {**TEXT_ONLY, "user": ("text", "image_url", "input_audio", "file"), "assistant": ("text", "refusal")}
PART_MEMBERS = {
    "text": "text", "refusal": "refusal", "image_url": "image_url", "input_audio": "input_audio", "file": "file"
}  # fmt: skip
STANDS_FOR_CONTENT = ("tool_calls", "function_call", "refusal", "audio")
IMAGE_TYPES = ("image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif")
DETAILS = ("auto", "low", "high", "original")


def messages(body: Json) -> Findings:
    """There is at least one message [docs]."""
    if not array(body.get("messages")):
        yield ("messages",), "messages must be a non-empty array"
    for index, message in enumerate(array(body.get("messages"))):
        if not isinstance(message, dict):
            yield ("messages", index), f"a message is an object, not {shown(message)}"


def role(body: Json) -> Findings:
    """Every message has one of the known roles [types]."""
    for at, message in objects(body.get("messages"), "messages"):
        if not one_of(message.get("role"), ROLES):
            yield (*at, "role"), f"unknown role {shown(message.get('role'))}"


def content(body: Json) -> Findings:
    """Content is text or parts; only an assistant that calls, refuses or speaks has none [types]."""
    for at, message in objects(body.get("messages"), "messages"):
        value = message.get("content")
        if value is None:
            excused = message.get("role") == "assistant" and any(message.get(key) for key in STANDS_FOR_CONTENT)
            if not excused and message.get("role") != "function":
                yield (*at, "content"), f"a {shown(message.get('role'))} message needs content"
        elif not isinstance(value, str | list):
            yield (*at, "content"), f"content is text or an array of parts, not {shown(value)}"


def empty_array(body: Json) -> Findings:
    """Arrays of parts, calls and tools are left out rather than empty [docs]."""
    if body.get("tools") == []:
        yield ("tools",), "tools may not be empty; leave it out"
    for at, message in objects(body.get("messages"), "messages"):
        for key in ("content", "tool_calls"):
            if message.get(key) == []:
                yield (*at, key), f"{key} may not be empty"


def part(body: Json) -> Findings:
    """Every part has the member that its type names [types]."""
    for at, _, item in _parts(body):
        member = PART_MEMBERS.get(kind_of(item))
        if member is not None and not isinstance(item.get(member), str | dict):
            yield (*at, member), f"a {kind_of(item)} part needs {member}"


def text_only(body: Json) -> Findings:
    """Developer, system and tool messages take text parts only: an image in a tool result is a 400 [types]."""
    for at, speaker, item in _parts(body):
        if speaker in TEXT_ONLY and kind_of(item) != "text":
            yield (*at, "type"), f"{speaker} messages take text parts only, not {shown(item.get('type'))}"


def part_kind(body: Json) -> Findings:
    """Users send text, images, audio and files; an assistant's past turns are text and refusals [types]."""
    for at, speaker, item in _parts(body):
        if speaker not in TEXT_ONLY and not one_of(item.get("type"), PART_KINDS.get(speaker, ("text",))):
            yield (*at, "type"), f"{shown(item.get('type'))} is no part of a {speaker or 'roleless'} message"


def media(body: Json) -> Findings:
    """Images are http(s) or base64 data URLs of a readable type, audio is bare base64 wav or mp3 [docs]."""
    for at, _, item in _parts(body):
        if kind_of(item) == "image_url":
            yield from _image((*at, "image_url"), obj(item.get("image_url")))
        elif kind_of(item) == "input_audio":
            audio = obj(item.get("input_audio"))
            if not one_of(audio.get("format"), ("wav", "mp3")):
                yield (*at, "input_audio", "format"), f"format is wav or mp3, not {shown(audio.get('format'))}"
            if (string(audio.get("data")) or "data:").startswith("data:"):
                yield (*at, "input_audio", "data"), "audio data is bare base64"


def file(body: Json) -> Findings:
    """A file part names an uploaded file or carries one [docs]."""
    for at, _, item in _parts(body):
        it = obj(item.get("file"))
        if kind_of(item) == "file" and not string(it.get("file_data")) and not string(it.get("file_id")):
            yield (*at, "file"), "a file needs file_data or file_id"


def file_data(body: Json) -> Findings:
    """A file in the request is a data URL with a file name. [docs]: OpenRouter takes plain URLs as well."""
    for at, _, item in _parts(body):
        it = obj(item.get("file"))
        data = string(it.get("file_data"))
        if kind_of(item) != "file" or data is None:
            continue
        if data_url(data) is None:
            yield (*at, "file", "file_data"), "file_data is a base64 data URL"
        if not string(it.get("filename")):
            yield (*at, "file", "filename"), "file_data needs a filename"


def tool_call(body: Json) -> Findings:
    """A call has a legal name and its arguments as a string; ids are unique in a turn [types]."""
    for at, message in objects(body.get("messages"), "messages"):
        yield from call_findings((*at, "tool_calls"), message.get("tool_calls"))


def tool_id(body: Json) -> Findings:
    """A call says its id and type [types]."""
    for at, message in objects(body.get("messages"), "messages"):
        yield from call_id_findings((*at, "tool_calls"), message.get("tool_calls"))


def tool_order(body: Json) -> Findings:
    """Tool messages follow their calls at once and answer every one of them once [docs].

    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
    """
    open_calls: list[str] = []
    answered: list[str] = []
    asked: At = ()
    for at, message in objects(body.get("messages"), "messages"):
        if message.get("role") == "tool":
            call_id = string(message.get("tool_call_id"))
            if call_id is None:
                yield (*at, "tool_call_id"), "a tool message names the call it answers"
            elif call_id in open_calls:
                open_calls.remove(call_id)
                answered.append(call_id)
            elif call_id in answered:
                yield (*at, "tool_call_id"), f"call {shown(call_id)} is answered twice"
            else:
                yield (*at, "tool_call_id"), f"no call {shown(call_id)} directly before"
            continue
        yield from _unanswered(asked, open_calls)
        asked, answered = (*at, "tool_calls"), []
        open_calls = [string(call.get("id")) or "" for _, call in objects(message.get("tool_calls"))]
    yield from _unanswered(asked, open_calls)


def _unanswered(asked: At, calls: list[str]) -> Findings:
    for call_id in calls:
        yield asked, f"call {shown(call_id)} is not answered before the next message"


def call_findings(at: At, calls: object) -> Findings:
    """What is wrong with a tool_calls array, in a request's history or in a response."""
    seen: set[str] = set()
    for place, call in objects(calls, *at):
        call_id = string(call.get("id"))
        if call_id and call_id in seen:
            yield (*place, "id"), f"two calls share the id {shown(call_id)}"
        seen.add(call_id or "")
        member, said = ("custom", "input") if call.get("type") == "custom" else ("function", "arguments")
        inner = obj(call.get(member))
        yield from name_findings((*place, member, "name"), inner.get("name"))
        if not isinstance(inner.get(said), str):
            yield (*place, member, said), f"{said} is a string of text, not {shown(inner.get(said))}"


def call_id_findings(at: At, calls: object) -> Findings:
    """Which calls lack an id or a type; Gemini's and Mistral's own endpoints were recorded leaving them out."""
    for place, call in objects(calls, *at):
        if not string(call.get("id")):
            yield (*place, "id"), "a call needs an id"
        if not one_of(call.get("type"), ("function", "custom")):
            yield (*place, "type"), f"type is function or custom, not {shown(call.get('type'))}"


def name_findings(at: At, name: object) -> Findings:
    """What is wrong with the name of a tool or schema."""
    if not isinstance(name, str) or not TOOL_NAME.fullmatch(name):
        yield at, f"a name is 1 to 64 of A-Z a-z 0-9 _ -, not {shown(name)}"


def _image(at: At, image: Json) -> Findings:
    url = string(image.get("url")) or ""
    inline = data_url(url)
    if inline is None and not url.startswith(("http://", "https://")):
        yield (*at, "url"), "an image is an http(s) or a base64 data URL"
    elif inline is not None and inline[0].lower() not in IMAGE_TYPES:
        yield (*at, "url"), f"images are png, jpeg, webp or gif, not {shown(inline[0])}"
    if image.get("detail") is not None and not one_of(image.get("detail"), DETAILS):
        yield (*at, "detail"), f"detail is one of {', '.join(DETAILS)}"


def _parts(body: Json) -> list[tuple[At, str, Json]]:
    """Every content part with its place and the role that says it."""
    return [
        (place, string(message.get("role")) or "", item)
        for at, message in objects(body.get("messages"), "messages")
        for place, item in objects(message.get("content"), *at, "content")
    ]


def mentions_json(body: Json) -> bool:
    """Whether any message says the word, which JSON mode asks for."""
    texts = [string(message.get("content")) for _, message in objects(body.get("messages"))]
    texts += [string(item.get("text")) for _, _, item in _parts(body)]
    return any("json" in text.lower() for text in texts if text)
