"""Requests: telling items apart, and what is said of a choice of tools."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate import Loss, translate

SCHEMA = {"type": "object", "properties": {"role": {"type": "string"}}}
TOOLS = [{"type": "function", "name": "f", "parameters": SCHEMA}]


@pytest.mark.parametrize("model", ["m", "m" * 2000])
def test_an_item_of_the_type_that_messages_are_given_is_no_message(model: str) -> None:
    items = [
        {"type": "message", "role": "user", "content": "a"},
        {"type": "\x7f", "mark": "\x7f", "role": "user", "content": "b"},
    ]
    body = json.dumps({"model": model, "input": items, "tools": TOOLS}, separators=(",", ":"))
    body = body.replace("\x7f", "\\u007f")
    back = translate(body, to="openai-responses", source="openai-responses", kind="request", passthrough=False)
    assert json.loads(back) == json.loads(body)
    losses: list[Loss] = []
    made = json.loads(translate(body, to="openai", source="openai-responses", kind="request", losses=losses))
    assert made["tools"][0]["function"]["parameters"] == SCHEMA
    assert [loss.path for loss in losses if loss.feature == "unknown_block"] == ["input[1]"]


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "function", "name": "f", "effort": "high"},
        {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}], "effort": "high"},
    ],
)
@pytest.mark.parametrize("target", ["openai", "claude", "gemini", "ui-message"])
def test_what_is_not_known_of_a_choice_is_named(target: str, choice: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"model": "m", "input": "q", "tools": TOOLS, "tool_choice": choice}
    losses: list[Loss] = []
    translate(asked, to=target, source="openai-responses", kind="request", losses=losses)
    assert ("dropped", "tool_choice.effort") in [(loss.kind, loss.path) for loss in losses]
    back = translate(asked, to="openai-responses", source="openai-responses", kind="request", passthrough=False)
    assert back["tool_choice"] == choice
