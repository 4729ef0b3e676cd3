"""What neither generated nor recorded bodies come to: bodies that are odd, and requests made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate import translate
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
