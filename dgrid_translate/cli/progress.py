"""How far a long run is: one line on stderr that is rewritten, if somebody is watching."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

_FIRST = 0.5  # seconds before there is anything to say
_NEXT = 0.2


class Progress:
    """Counts bodies and their bytes; `size` is how many bytes there will be, if known."""

    def __init__(self, size: int | None = None) -> None:
        self._size = size
        self._seen = sys.stderr.isatty()
        self._due = time.monotonic() + _FIRST
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def watch(self, numbered: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """The same items; the line is brought up to date as they pass."""
        read = 0
        for count, (number, body) in enumerate(numbered, 1):
            yield number, body
            read += len(body) + 1
            if self._seen and time.monotonic() >= self._due:
                self._show(count, read)

    def _show(self, count: int, read: int) -> None:
        done = f", {min(100, 100 * read // self._size)} %" if self._size else ""
        sys.stderr.write(f"\r\x1b[K{count:,} bodies, {read / 1e6:.1f} MB{done}")
        sys.stderr.flush()
        self._shown = True
        self._due = time.monotonic() + _NEXT
