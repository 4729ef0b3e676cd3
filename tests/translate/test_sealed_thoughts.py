"""Thoughts without words, sealed, beside thoughts that are said: streams and answers keep them apart alike."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import StreamTranslator, collect, translate

ANSWER: dict[str, Any] = {
    "id": "resp_1", "object": "response", "created_at": 1, "status": "in_progress", "model": "m", "output": [],
    "parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "usage": None,
}  # fmt: skip
SAID = {"type": "summary_text", "text": "Hello"}
SEALED = {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "AAAA"}
OPEN = {"type": "reasoning", "id": "rs_1", "summary": [SAID]}


def events(*items: dict[str, Any]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [{"type": "response.created", "response": ANSWER}]
    for place, item in enumerate(items):
        begun = {"type": "reasoning", "id": item["id"], "summary": []}
        where = {"item_id": item["id"], "output_index": place, "summary_index": 0}
        made.append({"type": "response.output_item.added", "output_index": place, "item": begun})
        if item["summary"]:
            made.append({"type": "response.reasoning_summary_text.delta", **where, "delta": "Hello"})
            made.append({"type": "response.reasoning_summary_text.done", **where, "text": "Hello"})
        made.append({"type": "response.output_item.done", "output_index": place, "item": item})
    whole = {**ANSWER, "status": "completed", "output": [*items]}
    made.append({"type": "response.completed", "response": whole})
    return [{**event, "sequence_number": number} for number, event in enumerate(made)]


@pytest.mark.parametrize("target", ["openai", "claude", "gemini", "ui-message"])
@pytest.mark.parametrize("items", [[OPEN, SEALED], [SEALED, OPEN], [{**OPEN, "encrypted_content": "BBBB"}, SEALED]])
def test_they_stay_apart(items: list[dict[str, Any]], target: str) -> None:
    stream = events(*items)
    streamed = collect(list(StreamTranslator("openai-responses", target).iter_events(stream)), source=target)
    whole = translate(
        collect(stream, source="openai-responses"), to=target, source="openai-responses", kind="response", now=1
    )
    for key in ("content", "parts", "choices", "candidates"):
        assert streamed.get(key) == whole.get(key)
    home = translate(streamed, to="openai-responses", source=target, kind="response", now=1)
    sealed = [item["encrypted_content"] for item in home["output"] if "encrypted_content" in item]
    assert sealed == [item["encrypted_content"] for item in items if "encrypted_content" in item]
