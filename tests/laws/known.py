"""Recorded bodies that a law cannot hold, each with its reason: (record, law) or (record, "law target")."""

from __future__ import annotations

KNOWN: dict[tuple[str, str], str] = {}
