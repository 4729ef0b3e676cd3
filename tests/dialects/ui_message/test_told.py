"""What depends on who asks and how: clients that say their version, tools they know, messages told as streams."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, StreamTranslator, collect, translate
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.fold import explode
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.shared.sse import unframe
from dgrid_translate.shared.wire import parse_anyhow
from dgrid_translate.testing.laws.turn import dumped
from tests.dialects.ui_message.test_answers import ASKED, CALL, CALLED, chunk

CHUNKS = [chunk({"role": "assistant", "content": "Sun."}), chunk({"tool_calls": [CALL]}), chunk({}, "tool_calls")]


def told(chunks: list[dict[str, Any]], **request: Any) -> list[dict[str, Any]]:
    asked = lookup("ui-message").decode_request(dumped({"messages": [ASKED], **request}))
    return list(StreamTranslator("openai", "ui-message", request=asked).iter_events(chunks))


@pytest.mark.parametrize("version", [6, 6.1, "6", "6.0.1", "7.0.0-beta.3"], ids=repr)
def test_clients_that_know_a_finish_reason_are_told_it(version: object) -> None:
    assert told(CHUNKS, sdkVersion=version)[-1]["finishReason"] == "tool-calls"


@pytest.mark.parametrize("version", [5, "5.0.0", "latest", "", None, [6], "1e999"], ids=repr)
def test_other_clients_are_told_it_in_the_metadata_alone(version: object) -> None:
    last = told(CHUNKS, sdkVersion=version)[-1]
    assert "finishReason" not in last
    assert last["messageMetadata"] == {"finishReason": "tool-calls"}


def test_a_finish_that_is_not_known_is_not_told() -> None:
    assert "finishReason" not in told(CHUNKS[:1], sdkVersion=6)[-1]


@pytest.mark.parametrize(("known", "flags"), [("f", {}), ("g", {"dynamic": True})])
def test_calls_of_tools_that_the_client_does_not_know_are_dynamic(known: str, flags: dict[str, Any]) -> None:
    calls = [
        {key: item[key] for key in ("type", "dynamic") if key in item}
        for item in told(CHUNKS, tools={known: {"inputSchema": {"type": "object"}}})
        if item.get("toolName") == "f"
    ]
    assert calls == [{"type": "tool-input-start", **flags}, {"type": "tool-input-available", **flags}]


def test_an_answer_without_an_id_goes_on_with_the_message_of_its_results() -> None:
    asked = lookup("ui-message").decode_request(dumped({"messages": [ASKED, CALLED]}))
    answer: dict[str, Any] = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "Sun."}]}, "finishReason": "STOP"}]
    }
    assert translate(answer, to="ui-message", source="gemini", request=asked)["id"] == "a1"


def call(state: str, **members: Any) -> dict[str, Any]:
    return {"type": "tool-f", "toolCallId": "c", "state": state, **members}


DYNAMIC: dict[str, Any] = {"type": "dynamic-tool", "toolCallId": "c", "toolName": "f"}
SIGNED: dict[str, Any] = {"anthropic": {"signature": "S"}}
STEP: dict[str, Any] = {"type": "step-start"}
WHOLE: dict[str, list[dict[str, Any]]] = {
    "a text that goes on": [STEP, {"type": "text", "text": "a", "state": "streaming"}],
    "reasoning and a text": [
        {"type": "reasoning", "text": "Hm", "state": "done", "id": "r", "providerMetadata": SIGNED},
        STEP,
        {"type": "text", "text": "a", "state": "done"},
        STEP,
    ],
    "input that is no object": [call("input-available", input="{")],
    "no input": [call("input-available")],
    "input under way": [call("input-streaming", inputEncoding="text", rawInput="{")],
    "input not begun": [call("input-streaming")],
    "an output without input": [call("output-available", output=1, preliminary=True)],
    "an error": [call("output-error", input={}, errorText="no")],
    "an input that failed": [call("output-error", rawInput="{", errorText="no", callProviderMetadata={"a": {"b": 1}})],
    "a dynamic tool": [DYNAMIC | {"state": "output-available", "input": {}, "output": 1, "title": "F"}],
    "a dynamic tool that failed": [DYNAMIC | {"state": "output-error", "input": "{", "errorText": "no"}],
    "one that asks": [call("approval-requested", input={}, approval={"id": "p", "requestReason": "why"})],
    "one that may run": [call("approval-responded", input={}, approval={"id": "p", "approved": True})],
    "one that may not": [call("approval-responded", input={}, approval={"id": "p", "approved": False, "reason": "no"})],
    "one that has run": [call("output-available", input={}, approval={"id": "p", "approved": True}, output=1)],
    "one that was denied": [call("output-denied", input={}, approval={"id": "p", "approved": False})],
    "one that a provider runs": [call("output-available", input={}, output=[], providerExecuted=True)],
    "a file, a source, data": [
        {"type": "file", "mediaType": "image/png", "url": "data:image/png;base64,AAAA"},
        {"type": "source-url", "sourceId": "s", "url": "https://a.example/"},
        {"type": "data-x", "id": "1", "data": {}},
    ],
}  # fmt: skip


def retold(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of what a whole message adds up to when it is told as a stream."""
    dialect = lookup("ui-message")
    body: dict[str, Any] = {"id": "m", "role": "assistant", "metadata": {"finishReason": "stop"}, "parts": parts}
    frames = dialect.encoder(Losses(), None, None).feed(explode(dialect.decode_response(dumped(body))))
    chunks = [parse_anyhow(data) for data in unframe(frames) if data != b"[DONE]"]
    return collect(chunks, source="ui-message")["parts"]


