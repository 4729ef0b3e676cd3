"""`providerMetadata`: what vendors want back, under each vendor's own key.

The AI SDK hands it from a provider's answer to the UI and from there, as `providerOptions`, to the same provider again
(https://ai-sdk.dev/docs/foundations/provider-options): reasoning state, item ids, cache markers. The key says whose it
is, so nothing needs wrapping, but for signatures of vendors that the AI SDK has no provider for.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message.profile import ORIGINS, OURS, SEALED, VENDORS
from dgrid_translate.ir.parts import AnyPart, Cache, Extensions, Media, Reasoning, Signature, Text
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.extensions import place_of
from dgrid_translate.shared.signatures import unwrap, wrap
from dgrid_translate.shared.wire import NULL, Extra, dump, note, own_of, unwritten, word_of

_decode = msgspec.json.Decoder(dict[str, dict[str, Raw]]).decode
_decode_str = msgspec.json.Decoder(str).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_MARKS: dict[str, Literal["cache_control", "prompt_cache_breakpoint"]] = {
    "cacheControl": "cache_control",
    "cache_control": "cache_control",
    "promptCacheBreakpoint": "prompt_cache_breakpoint",
}
_SIGNED = frozenset({"signature", "thoughtSignature", "redactedData", SEALED})
_RESPONSES = "openai-responses"
_ITEM = ("..", "..", "~id")
"""Where Responses remembers the id of the message that a text is of."""
_PHASES = frozenset({("..", "phase"), ("..", "..", "phase")})
_PICTURE = (("~image_generation_call",), ("~id",))
"""How it remembers that a picture is one it made itself."""
_WITHHELD = frozenset({"redactedData", SEALED})
"""What is the sealed form of thinking that has no text."""


def providers(raw: Raw) -> dict[str, dict[str, Raw]]:
    """The members by provider; nothing of what has another shape."""
    try:
        return _decode(raw)
    except _REFUSALS:
        return {}


def text_of(raw: Raw) -> str | None:
    """The text, if it is one."""
    try:
        return _decode_str(raw)
    except _REFUSALS:
        return None


def read(raw: Raw, member: str, part: AnyPart, own: Extra, *up: str) -> None:
    """Put what the metadata under `member` says on the part; what the model has no word for goes into `own`.

    `up` leads from the part to what has the `member`.
    """
    own[("~" + member,)] = raw
    found = providers(raw)
    if not found:
        own[*up, member] = raw
        return
    named: tuple[str, ...] = ()
    for provider, members in found.items():
        for key, value in members.items():
            if value == NULL:
                continue
            if not _take(provider, key, value, part, (*up, member)):
                own[*up, member, word_of(provider), word_of(key)] = value
            elif key == "itemId" and type(part) is Reasoning:
                named = member, word_of(provider), word_of(key)
    if named and part.signature is None and type(part) is Reasoning:
        own[named] = Raw(dump(part.id))  # there is nothing else that others would say it of


def _take(provider: str, key: str, value: Raw, part: AnyPart, under: tuple[str, ...]) -> bool:
    """Whether the part has a field for it."""
    if key in _SIGNED:
        text = text_of(value)
        if text is None or part.signature is not None:
            return False
        part.signature, belongs = unwrap(text, ORIGINS.get(provider, provider))
        if type(part) is Reasoning and not part.text:
            part.redacted = key in _WITHHELD or belongs == "r"
        return True
    if key in _MARKS:
        if part.cache is None:
            part.cache = Cache(_MARKS[key], value, place_of(part.at, (*under, provider, key)))
            return True
        return False
    if key == "itemId" and type(part) is Reasoning and part.id is None:
        part.id = text_of(value)
        return part.id is not None
    if key == "itemId" and provider == "openai" and type(part) is Text and text_of(value) is not None:
        part.ext = note(part.ext, _RESPONSES, _ITEM, value)
        return True
    if key == "itemId" and provider == "openai" and type(part) is Media and text_of(value) is not None:
        for word, said in zip(_PICTURE, (NULL, value), strict=True):
            part.ext = note(part.ext, _RESPONSES, word, said)
        return True
    if key == "imageDetail" and type(part) is Media:
        part.detail = text_of(value)
        return part.detail is not None
    return provider == OURS


def sign(signature: Signature, redacted: bool, made: dict[str, dict[str, object]]) -> None:
    """Add a signature to metadata under way."""
    vendor = VENDORS.get(signature.origin)
    if vendor is None or (redacted and vendor.signed == "thoughtSignature"):
        made.setdefault(OURS, {})["signature"] = wrap(signature, "r" if redacted else "t")
    elif redacted and vendor.signed == "signature":
        made.setdefault(vendor.key, {})["redactedData"] = signature.value
    else:
        made.setdefault(vendor.key, {})[vendor.signed] = signature.value


def name_item(part_id: str, signature: Signature | None, made: dict[str, dict[str, object]]) -> None:
    """Add a reasoning's id to metadata under way."""
    vendor = None if signature is None else VENDORS.get(signature.origin)
    key = "openai" if signature is None else OURS if vendor is None else vendor.key
    made.setdefault(key, {})["itemId"] = part_id


