"""The laws over generated answers and errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate import Exchange
from dgrid_translate.testing import laws, strategies
from dgrid_translate.testing.laws.turn import turned
from tests.judge import accept_error, accept_response
from tests.laws.pairs import DIALECTS, JSON, as_bytes, by_dialect, by_every_pair, by_pair, relaxed

pytestmark = pytest.mark.timeout(120)


@by_dialect
@relaxed
@given(data=st.data())
def test_identity(dialect: str, data: st.DataObject) -> None:
    laws.identity(dialect, "response", data.draw(strategies.responses(dialect)))


@by_dialect
@relaxed
@given(data=st.data())
def test_identity_of_what_nobody_knows(dialect: str, data: st.DataObject) -> None:
    laws.identity(dialect, "response", data.draw(strategies.responses(dialect, unknown=True)))


@by_pair
@relaxed
@given(data=st.data())
def test_sentinels_arrive(source: str, target: str, data: st.DataObject) -> None:
    laws.sentinels_arrive(source, target, "response", data.draw(strategies.responses(source)))


@by_pair
@relaxed
@given(data=st.data())
def test_every_leaf_matters(source: str, target: str, data: st.DataObject) -> None:
    laws.every_leaf_matters(source, target, "response", data.draw(strategies.responses(source)))


@by_dialect
@relaxed
@given(data=st.data(), target=st.sampled_from(DIALECTS))
def test_strangers(dialect: str, target: str, data: st.DataObject) -> None:
    laws.strangers_are_named(dialect, target, "response", data.draw(strategies.responses(dialect)))


@by_pair
@relaxed
@given(data=st.data())
def test_round_trip(source: str, target: str, data: st.DataObject) -> None:
    laws.round_trip(source, target, "response", data.draw(strategies.responses(source)))


@by_every_pair
@relaxed
@given(data=st.data())
def test_continuity(source: str, target: str, data: st.DataObject) -> None:
    laws.continuity(target, source, data.draw(strategies.responses(source)))


@by_pair
@relaxed
@given(data=st.data())
def test_nothing_leaks(source: str, target: str, data: st.DataObject) -> None:
    laws.no_leak(source, target, "response", data.draw(strategies.responses(source, unknown=True)))


@by_pair
@relaxed
@given(data=st.data())
def test_acceptance(source: str, target: str, data: st.DataObject) -> None:
    accept_response(target, turned(source, target, "response", data.draw(strategies.responses(source))).body)


@by_pair
@relaxed
@given(data=st.data())
def test_legality(source: str, target: str, data: st.DataObject) -> None:
    laws.legal(source, target, "response", data.draw(strategies.responses(source)))


@by_every_pair
@relaxed
@given(data=st.data())
def test_determinism(source: str, target: str, data: st.DataObject) -> None:
    laws.determinism(source, target, "response", data.draw(strategies.responses(source)))


@by_dialect
@relaxed
@given(data=st.data())
def test_identity_of_errors(dialect: str, data: st.DataObject) -> None:
    laws.identity(dialect, "error", data.draw(strategies.errors(dialect))[1])


@by_pair
@relaxed
@given(data=st.data())
def test_errors(source: str, target: str, data: st.DataObject) -> None:
    status, body = data.draw(strategies.errors(source))
    made = Exchange(target, source).error(status, body)
    assert made.status is not None
    accept_error(target, made.status, JSON, as_bytes(made.body))
    assert body["error"]["message"] in str(made.body["error"]["message"])
