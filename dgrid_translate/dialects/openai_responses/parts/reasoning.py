"""Reasoning items <-> Reasoning.

An item's text is that of its `summary`, where it has one, which streams first, else that of its `content`; how it is
cut into pieces is remembered. `encrypted_content` is the model's own state, sealed: a signature. Another vendor's
travels there wrapped.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts.content import Target
from dgrid_translate.dialects.openai_responses.profile import NAME, ORIGIN
from dgrid_translate.ir.parts import Reasoning, Signature
from dgrid_translate.losses import At
from dgrid_translate.shared import caching
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.signatures import MARK, Belongs, wrap
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, dump, extra_of, load, own_of, unwritten
from dgrid_translate.shared.wire_slow import REFUSALS

_decode_pieces = msgspec.json.Decoder(wire.TextPieces).decode

REASONING_TEXT = ("~reasoning_text",)
"""The form of a text that streams as `reasoning_text`, not as a summary."""
_KEPT = "rs_"
"""How the id of a reasoning begins that OpenAI, or who speaks its dialect, may keep: it needs no seal."""
BETWEEN = "\n\n"
"""What stands between two pieces of a reasoning's text."""


def is_wrapped(item: wire.ReasoningItem) -> bool:
    """Whether an item carries another vendor's signature."""
    sealed = item.encrypted_content
    return bool(sealed) and sealed.startswith(MARK)


def decode_reasoning(item: wire.ReasoningItem, at: At) -> Reasoning:
    """A `reasoning` item; a wrapped signature stays wrapped, for `restore`."""
    own = {} if item.extra is UNSET else extra_of(item)
    content, summary, more = "", "", False
    if item.summary is not UNSET:
        summary, more = text_of(item.summary, at + ("summary",))
        own["summary" if more else "~summary",] = item.summary
    if item.content is not UNSET:
        content, more = text_of(item.content, at + ("content",))
        own["content" if more or (content and summary) else "~content",] = item.content
    if item.status is not UNSET:
        own["~status",] = item.status
    found = Reasoning(summary or content, at=at)
    sealed = item.encrypted_content
    wrapped = bool(sealed) and sealed.startswith(MARK)  # then its id is in there, if it has one
    if item.id is not UNSET and not wrapped and (sealed or found.text):
        found.id = item.id
    elif item.id is not UNSET:  # it only refers to what is stored, or is ours
        own["~id",] = Raw(dump(item.id))
    if sealed:
        found.signature = Signature(sealed, ORIGIN)
        found.redacted = not found.text and not wrapped
    elif sealed is not UNSET:
        own["encrypted_content",] = NULL if sealed is None else Raw(b'""')
    if own:
        found.ext = {NAME: own}
    return found


def text_of(raw: Raw, at: At) -> tuple[str, bool]:
    """The text of a `summary` or a `content`, and whether its pieces say anything else."""
    more = False
    if raw in _EMPTY:
        return "", more
    try:
        pieces = _decode_pieces(raw)
    except REFUSALS:
        pieces = load(wire.TextPieces, raw, NAME, at)
        more = any(piece.extra is not UNSET for piece in pieces)
    if len(pieces) == 1 and pieces[0].text is not UNSET:
        return pieces[0].text, more
    return BETWEEN.join(["" if piece.text is UNSET else piece.text for piece in pieces]), more


_NONE = Raw(b"[]")
_EMPTY = (NULL, _NONE)


def sealed_text(part: Reasoning, signature: Signature, shown: str | UnsetType) -> str:
    """What stands in `encrypted_content` of an item that is shown with that id: a client's history brings both back."""
    own = UNSET if part.id is None else part.id
    if signature.origin == ORIGIN and own == shown:
        return signature.value
    return wrap(signature, "r" if part.redacted else "t", part.id)


def encode_reasoning(part: Reasoning, target: Target, index: int) -> wire.ReasoningItem | None:
    """A `reasoning` item, the `index`th; None if the API would not take it."""
    signature = part.signature
    if target.upstream:
        kept = part.id is not None and part.id.startswith(_KEPT)
        known = (target.native or kept) if signature is None else signature.origin == ORIGIN
        if not known:
            if part.cache is not None:
                caching.drop(part.cache, target.losses, part.at)
            target.losses.dropped("reasoning", part.at, "OpenAI takes only reasoning that it sealed")
            return None
    return reasoning_item(part, target, index)


def reasoning_item(part: Reasoning, target: Target, index: int, shown: str | None = None) -> wire.ReasoningItem:
    """As `encode_reasoning`, of what is taken, with the id that the item was `shown` with already."""
    signature = part.signature
    if part.cache is not None:
        caching.drop(part.cache, target.losses, part.at)
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, target.losses)
    item = wire.ReasoningItem()
    if shown is not None:
        item.id = shown
    elif part.id is not None:
        item.id = part.id
    elif not target.upstream and not target.native:
        item.id = derive("rs_", target.seed, index)
    if signature is not None:
        item.encrypted_content = sealed_text(part, signature, item.id)
    if not target.native:
        item.summary = unwritten([wire.TextPiece(type="summary_text", text=part.text)]) if part.text else _NONE
        return item if part.ext is None else dress(item, part.ext, NAME)
    own = own_of(part.ext, NAME)
    item.summary = own.get(("~summary",), UNSET)
    item.content = own.get(("~content",), UNSET)
    item.status = own.get(("~status",), UNSET)
    if part.id is None and (raw := own.get(("~id",))) is not None:
        item.id = load(str, raw, NAME)
    return item if part.ext is None else dress(item, part.ext, NAME)


def summary_of(text: str) -> Raw:
    """A `summary` of one piece, or of none."""
    return Raw(dump([wire.TextPiece(type="summary_text", text=text)])) if text else _NONE


def carrier(signature: Signature, belongs: Belongs, target: Target, index: int) -> wire.ReasoningItem:
    """The item that shows a client what signs the item before or after it."""
    return wire.ReasoningItem(
        id=derive("rs_", target.seed, index), summary=_NONE, encrypted_content=wrap(signature, belongs)
    )
