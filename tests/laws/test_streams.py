"""The laws over generated streams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.ir.events import ErrorRaised
from dgrid_translate.testing import laws, strategies
from dgrid_translate.testing.laws.streams import decoded, translated, wire
from dgrid_translate.translate import StreamTranslator
from tests.judge import accept_stream
from tests.laws.pairs import DIALECTS, EVERY, by_dialect, by_every_pair, by_pair, relaxed

pytestmark = pytest.mark.timeout(120)


@by_every_pair
@relaxed
@given(data=st.data())
def test_stream_equals_response(source: str, target: str, data: st.DataObject) -> None:
    chunks, whole = data.draw(strategies.streamed(source))
    laws.stream_equals_response(source, target, chunks, whole=whole)


@by_dialect
@relaxed
@given(data=st.data(), target=st.sampled_from(DIALECTS))
def test_strangers(dialect: str, target: str, data: st.DataObject) -> None:
    laws.strangers_in_streams_are_named(dialect, target, data.draw(strategies.streams(dialect)))


@by_dialect
@relaxed
@given(data=st.data(), cuts=st.lists(st.integers(0, 4000), max_size=8))
def test_chunking(dialect: str, data: st.DataObject, cuts: list[int]) -> None:
    laws.chunking(dialect, wire(dialect, data.draw(strategies.streams(dialect))), cuts)


@by_dialect
@relaxed
@given(data=st.data())
def test_grammar(dialect: str, data: st.DataObject) -> None:
    laws.grammar(dialect, data.draw(strategies.streams(dialect)))


@by_every_pair
@relaxed
@given(data=st.data())
def test_acceptance(source: str, target: str, data: st.DataObject) -> None:
    translator = StreamTranslator(source, target, passthrough=False)
    accept_stream(target, b"".join(translator.iter([wire(source, data.draw(strategies.streams(source)))])))


@by_pair
@relaxed
@given(data=st.data())
def test_legality(source: str, target: str, data: st.DataObject) -> None:
    laws.legal_stream(source, target, data.draw(strategies.streams(source)))


@pytest.mark.parametrize(("source", "target"), [pair for pair in EVERY if strategies.has_failing(pair[0])])
@relaxed
@given(data=st.data())
def test_failures(source: str, target: str, data: st.DataObject) -> None:
    chunks = data.draw(strategies.failing(source))
    laws.encodes(target, chunks, source)
    laws.chunking(source, wire(source, chunks), [])
    told = [event.error.message for event in decoded(source, chunks) if isinstance(event, ErrorRaised)]
    heard = decoded(target, translated(source, target, chunks))
    assert [event.error.message for event in heard if isinstance(event, ErrorRaised)] == told != []
