"""The official ``openai`` package as judge of the legacy Completions dialect.

Shapes are checked against the SDK's own TypedDicts and models; then the bytes go through its HTTP client, its SSE
decoder and its strict response validation. It has no helper that adds a stream up.
"""

import json
from functools import cache
from typing import Any, Optional

import openai
from openai.types import Completion, CompletionChoice
from openai.types.completion_create_params import CompletionCreateParams
from openai.types.shared import ErrorObject

from tests.judge import openai_sdk
from tests.judge.shapes import Allowance, Problem, Shapes
from tests.judge.transport import JSON, SSE
from tests.judge.verdict import accepting, rejected

ASK: dict[str, Any] = {"model": "m", "prompt": "Hi"}

# A chunk has the shape of an answer, but says why it ended only at its end.
CHUNK = Allowance(optional={"CompletionChoice": frozenset({"finish_reason"})})
HOSTS = {
    "azure": Allowance(
        extra={
            "Completion": {"prompt_filter_results": list[dict[str, Any]]},
            "CompletionChoice": {"content_filter_results": dict[str, Any]},
        }
    ),
    "together": Allowance(
        extra={
            "Completion": {"prompt": list[Any]},
            "CompletionChoice": {"seed": Any},
            **dict.fromkeys(
                ("CompletionCreateParamsStreaming", "CompletionCreateParamsNonStreaming"),
                dict.fromkeys(("top_k", "repetition_penalty", "min_p", "safety_model"), Any),
            ),
        },
        retyped={"Completion": {"object": str}, "CompletionChoice": {"finish_reason": Optional[str]}},
    ),
    "api.writer.com": Allowance(
        extra={"CompletionChoice": {"log_probs": Any}},
        optional={
            "Completion": frozenset({"id", "object", "created"}),
            "CompletionChoice": frozenset({"index", "finish_reason"}),
        },
    ),
}
# The SDK's type of a token's probability has no null, yet the first token of a prompt that is repeated has it.
VENDOR = Allowance(
    retyped={
        "Logprobs": {
            "token_logprobs": Optional[list[Optional[float]]],
            "top_logprobs": Optional[list[Optional[dict[str, float]]]],
        }
    }
)


@cache
def _shapes(host: str, *, chunk: bool = False) -> Shapes:
    allowed = VENDOR | HOSTS[host] if host else VENDOR
    return Shapes(allowed | CHUNK if chunk else allowed)


def accept_request(body: dict[str, Any], *, host: str = "") -> None:
    """The body is a ``CompletionCreateParams``."""
    problems = _shapes(host).problems(CompletionCreateParams, body)
    if problems:
        raise rejected("openai-completions request", problems)


def accept_response(body: dict[str, Any], *, host: str = "") -> Completion:
    """The body is a ``Completion`` and comes out of ``completions.create``."""
    problems = _shapes(host).problems(Completion, body)
    if problems:
        raise rejected("openai-completions response", problems)
    openai_sdk.replay.answer(200, JSON, json.dumps(body).encode())
    unsaid = any(None in ((choice.get("logprobs") or {}).get("token_logprobs") or ()) for choice in body["choices"])
    with accepting("openai-completions response"):
        answer: Completion = openai_sdk.client(strict=not host and not unsaid).completions.create(**ASK)
    return answer


def accept_stream(sse: bytes, *, host: str = "") -> list[Completion]:
    """Every chunk is a ``Completion``, and the SDK's stream gives as many as were sent."""
    openai_sdk.replay.answer(200, SSE, sse)
    with accepting("openai-completions stream"):
        given = list(openai_sdk.client(strict=False).completions.create(**ASK, stream=True))
        chunks = openai_sdk.data(sse)
    shapes = _shapes(host, chunk=True)
    problems = [p for n, chunk in enumerate(chunks) for p in shapes.problems(Completion, chunk, f"[{n}]")]
    problems += [] if chunks else [Problem("", "no chunk at all")]
    problems += [] if len(given) == len(chunks) else [Problem("", f"the client was given {len(given)} chunks")]
    problems += list(_said_twice(given))
    if problems:
        raise rejected("openai-completions stream", problems)
    return given


def _said_twice(chunks: list[Completion]) -> list[Problem]:
    """Clients join the texts: one that comes after a choice's end is read as more of it."""
    ended: set[int] = set()
    problems: list[Problem] = []
    for place, chunk in enumerate(chunks):
        choices: list[CompletionChoice] = chunk.choices or []
        for choice in choices:
            if choice.index in ended and choice.text:
                problems.append(Problem(f"[{place}].choices", f"choice {choice.index} had ended"))
            if choice.finish_reason:
                ended.add(choice.index)
    return problems


def accept_error(status: int, headers: dict[str, str], body: bytes) -> openai.APIStatusError:
    """The exception the client raises. Its message, type, code and param must have been found in the body."""
    openai_sdk.replay.answer(status, headers, body)
    try:
        openai_sdk.client(strict=False).completions.create(**ASK)
    except openai.APIStatusError as error:
        problems = _shapes("").problems(ErrorObject, error.body, "error")
        if problems:
            raise rejected("openai-completions error", problems) from error
        return error
    raise rejected("openai-completions error", [f"status {status} raises nothing"])
