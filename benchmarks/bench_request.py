"""Question: what does translating a request cost, bytes to bytes, between each two dialects?

Run `python benchmarks/bench_request.py`. Ratios are to BARE, the plain decoding and encoding of the same bytes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import payloads
from public import DIALECTS, bare, translated
from timing import Report, Row, options

if TYPE_CHECKING:
    from collections.abc import Sequence

GOALS = {"small": 4.0, "rich": 3.0, "agent": 1.25, "image": 1.2}
QUICK = ("small", "agent")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("request", asked)
    for name in QUICK if asked.quick else payloads.REQUESTS:
        rows: list[Row] = []
        for source in DIALECTS:
            body = payloads.request(name, source)
            contenders = {"BARE": partial(bare, body)}
            for target in DIALECTS:
                if target != source:
                    contenders[f"to {target}"] = partial(translated, body, source, target, "request")
            goals = dict.fromkeys(contenders, GOALS[name]) | {"BARE": None}
            rows += report.contest(contenders, goals, f"{name} {len(body)} B, {source} ")
        report.extremes(name, rows)
    report.done()


if __name__ == "__main__":
    main()
