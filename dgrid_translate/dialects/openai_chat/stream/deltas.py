"""What a delta says, and what of it only holds among deltas."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import Extensions
from dgrid_translate.shared.media import text_of
from dgrid_translate.shared.wire import dump, load

_PASSING = (("index",), ("~function",))


def speaks(delta: wire.ResponseMessage) -> bool:
    """Whether a delta says anything at all."""
    return bool(delta.content or delta.reasoning_content or delta.reasoning or delta.refusal or delta.tool_calls)


def names_tool(item: wire.ToolCallItem) -> bool:
    """Whether a fragment says which tool is called, as only the first of a call does."""
    return bool((item.function is not UNSET and item.function.name) or (item.custom is not UNSET and item.custom.name))


def grown(audio: wire.Audio | None, more: wire.Audio) -> wire.Audio:
    """The sound so far with what a delta adds."""
    if audio is None:
        return more
    if more.data is not UNSET:
        audio.data = more.data if audio.data is UNSET else text_of(audio.data) + text_of(more.data)
    if more.transcript is not UNSET:
        audio.transcript = more.transcript if audio.transcript is UNSET else audio.transcript + more.transcript
    if more.id is not UNSET:
        audio.id = more.id
    if more.expires_at is not UNSET:
        audio.expires_at = more.expires_at
    return audio


def of_a_delta(ext: Extensions) -> Extensions | None:
    """A call's extensions without what its first delta alone says: its number, and that more will come."""
    return {
        dialect: own
        for dialect, entries in ext.items()
        if (own := {k: v for k, v in entries.items() if k not in _PASSING})
    } or None


def unnumbered(raw: Raw) -> Raw:
    """An annotation of a delta without the index that only numbers it among deltas."""
    if b'"index"' not in bytes(raw):
        return raw
    members = load(dict[str, Raw], raw, NAME)
    members.pop("index", None)
    return Raw(dump(members))
