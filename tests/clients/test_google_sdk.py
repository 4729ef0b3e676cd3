"""The official `google-genai` package in front of every dialect."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from tests.clients.scripted import BACKENDS, PDF, PNG, SEEN, TEXT, THOUGHT, Runner, Stage, Weather

pytestmark = [
    pytest.mark.timeout(60),
    # The SDK's own ways with aiohttp.
    pytest.mark.filterwarnings("ignore:Inheritance class:DeprecationWarning"),
]


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return {"Paris": "21", "Oslo": "22"}[city]


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, stage: Stage, run: Runner) -> Iterator[Any]:
    made = genai.Client(api_key="client-key", http_options=types.HttpOptions(base_url=stage.base))
    yield made if request.param == "sync" else made.aio
    if request.param == "async":
        run(made.aio.aclose())
    made.close()


MANUAL = types.AutomaticFunctionCallingConfig(disable=True)
TOOLS = [
    types.Tool(
        function_declarations=[
            types.FunctionDeclaration(
                name="weather",
                parameters=types.Schema(
                    type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}, required=["city"]
                ),
            )
        ]
    )
]


def parts_of(client: Any, run: Runner, stream: bool, **asked: Any) -> list[types.Part]:
    """The parts of an answer, all chunks' together."""
    if not stream:
        answers = [run(client.models.generate_content(**asked))]
    else:
        answers = run.all(client.models.generate_content_stream(**asked))
    contents = [answer.candidates[0].content for answer in answers if answer.candidates]
    return [part for content in contents if content is not None for part in content.parts or ()]


def test_text_and_usage(client: Any, run: Runner, backend: str) -> None:
    got = run(client.models.generate_content(model=f"{backend}/text", contents="Hi"))
    assert got.text == TEXT
    assert got.candidates[0].finish_reason == types.FinishReason.STOP
    usage = got.usage_metadata
    assert (usage.prompt_token_count, usage.candidates_token_count, usage.total_token_count) == (31, 9, 40)
    assert usage.cached_content_token_count == 12


def test_stream(client: Any, run: Runner, backend: str) -> None:
    chunks = run.all(client.models.generate_content_stream(model=f"{backend}/text", contents="Hi"))
    assert "".join(chunk.text or "" for chunk in chunks) == TEXT
    assert len(chunks) > 3
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert chunks[-1].usage_metadata.total_token_count == 40


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("scene", "answer"), [("tools", "It is 21."), ("parallel", "Paris: 21; Oslo: 22")])
def test_tools_in_two_turns(client: Any, run: Runner, backend: str, scene: str, answer: str, stream: bool) -> None:
    config = types.GenerateContentConfig(tools=TOOLS, automatic_function_calling=MANUAL)
    contents: list[Any] = [types.UserContent("Weather?")]
    asked = {"model": f"{backend}/{scene}", "contents": contents, "config": config}
    first = parts_of(client, run, stream, **asked)
    calls = [part.function_call for part in first if part.function_call]
    assert [call.args["city"] for call in calls] == ["Paris", "Oslo"][: len(calls)]
    results = [
        types.Part(
            function_response=types.FunctionResponse(
                id=call.id, name=call.name, response={"result": weather(call.args["city"])}
            )
        )
        for call in calls
    ]
    contents += [types.ModelContent(first), types.UserContent(results)]
    last = "".join(part.text or "" for part in parts_of(client, run, stream, **asked))
    assert last.replace('{"result":"21"}', "21").replace('{"result":"22"}', "22") == answer


def test_functions_called_by_the_sdk(client: Any, run: Runner, backend: str) -> None:
    asked = {"model": f"{backend}/parallel", "contents": "Weather?", "config": {"tools": [weather]}}
    got = run(client.models.generate_content(**asked))
    assert got.text.replace('{"result":"21"}', "21").replace('{"result":"22"}', "22") == "Paris: 21; Oslo: 22"
    assert len(got.automatic_function_calling_history) == 3


