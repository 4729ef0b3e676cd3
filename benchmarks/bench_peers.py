"""Question: what do other translators cost, and what do they lose without a word, on the same bodies?

Run `python benchmarks/bench_peers.py`. LiteLLM, llm-rosetta and protocol-converter each get an environment of their
own under `~/.cache/dgrid-translate`, installed by this script the first time; with --quick none is installed. One that
is not there is named and skipped. In its environment a peer takes turns with this library and with BARE, bytes to
bytes, its JSON read and written by msgspec. Values are the peer's time over ours, so 1 is as fast.

"Lost" are the leaves of the rich request, and of the answer, that change nothing in what a peer makes when they are
taken out, though they say something and the peer names no loss; the walk is that of `dgrid_translate.testing.laws`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import Report, Row, options

if TYPE_CHECKING:
    from collections.abc import Sequence

PEERS = {"litellm": "litellm[proxy]", "llm-rosetta": "llm-rosetta", "protocol-converter": "protocol-converter"}
"""What is installed for each; bench_gateway.py runs the proxies of the first two."""

NEEDED = ("msgspec", "hypothesis")
FOLDER = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dgrid-translate"


def environment(name: str) -> Path:
    """Where a peer's environment is."""
    return CACHE / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"


def python_of(name: str) -> Path:
    """Its interpreter."""
    return environment(name) / ("Scripts" if os.name == "nt" else "bin") / "python"


def install(name: str) -> str | None:
    """Make a peer's environment; why there is none, if there is none."""
    stamp = environment(name) / ".installed"
    if stamp.exists():
        return None
    print(f"installing {name} into {environment(name)}", flush=True)
    venv.create(environment(name), with_pip=True, clear=True)
    command = [str(python_of(name)), "-m", "pip", "install", "--quiet", PEERS[name], *NEEDED]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"pip could not install it: {done.stderr.strip().splitlines()[-1] if done.stderr else '?'}"
    stamp.touch()
    return None


def ask(name: str, rounds: int, quick: bool) -> dict[str, Any] | str:
    """What the peer's worker found, or why it found nothing."""
    if quick and not (environment(name) / ".installed").exists():
        return "not installed yet; without --quick this script installs it"
    if why := install(name):
        return why
    command = [str(python_of(name)), "-m", "peers.worker", name, str(rounds), "quick" if quick else "whole"]
    path = os.pathsep.join([str(FOLDER), str(FOLDER.parent)])
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path})
    if done.returncode:
        return f"it does not run: {done.stderr.strip().splitlines()[-1] if done.stderr else '?'}"
    return json.loads(done.stdout.strip().splitlines()[-1])


def times(report: Report, name: str, rows: list[dict[str, Any]]) -> None:
    """Show what each thing costs the peer, and what is usual."""
    whats = dict.fromkeys(row["what"] for row in rows)
    for what in whats:
        found: list[dict[str, Any]] = []
        for row in rows:
            if row["what"] != what:
                continue
            pair = " to ".join(row["pair"])
            if "failed" in row:
                print(f"{name}: {what}, {pair}: fails, {row['failed']}")
                continue
            found.append(row)
            group = f"{name} / this library: {what}"
            report.add(Row(f"{name}: {what}, {pair}", row["ours"], None, row["us"], least=True, group=group))
        if found:
            usual = statistics.median(row["ours"] for row in found)
            least = min(row["ours"] for row in found)
            bare = statistics.median(row["bare"] for row in found)
            print(f"    {what}: median {usual:.2f} x ours, least {least:.2f}; {bare:.1f} x BARE")
            report.keep(Row(f"{name}: {what}, median x BARE", bare))


def losses(report: Report, name: str, rows: list[dict[str, Any]]) -> None:
    """Show what is lost without a word."""
    for row in rows:
        label = f"{name}: lost, {row['what']}, {' to '.join(row['pair'])}"
        if "failed" in row:
            print(f"{label}: fails, {row['failed']}")
            continue
        report.add(Row(label, row["lost"]))
        print(f"    of {row['leaves']} leaves; here {row['ours']}")
    counted = [row for row in rows if "lost" in row]
    for kind in dict.fromkeys(row["what"] for row in counted):
        of = [row for row in counted if row["what"] == kind]
        share = sum(row["lost"] for row in of) / sum(row["leaves"] for row in of)
        report.keep(Row(f"{name}: lost, {kind}, of all leaves", share))
        ours = sum(row["ours"] for row in of) / sum(row["leaves"] for row in of)
        report.keep(Row(f"{name}: lost here, {kind}, of all leaves", ours))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv, rounds=11, quick_rounds=3)
    report = Report("peers", asked, unit="x ours")
    for name in PEERS:
        found = ask(name, asked.rounds, asked.quick)
        if isinstance(found, str):
            print(f"{name}: skipped, {found}")
            continue
        print(f"{name} {found['version']}")
        times(report, name, found["rows"])
        losses(report, name, found["losses"])
    report.done()


if __name__ == "__main__":
    main()
