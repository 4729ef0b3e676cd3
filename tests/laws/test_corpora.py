"""The laws over recorded traffic: every record, from its dialect to every dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dgrid_translate import Exchange, collect
from dgrid_translate.dialect import Kind
from dgrid_translate.errors import DecodeError, RemoteStreamError
from dgrid_translate.registry import TABLE, lookup
from dgrid_translate.testing import laws
from dgrid_translate.testing.laws.turn import dumped
from tests.laws.known import KNOWN
from tests.laws.pairs import DIALECTS, by_every_pair
from tests.outside import corpora

pytestmark = pytest.mark.timeout(240)

FILES = {"openai": "openai-chat"}


def records(dialect: str) -> list[dict[str, Any]]:
    return corpora(FILES.get(dialect, dialect))


def fine(record: dict[str, Any]) -> bool:
    return record["status"] is None or record["status"] < 400


def surprises(law: str, target: str, trials: Iterator[tuple[str, Callable[[], None]]]) -> list[str]:
    """What went wrong in records that are not known to be odd, and known ones that went well."""
    found: list[str] = []
    for record, trial in trials:
        expected = KNOWN.get((record, law)) or KNOWN.get((record, f"{law} {target}"))
        try:
            trial()
        except (AssertionError, DecodeError) as error:
            if expected is None:
                found.append(f"{record}: {error}")
        except Exception as error:
            found.append(f"{record}: {type(error).__name__}: {error}")
    return found


def check(law: str, source: str, target: str, trials: Iterator[tuple[str, Callable[[], None]]]) -> None:
    found = surprises(law, target, trials)
    shown = "\n\n".join(text[:1500] for text in found[:6])
    assert not found, f"{law}, {source} -> {target}: {len(found)} records\n{shown}"


def bodies(dialect: str) -> Iterator[tuple[str, Kind, dict[str, Any]]]:
    for record in records(dialect):
        if record["request"] is not None and fine(record):
            yield record["id"], "request", record["request"]
        if isinstance(record["response"], dict) and fine(record):
            yield record["id"], "response", record["response"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_identity(dialect: str) -> None:
    check(
        "identity",
        dialect,
        dialect,
        (
            (name, lambda kind=kind, body=body: laws.identity(dialect, kind, body))
            for name, kind, body in bodies(dialect)
        ),
    )


@by_every_pair
def test_no_silent_loss(source: str, target: str) -> None:
    if source == target:
        return

    def trials() -> Iterator[tuple[str, Callable[[], None]]]:
        for name, kind, body in bodies(source):
            yield name, lambda kind=kind, body=body: laws.no_silent_loss(source, target, kind, body, most=12)

    check("no silent loss", source, target, trials())


@by_every_pair
def test_strangers(source: str, target: str) -> None:
    trials = (
        (name, lambda kind=kind, body=body: laws.strangers_are_named(source, target, kind, body))
        for name, kind, body in bodies(source)
    )
    check("strangers", source, target, trials)


@by_every_pair
def test_strangers_in_streams(source: str, target: str) -> None:
    trials = (
        (name, lambda chunks=chunks: laws.strangers_in_streams_are_named(source, target, chunks))
        for name, chunks in streams(source)
        if adds_up(source, chunks)
    )
    check("strangers in streams", source, target, trials)


@by_every_pair
def test_round_trip(source: str, target: str) -> None:
    if source == target:
        return
    trials = (
        (name, lambda kind=kind, body=body: laws.round_trip(source, target, kind, body))
        for name, kind, body in bodies(source)
    )
    check("round trip", source, target, trials)


@by_every_pair
def test_legality(source: str, target: str) -> None:
    if source == target:
        return
    trials = (
        (name, lambda kind=kind, body=body: laws.legal(source, target, kind, body))
        for name, kind, body in bodies(source)
    )
    check("legality", source, target, trials)


@by_every_pair
def test_pairing(source: str, target: str) -> None:
    trials = (
        (name, lambda body=body: laws.pairing(source, target, body))
        for name, kind, body in bodies(source)
        if kind == "request"
    )
    check("pairing", source, target, trials)


@by_every_pair
def test_continuity(source: str, target: str) -> None:
    trials = (
        (name, lambda body=body: laws.continuity(target, source, body))
        for name, kind, body in bodies(source)
        if kind == "response" and any(body.get(key) for key in ("choices", "candidates", "content", "parts"))
    )
    check("continuity", source, target, trials)


def streams(dialect: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for record in records(dialect):
        if record["stream"] and fine(record):
            yield record["id"], [event for event in record["stream"] if isinstance(event, dict)]


def adds_up(dialect: str, chunks: list[dict[str, Any]]) -> bool:
    """Whether the recorded stream ended well."""
    try:
        collect(chunks, source=dialect)
    except (RemoteStreamError, DecodeError):
        return False
    return True


@by_every_pair
def test_streams(source: str, target: str) -> None:
    trials = (
        (name, lambda chunks=chunks: laws.stream_equals_response(source, target, chunks))
        for name, chunks in streams(source)
        if adds_up(source, chunks)
    )
    check("stream", source, target, trials)


@by_every_pair
def test_grammar(source: str, target: str) -> None:
    trials = ((name, lambda chunks=chunks: laws.encodes(target, chunks, source)) for name, chunks in streams(source))
    check("grammar", source, target, trials)


@by_every_pair
def test_legality_of_streams(source: str, target: str) -> None:
    if source == target:
        return
    trials = (
        (name, lambda chunks=chunks: laws.legal_stream(source, target, chunks)) for name, chunks in streams(source)
    )
    check("legality", source, target, trials)


@by_every_pair
def test_errors(source: str, target: str) -> None:
    def hold(record: dict[str, Any]) -> None:
        made = Exchange(target, source, passthrough=False).error(record["status"], record["response"])
        assert made.status is not None
        said = lookup(source).decode_error(record["status"], dumped(record["response"])).message
        heard = lookup(target).decode_error(made.status, dumped(made.body)).message
        assert said == heard, f"{said!r} became {heard!r}"

    trials = (
        (record["id"], lambda record=record: hold(record))
        for record in records(source)
        if isinstance(record["response"], dict) and not fine(record)
    )
    check("errors", source, target, trials)


def test_every_dialect_has_recordings() -> None:
    assert all(records(name) for name in TABLE)
