"""Question: what does taking an event out of an event stream cost, against httpx-sse's decoder on the same bytes?

Run `python benchmarks/bench_sse.py` with `httpx-sse` installed. Prints microseconds an event and the ratio to
httpx-sse (the goal is at most 0.5), the medians of rounds in which the two alternate. httpx-sse gets its text already
decoded from UTF-8, as httpx would hand it over, so that the ratio flatters it a little.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from httpx_sse._decoders import SSEDecoder as PeerDecoder
from httpx_sse._decoders import SSELineDecoder as PeerLines

from dgrid_translate.shared.json_array import JSONArrayDecoder
from dgrid_translate.shared.sse import SSEDecoder, frame, unframe

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

EVENTS = 2000
ROUNDS = 15

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


def seconds(run: Callable[[T], int], chunks: T) -> float:
    """Return how long one run over the chunks takes, and make sure that it finds every event."""
    begin = time.perf_counter()
    found = run(chunks)
    taken = time.perf_counter() - begin
    if found != EVENTS:
        sys.exit(f"{run.__name__} found {found} events of {EVENTS}")
    return taken


def main() -> None:
    """Measure and print."""
    print(f"{'':28}{'us/event':>10}{'httpx-sse':>11}{'ratio':>8}")
    for name, one in (("Chat", frame(CHAT)), ("Claude", frame(CLAUDE, b"content_block_delta"))):
        for end, form in (("LF", one), ("CRLF", one.replace(b"\n", b"\r\n"))):
            for size, chunks in (("one event", [form] * EVENTS), ("8 KB", cut(form * EVENTS, 8192))):
                texts = [chunk.decode() for chunk in chunks]
                pairs = [(seconds(ours, chunks), seconds(peers, texts)) for _ in range(ROUNDS)]
                mine, theirs = (statistics.median(side) / EVENTS * 1e6 for side in zip(*pairs, strict=True))
                ratio = statistics.median(a / b for a, b in pairs)
                label = f"{name} {len(one)} B, {end}, {size}"
                print(f"{label:28}{mine:10.2f}{theirs:11.2f}{ratio:8.2f}")
    stream = b"[" + b",\r\n".join([GEMINI] * EVENTS) + b"]"
    taken = statistics.median(seconds(array, cut(stream, 8192)) for _ in range(ROUNDS))
    print(f"{f'JSON array {len(GEMINI)} B, 8 KB':28}{taken / EVENTS * 1e6:10.2f}")
    for label, run in (("frame", framing), ("unframe", unframing)):
        taken = statistics.median(seconds(run, [CHAT] * EVENTS) for _ in range(ROUNDS))
        print(f"{label:28}{taken / EVENTS * 1e6:10.2f}")


if __name__ == "__main__":
    main()
