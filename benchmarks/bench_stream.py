"""Question: what does an event of a stream cost, without and with its SSE frame, between each two dialects?

Run `python benchmarks/bench_stream.py`. Times are of one event of a stream of 500; ratios are to BARE, the plain
decoding and encoding of each event's JSON. `events` goes from a decoder straight to an encoder; `bytes` goes through a
StreamTranslator, as it comes from a socket, four frames at a time. What SSE alone costs is bench_sse.py's question.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import payloads
from public import DIALECTS, bare_events
from timing import Report, Row, options

from dgrid_translate import StreamTranslator
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GOALS = {
    "openai": 1.75,
    "openai-responses": 3.0,
    "openai-completions": 1.75,
    "claude": 3.0,
    "gemini": 1.75,
    "ui-message": 3.0,
}
"""By what is read: where events are small, BARE is cheap."""


def by_event(events: Sequence[bytes], source: str, target: str) -> bytes:
    """Translate event by event, without reading SSE."""
    decoder = lookup(source).decoder()
    encoder = lookup(target).encoder(Losses(), None, 1)
    out = [encoder.feed(decoder.feed(data)) for data in events]
    out.append(encoder.feed(decoder.close()))
    return b"".join(out)


def by_chunk(chunks: Sequence[bytes], source: str, target: str) -> bytes:
    """Translate bytes to bytes; within a dialect the long way, through the model."""
    translator = StreamTranslator(source, target, now=1, passthrough=source != target)
    return b"".join(translator.iter(chunks))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("stream", asked)
    found: dict[str, list[Row]] = {"events": [], "bytes": []}
    for source in DIALECTS:
        events = list(payloads.events(source))
        chunks = list(payloads.chunks(source))
        plain = [data for data in events if data != b"[DONE]"]
        ways: dict[str, Callable[[], object]] = {"BARE": partial(bare_events, plain)}
        goals: dict[str, float | None] = {}
        groups: dict[str, str] = {}
        for target in DIALECTS:
            name = f"to {target}" if target != source else "to itself, the long way"
            ways[f"{name}, events"] = partial(by_event, events, source, target)
            ways[f"{name}, bytes"] = partial(by_chunk, chunks, source, target)
            if target != source:
                goals[f"{name}, events"] = GOALS[source]
                groups[f"{name}, events"] = f"event from {source}, without SSE"
                groups[f"{name}, bytes"] = "event with SSE in and out"
        for row in report.contest(ways, goals, f"{source} ", per=len(events), groups=groups):
            if " to itself" not in row.label:
                found[row.label.rpartition(" ")[2]].append(row)
    for kind, rows in found.items():
        report.extremes(kind, rows)
    report.done()


if __name__ == "__main__":
    main()
