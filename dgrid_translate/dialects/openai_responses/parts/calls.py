"""Calls and their results <-> Parts."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts.content import Target, decode_content, encode_content
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import Text, ToolCall, ToolResult
from dgrid_translate.losses import At
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.names import Joined, join
from dgrid_translate.shared.openai.failures import as_failure
from dgrid_translate.shared.wire import NOTHING, NULL, Extra, dress, drop_foreign, dump, extra_of, own_of

_DIRECT = b'{"type":"direct"}'
COMPLETED = Raw(b'"completed"')


def _remember(item: wire.FunctionCall | wire.CustomToolCall | wire.Output, at: At) -> Extra:
    """What of an item only Responses repeats."""
    own = {} if item.extra is UNSET else extra_of(item)
    if item.id is not UNSET:
        own["~id",] = Raw(dump(item.id))
    if item.status is not UNSET:
        own["~status" if at[0] == "output" or item.status == COMPLETED else "status",] = item.status
    return own


def decode_call(item: wire.FunctionCall | wire.CustomToolCall, at: At, joined: Joined) -> ToolCall:
    """`function_call` or `custom_tool_call`."""
    own = _remember(item, at)
    name = item.name
    if item.namespace is not UNSET:
        own["namespace",] = Raw(dump(item.namespace))
        own["~name",] = Raw(dump(name))
        name = joined.get((item.namespace, name)) or join(item.namespace, name)
    if item.caller is not UNSET:
        direct = bytes(item.caller).replace(b" ", b"") == _DIRECT
        own["~caller" if direct else "caller",] = item.caller
    ext = {NAME: own} if own else None
    if type(item) is wire.FunctionCall:
        return ToolCall(item.call_id, name, item.arguments, at=at, ext=ext)
    return ToolCall(item.call_id, name, item.input, custom=True, at=at, ext=ext)


def encode_call(
    part: ToolCall, target: Target, index: int, status: Raw = COMPLETED
) -> wire.FunctionCall | wire.CustomToolCall:
    """`function_call` or `custom_tool_call`, the `index`th item; `status` is for one from elsewhere."""
    losses = target.losses
    ext = part.ext
    if part.cache is not None:
        caching.drop(part.cache, losses, part.at)
    call_id = part.id
    if part.derived_id or (not call_id and not target.native):
        call_id = _named(part, target, index)
    text = as_text(part.arguments)
    item = (
        wire.CustomToolCall(call_id=call_id, name=part.name, input=text)
        if part.custom
        else wire.FunctionCall(call_id=call_id, name=part.name, arguments=text)
    )
    if target.native:
        if ext is None:
            return item
        own = own_of(ext, NAME)
        for member, key in _REMEMBERED:
            if (raw := own.get(key)) is not None:
                setattr(item, member, raw)
        return dress(item, ext, NAME)
    if ext is not None:
        drop_foreign(ext, NAME, part.at, losses)
    if not target.upstream:
        item.id = derive("ctc_" if part.custom else "fc_", target.seed, index)
        item.status = status
    if target.namespaces is not None and part.name in target.namespaces:
        item.namespace, item.name = target.namespaces[part.name]
    return item if ext is None else dress(item, ext, NAME)


_REMEMBERED = (("id", ("~id",)), ("status", ("~status",)), ("name", ("~name",)), ("caller", ("~caller",)))


def _named(part: ToolCall, target: Target, index: int) -> str:
    """The id of a call that has none, or none of its source's."""
    at = ("input" if target.upstream else "output", index, "call_id")
    if part.derived_id:
        target.losses.invented("tool_call_id", at, "the source names none")
    if part.id or target.native:
        return part.id
    target.losses.invented("tool_call_id", at, "the source's is empty")
    return derive("call_", target.seed, index)


def decode_output(item: wire.Output, at: At) -> ToolResult:
    """`function_call_output` or `custom_tool_call_output`."""
    own = _remember(item, at)
    if type(item) is wire.CustomToolCallOutput:
        own["~custom",] = NULL
    call_id = item.call_id
    if call_id is UNSET:
        call_id = ""
        own["~call_id",] = NULL
    ext = {NAME: own} if own else None
    output = item.output
    if isinstance(output, str):
        return ToolResult(call_id, [Text(output, at=at + ("output",))], inline=True, at=at, ext=ext)
    return ToolResult(call_id, decode_content(output, at, "output", wire.InputText), at=at, ext=ext)


def encode_output(part: ToolResult, target: Target, customs: set[str], index: int) -> wire.Output:
    """`function_call_output`, or `custom_tool_call_output` for a call among `customs`; the `index`th item."""
    losses = target.losses
    ext = part.ext
    own = NOTHING
    if ext is not None:
        drop_foreign(ext, NAME, part.at, losses)
        own = own_of(ext, NAME)
    if part.cache is not None:
        caching.drop(part.cache, losses, part.at)
    if part.derived_id:
        losses.invented("tool_call_id", ("input", index, "call_id"), "the source names none")
    parts = as_failure(part.parts, part.at, losses) if part.is_error else part.parts
    only = parts[0] if len(parts) == 1 and (part.inline or not target.native) else None
    if type(only) is Text and only.cache is None and only.citations is None and only.ext is None:
        output = only.text
    else:
        output = encode_content(parts, target, wire.InputText)
        if not output and not target.native:
            output = ""
    custom = ("~custom",) in own if target.native else part.call_id in customs
    made = wire.CustomToolCallOutput(output=output) if custom else wire.FunctionCallOutput(output=output)
    if ("~call_id",) not in own:
        made.call_id = part.call_id
    if not own:
        return made
    for member, key in _REMEMBERED[:2]:
        if (raw := own.get(key)) is not None:
            setattr(made, member, raw)
    return dress(made, ext, NAME)
