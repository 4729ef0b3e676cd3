"""Question: does the cost stay linear, and the memory flat, however large the input is?

Run `python benchmarks/bench_growth.py`. First, microseconds a KB of requests from 1 KB to 10 MB, many messages each,
and what a KB costs at the largest size over what it costs at 100 KB. Then, in a process of its own for each, a stream
of a million events from each dialect to the next, bytes to bytes: how many MB its resident memory grows after the first
tenth, and how much slower the seventh tenth is than the second (both are text).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import payloads
from public import DIALECTS, bare, translated
from timing import CLOCK, Report, Row, interleave, options, resident

from dgrid_translate import StreamTranslator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK_SIZES = (1_000, 100_000, 1_000_000)
EVENTS, QUICK_EVENTS = 1_000_000, 20_000
GROWTH_GOAL = 2.0
MEMORY_GOAL = 16.0


def requests(report: Report) -> None:
    """Show what a KB costs at each size."""
    sizes = QUICK_SIZES if report.options.quick else SIZES
    for source in DIALECTS:
        costs: dict[str, dict[int, float]] = {}
        for size in sizes:
            body = payloads.long_request(size, source)
            ways: dict[str, Callable[[], object]] = {"BARE": partial(bare, body)}
            ways |= {
                f"to {target}": partial(translated, body, source, target, "request")
                for target in DIALECTS
                if target != source or len(DIALECTS) == 1
            }
            for name, seconds in interleave(ways, report.options.rounds).items():
                micros = statistics.median(seconds) * 1e6 / (len(body) / 1000)
                costs.setdefault(name, {})[size] = micros
        for name, by_size in costs.items():
            shown = ", ".join(f"{micros:.1f}" for micros in by_size.values())
            growth = by_size[sizes[-1]] / by_size[100_000]
            row = Row(f"{source} {name}, last/100 KB", growth)
            if name != "BARE":
                row.goal, row.group = GROWTH_GOAL, f"us a KB at {sizes[-1] // 1_000_000} MB / at 100 KB"
            report.add(row)
            for size, micros in by_size.items():
                report.keep(Row(f"{source} {name}, us a KB at {size // 1000} KB", micros))
            print(f"    us a KB at {', '.join(f'{size // 1000}' for size in sizes)} KB: {shown}")


def stream(source: str, target: str, count: int) -> tuple[float, float]:
    """(MB that memory grew, the seventh tenth's time over the second tenth's) of one long stream."""
    translator = StreamTranslator(source, target, now=1, passthrough=False)
    marks: list[tuple[float, float]] = []
    tenth = max(count // 40, 1)  # chunks hold four frames
    for number, chunk in enumerate(payloads.chunks(source, count)):
        if number % tenth == 0:
            marks.append((CLOCK(), resident()))
        translator.feed(chunk)
    translator.close()
    taken = [then[0] - now[0] for now, then in pairwise(marks)]
    return resident() - marks[1][1], taken[6] / taken[1]  # both of text


def streams(report: Report) -> None:
    """Show how each pair bears a long stream."""
    count = QUICK_EVENTS if report.options.quick else EVENTS
    for source, target in zip(DIALECTS, (*DIALECTS[1:], DIALECTS[0]), strict=True):  # each reads and writes once
        command = [sys.executable, __file__, "--stream", source, target, str(count)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        grown, slower = map(float, printed.split())
        pair = f"{source} to {target}"
        group = f"stream of {count} events"
        report.add(Row(f"{pair}, {count} events, MB", grown, MEMORY_GOAL, group=f"{group}: MB of growth"))
        report.add(
            Row(f"{pair}, {count} events, seventh/second tenth", slower, GROWTH_GOAL, group=f"{group}: late / early")
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv, rounds=7)
    report = Report("growth", asked, unit="value")
    requests(report)
    streams(report)
    report.done()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stream"]:
        print(*stream(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        main()
