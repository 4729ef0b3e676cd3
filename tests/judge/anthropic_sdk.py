"""The official ``anthropic`` package as judge of the Claude dialect (Messages, generally available and beta).

A body passes when it fits the generally available types or the beta ones; the calls are made on the client that knows
it. Beyond the SDK, a stream is refused when the client sees no event at all (it skips SSE events without an ``event:``
line without a word), when an SSE event's name is not its ``type``, or when blocks are out of order, which the
accumulator garbles without a word.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import anthropic
import httpx2
from anthropic import Anthropic
from anthropic.types import BetaErrorResponse, Message, RawMessageStreamEvent
from anthropic.types.beta import BetaMessage, BetaRawMessageStreamEvent
from anthropic.types.beta.message_create_params import MessageCreateParams as BetaMessageCreateParams
from anthropic.types.message_create_params import MessageCreateParams

from tests.judge.shapes import Allowance, Problem, Shapes
from tests.judge.transport import JSON, SSE, Replay
from tests.judge.verdict import accepting, rejected

ASK: dict[str, Any] = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
# Sampling is gone from SDK 2 and from the API version it sends, not from the API version 2023-06-01.
SAMPLING = {"temperature": float, "top_p": float, "top_k": int}
# Sent as headers, though the SDK's types list them beside the body's keys.
HEADERS = ("anthropic-beta", "anthropic-user-profile-id", "anthropic-workspace-id", "betas", "user_profile_id")

REQUESTS = Allowance(
    extra={"MessageCreateParamsNonStreaming": SAMPLING, "MessageCreateParamsStreaming": SAMPLING},
)
ANSWERS = Allowance(
    # Recorded from the API itself: newer fields of server tools than the types have.
    extra={
        "CodeExecutionResultBlock": {"abort_reason": Any},
        "BetaCodeExecutionResultBlock": {"abort_reason": Any},
        "WebSearchResultBlock": {"snippet": Any},
        "BetaWebSearchResultBlock": {"snippet": Any},
    },
    # Recordings older than the web fetch tool count web searches only.
    optional={name: frozenset({"web_fetch_requests"}) for name in ("ServerToolUsage", "BetaServerToolUsage")},
)


class Edition(NamedTuple):
    """The types and the resource of one edition of the API."""

    params: object
    message: object
    event: object
    beta: bool


EDITIONS = (
    Edition(MessageCreateParams, Message, RawMessageStreamEvent, False),
    Edition(BetaMessageCreateParams, BetaMessage, BetaRawMessageStreamEvent, True),
)
replay = Replay()
_requests, _answers = Shapes(REQUESTS), Shapes(ANSWERS)


@cache
def client(strict: bool = True) -> Anthropic:
    """The SDK's client, answered by ``replay``."""
    http = httpx2.Client(transport=replay)
    return Anthropic(
        api_key="k", base_url="http://judge", http_client=http, max_retries=0, _strict_response_validation=strict
    )


def _messages(edition: Edition, strict: bool) -> Any:
    made = client(strict)
    return made.beta.messages if edition.beta else made.messages


def accept_request(body: dict[str, Any]) -> None:
    """The body is a ``MessageCreateParams`` of either edition, plus the sampling keys."""
    problems = [Problem(key, "goes in a header, not in the body") for key in HEADERS if key in body]
    if not problems:
        problems = min((_requests.problems(e.params, body) for e in EDITIONS), key=len)
    if problems:
        raise rejected("claude request", problems)


def accept_response(body: dict[str, Any]) -> Message | BetaMessage:
    """The body is a ``Message`` of either edition and comes out of ``messages.create``."""
    edition, problems = _edition([body], "message")
    if problems:
        raise rejected("claude response", problems)
    replay.answer(200, JSON, json.dumps(body).encode())
    with accepting("claude response"):
        answer: Message | BetaMessage = _messages(edition, _is_strict([body])).create(**ASK)
    return answer


