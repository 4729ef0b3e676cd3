"""Question: what does taking an event out of an event stream cost, against httpx-sse's decoder on the same bytes?

Run `python benchmarks/bench_sse.py` with `httpx` and `httpx-sse` installed; without them our own times are shown
alone. httpx-sse gets its text already decoded from UTF-8, as httpx would hand it over, so the ratio flatters it a bit.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from timing import Report, options

from dgrid_translate.shared.json_array import JSONArrayDecoder
from dgrid_translate.shared.sse import SSEDecoder, frame, unframe

try:
    from httpx_sse._decoders import SSEDecoder as PeerDecoder
    from httpx_sse._decoders import SSELineDecoder as PeerLines
except ImportError:
    PeerDecoder = PeerLines = None

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVENTS = 2000
GOAL = 0.5

CHAT = b'{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"delta":{"content":"%s"}}]}' % (b"x" * 200)
CLAUDE = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}'
GEMINI = (
    b'{\n  "candidates": [{"content": {"parts": [{"text": "Hi \\"there\\""}], "role": "model"}, "index": 0}],\n'
    b'  "usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 2}, "modelVersion": "m", "responseId": "r"\n}'
)
FRAMES = frame(CHAT) * EVENTS


def cut(stream: bytes, size: int) -> list[bytes]:
    """Return the stream in chunks of that size."""
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def ours(chunks: list[bytes]) -> int:
    """Return how many events we find."""
    decoder = SSEDecoder()
    return sum(len(decoder.feed(chunk)) for chunk in chunks) + len(decoder.close())


def array(chunks: list[bytes]) -> int:
    """Return how many elements of a JSON array we find."""
    decoder = JSONArrayDecoder()
    return sum(len(decoder.feed(chunk)) for chunk in chunks) + len(decoder.close())


def peers(chunks: list[str]) -> int:
    """Return how many events httpx-sse finds, driven as its own iter_sse() drives it."""
    lines, decoder, found = PeerLines(), PeerDecoder(), 0
    for chunk in chunks:
        for line in lines.decode(chunk):
            if decoder.decode(line.rstrip("\n")) is not None:
                found += 1
    return found


def framing(data: list[bytes]) -> int:
    """Return how many frames we make."""
    return len([frame(datum) for datum in data])


def unframing(_: list[bytes]) -> int:
    """Return how many data we find in frames of our own."""
    return len(unframe(FRAMES))


def check(run: Callable[[], int]) -> Callable[[], int]:
    """Make sure that `run` finds every event."""
    if run() != EVENTS:
        sys.exit(f"{run} found {run()} events of {EVENTS}")
    return run


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("sse", asked, unit="ratio")
    for name, one in (("Chat", frame(CHAT)), ("Claude", frame(CLAUDE, b"content_block_delta"))):
        for end, form in (("LF", one), ("CRLF", one.replace(b"\n", b"\r\n"))):
            for size, chunks in (("one event", [form] * EVENTS), ("8 KB", cut(form * EVENTS, 8192))):
                contest = {"ours": check(partial(ours, chunks))}
                if PeerDecoder is not None:
                    texts = [chunk.decode() for chunk in chunks]
                    contest = {"httpx-sse": check(partial(peers, texts)), **contest}
                goals = {"ours": GOAL} if len(contest) > 1 else {}
                groups = dict.fromkeys(goals, "SSE alone / httpx-sse")
                report.contest(contest, goals, f"{name}, {end}, {size}, ", EVENTS, groups)
    stream = b"[" + b",\r\n".join([GEMINI] * EVENTS) + b"]"
    for label, run in (
        (f"JSON array {len(GEMINI)} B, 8 KB", partial(array, cut(stream, 8192))),
        ("frame", partial(framing, [CHAT] * EVENTS)),
        ("unframe", partial(unframing, [CHAT] * EVENTS)),
    ):
        report.contest({label: check(run)}, {}, per=EVENTS)
    report.done()


if __name__ == "__main__":
    main()
