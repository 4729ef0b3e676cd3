"""The official `openai` package, on Chat Completions, in front of every dialect."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion

from tests.clients.scripted import BACKENDS, PARAMETERS, PDF, PNG, SEEN, TEXT, THOUGHT, Runner, Stage, Weather

pytestmark = pytest.mark.timeout(60)

TOOL: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}


def says(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def test_text_and_usage(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    got = run(client.chat.completions.create(model=f"{backend}/text", messages=says("Hi")))
    assert got.choices[0].message.content == TEXT
    assert got.choices[0].finish_reason == "stop"
    assert (got.usage.prompt_tokens, got.usage.completion_tokens, got.usage.total_tokens) == (31, 9, 40)
    assert got.usage.prompt_tokens_details.cached_tokens == 12
    head = stage.upstream.heads[-1]
    assert f"key-of-{backend}" in head.values() or head["authorization"] == f"Bearer key-of-{backend}"
    assert "client-key" not in str(head)


def test_stream(client: Any, run: Runner, backend: str) -> None:
    chunks = run.all(
        client.chat.completions.create(
            model=f"{backend}/text", messages=says("Hi"), stream=True, stream_options={"include_usage": True}
        )
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == TEXT
    assert len([piece for piece in pieces if piece]) > 3
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 40


def test_the_stream_helper(client: Any, run: Runner, backend: str) -> None:
    made = client.chat.completions.stream(model=f"{backend}/tools", messages=says("Weather?"), tools=[TOOL])
    with run.entered(made) as stream:
        kinds = {event.type for event in run.all(stream)}
        final = run(stream.get_final_completion())
    assert "tool_calls.function.arguments.done" in kinds
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"city": "Paris"}'


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("scene", "answer"), [("tools", "It is 21."), ("parallel", "Paris: 21; Oslo: 22")])
def test_tools_in_two_turns(client: Any, run: Runner, backend: str, scene: str, answer: str, stream: bool) -> None:
    model = f"{backend}/{scene}"
    messages = says("Weather?")
    first = completion(client, run, stream, model=model, messages=messages, tools=[TOOL])
    message = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    assert message.tool_calls
    messages.append(message.model_dump(exclude_none=True))
    for number, call in enumerate(message.tool_calls):
        assert call.function.name == "weather"
        assert json.loads(call.function.arguments)["city"] in ("Paris", "Oslo")
        messages.append({"role": "tool", "tool_call_id": call.id, "content": str(21 + number)})
    last = completion(client, run, stream, model=model, messages=messages, tools=[TOOL])
    assert last.choices[0].message.content == answer


def completion(client: Any, run: Runner, stream: bool, **asked: Any) -> ChatCompletion:
    if not stream:
        return run(client.chat.completions.create(**asked))
    with run.entered(client.chat.completions.stream(**asked)) as opened:
        run.all(opened)
        return run(opened.get_final_completion())


def test_images_and_documents(client: Any, run: Runner, backend: str) -> None:
    content = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"}},
    ]
    messages = [{"role": "user", "content": content}]
    got = run(client.chat.completions.create(model=f"{backend}/looks", messages=messages))
    assert got.choices[0].message.content == SEEN


@pytest.mark.parametrize("stream", [False, True])
def test_thinking_comes_back_signed(client: Any, run: Runner, backend: str, stream: bool) -> None:
    messages = says("Hi")
    asked = {"model": f"{backend}/thinks", "messages": messages, "reasoning_effort": "high"}
    if stream:
        message = added_up(run.all(client.chat.completions.create(**asked, stream=True)))
    else:
        message = run(client.chat.completions.create(**asked)).choices[0].message.model_dump(exclude_none=True)
    assert message["content"] == TEXT
    assert message["reasoning_content"] == THOUGHT
    messages += [message, *says("And now?")]
    got = run(client.chat.completions.create(**asked))
    assert got.choices[0].message.content == "the same"


def added_up(chunks: list[Any]) -> dict[str, Any]:
    """As clients that know reasoning do: texts joined, details collected."""
    message: dict[str, Any] = {"role": "assistant", "content": "", "reasoning_content": ""}
    for chunk in chunks:
        for choice in chunk.choices:
            delta = choice.delta.model_dump(exclude_none=True)
            message["content"] += delta.get("content", "")
            message["reasoning_content"] += delta.get("reasoning_content", "")
            for detail in delta.get("reasoning_details", ()):
                message.setdefault("reasoning_details", []).append(detail)
    return message


def test_structured_output(client: Any, run: Runner, backend: str) -> None:
    asked = {"model": f"{backend}/schema", "messages": says("Weather?"), "response_format": Weather}
    got = run(client.chat.completions.parse(**asked))
    assert got.choices[0].message.parsed == Weather(city="Paris", degrees=21)
    with run.entered(client.chat.completions.stream(**asked)) as stream:
        run.all(stream)
        assert run(stream.get_final_completion()).choices[0].message.parsed.degrees == 21


def test_models(client: Any, run: Runner, stage: Stage) -> None:
    listed = run.all(client.models.list())
    assert [model.id for model in listed] == [f"{name}/text" for name in BACKENDS]
    assert "openai" in listed[0].supported_endpoint_types
    assert run(client.models.retrieve(f"{BACKENDS[-1]}/text")).id == f"{BACKENDS[-1]}/text"
    with pytest.raises(openai.NotFoundError):
        run(client.models.retrieve("none"))
    with pytest.raises(openai.AuthenticationError) as caught:
        run(client.with_options(api_key="wrong").models.list())
    assert caught.value.code == "invalid_api_key"
    assert stage.settled()


ERRORS = [
    (400, openai.BadRequestError),
    (401, openai.AuthenticationError),
    (403, openai.PermissionDeniedError),
    (404, openai.NotFoundError),
    (429, openai.RateLimitError),
    (500, openai.InternalServerError),
    (529, openai.InternalServerError),
]


@pytest.mark.parametrize(("status", "error"), ERRORS)
@pytest.mark.parametrize("stream", [False, True])
def test_errors(client: Any, run: Runner, backend: str, status: int, error: Any, stream: bool) -> None:
    with pytest.raises(error) as caught:
        run(client.chat.completions.create(model=f"{backend}/error-{status}", messages=says("Hi"), stream=stream))
    assert caught.value.status_code == status
    assert f"refused with {status}" in caught.value.message
    assert caught.value.request_id == "up-7"
    assert caught.value.response.headers.get("retry-after") == ("0" if status in (429, 529) else None)


def test_the_sdk_retries_as_it_would(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    before = len(stage.upstream.asked)
    retrying = client.with_options(max_retries=2)
    with pytest.raises(openai.RateLimitError):
        run(retrying.chat.completions.create(model=f"{backend}/error-429", messages=says("Hi")))
    assert len(stage.upstream.asked) == before + 3


def test_a_cut_stream_raises(client: Any, run: Runner, backend: str) -> None:
    with pytest.raises((openai.APIError, openai.APIConnectionError)):
        run.all(client.chat.completions.create(model=f"{backend}/cut", messages=says("Hi"), stream=True))


def test_what_is_too_long_says_so(client: Any, run: Runner, backend: str) -> None:
    got = run(client.chat.completions.create(model=f"{backend}/long", messages=says("Hi")))
    assert got.choices[0].finish_reason == "length"


def test_closing_a_stream_closes_the_upstream_s(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    stream = run(client.chat.completions.create(model=f"{backend}/slow", messages=says("Hi"), stream=True))
    run.next(aiter(stream) if hasattr(stream, "__aiter__") else iter(stream))
    assert stage.upstream.open == 1
    run(stream.close())
    stage.settle()
