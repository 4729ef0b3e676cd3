"""The strategies give what the vendors' own clients take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate.testing import strategies
from dgrid_translate.testing.laws.legal import broken
from tests.judge import accept_error, accept_request, accept_response, accept_stream
from tests.judge.samples import sse

DIALECTS = ("openai", "claude", "gemini")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_requests(dialect: str, data: st.DataObject) -> None:
    body = data.draw(strategies.requests(dialect))
    accept_request(dialect, body)
    assert broken(dialect, "request", body) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_responses(dialect: str, data: st.DataObject) -> None:
    body = data.draw(strategies.responses(dialect))
    accept_response(dialect, body)
    assert broken(dialect, "response", body) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_streams(dialect: str, data: st.DataObject) -> None:
    chunks: list[dict[str, Any]] = data.draw(strategies.streams(dialect))
    accept_stream(dialect, sse(chunks, named=dialect == "claude", done=dialect == "openai"))


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_errors(dialect: str, data: st.DataObject) -> None:
    status, body = data.draw(strategies.errors(dialect))
    accept_error(dialect, status, {"content-type": "application/json"}, json.dumps(body).encode())
