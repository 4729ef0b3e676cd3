"""What encoding a part depends on, and the signatures that every kind of part may carry."""

from __future__ import annotations

import binascii
from base64 import b64decode

from msgspec import Struct

from dgrid_translate.dialects.gemini.profile import SENTINEL, VENDOR, Model
from dgrid_translate.ir.parts import AnyPart, Reasoning, Signature
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.signatures import wrap_base64


class Target(Struct):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Gemini too. upstream: it goes to Gemini itself, which checks
    signatures, and not to one of its clients. model: what Gemini's model takes. where: the list of parts in the body
    under way. first: how many it holds before those that are encoded. names: the functions called so far, by call.
    """

    losses: Losses
    native: bool
    upstream: bool
    model: Model
    where: At = ()
    first: int = 0
    names: dict[str, str] = {}


def encode_signature(part: AnyPart, signature: Signature, target: Target) -> str | None:
    """`thoughtSignature`: Gemini's own as it is, another's wrapped for a client and dropped for Gemini."""
    if signature.origin == VENDOR and (target.native or target.upstream or _is_base64(signature.value)):
        return signature.value
    if target.upstream:
        target.losses.dropped("signature", part.at, f"{signature.origin or 'an unknown vendor'}'s")
        return None
    if not isinstance(part, Reasoning):
        return wrap_base64(signature, "t")
    return wrap_base64(signature, "r" if part.redacted else "t", part.id)


def _is_base64(value: str) -> bool:
    """Whether Google's SDK takes it: one alphabet, whole groups."""
    spelled = value.replace("-", "+").replace("_", "/") if "+" not in value and "/" not in value else value
    try:
        b64decode(spelled + "=" * (-len(spelled) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return value == SENTINEL or len(value.rstrip("=")) % 4 in (0, 2, 3)
