"""The strategies give what the vendors' own clients take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate.registry import TABLE
from dgrid_translate.testing import strategies
from dgrid_translate.testing.grammar import openai_responses as grammar
from dgrid_translate.testing.grammar import ui_message as ui_grammar
from dgrid_translate.testing.laws.legal import broken
from dgrid_translate.testing.rules import openai_responses as rules
from tests.judge import accept_error, accept_request, accept_response, accept_stream
from tests.judge.samples import sse

DIALECTS = ("openai", "openai-completions", "openai-responses", "claude", "gemini", "ui-message")
DONE = ("openai", "openai-completions", "ui-message")
NAMED = ("openai-responses", "claude")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_requests(dialect: str, data: st.DataObject) -> None:
    body = data.draw(strategies.requests(dialect))
    accept_request(dialect, body)
    assert dialect not in TABLE or broken(dialect, "request", body) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_responses(dialect: str, data: st.DataObject) -> None:
    body = data.draw(strategies.responses(dialect))
    accept_response(dialect, body)
    assert dialect not in TABLE or broken(dialect, "response", body) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_streams(dialect: str, data: st.DataObject) -> None:
    chunks: list[dict[str, Any]] = data.draw(strategies.streams(dialect))
    accept_stream(dialect, sse(chunks, named=dialect in NAMED, done=dialect in DONE))


@pytest.mark.parametrize("dialect", DIALECTS)
@slow
@given(data=st.data())
def test_errors(dialect: str, data: st.DataObject) -> None:
    status, body = data.draw(strategies.errors(dialect))
    accept_error(dialect, status, {"content-type": "application/json"}, json.dumps(body).encode())


@slow
@given(data=st.data())
def test_what_responses_are_made_of_keeps_the_rules(data: st.DataObject) -> None:
    assert rules.check_request(data.draw(strategies.requests("openai-responses"))) == []
    assert rules.check_response(data.draw(strategies.responses("openai-responses")), official=True) == []
    assert grammar.check_stream(data.draw(strategies.streams("openai-responses")), official=True) == []
    assert grammar.check_stream(data.draw(strategies.failing("openai-responses")), official=True) == []


@slow
@given(chunks=strategies.failing("openai-responses"))
def test_streams_that_fail(chunks: list[dict[str, Any]]) -> None:
    accept_stream("openai-responses", sse(chunks, named=True))


@slow
@given(data=st.data())
def test_ui_message_streams_keep_the_grammar(data: st.DataObject) -> None:
    assert ui_grammar.check_stream(data.draw(strategies.streams("ui-message")), official=True) == []


@slow
@given(data=st.data())
def test_ui_message_streams_are_read_by_the_sdk_as_what_they_add_up_to(data: st.DataObject) -> None:
    chunks, whole = data.draw(strategies.streamed("ui-message"))
    read: Any = accept_stream("ui-message", sse(chunks, done=True))
    # Why a stream ended may stand in its last chunk alone, which the SDK does not put into the message.
    read["metadata"] = read.get("metadata", {}) | {"finishReason": whole["metadata"]["finishReason"]}
    assert read == whole
