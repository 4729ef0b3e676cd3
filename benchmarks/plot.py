"""Two plots of the results of run.py, as SVG: cost against size, and the gateways.

The same results draw the same file.
"""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from pathlib import Path

mpl.rcParams.update({"svg.hashsalt": "dgrid-translate", "svg.fonttype": "none", "font.size": 9})
_SIZE = re.compile(r"([\w-]+) (to [\w-]+|BARE), us a KB at (\d+) KB")
_RATE = re.compile(r"(\w+), (.+): requests a second")
_CHUNK = re.compile(r"(\w+), (.+): CPU a chunk, bursts")


def draw(results: dict[str, Any], folder: Path) -> list[str]:
    """Draw what there are results for; the files' names."""
    drawn: list[str] = []
    for name, made in (("cost.svg", _cost(results)), ("gateways.svg", _gateways(results))):
        if made is not None:
            made.savefig(folder / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
            plt.close(made)
            drawn.append(name)
    return drawn


def _cost(results: dict[str, Any]) -> Any:
    """A request's microseconds a KB against its size, by the dialect it comes from; the median of the targets."""
    costs: dict[str, dict[float, list[float]]] = {}
    for label, row in results.get("growth", {}).items():
        if found := _SIZE.fullmatch(label):
            name = "BARE" if found[2] == "BARE" else f"from {found[1]}"
            costs.setdefault(name, {}).setdefault(float(found[3]), []).append(row["value"])
    if not costs:
        return None
    figure, axes = plt.subplots(figsize=(6, 3.4))
    for name, by_size in costs.items():
        sizes = sorted(by_size)
        middle = [statistics.median(by_size[size]) for size in sizes]
        style = {"color": "black", "linestyle": "--"} if name == "BARE" else {"marker": "."}
        axes.plot(sizes, middle, label=name, **style)
    axes.set(xscale="log", xlabel="KB of the request", ylabel="µs a KB", title="Requests: cost against size")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    return figure


def _gateways(results: dict[str, Any]) -> Any:
    """Requests a second, and microseconds of processor time for each chunk of a stream."""
    kept = results.get("gateway", {})
    rates = {found[2]: row["value"] for label, row in kept.items() if (found := _RATE.fullmatch(label))}
    chunks: dict[str, float] = {}
    for label, row in kept.items():
        if (found := _CHUNK.fullmatch(label)) and found[2] in rates:
            chunks.setdefault(found[2], row["micros"])
    if not rates or not chunks:
        return None
    figure, panes = plt.subplots(1, 2, figsize=(8, 0.6 + 0.32 * len(rates)))
    for axes, values, title in ((panes[0], rates, "requests/s"), (panes[1], chunks, "µs of CPU a chunk, in bursts")):
        names = list(values)[::-1]
        colors = ["tab:blue" if name.startswith("ours") else "tab:gray" for name in names]
        bars = axes.barh(names, [values[name] for name in names], color=colors)
        axes.bar_label(bars, fmt="%.3g", padding=2)
        axes.set(title=title, xscale="log")
        axes.margins(x=0.15)
    panes[1].set_yticklabels([])
    return figure
