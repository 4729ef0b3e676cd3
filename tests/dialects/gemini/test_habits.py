"""What is special to generateContent, each habit in a small body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Raw

from dgrid_translate import Exchange, translate
from dgrid_translate.dialects.gemini import DIALECT
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    Event,
    PartEnded,
    PartStarted,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    ToolInputDelta,
)
from dgrid_translate.ir.fold import collect, explode
from dgrid_translate.ir.parts import AnyPart, Citation, Reasoning, Signature, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import FunctionTool, Message, ReasoningConfig, Request, ToolChoice
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.sse import SSEDecoder


def spelled(value: Any) -> bytes:
    return json.dumps(value).encode()


def asked(*messages: Message, model: str = "gemini-3-flash", **settings: Any) -> tuple[dict[str, Any], list[str]]:
    """The body of a request that came from elsewhere, and the losses."""
    losses = Losses()
    request = Request("openai", list(messages) or [Message("user", [Text("hi")])], model, **settings)
    return json.loads(DIALECT.encode_request(request, losses)), [str(loss) for loss in losses]


def chunks_of(events: list[Event]) -> list[dict[str, Any]]:
    frames = DIALECT.encoder(Losses(), None, None).feed(events)
    return [json.loads(data) for _, data in SSEDecoder().feed(frames)]


def call(name: str, **members: Any) -> dict[str, Any]:
    return {"functionCall": {"name": name, "args": {}, **members}}


def answer(name: str, **members: Any) -> dict[str, Any]:
    return {"functionResponse": {"name": name, "response": {"output": "ok"}, **members}}


def test_answers_without_ids_belong_to_the_calls_in_order() -> None:
    turns = [("user", [{"text": "go"}])]
    turns += [("model", [call("f"), call("g"), call("f")]), ("user", [answer("f"), answer("f"), answer("g")])]
    body = {"contents": [{"role": role, "parts": parts} for role, parts in turns]}
    _, calls, answers = DIALECT.decode_request(spelled(body)).messages
    ids = [part.id for part in calls.parts if isinstance(part, ToolCall)]
    assert len(set(ids)) == 3
    found = [part.call_id for part in answers.parts if isinstance(part, ToolResult)]
    assert found == [ids[0], ids[2], ids[1]]


@pytest.mark.parametrize(
    ("response", "text", "is_error", "structured"),
    [
        ({"output": "hi"}, "hi", None, False),
        ({"result": "hi"}, "hi", None, False),
        ({"error": "no"}, "no", True, False),
        ({"a": 1}, '{"a": 1}', None, True),
        ({"output": [1]}, '{"output": [1]}', None, True),
    ],
)
def test_what_functions_answer(response: Any, text: str, is_error: bool | None, structured: bool) -> None:
    part = {"functionResponse": {"name": "f", "response": response}}
    [result] = DIALECT.decode_request(spelled({"contents": [{"parts": [part]}]})).messages[0].parts
    assert isinstance(result, ToolResult)
    assert [shown.text for shown in result.parts if isinstance(shown, Text)] == [text]
    assert (result.is_error, result.structured is not None) == (is_error, structured)
    foreign = ToolResult("c", result.parts, "f", result.is_error)
    body, _ = asked(Message("user", [Text("go")]), Message("user", [foreign]))
    said = body["contents"][-1]["parts"][0]["functionResponse"]["response"]
    assert said == ({"output": "hi"} if response == {"result": "hi"} else response)


def test_answers_stand_together_in_the_order_of_the_calls() -> None:
    calls: list[AnyPart] = [ToolCall("1", "f", "{}"), ToolCall("2", "g", "")]
    body, losses = asked(
        Message("user", [Text("go")]),
        Message("assistant", [Text(""), *calls]),
        Message("user", [ToolResult("2", [Text("b")])]),
        Message("user", [ToolResult("1", [Text("a")])]),
        Message("user", [Text("and?")]),
    )
    assert [content["role"] for content in body["contents"]] == ["user", "model", "user", "user"]
    answers = [part["functionResponse"] for part in body["contents"][2]["parts"]]
    assert [(said["id"], said["name"], said["response"]) for said in answers] == [
        ("1", "f", {"output": "a"}),
        ("2", "g", {"output": "b"}),
    ]
    assert body["contents"][1]["parts"][0]["thoughtSignature"] == "skip_thought_signature_validator"
    assert [loss.split(" at ")[0] for loss in losses] == ["invented thought_signature"]


def test_instructions_have_a_place_and_late_ones_do_not() -> None:
    system, user, late = [Message(role, [Text(role)]) for role in ("developer", "user", "system")]
    body, losses = asked(system, user, late)
    assert body["systemInstruction"] == {"parts": [{"text": "developer"}]}
    assert [content["parts"] for content in body["contents"]] == [[{"text": "user"}], [{"text": "system"}]]
    assert [loss.split(" at ")[0] for loss in losses] == ["approximated developer_role", "moved system_message"]


@pytest.mark.parametrize(
    ("model", "config", "thinking"),
    [
        ("gemini-3-pro-preview", ReasoningConfig(effort="medium"), {"thinkingLevel": "HIGH"}),
        ("models/gemini-3-flash", ReasoningConfig(effort="none", mode="off"), {"thinkingLevel": "MINIMAL"}),
        ("google/gemini-2.5-flash", ReasoningConfig("off"), {"thinkingBudget": 0}),
        ("gemini-2.5-pro", ReasoningConfig("off"), {"thinkingBudget": 128}),
        ("gemini-2.5-pro", ReasoningConfig("on", budget=5000, visible=True), "both"),
        ("gemini-2.5-flash", ReasoningConfig("adaptive"), {"thinkingBudget": -1}),
        ("gemini-2.0-flash", ReasoningConfig(effort="high"), None),
    ],
)
def test_thinking_is_asked_for_as_the_model_takes_it(model: str, config: ReasoningConfig, thinking: Any) -> None:
    body, _ = asked(model=model, reasoning=config)
    expected = {"thinkingBudget": 5000, "includeThoughts": True} if thinking == "both" else thinking
    assert body.get("generationConfig", {}).get("thinkingConfig") == expected


def test_choices() -> None:
    tools = [FunctionTool("f", strict=True), FunctionTool("g")]
    body, losses = asked(tools=tools, tool_choice=ToolChoice("auto"))
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "VALIDATED"}}
    assert losses == ["approximated strict at strict: mode VALIDATED, for all functions"]
    body, _ = asked(tools=tools[1:], tool_choice=ToolChoice("required", ["g"]))
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["g"]}}


def test_places_are_spelled_as_in_the_source() -> None:
    body = {"contents": {"parts": {"text": "hi"}}, "generation_config": {"max_output_tokens": 3}}
    request = DIALECT.decode_request(spelled(body))
    assert request.place("max_tokens") == ("generation_config", "max_output_tokens")
    assert request.messages[0].parts[0].at == ("contents", "parts")


SIGNED: list[AnyPart] = [
    Reasoning("I think", signature=Signature("a+b/c=", "anthropic")),
    Reasoning("", redacted=True, signature=Signature("sealed", "anthropic")),
    Text("Hello", citations=[Citation(url="https://e.org", title="E", start=1, end=3)]),
    ToolCall("toolu_1", "f", Raw(b'{"a":1}')),
]


def test_foreign_signatures_come_home_however_the_client_keeps_its_turns() -> None:
    response = Response("claude", [Candidate(0, SIGNED, FinishReason("tool_calls", "tool_use", "claude"))], "m", "x")
    whole = json.loads(DIALECT.encode_response(response, Losses(), None, None))
    turns = [
        [whole["candidates"][0]["content"]],
        [c["candidates"][0]["content"] for c in chunks_of([*explode(response)])],
    ]
    for turn in turns:
        contents = [{"role": "user", "parts": [{"text": "q"}]}, *turn]
        _, said = DIALECT.decode_request(spelled({"contents": contents})).messages
        assert [part.signature for part in said.parts] == [part.signature for part in SIGNED]
        assert [getattr(part, "text", "") for part in said.parts] == ["I think", "", "Hello", ""]


def test_every_chunk_has_a_part_and_the_last_one_says_the_end() -> None:
    response = Response("claude", [Candidate(0, SIGNED[2:3], FinishReason("stop", "end_turn", "claude"))], "m", "x")
    first, last = chunks_of([*explode(response)])
    assert first["candidates"][0] == {"index": 0, "content": {"role": "model", "parts": [{"text": "Hello"}]}}
    assert last["candidates"][0]["content"]["parts"] == [{"text": ""}]
    assert last["candidates"][0]["finishReason"] == "STOP"
    [support] = last["candidates"][0]["groundingMetadata"]["groundingSupports"]
    assert support == {"segment": {"startIndex": 1, "endIndex": 3, "text": "el"}, "groundingChunkIndices": [0]}


def test_parts_that_interleave_wait_for_their_turn() -> None:
    events: list[Event] = [ResponseStarted("openai", "i", "m")]
    events += [
        PartStarted(0, 0, Reasoning("")),
        PartStarted(1, 0, Text("b")),
        PartStarted(2, 0, ToolCall("c", "f", "")),
    ]
    events += [TextDelta(1, "c"), PartEnded(2), PartEnded(1), PartEnded(0), ResponseFinished()]
    parts = [part for chunk in chunks_of(events) for part in chunk["candidates"][0]["content"]["parts"]]
    assert parts == [{"text": "bc"}, {"functionCall": {"id": "c", "name": "f", "args": {}}}]


def test_arguments_in_pieces() -> None:
    pieces: list[Any] = [
        {"name": "f", "willContinue": True},
        {"partialArgs": [{"jsonPath": "$.a.b", "stringValue": "x", "willContinue": True}], "willContinue": True},
        {"partialArgs": [{"jsonPath": "$.a.b", "stringValue": "y"}], "willContinue": True},
        {"partialArgs": [{"jsonPath": "$.l[0]", "numberValue": 1}, {"jsonPath": "$.n", "nullValue": None}]},
        {"name": "g"},
    ]
    decoder = DIALECT.decoder()
    parts = [{"candidates": [{"content": {"parts": [{"functionCall": piece}]}}]} for piece in pieces]
    parts[-1]["candidates"][0]["finishReason"] = "STOP"
    events = [event for chunk in parts for event in decoder.feed(spelled(chunk))] + decoder.close()
    [candidate] = collect(events).candidates
    calls = [part for part in candidate.parts if isinstance(part, ToolCall)]
    assert [(it.name, json.loads(as_text(it.arguments))) for it in calls] == [
        ("f", {"a": {"b": "xy"}, "l": [1], "n": None}),
        ("g", {}),
    ]
    assert candidate.finish == FinishReason("tool_calls", "STOP", "gemini", key="finishReason")


def test_citations_count_bytes_of_the_visible_text() -> None:
    support = {"segment": {"startIndex": 3, "endIndex": 8, "text": "wörd"}, "groundingChunkIndices": [0]}
    grounding = {"groundingChunks": [{"web": {"uri": "https://e.org"}}], "groundingSupports": [support]}
    parts = [{"text": "hm", "thought": True}, {"text": "é wörd"}]
    candidate = {"content": {"role": "model", "parts": parts}, "groundingMetadata": grounding}
    text = DIALECT.decode_response(spelled({"candidates": [candidate]})).candidates[0].parts[1]
    assert isinstance(text, Text)
    assert [(it.url, it.start, it.end) for it in text.citations or []] == [("https://e.org", 2, 6)]


def test_a_blocked_prompt_is_an_answer_that_was_filtered() -> None:
    body = {"promptFeedback": {"blockReason": "SAFETY"}}
    [candidate] = DIALECT.decode_response(spelled(body)).candidates
    assert candidate.finish == FinishReason("content_filter", "SAFETY", "gemini")


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "audio/wav"])
def test_base64_in_the_alphabet_of_urls_is_gemini_s_own(media_type: str) -> None:
    """Google's SDK sends it, and Google takes it; nobody else need."""
    inline = {"mimeType": media_type, "data": "iVBORw0KGgo-__8"}
    body = {"contents": [{"role": "user", "parts": [{"inlineData": inline}]}]}
    sent = json.dumps(Exchange("gemini", "openai").request(body, model="m").body)
    assert "iVBORw0KGgo+//8=" in sent
    assert "-__8" not in sent


