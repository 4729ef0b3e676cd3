"""Inside a peer's environment: `python -m peers.worker NAME ROUNDS QUICK`; prints one JSON object.

The peer is handed bytes and hands bytes back, read and written by msgspec, the fastest way that a dict can be had; its
own choice of a JSON library would cost it more. It takes turns with BARE and with this library.
"""

from __future__ import annotations

import copy
import importlib
import json
import logging
import random
import statistics
import sys
import time
import uuid
import warnings
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec
import payloads
from public import bare, bare_events, translated
from timing import interleave

from dgrid_translate.losses import Loss, Losses, render_path
from dgrid_translate.registry import lookup
from dgrid_translate.testing.laws.silence import says_nothing
from dgrid_translate.testing.laws.silent_loss import REQUIRED, named
from dgrid_translate.testing.places import altered, leaves, replaced, without
from dgrid_translate.translate import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dgrid_translate.dialect import Kind

    Way = Callable[[Any], Any]

NAMES = ("small", "rich", "agent")
QUICK_NAMES = ("rich",)


def dumped(made: Any) -> bytes:
    """JSON of what a peer made, of whichever types."""
    return msgspec.json.encode(made, enc_hook=_plain)


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else vars(value)


def whole(way: Way, body: bytes) -> bytes:
    """Bytes to bytes."""
    return dumped(way(msgspec.json.decode(body)))


def streamed(way: Way, events: Sequence[bytes]) -> list[bytes]:
    """The events of a stream, bytes to bytes, without SSE."""
    return [dumped(made) for made in way([msgspec.json.decode(data) for data in events])]


def ours_streamed(source: str, target: str, events: Sequence[bytes]) -> bytes:
    """The same by this library."""
    decoder, encoder = lookup(source).decoder(), lookup(target).encoder(Losses(), None, 1)
    out = [encoder.feed(decoder.feed(data)) for data in events]
    return b"".join([*out, encoder.feed(decoder.close())])


# -------------------------------------------------------------------------------------------------- lost in silence


def still() -> None:
    """Let the same body give the same bytes: nobody's ids and times change from one call to the next."""
    random.seed(1)
    uuid.uuid4 = lambda: uuid.UUID(int=1)
    time.time = lambda: 1.0


def lost(way: Way | None, source: str, target: str, kind: Kind, body: Any) -> tuple[int, int] | None:
    """(leaves that change nothing when they are taken out, and are not named; leaves that say something).

    None: the same body does not give the same bytes twice.
    """

    def made(trial: Any) -> tuple[bytes, tuple[Loss, ...]]:
        random.seed(1)
        losses: list[Loss] = []
        if way is not None:
            return dumped(way(copy.deepcopy(trial))), ()
        return translate(dumped(trial), to=target, source=source, kind=kind, losses=losses, now=1), tuple(losses)

    reference = made(body)
    if made(body) != reference:
        return None
    every = [(at, leaf) for at, leaf in leaves(body) if says_nothing(source, target, kind, body, at) is None]
    missing = 0
    for at, leaf in every:
        if way is None and named(at, list(reference[1])):
            continue
        taken = isinstance(at[-1], str) and at[-1] not in REQUIRED
        try:
            same = made(without(body, at) if taken else replaced(body, at, altered(leaf))) == reference
        except Exception:  # whatever a peer raises: it has looked
            continue
        if same:
            missing += 1
            if "--show" in sys.argv:
                print(source, target, kind, render_path(at), file=sys.stderr)
    return missing, len(every)


# ------------------------------------------------------------------------------------------------------------- times


def timed(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Their medians against BARE, and against ours."""
    taken = interleave(ways, rounds)

    def ratio(to: str) -> float:
        return statistics.median(own / other for own, other in zip(taken["peer"], taken[to], strict=True))

    return {"bare": ratio("BARE"), "ours": ratio("ours"), "us": statistics.median(taken["peer"]) * 1e6}


def rows(peer: Any, rounds: int, quick: bool) -> list[dict[str, Any]]:
    """What each thing that the peer translates costs it."""
    found: list[dict[str, Any]] = []

    def add(what: str, pair: tuple[str, str], ways: dict[str, Callable[[], object]]) -> None:
        try:
            ways["peer"]()
            found.append({"what": what, "pair": pair, **timed(ways, rounds)})
        except Exception as error:  # it may fail in any way of its own
            found.append({"what": what, "pair": pair, "failed": f"{type(error).__name__}: {error}"[:160]})

    for name in QUICK_NAMES if quick else NAMES:
        for (source, target), way in peer.REQUESTS.items():
            body = payloads.request(name, source)
            ours = partial(translated, body, source, target, "request")
            ways = {"BARE": partial(bare, body), "ours": ours, "peer": partial(whole, way, body)}
            add(f"request {name}", (source, target), ways)
    for (source, target), way in peer.RESPONSES.items():
        body = payloads.response(source)
        ours = partial(translated, body, source, target, "response")
        add(
            "response", (source, target), {"BARE": partial(bare, body), "ours": ours, "peer": partial(whole, way, body)}
        )
    for (source, target), way in peer.STREAMS.items():
        events = [data for data in payloads.events(source, 100) if data != b"[DONE]"]
        ours = partial(ours_streamed, source, target, events)
        ways = {"BARE": partial(bare_events, events), "ours": ours, "peer": partial(streamed, way, events)}
        add("stream", (source, target), ways)
    return found


def losses(peer: Any) -> list[dict[str, Any]]:
    """What each request and answer loses in silence, there and here."""
    found: list[dict[str, Any]] = []
    bodies = {"request": (peer.REQUESTS, lambda source: payloads.request("rich", source))}
    bodies["response"] = (peer.RESPONSES, payloads.response)
    for kind, (ways, body_of) in bodies.items():
        for (source, target), way in ways.items():
            body = msgspec.json.decode(body_of(source))
            try:
                theirs = lost(way, source, target, kind, body)
            except Exception as error:
                found.append({"what": kind, "pair": (source, target), "failed": f"{type(error).__name__}: {error}"})
                continue
            ours = lost(None, source, target, kind, body)
            if theirs is not None and ours is not None:
                said = {"lost": theirs[0], "leaves": theirs[1], "ours": ours[0]}
                found.append({"what": kind, "pair": (source, target), **said})
    return found


def main(name: str, rounds: int, quick: bool) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    peer = importlib.import_module(f"peers.with_{name.replace('-', '_')}")
    timing = rows(peer, rounds, quick)
    still()
    print(json.dumps({"version": version(peer.PACKAGE), "rows": timing, "losses": losses(peer)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "quick")
