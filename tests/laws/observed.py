"""The sorts of loss that generated bodies show."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal, NamedTuple

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy

from dgrid_translate import DIALECTS, Loss, translate
from dgrid_translate.cli.losses import table
from dgrid_translate.testing import requests, responses

Kind = Literal["request", "response"]


class Sort(NamedTuple):
    """What is lost on the way to which dialect."""

    to: str
    kind: str
    feature: str


def strategy(dialect: str, kind: Kind) -> SearchStrategy[Any]:
    return requests(dialect) if kind == "request" else responses(dialect)


def sorts(dialect: str, kind: Kind, body: Any) -> set[Sort]:
    """The sorts of loss of one body on the way to every other dialect."""
    found: set[Sort] = set()
    for to in DIALECTS:
        if to != dialect:
            losses: list[Loss] = []
            translate(body, source=dialect, to=to, kind=kind, losses=losses, now=0)
            found |= {Sort(to, loss.kind, loss.feature) for loss in losses}
    return found


def observed(dialect: str, kind: Kind, *, examples: int) -> dict[Sort, list[Any]]:
    """The sorts of loss that so many generated bodies show, each with the bodies that do."""
    found: defaultdict[Sort, list[Any]] = defaultdict(list)

    @seed(1)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy(dialect, kind))
    def watch(body: Any) -> None:
        for sort in sorts(dialect, kind, body):
            found[sort].append(body)

    watch()
    return found


def known(dialect: str, kind: Kind, *, rare: bool = True) -> set[Sort]:
    """The sorts of loss that the command lists."""
    return {
        Sort(to, row.kind, row.feature)
        for to in DIALECTS
        if to != dialect
        for row in table(dialect, to, rare=rare)
        if row.body == kind
    }
