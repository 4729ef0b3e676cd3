"""Members that nobody knows, in streams: told again to the same dialect where it has a place, named everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate import StreamTranslator, collect, translate
from dgrid_translate.ir.fold import explode
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.shared.sse import unframe

TOKEN = {
    "token": "a",
    "logprob": -1,
    "bytes": [97],
    "top_logprobs": [{"token": "b", "logprob": -2, "bytes": [98], "x": 2}],
    "x": 1,
}
SAFE = {"hate": {"filtered": False, "severity": "safe"}}


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, **more}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def run(source: str, target: str, events: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], set[str]]:
    """The target's events, and the places of what was dropped."""
    translator = StreamTranslator(source, target, passthrough=False)
    made = list(translator.iter_events(events))
    return made, {loss.path for loss in translator.losses if loss.kind == "dropped"}


LIST = [
    {"type": "text", "text": "a", "x": 1},
    {"type": "thinking", "thinking": [{"type": "text", "text": "t", "x": 1}]},
    {"type": "refusal", "refusal": "no", "x": 1},
]


@pytest.mark.parametrize("part", LIST, ids=lambda part: str(part["type"]))
def test_a_part_of_a_list_goes_back_as_it_came(part: dict[str, Any]) -> None:
    made, dropped = run("openai", "openai", [chunk({"content": [part]}), chunk({"content": "b"}), chunk({}, "stop")])
    assert not dropped
    assert [part] in [event["choices"][0]["delta"].get("content") for event in made]
    whole = collect(made, source="openai")["choices"][0]["message"]
    assert part in whole["content"]


def test_a_plain_part_of_a_list_is_told_as_text() -> None:
    plain = [{"type": "text", "text": "a"}, {"type": "thinking", "thinking": [{"type": "text", "text": "t"}]}]
    made, _ = run("openai", "openai", [chunk({"content": plain}), chunk({}, "stop")])
    deltas = [event["choices"][0]["delta"] for event in made]
    assert {"content": "a"} in deltas
    assert {"reasoning_content": "t"} in deltas


def test_tokens_go_back_as_they_came() -> None:
    said = {"content": [TOKEN], "refusal": None}
    made, dropped = run("openai", "openai", [chunk({"content": "a"}, logprobs=said), chunk({}, "stop")])
    assert not dropped
    assert said in [event["choices"][0].get("logprobs") for event in made]
    body: dict[str, Any] = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    body["choices"] = [{"index": 0, "message": {"role": "assistant", "content": "a"}, "logprobs": said}]
    body["choices"][0]["finish_reason"] = "stop"
    assert translate(body, to="openai", source="openai", kind="response", passthrough=False) == body


def test_filters_are_kept_though_the_last_chunk_has_none() -> None:
    events = [chunk({"content": "a"}, content_filter_results=SAFE), chunk({}, "stop", content_filter_results={})]
    made, dropped = run("openai", "openai", events)
    assert not dropped
    assert made[-1]["choices"][0]["content_filter_results"] == SAFE
    _, dropped = run("openai", "claude", events)
    assert "choices[0].content_filter_results" in dropped


def test_filters_after_the_end_are_named_unless_they_say_nothing_new() -> None:
    end = chunk({}, "stop", content_filter_results=SAFE)
    for target in ("openai", "claude", "gemini"):
        _, dropped = run("openai", target, [chunk({"content": "a"}), end, chunk({}, content_filter_offsets={"a": 1})])
        assert "choices[0].content_filter_offsets" in dropped
    assert not run("openai", "openai", [chunk({"content": "a"}), end, end])[1]


def test_what_only_a_later_piece_of_sound_says() -> None:
    first = {"id": "s", "data": "AAAA", "transcript": "a"}
    events = [chunk({"audio": first}), chunk({"audio": {"expires_at": 1, "x": 1}}), chunk({}, "stop")]
    made, dropped = run("openai", "openai", events)
    assert not dropped
    assert '"x": 1' in json.dumps(made)


def test_what_a_detail_says_beside_its_text() -> None:
    detail = {"type": "reasoning.text", "text": "t", "format": None, "index": 0, "x": 1}
    events = [chunk({"reasoning": "t", "reasoning_details": [detail]}), chunk({"content": "a"}), chunk({}, "stop")]
    for target in ("openai", "claude", "gemini"):
        assert "choices[0].message.reasoning_details.x" in run("openai", target, events)[1]


STARTED = {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": []}}
CLAUDE: list[dict[str, Any]] = [
    STARTED | {"a": 1},
    {"type": "ping", "b": 1},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}, "c": 1},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a", "d": 1}, "e": 1},
    {"type": "content_block_stop", "index": 0, "f": 1},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1, "g": 1}},
    {"type": "message_stop", "h": 1},
]


@pytest.mark.parametrize(
    "target", ["openai", "openai-responses", "openai-completions", "claude", "gemini", "ui-message"]
)
def test_what_stands_on_events(target: str) -> None:
    made, dropped = run("claude", target, CLAUDE)
    assert {
        "message_start.a", "ping.b", "content_block_start.c", "content_block_delta.delta.d", "content_block_delta.e",
        "content_block_stop.f", "message_stop.h",
    } <= dropped  # fmt: skip
    assert ("usage.g" in dropped) == (target != "claude")
    assert target != "claude" or made[-2]["usage"] == {"output_tokens": 1, "g": 1}


