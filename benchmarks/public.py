"""The library as its users call it, and what it is measured against.

BARE is `msgspec.json.decode` and `encode` of the same bytes: the price of touching JSON at all.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import payloads

import dgrid_translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dgrid_translate.dialect import Kind

DIALECTS = tuple(name for name in payloads.DIALECTS if name in dgrid_translate.DIALECTS)


def bare(body: bytes) -> bytes:
    """Decode and encode without looking."""
    return msgspec.json.encode(msgspec.json.decode(body))


def bare_events(events: Iterable[bytes]) -> list[bytes]:
    """The same for each event of a stream."""
    return [msgspec.json.encode(msgspec.json.decode(data)) for data in events]


def translated(body: bytes, source: str, target: str, kind: Kind) -> bytes:
    """Bytes to bytes by the public function, losses collected; within a dialect the long way, through the model."""
    return dgrid_translate.translate(
        body, to=target, source=source, kind=kind, losses=[], now=1, passthrough=source != target
    )


def contenders(body: bytes, source: str, kind: Kind) -> dict[str, Callable[[], object]]:
    """BARE, and the ways to every dialect; the way back to its own is named apart, since no caller has to take it."""
    found: dict[str, Callable[[], object]] = {"BARE": partial(bare, body)}
    for target in DIALECTS:
        name = f"to {target}" if target != source else "to itself, the long way"
        found[name] = partial(translated, body, source, target, kind)
    return found
