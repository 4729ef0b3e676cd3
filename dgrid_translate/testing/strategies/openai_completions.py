"""Legacy Completions: requests, answers and streams, as the API takes and gives them."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import openai_response
from dgrid_translate.testing.strategies.common import (
    JSONObject,
    Strategy,
    coin,
    cut,
    fractions,
    interleave,
    just,
    pick,
    record,
    small,
    sparse,
    texts,
    unknown_fields,
    words,
)

# ------------------------------------------------------------------------------------------------------- request

# No prompts of tokens: no other dialect can be asked them, so that a translator has to refuse them.
_prompts: Strategy = st.one_of(texts, texts, st.lists(texts, min_size=1, max_size=3))
SETTINGS: dict[str, Strategy] = {
    "suffix": texts,
    "echo": st.booleans(),
    "max_tokens": small,
    "temperature": st.sampled_from((0, 0.5, 1, 1.0, 1.7)),
    "top_p": fractions,
    "presence_penalty": st.sampled_from((-2, 0, 0.5)),
    "frequency_penalty": st.sampled_from((-1.5, 0, 1)),
    "seed": st.integers(0, 2**31 - 1),
    "stop": st.one_of(words, st.lists(words, min_size=1, max_size=4, unique=True)),
    "n": st.integers(1, 4),
    "best_of": st.integers(4, 6),
    "logprobs": st.integers(0, 5),
    "logit_bias": just({"50256": -100}),
    "user": words,
    "stream": st.booleans(),
}


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies of POST /v1/completions; `unknown` adds fields that are not in the API."""
    body: JSONObject = {"model": pick(draw, ("gpt-3.5-turbo-instruct", "org/model:free")), "prompt": draw(_prompts)}
    body |= draw(sparse({}, SETTINGS))
    if body.get("stream"):
        body.pop("best_of", None)
        if coin(draw):
            body["stream_options"] = {"include_usage": draw(st.booleans())}
    if unknown:
        unknown_fields(draw, body, lambda _: [])
    return body


# ------------------------------------------------------------------------------------------------------ response


def _logprobs(draw: st.DrawFn, text: str) -> JSONObject:
    """The text as tokens; the first has no probability where it begins a prompt that is repeated."""
    tokens = cut(draw, text, 3)
    chances: list[float | int | None] = [pick(draw, (-0.5, -3, 0.0, -9999.0)) for _ in tokens]
    start = draw(st.integers(0, 40))
    made: JSONObject = {
        "tokens": tokens,
        "token_logprobs": chances,
        "top_logprobs": None,
        "text_offset": [start + before for before in accumulate(map(len, tokens[:-1]), initial=0)],
    }
    unsaid = coin(draw, 5)
    if unsaid:
        chances[0] = None
    if coin(draw):
        others = [draw(st.dictionaries(texts, st.just(-2.5), max_size=2)) for _ in tokens]
        tops = [{token: -0.5, **other} for token, other in zip(tokens, others, strict=True)]
        made["top_logprobs"] = [None, *tops[1:]] if unsaid else tops
    return made


def _choice(draw: st.DrawFn, index: int) -> JSONObject:
    text = draw(st.one_of(texts, texts, st.just("")))
    logprobs = _logprobs(draw, text) if text and coin(draw, 3) else None
    reason = pick(draw, ("stop", "length", "content_filter"))
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": reason}


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Text completions; `unknown` adds fields that are not in the API."""
    body: JSONObject = {
        "id": "cmpl-" + draw(words),
        "object": "text_completion",
        "created": draw(st.integers(1_600_000_000, 1_900_000_000)),
        "model": pick(draw, ("gpt-3.5-turbo-instruct:20230824-v2", "davinci-002")),
        "choices": [_choice(draw, index) for index in range(draw(st.sampled_from((1, 1, 1, 2, 3))))],
    }
    body |= draw(record({}, {"system_fingerprint": words}))
    if not coin(draw, 5):
        body["usage"] = draw(openai_response.usage())
    if unknown:
        unknown_fields(draw, body, lambda whole: whole["choices"])
    return body


errors = openai_response.errors

# -------------------------------------------------------------------------------------------------------- stream


def _pieces(draw: st.DrawFn, choice: JSONObject) -> list[JSONObject]:
    """The texts of a choice's chunks, each with its tokens' log probabilities if the choice has them."""
    logprobs: JSONObject | None = choice["logprobs"]
    if logprobs is None:
        return [{"text": piece, "logprobs": None} for piece in cut(draw, choice["text"])]
    pieces: list[JSONObject] = []
    for place, token in enumerate(logprobs["tokens"]):
        own = {key: None if values is None else [values[place]] for key, values in logprobs.items()}
        pieces.append({"text": token, "logprobs": own})
    return pieces


def _choice_chunks(draw: st.DrawFn, choice: JSONObject) -> list[JSONObject]:
    made = [{"index": choice["index"], **piece, "finish_reason": None} for piece in _pieces(draw, choice)]
    last: JSONObject = {**choice, "text": "", "logprobs": None}
    if made and coin(draw, 3):
        made[-1]["finish_reason"] = choice["finish_reason"]
        return [*made, last] if coin(draw) else made  # OpenAI was recorded saying it again
    return [*made, last]


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's chunks, and the whole answer they add up to."""
    whole = draw(responses())
    envelope = {key: value for key, value in whole.items() if key not in ("choices", "usage")}
    queues = [_choice_chunks(draw, choice) for choice in whole["choices"]]
    pieces = interleave(draw, queues) if coin(draw) else [piece for queue in queues for piece in queue]
    chunks: list[JSONObject] = [{**envelope, "choices": [piece]} for piece in pieces]
    count = whole.get("usage")
    if count is not None:
        chunks = [{**chunk, "usage": None} for chunk in chunks]
        chunks.append({**envelope, "choices": [], "usage": count})
    return chunks, whole
