"""The official ``openai`` package as judge of the Responses dialect.

Shapes are checked against the SDK's own TypedDicts and models; then the bytes go through its HTTP client, its SSE
decoder, its strict response validation, and ``responses.stream()``. Beyond the SDK, a stream is refused when it ends
without an end (the helper raises only when it is asked for the response), and when the text or the arguments that the
helper added up from the deltas are not those of the response that the last event holds, which it takes without a word.
"""

import json
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from typing import Any

import httpx2
import openai
from openai import OpenAI
from openai._streaming import SSEDecoder
from openai.types.responses import Response, ResponseStreamEvent
from openai.types.responses.response_create_params import ResponseCreateParams
from openai.types.shared import ErrorObject

from tests.judge.responses_hosts import HOSTS, VENDOR
from tests.judge.shapes import Problem, Shapes
from tests.judge.transport import JSON, SSE, Replay
from tests.judge.verdict import accepting, rejected

ASK: dict[str, Any] = {"model": "m", "input": "Hi"}
ENDS = ("response.completed", "response.incomplete", "response.failed")
replay = Replay()


@cache
def client(strict: bool) -> OpenAI:
    """The SDK's client, answered by ``replay``."""
    http = httpx2.Client(transport=replay)
    return OpenAI(
        api_key="k", base_url="http://judge/v1", http_client=http, max_retries=0, _strict_response_validation=strict
    )


@cache
def _shapes(host: str) -> Shapes:
    return Shapes(VENDOR | HOSTS[host] if host else VENDOR)


def accept_request(body: dict[str, Any], *, host: str = "") -> None:
    """The body is a ``ResponseCreateParams``; undeclared keys only as ``responses_hosts`` allows."""
    problems = _shapes(host).problems(ResponseCreateParams, body)
    if problems:
        raise rejected("openai-responses request", problems)


def accept_response(body: dict[str, Any], *, host: str = "") -> Response:
    """The body is a ``Response`` and comes out of ``responses.create``, with its text."""
    problems = _shapes(host).problems(Response, body)
    if problems:
        raise rejected("openai-responses response", problems)
    replay.answer(200, JSON, json.dumps(body).encode())
    with accepting("openai-responses response"):
        answer: Response = client(_fits([body], Response)).responses.create(**ASK)
        assert isinstance(answer.output_text, str)
    return answer


def accept_stream(sse: bytes, *, host: str = "") -> object:
    """Every event is a ``ResponseStreamEvent``; ``responses.stream()`` reaches its end. The response it adds up to."""
    replay.answer(200, SSE, sse)
    with accepting("openai-responses stream"):
        for _ in client(False).responses.create(**ASK, stream=True):
            pass
        events = _data(sse)
    shapes = _shapes(host)
    problems = [p for n, event in enumerate(events) for p in shapes.problems(ResponseStreamEvent, event, f"[{n}]")]
    ended = [event for event in events if event.get("type") in (*ENDS, "error")]
    problems += [] if ended else [Problem("", "no end: neither completed, incomplete, failed nor an error")]
    if problems:
        raise rejected("openai-responses stream", problems)
    helped = client(_fits(events, ResponseStreamEvent))
    seen: dict[tuple[int, int], str] = {}
    with accepting("openai-responses stream helper"), helped.responses.stream(**ASK) as stream:
        final: Any = None
        for event in stream:
            if event.type == "response.output_text.delta":
                seen[event.output_index, event.content_index] = event.snapshot
            elif event.type == "response.function_call_arguments.delta":
                seen[event.output_index, -1] = event.snapshot
            elif event.type in ENDS:
                final = event.response
        if ended[-1]["type"] == "response.completed":
            final = stream.get_final_response()
    problems = list(_garbled(seen, final)) if final is not None else []
    if problems:
        raise rejected("openai-responses stream helper", problems)
    return final


def _fits(bodies: list[dict[str, Any]], annotation: object) -> bool:
    """Whether the SDK's own validation is on: it knows no allowance, so it is off where one was needed."""
    bare = Shapes()
    return not any(bare.problems(annotation, body) for body in bodies)


def _data(sse: bytes) -> list[dict[str, Any]]:
    """The JSON of each event up to [DONE], framed by the SDK's decoder."""
    events = takewhile(lambda event: not event.data.startswith("[DONE]"), SSEDecoder().iter_bytes(iter([sse])))
    return [event.json() for event in events]


def _garbled(seen: dict[tuple[int, int], str], final: Any) -> Iterator[Problem]:
    """Where the final response says something else than the deltas did."""
    for (index, part), text in seen.items():
        at = f"output[{index}]"
        item = final.output[index] if index < len(final.output) else None
        if item is None:
            yield Problem(at, "was streamed, and is not in the final response")
            continue
        if part < 0:
            said = getattr(item, "arguments", None)
        else:
            content = getattr(item, "content", None) or []
            at = f"{at}.content[{part}]"
            said = getattr(content[part], "text", None) if part < len(content) else None
        if said != text:
            yield Problem(at, f"the deltas add up to {text!r}, the final response says {said!r}")


def accept_error(status: int, headers: dict[str, str], body: bytes, *, host: str = "") -> openai.APIStatusError:
    """The exception the client raises. Its message, type, code and param must have been found in the body."""
    replay.answer(status, headers, body)
    try:
        client(False).responses.create(**ASK)
    except openai.APIStatusError as error:
        problems = _shapes(host).problems(ErrorObject, error.body, "error")
        if problems:
            raise rejected("openai-responses error", problems) from error
        return error
    raise rejected("openai-responses error", [f"status {status} raises nothing"])