def test_what_stands_beside_an_answer_that_is_done() -> None:
    answer = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": []}
    events = [
        {"type": "response.created", "response": answer | {"status": "in_progress"}, "sequence_number": 0},
        {"type": "response.completed", "response": answer, "sequence_number": 1, "copilot_usage": {"a": 1}},
    ]
    for target in ("openai", "openai-responses", "claude"):
        assert '["response.completed"].copilot_usage' in run("openai-responses", target, events)[1]


def test_what_an_item_says_only_once_it_is_done() -> None:
    item = {"type": "message", "id": "m1", "role": "assistant", "status": "completed"}
    text = {"type": "output_text", "text": "a", "annotations": []}
    answer = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": []}
    events = [
        {"type": "response.created", "response": answer | {"status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item | {"content": [], "x": 1}},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "a"},
        {"type": "response.output_item.done", "output_index": 0, "item": item | {"content": [text], "x": 1, "y": 1}},
        {"type": "response.completed", "response": answer | {"output": [item | {"content": [text], "x": 1, "y": 1}]}},
    ]
    for target in ("openai", "claude", "ui-message"):
        assert {"output[0].x", "output[0].y"} <= run("openai-responses", target, events)[1]


def test_what_stands_on_steps() -> None:
    events = [
        {"type": "start", "messageId": "m", "a": 1},
        {"type": "start-step", "b": 1},
        {"type": "reasoning-start", "id": "r"},
        {"type": "reasoning-delta", "id": "r", "delta": "t", "c": 1},
        {"type": "reasoning-end", "id": "r"},
        {"type": "finish-step", "d": 1},
        {"type": "finish", "e": 1},
    ]
    for target in ("openai", "claude", "ui-message"):
        _, dropped = run("ui-message", target, events)
        assert {"start.a", "start-step.b", "finish-step.d", "finish.e"} <= dropped
        assert ("parts[1].c" in dropped) == (target != "ui-message")


def test_a_refusal_of_a_list_that_is_told_in_pieces() -> None:
    part = {"type": "refusal", "refusal": "no", "x": 1}
    choice = {"index": 0, "message": {"role": "assistant", "content": [part]}, "finish_reason": "stop"}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    chat = lookup("openai")
    frames = chat.encoder(Losses(), None, 1).feed(explode(chat.decode_response(json.dumps(body).encode())))
    deltas = [json.loads(data)["choices"][0]["delta"] for data in unframe(frames) if data != b"[DONE]"]
    assert "".join(delta.get("refusal") or "" for delta in deltas) == "no"
    assert '"x": 1' in json.dumps(deltas)


def test_what_a_held_block_is_told_by_a_delta() -> None:
    block = {"type": "new_block", "a": "x"}
    events: list[dict[str, Any]] = [
        STARTED,
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "t", "zq": 1}, "b": 1},
        {"type": "content_block_stop", "index": 0},
        *CLAUDE[-2:],
    ]
    made, dropped = run("claude", "claude", events)
    assert {"type": "new_block", "a": "x", "text": "t", "zq": 1} in [event.get("content_block") for event in made]
    assert "content_block_delta.b" in dropped
    assert "content_block_delta.delta.zq" not in dropped
    events[2]["delta"] = {"type": "input_json_delta", "partial_json": "{}", "zq": 1}
    assert "content_block_delta.delta.zq" in run("claude", "claude", events)[1]


def test_what_comes_after_the_end_is_named() -> None:
    late = chunk({"zz": 1, "annotations": [{"type": "url_citation"}]}, logprobs={"content": [TOKEN]}, zq=1)
    late["choices"][0]["index"] = 1
    end = chunk({"content": "a"}, "stop")
    end["choices"].append({"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"})
    for target in ("openai", "claude", "gemini"):
        _, dropped = run("openai", target, [end, late])
        assert {f"choices[1].{place}" for place in ("delta.zz", "delta.annotations", "logprobs", "zq")} <= dropped


def test_filters_that_are_told_one_by_one() -> None:
    results = [{"hate": {"severity": "low"}}, {"hate": {"severity": "high"}}, {"jailbreak": {"detected": True}}]
    events = [chunk({"content": "a"}, content_filter_results=result) for result in results]
    made, _ = run("openai", "openai", [*events, chunk({}, "stop")])
    assert made[-1]["choices"][0]["content_filter_results"] == results[1] | results[2]


def test_what_a_thought_says_besides() -> None:
    pieces = [{"type": "text", "text": "t"}, {"type": "reference", "reference_ids": [1]}]
    events = [chunk({"content": [{"type": "thinking", "thinking": pieces, "x": 1}]}), chunk({"content": "a"}, "stop")]
    for target in ("claude", "gemini", "openai-responses", "ui-message"):
        _, dropped = run("openai", target, events)
        assert {f"choices[0].message.content[0].{place}" for place in ("thinking", "x")} <= dropped
    thought = {"text": "t", "thought": True, "x": 1}
    content = {"role": "model", "parts": [thought, {"text": "a"}]}
    answer = {"candidates": [{"content": content, "index": 0, "finishReason": "STOP"}]}
    assert "candidates[0].content.parts[0].x" in run("gemini", "claude", [answer])[1]


def test_log_probabilities_of_later_chunks() -> None:
    plain = {"token": "a", "logprob": -1, "bytes": None, "top_logprobs": []}
    said = [{"content": [plain]}, {"content": [plain | {"x": 1}]}, {"refusal": [plain], "y": 1}]
    events = [chunk({"content": "a"}, logprobs=logprobs) for logprobs in said]
    _, dropped = run("openai", "gemini", [*events, chunk({}, "stop")])
    assert {f"choices[0].logprobs.{place}" for place in ("content", "refusal", "y")} <= dropped
