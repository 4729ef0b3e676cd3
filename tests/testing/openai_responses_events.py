"""Responses: streams that are right, and streams that break one rule each (by its slug)."""

from __future__ import annotations

import copy
from typing import Any

from tests.testing.bodies import but, without
from tests.testing.openai_responses_bodies import ANSWER


def numbered(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """Each a copy of its own: what is changed in one event stays as it was in the others."""
    return [{**copy.deepcopy(event), "sequence_number": number} for number, event in enumerate(events)]


def event(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", **members}


def within(index: int, item: str, kind: str, **members: Any) -> dict[str, Any]:
    return event(kind, item_id=item, output_index=index, **members)


def edge(index: int, kind: str, item: dict[str, Any]) -> dict[str, Any]:
    return event(f"output_item.{kind}", output_index=index, item=item)


TEXT: dict[str, Any] = {"type": "output_text", "text": "Hi!", "annotations": []}
REFUSAL: dict[str, Any] = {"type": "refusal", "refusal": "no"}
THOUGHT: dict[str, Any] = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "plan"}]}
SAID: dict[str, Any] = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                        "content": [TEXT, REFUSAL]}  # fmt: skip
CALL: dict[str, Any] = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": '{"x":1}',
                        "status": "completed"}  # fmt: skip
SEARCH: dict[str, Any] = {"type": "web_search_call", "id": "ws_1", "status": "completed",
                          "action": {"type": "search", "query": "q"}}  # fmt: skip
OUTPUT = [THOUGHT, SEARCH, SAID, CALL]
WHOLE: dict[str, Any] = {**ANSWER, "output": OUTPUT}
EARLY: dict[str, Any] = {**ANSWER, "output": [], "status": "in_progress", "usage": None}
BEGIN = [event("created", response=EARLY), event("in_progress", response=EARLY)]
SUMMARY = {"summary_index": 0}
AT = {"content_index": 0}
THEN = {"content_index": 1}
GOOD = numbered(
    *BEGIN,
    edge(0, "added", {**THOUGHT, "summary": []}),
    within(0, "rs_1", "reasoning_summary_part.added", **SUMMARY, part={"type": "summary_text", "text": ""}),
    within(0, "rs_1", "reasoning_summary_text.delta", **SUMMARY, delta="pl"),
    within(0, "rs_1", "reasoning_summary_text.delta", **SUMMARY, delta="an"),
    within(0, "rs_1", "reasoning_summary_text.done", **SUMMARY, text="plan"),
    within(0, "rs_1", "reasoning_summary_part.done", **SUMMARY, part=THOUGHT["summary"][0]),
    edge(0, "done", THOUGHT),
    edge(1, "added", {**SEARCH, "status": "in_progress"}),
    within(1, "ws_1", "web_search_call.in_progress"),
    within(1, "ws_1", "web_search_call.searching"),
    within(1, "ws_1", "web_search_call.completed"),
    edge(1, "done", SEARCH),
    edge(2, "added", {**SAID, "status": "in_progress", "content": []}),
    within(2, "msg_1", "content_part.added", **AT, part={**TEXT, "text": ""}),
    within(2, "msg_1", "output_text.delta", **AT, delta="Hi", logprobs=[]),
    edge(3, "added", {**CALL, "status": "in_progress", "arguments": ""}),
    within(3, "fc_1", "function_call_arguments.delta", delta='{"x":'),
    within(2, "msg_1", "output_text.delta", **AT, delta="!", logprobs=[]),
    within(3, "fc_1", "function_call_arguments.delta", delta="1}"),
    within(2, "msg_1", "output_text.done", **AT, text="Hi!", logprobs=[]),
    within(2, "msg_1", "content_part.done", **AT, part=TEXT),
    within(2, "msg_1", "content_part.added", **THEN, part={**REFUSAL, "refusal": ""}),
    within(2, "msg_1", "refusal.delta", **THEN, delta="no"),
    within(2, "msg_1", "refusal.done", **THEN, refusal="no"),
    within(2, "msg_1", "content_part.done", **THEN, part=REFUSAL),
    edge(2, "done", SAID),
    within(3, "fc_1", "function_call_arguments.done", arguments='{"x":1}'),
    edge(3, "done", CALL),
    event("completed", response=WHOLE),
)
ERROR: dict[str, Any] = {"type": "error", "code": "server_error", "message": "boom", "param": None}
LOST: dict[str, Any] = {**ANSWER, "status": "failed", "output": [],
                        "error": {"code": "server_error", "message": "boom"}}  # fmt: skip
