"""Tool calls, and the signature that Gemini puts on calls and texts, <-> Parts."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import Extensions, Signature, ToolCall
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.signatures import unwrap, wrap
from dgrid_translate.shared.wire import dress, drop_foreign, extensions, merge, note, remembered, whole


def decode_call(item: wire.ToolCallItem, at: At) -> ToolCall:
    """One of `tool_calls`, or the beginning of one in a delta."""
    ext = extensions(item, NAME)
    signature = None
    if item.extra_content is not UNSET:
        signature, ext = decode_extra_content(item.extra_content, ext, ())
    call_id = item.id or ""
    if isinstance(item.index, int):
        ext = note(ext, NAME, ("index",), Raw(b"%d" % item.index))
    if item.custom is not UNSET and item.type != "function":
        custom = item.custom
        ext = merge(ext, extensions(custom, NAME, "custom"))
        return ToolCall(
            call_id, custom.name or "", custom.input or "", custom=True, at=at, ext=ext, signature=signature
        )
    if item.custom is not UNSET:
        ext = note(ext, NAME, ("custom",), whole(item.custom))
    if item.type is UNSET:
        ext = note(ext, NAME, ("~untyped",))
    function = wire.Function() if item.function is UNSET else item.function
    ext = merge(ext, extensions(function, NAME, "function"))
    return ToolCall(call_id, function.name or "", function.arguments or "", at=at, ext=ext, signature=signature)


def encode_call(call: ToolCall, losses: Losses) -> wire.ToolCallItem:
    """One of `tool_calls`."""
    drop_foreign(call.ext, NAME, call.at, losses)
    caching.drop(call.cache, losses, call.at)
    if call.derived_id:
        losses.invented("tool_call_id", (*call.at, "id"), "the source names none")
    kind = UNSET if remembered(call.ext, NAME, "~untyped") else "function"
    if call.custom:
        custom = dress(wire.Custom(call.name, as_text(call.arguments)), call.ext, NAME, "custom")
        item = wire.ToolCallItem(id=call.id, type="custom", custom=custom)
    else:
        function = dress(wire.Function(call.name, as_text(call.arguments)), call.ext, NAME, "function")
        item = wire.ToolCallItem(id=call.id, type=kind, function=function)
    if call.signature is not None:
        item.extra_content = encode_extra_content(call.signature, call.ext, ())
    return dress(item, call.ext, NAME)


def decode_extra_content(
    extra: wire.ExtraContent, ext: Extensions | None, under: tuple[str, ...]
) -> tuple[Signature | None, Extensions | None]:
    """`extra_content`: Gemini's signature, and `ext` with what else it holds."""
    ext = merge(ext, extensions(extra, NAME, *under, "extra_content"))
    google = extra.google
    if google is UNSET:
        return None, ext
    ext = merge(ext, extensions(google, NAME, *under, "extra_content", "google"))
    if google.thought_signature is UNSET:
        return None, ext
    return unwrap(google.thought_signature, "google")[0], ext


def encode_extra_content(signature: Signature, ext: Extensions | None, under: tuple[str, ...]) -> wire.ExtraContent:
    """`extra_content.google.thought_signature`; another vendor's signature goes wrapped."""
    value = signature.value if signature.origin == "google" else wrap(signature, "t")
    google = dress(wire.GoogleExtra(value), ext, NAME, *under, "extra_content", "google")
    return dress(wire.ExtraContent(google), ext, NAME, *under, "extra_content")


def decode_function_call(call: wire.Function, at: At) -> ToolCall:
    """The deprecated `function_call`, which has no id."""
    ext = note(extensions(call, NAME), NAME, ("~function_call",))
    name = call.name or ""
    return ToolCall(derive("call_", "function", name), name, call.arguments or "", at=at, ext=ext, derived_id=True)
