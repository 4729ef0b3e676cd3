"""Typed looks at parsed JSON that may be anything at all.

Each accessor answers something of its type whatever it is given: an object without the key, a list that is a string or
a number that is a boolean read as empty or None. So a rule says only what it is about, and never raises.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeGuard

import msgspec

if TYPE_CHECKING:
    from dgrid_translate.losses import At

Json = Mapping[str, object]

NOTHING: Json = {}

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+-]+=[^;,]*)*);base64,", re.ASCII)


def is_object(value: object) -> TypeGuard[Json]:
    """Whether the value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[Sequence[object]]:
    """Whether the value is a JSON array."""
    return isinstance(value, list)


def obj(value: object) -> Json:
    """The object, or an empty one."""
    return value if is_object(value) else NOTHING


def array(value: object) -> Sequence[object]:
    """The array, or an empty one."""
    return value if is_array(value) else ()


def string(value: object) -> str | None:
    """The string, or None."""
    return value if isinstance(value, str) else None


def integer(value: object) -> int | None:
    """The whole number, or None; JSON booleans are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def number(value: object) -> float | None:
    """The number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def objects(value: object, *at: str | int) -> Iterator[tuple[At, Json]]:
    """The objects of an array, each with its place; what is not an object is passed over."""
    for index, item in enumerate(array(value)):
        if is_object(item):
            yield (*at, index), item


def strings(value: object) -> list[str]:
    """The strings of an array."""
    return [item for item in array(value) if isinstance(item, str)]


def one_of(value: object, known: Collection[str]) -> bool:
    """Whether the value is one of these strings (safe for values that have no hash)."""
    return isinstance(value, str) and value in known


def words(text: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(text.split())


def kind_of(item: Json) -> str:
    """The `type` of a tagged object, "" where it has none."""
    return string(item.get("type")) or ""


def parse(text: str) -> object:
    """The JSON value that a text says, or the sentinel `NOT_JSON`."""
    try:
        return msgspec.json.decode(text, type=object)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return NOT_JSON


NOT_JSON: object = object()


def is_base64(text: str) -> bool:
    """Standard or URL-safe base64, padded or not."""
    if not _BASE64.fullmatch(text):
        return False
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def data_url(url: str) -> tuple[str, str] | None:
    """The media type and base64 text of a data URL, None if it is not one in base64 form."""
    match = _DATA_URL.match(url)
    return (match[1] or "", url[match.end() :]) if match else None


def shown(value: object) -> str:
    """A value as a violation quotes it: short."""
    if is_object(value):
        return "an object"
    if is_array(value):
        return "an array"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
