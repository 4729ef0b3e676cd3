"""The judges judged: what they must accept, and what they must refuse and why."""

import json
from collections.abc import Callable
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from google import genai
from google.genai import errors as gemini_errors
from google.genai import types

from dgrid_translate.testing.grammar import ui_message as grammar
from tests.judge import accept_error, accept_request, accept_response, accept_stream, samples, ui_sdk
from tests.judge.samples import JsonObject, sse
from tests.judge.transport import Replay
from tests.judge.ui_sdk import ChatError
from tests.testing import openai_completions_bodies as bodies

REQUESTS: dict[str, Callable[[], JsonObject]] = {
    "openai": samples.openai_request,
    "openai-completions": lambda: bodies.COMPLETIONS,
    "openai-responses": samples.responses_request,
    "claude": samples.claude_request,
    "gemini": samples.gemini_request,
    "ui-message": samples.ui_request,
}
STREAMS: dict[str, Callable[..., bytes]] = {
    "openai": lambda events=None: sse(events or samples.openai_chunks(), done=True),
    "openai-completions": lambda events=None: sse(events or bodies.STREAM, done=True),
    "openai-responses": lambda events=None: sse(events or samples.responses_events(), named=True),
    "claude": lambda events=None: sse(events or samples.claude_events(), named=True),
    "gemini": lambda events=None: sse(events or samples.gemini_chunks()),
    "ui-message": lambda events=None: sse(events or samples.ui_chunks(), done=True),
}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("dialect", REQUESTS)
def test_accepts_a_request(dialect: str) -> None:
    accept_request(dialect, REQUESTS[dialect]())


def test_accepts_responses() -> None:
    completion: Any = accept_response("openai", samples.openai_response(reasoning_content="Hm."))
    assert completion.choices[0].message.tool_calls[0].function.name == "weather"
    text: Any = accept_response("openai-completions", bodies.TEXT)
    assert text.choices[0].logprobs.text_offset == [0, 2]
    response: Any = accept_response("openai-responses", samples.responses_response())
    assert response.output_text == "Hi"
    assert response.output[1].call_id == "call_1"
    message: Any = accept_response("claude", samples.claude_response({"type": "text", "text": "Hi"}))
    assert message.content[0].text == "Hi"
    answer: Any = accept_response("gemini", samples.gemini_response({"text": "Hi"}))
    assert answer.text == "Hi"
    accept_response("ui-message", samples.ui_response())


