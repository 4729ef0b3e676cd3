"""What the Structs of every dialect are made of."""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType, field

Number = int | float
"""A JSON number whose spelling (1 or 1.0) is kept."""

NULL = Raw(b"null")
UNKNOWN = "\x00"


class Leftovers(dict["tuple[str, ...]", Raw]):
    """What a Struct does not name; a type no JSON value can become."""


class Wire(Struct, gc=False, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every Struct that mirrors a JSON object of some vendor."""

    extra: Leftovers | UnsetType = field(default=UNSET, name="(extra)")


class Unknown(Wire, tag_field="type", tag=UNKNOWN):
    """A tagged object whose `type` the dialect does not know; `raw` is the object as it came."""

    kind: str
    raw: Raw


class UnknownRole(Wire, tag_field="role", tag=UNKNOWN):
    """A message whose `role` the dialect does not know; `raw` is the message as it came."""

    kind: str
    raw: Raw