def accept_stream(sse: bytes) -> object:
    """Every event fits its type; ``messages.stream()`` reaches its end. The message it adds up to."""
    replay.answer(200, SSE, sse)
    with accepting("claude stream"):
        seen = sum(1 for _ in _messages(EDITIONS[0], False).create(**ASK, stream=True))
        named = [(e.event, e.json()) for e in anthropic.Stream.raw_events(httpx2.Response(200, content=sse)) if e.data]
    events = [data for name, data in named if name and name != "ping"]
    edition, problems = _edition(events, "event")
    problems += [] if seen else [Problem("", "no event at all (are the `event:` lines there?)")]
    for number, (name, data) in enumerate(named):
        if name != data.get("type"):
            problems.append(Problem(f"[{number}]", f"event {name!r} carries the type {data.get('type')!r}"))
    problems += _disordered(events)
    if problems:
        raise rejected("claude stream", problems)
    strict = _is_strict(events)
    with accepting("claude stream helper"):
        for _ in _messages(edition, strict).create(**ASK, stream=True):
            pass
        with _messages(edition, strict).stream(**ASK) as stream:
            final: object = stream.get_final_message()
    return final


def _disordered(events: list[dict[str, Any]]) -> Iterator[Problem]:
    """Where the accumulator would garble the message without a word: it appends a block at its start, whatever index
    it has, but finds the block of a delta by index; and it ignores a second message_start.
    """
    started = 0
    open_blocks: set[object] = set()
    for number, event in enumerate(events):
        kind, index, at = event.get("type"), event.get("index"), f"[{number}]"
        if (kind == "message_start") != (number == 0):
            yield Problem(at, f"{kind} {'first' if number == 0 else 'again'}")
        if kind == "content_block_start":
            if index != started:
                yield Problem(f"{at}.index", f"block {index} starts where block {started} should")
            started += 1
            open_blocks.add(index)
        elif kind in ("content_block_delta", "content_block_stop") and index not in open_blocks:
            yield Problem(f"{at}.index", f"{kind} of block {index}, which is not open")
        elif kind == "content_block_stop":
            open_blocks.discard(index)


def _edition(bodies: list[dict[str, Any]], kind: str) -> tuple[Edition, list[Problem]]:
    """The edition that fits, else the one with the fewer problems."""
    verdicts = []
    for edition in EDITIONS:
        annotation = edition.message if kind == "message" else edition.event
        many = len(bodies) > 1 or kind == "event"
        found = [p for n, b in enumerate(bodies) for p in _answers.problems(annotation, b, f"[{n}]" if many else "")]
        if not found:
            return edition, []
        verdicts.append((edition, found))
    return min(verdicts, key=lambda v: len(v[1]))


def _is_strict(bodies: list[dict[str, Any]]) -> bool:
    """The SDK's own validation knows no allowance: it is off for the old usage records that ``ANSWERS`` lets pass."""
    text = json.dumps(bodies)
    return '"server_tool_use": {' not in text or '"web_fetch_requests"' in text


_UNTYPED = ("request_too_large", "conflict_error")
"""Types that https://docs.anthropic.com/en/api/errors names and the SDK's union lacks."""


def _known(body: object) -> object:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(body, dict) and isinstance(error, dict) and error.get("type") in _UNTYPED:
        return {**body, "error": {**error, "type": "invalid_request_error"}}
    return body


def accept_error(status: int, headers: dict[str, str], body: bytes) -> anthropic.APIStatusError:
    """The exception the client raises, with a body in the API's own shape."""
    replay.answer(status, headers, body)
    try:
        client(False).messages.create(**ASK)
    except anthropic.APIStatusError as error:
        problems = _answers.problems(BetaErrorResponse, _known(error.body))
        if problems:
            raise rejected("claude error", problems) from error
        return error
    raise rejected("claude error", [f"status {status} raises nothing"])
