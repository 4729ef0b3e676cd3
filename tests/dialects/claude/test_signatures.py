"""Signatures of other vendors, out to a Claude client and home again."""

from __future__ import annotations

import json

from dgrid_translate.dialects.claude import DIALECT
from dgrid_translate.ir.fold import collect, explode
from dgrid_translate.ir.parts import AnyPart, Reasoning, Signature, Text, ToolCall
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import Losses
from dgrid_translate.shared.signatures import MARK
from dgrid_translate.shared.sse import unframe

GOOGLE = Signature("c2ln", "google")
PARTS: list[AnyPart] = [
    Reasoning("hm", signature=Signature("own", "anthropic")),
    Reasoning("well", signature=GOOGLE),
    Reasoning("", redacted=True, signature=Signature("sealed", "openai")),
    Text("said", signature=Signature("cDI=", "google")),
    ToolCall("call.1", "f", "{}", signature=GOOGLE),
]
ANSWER = Response("gemini", [Candidate(0, PARTS, FinishReason("tool_calls"))], "r", "m")


def test_they_come_home() -> None:
    content = json.loads(DIALECT.encode_response(ANSWER, Losses(), None, None))["content"]
    assert [block["type"] for block in content] == ["thinking"] * 3 + ["text", "thinking", "thinking", "tool_use"]
    history = {"messages": [{"role": "assistant", "content": content}]}
    parts = DIALECT.decode_request(json.dumps(history).encode()).messages[0].parts
    assert [(type(part), part.signature) for part in parts] == [(type(part), part.signature) for part in PARTS]
    assert isinstance(parts[2], Reasoning)
    assert parts[2].redacted
    assert isinstance(parts[4], ToolCall)
    assert parts[4].id == "call.1"


def test_streams_carry_the_same_blocks() -> None:
    whole = json.loads(DIALECT.encode_response(ANSWER, Losses(), None, None))["content"]
    blocks: list[dict[str, object]] = []
    frames = DIALECT.encoder(Losses(), None, None).feed(explode(ANSWER))
    for event in [json.loads(data) for data in unframe(frames)]:
        if event["type"] == "content_block_start":
            blocks.append(event["content_block"])
        elif event["type"] == "content_block_delta":
            delta = event["delta"]
            for key in ("text", "thinking", "signature"):
                if key in delta:
                    blocks[-1][key] = f"{blocks[-1][key]}{delta[key]}"
    assert blocks == whole


def test_they_come_home_in_answers_of_a_gateway() -> None:
    frames = DIALECT.encoder(Losses(), None, None).feed(explode(ANSWER))
    decoder = DIALECT.decoder()
    streamed = collect([event for data in unframe(frames) for event in decoder.feed(data)])
    whole = DIALECT.decode_response(DIALECT.encode_response(ANSWER, Losses(), None, None))
    for answer in (whole, streamed):
        parts = answer.candidates[0].parts
        assert [(type(part), part.signature) for part in parts] == [(type(part), part.signature) for part in PARTS]
        assert isinstance(parts[2], Reasoning)
        assert parts[2].redacted


def test_invented_ids_are_named_where_they_stand() -> None:
    answer = Response("openai", [Candidate(0, [Text("a"), ToolCall("c", "f", "{}", derived_id=True)])], "r", "m")
    losses, streamed = Losses(), Losses()
    DIALECT.encode_response(answer, losses, None, None)
    DIALECT.encoder(streamed, None, None).feed(explode(answer))
    for noted in (losses, streamed):
        assert "content[1].id" in {loss.path for loss in noted if loss.feature == "tool_call_id"}


def test_none_reaches_claude() -> None:
    content = json.loads(DIALECT.encode_response(ANSWER, Losses(), None, None))["content"]
    history = {"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "assistant", "content": content}]}
    losses = Losses()
    sent = DIALECT.encode_request(DIALECT.decode_request(json.dumps(history).encode()), losses)
    assert MARK.encode() not in sent
    assert [block["type"] for block in json.loads(sent)["messages"][0]["content"]] == ["thinking", "text", "tool_use"]
    assert {loss.feature for loss in losses} == {"reasoning", "signature"}
