"""Results of pure functions, remembered within bounds that nobody's requests can burst."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class _TooLarge(Exception):
    """Carries a result past the cache: what ends in an exception is not remembered."""

    def __init__(self, made: Any) -> None:
        self.made = made


def bounded(
    make: Callable[[bytes, K], T], entries: int, most: int, weigh: Callable[[bytes, T], int]
) -> Callable[[bytes, K], T]:
    """`make`, with a memory of its latest `entries` results, by the bytes and the key that it is given.

    Neither longer bytes than `most` nor results that weigh more are remembered, nor what it raises: how deep the stack
    was is the caller's affair.
    """

    @functools.lru_cache(entries)
    def known(body: bytes, key: K) -> T:
        made = make(body, key)
        if weigh(body, made) > most:
            raise _TooLarge(made)
        return made

    def ask(body: bytes, key: K) -> T:
        if len(body) > most:
            return make(body, key)
        try:
            return known(body, key)
        except _TooLarge as large:
            return large.made

    return ask
