"""What is special to Responses' streams: items and their parts have places that are told before they are whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Raw

from dgrid_translate.dialects.openai_responses import DIALECT
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    ToolInputDelta,
)
from dgrid_translate.ir.fold import Collector
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.ir.parts import AnyPart, Citation, Reasoning, Refusal, Signature, Text, ToolCall
from dgrid_translate.ir.request import FunctionTool, Message, Request
from dgrid_translate.ir.response import FinishReason, Logprobs, TokenLogprob
from dgrid_translate.losses import Losses
from dgrid_translate.shared.sse import unframe
from dgrid_translate.testing.grammar.openai_responses import check_stream

SIGNED = Signature("c2ln", "google")


def encode(*events: Event, request: Request | None = None) -> list[dict[str, Any]]:
    """The events of a stream from elsewhere that says this."""
    whole = [
        ResponseStarted("", "r", "m", 1),
        *events,
        CandidateFinished(0, FinishReason("stop")),
        ResponseFinished(),
    ]
    checker = Checker()
    for event in whole:
        checker.feed(event)
    checker.close()
    encoder = DIALECT.encoder(Losses(), request, None)
    made = [json.loads(data) for data in unframe(b"".join(encoder.feed([event]) for event in whole))]
    assert check_stream(made) == []
    return made


def whole(events: list[Event]) -> dict[str, Any]:
    """The answer that they add up to."""
    collector = Collector()
    for event in [ResponseStarted("", "r", "m", 1), *events, CandidateFinished(0, FinishReason("stop"))]:
        collector.feed(event)
    collector.feed(ResponseFinished())
    return json.loads(DIALECT.encode_response(collector.result(), Losses(), None, None))


def said(made: list[dict[str, Any]]) -> list[Any]:
    """The items of the whole answer, each as its texts or its kind."""
    output = made[-1]["response"]["output"]
    return [
        [part.get("text", part.get("refusal")) for part in item.get("content", ())] or item["type"] for item in output
    ]


def begins(index: int, part: AnyPart) -> PartStarted:
    return PartStarted(index, 0, part)


INTERLEAVED: list[tuple[str, list[Event], list[Any]]] = [
    (
        "two texts",
        [
            *(begins(0, Text("")), TextDelta(0, "a"), begins(1, Text("")), TextDelta(1, "b"), TextDelta(0, "c")),
            *(PartEnded(1), PartEnded(0)),
        ],
        [["ac", "b"]],
    ),
    (
        "a text that says something late",
        [begins(0, Text("")), begins(1, Text("")), TextDelta(1, "b"), PartEnded(1), TextDelta(0, "a"), PartEnded(0)],
        [["a", "b"]],
    ),
    (
        "a text that says nothing",
        [begins(0, Text("")), begins(1, Text("")), TextDelta(1, "b"), PartEnded(1), PartEnded(0)],
        [["b"]],
    ),
    (
        "a signed text and a call",
        [
            *(begins(0, Text("")), TextDelta(0, "a"), SignatureDelta(0, SIGNED), begins(1, ToolCall("c", "f", ""))),
            *(ToolInputDelta(1, "{}"), PartEnded(0), PartEnded(1)),
        ],
        [["a"], "reasoning", "function_call"],
    ),
    (
        "a text that is signed after calls have begun",
        [
            *(begins(0, Text("")), TextDelta(0, "a"), begins(1, ToolCall("c", "f", "")), ToolInputDelta(1, "{}")),
            *(begins(2, ToolCall("d", "f", "{}")), PartEnded(2), TextDelta(0, "b"), SignatureDelta(0, SIGNED)),
            *(PartEnded(0), PartEnded(1)),
        ],
        [["ab"], "reasoning", "function_call", "function_call"],
    ),
    (
        "a text and a thought",
        [
            *(begins(0, Text("")), TextDelta(0, "a"), begins(1, Reasoning("")), ReasoningDelta(1, "hm")),
            *(TextDelta(0, "b"), PartEnded(0), PartEnded(1)),
        ],
        [["ab"], "reasoning"],
    ),
    (
        "a text and a refusal one after the other",
        [begins(0, Text("a")), PartEnded(0), begins(1, Refusal("no")), PartEnded(1)],
        [["a", "no"]],
    ),
]


@pytest.mark.parametrize(("events", "items"), [case[1:] for case in INTERLEAVED], ids=[case[0] for case in INTERLEAVED])
def test_every_part_keeps_its_place(events: list[Event], items: list[Any]) -> None:
    assert said(encode(*events)) == items
    assert said([{"response": whole(events)}]) == items


def test_what_waits_for_a_text_is_told_before_an_error() -> None:
    encoder = DIALECT.encoder(Losses(), None, None)
    events = [ResponseStarted("", "r", "m", 1), begins(0, Text("a")), begins(1, ToolCall("c", "f", "{}"))]
    frames = encoder.feed([*events, ErrorRaised(Error("server", "cut"))])
    made = [json.loads(data) for data in unframe(frames)]
    assert [one["item"]["type"] for one in made if one["type"].endswith("item.added")] == ["message", "function_call"]
    assert made[-1]["type"] == "response.failed"
    message, call = made[-1]["response"]["output"]
    assert ([part["text"] for part in message["content"]], message["status"]) == (["a"], "incomplete")
    assert (call["arguments"], call["status"]) == ("{}", "incomplete")


def test_what_waits_for_a_text_that_waits_is_told_before_an_error() -> None:
    encoder = DIALECT.encoder(Losses(), None, None)
    texts = [begins(0, Text("a")), begins(1, Text("b"))]
    calls = [begins(2, ToolCall("c", "f", "{")), begins(3, Text("c")), ToolInputDelta(2, "}")]
    failed = ErrorRaised(Error("server", "cut"))
    frames = encoder.feed([ResponseStarted("", "r", "m", 1), *texts, *calls, failed])
    made = [json.loads(data) for data in unframe(frames)]
    first, call, last = made[-1]["response"]["output"]
    assert [[part["text"] for part in message["content"]] for message in (first, last)] == [["a", "b"], ["c"]]
    assert call["arguments"] == "{}"
    assert {item["status"] for item in (first, call, last)} == {"incomplete"}


def test_a_stream_that_fails_holds_what_it_said() -> None:
    encoder = DIALECT.encoder(Losses(), None, None)
    thought = [begins(0, Reasoning("")), ReasoningDelta(0, "hm")]
    calls = [begins(1, ToolCall("c", "f", "")), ToolInputDelta(1, '{"x'), begins(2, Text("")), TextDelta(2, "Well, ")]
    failed = ErrorRaised(Error("server", "cut"))
    frames = encoder.feed([ResponseStarted("", "r", "m", 1), *thought, *calls, TextDelta(2, "I"), failed])
    made = [json.loads(data) for data in unframe(frames)]
    reasoning, call, message = made[-1]["response"]["output"]
    assert reasoning["summary"] == [{"type": "summary_text", "text": "hm"}]
    assert (call["arguments"], call["status"]) == ('{"x', "incomplete")
    assert ([part["text"] for part in message["content"]], message["status"]) == (["Well, I"], "incomplete")
    assert [item["id"] for item in made[-1]["response"]["output"]] == [
        one["item"]["id"] for one in made if one["type"] == "response.output_item.added"
    ]


def test_a_text_without_words_has_no_tokens() -> None:
    token = LogprobsAdded(0, Logprobs([TokenLogprob("b", -1)]))
    made = encode(begins(0, Text("")), begins(1, Text("")), PartEnded(0), token, TextDelta(1, "b"), PartEnded(1))
    parts = [part for item in made[-1]["response"]["output"] for part in item["content"]]
    assert [[each["token"] for each in part.get("logprobs", ())] for part in parts] == [["b"]]


def test_a_text_that_only_cites_has_no_tokens() -> None:
    token = LogprobsAdded(0, Logprobs([TokenLogprob("b", -1)]))
    cites = begins(0, Text("", citations=[Citation(url="https://a.example/")]))
    made = encode(cites, PartEnded(0), token, begins(1, Text("")), TextDelta(1, "b"), PartEnded(1))
    [message] = made[-1]["response"]["output"]
    assert [[each["token"] for each in part.get("logprobs", ())] for part in message["content"]] == [[], ["b"]]


def test_a_citation_on_what_was_told_is_named() -> None:
    losses = Losses()
    encoder = DIALECT.encoder(losses, None, None)
    late = CitationAdded(0, Citation(url="https://a.example/", at=("x",)))
    call = ToolCall("c", "f", "{}")
    encoder.feed([ResponseStarted("", "r", "m", 1), begins(0, Text("a")), PartEnded(0), begins(1, call), late])
    assert [(loss.kind, loss.feature, loss.path) for loss in losses if loss.kind == "dropped"] == [
        ("dropped", "citation", "x")
    ]


def test_what_a_request_says_in_several_lines_is_repeated_in_one() -> None:
    schema = Raw(b'{\n  "type": "object",\r\n  "properties": {}\n}')
    tools: list[Any] = [FunctionTool("f", parameters=schema)]
    request = Request("openai-responses", [Message("user", [Text("hi")])], tools=tools)
    made = encode(begins(0, Text("a")), PartEnded(0), request=request)
    assert made[0]["response"]["tools"][0]["parameters"] == {"type": "object", "properties": {}}


def test_a_request_without_tools_is_repeated_with_none() -> None:
    request = Request("openai-responses", [Message("user", [Text("hi")])])
    made = encode(begins(0, Text("a")), PartEnded(0), request=request)
    assert made[0]["response"]["tools"] == []