@pytest.mark.parametrize("parts", [pytest.param(parts, id=what) for what, parts in WHOLE.items()])
def test_a_message_that_is_told_as_a_stream_adds_up_to_itself(parts: list[dict[str, Any]]) -> None:
    assert retold(parts) == parts


@pytest.mark.parametrize("approval", [5, {"approved": True}], ids=repr)
def test_an_approval_without_an_id_is_not_told(approval: object) -> None:
    assert retold([call("output-available", input={}, approval=approval, output=1)]) == [
        call("output-available", input={}, output=1)
    ]


def test_a_dynamic_tool_has_a_name() -> None:
    part: dict[str, Any] = {
        "type": "dynamic-tool",
        "toolCallId": "c",
        "state": "output-available",
        "input": {},
        "output": 1,
    }
    body: dict[str, Any] = {"messages": [{"role": "assistant", "parts": [part]}]}
    with pytest.raises(DecodeError) as refused:
        translate(body, to="openai", source="ui-message", kind="request")
    assert refused.value.path == "messages[0].parts[0].toolName"


@pytest.mark.parametrize("kind", ["text", "reasoning"])
def test_a_part_that_begins_again_ends_what_had_begun(kind: str) -> None:
    said = [
        [{"type": f"{kind}-start", "id": "0"}, {"type": f"{kind}-delta", "id": "0", "delta": words}]
        for words in ("One", "Two")
    ]
    chunks = [{"type": "start"}, *said[0], *said[1], {"type": f"{kind}-end", "id": "0"}, {"type": "finish"}]
    parts = collect(chunks, source="ui-message")["parts"]
    assert [(part["type"], part["text"]) for part in parts] == [(kind, "One"), (kind, "Two")]
    decoder, checker = lookup("ui-message").decoder(), Checker()
    for event in [*[event for one in chunks for event in decoder.feed(dumped(one))], *decoder.close()]:
        checker.feed(event)
    checker.close()


def test_what_a_result_lost_of_its_metadata_is_named_where_it_stood() -> None:
    metadata = {"openai": {"itemId": "1"}, "anthropic": {"cacheControl": {"type": "ephemeral"}}}
    part: dict[str, Any] = {"type": "tool-f", "toolCallId": "c", "state": "output-available", "input": {}, "output": 1}
    asked: dict[str, Any] = {
        "messages": [{"role": "assistant", "parts": [part | {"resultProviderMetadata": metadata}]}]
    }
    losses: list[Loss] = []
    translate(asked, to="openai", source="ui-message", kind="request", losses=losses)
    assert {loss.path for loss in losses if loss.kind == "dropped"} == {
        "messages[0].parts[0].resultProviderMetadata.openai.itemId",
        "messages[0].parts[0].resultProviderMetadata.anthropic.cacheControl",
    }


def test_what_a_part_says_that_claude_has_no_word_for_is_named() -> None:
    part: dict[str, Any] = {
        "type": "tool-web_search",
        "toolCallId": "srvtoolu_1",
        "state": "output-available",
        "input": {"query": "q"},
        "output": [],
        "providerExecuted": True,
        "callProviderMetadata": {"anthropic": {"caller": {"type": "direct"}, "mood": "good"}, "other": {"mood": "bad"}},
        "title": "Search",
    }
    asked: dict[str, Any] = {"messages": [{"role": "assistant", "parts": [part]}]}
    losses: list[Loss] = []
    made = translate(asked, to="claude", source="ui-message", kind="request", losses=losses)
    said = next(message["content"] for message in made["messages"] if message["role"] == "assistant")
    assert [block["type"] for block in said] == ["server_tool_use", "web_search_tool_result"]
    assert {loss.path for loss in losses if loss.kind == "dropped"} == {
        "messages[0].parts[0].title",
        "messages[0].parts[0].callProviderMetadata.anthropic.mood",
        "messages[0].parts[0].callProviderMetadata.other.mood",
    }
    assert translate(asked, to="ui-message", source="ui-message", kind="request", passthrough=False) == asked


@pytest.mark.parametrize("target", ["ui-message", "openai-completions"])
def test_a_tier_that_is_not_told_is_named_once(target: str) -> None:
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message | {"usage": {"input_tokens": 1, "service_tier": "standard"}}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    stream = StreamTranslator("claude", target)
    list(stream.iter_events(events))
    assert [loss.path for loss in stream.losses if loss.feature == "service_tier"] == ["usage.service_tier"]