@pytest.mark.parametrize(("seconds", "delay"), [(2.0, "2s"), (0.25, "0.25s"), (1234567.5, "1234567.5s")])
def test_when_to_retry_is_told_in_seconds(seconds: float, delay: str) -> None:
    _, body = DIALECT.encode_error(Error("rate_limit", "busy", retry_after=seconds), Losses())
    [detail] = json.loads(body)["error"]["details"]
    assert detail == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    assert DIALECT.decode_error(429, body).retry_after == seconds


@pytest.mark.parametrize(
    ("said", "asked_for", "sent"),
    [
        ("models/gemini-3-flash", "gemini-3-flash", "models/gemini-3-flash"),
        ("gemini-3-flash", "gemini-3-flash", "gemini-3-flash"),
        ("gemini-3-flash", "gemini-3-pro", "models/gemini-3-pro"),
        ("models/gemini-3-flash", "tunedModels/mine", "tunedModels/mine"),
    ],
)
def test_a_model_in_the_body_is_the_one_that_is_asked(said: str, asked_for: str, sent: str) -> None:
    request = DIALECT.decode_request(spelled({"model": said, "contents": [{"parts": [{"text": "hi"}]}]}))
    request.model = asked_for
    assert json.loads(DIALECT.encode_request(request, Losses()))["model"] == sent


