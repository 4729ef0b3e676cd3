"""Losses, in columns for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dgrid_translate.losses import Loss

COLOURS = {"dropped": "red", "approximated": "yellow", "moved": "cyan", "invented": "magenta"}


def columns(rows: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """The rows as lines, each column as wide as its widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


class Report:
    """Gathers losses and says them in the end: each, or for many bodies each sort with its count."""

    def __init__(self) -> None:
        self._sorts: dict[tuple[str, str, str, str], tuple[str, int]] = {}

    def add(self, losses: Iterable[Loss], where: str = "") -> None:
        """Take the losses of one body; `where` tells it from others ("line 3")."""
        for loss in losses:
            path = loss.path or "(body)"
            sort = (loss.kind, loss.feature, "" if where else path, loss.detail)
            first, count = self._sorts.get(sort, (f"{where}: {path}" if where else path, 0))
            self._sorts[sort] = first, count + 1

    def show(self) -> None:
        """Write them to stderr; nothing if nothing was lost."""
        if not self._sorts:
            return
        total = sum(count for _, count in self._sorts.values())
        click.secho(f"{total} loss{'' if total == 1 else 'es'}:", err=True, bold=True)
        rows = [
            (kind, feature, first, f"({count} times)" if count > 1 else "", detail)
            for (kind, feature, _, detail), (first, count) in self._sorts.items()
        ]
        for row, line in zip(rows, columns(rows), strict=True):
            kind = row[0]
            click.echo("  " + click.style(kind, fg=COLOURS[kind]) + line[len(kind) :], err=True)
