"""Question: what does translating a request cost, bytes to bytes, between each two dialects?

Run `python benchmarks/bench_request.py`. Ratios are to BARE, the plain decoding and encoding of the same bytes. The
long way within a dialect is shown without a goal; what a gateway does there is to change the model's name at most.
Tools are those of the request before, as in all turns of an agent but its first; the first is shown beside, with tools
that this process has not met.
"""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

import payloads
from public import DIALECTS, contenders, translated
from timing import Report, Row, options

from dgrid_translate import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GOALS = {"small": 4.0, "rich": 3.0, "agent": 1.25, "image": 1.2}
GROUPS = {
    "small": "request 0.4 KB",
    "rich": "request 5.6 KB, rich",
    "agent": "request 67 KB, an agent's",
    "image": "request with a 1 MB image",
}
RENAME_GOALS = {"agent": 0.4}
NEW = 100
"""More requests with tools of their own than are remembered."""


def renamed(dialect: str, body: bytes) -> bytes:
    """The same body for another model; an Exchange is for one request."""
    return Exchange(dialect, dialect).request(body, model="another").body


def first_time(body: bytes, source: str, target: str) -> Callable[[], bytes]:
    """Requests that differ in every tool's schema, one after another."""
    bodies = cycle([body.replace(b"config", b"conf%02d" % number) for number in range(NEW)])
    return lambda: translated(next(bodies), source, target, "request")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("request", asked)
    for name in payloads.REQUESTS:
        rows: list[Row] = []
        for source in [dialect for dialect in DIALECTS if payloads.tells(name, dialect)]:
            body = payloads.request(name, source)
            ways = contenders(body, source, "request")
            goals = {f"to {target}": GOALS[name] for target in DIALECTS if target != source}
            groups = dict.fromkeys(goals, GROUPS[name])
            if source != "gemini":  # its model stands in the URL
                ways["model renamed"] = partial(renamed, source, body)
                goals["model renamed"] = RENAME_GOALS.get(name)
                groups["model renamed"] = f"the model renamed: {GROUPS[name]}"
            if name == "agent" and source != "openai-completions":  # which has no tools
                for target in DIALECTS:
                    if target != source:
                        ways[f"to {target}, the first"] = first_time(body, source, target)
                        groups[f"to {target}, the first"] = f"the first with its tools: {GROUPS[name]}"
            rows += report.contest(ways, goals, f"{name} {len(body)} B, {source} ", groups=groups)
        report.extremes(name, [row for row in rows if row.goal and " renamed" not in row.label])
    report.done()


if __name__ == "__main__":
    main()