def test_arguments_in_thousands_of_pieces_are_one_call() -> None:
    pieces = ['{"a":"', *["x"] * 3000, '"}']
    deltas: list[Event] = [ToolInputDelta(0, piece) for piece in pieces]
    begin: list[Event] = [ResponseStarted("openai"), PartStarted(0, 0, ToolCall("c", "f", ""))]
    *_, last = chunks_of([*begin, *deltas, PartEnded(0), ResponseFinished()])
    assert last["candidates"][0]["content"]["parts"][0]["functionCall"]["args"] == {"a": "x" * 3000}


@pytest.mark.parametrize("text", ["x", "x\ud83d"], ids=["whole", "cut within a letter"])
def test_any_spelling_is_understood(text: str) -> None:
    schema = {"type": "object", "properties": {}, "title": text}
    asked = {
        "system_instruction": {"parts": {"text": text}},
        "contents": {"parts": {"text": text}},
        "tools": {"function_declarations": {"name": "f", "parameters_json_schema": schema}},
    }
    assert translate(asked, to="openai", source="gemini", kind="request") == {
        "messages": [{"role": "system", "content": text}, {"role": "user", "content": text}],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}],
    }


OTHERS: dict[str, Any] = {
    "functionCall": {"name": "g"},
    "functionResponse": {"name": "g", "response": {}},
    "executableCode": {"code": "1"},
    "toolCall": {"toolType": "T"},
    "inlineData": {"data": "AAAA"},
    "text": "x",
}


@pytest.mark.parametrize("first", ["functionCall", "functionResponse"])
@pytest.mark.parametrize("second", OTHERS)
def test_a_part_that_is_two_things_is_not_taken_for_one(first: str, second: str) -> None:
    if first == second:
        return
    body = {"contents": [{"role": "user", "parts": [{first: OTHERS[first], second: OTHERS[second]}]}]}
    assert translate(body, to="gemini", source="gemini", kind="request", passthrough=False) == body
    losses: list[Loss] = []
    translate(body, to="claude", source="gemini", kind="request", losses=losses)
    assert "contents[0].parts[0]" in [loss.path for loss in losses if loss.kind == "dropped"]
