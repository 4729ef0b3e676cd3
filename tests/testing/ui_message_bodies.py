"""UI messages: bodies and streams that are right, and ones that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import PNG, STRICT, but, without


def tool(state: str, **more: Any) -> dict[str, Any]:
    return {"type": "tool-f", "toolCallId": f"call_{state}", "state": state, "input": {"x": 1}, **more}


def asked(**more: Any) -> dict[str, Any]:
    return {"id": "approval_1", **more}


UI: dict[str, Any] = {
    "model": "anthropic/claude-opus-4.5",
    "stream": True,
    "temperature": 0.5,
    "topK": 40,
    "maxOutputTokens": 100,
    "stopSequences": ["END"],
    "system": "be good",
    "tools": {"f": {"description": "does f", "inputSchema": STRICT}},
    "toolChoice": {"type": "tool", "toolName": "f"},
    "providerOptions": {"anthropic": {"thinking": {"type": "adaptive"}}},
    "id": "chat_1",
    "messages": [
        {"id": "1", "role": "system", "parts": [{"type": "text", "text": "be brief"}]},
        {
            "id": "2",
            "role": "user",
            "metadata": {"at": 1},
            "parts": [
                {"type": "text", "text": "hi"},
                {"type": "file", "mediaType": "image/png", "url": f"data:image/png;base64,{PNG}", "filename": "a.png"},
                {"type": "data-place", "id": "p", "data": {"city": "Rome"}},
            ],
        },
        {
            "id": "3",
            "role": "assistant",
            "parts": [
                {"type": "step-start"},
                {"type": "reasoning", "text": "hm", "providerMetadata": {"anthropic": {"signature": "c2ln"}}},
                tool("output-available", output=[1], callProviderMetadata={"google": {"thoughtSignature": "c2ln"}}),
                tool("output-error", errorText="boom"),
                tool("output-denied", approval=asked(approved=False, reason="no")),
                {"type": "step-start"},
                {"type": "source-url", "sourceId": "s", "url": "https://example.com"},
                {"type": "text", "text": "hello", "state": "done"},
                tool("approval-requested", approval=asked()) | {"type": "dynamic-tool", "toolName": "f"},
                tool("approval-responded", approval=asked(approved=True), providerExecuted=True),
                tool("input-available", title="F"),
            ],
        },
        {"id": "4", "role": "user", "parts": [{"type": "text", "text": "and?"}]},
    ],
    "trigger": "submit-message",
    "messageId": "4",
}
OLDER: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
GOOD_REQUESTS = [
    UI,
    OLDER,
    without(UI, "trigger"),
    but(UI, "toolChoice", to="required"),
    but(UI, "messages", 3, "parts", 0, to={"type": "custom", "kind": "openai.compaction"}),
    but(UI, "messages", to=[{"id": "1", "role": "assistant", "parts": []}]),
]
PARTS = ("messages", 2, "parts")
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("messages", but(UI, "messages", to=[])),
    ("messages", but(UI, "messages", 0, to="hi")),
    ("role", but(UI, "messages", 1, "role", to="tool")),
    ("content", without(UI, "messages", 1, "parts")),
    ("content", but(UI, "messages", 1, "parts", 0, to="hi")),
    ("no-parts", but(UI, "messages", 1, "parts", to=[])),
    ("part-kind", but(UI, *PARTS, 0, "type", to="step")),
    ("part-member", but(UI, *PARTS, 7, "text", to=None)),
    ("part-member", without(UI, *PARTS, 6, "sourceId")),
    ("part-member", without(UI, *PARTS, 8, "toolName")),
    ("part-member", without(UI, *PARTS, 2, "toolCallId")),
    ("part-member", but(UI, *PARTS, 9, "providerExecuted", to=None)),
    ("part-member", but(UI, *PARTS, 1, "providerMetadata", to={"signature": "c2ln"})),
    ("part-member", but(UI, *PARTS, 2, "toolMetadata", to=[])),
    ("text-state", but(UI, *PARTS, 7, "state", to="finished")),
    ("tool-state", but(UI, *PARTS, 2, "state", to="result")),
    ("tool-state", but(UI, *PARTS, 10, "output", to=1)),
    ("tool-state", without(UI, *PARTS, 3, "errorText")),
    ("approval", without(UI, *PARTS, 8, "approval")),
    ("approval", but(UI, *PARTS, 8, "approval", "approved", to=True)),
    ("approval", but(UI, *PARTS, 4, "approval", "approved", to=True)),
    ("approval", but(UI, *PARTS, 4, "approval", "reason", to=1)),
    ("approval", but(UI, *PARTS, 10, "approval", to=asked())),
    ("approval", without(UI, *PARTS, 9, "approval", "id")),
    ("file-url", but(UI, "messages", 1, "parts", 1, "url", to="a.png")),
    ("call-id", but(UI, *PARTS, 3, "toolCallId", to="call_output-available")),
    ("setting", but(UI, "temperature", to="hot")),
    ("setting", but(UI, "model", to={"id": "m"})),
    ("setting", but(UI, "stream", to="yes")),
    ("setting", but(UI, "stopSequences", to="END")),
    ("setting", but(UI, "providerOptions", to={"anthropic": True})),
    ("tools", but(UI, "tools", to=[])),
    ("tools", without(UI, "tools", "f", "inputSchema")),
    ("tool-choice", but(UI, "toolChoice", to="any")),
    ("tool-choice", but(UI, "toolChoice", "toolName", to="g")),
    ("posted", but(UI, "id", to=1)),
    ("posted", but(UI, "trigger", to="resume-stream")),
    ("posted", but(UI, "messageId", to=None)),
    ("message-id", without(UI, "messages", 0, "id")),
]

UI_ANSWER: dict[str, Any] = {
    "id": "msg_1",
    "role": "assistant",
    "metadata": {
        "model": "m",
        "usage": {
            "inputTokens": 9,
            "inputTokenDetails": {"noCacheTokens": 5, "cacheReadTokens": 4},
            "outputTokens": 3,
            "outputTokenDetails": {"textTokens": 1, "reasoningTokens": 2},
            "totalTokens": 12,
        },
        "finishReason": "tool-calls",
    },
    "parts": UI["messages"][2]["parts"][:9],
}
GOOD_RESPONSES = [
    UI_ANSWER,
    but(UI_ANSWER, "metadata", to={"totalTokens": 12, "allowanceLeft": "990000000000000000"}),
    but(UI_ANSWER, "metadata", "usage", to={"inputTokens": 9, "outputTokens": 3, "reasoningTokens": 2}),
]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("envelope", but(UI_ANSWER, "role", to="user")),
    ("envelope", without(UI_ANSWER, "parts")),
    ("envelope", but(UI_ANSWER, "id", to=1)),
    ("part-kind", but(UI_ANSWER, "parts", 0, to={"type": "tool_use"})),
    ("part-member", without(UI_ANSWER, "parts", 7, "text")),
    ("text-state", but(UI_ANSWER, "parts", 1, "state", to="open")),
    ("tool-state", without(UI_ANSWER, "parts", 3, "errorText")),
    ("approval", but(UI_ANSWER, "parts", 2, "approval", to=asked(approved=False))),
    ("file-url", but(UI_ANSWER, "parts", 0, to={"type": "file", "mediaType": "image/png", "url": PNG})),
    ("call-id", but(UI_ANSWER, "parts", 3, "toolCallId", to="call_output-available")),
    ("usage", but(UI_ANSWER, "metadata", "usage", "inputTokens", to=-1)),
    ("usage", but(UI_ANSWER, "metadata", "usage", "inputTokenDetails", "cacheReadTokens", to=10)),
    ("usage", but(UI_ANSWER, "metadata", "usage", "outputTokenDetails", "reasoningTokens", to="2")),
    ("usage", but(UI_ANSWER, "metadata", "usage", "reasoningTokens", to=4)),
    ("finish-reason", but(UI_ANSWER, "metadata", "finishReason", to="end_turn")),
    ("message-id", without(UI_ANSWER, "id")),
    ("unfinished", but(UI_ANSWER, "parts", 7, "state", to="streaming")),
]


def chunk(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


_CALL = {"toolCallId": "a", "toolName": "f"}
UI_STREAM = [
    chunk("start", messageId="m", messageMetadata={"model": "m"}),
    chunk("start-step"),
    chunk("reasoning-start", id="1"),
    chunk("text-start", id="1"),
    chunk("reasoning-delta", id="1", delta="hm"),
    chunk("text-delta", id="1", delta="Hi"),
    chunk("reasoning-end", id="1", providerMetadata={"anthropic": {"signature": "c2ln"}}),
    chunk("text-end", id="1"),
    chunk("tool-input-start", **_CALL, dynamic=True),
    chunk("tool-input-delta", toolCallId="a", inputTextDelta="{}"),
    chunk("tool-input-available", **_CALL, input={}, dynamic=True),
    chunk("finish-step"),
    chunk("tool-output-available", toolCallId="a", output=1, dynamic=True),
    chunk("data-note", data=1, transient=True),
    chunk("start-step"),
    chunk("source-url", sourceId="s", url="https://example.com"),
    chunk("file", mediaType="image/png", url=f"data:image/png;base64,{PNG}"),
    chunk("finish-step"),
    chunk("finish", finishReason="stop", messageMetadata={"totalTokens": 3}),
]
_ERROR = chunk("error", errorText="boom")
GOOD_STREAMS = [
    UI_STREAM,
    [*UI_STREAM[:5], _ERROR, *UI_STREAM[6:8], *UI_STREAM[11:12], UI_STREAM[18]],
    [*UI_STREAM[:9], _ERROR],
    [*UI_STREAM[:6], chunk("abort")],
    [UI_STREAM[0], UI_STREAM[18]],
]
BAD_STREAMS: list[tuple[str, Any]] = [
    ("known-chunk", [*UI_STREAM[:2], chunk("text"), *UI_STREAM[2:]]),
    ("member", without(UI_STREAM, 5, "delta")),
    ("member", but(UI_STREAM, 5, "id", to=1)),
    ("member", but(UI_STREAM, 5, "providerMetadata", to=None)),
    ("member", but(UI_STREAM, 6, "providerMetadata", to={"signature": "c2ln"})),
    ("member", but(UI_STREAM, 8, "inputEncoding", to="xml")),
    ("member", without(UI_STREAM, 10, "input")),
    ("finish-reason", but(UI_STREAM, 18, "finishReason", to="max_tokens")),
    ("url", but(UI_STREAM, 16, "url", to=PNG)),
    ("start", [UI_STREAM[0], *UI_STREAM]),
    ("step", [*UI_STREAM[:11], *UI_STREAM[12:]]),
    ("step", [*UI_STREAM[:17], UI_STREAM[18]]),
    ("step", [UI_STREAM[0], *UI_STREAM[11:]]),
    ("open-part", [*UI_STREAM[:3], *UI_STREAM[2:]]),
    ("open-part", [*UI_STREAM[:3], *UI_STREAM[4:]]),
    ("open-part", [*UI_STREAM[:7], *UI_STREAM[8:]]),
    ("open-part", [*UI_STREAM[:8], *UI_STREAM[7:]]),
    ("tool-input", [*UI_STREAM[:8], *UI_STREAM[9:]]),
    ("tool-input", [*UI_STREAM[:9], *UI_STREAM[8:]]),
    ("tool-input", [*UI_STREAM[:11], *UI_STREAM[10:]]),
    ("tool-input", [*UI_STREAM[:10], *UI_STREAM[11:]]),
    ("tool-input", [*UI_STREAM[:11], *UI_STREAM[9:]]),
    ("tool-output", but(UI_STREAM, 12, "toolCallId", to="b")),
    ("tool-same", without(UI_STREAM, 10, "dynamic")),
    ("tool-same", but(UI_STREAM, 10, "toolName", to="g")),
    ("error-ends", [*UI_STREAM[:5], _ERROR, *UI_STREAM[5:]]),
    ("error-ends", [*UI_STREAM[:6], chunk("abort"), *UI_STREAM[6:]]),
    ("finish-ends", [*UI_STREAM, chunk("message-metadata", messageMetadata={})]),
    ("truncated", UI_STREAM[:12]),
    ("truncated", []),
    ("starts", UI_STREAM[1:]),
    ("in-step", [UI_STREAM[0], *UI_STREAM[2:11], *UI_STREAM[12:]]),
]
