"""Hypothesis strategies for valid bodies of each dialect, as plain JSON values.

What they give is what the vendor's API takes and gives, not what this library finds easy: histories are coherent, every
call has its answer, citations point into their text, token counts add up.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import (
    claude,
    claude_stream,
    gemini,
    gemini_stream,
    openai,
    openai_completions,
    openai_response,
    openai_responses,
    openai_responses_answer,
    openai_responses_stream,
    openai_stream,
    ui_message,
    ui_message_stream,
)
from dgrid_translate.testing.strategies.common import JSONObject


class _Kinds(NamedTuple):
    requests: st.SearchStrategy[JSONObject]
    responses: st.SearchStrategy[JSONObject]
    odd_requests: st.SearchStrategy[JSONObject]
    odd_responses: st.SearchStrategy[JSONObject]
    streamed: st.SearchStrategy[tuple[list[JSONObject], JSONObject]]
    errors: st.SearchStrategy[tuple[int, JSONObject]]
    failing: st.SearchStrategy[list[JSONObject]] | None = None


_DIALECTS = {
    "openai": _Kinds(
        openai.requests(),
        openai_response.responses(),
        openai.requests(unknown=True),
        openai_response.responses(unknown=True),
        openai_stream.streamed(),
        openai_response.errors(),
    ),
    "openai-completions": _Kinds(
        openai_completions.requests(),
        openai_completions.responses(),
        openai_completions.requests(unknown=True),
        openai_completions.responses(unknown=True),
        openai_completions.streamed(),
        openai_completions.errors(),
    ),
    "claude": _Kinds(
        claude.requests(),
        claude.responses(),
        claude.requests(unknown=True),
        claude.responses(unknown=True),
        claude_stream.streamed(),
        claude.errors(),
    ),
    "gemini": _Kinds(
        gemini.requests(),
        gemini.responses(),
        gemini.requests(unknown=True),
        gemini.responses(unknown=True),
        gemini_stream.streamed(),
        gemini.errors(),
    ),
    "openai-responses": _Kinds(
        openai_responses.requests(),
        openai_responses_answer.responses(),
        openai_responses.requests(unknown=True),
        openai_responses_answer.responses(unknown=True),
        openai_responses_stream.streamed(),
        openai_responses_answer.errors(),
        openai_responses_stream.failing(),
    ),
    "ui-message": _Kinds(
        ui_message.requests(),
        ui_message.responses(),
        ui_message.requests(unknown=True),
        ui_message.responses(unknown=True),
        ui_message_stream.streamed(),
        ui_message.errors(),
    ),
}
_ALIASES = {
    "openai-chat": "openai",
    "completions": "openai-completions",
    "responses": "openai-responses",
    "anthropic": "claude",
    "google": "gemini",
    "ai-sdk": "ui-message",
}


def has_strategies(dialect: str) -> bool:
    """Whether there are strategies for the dialect of that name."""
    return _ALIASES.get(dialect, dialect) in _DIALECTS


def _of(dialect: str) -> _Kinds:
    name = _ALIASES.get(dialect, dialect)
    if name not in _DIALECTS:
        raise LookupError(f"no strategies for {dialect!r}; there are: {', '.join(_DIALECTS)}")
    return _DIALECTS[name]


def requests(dialect: str, *, unknown: bool = False) -> st.SearchStrategy[JSONObject]:
    """Request bodies; `unknown` adds fields and parts that the API does not have (yet)."""
    kinds = _of(dialect)
    return kinds.odd_requests if unknown else kinds.requests


def responses(dialect: str, *, unknown: bool = False) -> st.SearchStrategy[JSONObject]:
    """Answer bodies; `unknown` adds fields that the API does not have (yet)."""
    kinds = _of(dialect)
    return kinds.odd_responses if unknown else kinds.responses


def streams(dialect: str) -> st.SearchStrategy[list[JSONObject]]:
    """Streams, as the list of their events' JSON (without OpenAI's [DONE])."""
    return _of(dialect).streamed.map(lambda pair: pair[0])


def has_failing(dialect: str) -> bool:
    """Whether there are strategies for the dialect's streams that fail."""
    return has_strategies(dialect) and _of(dialect).failing is not None


def failing(dialect: str) -> st.SearchStrategy[list[JSONObject]]:
    """Streams that end in a failure, so that they add up to nothing; `has_failing` tells whose there are."""
    found = _of(dialect).failing
    if found is None:
        raise LookupError(f"no strategies for streams of {dialect!r} that fail")
    return found


def streamed(dialect: str) -> st.SearchStrategy[tuple[list[JSONObject], JSONObject]]:
    """Streams, each with the whole answer that it adds up to."""
    return _of(dialect).streamed


def errors(dialect: str) -> st.SearchStrategy[tuple[int, JSONObject]]:
    """HTTP statuses and error bodies."""
    return _of(dialect).errors
