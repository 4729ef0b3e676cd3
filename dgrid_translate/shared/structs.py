"""What the Structs of every dialect are made of."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, Struct, UnsetType, field

Number = int | float
"""A JSON number whose spelling (1 or 1.0) is kept."""

NULL = Raw(b"null")
UNKNOWN = "\x00"


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
