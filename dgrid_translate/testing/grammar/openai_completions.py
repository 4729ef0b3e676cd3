"""OpenAI's legacy Completions: which streams of chunks are right.

    stream := chunk* finish+ usage?                a chunk has the shape of an answer; usage only when asked for
    error  := {"error": {...}}                     and nothing after it

Much is as in Chat, whose rules hold here too; a choice may say why it ended twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.grammar.openai_chat import (
    SHARED,
    error_ends,
    truncated,
    unfinished,
    usage_asked,
    usage_sum,
)
from dgrid_translate.testing.grammar.stream import Stream, StreamRule, stream_of
from dgrid_translate.testing.rules.openai_chat import envelope_findings, usage_findings
from dgrid_translate.testing.rules.openai_completions import FINISH_REASONS, logprob_findings
from dgrid_translate.testing.violations import Findings, Violation, judge
from dgrid_translate.testing.wire_json import Json, integer, objects, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At


def chunk(stream: Stream) -> Findings:
    """A chunk has an array of choices, each with an index and a text [types]."""
    for at, event in stream.placed():
        if event.get("error"):
            continue
        if not isinstance(event.get("choices"), list):
            yield (*at, "choices"), "a chunk needs an array of choices"
        for place, choice in objects(event.get("choices"), *at, "choices"):
            if integer(choice.get("index")) is None:
                yield (*place, "index"), f"index is a number, not {shown(choice.get('index'))}"
            if not isinstance(choice.get("text"), str):
                yield (*place, "text"), f"text is a string, not {shown(choice.get('text'))}"


def finish(stream: Stream) -> Findings:
    """A choice says nothing more after its finish_reason, but perhaps the reason again [observed]."""
    done: set[int] = set()
    for at, index, choice in _choices(stream):
        if index in done and choice.get("text"):
            yield (*at, "text"), f"choice {index} goes on after its finish_reason"
        if choice.get("finish_reason"):
            done.add(index)


def logprobs(stream: Stream) -> Findings:
    """Log probabilities come in lists with an entry a token [types]."""
    for at, _, choice in _choices(stream):
        yield from logprob_findings(choice.get("logprobs"), (*at, "logprobs"))


def usage(stream: Stream) -> Findings:
    """Usage, where told, counts prompt, completion and total tokens [types]."""
    for at, event in stream.placed():
        yield from usage_findings(event.get("usage"), (*at, "usage"))


def envelope(stream: Stream) -> Findings:
    """Every chunk has id, object, created and model, and they stay the same [docs]."""
    first: Json = {}
    for at, event in stream.placed():
        if event.get("error"):
            continue
        yield from envelope_findings(event, at, "text_completion")
        first = first or event
        for key in SHARED:
            if event.get(key) != first.get(key):
                yield (*at, key), f"{key} changes from {shown(first.get(key))} to {shown(event.get(key))}"


def finish_reason(stream: Stream) -> Findings:
    """A reason is one of the three words [types]."""
    for at, _, choice in _choices(stream):
        reason = choice.get("finish_reason")
        if reason is not None and not one_of(reason, FINISH_REASONS):
            yield (*at, "finish_reason"), f"unknown finish_reason {shown(reason)}"


RULES: tuple[StreamRule, ...] = (error_ends, truncated, chunk, finish, logprobs, usage)
OFFICIAL: tuple[StreamRule, ...] = (unfinished, envelope, finish_reason, usage_sum, usage_asked)


def check_stream(events: Sequence[Json], *, request: Json | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a stream of parsed chunks ([DONE] is no chunk; `sse.check_sse` looks at it)."""
    return judge(RULES + OFFICIAL if official else RULES, stream_of(events, request))


def _choices(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    """Every choice of every chunk with its place and index."""
    for at, event in stream.placed():
        for place, choice in objects(event.get("choices"), *at, "choices"):
            yield place, integer(choice.get("index")) or 0, choice
