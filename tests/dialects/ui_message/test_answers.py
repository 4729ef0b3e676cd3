"""What answers become for a chat: messages that go on, sources that come late, calls that are broken."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import StreamTranslator, collect, translate
from dgrid_translate.losses import Loss
from dgrid_translate.registry import lookup
from dgrid_translate.testing.laws.turn import dumped

ASKED: dict[str, Any] = {"id": "u1", "role": "user", "parts": [{"type": "text", "text": "Weather?"}]}
CALLED: dict[str, Any] = {
    "id": "a1",
    "role": "assistant",
    "parts": [
        {"type": "step-start"},
        {"type": "tool-f", "toolCallId": "c", "state": "output-available", "input": {}, "output": "Sun"},
    ],
}


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "up", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def streamed(chunks: list[dict[str, Any]], request: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    asked = None if request is None else lookup("ui-message").decode_request(dumped(request))
    return list(StreamTranslator("openai", "ui-message", request=asked).iter_events(chunks))


@pytest.mark.parametrize(("messages", "id_"), [([ASKED], "up"), ([ASKED, CALLED], "a1")])
def test_an_answer_to_results_goes_on_with_their_message(messages: list[dict[str, Any]], id_: str) -> None:
    request = {"id": "chat", "messages": messages, "trigger": "submit-message"}
    chunks = streamed([chunk({"role": "assistant", "content": "Sun."}), chunk({}, "stop")], request)
    assert chunks[0]["messageId"] == id_
    whole = collect([chunk({"role": "assistant", "content": "Sun."}), chunk({}, "stop")], source="openai")
    losses: list[Loss] = []
    asked = lookup("ui-message").decode_request(dumped(request))
    assert translate(whole, to="ui-message", source="openai", request=asked, losses=losses)["id"] == id_
    assert [loss.path for loss in losses if loss.kind == "dropped"] == (["id"] if id_ == "a1" else [])


NOTE = {"type": "url_citation", "url_citation": {"url": "https://a.example/", "title": "A"}}
CALL = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def test_late_sources_are_told_late_and_known_for_what_they_are() -> None:
    chunks = streamed(
        [
            chunk({"role": "assistant", "content": "Sure."}),
            chunk({"tool_calls": [CALL]}),
            chunk({"annotations": [NOTE]}, "tool_calls"),
        ]
    )
    whole = collect(chunks, source="ui-message")
    assert [part["type"] for part in whole["parts"]] == ["step-start", "text", "tool-f", "source-url"]
    back = translate(whole, to="openai", source="ui-message", kind="response")
    [note] = back["choices"][0]["message"]["annotations"]
    assert note["url_citation"]["url"] == "https://a.example/"


def test_what_a_search_has_found_is_no_citation_of_the_text_before_it() -> None:
    search: dict[str, Any] = {
        "type": "tool-web_search",
        "toolCallId": "ws",
        "state": "output-available",
        "input": {},
        "output": {},
    }
    source = {"type": "source-url", "sourceId": "s", "url": "https://a.example/"}
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": "Let me see."},
        {**search, "providerExecuted": True},
        source,
    ]
    losses: list[Loss] = []
    body: dict[str, Any] = {"id": "m", "role": "assistant", "parts": parts}
    made = translate(body, to="openai", source="ui-message", kind="response", losses=losses)
    assert "annotations" not in made["choices"][0]["message"]
    assert "parts[2]" in [loss.path for loss in losses if loss.kind == "dropped"]


def test_a_broken_call_is_told_in_words_of_every_release() -> None:
    broken = {**CALL, "function": {"name": "f", "arguments": '{"a": '}}
    chunks = streamed([chunk({"role": "assistant", "tool_calls": [broken]}), chunk({}, "length")])
    told = [one for one in chunks if one["type"].startswith("tool-")]
    assert [one["type"] for one in told] == [
        "tool-input-start",
        "tool-input-delta",
        "tool-input-available",
        "tool-output-error",
    ]
    assert told[2]["input"] == '{"a": '
    back = translate(collect(chunks, source="ui-message"), to="openai", source="ui-message", kind="response")
    assert back["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] == '{"a": '


def test_a_search_that_was_broken_off_goes_back_to_claude_at_the_end_only() -> None:
    search: dict[str, Any] = {
        "type": "tool-web_search",
        "toolCallId": "srvtoolu_1",
        "state": "input-available",
        "input": {"query": "x"},
    }
    answer: dict[str, Any] = {
        "id": "a",
        "role": "assistant",
        "parts": [{"type": "text", "text": "So:"}, {**search, "providerExecuted": True}],
    }
    for messages, kept in (([ASKED, answer], True), ([ASKED, answer, ASKED], False)):
        losses: list[Loss] = []
        made = translate({"messages": messages}, to="claude", source="ui-message", kind="request", losses=losses)
        assert ("server_tool_use" in str(made["messages"])) is kept
        assert ("messages[1].parts[1]" in [loss.path for loss in losses]) is not kept


def test_a_source_cut_within_a_letter_goes_back_as_it_came() -> None:
    record = {"type": "web_search_result_location", "url": "https://a.b/", "title": "x"}
    cited = {"type": "text", "text": "t", "state": "done", "providerMetadata": {"anthropic": {"citations": [record]}}}
    source = {"type": "source-url", "sourceId": "s", "url": "https://a.b/", "title": "x\ud83d"}
    message = {"id": "m", "role": "assistant", "parts": [cited, source]}
    assert translate(message, to="ui-message", source="ui-message", kind="response", passthrough=False) == message
