"""Run every benchmark and show the table of goals: `python benchmarks/run.py`.

--quick measures less, in about four minutes. --render writes the table and the plots into this folder's README.md,
where its marks are; --from FILE takes the results of an earlier run, --only NAME,NAME runs some of the scripts.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent
SCRIPTS = ("request", "response", "stream", "sse", "schema", "import", "growth", "gateway", "peers")
CORE = {"openai", "claude", "gemini"}
README = FOLDER / "README.md"
BEGIN, END = "<!-- results: written by run.py --render -->", "<!-- end of results -->"


def measure(names: Sequence[str], passed: Sequence[str], into: Path) -> None:
    """Run the scripts, one after the other, each in a process of its own."""
    for name in names:
        print(f"== bench_{name}", flush=True)
        command = [sys.executable, str(FOLDER / f"bench_{name}.py"), *passed, "--save", str(into)]
        subprocess.run(command, check=True)


def rows_of(results: dict[str, Any]) -> dict[str, list[Row]]:
    """The rows that have a line in the table, by that line."""
    groups: dict[str, list[Row]] = {}
    for title in SCRIPTS:
        for kept in results.get(title, {}).values():
            row = Row(**kept)
            if row.group:
                groups.setdefault(row.group, []).append(row)
    return groups


def number(value: float) -> str:
    """Two or three digits that matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def core_of(rows: list[Row]) -> list[Row]:
    """Those between two of Chat, Claude and Gemini."""
    pairs = [(row, re.search(r"([\w-]+) to ([\w-]+)", row.label)) for row in rows]
    return [row for row, pair in pairs if pair and CORE.issuperset(pair.groups())]


def line(group: str, rows: list[Row]) -> str:
    """A line of the table: worst and median, and worst where the dialects are Chat, Claude and Gemini."""
    worst = max(rows, key=Row.badness)
    goal = "" if worst.goal is None else f"{'≥' if worst.least else '≤'} {worst.goal:g}"
    verdict = ""
    if worst.goal is not None:
        missed = sum(row.badness() > 1 for row in rows)
        verdict = "met" if not missed else f"missed {worst.badness():.1f} times over"
        if missed and len(rows) > 1:
            verdict += f", by {missed} of {len(rows)}"
    pair = re.search(r"[\w-]+ to (?!itself)[\w-]+", worst.label)
    where = pair[0] if pair else worst.label.rpartition(" B, ")[2].partition(":")[0]
    shown = number(worst.value) if len(rows) == 1 else f"{number(worst.value)} ({where})"
    middle = number(statistics.median(row.value for row in rows)) if len(rows) > 1 else ""
    among = core_of(rows)
    core = number(max(among, key=Row.badness).value) if among else ""
    return f"| {group} | {goal} | {shown} | {middle} | {core} | {verdict} |"


def table(results: dict[str, Any]) -> str:
    """The table in Markdown."""
    groups = rows_of(results)
    head = ["| what | goal | worst | median | worst of Chat, Claude, Gemini | |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(line(group, rows) for group, rows in groups.items())])


def peers(results: dict[str, Any]) -> str:
    """What other translators lose, in Markdown."""
    kept = results.get("peers", {})
    shares = {label: row["value"] for label, row in kept.items() if label.endswith(", of all leaves")}
    if not shares:
        return ""
    lines = ["| | lost in silence, of a request | of an answer |", "|---|---|---|"]
    names = dict.fromkeys(label.partition(":")[0] for label in shares)

    def share(name: str, kind: str, here: str = "") -> str:
        found = shares.get(f"{name}: lost{here}, {kind}, of all leaves")
        return "" if found is None else f"{found:.1%}"

    lines += [f"| {name} | {share(name, 'request')} | {share(name, 'response')} |" for name in names]
    last = next(iter(names))
    lines.append(f"| this library | {share(last, 'request', ' here')} | {share(last, 'response', ' here')} |")
    return "\n".join(lines)


def machine(quick: bool) -> str:
    """What it was measured on."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"Python {platform.python_version()}, msgspec {version('msgspec')}, {platform.system()} on "
        f"{platform.machine()}, {os.cpu_count()} cores{load}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}; "
        f"{'the quick set' if quick else 'the whole set'}."
    )


def render(results: dict[str, Any], drawn: Sequence[str]) -> None:
    """Put the results where the README has its marks."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        sys.exit(f"{README} has lost its marks")
    pictures = [f"![{name.removesuffix('.svg')}]({name})" for name in drawn]
    parts = [results.get("machine", ""), table(results), peers(results), *pictures]
    README.write_text("\n\n".join([before.rstrip() + f"\n\n{BEGIN}", *filter(None, parts), END + after]))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, show, and render if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    parser.add_argument("--rounds", help="turns that each contender gets")
    parser.add_argument("--only", default=",".join(SCRIPTS), help="scripts, by commas")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="show these results, measure nothing")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the results, or add them to what is there")
    parser.add_argument("--render", action="store_true", help="write them into README.md")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        kept = asked.source or asked.save or Path(folder) / "results.json"
        if asked.source is None:
            passed = ["--quick"] if asked.quick else []
            passed += ["--rounds", asked.rounds] if asked.rounds else []
            measure(asked.only.split(","), passed, kept)
        results = json.loads(kept.read_text())
        if asked.source is None:
            results["machine"] = machine(asked.quick)
            kept.write_text(json.dumps(results, indent=1) + "\n")
    print("\n" + table(results) + "\n\n" + peers(results))
    if asked.render:
        drawn: list[str] = []
        if find_spec("matplotlib") is None:
            print("no plots: matplotlib is not installed; pip install 'dgrid-translate[benchmarks]'")
        else:
            import plot

            drawn = plot.draw(results, FOLDER)
        render(results, drawn)


if __name__ == "__main__":
    main()
