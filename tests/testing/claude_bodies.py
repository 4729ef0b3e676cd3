"""Claude: bodies that are right, and bodies that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import PNG, STRICT, but, without


def use(call_id: str, name: str = "f") -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": {}}


def result(call_id: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": [{"type": "text", "text": "1"}]}


MARK = {"type": "ephemeral"}
IMAGE: dict[str, Any] = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
PDF: dict[str, Any] = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": PNG},
}
CLAUDE: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 4096,
    "system": [{"type": "text", "text": "be good", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": MARK}, IMAGE, PDF]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
                {"type": "redacted_thinking", "data": "eA=="},
                {"type": "text", "text": "let me see"},
                use("toolu_1"),
                use("toolu_2"),
            ],
        },
        {"role": "user", "content": [result("toolu_2")]},
        {"role": "user", "content": [result("toolu_1"), {"type": "text", "text": "so?"}]},
    ],
    "tools": [
        {"name": "f", "input_schema": STRICT, "strict": True, "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        {"type": "web_search_20250305", "name": "web_search"},
    ],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "temperature": 1,
    "stop_sequences": ["END"],
    "metadata": {"user_id": "u"},
    "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": STRICT}},
}
PLAIN: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "hi"}],
    "tools": [{"name": "f", "input_schema": {"type": "object", "properties": {}}}],
}
NEWER = {**PLAIN, "model": "claude-sonnet-5-5"}
AT_MOST: dict[str, Any] = {**PLAIN, "output_config": {"effort": "max"}}
PREFILL = but(PLAIN, "messages", 1, to={"role": "assistant", "content": "{"})
SPOKEN: dict[str, Any] = {"role": "system", "content": "now be short"}
SEARCHED: dict[str, Any] = {
    "role": "assistant",
    "content": [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}],
}
SOURCE = ("messages", 0, "content", 1, "source")
GOOD_REQUESTS = [
    CLAUDE,
    PLAIN,
    PREFILL,
    but(PLAIN, "temperature", to=0.5),
    but(PLAIN, "tool_choice", to={"type": "tool", "name": "f"}),
    but(PLAIN, "messages", 1, to=SPOKEN),
    but(NEWER, "thinking", to={"type": "adaptive"}),
    but({**PLAIN, "model": "claude-opus-4-8"}, "messages", 1, to=SEARCHED),
    {**AT_MOST, "model": "claude-opus-4-8", "thinking": {"type": "disabled"}},
    but(PLAIN, "thinking", to={"type": "adaptive"}) | {"model": "somebody-elses-model"},
    but(PLAIN, "messages", 1, to={"role": "assistant", "content": []}),
]
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("messages", but(CLAUDE, "messages", to=[])),
    ("messages", but(CLAUDE, "messages", 0, "role", to="tool")),
    ("first-message", but(CLAUDE, "messages", to=CLAUDE["messages"][1:])),
    ("content", but(PLAIN, "messages", 0, "content", to="")),
    ("content", but(PLAIN, "messages", 0, "content", to=None)),
    ("empty-text", but(CLAUDE, "messages", 0, "content", 0, "text", to="")),
    ("empty-text", but(CLAUDE, "system", 0, "text", to=" \n")),
    ("empty-text", but(CLAUDE, "messages", 2, "content", 0, "content", 0, "text", to="")),
    ("block-kind", but(CLAUDE, "messages", 0, "content", 3, to=use("toolu_0"))),
    ("block-kind", but(CLAUDE, "messages", 1, "content", 5, to=result("toolu_0"))),
    ("block-kind", but(CLAUDE, "messages", 2, "content", 0, "content", 0, to=use("x"))),
    ("block-text", without(CLAUDE, "messages", 1, "content", 0, "signature")),
    ("block-text", without(CLAUDE, "messages", 1, "content", 1, "data")),
    ("tool-use", but(CLAUDE, "messages", 1, "content", 3, "id", to="call.1")),
    ("tool-use", but(CLAUDE, "messages", 1, "content", 4, "id", to="toolu_1")),
    ("tool-use", but(CLAUDE, "messages", 1, "content", 3, "name", to="a.b")),
    ("tool-use", but(CLAUDE, "messages", 1, "content", 3, "input", to="{}")),
    ("tool-order", without(CLAUDE, "messages", 2)),
    ("tool-order", but(CLAUDE, "messages", 3, "content", to=list(reversed(CLAUDE["messages"][3]["content"])))),
    ("tool-order", but(CLAUDE, "messages", 2, "content", 1, to=result("toolu_2"))),
    ("tool-order", but(CLAUDE, "messages", 2, "content", 1, to=result("toolu_3"))),
    ("tool-order", but(PLAIN, "messages", 1, to={"role": "assistant", "content": [use("toolu_9")]})),
    ("tool-order", but(PLAIN, "messages", 0, "content", to=[result("toolu_9")])),
    ("media", but(CLAUDE, *SOURCE, "media_type", to="image/tiff")),
    ("media", but(CLAUDE, *SOURCE, "data", to=f"data:image/png;base64,{PNG}")),
    ("media", but(CLAUDE, *SOURCE, to={"type": "url"})),
    ("media", but(CLAUDE, *SOURCE, to={"type": "text", "data": "hi", "media_type": "text/plain"})),
    ("media", but(CLAUDE, "messages", 0, "content", 2, "source", to={"type": "text", "media_type": "text/html"})),
    ("system", but(CLAUDE, "system", 0, to=IMAGE)),
    ("system", but(CLAUDE, "system", to={"text": "hi"})),
    ("system-message", but(PLAIN, "messages", to=[SPOKEN, *PLAIN["messages"]])),
    ("required", without(CLAUDE, "max_tokens")),
    ("required", without(CLAUDE, "model")),
    ("stop-sequences", but(CLAUDE, "stop_sequences", 0, to="\n")),
    ("metadata", but(CLAUDE, "metadata", "team", to="x")),
    ("metadata", but(CLAUDE, "metadata", "user_id", to="u" * 257)),
    ("output-config", but(CLAUDE, "output_config", "effort", to="minimal")),
    ("output-config", but(CLAUDE, "output_config", "format", to={"type": "json_object"})),
    ("effort-level", but(CLAUDE, "output_config", "effort", to="xhigh")),
    ("strict-schema", but(CLAUDE, "output_config", "format", "schema", "additionalProperties", to=True)),
    ("strict-schema", but(CLAUDE, "tools", 0, "input_schema", "properties", "city", "maxLength", to=5)),
    ("sampling", but(PLAIN, "temperature", to=1.5)),
    ("sampling", but(NEWER, "temperature", to=1)),
    ("sampling", {**PLAIN, "model": "anthropic/claude-opus-4.7", "top_k": 5}),
    ("thinking-kind", but(NEWER, "thinking", to={"type": "enabled", "budget_tokens": 1024})),
    ("thinking-kind", but(PLAIN, "thinking", to={"type": "on"})),
    (
        "thinking-kind",
        {**PLAIN, "model": "claude-opus-5", "thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
    ),
    ("thinking-kind", {**AT_MOST, "model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}}),
    ("thinking-budget", but(CLAUDE, "thinking", "budget_tokens", to=1023)),
    ("thinking-budget", but(CLAUDE, "max_tokens", to=1024)),
    ("thinking-sampling", but(CLAUDE, "temperature", to=0.5)),
    ("thinking-sampling", but(CLAUDE, "top_k", to=5)),
    ("thinking-sampling", but(CLAUDE, "top_p", to=0.5)),
    ("thinking-choice", but(CLAUDE, "tool_choice", to={"type": "any"})),
    ("forced-choice", but(NEWER, "tool_choice", to={"type": "any"})),
    ("prefill", {**PREFILL, "model": "claude-opus-4-6"}),
    ("prefill", but(PREFILL, "thinking", to={"type": "enabled", "budget_tokens": 1024})),
    ("prefill", but(PREFILL, "messages", 1, "content", to="so ")),
    ("tools", but(CLAUDE, "tools", 0, "name", to="a b")),
    ("tools", but(CLAUDE, "tools", 1, "name", to="f")),
    ("input-schema", but(PLAIN, "tools", 0, "input_schema", to={"type": "string"})),
    ("input-schema", without(PLAIN, "tools", 0, "input_schema")),
    ("input-schema", but(PLAIN, "tools", 0, "input_schema", "oneOf", to=[])),
    ("tool-choice", but(CLAUDE, "tool_choice", to={"type": "required"})),
    ("tool-choice", but(CLAUDE, "tool_choice", to={"type": "tool", "name": "g"})),
    ("tool-choice", without(CLAUDE, "tools")),
    (
        "cache-control",
        but(but(CLAUDE, "messages", 0, "content", 1, "cache_control", to=MARK), "cache_control", to=MARK),
    ),
    ("cache-control", but(CLAUDE, "system", 0, "cache_control", to={"type": "ephemeral", "ttl": "1d"})),
    ("cache-control", but(CLAUDE, "messages", 1, "content", 0, "cache_control", to=MARK)),
    ("cache-control", but(CLAUDE, "tools", 0, "cache_control", to=MARK)),
    ("known-kind", but(CLAUDE, "messages", 0, "content", 0, to={"type": "input_text", "text": "hi"})),
    ("unknown-param", but(CLAUDE, "frequency_penalty", to=0)),
    ("no-sampling", but(PLAIN, "temperature", to=1)),
    ("assistant-document", but(PREFILL, "messages", 1, "content", to=[PDF])),
    ("user-citations", but(PLAIN, "messages", 0, "content", to=[{"type": "text", "text": "hi", "citations": [{}]}])),
]


CLAUDE_ANSWER: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "text", "text": "hi", "citations": [{"type": "char_location", "cited_text": "h"}]},
        use("toolu_1"),
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 1,
        "output_tokens": 5,
        "cache_creation_input_tokens": 3,
        "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
        "output_tokens_details": {"thinking_tokens": 5},
    },
}
GOOD_RESPONSES = [
    CLAUDE_ANSWER,
    {**CLAUDE_ANSWER, "content": [], "stop_reason": "stop_sequence", "stop_sequence": "END"},
]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("envelope", without(CLAUDE_ANSWER, "id")),
    ("envelope", without(CLAUDE_ANSWER, "type")),
    ("envelope", but(CLAUDE_ANSWER, "role", to="user")),
    ("envelope", but(CLAUDE_ANSWER, "content", to="hi")),
    ("stop-reason", but(CLAUDE_ANSWER, "stop_reason", to="stop")),
    ("stop-reason", but(CLAUDE_ANSWER, "stop_reason", to=None)),
    ("stop-sequence", but(CLAUDE_ANSWER, "stop_sequence", to="END")),
    ("stop-calls", but(CLAUDE_ANSWER, "stop_reason", to="end_turn")),
    ("stop-calls", without(CLAUDE_ANSWER, "content", 2)),
    ("block-text", without(CLAUDE_ANSWER, "content", 0, "signature")),
    ("block-text", but(CLAUDE_ANSWER, "content", 1, "text", to=None)),
    ("tool-use", but(CLAUDE_ANSWER, "content", 2, "input", to="{}")),
    ("usage", without(CLAUDE_ANSWER, "usage")),
    ("usage", but(CLAUDE_ANSWER, "usage", "input_tokens", to=-1)),
    ("usage", but(CLAUDE_ANSWER, "usage", "cache_creation_input_tokens", to=4)),
    ("usage", but(CLAUDE_ANSWER, "usage", "output_tokens_details", "thinking_tokens", to=6)),
    ("known-kind", but(CLAUDE_ANSWER, "content", 0, to={"type": "reasoning"})),
    ("known-kind", but(CLAUDE_ANSWER, "content", 1, "citations", to=[{"type": "url_citation"}])),
]
