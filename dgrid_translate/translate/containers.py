"""Bodies in whatever container they come: JSON as bytes or str, dicts, SDK objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from dgrid_translate.errors import DecodeError
from dgrid_translate.shared.wire import dump, parse_anyhow


def to_json(value: Any) -> tuple[bytes, Callable[[bytes], Any]]:
    """`value` as JSON, and how to give an answer back in the same container."""
    if isinstance(value, bytes):
        return value, same
    if isinstance(value, bytearray):
        return bytes(value), same
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass"), _as_str
    dumped = getattr(value, "model_dump", None)
    if dumped is not None:
        value = dumped(mode="json", by_alias=True, exclude_unset=True)
    try:
        return dump(value), parse_anyhow
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise DecodeError(f"cannot be written as JSON: {error}") from None


def same(body: bytes) -> bytes:
    """Bytes as they are."""
    return body


def _as_str(body: bytes) -> str:
    return body.decode("utf-8", "surrogatepass")
