"""Answers: repeated prompts, offsets, streams, and errors."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from dgrid_translate import Exchange, Loss, collect, to_completions, to_openai, translate
from dgrid_translate.translate import StreamTranslator

PROMPT = "Once 👩 upon"
TOKENS = ((" a", [32, 97]), ("\\xf0\\x9f", [240, 159]), ("\\x91\\xa9", [145, 169]), (" time", [*b" time"]))
TEXT = " a👩 time"
OFFSETS = [11, 13, 14, 14]


def asked(**more: Any) -> dict[str, Any]:
    return {"model": "m", "prompt": PROMPT, "max_tokens": 9, **more}


def token(text: str, spelled: list[int]) -> dict[str, Any]:
    top = {"token": text, "logprob": -0.5, "bytes": spelled}
    return {**top, "top_logprobs": [top, {"token": "!", "logprob": -3, "bytes": [33]}]}


def chat(**more: Any) -> dict[str, Any]:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": TEXT},
        "logprobs": {"content": [token(*each) for each in TOKENS], "refusal": None},
        "finish_reason": "stop",
    }
    second = {"index": 1, "message": {"role": "assistant", "content": "!"}, "finish_reason": "length"}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice, second], **more}


def chat_chunks() -> list[dict[str, Any]]:
    envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    pieces = [
        {"index": 0, "delta": {"role": "assistant", "content": ""}},
        {"index": 1, "delta": {"role": "assistant", "content": "!"}},
    ]
    texts = (" a", "", "👩", " time")
    pieces += [
        {"index": 0, "delta": {"content": text}, "logprobs": {"content": [token(*each)], "refusal": None}}
        for text, each in zip(texts, TOKENS, strict=True)
    ]
    ends = [{"index": 1, "delta": {}, "finish_reason": "length"}, {"index": 0, "delta": {}, "finish_reason": "stop"}]
    return [{**envelope, "choices": [piece]} for piece in (*pieces, *ends)]


def whole(exchange: Exchange) -> dict[str, Any]:
    """The answer, translated whole, and as a stream that adds up to it."""
    body = exchange.response(chat()).body
    stream = exchange.stream()
    added: dict[str, Any] = collect(list(stream.iter_events(chat_chunks())), source="completions")
    assert said(added) == said(body)
    return body


def said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: said(member) for key, member in value.items() if member is not None and key != "logprobs"}
    return [said(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("echo", [True, False])
def test_the_prompt_is_repeated_if_that_was_asked_for(echo: bool) -> None:
    exchange = Exchange("completions", "openai")
    assert "echo" not in exchange.request(asked(echo=echo)).body
    first, second = whole(exchange)["choices"]
    before = PROMPT if echo else ""
    assert (first["text"], second["text"]) == (before + TEXT, before + "!")


def test_a_streamed_prompt_comes_first_and_once_a_choice() -> None:
    exchange = Exchange("completions", "openai")
    exchange.request(asked(echo=True))
    texts: dict[int, list[str]] = {0: [], 1: []}
    for chunk in exchange.stream().iter_events(chat_chunks()):
        for choice in chunk["choices"]:
            texts[choice["index"]].append(choice["text"])
    assert [pieces[0] for pieces in texts.values()] == [PROMPT, PROMPT]
    assert texts[0].count(PROMPT) == texts[1].count(PROMPT) == 1


def test_a_choice_that_says_nothing_repeats_the_prompt_all_the_same() -> None:
    exchange = Exchange("completions", "claude")
    exchange.request(asked(echo=True))
    answer = {"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "end_turn"}
    usage = {"input_tokens": 1, "output_tokens": 0}
    assert exchange.response({**answer, "usage": usage}).body["choices"][0]["text"] == PROMPT
    events = [
        {"type": "message_start", "message": {**answer, "stop_reason": None, "usage": usage}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 0}},
        {"type": "message_stop"},
    ]
    added: Any = collect(list(exchange.stream().iter_events(events)), source="completions")
    assert added["choices"][0]["text"] == PROMPT


def test_an_upstream_of_completions_repeats_the_prompt_itself() -> None:
    exchange = Exchange("completions", "completions", passthrough=False)
    assert exchange.request(asked(echo=True)).body["echo"] is True
    answer = completion(text=PROMPT + TEXT)
    assert exchange.response(answer).body == answer


@pytest.mark.parametrize("echo", [True, False])
def test_offsets_count_code_points_from_the_prompts_beginning(echo: bool) -> None:
    exchange = Exchange("completions", "openai")
    exchange.request(asked(echo=echo, logprobs=1))
    made = exchange.response(chat())
    logprobs = made.body["choices"][0]["logprobs"]
    assert logprobs["tokens"] == [text for text, _ in TOKENS]
    assert logprobs["token_logprobs"] == [-0.5] * 4
    assert logprobs["top_logprobs"][0] == {" a": -0.5, "!": -3}
    assert logprobs["text_offset"] == OFFSETS
    assert bool([loss for loss in made.losses if loss.feature == "logprobs"]) is echo
    stream = exchange.stream()
    chunks = list(stream.iter_events(chat_chunks()))
    told = [choice["logprobs"] for chunk in chunks for choice in chunk["choices"] if choice["logprobs"]]
    assert [offset for each in told for offset in each["text_offset"]] == OFFSETS
    assert bool([loss for loss in stream.losses if loss.feature == "logprobs"]) is echo


def test_a_text_and_its_log_probabilities_share_a_chunk() -> None:
    chunks = list(StreamTranslator("openai", "completions").iter_events(chat_chunks()))
    pairs = [(choice["text"], choice["logprobs"]["tokens"]) for chunk in chunks for choice in chunk["choices"]
             if choice["logprobs"]]  # fmt: skip
    assert pairs == [(" a", [" a"]), ("", ["\\xf0\\x9f"]), ("👩", ["\\x91\\xa9"]), (" time", [" time"])]


def completion(text: str = "Hi", **choice: Any) -> dict[str, Any]:
    made = {"index": 0, "text": text, "logprobs": None, "finish_reason": "stop", **choice}
    return {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [made]}


@pytest.mark.parametrize(
    "logprobs",
    [
        {},
        {"tokens": []},
        {"tokens": [], "token_logprobs": [], "top_logprobs": [], "text_offset": []},
        {"tokens": ["Hi"], "token_logprobs": [-1]},
        {"tokens": ["Hi"], "token_logprobs": [-1], "top_logprobs": None, "text_offset": [4]},
        {"tokens": ["Hi"], "token_logprobs": [None], "top_logprobs": [None], "text_offset": [0]},
        {"tokens": ["H", "i"], "token_logprobs": [None, -1.0], "top_logprobs": [None, {}], "text_offset": [0, 9]},
        {"tokens": ["H", "i"], "token_logprobs": [-1], "top_logprobs": None, "text_offset": [0]},
        {"tokens": ["Hi"], "token_logprobs": [-1], "token_ids": [7]},
    ],
)
def test_every_form_of_log_probabilities_comes_back_as_it_was(logprobs: Any) -> None:
    body = completion(logprobs=logprobs)
    assert translate(body, to="completions", source="completions", kind="response", passthrough=False) == body


@pytest.mark.parametrize(
    "choice", [{"text": "Hi"}, {"index": 0, "text": "Hi", "log_probs": None}, {"text": None, "finish_reason": "eos"}]
)
def test_odd_choices_come_back_as_they_were(choice: Any) -> None:
    body: dict[str, Any] = {"model": "m", "choices": [choice]}
    assert translate(body, to="completions", source="completions", kind="response", passthrough=False) == body
    assert collect([json.loads(json.dumps(body))], source="completions") if choice.get("finish_reason") else True


def test_reasoning_that_a_server_adds_is_an_extension() -> None:
    body = completion(reasoning_content="Hm.")
    losses: list[Loss] = []
    assert translate(body, to="completions", source="completions", kind="response", passthrough=False) == body
    to_openai(body, losses=losses)
    assert "choices[0].reasoning_content" in [loss.path for loss in losses]


def test_calls_and_thoughts_of_others_are_named() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "text", "text": "Hi"},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}},
    ]
    usage = {"input_tokens": 1, "output_tokens": 1}
    answer = {"id": "x", "type": "message", "role": "assistant", "model": "m", "content": content, "usage": usage}
    losses: list[Loss] = []
    made = to_completions({**answer, "stop_reason": "tool_use"}, losses=losses, now=1)
    assert made["choices"] == [{"index": 0, "text": "Hi", "logprobs": None, "finish_reason": "stop"}]
    assert {loss.path: loss.kind for loss in losses} == {
        "content[0]": "dropped",
        "content[2]": "dropped",
        "stop_reason": "approximated",
        "created": "invented",
    }


def chunk(text: str, finish: str | None = None) -> dict[str, Any]:
    return completion(text=text, finish_reason=finish)


def test_a_reason_may_be_said_twice_and_texts_may_not_follow_it() -> None:
    good = [chunk("Hi"), chunk(" there", "length"), chunk("", "length")]
    added: Any = collect(good, source="completions")
    assert (added["choices"][0]["text"], added["choices"][0]["finish_reason"]) == ("Hi there", "length")
    broken = list(StreamTranslator("completions", "claude").iter_events([*good, chunk("more")]))
    assert broken[-1]["type"] == "error"


@pytest.mark.parametrize("target", ["openai", "completions", "claude", "gemini"])
def test_an_error_ends_a_stream(target: str) -> None:
    failure = {"error": {"message": "boom", "type": "server_error", "param": None, "code": None}}
    made = list(StreamTranslator("completions", target, passthrough=False).iter_events([chunk("Hi"), failure]))
    assert "boom" in json.dumps(made[-1])
    cut = StreamTranslator("completions", target, passthrough=False)
    frames = [*cut.feed_event(chunk("Hi")), *cut.close_events()]
    assert "cut before its end" in json.dumps(frames[-1])


@pytest.mark.parametrize(("source", "target"), [("completions", "openai"), ("openai", "completions")])
def test_an_error_is_one_for_all_of_openais_dialects(source: str, target: str) -> None:
    body = {"error": {"message": "slow", "type": "requests", "param": None, "code": "rate_limit_exceeded"}}
    losses: list[Loss] = []
    assert translate(body, to=target, source=source, kind="error", losses=losses) == body
    assert losses == []
    odd = {"error": {"message": "slow", "type": "requests"}, "hint": "x"}
    assert translate(odd, to=target, source=source, kind="error", losses=losses) != odd
    assert [loss.path for loss in losses] == ["hint"]


def test_usage_is_told_to_those_who_asked() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    chunks = [*chat_chunks(), {**chat_chunks()[0], "choices": [], "usage": usage}]
    for options, told in (({"include_usage": True}, [usage]), ({"include_usage": False}, []), (None, [])):
        exchange = Exchange("completions", "openai")
        body = asked(stream=True, **({} if options is None else {"stream_options": options}))
        exchange.request(body)
        made = list(exchange.stream().iter_events(chunks))
        assert [each["usage"] for each in made if each.get("usage")] == told
        assert all("usage" in each for each in made) is bool(told)
    for before, after in pairwise(made):
        assert before["id"] == after["id"]
