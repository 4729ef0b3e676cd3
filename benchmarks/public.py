"""The library as its users call it, and what it is measured against.

BARE is `msgspec.json.decode` and `encode` of the same bytes: the price of touching JSON at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import payloads

import dgrid_translate

if TYPE_CHECKING:
    from collections.abc import Iterable

DIALECTS = tuple(name for name in payloads.DIALECTS if name in dgrid_translate.DIALECTS)
PAIRS = tuple((source, target) for source in DIALECTS for target in DIALECTS if source != target)


def bare(body: bytes) -> bytes:
    """Decode and encode without looking."""
    return msgspec.json.encode(msgspec.json.decode(body))


def bare_events(events: Iterable[bytes]) -> list[bytes]:
    """The same for each event of a stream."""
    return [msgspec.json.encode(msgspec.json.decode(data)) for data in events]


def translated(body: bytes, source: str, target: str, kind: str, request: bytes | None = None) -> bytes:
    """Bytes to bytes by the public function, losses collected."""
    return dgrid_translate.translate(body, to=target, source=source, kind=kind, request=request, losses=[], now=1)
