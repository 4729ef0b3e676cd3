"""Tool calls, and the signature that Gemini puts on calls and texts, <-> Parts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import Extensions, Signature, ToolCall
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.signatures import unwrap, wrap
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    dress,
    drop_foreign,
    dump,
    extensions,
    extra_of,
    note,
    own_of,
    pose,
    remembered,
    whole,
)


def decode_call(item: wire.ToolCallItem, at: At, response_id: str | None = None) -> ToolCall:
    """One of `tool_calls`, or the beginning of one in a delta; `response_id` makes an absent id one of its answer's."""
    own = {} if item.extra is UNSET else extra_of(item)
    signature = None
    if item.extra_content is not UNSET:
        signature = decode_extra_content(item.extra_content, own, ())
    call_id = item.id
    derived = not call_id
    if not call_id:
        own["~id",] = Raw(b"") if call_id is UNSET else Raw(dump(call_id))
        call_id = derive("call_", response_id or "", *at)
    if item.index is not UNSET and item.index is not None:
        own["index",] = Raw(b"%d" % item.index)
    if item.custom is not UNSET:
        custom = item.custom
        if item.type != "function":
            if custom.extra is not UNSET:
                own.update(extra_of(custom, "custom"))
            ext = {NAME: own} if own else None
            made = ToolCall(call_id, custom.name or "", custom.input or "", custom=True, derived_id=derived)
            made.at, made.ext, made.signature = at, ext, signature
            return made
        own["custom",] = whole(custom)
    if item.type is UNSET:
        own["~untyped",] = NULL
    function = item.function
    if function is UNSET:
        own["~function",] = NULL
        made = ToolCall(call_id, "", "", at=at)
    else:
        name, arguments = function.name, function.arguments
        if function.extra is not UNSET:
            own.update(extra_of(function, "function"))
        if not (type(name) is str and type(arguments) is str):
            own["~function",] = whole(function)
        made = ToolCall(call_id, name or "", arguments or "", at=at)
    if own:
        made.ext = {NAME: own}
        made.derived_id = derived  # of which there is a form in `own`
    if signature is not None:
        made.signature = signature
    return made


def encode_call(call: ToolCall, losses: Losses) -> wire.ToolCallItem:
    """One of `tool_calls`."""
    ext = call.ext
    if ext is not None:
        drop_foreign(ext, NAME, call.at, losses)
    if call.cache is not None:
        caching.drop(call.cache, losses, call.at)
    arguments = call.arguments
    text = arguments if type(arguments) is str else as_text(arguments)
    if ext is None and not call.custom:
        item = wire.ToolCallItem(UNSET, call.id, "function", wire.Function(call.name, text))
    elif call.custom:
        custom = dress(wire.Custom(call.name, text), ext, NAME, "custom")
        item = wire.ToolCallItem(id=call.id, type="custom", custom=custom)
    else:
        function = dress(wire.Function(call.name, text), ext, NAME, "function")
        if (said := own_of(ext, NAME).get(("~function",))) is not None:
            function = UNSET if said == NULL else pose(said, wire.Function)
        kind = UNSET if remembered(ext, NAME, "~untyped") else "function"
        item = wire.ToolCallItem(id=call.id, type=kind, function=function)
    if call.derived_id and (given := own_of(ext, NAME).get(("~id",))) is not None:
        item.id = {b"": UNSET, b"null": None}.get(bytes(given), "")
    if call.signature is not None:
        item.extra_content = encode_extra_content(call.signature, ext, ())
    return item if ext is None else dress(item, ext, NAME)


def note_ids(calls: Sequence[wire.ToolCallItem], at: At, invented: set[str], losses: Losses) -> None:
    """Name the ids in the `tool_calls` of the message at `at` that no source gave."""
    for index, item in enumerate(calls):
        if type(item) is wire.ToolCallItem and item.id in invented:  # it may be text that poses as one
            losses.invented("tool_call_id", at + ("tool_calls", index, "id"), "the source names none")


def decode_extra_content(extra: wire.ExtraContent, own: Extra, under: tuple[str, ...]) -> Signature | None:
    """`extra_content`: Gemini's signature; what else it holds is added to `own`."""
    google = extra.google
    if google is UNSET or google.thought_signature is UNSET:
        own[(*under, "extra_content")] = whole(extra)
        return None
    if extra.extra is not UNSET:
        own.update(extra_of(extra, *under, "extra_content"))
    if google.extra is not UNSET:
        own.update(extra_of(google, *under, "extra_content", "google"))
    return unwrap(google.thought_signature, "google")[0]


def encode_extra_content(signature: Signature, ext: Extensions | None, under: tuple[str, ...]) -> wire.ExtraContent:
    """`extra_content.google.thought_signature`; another vendor's signature goes wrapped."""
    value = signature.value if signature.origin == "google" else wrap(signature, "t")
    google = dress(wire.GoogleExtra(value), ext, NAME, *under, "extra_content", "google")
    return dress(wire.ExtraContent(google), ext, NAME, *under, "extra_content")


def decode_function_call(call: wire.Function, at: At, response_id: str | None = None) -> ToolCall:
    """The deprecated `function_call`, which has no id."""
    ext = note(extensions(call, NAME), NAME, ("~function_call",))
    call_id = derive("call_", response_id or "", *at)
    return ToolCall(call_id, call.name or "", call.arguments or "", at=at, ext=ext, derived_id=True)
