"""Rows of chunks that are alike, and what comes between them."""

from __future__ import annotations

import json

import pytest

from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.events import (
    Event,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    TextDelta,
    ToolInputDelta,
    UsageReported,
)
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.registry import lookup


def chat(delta: dict[str, object], **more: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None, **more}
    return json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "choices": [choice]}).encode()


def completion(text: str, finish: str | None = None) -> bytes:
    return json.dumps({"id": "c", "choices": [{"index": 0, "text": text, "finish_reason": finish}]}).encode()


def gemini(part: dict[str, object], count: int, **more: object) -> bytes:
    candidate = {"content": {"parts": [part], "role": "model"}, "index": 0, **more}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"candidatesTokenCount": count}}).encode()


def events(dialect: str, chunks: list[bytes]) -> list[Event]:
    decoder = lookup(dialect).decoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def row(found: list[Event]) -> list[tuple[str, int, str]]:
    """What was said, begun and ended, in short."""
    said: list[tuple[str, int, str]] = []
    for event in found:
        if isinstance(event, TextDelta | ReasoningDelta | ToolInputDelta):
            said.append((type(event).__name__[0], event.index, event.text))
        elif isinstance(event, PartStarted):
            said.append(("+", event.index, ""))
        elif isinstance(event, PartEnded):
            said.append(("-", event.index, ""))
    return said


def call(arguments: str, **first: object) -> dict[str, object]:
    function = {"arguments": arguments, **({"name": "f"} if first else {})}
    return {"tool_calls": [{"index": 0, "function": function, **first}]}


def test_a_text_goes_on_until_something_else_is_said() -> None:
    words = [chat({"content": word}) for word in ("a", "b", "c", "d")]
    chunks = [
        *words,
        chat(call("", id="call_1", type="function")),
        *(chat(call(piece)) for piece in ("{", '"x":', "1}")),
    ]
    assert row(events("openai", [*chunks, words[2], words[3]])) == [
        ("+", 0, ""),
        *[("T", 0, word) for word in "abcd"],
        ("-", 0, ""),
        ("+", 1, ""),
        *[("T", 1, piece) for piece in ("{", '"x":', "1}")],
        ("+", 2, ""),
        ("T", 2, "c"),
        ("T", 2, "d"),
    ]


def test_thoughts_in_a_row_are_what_a_detail_may_repeat() -> None:
    thoughts = [chat({"reasoning_content": word}) for word in ("I ", "think ", "so")]
    detail = {"type": "reasoning.text", "text": "I think so", "signature": "s", "index": 0}
    found = row(events("openai", [*thoughts, chat({"reasoning_details": [detail]})]))
    assert found == [("+", 0, ""), *[("R", 0, word) for word in ("I ", "think ", "so")]]


def test_a_choice_that_is_over_says_no_more() -> None:
    words = [chat({"content": word}) for word in ("a", "b", "c")]
    with pytest.raises(DecodeError, match="finish_reason"):
        events("openai", [*words, chat({}, finish_reason="stop"), words[1]])
    pieces = [completion(word) for word in ("a", "b", "c")]
    with pytest.raises(DecodeError, match="finish_reason"):
        events("openai-completions", [*pieces, completion("", "stop"), pieces[1]])


def test_a_completion_goes_on() -> None:
    found = row(events("openai-completions", [completion(word) for word in ("a", 'b"', "\\c\n", "d")]))
    assert found == [("+", 0, ""), ("T", 0, "a"), ("T", 0, 'b"'), ("T", 0, "\\c\n"), ("T", 0, "d")]


def test_gemini_counts_on_while_it_talks() -> None:
    decoder = lookup("gemini").decoder()
    chunks = [gemini({"text": word}, count) for count, word in enumerate(("a", "b", "c", "é"), 1)]
    thought = [gemini({"text": word, "thought": True}, 9) for word in ("x", "y", "z")]
    found = [event for chunk in [*chunks, *thought] for event in decoder.feed(chunk)]
    assert row(found) == [
        ("+", 0, ""),
        *[("T", 0, word) for word in ("a", "b", "c", "é")],
        ("-", 0, ""),
        ("+", 1, ""),
        *[("R", 1, word) for word in "xyz"],
    ]
    found = [*decoder.feed(gemini({"text": "w", "thought": True}, 12, finishReason="STOP")), *decoder.close()]
    assert [event.usage.output for event in found if isinstance(event, UsageReported)] == [12]


def test_a_signed_thought_is_not_gone_on_with() -> None:
    thoughts = [gemini({"text": word, "thought": True}, 1) for word in ("x", "y", "z")]
    signed = gemini({"text": "!", "thought": True, "thoughtSignature": "AAAA"}, 1)
    found = row(events("gemini", [*thoughts, signed, thoughts[1], thoughts[2]]))
    assert [one for one in found if one[0] == "+"] == [("+", 0, ""), ("+", 1, "")]
    assert found[-2:] == [("R", 1, "y"), ("R", 1, "z")]


@pytest.mark.parametrize("dialect", ["openai", "openai-completions"])
def test_what_comes_after_the_end_is_not_read(dialect: str) -> None:
    ends = {"openai": chat({"content": "a"}, finish_reason="stop"), "openai-completions": completion("a", "stop")}
    other = ends[dialect].replace(b'"index": 0', b'"index": 1')
    decoder, checker = lookup(dialect).decoder(), Checker()
    for data in (ends[dialect], b"[DONE]", other):
        for event in decoder.feed(data):
            checker.feed(event)
    checker.close()
    assert decoder.feed(other) == decoder.close() == []


@pytest.mark.parametrize("dialect", ["openai", "openai-completions"])
def test_a_stream_may_begin_with_its_usage(dialect: str) -> None:
    usage = json.dumps({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}).encode()
    decoder, checker = lookup(dialect).decoder(), Checker()
    found = [event for data in (usage, b"[DONE]") for event in decoder.feed(data)]
    for event in found:
        checker.feed(event)
    assert [event.usage.output for event in found if isinstance(event, UsageReported)] == [2]
