"""Token counts <-> Usage: `prompt_tokens` and `completion_tokens`, or in Responses `input_tokens` and `output_tokens`.

openai-python 3.52 `types/completion_usage.py` and `types/responses/response_usage.py`, and what other hosts add. Hosts
give either family of names under any of OpenAI's dialects, so both are read everywhere.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.usage import drop_counts
from dgrid_translate.shared.wire import NULL, Extra, Kept, Wire, drop_foreign, extra_of, load, unwritten


class PromptTokensDetails(Wire):
    """What the input was made of."""

    cached_tokens: int | UnsetType = UNSET
    cache_write_tokens: int | UnsetType = UNSET
    audio_tokens: int | UnsetType = UNSET
    image_tokens: int | UnsetType = UNSET
    text_tokens: int | UnsetType = UNSET
    video_tokens: Raw | UnsetType = UNSET


class CompletionTokensDetails(Wire):
    """What the output was made of."""

    reasoning_tokens: int | UnsetType = UNSET
    audio_tokens: int | UnsetType = UNSET
    image_tokens: int | UnsetType = UNSET
    text_tokens: int | UnsetType = UNSET
    accepted_prediction_tokens: Raw | UnsetType = UNSET
    rejected_prediction_tokens: Raw | UnsetType = UNSET


class Counts(Wire):
    """`usage`."""

    prompt_tokens: int | UnsetType = UNSET
    completion_tokens: int | UnsetType = UNSET
    total_tokens: int | UnsetType = UNSET
    prompt_tokens_details: PromptTokensDetails | UnsetType = UNSET
    completion_tokens_details: CompletionTokensDetails | UnsetType = UNSET
    input_tokens: int | UnsetType = UNSET
    output_tokens: int | UnsetType = UNSET
    input_tokens_details: PromptTokensDetails | UnsetType = UNSET
    output_tokens_details: CompletionTokensDetails | UnsetType = UNSET
    cost: Raw | UnsetType = UNSET
    cost_details: Raw | UnsetType = UNSET
    is_byok: Raw | UnsetType = UNSET
    queue_time: Raw | UnsetType = UNSET
    prompt_time: Raw | UnsetType = UNSET
    completion_time: Raw | UnsetType = UNSET
    total_time: Raw | UnsetType = UNSET
    prompt_cache_hit_tokens: Raw | UnsetType = UNSET
    prompt_cache_miss_tokens: Raw | UnsetType = UNSET
    num_cached_tokens: Raw | UnsetType = UNSET
    num_sources_used: Raw | UnsetType = UNSET


_HOSTS_OWN = Kept(
    "cost",
    "cost_details",
    "is_byok",
    "queue_time",
    "prompt_time",
    "completion_time",
    "total_time",
    "prompt_cache_hit_tokens",
    "prompt_cache_miss_tokens",
    "num_cached_tokens",
    "num_sources_used",
)


def decode_usage(raw: Raw, dialect: str, at: At = ("usage",)) -> Usage:
    """A record of counts by `dialect`; its input count includes cached tokens and its output count reasoning."""
    if raw == NULL:
        return Usage(raw=raw, dialect=dialect, at=at)
    usage = load(Counts, raw, dialect, at)
    own = {} if usage.extra is UNSET else extra_of(usage)
    _HOSTS_OWN.take(usage, own)
    into = usage.input_tokens if usage.prompt_tokens is UNSET else usage.prompt_tokens
    out = usage.output_tokens if usage.completion_tokens is UNSET else usage.completion_tokens
    found = Usage(
        None if into is UNSET else into,
        None if out is UNSET else out,
        None if usage.total_tokens is UNSET else usage.total_tokens,
        raw=raw,
        dialect=dialect,
        at=at,
    )
    if usage.input_tokens_details is not UNSET:
        _decode_prompt_tokens(usage.input_tokens_details, found, own, "input_tokens_details")
    if usage.output_tokens_details is not UNSET:
        _decode_completion_tokens(usage.output_tokens_details, found, own, "output_tokens_details")
    if usage.prompt_tokens_details is not UNSET:
        _decode_prompt_tokens(usage.prompt_tokens_details, found, own, "prompt_tokens_details")
    if usage.completion_tokens_details is not UNSET:
        _decode_completion_tokens(usage.completion_tokens_details, found, own, "completion_tokens_details")
    if own:
        found.ext = {dialect: own}
    return found


def _decode_prompt_tokens(details: PromptTokensDetails, found: Usage, own: Extra, key: str) -> None:
    if details.extra is not UNSET:
        own.update(extra_of(details, key))
    if details.cached_tokens is not UNSET:
        found.cache_read = details.cached_tokens
    if details.cache_write_tokens is not UNSET:
        found.cache_write = details.cache_write_tokens
    if details.audio_tokens is not UNSET:
        found.input_audio = details.audio_tokens
    if details.image_tokens is not UNSET:
        found.input_image = details.image_tokens
    if details.text_tokens is not UNSET:
        found.input_text = details.text_tokens
    if details.video_tokens is not UNSET:
        own[key, "video_tokens"] = details.video_tokens


def _decode_completion_tokens(details: CompletionTokensDetails, found: Usage, own: Extra, key: str) -> None:
    if details.extra is not UNSET:
        own.update(extra_of(details, key))
    if details.reasoning_tokens is not UNSET:
        found.reasoning = details.reasoning_tokens
    if details.audio_tokens is not UNSET:
        found.output_audio = details.audio_tokens
    if details.image_tokens is not UNSET:
        found.output_image = details.image_tokens
    if details.text_tokens is not UNSET:
        found.output_text = details.text_tokens
    accepted = details.accepted_prediction_tokens
    if accepted is not UNSET and accepted != _ZERO:
        own[key, "accepted_prediction_tokens"] = accepted
    rejected = details.rejected_prediction_tokens
    if rejected is not UNSET and rejected != _ZERO:
        own[key, "rejected_prediction_tokens"] = rejected


_ZERO = Raw(b"0")


class InputTokensDetails(Wire):
    """What the input was made of, as OpenAI's SDK asks for it."""

    cached_tokens: int
    cache_write_tokens: int


