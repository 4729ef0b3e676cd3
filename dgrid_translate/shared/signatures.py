"""Signatures that travel through another vendor's format and come home.

A signature minted by one vendor and carried in another's opaque field is wrapped: `MARK.<origin>.<role>.<value>`. The
role says what it belongs to, since formats sign different things: "t" the thinking it stands on, "r" thinking that
was withheld (its sealed form), "n" the part after it, "p" the part before it, "b" (a list of thoughts) the place before
its part; the id of that thinking follows the role where its vendor gave it one, and other formats have no place for
it. A field that must be base64 (Gemini) holds the mark and the base64 of the rest. Unwrapping what is not wrapped
gives the vendor's own signature.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import b2a_base64
from typing import Literal

from dgrid_translate.ir.parts import Signature
from dgrid_translate.shared import ids

Belongs = Literal["t", "r", "n", "p", "b"]
MARK = "dgridTranslateSign01"
"""What every wrapped signature begins with.

Letters and digits in fours are base64 as they are, so the same mark stands in every field; and whole histories are
searched for it, which takes the less time the longer it is.
"""
_WRAPPED = MARK + "."
_STANDARD = str.maketrans("-_", "+/")  # Google's clients write the alphabet of URLs


def wrap(signature: Signature, belongs: Belongs, part_id: str | None = None) -> str:
    """A spelling of `signature`, and of the id of what it belongs to, for another vendor's opaque field."""
    return MARK + _told(signature, belongs, part_id)


def _told(signature: Signature, belongs: Belongs, part_id: str | None) -> str:
    named = "" if part_id is None else ids.legal(part_id)
    return f".{signature.origin}.{belongs}{named}.{signature.value}"


def unwrap(text: str, native: str) -> tuple[Signature, Belongs | None]:
    """The signature in a field of `native`'s format, and what it belongs to if it was wrapped."""
    if text.startswith(_WRAPPED):
        pieces = text[len(_WRAPPED) :].split(".", 2)
        if len(pieces) == 3:
            origin, role, value = pieces
            belongs = role[:1]
            if belongs == "t" or belongs == "r" or belongs == "n" or belongs == "p" or belongs == "b":
                return Signature(value, origin), belongs
    return Signature(text, native), None


def wrapped_id(text: str) -> str | None:
    """The id that `wrap` was given, if any."""
    if not text.startswith(_WRAPPED):
        return None
    pieces = text[len(_WRAPPED) :].split(".", 2)
    return ids.restored(pieces[1][1:]) if len(pieces) == 3 and pieces[1][1:] else None


def wrap_base64(signature: Signature, belongs: Belongs, part_id: str | None = None) -> str:
    """As `wrap`, for a field that must hold base64."""
    told = _told(signature, belongs, part_id)
    return MARK + b2a_base64(told.encode("utf-8", "surrogatepass"), newline=False).decode()


def wrap_thoughts(told: bytes) -> str:
    """As `wrap_base64`, of a list of thoughts in JSON, which no vendor has signed."""
    return MARK + b2a_base64(b"..b." + told, newline=False).decode()


def unwrap_base64(text: str, native: str) -> tuple[Signature, Belongs | None]:
    """As `unwrap`, for a field that holds base64."""
    if not text.startswith(MARK):
        return Signature(text, native), None
    signature, belongs = unwrap(_from_base64(text), native)
    return (Signature(text, native), None) if belongs is None else (signature, belongs)


def wrapped_id_base64(text: str) -> str | None:
    """As `wrapped_id`, for a field that holds base64."""
    return wrapped_id(_from_base64(text))


def _from_base64(text: str) -> str:
    """What `wrap` gave, if that is in it."""
    if not text.startswith(MARK):
        return ""
    try:
        return MARK + b64decode(text[len(MARK) :].translate(_STANDARD)).decode("utf-8", "surrogatepass")
    except ValueError:
        return ""
