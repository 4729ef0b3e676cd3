"""What becomes known of each request: a Record, and those who look at it when it begins and ends."""

from __future__ import annotations

from dgrid_translate.asgi.observe.record import Observer, Observers, Record

__all__ = ["Observer", "Observers", "Record"]