def test_chats_remember(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    chat = client.chats.create(model=f"{backend}/text")
    assert run(chat.send_message("One")).text == TEXT
    assert "".join(chunk.text or "" for chunk in run.all(chat.send_message_stream("Two"))) == TEXT
    run(chat.send_message("Three"))
    roles = [message.role for message in stage.upstream.asked[-1].messages]
    assert roles == ["user", "assistant"] * 2 + ["user"]


def test_images_and_documents(client: Any, run: Runner, backend: str) -> None:
    contents = [
        types.Part.from_bytes(data=base64.b64decode(PNG), mime_type="image/png"),
        types.Part.from_bytes(data=base64.b64decode(PDF), mime_type="application/pdf"),
        "Look",
    ]
    got = run(client.models.generate_content(model=f"{backend}/looks", contents=contents))
    assert got.text == SEEN


@pytest.mark.parametrize("stream", [False, True])
def test_thinking_comes_back_signed(client: Any, run: Runner, backend: str, stream: bool) -> None:
    thinking = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
    config = types.GenerateContentConfig(thinking_config=thinking)
    contents: list[Any] = [types.UserContent("Hi")]
    asked = {"model": f"{backend}/thinks", "contents": contents, "config": config}
    first = parts_of(client, run, stream, **asked)
    assert "".join(part.text or "" for part in first if part.thought) == THOUGHT
    assert "".join(part.text or "" for part in first if not part.thought) == TEXT
    contents += [types.ModelContent(first), types.UserContent("And now?")]
    assert "".join(part.text or "" for part in parts_of(client, run, stream, **asked)) == "the same"


def test_structured_output(client: Any, run: Runner, backend: str) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Weather)
    got = run(client.models.generate_content(model=f"{backend}/schema", contents="Weather?", config=config))
    assert got.parsed == Weather(city="Paris", degrees=21)


def test_counting(client: Any, run: Runner, backend: str) -> None:
    got = run(client.models.count_tokens(model=f"{backend}/text", contents="Hi"))
    assert got.total_tokens == (77 if backend != "openai" else 4)


def test_models(client: Any, run: Runner) -> None:
    listed = run(client.models.list())
    names = [model.name for model in listed]
    assert names == [f"models/{name}/text" for name in BACKENDS]
    assert run(client.models.get(model=f"{BACKENDS[0]}/text")).name == f"models/{BACKENDS[0]}/text"


ERRORS = [
    (400, errors.ClientError, "INVALID_ARGUMENT"),
    (401, errors.ClientError, "UNAUTHENTICATED"),
    (404, errors.ClientError, "NOT_FOUND"),
    (429, errors.ClientError, "RESOURCE_EXHAUSTED"),
    (500, errors.ServerError, "INTERNAL"),
    (529, errors.ServerError, "UNAVAILABLE"),
]


@pytest.mark.parametrize(("status", "error", "word"), ERRORS)
@pytest.mark.parametrize("stream", [False, True])
def test_errors(client: Any, run: Runner, backend: str, status: int, error: Any, word: str, stream: bool) -> None:
    asked = {"model": f"{backend}/error-{status}", "contents": "Hi"}
    with pytest.raises(error) as caught:
        parts_of(client, run, stream, **asked)
    assert (caught.value.code, caught.value.status) == (status, word)
    assert caught.value.message == f"refused with {status}"


def test_the_sdk_retries_as_it_would(stage: Stage, backend: str) -> None:
    options = types.HttpOptions(
        base_url=stage.base, retry_options=types.HttpRetryOptions(attempts=3, initial_delay=0.01, max_delay=0.02)
    )
    client = genai.Client(api_key="client-key", http_options=options)
    before = len(stage.upstream.asked)
    with pytest.raises(errors.ClientError):
        client.models.generate_content(model=f"{backend}/error-429", contents="Hi")
    assert len(stage.upstream.asked) == before + 3
    client.close()


def test_a_cut_stream_raises(client: Any, run: Runner, backend: str) -> None:
    with pytest.raises(errors.ServerError):
        run.all(client.models.generate_content_stream(model=f"{backend}/cut", contents="Hi"))


def test_what_is_too_long_says_so(client: Any, run: Runner, backend: str) -> None:
    got = run(client.models.generate_content(model=f"{backend}/long", contents="Hi"))
    assert got.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_who_stops_reading_stops_the_upstream(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    """An asynchronous stream is left by cancelling who reads it: its `aclose` leaves the SDK's own response open."""
    stream = run(client.models.generate_content_stream(model=f"{backend}/slow", contents="Hi"))
    assert run.next(stream).text
    assert stage.upstream.open == 1
    if hasattr(stream, "aclose"):
        with pytest.raises(TimeoutError):
            run(asyncio.wait_for(anext(stream), 0.1))
    else:
        stream.close()
    stage.settle()
