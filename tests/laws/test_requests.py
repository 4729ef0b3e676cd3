"""The laws over generated requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.testing import laws, strategies
from dgrid_translate.testing.laws.turn import turned
from tests.judge import accept_request
from tests.laws.pairs import DIALECTS, MODELS, by_dialect, by_every_pair, by_pair, relaxed

pytestmark = pytest.mark.timeout(120)


@by_dialect
@relaxed
@given(data=st.data())
def test_identity(dialect: str, data: st.DataObject) -> None:
    laws.identity(dialect, "request", data.draw(strategies.requests(dialect)))


@by_dialect
@relaxed
@given(data=st.data())
def test_identity_of_what_nobody_knows(dialect: str, data: st.DataObject) -> None:
    laws.identity(dialect, "request", data.draw(strategies.requests(dialect, unknown=True)))


@by_pair
@relaxed
@given(data=st.data())
def test_sentinels_arrive(source: str, target: str, data: st.DataObject) -> None:
    laws.sentinels_arrive(source, target, "request", data.draw(strategies.requests(source)))


@by_pair
@relaxed
@given(data=st.data())
def test_every_leaf_matters(source: str, target: str, data: st.DataObject) -> None:
    laws.every_leaf_matters(source, target, "request", data.draw(strategies.requests(source)))


@by_dialect
@relaxed
@given(data=st.data(), target=st.sampled_from(DIALECTS))
def test_strangers(dialect: str, target: str, data: st.DataObject) -> None:
    laws.strangers_are_named(dialect, target, "request", data.draw(strategies.requests(dialect)))


@by_pair
@relaxed
@given(data=st.data())
def test_round_trip(source: str, target: str, data: st.DataObject) -> None:
    laws.round_trip(source, target, "request", data.draw(strategies.requests(source)))


@by_every_pair
@relaxed
@given(data=st.data())
def test_pairing(source: str, target: str, data: st.DataObject) -> None:
    laws.pairing(source, target, data.draw(strategies.requests(source)))


@by_pair
@relaxed
@given(data=st.data())
def test_nothing_leaks(source: str, target: str, data: st.DataObject) -> None:
    laws.no_leak(source, target, "request", data.draw(strategies.requests(source, unknown=True)))


@by_pair
@relaxed
@given(data=st.data())
def test_acceptance(source: str, target: str, data: st.DataObject) -> None:
    made = turned(source, target, "request", data.draw(strategies.requests(source))).body
    if target == "gemini":
        made.pop("model", None)  # it goes into the URL
    else:
        made.setdefault("model", "m")  # as in Gemini's URL
    accept_request(target, made)


@by_pair
@relaxed
@given(data=st.data())
def test_legality(source: str, target: str, data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS.get(target, ("m",))))
    laws.legal(source, target, "request", data.draw(strategies.requests(source)), model=model)


@by_every_pair
@relaxed
@given(data=st.data())
def test_determinism(source: str, target: str, data: st.DataObject) -> None:
    laws.determinism(source, target, "request", data.draw(strategies.requests(source)))
