"""The official `openai` package, on Responses, in front of every dialect; nothing is kept on our side."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.responses import Response

from tests.clients.scripted import PARAMETERS, PDF, PNG, SEEN, TEXT, THOUGHT, Runner, Stage, Weather

pytestmark = pytest.mark.timeout(60)

TOOL: dict[str, Any] = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": False}
ALONE: dict[str, Any] = {"store": False, "include": ["reasoning.encrypted_content"]}


def answer(client: Any, run: Runner, stream: bool, **asked: Any) -> Response:
    if not stream:
        return run(client.responses.create(**asked))
    with run.entered(client.responses.stream(**asked)) as opened:
        run.all(opened)
        return run(opened.get_final_response())


def sent_back(response: Response) -> list[Any]:
    """The output as input, as the SDK's own examples do it."""
    return [item.model_dump(exclude_none=True) for item in response.output]


def test_text_and_usage(client: Any, run: Runner, backend: str) -> None:
    got = run(client.responses.create(model=f"{backend}/text", input="Hi", **ALONE))
    assert got.output_text == TEXT
    assert (got.status, got.object, got.incomplete_details) == ("completed", "response", None)
    assert (got.usage.input_tokens, got.usage.output_tokens, got.usage.total_tokens) == (31, 9, 40)
    assert got.usage.input_tokens_details.cached_tokens == 12


def test_stream(client: Any, run: Runner, backend: str) -> None:
    events = run.all(client.responses.create(model=f"{backend}/text", input="Hi", stream=True, **ALONE))
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert events[-1].response.usage.total_tokens == 40
    assert events[-1].response.output_text == TEXT


def test_the_stream_helper(client: Any, run: Runner, backend: str) -> None:
    made = client.responses.stream(model=f"{backend}/tools", input="Weather?", tools=[TOOL])
    with run.entered(made) as stream:
        kinds = {event.type for event in run.all(stream)}
        final = run(stream.get_final_response())
    assert "response.function_call_arguments.done" in kinds
    assert [item.arguments for item in final.output] == ['{"city": "Paris"}']


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("scene", "told"), [("tools", "It is 21."), ("parallel", "Paris: 21; Oslo: 22")])
def test_tools_in_two_turns(client: Any, run: Runner, backend: str, scene: str, told: str, stream: bool) -> None:
    asked = {"model": f"{backend}/{scene}", "tools": [TOOL], **ALONE}
    items: list[Any] = [{"role": "user", "content": "Weather?"}]
    first = answer(client, run, stream, input=items, **asked)
    calls = [item for item in first.output if item.type == "function_call"]
    assert [json.loads(call.arguments)["city"] for call in calls] == ["Paris", "Oslo"][: len(calls)]
    assert calls
    items += sent_back(first)
    for number, call in enumerate(calls):
        items.append({"type": "function_call_output", "call_id": call.call_id, "output": str(21 + number)})
    assert answer(client, run, stream, input=items, **asked).output_text == told


def test_images_and_documents(client: Any, run: Runner, backend: str) -> None:
    content = [
        {"type": "input_text", "text": "Look"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"},
        {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"},
    ]
    asked = [{"role": "user", "content": content}]
    got = run(client.responses.create(model=f"{backend}/looks", input=asked, **ALONE))
    assert got.output_text == SEEN


@pytest.mark.parametrize("stream", [False, True])
def test_thinking_comes_back_signed(client: Any, run: Runner, backend: str, stream: bool) -> None:
    asked = {"model": f"{backend}/thinks", "reasoning": {"effort": "high", "summary": "auto"}, **ALONE}
    items: list[Any] = [{"role": "user", "content": "Hi"}]
    first = answer(client, run, stream, input=items, **asked)
    reasoning = first.output[0]
    assert reasoning.type == "reasoning"
    said = [piece.text for piece in [*reasoning.summary, *(reasoning.content or ())]]
    assert said == [THOUGHT]
    assert reasoning.encrypted_content
    items += [*sent_back(first), {"role": "user", "content": "And now?"}]
    assert answer(client, run, stream, input=items, **asked).output_text == "the same"


def test_structured_output(client: Any, run: Runner, backend: str) -> None:
    asked = {"model": f"{backend}/schema", "input": "Weather?", "text_format": Weather}
    got = run(client.responses.parse(**asked, **ALONE))
    assert got.output_parsed == Weather(city="Paris", degrees=21)
    with run.entered(client.responses.stream(**asked)) as stream:
        run.all(stream)
        assert run(stream.get_final_response()).output_parsed.degrees == 21


def test_counting(client: Any, run: Runner, backend: str) -> None:
    got = run(client.responses.input_tokens.count(model=f"{backend}/text", input="Hi"))
    assert got.input_tokens == (77 if backend != "openai" else 4)


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
        run(client.responses.create(model=f"{backend}/error-{status}", input="Hi", stream=stream))
    assert caught.value.status_code == status
    assert f"refused with {status}" in caught.value.message
    assert caught.value.request_id == "up-7"
    assert caught.value.response.headers.get("retry-after") == ("0" if status in (429, 529) else None)


def test_a_wrong_key(client: Any, run: Runner) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        run(client.with_options(api_key="wrong").responses.create(model="openai/text", input="Hi"))
    assert caught.value.code == "invalid_api_key"


def test_a_cut_stream_never_completes(client: Any, run: Runner, backend: str) -> None:
    """The SDK raises for a connection that breaks; the API's own error events it hands out."""
    try:
        events = run.all(client.responses.create(model=f"{backend}/cut", input="Hi", stream=True))
    except openai.APIError:
        return
    assert events[-1].type in ("error", "response.failed")
    assert "response.completed" not in [event.type for event in events]


def test_what_is_too_long_says_so(client: Any, run: Runner, backend: str) -> None:
    got = run(client.responses.create(model=f"{backend}/long", input="Hi"))
    assert (got.status, got.incomplete_details.reason) == ("incomplete", "max_output_tokens")


def test_closing_a_stream_closes_the_upstream_s(client: Any, run: Runner, stage: Stage, backend: str) -> None:
    stream = run(client.responses.create(model=f"{backend}/slow", input="Hi", stream=True))
    events = aiter(stream) if hasattr(stream, "__aiter__") else iter(stream)
    while run.next(events).type != "response.output_text.delta":
        pass
    assert stage.upstream.open == 1
    run(stream.close())
    stage.settle()
