"""What the Structs of every dialect are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType, TypeVar, final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

T = TypeVar("T")

Number = int | float
"""A JSON number whose spelling (1 or 1.0) is kept."""

if TYPE_CHECKING:
    Inline = str | Raw
    NullableInline = str | Raw | None
else:
    Inline = NewType("Inline", Raw)
    NullableInline = NewType("NullableInline", Raw)
"""A string that may be megabytes of base64: `str`, or as JSON text if it is long and nothing in it is escaped.

It is neither made a string nor scanned again to be written, which is most of what a body with an image costs. A Struct
with such a member sees to it with `settled` in its `__post_init__`.
"""

NULL = Raw(b"null")
UNKNOWN = "\x00"
LONG = 4096
"""From how many bytes on a string is left as JSON text; below, that costs more than it saves."""

PIECE = 32768
"""How much of a body is looked at in one step: what is copied for it never leaves the cache."""

_QUOTE = ord('"')
_read_string = msgspec.json.Decoder(str).decode


class Leftovers(dict["tuple[str, ...]", Raw]):
    """What a Struct does not name; a type no JSON value can become."""


def word_of(key: str) -> str:
    """A key of a body as a word of an extension's key: "~name" is a form, so that a key with "~" gets one more."""
    return "~" + key if key[:1] == "~" else key


def key_of(word: str) -> str | None:
    """The key of a body that `word_of` made a word of; None where it is a form."""
    if word[:1] != "~":
        return word
    return word[1:] if word[:2] == "~~" else None


class Wire(Struct, gc=False, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every Struct that mirrors a JSON object of some vendor."""

    extra: Leftovers | UnsetType = field(default=UNSET, name="(extra)")


def settled(said: T) -> T | Inline:
    """What an `Inline` member is to hold, from what was read into it: any JSON text.

    Raises:
        ValueError: it is no string, or none that msgspec reads; then the slow way says what is wrong, and where.
    """
    if type(said) is not Raw:
        return said
    text = memoryview(said)
    size = len(text)
    if text[0] != _QUOTE:
        raise ValueError("expected a string")
    if size < LONG:
        return _read_string(said)
    for start in range(0, size, PIECE):
        if b"\\" in bytes(text[start : start + PIECE]):
            return _read_string(said)
    return said


@final
class Unknown(Wire, tag_field="type", tag=UNKNOWN):
    """A tagged object whose `type` the dialect does not know; `raw` is the object as it came.

    `made`: a body that happens to have the other members cannot be read as this.
    """

    kind: str
    raw: Raw
    made: Leftovers


@final
class UnknownRole(Wire, tag_field="role", tag=UNKNOWN):
    """A message whose `role` the dialect does not know; `raw` is the message as it came. `made`: as on Unknown."""

    kind: str
    raw: Raw
    made: Leftovers
