"""A class for pytest that holds one dialect to the laws.

    class TestMine(Conformance):
        dialect = MINE

A registered dialect (by name) is held to them over the bodies that the kit generates for it. A `Dialect` record of
one's own is spoken to in every registered dialect: what the kit generates for those is translated there, which gives
bodies of its own, and back. `own_requests` and `own_responses` may add strategies for bodies that nobody else can say.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate.dialect import Kind
from dgrid_translate.registry import TABLE
from dgrid_translate.testing import laws, strategies
from dgrid_translate.testing.laws.streams import wire
from dgrid_translate.testing.laws.turn import Named, name_of, turned
from dgrid_translate.testing.strategies.common import JSONObject

# Bodies are big on purpose; one test function serves every subclass, which is what the class is for.
_relaxed = settings(
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.differing_executors,
    ]
)


class Conformance:
    """Subclass it, name the dialect, and pytest finds the laws as tests."""

    dialect: Named
    own_requests: st.SearchStrategy[JSONObject] | None = None
    own_responses: st.SearchStrategy[JSONObject] | None = None

    def _others(self) -> list[str]:
        return [name for name in TABLE if strategies.has_strategies(name) and name != name_of(self.dialect)]

    def _body(self, data: st.DataObject, kind: Kind) -> JSONObject:
        """A body in the dialect under test."""
        own = self.own_requests if kind == "request" else self.own_responses
        makers = [] if own is None else [own]
        name = name_of(self.dialect)
        if strategies.has_strategies(name):
            makers.append(strategies.requests(name) if kind == "request" else strategies.responses(name))
        if makers:
            return data.draw(st.one_of(makers))
        other = data.draw(st.sampled_from(self._others()))
        made = data.draw(strategies.requests(other) if kind == "request" else strategies.responses(other))
        return turned(other, self.dialect, kind, made).body

    @_relaxed
    @given(data=st.data(), kind=st.sampled_from(("request", "response")))
    def test_identity(self, data: st.DataObject, kind: Kind) -> None:
        """Law 1."""
        laws.identity(self.dialect, kind, self._body(data, kind))

    @_relaxed
    @given(data=st.data(), kind=st.sampled_from(("request", "response")))
    def test_no_silent_loss(self, data: st.DataObject, kind: Kind) -> None:
        """Law 2, out of the dialect and into it."""
        body = self._body(data, kind)
        for other in self._others():
            laws.no_silent_loss(self.dialect, other, kind, body, most=20)
            foreign = data.draw(strategies.requests(other) if kind == "request" else strategies.responses(other))
            laws.no_silent_loss(other, self.dialect, kind, foreign, most=20)

    @_relaxed
    @given(data=st.data(), kind=st.sampled_from(("request", "response")))
    def test_round_trip(self, data: st.DataObject, kind: Kind) -> None:
        """Law 3."""
        body = self._body(data, kind)
        for other in self._others():
            laws.round_trip(self.dialect, other, kind, body)

    @_relaxed
    @given(data=st.data(), cuts=st.lists(st.integers(0, 4000), max_size=6))
    def test_streams(self, data: st.DataObject, cuts: list[int]) -> None:
        """Laws 4, 5 and 6, for dialects that the kit has streams for; law 6 into the dialect for all."""
        name = name_of(self.dialect)
        if strategies.has_strategies(name):
            chunks, whole = data.draw(strategies.streamed(name))
            laws.grammar(self.dialect, chunks)
            laws.chunking(self.dialect, wire(self.dialect, chunks), cuts)
            for other in self._others():
                laws.stream_equals_response(name, other, chunks, whole=whole)
        else:
            laws.encodes(self.dialect, data.draw(strategies.streams(other := self._others()[0])), other)

    @_relaxed
    @given(
        data=st.binary(max_size=60),
        kind=st.sampled_from(("request", "response", "event", "error")),
    )
    def test_totality(self, data: bytes, kind: Kind) -> None:
        """Law 7."""
        laws.totality(self.dialect, kind, data)

    @_relaxed
    @given(data=st.data())
    def test_pairing_and_determinism(self, data: st.DataObject) -> None:
        """Laws 8 and 9."""
        body = self._body(data, "request")
        for other in self._others():
            laws.determinism(self.dialect, other, "request", body)
            laws.pairing(self.dialect, other, body)

    @_relaxed
    @given(data=st.data())
    def test_continuity_and_leaks(self, data: st.DataObject) -> None:
        """Laws 10 and 12."""
        name = name_of(self.dialect)
        body = self._body(data, "response")
        for other in self._others():
            if strategies.has_strategies(name):
                laws.continuity(other, name, body)
            laws.no_leak(self.dialect, other, "response", body)
            laws.no_leak(other, self.dialect, "request", data.draw(strategies.requests(other, unknown=True)))
