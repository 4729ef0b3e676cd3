"""What neither generated nor recorded bodies come to: bodies that are odd, and requests made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate import StreamTranslator, translate
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import Message, Request, ToolChoice
from dgrid_translate.ir.response import Candidate, Response, Usage
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.shared.arguments import unwrapped

SAID = [Message("user", [Text("x")], inline=True)]


def turned(source: str, target: str, body: dict[str, Any], kind: Any = "request") -> tuple[dict[str, Any], list[str]]:
    losses: list[Any] = []
    made = translate(body, to=target, source=source, kind=kind, losses=losses, now=1, passthrough=False)
    return made, [str(loss) for loss in losses]


def encoded(target: str, request: Request) -> dict[str, Any]:
    return json.loads(lookup(target).encode_request(request, Losses()))


def test_a_request_made_by_hand_in_the_words_of_its_target() -> None:
    request = Request("claude", SAID, "claude-haiku-4-5", tool_choice=ToolChoice("required"), parallel_tool_calls=False)
    assert encoded("claude", request)["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    assert "tool_choice" not in encoded("claude", Request("claude", SAID, parallel_tool_calls=True))
    silent = Request("claude", [Message("user", [], inline=True)])
    assert encoded("claude", silent)["messages"] == [{"role": "user", "content": ""}]


def test_an_answer_made_by_hand_in_the_words_of_its_target() -> None:
    usage = Usage(input=5, output=1, total=6, tool_use=2)
    answer = Response("mine", [Candidate(0, [Text("a")])], usage=usage)
    made = json.loads(lookup("gemini").encode_response(answer, Losses(), None, None))
    assert made["usageMetadata"]["toolUsePromptTokenCount"] == 2
    assert made["usageMetadata"]["promptTokenCount"] == 3


def test_choices_spelled_with_escapes() -> None:
    body = b'{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[%b],"tool_choice":"\\u006eone"}'
    tool = b'{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}'
    made = json.loads(translate(body % tool, to="claude", source="openai", kind="request"))
    assert made["tool_choice"] == {"type": "none"}


def test_results_of_calls_that_nobody_made() -> None:
    lone = {"role": "tool", "content": "r"}
    made, _ = turned("openai", "claude", {"model": "m", "messages": [lone, {"role": "user", "content": "x"}]})
    assert "r" in json.dumps(made)
    think = {"model": "claude-sonnet-4-5", "reasoning_effort": "high", "max_tokens": 9000}
    made, _ = turned("openai", "claude", {**think, "messages": [{"role": "user", "content": "x"}, lone]})
    assert made["thinking"]["type"] == "enabled"
    assert "r" in json.dumps(made)


def test_an_answer_that_calls_itself_nothing() -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}
    body = {"id": None, "object": "chat.completion", "created": None, "model": None, "choices": [choice]}
    assert turned("openai", "openai", body, "response")[0] == body
    assert turned("openai", "claude", body, "response")[0]["content"] == [{"type": "text", "text": "a"}]


def test_a_thought_that_is_a_result() -> None:
    call = {"functionCall": {"name": "f", "args": {}}}
    odd = {"functionResponse": {"name": "f", "response": {"a": 1}}, "thought": True}
    body = {"contents": [{"role": "model", "parts": [call]}, {"role": "user", "parts": [odd]}]}
    made, losses = turned("gemini", "openai", body)
    assert made["messages"][-1]["content"] == '{"a":1}'
    assert "dropped thought at contents[1].parts[0].thought" in losses
    assert turned("gemini", "gemini", body)[0] == body


@pytest.mark.parametrize("body", [b"{", b'{"output":[', b"[1,", b'{"id":"\xff"}'])
def test_answers_that_are_cut(body: bytes) -> None:
    with pytest.raises(DecodeError):
        translate(body, to="claude", source="openai-responses", kind="response")


def test_broken_arguments_that_only_look_wrapped() -> None:
    assert unwrapped('{"_dgrid_broken_arguments":') == '{"_dgrid_broken_arguments":'


def test_what_only_a_later_piece_of_a_free_text_call_says() -> None:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}

    call = {"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "f", "input": ""}}
    more = {"index": 0, "custom": {"input": "a", "x": 1}}
    chunks = [chunk({"tool_calls": [call]}), chunk({"tool_calls": [more]}), chunk({}, "tool_calls")]
    translator = StreamTranslator("openai", "openai", passthrough=False)
    made = [event["choices"][0]["delta"].get("tool_calls") for event in translator.iter_events(chunks)]
    assert [{"index": 0, "custom": {"x": 1}}] in made
    translator = StreamTranslator("openai", "claude", passthrough=False)
    list(translator.iter_events(chunks))
    assert "dropped x at choices[0].message.tool_calls[0].custom.x" in map(str, translator.losses)


def test_an_event_that_holds_half_a_letter() -> None:
    answer = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": []}
    whole = {**answer, "metadata": {"a": "\ud83d"}}
    events = [{"type": "response.created", "response": whole}, {"type": "response.completed", "response": whole}]
    translator = StreamTranslator("openai-responses", "openai")
    made = translator.feed(b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in events))
    assert b'"finish_reason":"stop"' in made + translator.close()


def test_thoughts_with_a_cache_marker() -> None:
    marked = {"anthropic": {"cacheControl": {"type": "ephemeral"}}}
    sealed = {**marked, "openai": {"itemId": "rs_1", "reasoningEncryptedContent": "e"}}
    thoughts = [{"type": "reasoning", "text": "t", "providerMetadata": metadata} for metadata in (marked, sealed)]
    said = [{"id": "a", "role": "assistant", "parts": thoughts}, {"id": "u", "role": "user", "parts": []}]
    _, losses = turned("ui-message", "openai-responses", {"messages": said})
    for place in (0, 1):
        path = f"messages[0].parts[{place}].providerMetadata.anthropic.cacheControl"
        assert any(loss.startswith("dropped cache_control") and path in loss for loss in losses)


def test_an_answer_to_a_request_without_messages() -> None:
    asked = Request("ui-message", [])
    answer = Response("claude", [Candidate(0, [Text("a")])], id="msg_1")
    assert json.loads(lookup("ui-message").encode_response(answer, Losses(), asked, None))["id"] == "msg_1"


def test_a_picture_that_is_not_made_yet() -> None:
    item = {"type": "image_generation_call", "id": "ig_1", "status": "in_progress", "result": None}
    body = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [item]}
    assert turned("openai-responses", "openai-responses", body, "response")[0]["output"] == [item]


def test_a_result_after_a_text_of_its_turn() -> None:
    call = {"functionCall": {"name": "f", "args": {}}}
    shown = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "mediaResolution": {"level": "LOW"}}
    result = {"functionResponse": {"name": "f", "response": {"a": 1}, "parts": [shown]}}
    body = {"contents": [{"role": "model", "parts": [call]}, {"role": "user", "parts": [{"text": "b"}, result]}]}
    made, losses = turned("gemini", "openai-responses", body)
    assert [item.get("type", item.get("role")) for item in made["input"]][-2:] == ["user", "function_call_output"]
    assert "dropped mediaResolution at contents[1].parts[1].functionResponse.parts[0].mediaResolution" in losses


def test_a_call_of_nothing() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "", "arguments": "{}"}}
    said = [
        {"role": "user", "content": "x"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "r"},
    ]
    made, _ = turned("openai", "gemini", {"model": "m", "messages": said})
    assert made["contents"][-1]["parts"][0]["functionResponse"]["name"] == "unknown"
