"""The official `anthropic` package in front of every dialect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic import beta_async_tool, beta_tool

from tests.clients.scripted import BACKENDS, PARAMETERS, PDF, PNG, SEEN, TEXT, THOUGHT, Runner, Stage, Weather

pytestmark = pytest.mark.timeout(60)

TOOL: dict[str, Any] = {"name": "weather", "input_schema": PARAMETERS}
THINKING = {"type": "enabled", "budget_tokens": 1024}


@pytest.fixture(params=[anthropic.Anthropic, anthropic.AsyncAnthropic])
def client(request: pytest.FixtureRequest, stage: Stage, run: Runner) -> Iterator[Any]:
    made = request.param(api_key="client-key", base_url=stage.base, max_retries=0)
    yield made
    run(made.close())


def ask(backend: str, scene: str, said: Any = "Hi", **more: Any) -> dict[str, Any]:
    return {"model": f"{backend}/{scene}", "max_tokens": 2000, "messages": [{"role": "user", "content": said}], **more}


def message(client: Any, run: Runner, stream: bool, asked: dict[str, Any]) -> Any:
    if not stream:
        return run(client.messages.create(**asked))
    with run.entered(client.messages.stream(**asked)) as opened:
        return run(opened.get_final_message())


def test_text_and_usage(client: Any, run: Runner, backend: str) -> None:
    got = run(client.messages.create(**ask(backend, "text")))
    assert [block.text for block in got.content] == [TEXT]
    assert (got.stop_reason, got.role, got.type) == ("end_turn", "assistant", "message")
    assert (got.usage.input_tokens, got.usage.cache_read_input_tokens, got.usage.output_tokens) == (19, 12, 9)


def test_stream(client: Any, run: Runner, backend: str) -> None:
    events = run.all(client.messages.create(**ask(backend, "text"), stream=True))
    assert events[0].type == "message_start"
    assert events[-1].type == "message_stop"
    pieces = [event.delta.text for event in events if event.type == "content_block_delta"]
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    (usage,) = [event.usage for event in events if event.type == "message_delta"]
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (19, 12, 9)


def test_the_stream_helper(client: Any, run: Runner, backend: str) -> None:
    with run.entered(client.messages.stream(**ask(backend, "text"))) as stream:
        assert "".join(run.all(stream.text_stream)) == TEXT
        assert run(stream.get_final_message()).content[0].text == TEXT


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("scene", "answer"), [("tools", "It is 21."), ("parallel", "Paris: 21; Oslo: 22")])
def test_tools_in_two_turns(client: Any, run: Runner, backend: str, scene: str, answer: str, stream: bool) -> None:
    asked = ask(backend, scene, tools=[TOOL])
    first = message(client, run, stream, asked)
    assert first.stop_reason == "tool_use"
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Paris", "Oslo"][: len(calls)]
    given = [
        {"type": "tool_result", "tool_use_id": call.id, "content": str(21 + number)}
        for number, call in enumerate(calls)
    ]
    asked["messages"] += [{"role": "assistant", "content": first.content}, {"role": "user", "content": given}]
    last = message(client, run, stream, asked)
    assert last.content[0].text == answer


def test_the_tool_runner(client: Any, run: Runner, backend: str) -> None:
    seen: list[str] = []

    def weather(city: str) -> str:
        """Tell the weather.

        Args:
            city: where.
        """
        seen.append(city)
        return "21"

    async def weather_async(city: str) -> str:
        """Tell the weather."""
        return weather(city)

    asynchronous = isinstance(client, anthropic.AsyncAnthropic)
    tool = beta_async_tool(weather_async, name="weather") if asynchronous else beta_tool(weather)
    runner = client.beta.messages.tool_runner(**ask(backend, "tools"), tools=[tool])
    last = run(runner.until_done())
    assert seen == ["Paris"]
    assert last.content[0].text == "It is 21."


def test_images_and_documents(client: Any, run: Runner, backend: str) -> None:
    said = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}},
        {"type": "text", "text": "Look"},
    ]
    got = run(client.messages.create(**ask(backend, "looks", said)))
    assert got.content[0].text == SEEN


@pytest.mark.parametrize("stream", [False, True])
def test_thinking_comes_back_signed(client: Any, run: Runner, backend: str, stream: bool) -> None:
    asked = ask(backend, "thinks", thinking=THINKING)
    first = message(client, run, stream, asked)
    assert [block.type for block in first.content] == ["thinking", "text"]
    assert first.content[0].thinking == THOUGHT
    assert first.content[0].signature
    asked["messages"] += [{"role": "assistant", "content": first.content}, {"role": "user", "content": "And now?"}]
    assert message(client, run, stream, asked).content[-1].text == "the same"


def test_structured_output(client: Any, run: Runner, backend: str) -> None:
    got = run(client.messages.parse(**ask(backend, "schema"), output_format=Weather))
    assert got.parsed_output == Weather(city="Paris", degrees=21)


def test_counting(client: Any, run: Runner, backend: str) -> None:
    asked = {key: value for key, value in ask(backend, "text").items() if key != "max_tokens"}
    got = run(client.messages.count_tokens(**asked))
    assert got.input_tokens == (77 if backend != "openai" else 4)


def test_models(client: Any, run: Runner) -> None:
    listed = run.all(client.models.list())
    assert [model.id for model in listed] == [f"{name}/text" for name in BACKENDS]
    assert listed[0].type == "model"
    assert run(client.models.retrieve(f"{BACKENDS[0]}/text")).id == f"{BACKENDS[0]}/text"
    with pytest.raises(anthropic.NotFoundError):
        run(client.models.retrieve("none"))
    with pytest.raises(anthropic.AuthenticationError):
        run(client.with_options(api_key="wrong").models.list())


ERRORS = [
    (400, anthropic.BadRequestError, "invalid_request_error"),
    (401, anthropic.AuthenticationError, "authentication_error"),
    (403, anthropic.PermissionDeniedError, "permission_error"),
    (404, anthropic.NotFoundError, "not_found_error"),
    (429, anthropic.RateLimitError, "rate_limit_error"),
    (500, anthropic.InternalServerError, "api_error"),
    (529, anthropic.OverloadedError, "overloaded_error"),
]


@pytest.mark.parametrize(("status", "error", "kind"), ERRORS)
@pytest.mark.parametrize("stream", [False, True])
def test_errors(client: Any, run: Runner, backend: str, status: int, error: Any, kind: str, stream: bool) -> None:
    with pytest.raises(error) as caught:
        run(client.messages.create(**ask(backend, f"error-{status}"), stream=stream))
    assert caught.value.status_code == status
    assert caught.value.body["type"] == "error"
    assert caught.value.body["error"] == {"type": kind, "message": f"refused with {status}"}
    assert caught.value.request_id == "up-7"
    assert caught.value.response.headers.get("retry-after") == ("0" if status in (429, 529) else None)


def test_the_sdk_retries_as_it_would(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    before = len(stage.upstream.asked)
    retrying = client.with_options(max_retries=2)
    with pytest.raises(anthropic.OverloadedError):
        run(retrying.messages.create(**ask(backend, "error-529")))
    assert len(stage.upstream.asked) == before + 3


def test_a_cut_stream_raises(client: Any, run: Runner, backend: str) -> None:
    with pytest.raises((anthropic.APIError, anthropic.APIConnectionError)):
        run.all(client.messages.create(**ask(backend, "cut"), stream=True))


def test_what_is_too_long_says_so(client: Any, run: Runner, backend: str) -> None:
    assert run(client.messages.create(**ask(backend, "long"))).stop_reason == "max_tokens"


def test_closing_a_stream_closes_the_upstream_s(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    stream = run(client.messages.create(**ask(backend, "slow"), stream=True))
    events = aiter(stream) if hasattr(stream, "__aiter__") else iter(stream)
    while run.next(events).type != "content_block_delta":
        pass
    assert stage.upstream.open == 1
    run(stream.close())
    stage.settle()
