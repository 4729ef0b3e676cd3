"""Question: what does `import dgrid_translate` cost in time and memory?

Run `python benchmarks/bench_import.py`. Each import gets a fresh process; the processes take turns, and medians are
printed. Milliseconds are of the process's time in the import statement, so that other work on the machine does not
count; MB are of resident memory above a Python that imports nothing. A dialect is only imported when it is first used:
"and two dialects" is what a gateway between two of them pays when it starts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from timing import Report, Row, options

if TYPE_CHECKING:
    from collections.abc import Sequence

STATEMENTS = {
    "": "pass",
    "msgspec": "import msgspec",
    "dgrid_translate": "import dgrid_translate",
    "and two dialects": "import dgrid_translate; dgrid_translate.Exchange('openai', 'claude')",
}


def probe(name: str) -> tuple[float, float]:
    """Seconds and MB of a fresh process that runs one of the statements."""
    command = [sys.executable, "-c", PROBE.format(statement=STATEMENTS[name])]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, megabytes = printed.split()
    return float(seconds), float(megabytes)


PROBE = """
import time
begin = time.process_time()
{statement}
taken = time.process_time() - begin
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
    for name in STATEMENTS:
        probe(name)  # compiles it, if need be
    found = [{name: probe(name) for name in STATEMENTS} for _ in range(asked.rounds)]

    for name in list(STATEMENTS)[1:]:
        ours = name == "dgrid_translate"
        taken = statistics.median(run[name][0] for run in found)
        report.add(Row(f"{name}, ms", taken * 1e3, 100 if ours else None, group="import: ms" if ours else ""))
        above = statistics.median(run[name][1] - run[""][1] for run in found)
        row = Row(f"{name}, MB above bare Python", above)
        if ours:
            row.goal, row.group = 14, "import: MB above bare Python"
        report.add(row)
    ratio = statistics.median(run["dgrid_translate"][0] / run["msgspec"][0] for run in found)
    report.add(Row("time as a ratio to msgspec's", ratio, 2.5, group="import: time / msgspec's"))
    report.done()


if __name__ == "__main__":
    main()
