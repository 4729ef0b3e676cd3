"""What the benchmarks share: taking turns, medians, a table with goals, and results kept to compare with.

Contenders take turns within each round, in one process, and what is reported is the median over the rounds of a
contender's time divided by that of the first contender in the same round: a slow moment of the machine then slows
both. Each turn lasts about `TURN` seconds, however short one run is. The clock is that of the process, so that the
time in which the machine does something else does not count.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TURN = 0.002
CLOCK = time.process_time if time.get_clock_info("process_time").resolution < 1e-6 else time.perf_counter


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    rounds: int
    quick: bool
    save: Path | None
    compare: Path | None


def options(doc: str | None, argv: Sequence[str] | None = None, rounds: int = 21, quick_rounds: int = 7) -> Options:
    """Read the options that every benchmark takes; `doc` is the script's docstring."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    parser.add_argument(
        "--rounds", type=int, help=f"turns each contender gets (default {rounds}, quick {quick_rounds})"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="add the results to a JSON file")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="show what changed since --save FILE")
    found = parser.parse_args(argv)
    return Options(found.rounds or (quick_rounds if found.quick else rounds), found.quick, found.save, found.compare)


def interleave(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds that one run of each contender took, round by round."""
    repeats: dict[str, int] = {}
    for name, run in contenders.items():
        run()
        begin = CLOCK()
        run()
        repeats[name] = max(1, int(TURN / max(CLOCK() - begin, 1e-7)))
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            turns = range(repeats[name])
            begin = CLOCK()
            for _ in turns:
                run()
            taken[name].append((CLOCK() - begin) / len(turns))
    return taken


@dataclass
class Row:
    """One line: a value (a ratio, unless the label says otherwise), at most `goal` if it is to be good.

    least: it is to be at least `goal`. group: the line of the table in README.md that it belongs to.
    """

    label: str
    value: float
    goal: float | None = None
    micros: float | None = None
    least: bool = False
    group: str = ""

    def verdict(self) -> str:
        """`met` or `missed`, nothing where there is no goal."""
        if self.goal is None:
            return ""
        return "met" if self.badness() <= 1 else "missed"

    def badness(self) -> float:
        """The value in goals, more is worse; without a goal, the value."""
        if self.goal is None:
            return -self.value if self.least else self.value
        return self.goal / max(self.value, 1e-9) if self.least else self.value / self.goal


@dataclass
class Report:
    """The rows of one benchmark, printed as they come."""

    title: str
    options: Options
    unit: str = "x BARE"
    rows: list[Row] = field(default_factory=list)
    _before: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.options.compare is not None:
            self._before = json.loads(self.options.compare.read_text()).get(self.title, {})
        print(f"{'':50}{'us':>11}{self.unit:>10}{'goal':>8}")

    def add(self, row: Row) -> None:
        """Print and keep a row."""
        self.rows.append(row)
        micros = "" if row.micros is None else f"{row.micros:.2f}"
        goal = "" if row.goal is None else f"{'>' if row.least else ''}{row.goal:g}"
        then = self._before.get(row.label)
        change = f"  was {then['value']:.2f} ({row.value / then['value'] - 1:+.0%})" if then and then["value"] else ""
        print(f"{row.label:50}{micros:>11}{row.value:10.2f}{goal:>8}  {row.verdict():6}{change}".rstrip(), flush=True)

    def keep(self, row: Row) -> None:
        """Keep a row that the script prints in words of its own."""
        self.rows.append(row)

    def contest(
        self,
        contenders: Mapping[str, Callable[[], object]],
        goals: Mapping[str, float | None],
        prefix: str = "",
        per: int = 1,
        groups: Mapping[str, str] | None = None,
    ) -> list[Row]:
        """Let contenders take turns; a row for each, as ratios to the first. One run does `per` things."""
        groups = groups or {}
        taken = interleave(contenders, self.options.rounds)
        first = next(iter(taken.values()))
        rows: list[Row] = []
        for name, seconds in taken.items():
            ratio = statistics.median(own / other for own, other in zip(seconds, first, strict=True))
            micros = statistics.median(seconds) / per * 1e6
            row = Row(prefix + name, ratio, goals.get(name), micros, group=groups.get(name, ""))
            rows.append(row)
            self.add(row)
        return rows[1:]

    def extremes(self, label: str, rows: Sequence[Row]) -> None:
        """Say which of some rows is worst, and what the middle one is."""
        if rows:
            worst = max(rows, key=Row.badness)
            middle = statistics.median(row.value for row in rows)
            print(f"{label}: worst {worst.value:.2f} ({worst.label.strip()}) {worst.verdict()}, median {middle:.2f}\n")

    def done(self) -> None:
        """Keep the results if that was asked for, and count."""
        judged = [row for row in self.rows if row.goal is not None]
        missed = [row for row in judged if row.verdict() == "missed"]
        print(f"{len(judged) - len(missed)} of {len(judged)} goals met; Python {sys.version.split()[0]}")
        path = self.options.save
        if path is not None:
            kept = json.loads(path.read_text()) if path.exists() else {}
            kept[self.title] = {row.label: asdict(row) for row in self.rows}
            path.write_text(json.dumps(kept, indent=1) + "\n")


def resident() -> float:
    """Resident memory of this process in MB; where the system does not say, the most it has ever been."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return pages * resource.getpagesize() / 1e6
