"""The laws catch what they are there to catch."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.claude.stream import decoder
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.testing import laws
from dgrid_translate.testing.laws.agents import AGENTS
from dgrid_translate.testing.laws.conversation import signatures
from dgrid_translate.testing.laws.silence import says_nothing
from dgrid_translate.testing.laws.silent_loss import sentinels
from dgrid_translate.testing.places import altered, differences, find, leaves, replaced, without
from tests.judge.samples import openai_chunks, openai_request, responses_request, responses_response

OPENAI = lookup("openai")


def forgetful(field: str) -> Dialect:
    """Chat Completions with an encoder that forgets one field of every request."""

    def encode(request: Request, losses: Losses) -> bytes:
        return OPENAI.encode_request(replace(request, **{field: None}), losses)

    return replace(OPENAI, encode_request=encode)


@pytest.mark.parametrize("field", ["max_tokens", "output", "tool_choice", "reasoning"])
def test_a_forgotten_field_is_caught(field: str) -> None:
    with pytest.raises(AssertionError, match="lost in silence"):
        laws.every_leaf_matters("openai", forgetful(field), "request", openai_request())
    with pytest.raises(AssertionError, match="not the same"):
        laws.identity(forgetful(field), "request", openai_request())
    with pytest.raises(AssertionError, match="did not come back"):
        laws.round_trip(OPENAI, forgetful(field), "request", openai_request())


def test_a_forgotten_stranger_is_caught() -> None:
    def encode(request: Request, losses: Losses) -> bytes:
        return OPENAI.encode_request(replace(request, ext=None), losses)

    with pytest.raises(AssertionError, match="lost in silence, openai -> openai request: "):
        laws.strangers_are_named("openai", replace(OPENAI, encode_request=encode), "request", openai_request())


def test_a_stranger_that_no_event_can_carry_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(*_: object) -> None:
        return None

    chunks = [
        {"type": "message_start", "message": {"id": "m", "content": [], "role": "assistant", "type": "message"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    laws.strangers_in_streams_are_named("claude", "openai", chunks)
    monkeypatch.setattr(decoder.Decoder, "_beside", forget)
    with pytest.raises(AssertionError, match="claude -> openai stream: message_start, message_stop"):
        laws.strangers_in_streams_are_named("claude", "openai", chunks)


def test_a_forgotten_message_is_caught() -> None:
    def encode(request: Request, losses: Losses) -> bytes:
        return OPENAI.encode_request(replace(request, messages=request.messages[:-1]), losses)

    broken = replace(OPENAI, encode_request=encode)
    with pytest.raises(AssertionError, match="lost in silence"):
        laws.sentinels_arrive("openai", broken, "request", openai_request())
    with pytest.raises(AssertionError, match="results answered"):
        laws.pairing("openai", broken, openai_request())


@pytest.mark.parametrize("kind", [KeyError, RecursionError, UnicodeError])
def test_another_exception_is_caught(kind: type[Exception]) -> None:
    def decode(_: bytes) -> Any:
        raise kind

    with pytest.raises(AssertionError, match=kind.__name__):
        laws.totality(replace(OPENAI, decode_request=decode), "request", b"{}")


def test_a_refusal_that_says_nothing_is_caught() -> None:
    def decode(_: bytes) -> Any:
        raise DecodeError("", dialect="openai")

    with pytest.raises(AssertionError, match="says too little"):
        laws.totality(replace(OPENAI, decode_request=decode), "request", b"{}")


class Silent:
    """A stream decoder that hears nothing."""

    def feed(self, _: bytes) -> list[Any]:
        return []

    def close(self) -> list[Any]:
        return []


def test_an_illegal_stream_is_caught() -> None:
    with pytest.raises(AssertionError, match="stopped"):
        laws.grammar(replace(OPENAI, decoder=Silent), openai_chunks())


def test_a_proof_that_does_not_come_back_is_caught() -> None:
    agent = AGENTS["openai"]

    def forgets(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        made = agent.goes_on(request, answer)
        made["messages"][-1 - len(answer["choices"])] = {"role": "assistant", "content": "Hm."}
        return made

    def swaps(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        made = agent.goes_on(request, answer)
        made["messages"][-2:] = made["messages"][:-3:-1]
        return made

    answers = AGENTS["claude"].answers["both"]
    for goes_on in (forgets, swaps):
        with pytest.raises(AssertionError, match="claude through openai, request 2"):
            laws.agent_loop("openai", "claude", answers, streamed=False, goes_on=goes_on)
    laws.agent_loop("openai", "claude", answers, streamed=False)


def test_places() -> None:
    body: dict[str, Any] = {"a": [1, {"b": None}], "c": "x"}
    assert [(at, leaf) for at, leaf in leaves(body)] == [(("a", 0), 1), (("a", 1, "b"), None), (("c",), "x")]
    assert find(body, ("a", 1, "b")) is None
    assert replaced(body, ("a", 0), 2) == {"a": [2, {"b": None}], "c": "x"}
    assert without(body, ("a", 0)) == {"a": [{"b": None}], "c": "x"}
    assert without(body, ("c",)) == {"a": [1, {"b": None}]}
    assert list(differences(body, {"a": [1.0], "c": True})) == [
        (("a", 1), {"b": None}, ...),
        (("c",), "x", True),
    ]
    assert [altered(leaf) for leaf in (True, 1, 0.5, "a", None)] == [False, 2, 1.5, "ax", "x"]
    with pytest.raises(LookupError):
        find(body, ("c", "d"))


def test_sentinels_keep_a_body_coherent() -> None:
    marked, placed = sentinels(openai_request())
    assert marked["messages"][3]["tool_call_id"] == "call_1"
    assert placed["messages", 3, "content"] in marked["messages"][3]["content"]


def test_sentinels_leave_the_frame_of_a_conversation() -> None:
    marked, placed = sentinels(responses_request())
    said, _, called, result = marked["input"]
    assert (said["type"], said["role"], said["content"][0]["type"]) == ("message", "user", "input_text")
    assert placed["input", 0, "content", 0, "text"] in said["content"][0]["text"]
    assert placed["input", 2, "arguments"] in called["arguments"]
    assert placed["input", 3, "output"] in result["output"]
    assert called["call_id"] == result["call_id"] == "call_1"
    assert placed["instructions",] in marked["instructions"]


def test_an_answer_need_not_repeat_its_request() -> None:
    answer = responses_response(temperature=1.0, tools=[{"type": "web_search"}])
    for at in (("temperature",), ("tools", 0, "type"), ("output", 0, "id"), ("usage", "total_tokens")):
        assert says_nothing("openai-responses", "claude", "response", answer, at)
    asked = responses_request() | {"temperature": 1.0}
    assert says_nothing("openai-responses", "claude", "request", asked, ("temperature",)) is None
    assert says_nothing("openai-responses", "claude", "response", answer, ("output", 1, "call_id")) is None


def test_equal_forms_of_a_conversation() -> None:
    asked: dict[str, Any] = {"instructions": "Be brief.", "input": "Hi"}
    typed: dict[str, Any] = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
    same: dict[str, Any] = {"input": [{"role": "developer", "content": "Be brief."}, typed], "tool_choice": "auto"}
    other: dict[str, Any] = {"input": [{"role": "developer", "content": "Be brief!"}, typed]}
    first, then, third = (laws.canonical("openai-responses", "request", body) for body in (asked, same, other))
    assert first == then != third


def test_signatures_of_a_conversation_are_found() -> None:
    assert signatures("openai-responses", responses_request()) == ["c2ln"]
