"""Message parts -> Parts."""

from __future__ import annotations

import re

from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import metadata
from dgrid_translate.dialects.ui_message.parts.calls import ANSWERED, OPEN, decode_call, decode_result
from dgrid_translate.dialects.ui_message.parts.files import decode_file
from dgrid_translate.dialects.ui_message.parts.server_tools import RUN_BY_PROVIDER, decode_server_tool
from dgrid_translate.dialects.ui_message.parts.sources import (
    TAGS,
    add_source,
    decode_records,
    has_records,
    late_source,
)
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import (
    AnyPart,
    Opaque,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolResult,
    holds,
)
from dgrid_translate.losses import At, render_path
from dgrid_translate.shared.wire import NULL, Extra, dump, extra_of, load, note, own_of

STEP = "step-start"
_TAG = re.compile(rb'\{\s*"type"\s*:\s*"([^"\\]*)"')
_TAGS = {tag.encode(): tag for tag in ("text", "reasoning", "file", STEP, "dynamic-tool", *TAGS)}


def tag_of(raw: Raw, at: At) -> str:
    """The `type` of a part."""
    match = _TAG.match(raw)
    if match is None:
        return load(wire.Tagged, raw, NAME, at).type
    return _TAGS.get(match[1]) or match[1].decode()


def decode_part(raw: Raw, tag: str, at: At, into: list[AnyPart], answer: bool) -> None:
    """Add what a part says to `into`; in an `answer`, calls that have their result were made on the server."""
    if tag == "text":
        into.append(decode_text(load(wire.TextPart, raw, NAME, at), at))
    elif tag.startswith("tool-") or tag == "dynamic-tool":
        into.extend(decode_tool(raw, tag, at, answer))
    elif tag == "reasoning":
        into.append(decode_reasoning(load(wire.ReasoningPart, raw, NAME, at), at))
    elif tag in TAGS:
        if not _cite(raw, at, into):
            into.append(Opaque(tag, raw, NAME, at=at))
    elif tag == "file":
        part = load(wire.FilePart, raw, NAME, at)
        if part.url is UNSET or not part.url:
            into.append(Opaque(tag, raw, NAME, at=at))  # a file that only its provider has, or a model message's
        else:
            into.append(decode_file(part, at))
    else:
        into.append(Opaque(tag, raw, NAME, at=at))


def _cite(raw: Raw, at: At, into: list[AnyPart]) -> bool:
    """Add a source to the last text of the step; whether there is one that it can be of."""
    between = 0
    for part in reversed(into):
        if type(part) is Text:
            if between and has_records(part):
                return False
            citation = late_source(raw, at, between) if between else add_source(part, raw, at)
            if citation is not None:
                part.citations = [*(part.citations or ()), citation]
            return True
        own = own_of(part.ext, NAME)
        if ("~steps",) in own or RUN_BY_PROVIDER in own:  # what comes after a search is what it found
            return False
        between += type(part) is not ToolResult and type(part) is not ServerToolResult
    return False


def decode_text(part: wire.TextPart, at: At) -> Text:
    """A `text` part."""
    found = Text(part.text, at=at)
    if part.state is UNSET and part.providerMetadata is UNSET and part.extra is UNSET:
        return found
    own: Extra = {} if part.extra is UNSET else extra_of(part)
    if part.state is not UNSET:
        own["~state",] = part.state
    if part.providerMetadata is not UNSET:
        metadata.read(part.providerMetadata, "providerMetadata", found, own)
        decode_records(found, own)
    found.ext = {NAME: own} if found.ext is None else {**found.ext, NAME: own}
    return found


def decode_reasoning(part: wire.ReasoningPart, at: At) -> Reasoning:
    """A `reasoning` part."""
    own: Extra = {} if part.extra is UNSET else extra_of(part)
    found = Reasoning(part.text, at=at)
    if part.id is not UNSET:
        own["~id",] = part.id
    if part.state is not UNSET:
        own["~state",] = part.state
    if part.providerMetadata is not UNSET:
        metadata.read(part.providerMetadata, "providerMetadata", found, own)
    if own:
        found.ext = {NAME: own}
    return found


def decode_tool(raw: Raw, tag: str, at: At, answer: bool) -> list[AnyPart]:
    """A tool part: the call, and the result right after it."""
    part = load(wire.ToolPart, raw, NAME, at)
    if part.toolName is not UNSET and tag == "dynamic-tool":
        name = part.toolName
    elif tag == "dynamic-tool":
        raise DecodeError("required, but missing", path=render_path((*at, "toolName")), dialect=NAME)
    else:
        name = tag[5:]
    if part.state not in ANSWERED and part.state not in OPEN:
        return [Opaque(tag, raw, NAME, at=at)]
    if part.providerExecuted is not UNSET and part.providerExecuted:
        return decode_server_tool(part, name, raw, at)
    if answer and part.state in ANSWERED and not is_broken(part):
        return [ServerToolCall(part.toolCallId, name, raw, NAME, at=at)]
    call = decode_call(part, name, raw, at)
    if answer:
        if part.errorText is not UNSET and call.ext is not None:
            call.ext[NAME]["errorText",] = Raw(dump(part.errorText))
        return [call]
    result = decode_result(part, name, at)
    # No API takes a history with a call that has no result, and the AI SDK would not send it either.
    return [Opaque(tag, raw, NAME, at=at)] if result is None else [call, result]


def is_broken(part: wire.ToolPart) -> bool:
    """Whether a call failed because its input is no object, so that no tool has run."""
    if part.state != "output-error":
        return False
    if part.rawInput is not UNSET and part.rawInput != NULL:
        return True
    return part.input is not UNSET and memoryview(part.input)[:1].tobytes() == b'"'


def begin_step(part: AnyPart, steps: int) -> None:
    """Remember that steps begin before a part."""
    part.ext = note(part.ext, NAME, ("~steps",), Raw(b"%d" % steps))


def results_of(parts: list[AnyPart]) -> tuple[list[AnyPart], list[AnyPart]]:
    """What the assistant said, and the results of its calls: a step's two turns."""
    if not holds(parts, ToolResult):
        return parts, []
    results: list[AnyPart] = [part for part in parts if type(part) is ToolResult]
    return [part for part in parts if type(part) is not ToolResult], results