CUT: dict[str, Any] = {**ANSWER, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"},
                       "output": []}  # fmt: skip
SEALED = but(GOOD, 30, "response", "output", 0, "encrypted_content", to="anew")
GOOD_STREAMS = [
    GOOD,
    SEALED,
    numbered(*BEGIN, ERROR),
    numbered(*BEGIN, ERROR, event("failed", response=LOST)),
    numbered(*BEGIN, event("failed", response=LOST)),
    numbered(BEGIN[0], event("incomplete", response=CUT)),
    numbered(ERROR),
]


def renumbered(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return numbered(*events)


def moved(start: int, to: int) -> list[dict[str, Any]]:
    """The good stream with one event elsewhere."""
    rest = [*GOOD[:start], *GOOD[start + 1 :]]
    return renumbered([*rest[:to], GOOD[start], *rest[to:]])


def cut(*places: int) -> list[dict[str, Any]]:
    """The good stream without these events."""
    return renumbered([it for place, it in enumerate(GOOD) if place not in places])


BAD_STREAMS: list[tuple[str, Any]] = [
    ("sequence-number", but(GOOD, 5, "sequence_number", to=4)),
    ("created", cut(0)),
    ("created", renumbered([*GOOD[:2], GOOD[0], *GOOD[2:]])),
    ("lifecycle", moved(1, 3)),
    ("lifecycle", but(GOOD, 1, "response", "status", to="completed")),
    ("lifecycle", but(GOOD, 0, "response", "output", to=[SAID])),
    ("identity", but(GOOD, 30, "response", "id", to="resp_2")),
    ("envelope", without(GOOD, 0, "response", "model")),
    ("index-order", but(GOOD, 9, "output_index", to=0)),
    ("index-order", but(GOOD, 9, "output_index", to=2)),
    ("item-open", moved(16, 14)),
    ("item-open", moved(19, 28)),
    ("item-open", cut(17)),
    ("same-item", but(GOOD, 18, "item_id", to="fc_2")),
    ("same-item", but(GOOD, 29, "item", "call_id", to="call_2")),
    ("same-item", but(GOOD, 8, "item", "id", to="rs_2")),
    ("event-kind", but(GOOD, 18, "type", to="response.output_text.delta")),
    ("part-order", but(GOOD, 23, "content_index", to=2)),
    ("part-order", cut(22)),
    ("part-order", cut(26)),
    ("part-order", but(GOOD, 4, "summary_index", to=1)),
    ("part-open", cut(15)),
    ("text", but(GOOD, 19, "delta", to="?")),
    ("text", but(GOOD, 21, "text", to="Ho!")),
    ("text", but(GOOD, 29, "item", "arguments", to='{"x":2}')),
    ("text", but(GOOD, 20, "delta", to={})),
    ("text", but(GOOD, 8, "item", "summary", to=[])),
    ("course", moved(12, 11)),
    ("item-done", but(cut(29), 29, "response", "output", to=OUTPUT[:3])),
    ("final-output", but(GOOD, 30, "response", "output", to=[])),
    ("final-output", but(GOOD, 30, "response", "output", 2, "content", to=[TEXT])),
    ("response", but(GOOD, 30, "response", "usage", "total_tokens", to=None)),
    ("status", but(GOOD, 30, "response", "status", to="in_progress")),
    ("error", numbered(*BEGIN, {"type": "error", "code": "x"})),
    ("error", numbered(*BEGIN, {**ERROR, "code": 500})),
    ("api-error", numbered(*BEGIN, {"type": "error", "error": {"code": "x", "message": "boom"}})),
    ("end-last", numbered(*GOOD, GOOD[1])),
    ("truncated", GOOD[:5]),
    ("truncated", []),
    ("known-event", renumbered([*GOOD[:5], {"type": "ping"}, *GOOD[5:]])),
    ("numbered", without(GOOD, 5, "sequence_number")),
    ("logprobs", without(GOOD, 16, "logprobs")),
    ("item-id", without(GOOD, 16, "item_id")),
    ("usage-told", without(GOOD, 30, "response", "usage")),
    ("usage-told", numbered(BEGIN[0], event("incomplete", response={**CUT, "usage": None}))),
]
