"""Gemini streamGenerateContent: which streams of chunks are right.

stream := chunk+           each a GenerateContentResponse with only the new parts
last   := has a finishReason, a part (if only {"text": ""}) and usageMetadata; or a blockReason and no candidates
error  := {"error": {code: int, message, status}}         error the first key, and nothing after it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.grammar.stream import Stream, StreamRule, last, stream_of
from dgrid_translate.testing.rules.gemini import (
    FINISH_REASONS,
    case_findings,
    part_findings,
    sum_findings,
    usage_findings,
)
from dgrid_translate.testing.violations import Findings, Violation, judge
from dgrid_translate.testing.wire_json import Json, array, integer, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At

SHARED = ("responseId", "modelVersion")


def error(stream: Stream) -> Findings:
    """An error is the first key, its code a number, its message text, and nothing follows [sdk].

    google-genai looks for the text `{"error":` and raises TypeError on a code that is no number.
    """
    for at, event in stream.placed():
        if "error" not in event:
            continue
        if next(iter(event)) != "error":
            yield (*at, "error"), "error is the first key"
        if integer(obj(event.get("error")).get("code")) is None:
            yield (*at, "error", "code"), f"code is a number, not {shown(obj(event.get('error')).get('code'))}"
        if string(obj(event.get("error")).get("message")) is None:
            yield (*at, "error", "message"), "an error says its message"
        if at != last(stream):
            yield at, "an error ends the stream, yet chunks follow"


def truncated(stream: Stream) -> Findings:
    """A stream ends in a finishReason, a blocked prompt or an error [sdk]."""
    ended = any(it.get("finishReason") for _, _, it in _candidates(stream))
    if not ended and not _blocked(stream) and not _failed(stream):
        yield last(stream), "the stream ends without a finishReason"


def finish_reason(stream: Stream) -> Findings:
    """A finishReason is a known word [types]."""
    for at, _, it in _candidates(stream):
        if it.get("finishReason") is not None and not one_of(it.get("finishReason"), FINISH_REASONS):
            yield (*at, "finishReason"), f"unknown finishReason {shown(it.get('finishReason'))}"


def finish(stream: Stream) -> Findings:
    """A candidate says nothing more after its finishReason. [observed]: Gemini 1.5 said STOP in every chunk."""
    done: set[int] = set()
    for at, index, it in _candidates(stream):
        if index in done and any(_says(part) for part in _parts(it)):
            yield at, f"candidate {index} goes on after its finishReason"
        if it.get("finishReason"):
            done.add(index)


def last_part(stream: Stream) -> Findings:
    """The last chunk has a part, if only an empty text: google-genai's chats forget the turn otherwise [sdk]."""
    if _blocked(stream) or _failed(stream) or not stream.events:
        return
    if _reason(stream) not in ("STOP", "MAX_TOKENS", None):
        return
    for at, it in objects(stream.events[-1].get("candidates"), *last(stream), "candidates"):
        if not _parts(it):
            yield (*at, "content", "parts"), "the last chunk has no part"
    if not array(stream.events[-1].get("candidates")):
        yield last(stream), "the last chunk has no candidate"


def role(stream: Stream) -> Findings:
    """Content is the model's [types]."""
    for at, _, it in _candidates(stream):
        said = obj(it.get("content")).get("role")
        if said not in ("model", None):
            yield (*at, "content", "role"), f"role is model, not {shown(said)}"


def part(stream: Stream) -> Findings:
    """A part holds one thing; calls are whole, data and signatures are base64 [sdk]."""
    for at, event in stream.placed():
        yield from part_findings(event, at)


def camel_case(stream: Stream) -> Findings:
    """Keys are camelCase: google-genai overlooks others [sdk]."""
    for at, event in stream.placed():
        if "error" not in event:
            yield from case_findings(event, at)


def same_response(stream: Stream) -> Findings:
    """Both responseId and modelVersion, where told, are the same all along [docs]."""
    first: dict[str, object] = {}
    for at, event in stream.placed():
        for key in SHARED:
            said = event.get(key)
            if said is not None and said != first.setdefault(key, said):
                yield (*at, key), f"{key} changes from {shown(first[key])} to {shown(said)}"


def usage(stream: Stream) -> Findings:
    """Counts are not below zero, and the cached ones are part of the prompt's [docs]."""
    for at, event in stream.placed():
        yield from usage_findings(event.get("usageMetadata"), (*at, "usageMetadata"))


def usage_told(stream: Stream) -> Findings:
    """The last chunk has usageMetadata [docs]."""
    if stream.events and not _failed(stream) and not obj(stream.events[-1].get("usageMetadata")):
        yield (*last(stream), "usageMetadata"), "the last chunk says the usage"


def usage_sum(stream: Stream) -> Findings:
    """The total is prompt + candidates + thoughts + toolUsePrompt; the last chunk's counts hold [docs]."""
    for at, event in list(stream.placed())[-1:]:
        yield from sum_findings(event.get("usageMetadata"), (*at, "usageMetadata"))


RULES: tuple[StreamRule, ...] = (
    error,
    truncated,
    role,
    part,
    camel_case,
    same_response,
    usage,
    usage_sum,
    finish_reason,
)
OFFICIAL: tuple[StreamRule, ...] = (finish, last_part, usage_told)


def check_stream(events: Sequence[Json], *, request: Json | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a stream of parsed chunks."""
    return judge(RULES + OFFICIAL if official else RULES, stream_of(events, request))


def _failed(stream: Stream) -> bool:
    return any("error" in event for event in stream.events)


def _blocked(stream: Stream) -> bool:
    return any(obj(event.get("promptFeedback")).get("blockReason") for event in stream.events)


def _candidates(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    """Every candidate of every chunk with its place and index (absent means 0)."""
    for at, event in stream.placed():
        for place, it in objects(event.get("candidates"), *at, "candidates"):
            yield place, integer(it.get("index")) or 0, it


def _parts(candidate: Json) -> list[Json]:
    return [item for _, item in objects(obj(candidate.get("content")).get("parts"))]


def _says(part: Json) -> bool:
    """Whether a part holds anything but an empty text."""
    return any(part.get(key) for key in part.keys() - {"thought"})


def _reason(stream: Stream) -> object:
    return next((it.get("finishReason") for _, _, it in _candidates(stream) if it.get("finishReason")), None)
