"""The wire Structs of legacy Completions, named as OpenAI's API reference names them.

https://platform.openai.com/docs/api-reference/completions (openai-python 3.52 `types/completion*.py`). Members that no
other vendor has a word for are left out on purpose: the reader keeps what a Struct does not name.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Number, Wire

# ------------------------------------------------------------------------------------------------------- request

Prompt = str | list[str | int | list[int]]
"""A prompt, a list of prompts, a prompt's tokens, or a list of prompts' tokens."""


class StreamOptions(Wire):
    include_usage: bool | UnsetType = UNSET


class Params(Wire):
    """The body of `POST /v1/completions`; `top_k` is other hosts' own."""

    model: str | UnsetType = UNSET
    prompt: Prompt | UnsetType = UNSET
    echo: bool | UnsetType = UNSET
    max_tokens: int | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    top_p: Number | UnsetType = UNSET
    top_k: Number | UnsetType = UNSET
    presence_penalty: Number | UnsetType = UNSET
    frequency_penalty: Number | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    stop: str | list[str] | UnsetType = UNSET
    n: int | UnsetType = UNSET
    logprobs: int | UnsetType = UNSET
    user: str | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    stream_options: StreamOptions | UnsetType = UNSET
    suffix: Raw | UnsetType = UNSET
    best_of: Raw | UnsetType = UNSET
    logit_bias: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ response


class Logprobs(Wire):
    """One entry a token in each list."""

    tokens: list[str] | UnsetType = UNSET
    token_logprobs: list[Number | None] | UnsetType = UNSET
    top_logprobs: list[dict[str, Number] | None] | UnsetType = UNSET
    text_offset: list[int] | UnsetType = UNSET


class Choice(Wire):
    """One of `choices`, whole or in a chunk."""

    index: int | UnsetType = UNSET
    text: str | UnsetType = UNSET
    logprobs: Logprobs | UnsetType | None = UNSET
    finish_reason: str | UnsetType | None = UNSET
    content_filter_results: Raw | UnsetType = UNSET


class Completion(Wire):
    """The answer, and a chunk of one: they share their shape. `prompt_filter_results` is Azure's own."""

    id: str | UnsetType | None = UNSET
    object: str | UnsetType | None = UNSET
    created: Number | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    choices: list[Choice] | UnsetType = UNSET
    usage: Raw | UnsetType = UNSET
    system_fingerprint: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET
    prompt_filter_results: Raw | UnsetType = UNSET
