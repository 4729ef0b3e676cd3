"""translate() and its containers, recognition, and refusals."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import msgspec
import openai
import pytest

import dgrid_translate
from dgrid_translate import Loss, to_claude, to_gemini, to_openai, to_responses, translate
from dgrid_translate.errors import AmbiguousFormat, DecodeError, LossyTranslation, UnknownDialect

ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
CLAUDE_ANSWER: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 2},
}
CHAT_ANSWER: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 7,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def test_the_answer_comes_in_the_container_of_the_question() -> None:
    as_dict = to_openai(CLAUDE_ANSWER, now=7)
    assert as_dict["choices"][0]["message"]["content"] == "Hello"
    text = json.dumps(CLAUDE_ANSWER)
    assert json.loads(to_openai(text, now=7)) == as_dict
    assert isinstance(to_openai(text, now=7), str)
    assert json.loads(to_openai(text.encode(), now=7)) == as_dict
    assert isinstance(to_openai(bytearray(text.encode()), now=7), bytes)


def test_sdk_objects_give_dicts() -> None:
    message = anthropic.types.Message.model_validate(CLAUDE_ANSWER)
    assert to_openai(message, now=7) == to_openai(CLAUDE_ANSWER, now=7)
    completion = openai.types.chat.ChatCompletion.model_validate(CHAT_ANSWER)
    assert to_claude(completion) == to_claude(CHAT_ANSWER)
    assert to_openai(completion) == CHAT_ANSWER


def test_a_body_that_stays_is_handed_back() -> None:
    assert translate(CHAT_ANSWER, to="openai") is CHAT_ANSWER
    body = b'{ "choices": [], "object": "chat.completion" }'
    assert translate(body, to="openai-chat") is body
    assert translate(body, to="openai", passthrough=False) == b'{"choices":[],"object":"chat.completion"}'


def test_the_shape_decides_where_it_can() -> None:
    assert to_gemini({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]})["contents"][0]["role"] == "user"
    assert "input_schema" in to_claude({**ASK, "tools": [{"type": "function", "function": {"name": "f"}}]})["tools"][0]
    asked = to_openai({**ASK, "system": "Be brief.", "stop_sequences": ["x"]})
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


def test_readings_that_agree_are_no_ambiguity() -> None:
    losses: list[Loss] = []
    assert to_gemini(ASK, losses=losses)["generationConfig"] == {"maxOutputTokens": 5}


def test_readings_that_differ_are_the_callers_to_decide() -> None:
    with pytest.raises(AmbiguousFormat) as caught:
        to_openai(ASK)  # it may stay as it is, or be Claude's max_tokens
    assert set(caught.value.candidates) == {"openai request", "claude request"}
    assert to_openai(ASK, source="openai") is ASK
    assert to_openai(ASK, source="claude")["max_completion_tokens"] == 5


def test_a_shape_of_no_dialect() -> None:
    with pytest.raises(AmbiguousFormat, match="no dialect is known by the keys 'a', 'b'"):
        to_openai({"a": 1, "b": 2})


def test_unknown_dialects() -> None:
    with pytest.raises(UnknownDialect, match="unknown dialect 'cohere'"):
        translate(ASK, to="cohere")
    with pytest.raises(UnknownDialect):
        translate(ASK, to="openai", source="cohere", kind="request")


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        (b"", "", "not JSON"),
        (b"[1, 2", "", "not JSON"),
        (b"3", "", "expected an object, found a number 3"),
        (b'{"model": "m"}', "messages", "required, but missing"),
        (b'{"messages": 3}', "messages", "expected an array, found a number 3"),
        (b'{"messages": [{"content": "x"}]}', "messages[0].role", "required, but missing"),
        (b'{"messages": [{"role": 3}]}', "messages[0].role", "expected a string, found number"),
        (
            b'{"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]}',
            "messages[0].content[0].text",
            "expected a string, found a number 5",
        ),
        (
            b'{"messages": [], "temperature": "hot"}',
            "temperature",
            'expected an integer or a number, found a string "hot"',
        ),
        (b'{"messages": [], "temperature": 1e400}', "temperature", "the number 1e400 is out of range"),
        (b'{"messages": [], "temperature": NaN}', "", "NaN is not JSON"),
        (b'{"messages": ' + b"[" * 50_000, "", "nested too deeply"),
        (b'{"messages": [{"role": "user", "content": "\xff"}]}', "", "can't decode byte 0xff"),
    ],
)
def test_bad_bodies_are_refused_with_the_path(body: bytes, path: str, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        translate(body, to="claude", source="openai", kind="request")
    assert caught.value.path == path
    assert reason in caught.value.reason
    assert caught.value.dialect == "openai"


def test_what_cannot_be_json_is_refused() -> None:
    with pytest.raises(DecodeError, match="cannot be written as JSON"):
        to_claude({"messages": [object()]})


def test_losses_are_named_and_strict_refuses() -> None:
    losses: list[Loss] = []
    body = {**ASK, "seed": 3, "logit_bias": {"50256": -100}}
    to_claude(body, source="openai", losses=losses)
    assert Loss("dropped", "seed", "seed") in [msgspec.structs.replace(loss, detail="") for loss in losses]
    assert "logit_bias" in {loss.feature for loss in losses}
    with pytest.raises(LossyTranslation) as caught:
        to_claude(body, source="openai", strict=True)
    assert caught.value.losses == losses


def test_odd_text_survives() -> None:
    lone = '{"messages": [{"role": "user", "content": "cut \\ud83d here"}], "model": "m"}'
    out = translate(lone.encode(), to="gemini", source="openai", kind="request")
    assert b"cut \\ud83d here" in out
    assert translate("\ufeff" + lone, to="openai", source="openai", kind="request", passthrough=False)


def test_one_event_out_of_its_stream() -> None:
    chunk = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}],
    }
    events = to_claude(chunk)
    assert [event["type"] for event in events] == ["message_start", "content_block_start", "content_block_delta"]
    assert events[2]["delta"] == {"type": "text_delta", "text": "Hi"}


def test_errors_are_data() -> None:
    refused = {"error": {"message": "slow down", "type": "requests", "param": None, "code": "rate_limit_exceeded"}}
    assert to_claude(refused, source="openai", kind="error")["error"] == {
        "type": "rate_limit_error",
        "message": "slow down",
    }


def test_the_public_names() -> None:
    assert dgrid_translate.DIALECTS[:1] == ("openai",)


def test_invented_things_are_told_where_they_stand() -> None:
    """A message that is put before the others moves them."""
    file = {"type": "file", "file": {"file_data": "data:text/plain;base64,SGVsbG8="}}
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": [file]}],
        "response_format": {"type": "json_object"},
    }
    losses: list[Loss] = []
    made = to_responses(body, losses=losses)
    assert made["input"][1]["content"][0]["filename"] == "file.txt"
    invented = {loss.feature: loss.path for loss in losses if loss.kind == "invented"}
    assert (invented["json_instruction"], invented["filename"]) == ("input[0]", "input[1].content[0].filename")
