"""The official ``openai`` package as judge of the Chat Completions dialect.

Shapes are checked against the SDK's own TypedDicts and models; then the bytes go through its HTTP client, its SSE
decoder, its strict response validation, and its ``.stream()`` accumulator. Beyond the SDK, a stream is refused when
the accumulator swallows it without a word but gives something other than what was sent: no chunk at all, a role, id or
function name repeated in later deltas (it concatenates them), usage wiped by a later chunk.
"""

import contextlib
import json
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from typing import Any

import httpx2
import openai
from openai import ContentFilterFinishReasonError, LengthFinishReasonError, OpenAI
from openai._streaming import SSEDecoder
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParams
from openai.types.shared import ErrorObject

from tests.judge.hosts import HOSTS, ROLE_REPEATERS, VENDOR
from tests.judge.shapes import Problem, Shapes
from tests.judge.transport import JSON, SSE, Replay
from tests.judge.verdict import accepting, rejected

ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
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


def _strict(host: str) -> bool:
    """The SDK's own validation knows no allowance, so it is off where a host retypes a declared key."""
    return not (host and (HOSTS[host].retyped or HOSTS[host].optional))


def accept_request(body: dict[str, Any], *, host: str = "") -> None:
    """The body is a ``CompletionCreateParams``; undeclared keys only as ``hosts`` allows."""
    problems = _shapes(host).problems(CompletionCreateParams, body)
    if problems:
        raise rejected("openai request", problems)


def accept_response(body: dict[str, Any], *, host: str = "") -> ChatCompletion:
    """The body is a ``ChatCompletion`` and comes out of ``chat.completions.create``."""
    problems = _shapes(host).problems(ChatCompletion, body)
    if problems:
        raise rejected("openai response", problems)
    replay.answer(200, JSON, json.dumps(body).encode())
    with accepting("openai response"):
        answer: ChatCompletion = client(_strict(host)).chat.completions.create(**ASK)
    return answer


def accept_stream(sse: bytes, *, host: str = "") -> object:
    """Every chunk is a ``ChatCompletionChunk``; ``.stream()`` reaches its end. The completion it adds up to."""
    replay.answer(200, SSE, sse)
    with accepting("openai stream"):
        for _ in client(False).chat.completions.create(**ASK, stream=True):
            pass
        chunks = data(sse)
    shapes = _shapes(host)
    problems = [p for n, chunk in enumerate(chunks) for p in shapes.problems(ChatCompletionChunk, chunk, f"[{n}]")]
    problems += [] if chunks else [Problem("", "no chunk at all")]
    if problems:
        raise rejected("openai stream", problems)
    if any(call.get("type") == "custom" for call in _calls(chunks)):
        return chunks  # the SDK's helper fails on every custom tool call, the API's own too
    helped = client(_strict(host))
    with accepting("openai stream helper"), helped.chat.completions.stream(**ASK) as stream:
        for _ in stream:
            pass
        final: object = stream.current_completion_snapshot
        # The errors are its way to say that the answer was cut short.
        with contextlib.suppress(LengthFinishReasonError, ContentFilterFinishReasonError):
            final = stream.get_final_completion()
    problems = list(_garbled(chunks, final, host))
    if problems:
        raise rejected("openai stream helper", problems)
    return final


def data(sse: bytes) -> list[dict[str, Any]]:
    """The JSON of each event up to [DONE], framed by the SDK's decoder."""
    events = takewhile(lambda event: not event.data.startswith("[DONE]"), SSEDecoder().iter_bytes(iter([sse])))
    return [event.json() for event in events]


def _calls(chunks: list[dict[str, Any]], choice: int | None = None) -> list[dict[str, Any]]:
    """The tool call fragments of one choice or of all."""
    choices = [c for chunk in chunks for c in chunk["choices"] if choice in (None, c["index"])]
    return [call for c in choices for call in (c.get("delta") or {}).get("tool_calls") or ()]


def _garbled(chunks: list[dict[str, Any]], final: Any, host: str) -> Iterator[Problem]:
    """Where the accumulated completion says what no chunk said."""
    for choice in final.choices:
        at = f"choices[{choice.index}].message"
        if host not in ROLE_REPEATERS:
            roles = [
                (c.get("delta") or {}).get("role") for e in chunks for c in e["choices"] if c["index"] == choice.index
            ]
            yield from _same(f"{at}.role", choice.message.role, roles)
        calls = _calls(chunks, choice.index)
        for index, call in enumerate(choice.message.tool_calls or ()):
            parts = [part for part in calls if part["index"] == index]
            yield from _same(f"{at}.tool_calls[{index}].id", call.id, [part.get("id") for part in parts])
            names = [(part.get("function") or {}).get("name") for part in parts]
            yield from _same(f"{at}.tool_calls[{index}].function.name", call.function.name, names)
    if final.usage is None and any(chunk.get("usage") for chunk in chunks):
        yield Problem("usage", "was reported, but a later chunk without usage wiped it")


def _same(path: str, accumulated: object, sent: list[object]) -> Iterator[Problem]:
    said = [value for value in sent if value]
    if said and accumulated not in said:
        yield Problem(path, f"accumulated to {accumulated!r} from {said!r}: send it once")


def accept_error(status: int, headers: dict[str, str], body: bytes, *, host: str = "") -> openai.APIStatusError:
    """The exception the client raises. Its message, type, code and param must have been found in the body."""
    replay.answer(status, headers, body)
    try:
        client(False).chat.completions.create(**ASK)
    except openai.APIStatusError as error:
        problems = _shapes(host).problems(ErrorObject, error.body, "error")
        if problems:
            raise rejected("openai error", problems) from error
        return error
    raise rejected("openai error", [f"status {status} raises nothing"])