def mark(cache: Cache, made: dict[str, dict[str, object]]) -> None:
    """Add a cache marker to metadata under way."""
    if cache.raw == NULL:
        return
    if cache.key == "cache_control":
        made.setdefault("anthropic", {})["cacheControl"] = cache.raw
    else:
        made.setdefault("openai", {})["promptCacheBreakpoint"] = cache.raw


def written(made: dict[str, dict[str, object]]) -> Raw | UnsetType:
    """The metadata for the wire, left out where there is none."""
    return Raw(dump(made)) if made else UNSET


def to_write(made: dict[str, dict[str, object]]) -> Raw | UnsetType:
    """As `written`, where nobody looks at it before it is written with the rest."""
    return unwritten(made) if made else UNSET


def of_part(part: AnyPart, losses: Losses, answer: bool) -> dict[str, dict[str, object]]:
    """The metadata of a part that came from elsewhere; answers have no cache markers."""
    made: dict[str, dict[str, object]] = {}
    if part.signature is not None:
        sign(part.signature, type(part) is Reasoning and part.redacted, made)
    if type(part) is Reasoning and part.id is not None:
        name_item(part.id, part.signature, made)
    if type(part) is Text and part.ext is not None and _RESPONSES in part.ext:
        _name_message(part.ext[_RESPONSES], made, part, losses)
    if type(part) is Media and part.ext is not None:
        said = own_of(part.ext, _RESPONSES)
        if all(word in said for word in _PICTURE):
            made.setdefault("openai", {})["itemId"] = said[_PICTURE[1]]
    if part.cache is not None:
        if answer:
            caching.drop(part.cache, losses, part.at)
        else:
            mark(part.cache, made)
    return made


def _name_message(said: Extra, made: dict[str, dict[str, object]], part: Text, losses: Losses) -> None:
    """Add what Responses says of the message that a text is of."""
    for up in (("..",), ("..", "..")):
        item, phase = said.get((*up, "~id")), said.get((*up, "phase"))
        if item is not None:
            made.setdefault("openai", {})["itemId"] = item
        if phase is not None and phase != NULL:
            made.setdefault("openai", {})["phase"] = phase
            losses.moved("phase", place_of(part.at, (*up, "phase")), "to the text's metadata")


def without_phase(ext: Extensions | None) -> Extensions | None:
    """The extensions but for the phase of a text, which its metadata says."""
    if ext is None or _PHASES.isdisjoint(own_of(ext, _RESPONSES)):
        return ext
    said = {key: raw for key, raw in ext[_RESPONSES].items() if key[-1] != "phase" or key[0] != ".."}
    return {**ext, _RESPONSES: said}


def kept(own: Extra, member: str) -> Raw | UnsetType:
    """The metadata as it came."""
    return own.get(("~" + member,), UNSET)
