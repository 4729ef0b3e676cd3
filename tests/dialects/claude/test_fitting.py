"""Requests of other dialects, made to fit the model they ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Raw

from dgrid_translate import Loss, translate
from dgrid_translate.dialects.claude import DIALECT
from dgrid_translate.ir.parts import Cache, Media, Reasoning, Signature, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import (
    CustomTool,
    FunctionTool,
    Message,
    OutputFormat,
    ReasoningConfig,
    Request,
    Sampling,
    ToolChoice,
)
from dgrid_translate.losses import Losses
from dgrid_translate.testing.rules.claude import check_request

SCHEMA = Raw(b'{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}')
TOOLS = [FunctionTool("f", parameters=SCHEMA), FunctionTool("g", parameters=SCHEMA)]
EPHEMERAL = Cache("cache_control", Raw(b'{"type":"ephemeral"}'))


def encode(request: Request) -> tuple[dict[str, Any], set[str]]:
    losses = Losses()
    body = json.loads(DIALECT.encode_request(request, losses))
    return body, {f"{loss.kind} {loss.feature}" for loss in losses}


def asking(model: str, **settings: Any) -> Request:
    request = Request("openai", [Message("user", [Text("Hi")], inline=True)], model=model)
    for field, value in settings.items():
        setattr(request, field, value)
    return request


SETTINGS: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("claude-3-haiku-20240307", {}, {"max_tokens": 4096}, {"invented max_tokens"}),
    ("claude-sonnet-4-5", {"max_tokens": 9}, {"max_tokens": 9}, set()),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "sampling": Sampling(1.5, 0.5, seed=3)},
        {"temperature": 1, "top_p": None},
        {"approximated temperature", "dropped top_p", "dropped seed"},
    ),
    ("claude-opus-5", {"max_tokens": 9, "sampling": Sampling(1)}, {"temperature": None}, {"dropped temperature"}),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig(effort="high")},
        {"thinking": {"type": "enabled", "budget_tokens": 3000}, "output_config": None},
        {"approximated reasoning_effort"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 2000, "reasoning": ReasoningConfig("on", budget=4000)},
        {"thinking": {"type": "enabled", "budget_tokens": 1999}},
        {"approximated reasoning_budget"},
    ),
    (
        "claude-opus-4-6",
        {"max_tokens": 5000, "reasoning": ReasoningConfig(effort="xhigh", visible=True)},
        {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "max"}},
        {"approximated reasoning_effort", "invented thinking"},
    ),
    (
        "anthropic/claude-opus-5.5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig("off", "none")},
        {"thinking": None, "output_config": {"effort": "low"}},
        {"approximated reasoning"},
    ),
    (
        "claude-sonnet-5-5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig("off", "none")},
        {"thinking": {"type": "between_tools"}},
        {"approximated reasoning"},
    ),
    (
        "claude-opus-4-6",
        {
            "max_tokens": 5000,
            "tools": TOOLS,
            "tool_choice": ToolChoice("required"),
            "reasoning": ReasoningConfig(effort="low"),
        },
        {"tool_choice": {"type": "any"}, "thinking": None, "output_config": {"effort": "low"}},
        {"dropped reasoning"},
    ),
    (
        "claude-opus-5-5",
        {"max_tokens": 9, "tools": TOOLS, "tool_choice": ToolChoice("required", ["g"])},
        {
            "tool_choice": {"type": "auto"},
            "system": "You must call the tool `g` in your next turn.",
        },
        {"approximated tool_choice"},
    ),
    (
        "claude-sonnet-4-5",
        {"reasoning": ReasoningConfig("on", budget=90000)},
        {"max_tokens": 122000, "thinking": {"type": "enabled", "budget_tokens": 90000}},
        {"invented max_tokens"},
    ),
    (
        "claude-opus-5-5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig("on", "high", 2000)},
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}},
        {"dropped reasoning_budget"},
    ),
    *[
        (
            "claude-3-haiku-20240307",
            {"max_tokens": 9, "reasoning": reasoning},
            {"thinking": None, "output_config": None},
            lost,
        )
        for reasoning, lost in (
            (ReasoningConfig(effort="high"), {"dropped reasoning"}),
            (ReasoningConfig(budget=2000), {"dropped reasoning"}),
            (ReasoningConfig("on"), {"dropped reasoning"}),
            (ReasoningConfig("off", "none"), set[str]()),  # it never thinks
        )
    ],
    (
        "claude-sonnet-4-5",
        {"max_tokens": 900, "reasoning": ReasoningConfig(effort="high")},
        {"thinking": None, "output_config": None},
        {"dropped reasoning"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig("on")},
        {"thinking": {"type": "enabled", "budget_tokens": 1500}},
        {"invented reasoning_budget"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 5000, "reasoning": ReasoningConfig("on", "high", 2000)},
        {"thinking": {"type": "enabled", "budget_tokens": 2000}, "output_config": None},
        {"dropped reasoning_effort"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "output": OutputFormat("schema", SCHEMA, strict=False)},
        {"output_config": {"format": {"type": "json_schema", "schema": json.loads(bytes(SCHEMA))}}},
        {"approximated response_format_strict"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "user": "u" * 513, "include_usage": False},
        {"metadata": None},
        {"dropped user", "dropped include_usage"},
    ),
    (
        "claude-3-haiku-20240307",
        {"max_tokens": 9, "tools": [FunctionTool("f", parameters=SCHEMA, strict=True)]},
        {"tools": [{"name": "f", "input_schema": json.loads(bytes(SCHEMA))}]},
        {"dropped tool_strict"},
    ),
    (
        "claude-sonnet-4-5",
        {
            "max_tokens": 9,
            "tools": [CustomTool("c", "d", Raw(b'{"type":"text"}')), FunctionTool("p", parameters=Raw(b"null"))],
            "tool_choice": ToolChoice("none"),
            "parallel_tool_calls": False,
        },
        {
            "tools": [
                {
                    "name": "c",
                    "description": "d",
                    "input_schema": {
                        "type": "object",
                        "properties": {"input": {"type": "string"}},
                        "required": ["input"],
                        "additionalProperties": False,
                    },
                },
                {"name": "p", "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}},
            ],
            "tool_choice": {"type": "none"},
        },
        {"approximated custom_tool", "invented input_schema", "dropped parallel_tool_calls"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "tools": [FunctionTool(name, parameters=SCHEMA, cache=EPHEMERAL) for name in "abcde"]},
        {
            "tools": [
                {"name": name, "input_schema": json.loads(bytes(SCHEMA)), "cache_control": {"type": "ephemeral"}}
                for name in "abcd"
            ]
            + [{"name": "e", "input_schema": json.loads(bytes(SCHEMA))}]
        },
        {"dropped cache_control"},
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "tools": TOOLS, "parallel_tool_calls": False},
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
        set(),
    ),
    (
        "claude-sonnet-4-5",
        {"max_tokens": 9, "tools": [*TOOLS, FunctionTool("h")], "tool_choice": ToolChoice("required", ["f", "h"])},
        {"tool_choice": {"type": "any"}},
        {"approximated tool_choice", "dropped tool", "invented input_schema"},
    ),
    (
        "claude-3-5-sonnet-latest",
        {"max_tokens": 9, "output": OutputFormat("schema", SCHEMA)},
        {"output_config": None},
        {"approximated response_format"},
    ),
    (
        "claude-opus-4-6",
        {"max_tokens": 5000, "output": OutputFormat("schema", SCHEMA), "reasoning": ReasoningConfig(effort="low")},
        {"output_config": {"effort": "low", "format": {"type": "json_schema", "schema": json.loads(bytes(SCHEMA))}}},
        {"invented thinking"},
    ),
    ("claude-opus-5", {"max_tokens": 9, "stop": [" ", "x"]}, {"stop_sequences": ["x"]}, {"dropped stop"}),
]


@pytest.mark.parametrize(("model", "settings", "expected", "lost"), SETTINGS)
def test_settings(model: str, settings: dict[str, Any], expected: dict[str, Any], lost: set[str]) -> None:
    body, named = encode(asking(model, **settings))
    assert {key: body.get(key) for key in expected} == expected
    assert named == lost
    assert check_request(body) == []


def call(call_id: str) -> ToolCall:
    return ToolCall(call_id, "f", "{}")


def result(call_id: str) -> ToolResult:
    return ToolResult(call_id, [Text("r")], inline=True)


def thought(origin: str) -> Reasoning:
    return Reasoning("hm", signature=Signature("s", origin))


@pytest.mark.parametrize(
    ("model", "origin", "thinking"),
    [
        ("claude-sonnet-4-5", "anthropic", "enabled"),
        ("claude-sonnet-4-5", "google", None),
        ("claude-opus-4-6", "anthropic", "enabled"),
        ("claude-opus-4-6", "google", "adaptive"),
    ],
)
def test_thinking_with_a_budget_needs_what_was_thought_before_the_calls(
    model: str, origin: str, thinking: str | None
) -> None:
    turn = Message("assistant", [thought(origin), call("a")])
    request = asking(model, max_tokens=4000, reasoning=ReasoningConfig(mode="on", budget=2000))
    request.messages += [turn, Message("user", [result("a")])]
    body, lost = encode(request)
    assert body.get("thinking", {}).get("type") == thinking
    assert bool(lost & {"dropped reasoning", "approximated reasoning_budget"}) == (origin == "google")


def as_blocks(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text"}] if isinstance(content, str) else content


def roles_and_types(body: dict[str, Any]) -> list[str]:
    return [
        message["role"][0]
        + ":"
        + ("text" if isinstance(message["content"], str) else " ".join(block["type"] for block in message["content"]))
        for message in body["messages"]
    ]


TURNS: list[tuple[list[Message], list[str], set[str]]] = [
    (
        [
            Message("user", [Text("q")], inline=True),
            Message("assistant", [call("a"), call("b")]),
            Message("user", [result("a")]),
            Message("user", [result("b")]),
            Message("user", [Text("and?")], inline=True),
        ],
        ["u:text", "a:tool_use tool_use", "u:tool_result tool_result", "u:text"],
        set(),
    ),
    (
        [
            Message("user", [Text("q")], inline=True),
            Message("assistant", [call("a")]),
            Message("user", [Text("wait")], inline=True),
            Message("user", [result("a")]),
        ],
        ["u:text", "a:tool_use", "u:tool_result", "u:text"],
        {"moved tool_result"},
    ),
    (
        [
            Message("user", [Text("q")]),
            Message("assistant", [call("a")]),
            Message("user", [Text("x"), result("a"), result("a")]),
        ],
        ["u:text", "a:tool_use", "u:tool_result text"],
        {"moved tool_result", "dropped tool_result"},
    ),
    (
        [Message("assistant", [Text("Hello"), Text("")]), Message("user", [Text("q"), Media("audio", data="AAAA")])],
        ["u:text", "a:text", "u:text"],
        {"invented user_message", "dropped empty_text", "dropped audio"},
    ),
    (
        [Message("user", [Text("q")], inline=True), Message("assistant", [Text("Once ")], inline=True)],
        ["u:text", "a:text", "u:text"],
        {"invented user_message"},
    ),
    (
        [
            Message("user", [Text("q")], inline=True),
            Message(
                "assistant",
                [
                    Reasoning("t", signature=Signature("s", "google")),
                    Reasoning("m", signature=Signature("k", "anthropic")),
                    Text("x"),
                ],
            ),
            Message("user", [Text("q")], inline=True),
        ],
        ["u:text", "a:thinking text", "u:text"],
        {"dropped reasoning"},
    ),
]


@pytest.mark.parametrize(("messages", "expected", "lost"), TURNS)
def test_turns(messages: list[Message], expected: list[str], lost: set[str]) -> None:
    body, named = encode(Request("openai", messages, model="claude-opus-5", max_tokens=99))
    assert roles_and_types(body) == expected
    assert named == lost
    assert check_request(body) == []


@pytest.mark.parametrize(("model", "kept"), [("claude-opus-4-8", True), ("claude-sonnet-4-5", False)])
def test_system_between_turns(model: str, kept: bool) -> None:
    said = Message("system", [Text("be brief")], inline=True)
    request = Request("openai", [Message("user", [Text("q")], inline=True), said], model=model, max_tokens=9)
    body, named = encode(request)
    assert named == (set() if kept else {"moved system_message"})
    assert (body["messages"][-1]["role"] == "system", body.get("system")) == (
        (True, None) if kept else (False, "be brief")
    )


def test_four_breakpoints_stay() -> None:
    parts = [Text(str(index), cache=Cache("cache_control", Raw(b'{"type":"ephemeral"}'))) for index in range(6)]
    body, named = encode(Request("openai", [Message("user", [*parts])], model="claude-opus-5", max_tokens=9))
    assert [("cache_control" in block) for block in body["messages"][0]["content"]] == [True] * 4 + [False] * 2
    assert named == {"dropped cache_control"}


def test_a_schema_that_is_made_up_is_named_where_it_is() -> None:
    tools: list[dict[str, Any]] = [{"type": "web_search"}, {"type": "function", "function": {"name": "f"}}]
    asked: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "q"}], "tools": tools}
    losses: list[Loss] = []
    made = translate(asked, to="claude", source="openai", kind="request", losses=losses)
    assert [tool["name"] for tool in made["tools"]] == ["f"]
    assert [loss.path for loss in losses if loss.feature == "input_schema"] == ["tools[0].input_schema"]


def test_a_tool_without_a_name_and_a_type_is_named_by_what_it_is_without_one() -> None:
    asked: dict[str, Any] = {
        "model": "m",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "q"}],
        "tools": [{"name": None, "type": None}],
    }
    losses: list[Loss] = []
    translate(asked, to="openai", source="claude", kind="request", losses=losses)
    assert [loss.detail for loss in losses if loss.feature == "provider_tool"] == ["claude's custom"]
    assert translate(asked, to="claude", source="claude", kind="request", passthrough=False) == asked
