"""Question: what does translating an answer cost, bytes to bytes, between each two dialects?

Run `python benchmarks/bench_response.py`. The answer has thinking, text and two calls. Ratios are to BARE, the plain
decoding and encoding of the same bytes. The answer is translated by itself, and, in the rows that say so, against the
request that it answers, as a gateway does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import payloads
from public import DIALECTS, contenders
from timing import Report, Row, options

from dgrid_translate import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL = 2.0


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("response", asked)
    rows: list[Row] = []
    for source in DIALECTS:
        body = payloads.response(source)
        ways = contenders(body, source, "response")
        goals = {f"to {target}": GOAL for target in DIALECTS if target != source}
        groups = dict.fromkeys(goals, "answer of 2 KB")
        for target in DIALECTS:
            if target != source:
                groups[f"to {target}, in an Exchange"] = "answer of 2 KB, in an Exchange"
                exchange = Exchange(target, source, now=1)
                exchange.request(payloads.request("agent", target))
                ways[f"to {target}, in an Exchange"] = partial(exchange.response, body)
        rows += report.contest(ways, goals, f"{len(body)} B, {source} ", groups=groups)
    report.extremes("response", [row for row in rows if row.goal])
    report.done()


if __name__ == "__main__":
    main()
