"""The rules on streams: good streams break none, and for each rule there are streams that break it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgrid_translate.testing.grammar import (
    claude,
    gemini,
    openai_chat,
    openai_completions,
    openai_responses,
    sse,
    ui_message,
)
from dgrid_translate.testing.violations import slug
from tests.testing import openai_completions_bodies, openai_responses_events, ui_message_bodies
from tests.testing.bodies import ODD, but, places, without

# -------------------------------------------------------------------------------------------------------------- openai


def chunk(delta: dict[str, Any] | None, index: int = 0, finish: str | None = None, **more: Any) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": index, "delta": delta, "finish_reason": finish}]
    envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": None}
    return {**envelope, "choices": choices, **more}


def piece(index: int, arguments: str, **first: Any) -> dict[str, Any]:
    name = {"name": first.pop("name")} if "name" in first else {}
    return {"tool_calls": [{"index": index, **first, "function": {**name, "arguments": arguments}}]}


USAGE: dict[str, Any] = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
ASKED = {"stream": True, "stream_options": {"include_usage": True}}
CHAT = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"content": "Hi"}),
    chunk({"role": "assistant", "content": None}, 1),
    chunk(piece(0, "", id="a", type="function", name="f"), 1),
    chunk(piece(1, "", id="b", type="function", name="f"), 1),
    chunk(piece(0, '{"x":'), 1),
    chunk(piece(1, "{}"), 1),
    chunk(piece(0, "1}"), 1),
    chunk({"reasoning_details": [{"index": 0}]}),
    chunk({"reasoning_details": [{"index": 0}]}),
    chunk({}, 0, "stop"),
    chunk({}, 1, "tool_calls"),
    chunk(None, usage=USAGE),
]
FAILED = [*CHAT[:2], {"error": {"message": "boom"}}]
SPOKEN = [
    chunk({"role": "assistant"}),
    chunk({"audio": {"id": "a"}}),
    {**without(chunk(None), "choices")},
    chunk(None, usage=USAGE),
    chunk({"audio": {"expires_at": 1}}),
]
DELTA = ("choices", 0, "delta")
CALL = (*DELTA, "tool_calls", 0)
GOOD_CHAT = [CHAT, FAILED, SPOKEN, [*CHAT, chunk(None, moderation={})]]
BAD_CHAT: list[tuple[str, Any]] = [
    ("error-ends", [*FAILED, chunk({"content": "more"})]),
    ("truncated", []),
    ("truncated", CHAT[:2]),
    ("chunk", without(CHAT, 1, "choices")),
    ("chunk", without(CHAT, 1, "choices", 0, "index")),
    ("chunk", without(CHAT, 1, *DELTA)),
    ("choice-order", [*CHAT[2:8], *CHAT[:2], *CHAT[8:]]),
    ("role", but(CHAT, 0, *DELTA, "role", to="model")),
    ("finish", [*CHAT[:12], chunk({"content": "more"}), CHAT[12]]),
    ("finish-calls", but(CHAT, 11, "choices", 0, "finish_reason", to="stop")),
    ("finish-calls", but(CHAT, 10, "choices", 0, "finish_reason", to="tool_calls")),
    ("tool-index", without(CHAT, 5, *CALL, "index")),
    ("tool-index", [CHAT[2], *CHAT[4:5], *CHAT[3:4], *CHAT[5:]]),
    ("tool-start", without(CHAT, 3, *CALL, "function", "name")),
    ("tool-start", but(CHAT, 4, *CALL, "id", to="a")),
    ("tool-arguments", but(CHAT, 7, *CALL, "index", to=1)),
    ("usage", without(CHAT, 12, "usage", "total_tokens")),
    ("unfinished", [*CHAT[:11], CHAT[12]]),
    ("envelope", but(CHAT, 5, "id", to="d")),
    ("envelope", but(CHAT, 5, "object", to="chat.completion")),
    ("role-once", but(CHAT, 1, *DELTA, "role", to="assistant")),
    ("role-once", without(CHAT, 0, *DELTA, "role")),
    ("finish-once", [*CHAT[:11], *CHAT[10:]]),
    ("finish-once", but(CHAT, 10, "choices", 0, "finish_reason", to="end_turn")),
    ("tool-id", without(CHAT, 3, *CALL, "id")),
    ("tool-id", without(CHAT, 3, *CALL, "type")),
    ("tool-repeat", but(CHAT, 5, *CALL, "id", to="a")),
    ("tool-repeat", but(CHAT, 5, *CALL, "function", "name", to="f")),
    ("indexed-lists", without(CHAT, 9, *DELTA, "reasoning_details", 0, "index")),
    ("usage-sum", but(CHAT, 12, "usage", "total_tokens", to=4)),
    ("usage-asked", CHAT[:12]),
    ("usage-asked", [*CHAT[:12], chunk({}, 1, usage=USAGE)]),
    ("usage-asked", [*CHAT[:11], CHAT[12], CHAT[11]]),
    ("usage-asked", without(CHAT, 1, "usage")),
]

# -------------------------------------------------------------------------------------------------------------- claude


def start(index: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": {"type": kind, **more}}


def delta(index: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", **more}}


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


PING = {"type": "ping"}
CITATION = {"type": "char_location", "cited_text": "h"}
BEGIN: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    },
}
END: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}
STOP = {"type": "message_stop"}
ERROR: dict[str, Any] = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
CLAUDE = [
    BEGIN,
    start(0, "thinking", thinking="", signature=""),
    PING,
    delta(0, "thinking", thinking="hm"),
    delta(0, "signature", signature="c2ln"),
    stop(0),
    start(1, "text", text=""),
    delta(1, "text", text="Hi"),
    delta(1, "citations", citation=CITATION),
    stop(1),
    start(2, "tool_use", id="toolu_1", name="f", input={}),
    delta(2, "input_json", partial_json='{"x":'),
    delta(2, "input_json", partial_json="1}"),
    stop(2),
    start(3, "tool_use", id="toolu_2", name="f", input={}),
    stop(3),
    start(4, "web_search_tool_result", tool_use_id="x", content=[]),
    stop(4),
    END,
    STOP,
]
CUT = [BEGIN, CLAUDE[10] | {"index": 0}, delta(0, "input_json", partial_json="{"), stop(0)]
CUT += [but(END, "delta", "stop_reason", to="max_tokens"), STOP]
GOOD_CLAUDE = [CLAUDE, [PING, *CLAUDE, PING], [*CLAUDE[:5], ERROR], [ERROR], CUT]
BAD_CLAUDE: list[tuple[str, Any]] = [
    ("error-ends", [BEGIN, ERROR, STOP]),
    ("error-ends", [BEGIN, without(ERROR, "error", "type")]),
    ("message-start", CLAUDE[1:]),
    ("message-start", [BEGIN, *CLAUDE]),
    ("message-start", without(CLAUDE, 0, "message", "usage")),
    ("message-start", without(CLAUDE, 0, "message", "id")),
    ("message-start", but(CLAUDE, 0, "message", "role", to="user")),
    ("message-start", without(CLAUDE, 0, "message", "content")),
    ("message-start", but(CLAUDE, 0, "message", "stop_reason", to="end_turn")),
    ("block-order", but(CLAUDE, 6, "index", to=0)),
    ("block-order", [*CLAUDE[:5], *CLAUDE[6:]]),
    ("block-order", but(CLAUDE, 7, "index", to=0)),
    ("block-order", [*CLAUDE[:17], *CLAUDE[18:]]),
    ("block-start", without(CLAUDE, 6, "content_block", "text")),
    ("block-start", without(CLAUDE, 6, "content_block", "type")),
    ("block-start", without(CLAUDE, 10, "content_block", "id")),
    ("block-start", without(CLAUDE, 10, "content_block", "name")),
    ("block-start", but(CLAUDE, 10, "content_block", "input", to="")),
    ("tool-id", but(CLAUDE, 14, "content_block", "id", to="toolu_1")),
    ("delta-kind", but(CLAUDE, 7, "delta", "type", to="input_json_delta")),
    ("delta-kind", but(CLAUDE, 3, to=delta(0, "citations", citation=CITATION))),
    ("delta-kind", [*CLAUDE[:17], delta(4, "text", text="x"), *CLAUDE[17:]]),
    ("delta-text", without(CLAUDE, 7, "delta", "text")),
    ("delta-text", without(CLAUDE, 8, "delta", "citation")),
    ("signature", [*CLAUDE[:5], *CLAUDE[4:]]),
    ("signature", [*CLAUDE[:5], *CLAUDE[3:4], *CLAUDE[5:]]),
    ("tool-input", [*CLAUDE[:12], *CLAUDE[13:]]),
    ("tool-input", but(but(CLAUDE, 11, "delta", "partial_json", to="["), 12, "delta", "partial_json", to="]")),
    ("message-delta", without(CLAUDE, 18, "usage")),
    ("message-delta", without(CLAUDE, 18, "delta")),
    ("message-delta", [*CLAUDE[:16], END, *CLAUDE[16:]]),
    ("stop-reason", but(CLAUDE, 18, "delta", to={})),
    ("stop-reason", but(CLAUDE, 18, "delta", "stop_reason", to="tool_calls")),
    ("stop-reason", but(CLAUDE, 18, "delta", "stop_reason", to="end_turn")),
    ("message-stop", [*CLAUDE, STOP]),
    ("message-stop", [*CLAUDE[:18], STOP]),
    ("message-stop", [*CLAUDE, END]),
    ("truncated", CLAUDE[:19]),
    ("truncated", []),
    ("known-event", [BEGIN, {"type": "delta"}, *CLAUDE[1:]]),
    ("signed", [*CLAUDE[:4], *CLAUDE[5:]]),
]

# -------------------------------------------------------------------------------------------------------------- gemini


def gemini_chunk(*parts: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": list(parts)}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "m", "responseId": "r", **more}


COUNTS = {"promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 3}
FUNCTION_CALL = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "c2ln"}
GEMINI = [
    gemini_chunk({"text": "plan", "thought": True}),
    gemini_chunk({"text": "Hi"}),
    gemini_chunk(FUNCTION_CALL),
    gemini_chunk({"text": ""}, finish="STOP", usageMetadata=COUNTS),
]
GEMINI_ERROR: dict[str, Any] = {"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 1}}
PARTIAL = [
    gemini_chunk({"functionCall": {"name": "f", "willContinue": True}}),
    gemini_chunk({"functionCall": {"partialArgs": [{"jsonPath": "$.a", "stringValue": "x"}], "willContinue": True}}),
    gemini_chunk({"functionCall": {}}, finish="STOP", usageMetadata=COUNTS),
]
PARTS = ("candidates", 0, "content", "parts")
GOOD_GEMINI = [GEMINI, [GEMINI[0], GEMINI_ERROR], [BLOCKED], PARTIAL]
BAD_GEMINI: list[tuple[str, Any]] = [
    ("error", [GEMINI_ERROR, *GEMINI]),
    ("error", [but(GEMINI_ERROR, "error", "code", to="503")]),
    ("error", [without(GEMINI_ERROR, "error", "message")]),
    ("error", [{"responseId": "r", **GEMINI_ERROR}]),
    ("truncated", []),
    ("truncated", GEMINI[:3]),
    ("role", but(GEMINI, 0, "candidates", 0, "content", "role", to="assistant")),
    ("part", but(GEMINI, 2, *PARTS, 0, "functionCall", "args", to='{"x":1}')),
    ("part", but(GEMINI, 2, *PARTS, 0, "thoughtSignature", to="not base64!")),
    ("part", but(GEMINI, 2, *PARTS, 0, "text", to="both")),
    ("camel-case", but(GEMINI, 3, "usage_metadata", to=COUNTS)),
    ("same-response", but(GEMINI, 1, "responseId", to="s")),
    ("usage", but(GEMINI, 3, "usageMetadata", "promptTokenCount", to="1")),
    ("usage-sum", but(GEMINI, 3, "usageMetadata", "totalTokenCount", to=2)),
    ("finish-reason", but(GEMINI, 3, "candidates", 0, "finishReason", to="stop")),
    ("finish", but(GEMINI, 0, "candidates", 0, "finishReason", to="STOP")),
    ("last-part", but(GEMINI, 3, *PARTS, to=[])),
    ("last-part", [*GEMINI, {"usageMetadata": COUNTS}]),
    ("usage-told", without(GEMINI, 3, "usageMetadata")),
]

TABLES: dict[str, tuple[Any, list[Any], list[tuple[str, Any]], tuple[Any, ...]]] = {
    "openai": (openai_chat.check_stream, GOOD_CHAT, BAD_CHAT, openai_chat.RULES + openai_chat.OFFICIAL),
    "openai-completions": (
        openai_completions.check_stream,
        openai_completions_bodies.GOOD_STREAMS,
        openai_completions_bodies.BAD_STREAMS,
        openai_completions.RULES + openai_completions.OFFICIAL,
    ),
    "openai-responses": (
        openai_responses.check_stream,
        openai_responses_events.GOOD_STREAMS,
        openai_responses_events.BAD_STREAMS,
        openai_responses.RULES + openai_responses.OFFICIAL,
    ),
    "claude": (claude.check_stream, GOOD_CLAUDE, BAD_CLAUDE, claude.RULES + claude.OFFICIAL),
    "gemini": (gemini.check_stream, GOOD_GEMINI, BAD_GEMINI, gemini.RULES + gemini.OFFICIAL),
    "ui-message": (
        ui_message.check_stream,
        ui_message_bodies.GOOD_STREAMS,
        ui_message_bodies.BAD_STREAMS,
        ui_message.RULES + ui_message.OFFICIAL,
    ),
}
GOOD = [pytest.param(row[0], it, id=f"{name} {n}") for name, row in TABLES.items() for n, it in enumerate(row[1])]
BAD = [
    pytest.param(row[0], rule, it, id=f"{name} {rule} {n}")
    for name, row in TABLES.items()
    for n, (rule, it) in enumerate(row[2])
]


@pytest.mark.parametrize(("check", "events"), GOOD)
def test_good_streams_break_no_rule(check: Any, events: Any) -> None:
    assert check(events, request=ASKED, official=True) == []


@pytest.mark.parametrize(("check", "rule", "events"), BAD)
def test_bad_streams_break_their_rule(check: Any, rule: str, events: Any) -> None:
    assert rule in {violation.rule for violation in check(events, request=ASKED, official=True)}


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_has_a_bad_stream_and_says_whose_it_is(name: str) -> None:
    _, _, bad, rules = TABLES[name]
    assert {slug(rule) for rule in rules} == {rule for rule, _ in bad}
    for rule in rules:
        assert any(f"[{source}]" in (rule.__doc__ or "") for source in ("types", "docs", "sdk", "observed")), rule


@pytest.mark.parametrize("name", TABLES)
def test_no_stream_is_too_odd(name: str) -> None:
    check, good, _, _ = TABLES[name]
    for place in places(good[0])[1:]:
        for value in ODD:
            for violation in check(but(good[0], *place, to=value), request=ASKED, official=True):
                assert isinstance(str(violation), str)


@pytest.mark.parametrize("name", TABLES)
def test_every_cut_is_noticed(name: str) -> None:
    check, good, _, _ = TABLES[name]
    ends = ("message_stop", "finishReason", "finish_reason", "response.completed")
    for count in range(len(good[0])):
        cut = good[0][:count]
        if not any(end in json.dumps(cut).replace('"finish_reason": null', "") for end in ends):
            assert "truncated" in {violation.rule for violation in check(cut)}


def test_paths_begin_with_the_event() -> None:
    events = but(CHAT, 5, *CALL, "id", to="a")
    (violation,) = openai_chat.check_stream(events, request=ASKED, official=True)
    assert violation.path == "[5].choices[0].delta.tool_calls[0].id"


def test_usage_that_nobody_asked_for() -> None:
    def rules(request: Any) -> set[str]:
        return {violation.rule for violation in openai_chat.check_stream(CHAT, request=request, official=True)}

    assert rules({"stream": True}) == {"usage-asked"}
    assert rules(None) == set()


def test_what_the_first_release_of_the_ai_sdk_takes() -> None:
    stream = ui_message_bodies.UI_STREAM
    assert [str(found) for found in ui_message.check_stream(stream, release="5.0.0")] == [
        "release at [18].finishReason: 5.0.0 does not know finishReason in finish"
    ]
    assert ui_message.releases(stream) == ("5", "6.0.0", "6", "7.0.0", "7")
    assert ui_message.releases(without(stream, 18, "finishReason")) == ui_message.RELEASES
    assert ui_message.releases(without(stream, 12, "dynamic")) == ("6.0.0", "6", "7.0.0", "7")


def test_an_output_may_be_of_a_call_in_the_history() -> None:
    stream = but(ui_message_bodies.UI_STREAM, 12, "toolCallId", to="call_output-available")
    assert ui_message.check_stream(stream, request=ui_message_bodies.UI) == []


# ----------------------------------------------------------------------------------------------------------------- SSE

CHAT_SSE = b'data: {"id":"c"}\n\n: ping\n\ndata: {"id":"c"}\n\ndata: [DONE]\n\n'
CLAUDE_SSE = b'event: ping\ndata: {"type":"ping"}\n\n'
RESPONSES_SSE = b'event: response.created\ndata: {"type":"response.created"}\n\n'
GEMINI_SSE = b'data: {"candidates":[]}\r\n\r\ndata: {"candidates":\r\ndata: []}\r\n\r\n'
GOOD_SSE = [
    ("openai", CHAT_SSE),
    ("openai", b'data:{"id":"c"}\n\ndata: [DONE]'),
    ("openai", b'data: {"error":{"message":"boom"}}\n\n'),
    ("openai-completions", CHAT_SSE),
    ("claude", CLAUDE_SSE),
    ("anthropic", CLAUDE_SSE.replace(b"\n", b"\r")),
    ("claude", b"retry: 5\nid: 1\n" + CLAUDE_SSE),
    ("openai-responses", RESPONSES_SSE),
    ("openai-responses", RESPONSES_SSE + b"data: [DONE]\n\n"),
    ("gemini", GEMINI_SSE),
    ("gemini", GEMINI_SSE[:-4]),
    ("ui-message", b'id: 1\n\ndata: {"type":"start"}\n\ndata: [DONE]\n\n'),
    ("ai-sdk", b': hi\n\nevent: x\ndata:{"type":"finish"}\n\ndata: [DONE]'),
]
BAD_SSE = [
    ("utf8", "openai", CHAT_SSE.replace(b"c", b"\xff")),
    ("line", "gemini", b'[{"candidates":[]}]\n'),
    ("event-line", "claude", b'data: {"type":"ping"}\n\n'),
    ("event-line", "claude", b'event: message\ndata: {"type":"ping"}\n\n'),
    ("event-line", "gemini", b"event: message\n" + GEMINI_SSE),
    ("event-line", "responses", RESPONSES_SSE.replace(b"event: response.created", b"event: response.done")),
    ("comment", "gemini", b": ping\n\n" + GEMINI_SSE),
    ("id-retry", "openai", b"id: 1\n" + CHAT_SSE),
    ("id-retry", "gemini", b"retry: 1\n\n" + GEMINI_SSE),
    ("empty-data", "openai", b"event: ping\ndata:\n\n" + CHAT_SSE),
    ("empty-data", "openai", b"retry: 1\n\n" + CHAT_SSE),
    ("data-json", "openai", b"data: hi\n\n" + CHAT_SSE),
    ("data-json", "claude", b"event: ping\ndata: []\n\n"),
    ("data-space", "gemini", b'data:{"candidates":[]}\n\n'),
    ("done", "openai", CHAT_SSE.replace(b"data: [DONE]\n\n", b"")),
    ("done", "openai", CHAT_SSE + CHAT_SSE),
    ("done", "gemini", GEMINI_SSE + b"data: [DONE]\n\n"),
    ("done", "claude", CLAUDE_SSE + b"data: [DONE]\n\n"),
    ("last-blank", "claude", CLAUDE_SSE[:-1]),
    ("done", "ui-message", b'data: {"type":"error","errorText":"boom"}\n\n'),
    ("last-blank", "ui-message", b'data: {"type":"finish"}\n'),
]


@pytest.mark.parametrize(("dialect", "raw"), GOOD_SSE)
def test_good_bytes_break_no_rule(dialect: str, raw: bytes) -> None:
    assert sse.check_sse(raw, dialect) == []


@pytest.mark.parametrize(("rule", "dialect", "raw"), BAD_SSE)
def test_bad_bytes_break_their_rule(rule: str, dialect: str, raw: bytes) -> None:
    assert rule in {violation.rule for violation in sse.check_sse(raw, dialect)}


def test_every_framing_rule_has_bad_bytes() -> None:
    assert {slug(rule) for rule in sse.RULES} == {rule for rule, _, _ in BAD_SSE}


def test_no_bytes_are_too_odd() -> None:
    for dialect in sse.FRAMINGS:
        for raw in (b"", b"\n", b"\x00\xff", b"data", b"data: " + b"[" * 9999, b"\xef\xbb\xbf" + CHAT_SSE):
            sse.check_sse(raw, dialect)


def test_events_of_reads_what_check_stream_wants() -> None:
    assert sse.events_of(b"\xef\xbb\xbf" + CHAT_SSE) == [{"id": "c"}, {"id": "c"}]
    assert sse.events_of(GEMINI_SSE) == [{"candidates": []}, {"candidates": []}]