def test_accepts_a_beta_response_of_claude() -> None:
    block = {"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "f", "server_name": "s", "input": {}}
    message: Any = accept_response("claude", samples.claude_response(block))
    assert type(message).__name__.startswith("Beta")


def test_accepts_streams() -> None:
    completion: Any = accept_stream("openai", STREAMS["openai"]())
    [call] = completion.choices[0].message.tool_calls
    assert (call.id, call.function.name, call.function.arguments) == ("call_1", "f", '{"x":1}')
    assert completion.choices[0].message.content == "Hi"
    assert completion.usage.total_tokens == 2
    texts: Any = accept_stream("openai-completions", STREAMS["openai-completions"]())
    assert "".join(choice.text for part in texts for choice in part.choices) == "HiHi!!"
    response: Any = accept_stream("openai-responses", STREAMS["openai-responses"]())
    assert response.output_text == "Hi"
    assert response.output[1].parsed_arguments is None
    assert response.usage.total_tokens == 2
    message: Any = accept_stream("claude", STREAMS["claude"]())
    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
    assert message.content[0].signature == "c2ln"
    assert message.content[2].input == {"x": 1}
    assert message.usage.output_tokens == 9
    chunks: Any = accept_stream("gemini", STREAMS["gemini"]())
    assert chunks[-1].function_calls[0].args == {"x": 1}
    said: Any = accept_stream("ui-message", STREAMS["ui-message"]())
    assert [part["type"] for part in said["parts"]] == ["step-start", "reasoning", "text", "tool-f"]
    assert said["parts"][3]["input"] == {"x": 1}
    assert said["metadata"] == {"usage": {"totalTokens": 2}}


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_an_answer_cut_short_is_still_an_answer(finish: str) -> None:
    chunks = [samples.openai_chunk({"role": "assistant", "content": "Hi"}), samples.openai_chunk({}, finish)]
    completion: Any = accept_stream("openai", sse(chunks))
    assert completion.choices[0].finish_reason == finish


def test_a_custom_tool_call_streams_although_the_helper_cannot() -> None:
    delta = samples.openai_delta(index=0, id="call_1", type="custom", custom={"name": "f", "input": "x"})
    accept_stream("openai", sse([samples.openai_chunk({"role": "assistant"}), delta]))


@pytest.mark.parametrize("status", ["incomplete", "failed"])
def test_a_response_that_did_not_get_to_its_end_is_still_one(status: str) -> None:
    reasons = {"incomplete_details": {"reason": "max_output_tokens"}}
    error = {"error": {"code": "server_error", "message": "boom"}}
    events = samples.responses_events()
    whole = events[-1]["response"] | {"status": status} | (reasons if status == "incomplete" else error)
    events[-1] = {"type": f"response.{status}", "sequence_number": 14, "response": whole}
    final: Any = accept_stream("openai-responses", sse(events, named=True))
    assert final.status == status
    assert final.output_text == "Hi"


def test_an_error_in_a_stream_of_responses_is_an_event() -> None:
    error = {"type": "error", "sequence_number": 2, "code": "server_error", "message": "boom", "param": None}
    assert accept_stream("openai-responses", sse([*samples.responses_events()[:2], error], named=True)) is None
    nested = {"type": "error", "sequence_number": 2, "error": {"code": "server_error", "message": "boom"}}
    with pytest.raises(AssertionError, match="APIError: boom"):
        accept_stream("openai-responses", sse([*samples.responses_events()[:2], nested], named=True))


def test_framing_that_sdks_forgive() -> None:
    for dialect in ("openai", "openai-completions", "openai-responses", "claude", "ui-message"):
        accept_stream(dialect, b": comment\n\n" + STREAMS[dialect]().replace(b"data: ", b"data:"))
    for dialect, stream in STREAMS.items():
        accept_stream(dialect, stream().replace(b"\n", b"\r\n"))
    accept_stream("claude", b"event: ping\ndata: {}\n\n".replace(b"{}", b'{"type": "ping"}') + STREAMS["claude"]())


@pytest.mark.parametrize(
    ("dialect", "kind"),
    [
        ("openai", openai.RateLimitError),
        ("openai-completions", openai.RateLimitError),
        ("openai-responses", openai.RateLimitError),
        ("claude", anthropic.RateLimitError),
        ("gemini", gemini_errors.ClientError),
        ("ui-message", ChatError),
    ],
)
def test_accepts_errors(dialect: str, kind: type[Exception]) -> None:
    error = accept_error(dialect, 429, JSON, json.dumps(samples.ERRORS[dialect]).encode())
    assert isinstance(error, kind)
    assert "slow" in str(error)


def test_a_host_is_tolerated_by_name_only() -> None:
    body = samples.openai_response() | {"x_groq": {"id": "req_1"}}
    accept_response("openai", body, host="groq")
    with pytest.raises(AssertionError, match="x_groq"):
        accept_response("openai", body)


def test_accepts_what_the_google_sdk_sends() -> None:
    wanted = {
        "system_instruction": "Be brief.",
        "tools": [{"function_declarations": [{"name": "f", "parameters_json_schema": samples.SCHEMA}]}],
        "tool_config": {"function_calling_config": {"mode": "VALIDATED", "allowed_function_names": ["f"]}},
        "thinking_config": {"include_thoughts": True, "thinking_level": "LOW"},
        "response_schema": samples.SCHEMA,
        "response_mime_type": "application/json",
        "image_config": {"aspect_ratio": "1:1"},
        "speech_config": "Kore",
        "stop_sequences": ["x"],
        "safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
        "service_tier": "flex",
        "cached_content": "cachedContents/1",
    }
    config = types.GenerateContentConfig.model_validate(wanted)
    parts = [types.Part.from_bytes(data=b"x", mime_type="image/png"), types.Part(text="Hi", thought_signature=b"sig")]
    replay = Replay()
    options = types.HttpOptions(base_url="http://judge", httpx_client=httpx2.Client(transport=replay))
    replay.answer(200, JSON, json.dumps(samples.gemini_response({"text": "Hi"})).encode())
    genai.Client(api_key="k", http_options=options).models.generate_content(model="m", contents=parts, config=config)
    assert replay.request is not None
    accept_request("gemini", json.loads(replay.request.content))


def bent(body: JsonObject, path: str, value: Any = None, *, drop: bool = False) -> JsonObject:
    """The body with one value replaced, added or dropped; ``path`` as in "messages.0.content"."""
    body = json.loads(json.dumps(body))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node: Any = body
    for step in way:
        node = node[step]
    if drop:
        del node[last]
    else:
        node[last] = value
    return body


DROP = object()
BAD_REQUESTS = [
    ("openai", "messages", DROP, "messages: required"),
    ("openai", "max_output_tokens", 5, "max_output_tokens: .* no such key"),
    ("openai", "messages.0.role", "model", "role 'model' is not one of"),
    ("openai", "messages.1.content.1.image_url", "http://x", r"messages\[1\].content\[1\].image_url: expected"),
    ("openai", "messages.1.content.0.type", "input_text", "'input_text' is not one of text, image_url"),
    ("openai", "messages.2.tool_calls.0.function.arguments", {"city": "Rome"}, "arguments: expected a string"),
    ("openai", "messages.2.tool_calls.0.id", DROP, r"tool_calls\[0\].id: required"),
    ("openai", "messages.3.tool_call_id", DROP, r"messages\[3\].tool_call_id: required"),
    ("openai", "messages.3.is_error", True, "is_error: .* no such key"),
    ("openai", "tools.0.function.input_schema", {}, "input_schema: .* no such key"),
    ("openai", "tool_choice", "any", "tool_choice: expected one of 'none', 'auto', 'required'"),
    ("openai", "reasoning_effort", "huge", "reasoning_effort: expected one of"),
    ("openai-completions", "model", DROP, "model: required"),
    ("openai-completions", "messages", [], "messages: .* no such key"),
    ("openai-completions", "prompt", {"text": "Hi"}, "prompt: expected"),
    ("openai-completions", "logprobs", True, "logprobs: expected"),
    ("openai-responses", "max_tokens", 5, "max_tokens: .* no such key"),
    ("openai-responses", "input.0.content.0.type", "text", "'text' is not one of input_text"),
    ("openai-responses", "input.0.role", "tool", r"input\[0\]: "),
    ("openai-responses", "input.2.arguments", {"x": 1}, r"input\[2\].arguments: expected a string"),
    ("openai-responses", "input.2.call_id", DROP, r"input\[2\].call_id: required"),
    ("openai-responses", "input.1.summary", DROP, "summary: required"),
    ("openai-responses", "input.3.output", {"ok": 1}, r"input\[3\].output: expected"),
    ("openai-responses", "tools.0.function", {"name": "f"}, "function: .* no such key"),
    ("openai-responses", "tool_choice", {"type": "function", "function": {"name": "f"}}, "name: required"),
    ("openai-responses", "text.format.json_schema", {}, "json_schema: .* no such key"),
    ("openai-responses", "include", ["all"], r"include\[0\]: expected one of"),
    ("claude", "max_tokens", DROP, "max_tokens: required"),
    ("claude", "messages.1.content.1.input", "{}", r"messages\[1\].content\[1\].input: expected an object"),
    ("claude", "messages.1.content.0.signature", DROP, "signature: required"),
    ("claude", "messages.2.content.0.tool_use_id", DROP, "tool_use_id: required"),
    ("claude", "messages.2.content.0.content.1.source.media_type", "image/bmp", "media_type: expected one of"),
    ("claude", "messages.0.role", "tool", "role 'tool' is not one of user, assistant, system"),
    ("claude", "tools.0.parameters", {}, "parameters: .* no such key"),
    ("claude", "tool_choice", "auto", "tool_choice: expected"),
    ("claude", "betas", ["x"], "header"),
    ("gemini", "contents", DROP, "contents: required"),
    ("gemini", "contents.1.parts.1.functionCall.args", "{}", "functionCall.args: expected an object"),
    ("gemini", "contents.1.parts.1.thoughtSignature", "not base64!", "thoughtSignature: expected base64"),
    ("gemini", "contents.2.parts.0.functionResponse.response", "Sunny", "response: expected an object"),
    ("gemini", "systemInstruction", "Be brief.", "systemInstruction: expected"),
    ("gemini", "toolConfig.functionCallingConfig.mode", "REQUIRED", "mode: expected"),
    ("gemini", "generationConfig.max_tokens", 5, "max_tokens: .* no such key"),
    ("ui-message", "messages", [], "Messages array must not be empty"),
    ("ui-message", "messages.0.id", DROP, "0.id: .* expected string"),
    ("ui-message", "messages.0.role", "tool", "0.role"),
    ("ui-message", "messages.0.parts", [], "at least one part"),
    ("ui-message", "messages.0.parts.0.type", "hologram", "part type"),
    ("ui-message", "messages.0.parts.1.url", "pixel.png", "Invalid URL"),
    ("ui-message", "messages.1.parts.2.state", "output-error", "errorText: .* expected string"),
    ("ui-message", "messages.1.parts.2.state", "done", "state: Invalid"),
    ("ui-message", "messages.1.parts.1.providerMetadata", {"anthropic": 1}, "anthropic: .* expected record"),
    ("ui-message", "messages.1", {"role": "assistant", "content": [{"type": "tool-call"}]}, "message 0"),
]


@pytest.mark.parametrize(("dialect", "path", "value", "reason"), BAD_REQUESTS)
def test_refuses_a_request(dialect: str, path: str, value: Any, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        accept_request(dialect, bent(REQUESTS[dialect](), path, value, drop=value is DROP))


TOOL_USE = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": "{}"}
CALL = {"functionCall": {"name": "f", "args": "{}"}}
BAD_RESPONSES = [
    (
        "openai",
        bent(samples.openai_response(), "choices.0.finish_reason", "end_turn"),
        "finish_reason: expected one of",
    ),
    (
        "openai",
        bent(samples.openai_response(), "choices.0.message.content", [{"type": "text"}]),
        "content: expected a string",
    ),
    ("openai", bent(samples.openai_response(), "id", drop=True), "id: required"),
    ("openai", bent(samples.openai_response(), "usage.total_tokens", drop=True), "total_tokens: required"),
    ("openai", bent(samples.openai_response(), "usage.input_tokens", 1), "input_tokens: .* no such key"),
    ("openai", bent(samples.openai_response(), "created", 1.5), "created: expected an integer"),
    ("openai", samples.openai_response(tool_calls=[samples.openai_call(index=0)]), "index: .* no such key"),
    ("openai", {}, "choices: required"),
    ("openai", samples.ERRORS["openai"], "error: .* no such key"),
    (
        "openai-completions",
        bent(bodies.TEXT, "choices.0.finish_reason", "tool_calls"),
        "finish_reason: expected one of",
    ),
    ("openai-completions", bent(bodies.TEXT, "choices.0.text", None), "text: expected a string"),
    ("openai-completions", bent(bodies.TEXT, "choices.0.message", {}), "message: .* no such key"),
    ("openai-completions", bent(bodies.TEXT, "object", "chat.completion"), "object: expected"),
    ("openai-completions", bent(bodies.TEXT, "choices.0.logprobs.tokens", "Hi!"), "tokens: expected a list"),
    ("openai-responses", samples.responses_response(status="done"), "status: expected one of"),
    ("openai-responses", bent(samples.responses_response(), "tools", drop=True), "tools: required"),
    ("openai-responses", bent(samples.responses_response(), "output.1.call_id", drop=True), "call_id: required"),
    ("openai-responses", samples.responses_response({"type": "thinking", "id": "x"}), "type 'thinking' is not one of"),
    (
        "openai-responses",
        bent(samples.responses_response(), "output.0.content.0.annotations", drop=True),
        "annotations: required",
    ),
    ("openai-responses", samples.responses_response(choices=[]), "choices: .* no such key"),
    ("openai-responses", bent(samples.responses_response(), "usage.prompt_tokens", 1), "prompt_tokens: .* no such key"),
    ("openai-responses", samples.ERRORS["openai-responses"], "output: required"),
    ("claude", samples.claude_response(TOOL_USE), "input: expected an object"),
    ("claude", samples.claude_response({"type": "thinking", "thinking": "Hm."}), "signature: required"),
    ("claude", samples.claude_response({"type": "image"}), "type 'image' is not one of"),
    ("claude", samples.claude_response(stop_reason="stop"), "stop_reason: expected one of"),
    ("claude", bent(samples.claude_response(), "usage", drop=True), "usage: required"),
    ("gemini", samples.gemini_response(CALL), "args: expected an object"),
    (
        "gemini",
        samples.gemini_response({"text": "Hi", "thoughtSignature": "abc+_"}),
        "thoughtSignature: expected base64",
    ),
    ("gemini", samples.gemini_response({"inlineData": {"mimeType": "a/b", "data": "@"}}), "data: expected base64"),
    ("gemini", samples.gemini_response({"function_call": {"name": "f"}}), "function_call: .* no such key"),
    ("gemini", samples.gemini_response({"text": "Hi"}, finish="stop"), "finishReason: expected"),
    ("gemini", samples.ERRORS["gemini"], "error: .* no such key"),
    ("ui-message", samples.ui_response() | {"role": "user"}, "the assistant's"),
    ("ui-message", samples.ui_response({"type": "text"}), "text: .* expected string"),
    ("ui-message", samples.ui_response({"type": "text", "text": "Hi", "state": None}), "state"),
    ("ui-message", samples.ui_response(samples.ui_tool("input-available", errorText="x")), "errorText"),
    ("ui-message", samples.ui_response(samples.ui_tool("approval-requested")), "approval"),
    ("ui-message", {}, "expected string"),
]


@pytest.mark.parametrize(("dialect", "body", "reason"), BAD_RESPONSES)
def test_refuses_a_response(dialect: str, body: JsonObject, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        accept_response(dialect, body)


def chunks(*changed: JsonObject) -> bytes:
    """A role, the given chunks, and an end."""
    first, last = samples.openai_chunk({"role": "assistant"}), samples.openai_chunk({}, "tool_calls")
    return sse([first, *changed, last])


def claude(path: str, value: Any = None, *, drop: bool = False) -> bytes:
    """The sample stream with one event bent; ``path`` starts with the event's number."""
    events = bent({"events": samples.claude_events()}, f"events.{path}", value, drop=drop)["events"]
    return sse(events, named=True)


def responses(path: str = "", value: Any = None, *, drop: bool = False, without: tuple[int, ...] = ()) -> bytes:
    """The sample stream with one event bent, or without some; ``path`` starts with the event's number."""
    events = bent({"events": samples.responses_events()}, f"events.{path}", value, drop=drop)["events"]
    return sse([event for number, event in enumerate(events) if number not in without], named=True)


def ui(path: str, value: Any = None) -> bytes:
    """The sample stream with one chunk bent, or one more."""
    events = {"events": [*samples.ui_chunks(), {}]}
    return sse([event for event in bent(events, f"events.{path}", value)["events"] if event], done=True)


def tool(index: int = 0, **fields: Any) -> JsonObject:
    whole = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    return samples.openai_delta(index=index, **(whole | fields))


USAGE = samples.openai_chunk(choices=[], usage=samples.OPENAI_USAGE)
DETAIL = samples.openai_chunk({"reasoning_details": [{"type": "reasoning.text", "text": "a"}]})
BARE = {"name": "f", "arguments": "{}"}
BAD_STREAMS = [
    ("openai", b"", "no chunk"),
    ("openai", sse([{}]), "required"),
    ("openai", sse([samples.openai_chunk({"content": "Hi"}, object="")]), "object: expected"),
    ("openai", b"id: 1\n\n" + STREAMS["openai"](), "JSONDecodeError"),
    ("openai", b"event: ping\ndata:\n\n" + STREAMS["openai"](), "JSONDecodeError"),
    ("openai", b"data: {oops\n\n", "JSONDecodeError"),
    ("openai", chunks(tool(), tool()), "id: accumulated to 'call_1call_1'"),
    ("openai", chunks(tool(), tool(id=None)), "name: accumulated to 'ff'"),
    ("openai", chunks(samples.openai_delta(id="call_1", type="function", function=BARE)), "index: required"),
    ("openai", chunks(tool(index=1)), "IndexError"),
    ("openai", chunks(tool(function={"name": "f", "arguments": {}})), "arguments: expected"),
    ("openai", chunks(samples.openai_chunk({"role": "assistant", "content": "Hi"})), "role: accumulated"),
    ("openai", chunks(DETAIL, DETAIL), "RuntimeError: Expected list delta entry to have an `index`"),
    ("openai", chunks(USAGE, samples.openai_chunk({"content": "Hi"})), "usage: was reported"),
    ("openai", chunks(samples.openai_chunk({"content": "Hi"}, "end_turn")), "finish_reason: expected one of"),
    ("openai", sse([samples.openai_chunk({"content": "Hi"}), samples.ERRORS["openai"]]), "APIError: slow"),
    ("openai", chunks(samples.openai_chunk(choices=None)), "choices: expected a list"),
    ("openai-completions", b"", "no chunk"),
    ("openai-completions", sse([*bodies.STREAM, bodies.chunk("more")]), "choice 0 had ended"),
    ("openai-completions", sse([bodies.chunk("Hi", 0, "end_turn")]), "finish_reason: expected one of"),
    ("openai-completions", sse([bodies.chunk("Hi") | {"object": "text_completion.chunk"}]), "object: expected"),
    ("openai-completions", sse([bodies.chunk("Hi"), samples.ERRORS["openai"]]), "APIError: slow"),
    ("openai-responses", b"", "no end"),
    ("openai-responses", responses("0.sequence_number", 0, without=(14,)), "no end"),
    ("openai-responses", responses("0.sequence_number", 0, without=(0,)), "before `response.in_progress`"),
    ("openai-responses", responses("0.sequence_number", 0, without=(2,)), "before receiving its output item"),
    ("openai-responses", responses("0.sequence_number", 0, without=(3,)), "IndexError"),
    ("openai-responses", responses("14.response.id", "resp_2"), "identity changed"),
    ("openai-responses", responses("8.item.id", "msg_2"), "identity changed"),
    ("openai-responses", responses("9.output_index", 0), "Duplicate response output index"),
    ("openai-responses", responses("14.response.output", []), "is not in the final response"),
    ("openai-responses", responses("14.response.output.0.content.0.text", "Ho"), "the deltas add up to"),
    ("openai-responses", responses("11.delta", "2}"), "the deltas add up to"),
    ("openai-responses", responses("4.sequence_number", drop=True), "sequence_number: required"),
    ("openai-responses", responses("4.logprobs", drop=True), "logprobs: required"),
    ("openai-responses", responses("4.type", "response.text.delta"), "'response.text.delta' is not one of"),
    ("openai-responses", STREAMS["openai-responses"]([samples.responses_events()[0] | {"error": {}}]), "no such key"),
    ("openai-responses", b"event: ping\ndata:\n\n" + STREAMS["openai-responses"](), "JSONDecodeError"),
    ("claude", sse(list(samples.claude_events())), "no event at all"),
    ("claude", STREAMS["claude"]().replace(b"event: content", b"event: c"), "carries the type"),
    ("claude", STREAMS["claude"]() + b"event: done\ndata: [DONE]\n\n", "JSONDecodeError"),
    ("claude", sse(samples.claude_events()[1:], named=True), "content_block_start first"),
    ("claude", STREAMS["claude"]() * 2, "message_start again"),
    ("claude", claude("0.message.usage", drop=True), "usage: required"),
    ("claude", claude("0.message.content", drop=True), "content: required"),
    ("claude", claude("13.usage", drop=True), "usage: required"),
    ("claude", claude("13.usage", {}), "output_tokens: required"),
    ("claude", claude("1.index", 1), "block 1 starts where block 0 should"),
    ("claude", claude("7.index", 0), "block 0, which is not open"),
    ("claude", claude("11.delta.partial_json", {"x": 1}), "partial_json: expected a string"),
    ("claude", claude("11.delta.partial_json", "}{"), "Unable to parse tool parameter JSON"),
    ("claude", claude("1.content_block.signature", drop=True), "signature: required"),
    ("claude", claude("7.delta.type", "content_delta"), "type 'content_delta' is not one of"),
    ("claude", sse([*samples.claude_events()[:3], samples.ERRORS["claude"]], named=True), "APIStatusError"),
    ("gemini", b"event: message\n" + STREAMS["gemini"](), "UnknownApiResponseError"),
    ("gemini", STREAMS["gemini"]() + b"data: [DONE]\n\n", "UnknownApiResponseError"),
    ("gemini", b": comment\n\n" + STREAMS["gemini"](), "UnknownApiResponseError"),
    ("gemini", STREAMS["gemini"]().replace(b"data: ", b"data:"), "UnknownApiResponseError"),
    ("gemini", json.dumps(samples.gemini_chunks(), indent=1).encode(), "UnknownApiResponseError"),
    ("gemini", sse([samples.gemini_response(CALL)]), "args"),
    ("gemini", sse([samples.gemini_response({"text": "", "thoughtSignature": "?"})]), "thoughtSignature"),
    ("gemini", sse(samples.gemini_chunks()[:2]), "a chat forgets the turn"),
    ("gemini", sse([samples.gemini_response({"text": "Hi"}), {"usageMetadata": {"totalTokenCount": 2}}]), "forgets"),
    ("gemini", sse([samples.gemini_response(finish=None), *samples.gemini_chunks()]), "forgets"),
    ("gemini", sse([samples.ERRORS["gemini"]]), "ClientError: 429"),
    ("gemini", sse([{"id": 1, **samples.ERRORS["gemini"]}]), "error: .* no such key"),
    ("ui-message", b"", "no chunk"),
    ("ui-message", sse([b"{"]), "JSON"),
    ("ui-message", ui("13", samples.ui_chunk("delta")), "chunk 13: AI_TypeValidationError"),
    ("ui-message", ui("5.id", 2), "id: .* expected string"),
    ("ui-message", ui("4.providerMetadata", None), "providerMetadata"),
    ("ui-message", ui("12.finishReason", "max_tokens"), "finishReason"),
    ("ui-message", ui("5", samples.ui_chunk("start-step")), "text-delta"),
    ("ui-message", ui("8", samples.ui_chunk("start-step")), "tool-input-delta"),
    ("ui-message", ui("10", samples.ui_chunk("tool-output-available", toolCallId="x", output=1)), "No tool invocation"),
    ("ui-message", ui("10", samples.ui_chunk("finish-step")), "part 3 is left input-streaming"),
    ("ui-message", ui("10.dynamic", True), "part 3 is left input-streaming"),
    ("ui-message", ui("7", samples.ui_chunk("finish-step")), "part 2 is left streaming"),
    ("ui-message", sse(samples.ui_chunks()[5:8]), "asks again by itself"),
    ("ui-message", ui("12", samples.ui_chunk("error", errorText="slow")), "Error: slow"),
]


@pytest.mark.parametrize(("dialect", "stream", "reason"), BAD_STREAMS)
def test_refuses_a_stream(dialect: str, stream: bytes, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        accept_stream(dialect, stream)


# What `useChat` is told is text of any shape.
@pytest.mark.parametrize("dialect", [dialect for dialect in REQUESTS if dialect != "ui-message"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"error":"slow"}', b'{"message":"slow"}'])
def test_refuses_an_error_in_no_vendors_shape(dialect: str, body: bytes) -> None:
    with pytest.raises(AssertionError):
        accept_error(dialect, 500, JSON, body)


@pytest.mark.parametrize("dialect", REQUESTS)
def test_an_error_with_status_200_raises_nothing(dialect: str) -> None:
    with pytest.raises(AssertionError, match="raises nothing"):
        accept_error(dialect, 200, JSON, json.dumps(samples.ERRORS[dialect]).encode())


def test_an_error_without_a_body_shows_nothing() -> None:
    with pytest.raises(AssertionError, match="the chat shows"):
        accept_error("ui-message", 500, JSON, b"")


def test_releases_of_the_ai_sdk_differ() -> None:
    """What the tables of `grammar.ui_message` say a first release refuses, it refuses."""
    finish = samples.ui_chunk("finish", finishReason="stop")
    failed = samples.ui_chunk("tool-input-error", toolCallId="call_1", toolName="f", input="{", errorText="x")
    titled = samples.ui_chunk("tool-input-start", toolCallId="call_1", toolName="f", title="F")
    noted = samples.ui_chunk("text-end", id="2", citations=[])
    for at, chunk, takers in (
        (12, samples.ui_chunk("finish"), "5.0.0 5 6.0.0 6 7.0.0 7"),
        (12, finish, "5 6.0.0 6 7.0.0 7"),
        (12, finish | {"finishReason": "interrupted"}, "7"),
        (12, finish | {"finishReason": "unknown"}, "5"),
        (10, failed, "5 6.0.0 6 7.0.0 7"),
        (8, titled, "5 6.0.0 6 7.0.0 7"),
        (8, titled | {"providerMetadata": {}}, "5 6 7.0.0 7"),
        (8, titled | {"inputEncoding": "json"}, "5 6 7"),
        (7, noted, "5 6 7"),
        (12, samples.ui_chunk("abort"), "5.0.0 5 6.0.0 6 7.0.0 7"),
        (12, samples.ui_chunk("reset-step"), "7"),
    ):
        chunks = [*samples.ui_chunks()[:at], chunk, *samples.ui_chunks()[at + 1 :]]
        taken = ui_sdk.takers(sse(chunks, done=True))
        assert (taken, grammar.releases(chunks)) == (tuple(takers.split()),) * 2, chunk
