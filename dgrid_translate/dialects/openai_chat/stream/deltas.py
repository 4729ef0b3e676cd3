"""What a delta says, and what of it only holds among deltas."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts import decode_extra_content
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.dialects.openai_chat.response import keep_choice
from dgrid_translate.ir.parts import Extensions, Signature
from dgrid_translate.shared.media import text_of
from dgrid_translate.shared.wire import (
    EMPTY,
    Extra,
    Leftovers,
    dump,
    extra_of,
    load,
    whole,
    word_of,
)

_PASSING = (("index",), ("~function",))
_LONG = 4096
"""What is longer is not joined with more: each chunk would have to read it again."""


def speaks(delta: wire.ResponseMessage) -> bool:
    """Whether a delta says anything at all."""
    return bool(delta.content or delta.reasoning_content or delta.reasoning or delta.refusal or delta.tool_calls)


def news_of(choice: wire.Choice, known: Extra) -> Extra:
    """What a chunk says beside its delta, but for what was `known` and for emptiness where something was."""
    own: Extra = {}
    keep_choice(choice, own)
    for key in known.keys() & own.keys():
        if own[key] == known[key] or own[key] in EMPTY:
            del own[key]
        elif both := _joined(known[key], own[key]):
            own[key] = both
    return own


def _joined(before: Raw, then: Raw) -> Raw | None:
    """Two objects as one, in which the later word counts; None of what is no object, or too long for it."""
    if len(before) > _LONG or bytes(before)[:1] != b"{" or bytes(then)[:1] != b"{":
        return None
    return Raw(dump(load(dict[str, Raw], before, NAME) | load(dict[str, Raw], then, NAME)))


def too_late(choice: wire.Choice, known: Extra) -> Extra:
    """What a chunk says of a choice that has ended, and that nobody waits for any longer."""
    late = news_of(choice, known)
    if choice.logprobs:
        late["logprobs",] = whole(choice.logprobs)
    if choice.delta is not UNSET:
        for key, raw in load(dict[str, Raw], whole(choice.delta), NAME).items():
            if key != "role" and raw not in EMPTY:
                late["delta", word_of(key)] = raw
    return late


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
    if more.extra is not UNSET:
        audio.extra = Leftovers() if audio.extra is UNSET else audio.extra
        audio.extra.update(more.extra)
    return audio


def read_on(item: wire.ToolCallItem, own: Extra, signed: bool) -> Signature | None:
    """What a call's later delta says besides its text: its signature, and in `own` what the model has no word for.

    `signed`: the call has a signature, so that what else `extra_content` holds goes beside that.
    """
    if item.extra is not UNSET:
        own.update(extra_of(item))
    if item.function is not UNSET and item.function.extra is not UNSET:
        own.update(extra_of(item.function, "function"))
    if item.custom is not UNSET and item.custom.extra is not UNSET:
        own.update(extra_of(item.custom, "custom"))
    extra = item.extra_content
    return None if extra is UNSET else read_extra_content(extra, own, (), signed)


def read_extra_content(extra: wire.ExtraContent, own: Extra, under: tuple[str, ...], signed: bool) -> Signature | None:
    """As `decode_extra_content`, of one delta among several: what others held beside a signature stays beside it."""
    google = extra.google
    if not signed and (google is UNSET or google.thought_signature is UNSET):
        return decode_extra_content(extra, own, under)
    key = (*under, "extra_content")
    before = own.pop(key, None)
    said = [extra] if before is None else [load(wire.ExtraContent, before, NAME), extra]
    for one in said:
        own.update(extra_of(one, *key))
        if one.google is not UNSET:
            own.update(extra_of(one.google, *key, "google"))
    return None if google is UNSET or google.thought_signature is UNSET else decode_extra_content(extra, own, under)


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
