"""Feeds decoders with mutated bodies and streams: DecodeError or a clean translation, nothing else.

A stream's events must also keep the order that every encoder may count on, and every frame must hold JSON.

    pip install atheris
    python -m tests.fuzz.fuzz_bodies corpus-folder -max_total_time=1800

The first byte of an input chooses what it is read as; the folder is filled with seeds from fixtures/ (and from the
recorded corpora, where they stand beside the project) before the fuzzer starts.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dgrid_translate"]):
    from dgrid_translate.errors import DecodeError
    from dgrid_translate.ir.events import ErrorRaised
    from dgrid_translate.ir.grammar import Checker
    from dgrid_translate.losses import Losses
    from dgrid_translate.registry import TABLE
    from dgrid_translate.shared.sse import SSEDecoder
    from dgrid_translate.translate.body import encode_request
    from dgrid_translate.translate.stream import StreamTranslator, fitting_for

    DIALECTS = list(TABLE.values())  # they are imported when first asked for

ROOT = Path(__file__).parents[2]
NAMES = sorted(dialect.profile.name for dialect in DIALECTS)
KINDS = ("request", "response", "error", "stream")
CORPORA = {"openai": "openai-chat", "claude": "claude", "gemini": "gemini"}
SEED_LIMIT = 20_000  # bytes: larger seeds slow the fuzzer down more than they help


def one(data: bytes) -> None:
    """One input."""
    if not data:
        return
    choice, body = data[0] % (len(NAMES) * len(KINDS)), data[1:]
    source = TABLE[NAMES[choice // len(KINDS)]]
    kind = KINDS[choice % len(KINDS)]
    if kind == "stream":
        stream_of(source.profile.name, body)
        return
    try:
        if kind == "request":
            request = source.decode_request(body)
            outs = [encode_request(request, to, fitting_for(request, to), Losses()) for to in DIALECTS]
        elif kind == "response":
            response = source.decode_response(body)
            outs = [target.encode_response(response, Losses(), None, 0) for target in DIALECTS]
        else:
            error = source.decode_error(400, body)
            outs = [target.encode_error(error, Losses())[1] for target in DIALECTS]
    except DecodeError:
        return
    if kind != "error":
        for out in outs:
            json.loads(out)


def stream_of(source: str, body: bytes) -> None:
    """One stream, into every dialect."""
    middle = len(body) // 2
    for name in NAMES:
        stream = StreamTranslator(source, name, passthrough=False)
        frames = stream.feed(body[:middle]) + stream.feed(body[middle:]) + stream.close()
        for _, data in SSEDecoder().feed(frames):
            if data != b"[DONE]":
                json.loads(data)
    checker = Checker()
    decoder = TABLE[source].decoder()
    splitter = SSEDecoder()
    try:
        for _, data in [*splitter.feed(body), *splitter.close()]:
            for event in decoder.feed(data):
                checker.feed(event)
                if isinstance(event, ErrorRaised):
                    return
        for event in decoder.close():
            checker.feed(event)
    except DecodeError:
        return
    checker.close()


def seed(folder: Path) -> None:
    """Fill the folder with bodies to start from."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(NAMES):
        bodies: list[tuple[str, bytes]] = []
        for path in sorted((ROOT / "fixtures" / name).glob("*.json*")):
            kind = "stream" if path.name.endswith(".chunks.jsonl") else path.name.split(".")[-2]
            text = path.read_bytes()
            bodies.append((kind, _stream(text.splitlines()) if kind == "stream" else text))
        recorded = ROOT.parent / "shared" / "corpora" / f"{CORPORA.get(name, name)}.jsonl"
        for line in recorded.read_text("utf-8").splitlines() if recorded.exists() else ():
            record = json.loads(line)
            bodies += [
                (kind, json.dumps(record[kind]).encode()) for kind in ("request", "response") if record.get(kind)
            ]
            if record.get("stream"):
                bodies.append(("stream", _stream([json.dumps(event).encode() for event in record["stream"][:40]])))
        for kind, body in bodies:
            if len(body) <= SEED_LIMIT and kind in KINDS:
                data = bytes([number * len(KINDS) + KINDS.index(kind)]) + body
                (folder / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)


def _stream(lines: list[bytes]) -> bytes:
    return b"".join(b"data: " + line + b"\n\n" for line in lines)


if __name__ == "__main__":
    if not Path(sys.argv[1]).is_file():  # one input, to be looked at again
        seed(Path(sys.argv[1]))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
