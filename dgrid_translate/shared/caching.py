"""Prompt-cache markers: Anthropic's `cache_control` and OpenAI's `prompt_cache_breakpoint`.

Anthropic knows lifetimes of 5 minutes and 1 hour (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching),
OpenAI of 30 minutes and 12 hours; the nearest is taken, with a loss.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct, UnsetType

from dgrid_translate.ir.parts import Cache
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.structs import NULL

_BREAKPOINT = Raw(b'{"mode":"explicit"}')
_LONG_BREAKPOINT = Raw(b'{"mode":"explicit","ttl":"12h"}')
_CONTROL = Raw(b'{"type":"ephemeral"}')
_LONG_CONTROL = Raw(b'{"type":"ephemeral","ttl":"1h"}')


class _Marker(Struct):
    ttl: str | UnsetType | None = msgspec.UNSET


_decode = msgspec.json.Decoder(_Marker).decode


def _ttl(cache: Cache) -> str | None:
    try:
        ttl = _decode(cache.raw).ttl
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return None if isinstance(ttl, UnsetType) else ttl


def takes_control(model: str | None) -> bool:
    """Whether a model understands `cache_control`."""
    name = (model or "")[:120].lower()
    return "claude" in name or "anthropic" in name


def as_breakpoint(cache: Cache, losses: Losses, at: At) -> Raw:
    """The marker as `prompt_cache_breakpoint`; `at` is the node it is on."""
    if cache.key == "prompt_cache_breakpoint" or cache.raw == NULL:
        return cache.raw
    losses.approximated("cache_control", cache.at or at + (cache.key,), "sent as prompt_cache_breakpoint")
    return _LONG_BREAKPOINT if _ttl(cache) == "1h" else _BREAKPOINT


def as_control(cache: Cache, losses: Losses, at: At) -> Raw:
    """The marker as `cache_control`; `at` is the node it is on."""
    if cache.key == "cache_control" or cache.raw == NULL:
        return cache.raw
    losses.approximated("prompt_cache_breakpoint", cache.at or at + (cache.key,), "sent as cache_control")
    return _LONG_CONTROL if _ttl(cache) == "12h" else _CONTROL


class Breakpoints(Struct, gc=False):
    """The markers of a request to Claude, in the order of its prompt: 4 at most, none longer than one before it."""

    _left: int = 4
    _short: bool = False

    def go_on(self, used: Breakpoints) -> None:
        """Go on after the markers that were told by `used`."""
        self._left, self._short = used._left, used._short

    def control(self, cache: Cache, losses: Losses, at: At) -> Raw | None:
        """The next marker as `cache_control`; None if there are enough. `at` is the node it is on."""
        if cache.raw == NULL:
            return cache.raw
        if not self._left:
            drop(cache, losses, at)
            return None
        self._left -= 1
        made = as_control(cache, losses, at)
        long = _ttl(Cache("cache_control", made)) == "1h"
        if long and self._short:
            losses.approximated(cache.key, cache.at or at + (cache.key,), "for 5 minutes, as one before it")
            return _CONTROL
        self._short = self._short or not long
        return made


def drop(cache: Cache | None, losses: Losses, at: At) -> None:
    """Name a marker that the target has no word for."""
    if cache is not None and cache.raw != NULL:
        losses.dropped(cache.key, cache.at or at + (cache.key,))
