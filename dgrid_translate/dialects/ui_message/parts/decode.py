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
)
from dgrid_translate.losses import At, render_path
from dgrid_translate.shared.wire import NULL, Extra, dump, extra_of, load, note, own_of
from dgrid_translate.shared.wire_slow import REFUSALS, decoder_of

STEP = "step-start"
_DYNAMIC = "dynamic-tool"
_TOOL = b'{"type":"tool-'
_REASONING = b'{"type":"reasoning",'
_TEXT = b'{"type":"text",'
"""How clients begin the parts that are most of a history."""
_decode_tool = decoder_of(wire.ToolPart)
_decode_reasoning = decoder_of(wire.ReasoningPart)
_decode_text = decoder_of(wire.TextPart)
_TAG = re.compile(rb'\{\s*"type"\s*:\s*"([^"\\]*)"')
_TAGS = {tag.encode(): tag for tag in ("text", "reasoning", "file", STEP, _DYNAMIC, *TAGS)}


def tag_of(raw: Raw, at: At) -> str:
    """The `type` of a part."""
    match = _TAG.match(raw)
    if match is None:
        return load(wire.Tagged, raw, NAME, at).type
    return _TAGS.get(match[1]) or match[1].decode()


def read_part(raw: Raw, at: At) -> wire.Part | str:
    """A part of the assistant's; of one that is kept as it came, its `type`.

    Raises:
        DecodeError: it is none.
    """
    body = bytes(raw)
    try:
        if body.startswith(_TOOL):
            return _decode_tool(raw)
        if body.startswith(_REASONING):
            return _decode_reasoning(raw)
        if body.startswith(_TEXT):
            return _decode_text(raw)
    except REFUSALS:
        pass
    return read_tagged(raw, tag_of(raw, at), at)


def read_tagged(raw: Raw, tag: str, at: At) -> wire.Part | str:
    """As `read_part`, of a part whose `type` is known."""
    if tag == "text":
        return load(wire.TextPart, raw, NAME, at)
    if tag.startswith("tool-") or tag == "dynamic-tool":
        return load(wire.ToolPart, raw, NAME, at)
    if tag == "reasoning":
        return load(wire.ReasoningPart, raw, NAME, at)
    return load(wire.FilePart, raw, NAME, at) if tag == "file" else tag


def add_part(
    part: wire.Part | str, raw: Raw, at: At, into: list[AnyPart], results: list[AnyPart] | None = None
) -> None:
    """Add what a part says to `into`, and what a call of a history gave to `results`.

    An answer has no `results`: its calls that have theirs were made on the server.
    """
    if type(part) is wire.ToolPart:
        _add_tool(part, raw, at, into, results)
    elif type(part) is wire.TextPart:
        into.append(decode_text(part, at))
    elif type(part) is wire.ReasoningPart:
        into.append(decode_reasoning(part, at))
    elif type(part) is wire.FilePart:
        if part.url is UNSET or not part.url:
            into.append(Opaque("file", raw, NAME, at=at))  # a file that only its provider has, or a model message's
        else:
            into.append(decode_file(part, at))
    elif part not in TAGS or not _cite(raw, at, into):
        into.append(Opaque(part, raw, NAME, at=at))


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


def _add_tool(part: wire.ToolPart, raw: Raw, at: At, into: list[AnyPart], results: list[AnyPart] | None) -> None:
    """Add a tool part: the call, and its result if it has one."""
    state = part.state
    name = part.type
    if name != _DYNAMIC:
        name = name.removeprefix("tool-")
    elif part.toolName is not UNSET:
        name = part.toolName
    else:
        raise DecodeError("required, but missing", path=render_path((*at, "toolName")), dialect=NAME)
    answered = state in ANSWERED
    if not answered and state not in OPEN:
        into.append(Opaque(part.type, raw, NAME, at=at))
        return
    if part.providerExecuted is not UNSET and part.providerExecuted:
        into.extend(decode_server_tool(part, name, raw, at))
        return
    if results is None:
        if answered and not is_broken(part):
            into.append(ServerToolCall(part.toolCallId, name, raw, NAME, at=at))
            return
        call = decode_call(part, name, raw, at)
        if part.errorText is not UNSET and call.ext is not None:
            call.ext[NAME]["errorText",] = Raw(dump(part.errorText))
        into.append(call)
        return
    result = decode_result(part, name, at)
    if result is None:
        # No API takes a history with a call that has no result, and the AI SDK would not send it either.
        into.append(Opaque(part.type, raw, NAME, at=at))
    else:
        into.append(decode_call(part, name, raw, at))
        results.append(result)


def is_broken(part: wire.ToolPart) -> bool:
    """Whether a call failed because its input is no object, so that no tool has run."""
    if part.state != "output-error":
        return False
    if part.rawInput is not UNSET and part.rawInput != NULL:
        return True
    return part.input is not UNSET and memoryview(part.input)[:1].tobytes() == b'"'


def begin_step(part: AnyPart, steps: int) -> None:
    """Remember that steps begin before a part."""
    part.ext = note(part.ext, NAME, _STEPS, _ONE if steps == 1 else Raw(b"%d" % steps))


_STEPS = ("~steps",)
_ONE = Raw(b"1")
