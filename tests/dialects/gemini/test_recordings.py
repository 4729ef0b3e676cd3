"""Everything recorded comes back as it was, and streams add up to what they would have been in one piece."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dgrid_translate.dialects.gemini import DIALECT
from dgrid_translate.ir.events import ErrorRaised
from dgrid_translate.ir.fold import collect
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.losses import Losses
from dgrid_translate.shared.sse import SSEDecoder
from tests.dialects.gemini.canon import canonical, merged

if TYPE_CHECKING:
    from collections.abc import Callable

    from dgrid_translate.ir.events import Event

    Corpora = Callable[[str], list[dict[str, Any]]]


def spelled(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def answered(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if (record["status"] or 200) < 400]


def test_requests(corpora: Corpora) -> None:
    for record in corpora("gemini"):
        if isinstance(record["request"], dict):
            losses = Losses()
            body = DIALECT.encode_request(DIALECT.decode_request(spelled(record["request"])), losses)
            assert canonical(json.loads(body)) == canonical(record["request"]), record["id"]
            assert not losses, record["id"]


def test_responses(corpora: Corpora) -> None:
    for record in answered(corpora("gemini")):
        for answer in [record["response"], *(record["stream"] or [])]:
            if isinstance(answer, dict):
                losses = Losses()
                body = DIALECT.encode_response(DIALECT.decode_response(spelled(answer)), losses, None, None)
                assert json.loads(body) == answer, record["id"]
                assert not losses, record["id"]


def events_of(chunks: list[Any]) -> list[Event]:
    decoder, checker = DIALECT.decoder(), Checker()
    events = [event for chunk in chunks for event in decoder.feed(spelled(chunk))] + decoder.close()
    for event in events:
        checker.feed(event)
    checker.close()
    return events


def test_streams(corpora: Corpora) -> None:
    for record in answered(corpora("gemini")):
        events = events_of(record["stream"]) if record["stream"] else []
        if not events or isinstance(events[-1], ErrorRaised):
            continue
        losses = Losses()
        folded = json.loads(DIALECT.encode_response(collect(events), losses, None, None))
        if "partialArgs" not in json.dumps(record["stream"]):
            assert folded == merged(record["stream"]), record["id"]
        encoder = DIALECT.encoder(losses, None, None)
        frames = b"".join(encoder.feed([event]) for event in events)
        assert merged([json.loads(data) for _, data in SSEDecoder().feed(frames)]) == folded, record["id"]
        assert not losses, record["id"]
