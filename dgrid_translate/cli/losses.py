"""`dgrid-translate losses`: what a pair cannot say, found by translating the packaged samples that say the most."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from dgrid_translate import DIALECTS, Loss, TranslateError, translate
from dgrid_translate.cli.report import COLOURS, columns
from dgrid_translate.cli.samples import has_sample, sample
from dgrid_translate.registry import lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KINDS: tuple[Literal["request", "response"], ...] = ("request", "response")
LOSS_KINDS: tuple[str, ...] = ("dropped", "approximated", "moved", "invented")


class Row(NamedTuple):
    """A sort of loss between two dialects: what, in which kind of body, where first, and how often."""

    source: str
    to: str
    body: str
    kind: str
    feature: str
    path: str
    detail: str
    times: int


def table(source: str, to: str, *, rare: bool = True) -> list[Row]:
    """Everything that the samples of `source` lose on the way to `to`: the rich ones, and the rare ones if wanted."""
    rows: dict[tuple[str, str, str], Row] = {}
    for body in KINDS:
        rich = [sample(source, f"rich.{body}.json")] if has_sample(source, f"rich.{body}.json") else []
        for one in [*rich, *(sample(source, f"rare.{body}.jsonl").splitlines() if rare else ())]:
            found: list[Loss] = []
            translate(one, to=to, source=source, kind=body, losses=found, now=0)
            for loss in found:
                sort = body, loss.kind, loss.feature
                row = rows.get(sort) or Row(source, to, *sort, loss.path or "(body)", loss.detail, 0)
                rows[sort] = row._replace(times=row.times + 1)
    return sorted(rows.values(), key=lambda row: (row.body, LOSS_KINDS.index(row.kind), row.feature))


def matrix() -> list[list[str]]:
    """How many sorts of loss each ordered pair has, by kind."""
    out = [["from", "to", *LOSS_KINDS]]
    for source, to in product(DIALECTS, DIALECTS):
        if source != to:
            kinds = [row.kind for row in table(source, to)]
            out.append([source, to, *(str(kinds.count(kind)) for kind in LOSS_KINDS)])
    return out


def markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows, of which the first is the head, as a Markdown table."""
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]


def _listing(rows: Iterable[Row], form: str) -> Iterable[str]:
    cells = [
        [row.body, row.kind, row.feature, row.path + (f" (+{row.times - 1})" if row.times > 1 else ""), row.detail]
        for row in rows
    ]
    if form == "markdown":
        yield from markdown([["body", "kind", "feature", "first at", "detail"], *cells])
    elif cells:
        for cell, line in zip(cells, columns(cells), strict=True):
            yield line.replace(cell[1], click.style(cell[1], fg=COLOURS[cell[1]]), 1)


@click.command()
@click.option("--from", "source", metavar="DIALECT", help="Only from this dialect.")
@click.option("--to", metavar="DIALECT", help="Only to this dialect.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
def losses(source: str | None, to: str | None, form: str) -> None:
    """List what each pair of dialects cannot say; without options, count it.

    The answer is found by translating samples: a request and a response of each dialect that use as much of it as fits
    into one, and small ones for what the laws see lost besides. So it is what the translator does, not what somebody
    wrote down.
    """
    try:
        sources = [lookup(source).profile.name] if source else DIALECTS
        targets = [lookup(to).profile.name] if to else DIALECTS
    except TranslateError as error:
        raise click.UsageError(str(error)) from error
    pairs = [(one, other) for one, other in product(sources, targets) if one != other]
    if form == "json":
        click.echo(json.dumps([row._asdict() for pair in pairs for row in table(*pair)], indent=2))
    elif source is None and to is None:
        rows = matrix()
        lines = markdown(rows) if form == "markdown" else columns(rows)
        click.echo("\n".join(lines))
    else:
        for one, other in pairs:
            click.secho(f"{'#### ' if form == 'markdown' else ''}{one} -> {other}", bold=True)
            if form == "markdown":
                click.echo()
            for line in _listing(table(one, other), form):
                click.echo(line if form == "markdown" else "  " + line)
            click.echo()
