"""Chat Completions: answers and errors as the API gives them."""

from __future__ import annotations

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    TOOL_NAMES,
    JSONObject,
    blobs,
    coin,
    counts,
    pick,
    record,
    texts,
    urls,
    words,
)
from dgrid_translate.testing.strategies.openai import add_unknown, calls, think, tool

FINISHES = ("stop", "length", "content_filter")


def _annotations(draw: st.DrawFn, content: str) -> list[JSONObject]:
    end = draw(st.integers(1, len(content)))
    citation = {"start_index": draw(st.integers(0, end - 1)), "end_index": end, "url": draw(urls), "title": draw(texts)}
    return [{"type": "url_citation", "url_citation": citation}]


def _token(draw: st.DrawFn, text: str) -> JSONObject:
    made: JSONObject = {"token": text, "logprob": draw(st.sampled_from((-0.5, -9999.0, 0.0, -3))), "bytes": None}
    if coin(draw):
        made["bytes"] = list(text.encode())
    return made


def _logprobs(draw: st.DrawFn, content: str) -> JSONObject:
    tokens: list[JSONObject] = []
    for piece in (content[:2], content[2:]):
        if piece:
            others = draw(st.lists(texts, max_size=2))
            tokens.append(_token(draw, piece) | {"top_logprobs": [_token(draw, other) for other in others]})
    return {"content": tokens, "refusal": None}


def _choice(draw: st.DrawFn, index: int) -> JSONObject:
    message: JSONObject = {"role": "assistant", "content": None, "refusal": None}
    choice: JSONObject = {"index": index, "message": message, "finish_reason": pick(draw, FINISHES), "logprobs": None}
    kind = draw(st.integers(0, 6))
    if kind == 1:
        message["refusal"] = draw(texts)
    elif kind == 2:
        sound = {
            "id": "audio_" + draw(words),
            "data": draw(blobs),
            "transcript": draw(texts),
            "expires_at": 1_800_000_000,
        }
        message["audio"] = sound
    elif kind >= 3:
        tools = [tool(draw, name) for name in draw(st.lists(st.sampled_from(TOOL_NAMES), min_size=1, max_size=2))]
        message["tool_calls"] = calls(draw, tools, index)
        choice["finish_reason"] = "tool_calls"
    if kind == 0 or (kind > 4 and coin(draw)):
        message["content"] = content = draw(texts)
        if coin(draw, 3):
            message["annotations"] = _annotations(draw, content)
        if coin(draw, 4):
            choice["logprobs"] = _logprobs(draw, content)
    think(draw, message)
    return choice


@st.composite
def usage(draw: st.DrawFn) -> JSONObject:
    """Token counts that agree with one another."""
    details = draw(record({}, {"cached_tokens": counts, "cache_write_tokens": counts, "audio_tokens": counts}))
    made = draw(record({}, {"reasoning_tokens": counts, "audio_tokens": counts}))
    asked = draw(counts) + sum(details.values())
    given = draw(counts) + sum(made.values())
    body: JSONObject = {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}
    if coin(draw):
        body["prompt_tokens_details"] = details
    if coin(draw):
        body["completion_tokens_details"] = made
    return body


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Chat completions; `unknown` adds fields that are not in the API."""
    body: JSONObject = {
        "id": "chatcmpl-" + draw(words),
        "object": "chat.completion",
        "created": draw(st.integers(1_600_000_000, 1_900_000_000)),
        "model": pick(draw, ("gpt-6-astra", "gpt-4o-2024-08-06")),
        "choices": [_choice(draw, index) for index in range(draw(st.sampled_from((1, 1, 1, 2, 3))))],
    }
    body |= draw(record({}, {"service_tier": st.sampled_from(("default", "flex")), "system_fingerprint": words}))
    if not coin(draw, 5):
        body["usage"] = draw(usage())
    if unknown:
        add_unknown(draw, body)
    return body


_KINDS: tuple[tuple[int, str, str | None], ...] = (
    (400, "invalid_request_error", None),
    (400, "invalid_request_error", "context_length_exceeded"),
    (401, "invalid_request_error", "invalid_api_key"),
    (403, "permission_error", None),
    (404, "invalid_request_error", "model_not_found"),
    (409, "conflict", None),
    (413, "invalid_request_error", None),
    (422, "invalid_request_error", None),
    (429, "rate_limit_error", "rate_limit_exceeded"),
    (429, "insufficient_quota", "insufficient_quota"),
    (500, "server_error", None),
    (503, "server_error", "overloaded"),
)


@st.composite
def errors(draw: st.DrawFn) -> tuple[int, JSONObject]:
    """HTTP statuses and their bodies."""
    status, kind, code = pick(draw, _KINDS)
    param = draw(st.one_of(st.none(), st.sampled_from(("messages", "messages[0].content"))))
    return status, {"error": {"message": draw(texts), "type": kind, "param": param, "code": code}}
