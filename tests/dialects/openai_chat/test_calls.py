"""Calls without ids, as some servers of the dialect send them, and answers in `refusal`."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, StreamTranslator, collect, translate


def call(name: str, **more: Any) -> dict[str, Any]:
    return {**more, "type": "function", "function": {"name": name, "arguments": "{}"}}


def answer(message: dict[str, Any], finish: str) -> dict[str, Any]:
    return {
        "id": "x", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": None} | message, "finish_reason": finish}],
    }  # fmt: skip


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }  # fmt: skip


@pytest.mark.parametrize("given", [{}, {"id": None}, {"id": ""}], ids=["absent", "null", "empty"])
def test_a_history_without_ids(given: dict[str, Any]) -> None:
    answers = [
        {"role": "tool", "name": "g", "content": "of g"},
        {"role": "tool", "tool_call_id": "", "content": "of f"},
    ]
    turn = {"role": "assistant", "tool_calls": [call("f", **given), call("g", **given)]}
    history = [{"role": "user", "content": "x"}, turn, *answers]
    body = {"model": "m", "messages": [*history, *history]}
    assert translate(body, to="openai", source="openai", kind="request", passthrough=False) == body
    losses: list[Loss] = []
    made = translate(body, to="claude", source="openai", kind="request", losses=losses)["messages"]
    blocks = [block for turn in made if isinstance(turn["content"], list) for block in turn["content"]]
    ids = {block["id"]: block["name"] for block in blocks if block["type"] == "tool_use"}
    assert list(ids.values()) == ["f", "g", "f", "g"]
    results = [block for block in blocks if block["type"] == "tool_result"]
    assert [(ids[block["tool_use_id"]], block["content"]) for block in results] == [("g", "of g"), ("f", "of f")] * 2
    assert {loss.path for loss in losses if loss.kind == "invented"} > {"messages[1].content[0].id"}


def test_ids_are_the_same_in_streams_and_differ_among_answers() -> None:
    calls = [call("f"), call("g")]
    whole = translate(answer({"tool_calls": calls}, "tool_calls"), to="claude", source="openai")
    chunks = [*[chunk({"tool_calls": [one]}) for one in calls], chunk({}, "tool_calls")]
    streamed = collect(list(StreamTranslator("openai", "claude").iter_events(chunks)), source="claude")
    assert whole["content"] == streamed["content"]
    assert len({block["id"] for block in whole["content"]}) == 2
    other = translate(answer({"tool_calls": calls}, "tool_calls") | {"id": "y"}, to="claude", source="openai")
    assert {block["id"] for block in whole["content"]}.isdisjoint(block["id"] for block in other["content"])


def test_an_answer_without_ids_stays_without() -> None:
    body = answer({"tool_calls": [call("f", id="")], "x_new": 1}, "tool_calls")
    assert translate(body, to="openai", source="openai", passthrough=False) == body


@pytest.mark.parametrize(("source", "to"), [("gemini", "openai"), ("openai", "claude")])
def test_invented_ids_are_named_where_they_stand(source: str, to: str) -> None:
    losses: list[Loss] = []
    if source == "gemini":
        parts = [{"text": "a"}, {"functionCall": {"name": "f", "args": {}}}]
        body = {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]}
        path = "choices[0].message.tool_calls[0].id"
    else:
        body = answer({"content": "a", "function_call": {"name": "f", "arguments": "{}"}}, "function_call")
        path = "content[1].id"
    translate(body, to=to, source=source, kind="response", losses=losses)
    assert [loss.path for loss in losses if loss.feature == "tool_call_id"] == [path]


@pytest.mark.parametrize(
    ("to", "key", "word"), [("claude", "stop_reason", "refusal"), ("gemini", "finishReason", "SAFETY")]
)
def test_an_answer_in_refusal_ends_for_that(to: str, key: str, word: str) -> None:
    losses: list[Loss] = []
    whole = translate(answer({"refusal": "No."}, "stop"), to=to, source="openai", losses=losses)
    assert [loss.path for loss in losses if loss.feature == "finish_reason"] == ["choices[0].finish_reason"]
    chunks = [chunk({"refusal": "No."}), chunk({}, "stop")]
    streamed = collect(list(StreamTranslator("openai", to).iter_events(chunks)), source=to)
    for made in (whole, streamed):
        assert made.get("candidates", [made])[0][key] == word
    assert (
        collect(list(StreamTranslator("openai", "openai", passthrough=False).iter_events(chunks)), source="openai")[
            "choices"
        ][0]["finish_reason"]
        == "stop"
    )


def test_what_only_later_deltas_say() -> None:
    signed = {"google": {"thought_signature": "c2ln", "q": 1}, "w": 2}
    later = [
        {"index": 0, "x": [1], "function": {"arguments": "}", "y": 6}},
        {"index": 0, "extra_content": signed},
        {"index": 0, "extra_content": {"google": {"late": 3}}},
    ]
    chunks = [
        chunk({"role": "assistant", "content": [{"type": "text", "text": "t", "p": 4}]}),
        chunk({"extra_content": {"google": {"z": 5}}}),
        chunk(
            {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{"}}]}
        ),
        *[chunk({"tool_calls": [item]}) for item in later],
        chunk({}, "tool_calls"),
    ]
    foreign = StreamTranslator("openai", "claude")
    collect(list(foreign.iter_events(chunks)), source="claude")
    call_at = "choices[0].message.tool_calls[0]"
    assert {loss.path for loss in foreign.losses if loss.kind == "dropped"} == {
        "created", "choices[0].message.content[0].p", "choices[0].message.extra_content", f"{call_at}.x",
        f"{call_at}.function.y", f"{call_at}.extra_content.google.q", f"{call_at}.extra_content.w",
        f"{call_at}.extra_content.google.late",
    }  # fmt: skip
    own = collect(list(StreamTranslator("openai", "openai", passthrough=False).iter_events(chunks)), source="openai")
    (item,) = own["choices"][0]["message"]["tool_calls"]
    function = {"name": "f", "arguments": "{}", "y": 6}
    extra = {"google": {"thought_signature": "c2ln", "q": 1, "late": 3}, "w": 2}
    assert item == {"id": "c", "type": "function", "function": function, "extra_content": extra, "x": [1]}


def test_what_a_stream_of_the_old_calls_says_besides() -> None:
    deltas = [{"name": "f", "arguments": "", "x": 1}, {"arguments": "{}", "y": [2]}]
    chunks = [*[chunk({"function_call": delta}) for delta in deltas], chunk({}, "function_call")]
    foreign = StreamTranslator("openai", "claude")
    collect(list(foreign.iter_events(chunks)), source="claude")
    at = "choices[0].message.function_call"
    assert {loss.path for loss in foreign.losses if loss.kind == "dropped"} == {"created", f"{at}.x", f"{at}.y"}
    own = StreamTranslator("openai", "openai", passthrough=False)
    (choice,) = collect(list(own.iter_events(chunks)), source="openai")["choices"]
    assert choice["message"]["function_call"] == {"name": "f", "arguments": "{}", "x": 1, "y": [2]}
    assert not own.losses


@pytest.mark.parametrize(
    "pieces",
    [
        [{"google": {"thought_signature": "c2ln", "q": 1}, "w": 2}],
        [{"google": {"q": 1}}, {"google": {"thought_signature": "c2ln"}, "w": 2}],
        [{"google": {"thought_signature": "c2ln"}}, {"google": {"q": 1}}, {"w": 2}],
    ],
)
def test_what_stands_beside_the_signature_of_a_streamed_message(pieces: list[dict[str, Any]]) -> None:
    extra = {"google": {"thought_signature": "c2ln", "q": 1}, "w": 2}
    chunks = [chunk({"content": "t"}), *[chunk({"extra_content": piece}) for piece in pieces], chunk({}, "stop")]
    own = StreamTranslator("openai", "openai", passthrough=False)
    (choice,) = collect(list(own.iter_events(chunks)), source="openai")["choices"]
    assert choice["message"]["extra_content"] == extra
    assert not own.losses