class OutputTokensDetails(Wire):
    """What the output was made of, likewise."""

    reasoning_tokens: int


class ResponseCounts(Wire):
    """`usage` of Responses."""

    input_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens: int
    output_tokens_details: OutputTokensDetails
    total_tokens: int


def encode_response_usage(usage: Usage, dialect: str, losses: Losses) -> Raw:
    """A record of counts in the names of Responses, for `dialect`, to be written with the rest."""
    if usage.dialect == dialect and usage.raw is not None:
        return usage.raw
    if usage.ext is not None:
        drop_foreign(usage.ext, dialect, usage.at, losses)
    drop_counts(usage, losses, _NOT_IN_RESPONSES)
    into, out = usage.input or 0, usage.output or 0
    made = ResponseCounts(
        input_tokens=into,
        input_tokens_details=InputTokensDetails(
            cached_tokens=usage.cache_read or 0, cache_write_tokens=usage.cache_write or 0
        ),
        output_tokens=out,
        output_tokens_details=OutputTokensDetails(reasoning_tokens=usage.reasoning or 0),
        total_tokens=into + out,
    )
    return unwritten(made)


_NOT_IN_RESPONSES = ("tool_use", "input_audio", "input_image", "output_audio", "output_image")


def encode_usage(usage: Usage, dialect: str, losses: Losses) -> Raw:
    """A record of counts in the names of Chat and Completions, for `dialect`."""
    if usage.dialect == dialect and usage.raw is not None:
        return usage.raw
    if usage.ext is not None:
        drop_foreign(usage.ext, dialect, usage.at, losses)
    if usage.tool_use:
        drop_counts(usage, losses, ("tool_use",))
    into, out = usage.input or 0, usage.output or 0
    made = Counts(into, out, into + out)
    asked = PromptTokensDetails(
        UNSET if usage.cache_read is None else usage.cache_read,
        UNSET if usage.cache_write is None else usage.cache_write,
        UNSET if usage.input_audio is None else usage.input_audio,
        UNSET if usage.input_image is None else usage.input_image,
        UNSET if usage.input_text is None else usage.input_text,
    )
    if asked != _NOTHING_ASKED:
        made.prompt_tokens_details = asked
    given = CompletionTokensDetails(
        UNSET if usage.reasoning is None else usage.reasoning,
        UNSET if usage.output_audio is None else usage.output_audio,
        UNSET if usage.output_image is None else usage.output_image,
        UNSET if usage.output_text is None else usage.output_text,
    )
    if given != _NOTHING_GIVEN:
        made.completion_tokens_details = given
    return unwritten(made)


_NOTHING_ASKED = PromptTokensDetails()
_NOTHING_GIVEN = CompletionTokensDetails()
