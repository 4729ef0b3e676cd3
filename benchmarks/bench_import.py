"""Question: what does `import dgrid_translate` cost in time and memory?

Run `python benchmarks/bench_import.py`. Each import gets a fresh process; the processes take turns, and medians are
printed. Milliseconds are of the import statement; MB are of resident memory above a Python that imports nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from timing import Report, Row, options

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULES = ("", "msgspec", "dgrid_translate")


def probe(module: str) -> tuple[float, float]:
    """Seconds and MB of a fresh process that imports `module`."""
    command = [sys.executable, "-c", PROBE.format(statement=f"import {module}" if module else "pass")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, megabytes = printed.split()
    return float(seconds), float(megabytes)


PROBE = """
import time
begin = time.perf_counter()
{statement}
taken = time.perf_counter() - begin
import resource
try:
    with open("/proc/self/statm") as file:
        megabytes = int(file.read().split()[1]) * resource.getpagesize() / 1e6
except OSError:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(taken, megabytes)
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("import", asked, unit="value")
    for module in MODULES:
        probe(module)  # compiles it, if need be
    found = [{module: probe(module) for module in MODULES} for _ in range(asked.rounds)]

    def median(module: str, which: int) -> float:
        return statistics.median(run[module][which] for run in found)

    for module in MODULES[1:]:
        ours = module == "dgrid_translate"
        report.add(Row(f"import {module}, ms", median(module, 0) * 1e3, 100 if ours else None))
        above = statistics.median(run[module][1] - run[""][1] for run in found)
        report.add(Row(f"import {module}, MB above bare Python", above, 14 if ours else None))
    ratio = statistics.median(run["dgrid_translate"][0] / run["msgspec"][0] for run in found)
    report.add(Row("time as a ratio to msgspec's", ratio, 2.5))
    report.done()


if __name__ == "__main__":
    main()
