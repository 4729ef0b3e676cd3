"""Legacy Completions: bodies and streams that are right, and ones that break one rule each (by its slug)."""

from __future__ import annotations

from typing import Any

from tests.testing.bodies import but, without

COMPLETIONS: dict[str, Any] = {
    "model": "gpt-3.5-turbo-instruct",
    "prompt": ["def f(x):", "def g(x):"],
    "suffix": "\nprint(f(1))",
    "max_tokens": 0,
    "temperature": 1.5,
    "n": 2,
    "best_of": 2,
    "logprobs": 5,
    "echo": True,
    "stop": ["a", "b", "c", "d"],
    "logit_bias": {"50256": -100},
    "stream": True,
    "stream_options": {"include_usage": True},
}
GOOD_REQUESTS = [
    COMPLETIONS,
    {"model": "davinci-002"},
    {"model": "davinci-002", "prompt": "Once"},
    {"model": "davinci-002", "prompt": [1, 2], "best_of": 3},
    {"model": "davinci-002", "prompt": [[1], [2, 3]]},
]
BAD_REQUESTS: list[tuple[str, Any]] = [
    ("prompt", but(COMPLETIONS, "prompt", to=[])),
    ("prompt", but(COMPLETIONS, "prompt", to=["a", 1])),
    ("prompt", but(COMPLETIONS, "prompt", to=[[1], []])),
    ("prompt", but(COMPLETIONS, "prompt", to={"role": "user"})),
    ("param-range", but(COMPLETIONS, "logprobs", to=6)),
    ("param-range", but(COMPLETIONS, "logprobs", to=True)),
    ("param-range", but(COMPLETIONS, "max_tokens", to=-1)),
    ("param-range", but(COMPLETIONS, "logit_bias", "50256", to=-101)),
    ("best-of", but(COMPLETIONS, "best_of", to=1)),
    ("best-of", but(COMPLETIONS, "best_of", to=3)),
    ("stop", but(COMPLETIONS, "stop", 4, to="e")),
    ("stream-options", without(COMPLETIONS, "stream")),
    ("model", without(COMPLETIONS, "model")),
    ("unknown-param", but(COMPLETIONS, "messages", to=[])),
]

LOGPROBS: dict[str, Any] = {
    "tokens": ["Hi", "!"],
    "token_logprobs": [None, -0.5],
    "top_logprobs": [None, {"!": -0.5}],
    "text_offset": [0, 2],
}
USAGE: dict[str, Any] = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
TEXT: dict[str, Any] = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 1,
    "model": "davinci-002",
    "choices": [
        {"index": 0, "text": "Hi!", "logprobs": LOGPROBS, "finish_reason": "stop"},
        {"index": 1, "text": "", "logprobs": None, "finish_reason": "length"},
    ],
    "usage": USAGE,
}
FIRST = ("choices", 0)
GOOD_RESPONSES = [
    TEXT,
    without(TEXT, "usage"),
    but(TEXT, "usage", to={"prompt_tokens": 1, "total_tokens": 1}),
    but(TEXT, *FIRST, "logprobs", "top_logprobs", to=None),
]
BAD_RESPONSES: list[tuple[str, Any]] = [
    ("text", without(TEXT, *FIRST, "text")),
    ("text", but(TEXT, *FIRST, "text", to=None)),
    ("logprobs", but(TEXT, *FIRST, "logprobs", "tokens", to=["Hi!"])),
    ("logprobs", but(TEXT, *FIRST, "logprobs", "text_offset", to=[0, -2])),
    ("usage", without(TEXT, "usage", "total_tokens")),
    ("usage", but(TEXT, "usage", "completion_tokens", to=-1)),
    ("envelope", without(TEXT, "id")),
    ("envelope", but(TEXT, "object", to="text.completion")),
    ("choices", but(TEXT, *FIRST, "index", to=1)),
    ("choices", but(TEXT, "choices", to=[])),
    ("finish-reason", but(TEXT, *FIRST, "finish_reason", to="tool_calls")),
    ("usage-sum", but(TEXT, "usage", "total_tokens", to=4)),
]


def chunk(text: str | None, index: int = 0, finish: str | None = None, **more: Any) -> dict[str, Any]:
    choices = [] if text is None else [{"index": index, "text": text, "logprobs": None, "finish_reason": finish}]
    envelope = {key: TEXT[key] for key in ("id", "object", "created", "model")}
    return {**envelope, "choices": choices, "usage": None, **more}


STREAM = [
    chunk("Hi"),
    but(chunk("Hi!"), "choices", 0, "logprobs", to=LOGPROBS),
    chunk("", 1),
    chunk("!", 0, "stop"),
    chunk("", 0, "stop"),
    chunk("", 1, "length"),
    chunk(None, usage=USAGE),
]
FAILED = [*STREAM[:2], {"error": {"message": "boom"}}]
GOOD_STREAMS = [STREAM, FAILED]
BAD_STREAMS: list[tuple[str, Any]] = [
    ("error-ends", [*FAILED, chunk("more")]),
    ("truncated", STREAM[:3]),
    ("chunk", without(STREAM, 0, "choices")),
    ("chunk", without(STREAM, 0, *FIRST, "index")),
    ("chunk", without(STREAM, 0, *FIRST, "text")),
    ("finish", [*STREAM[:6], chunk("more"), STREAM[6]]),
    ("logprobs", but(STREAM, 1, *FIRST, "logprobs", "tokens", to=["Hi!"])),
    ("usage", without(STREAM, 6, "usage", "total_tokens")),
    ("unfinished", [*STREAM[:5], STREAM[6]]),
    ("envelope", but(STREAM, 2, "id", to="cmpl-2")),
    ("envelope", but(STREAM, 2, "object", to="text_completion.chunk")),
    ("finish-reason", but(STREAM, 5, *FIRST, "finish_reason", to="end_turn")),
    ("usage-sum", but(STREAM, 6, "usage", "total_tokens", to=4)),
    ("usage-asked", STREAM[:6]),
]
