"""A text completion -> Response."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.profile import FINISH, FINISH_BACK, NAME, OBJECT
from dgrid_translate.dialects.openai_completions.response.logprobs import decode_logprobs
from dgrid_translate.ir.parts import Extensions, Text
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.shared.openai.usage import decode_usage
from dgrid_translate.shared.wire import NULL, dump, extra_of, load


def decode_response(body: bytes) -> Response:
    """The response in a text completion."""
    completion = load(wire.Completion, body, NAME)
    response = Response(
        NAME,
        [],
        None if completion.id is UNSET else completion.id,
        None if completion.model is UNSET else completion.model,
        None if completion.created is UNSET else completion.created,
        ext=decode_envelope(completion),
    )
    if completion.usage is not UNSET:
        response.usage = decode_usage(completion.usage, NAME)
    if completion.choices is not UNSET:
        response.candidates = [_decode_choice(choice, place) for place, choice in enumerate(completion.choices)]
    return response


def decode_envelope(completion: wire.Completion) -> Extensions | None:
    """What an answer or a chunk says about itself that only Completions knows."""
    own = {} if completion.extra is UNSET else extra_of(completion)
    for key, value in (("id", completion.id), ("model", completion.model), ("created", completion.created)):
        if value is None:
            own[key,] = NULL
    if completion.object is UNSET:
        own["~no_object",] = NULL
    elif completion.object != OBJECT:
        own["~object",] = Raw(dump(completion.object))
    if completion.system_fingerprint is not UNSET:
        own["system_fingerprint",] = completion.system_fingerprint
    if completion.prompt_filter_results is not UNSET:
        own["prompt_filter_results",] = completion.prompt_filter_results
    return {NAME: own} if own else None


def _decode_choice(choice: wire.Choice, place: int) -> Candidate:
    at = ("choices", place)
    candidate = Candidate(place if choice.index is UNSET else choice.index, [], at=at)
    own = {} if choice.extra is UNSET else extra_of(choice)
    if choice.content_filter_results is not UNSET:
        own["content_filter_results",] = choice.content_filter_results
    if choice.text is UNSET:
        own["~text",] = NULL
    elif choice.text:
        candidate.parts = [Text(choice.text, at=at + ("text",))]
    if choice.index is UNSET:
        own["~index",] = NULL
    if choice.finish_reason is UNSET:
        own["~finish_reason",] = NULL
    elif choice.finish_reason is not None:
        candidate.finish = decode_finish(choice.finish_reason)
    if choice.logprobs is UNSET:
        own["~logprobs",] = NULL
    elif choice.logprobs is not None:
        candidate.logprobs = decode_logprobs(choice.logprobs, at + ("logprobs",))
    if own:
        candidate.ext = {NAME: own}
    return candidate


def decode_choice_extensions(choice: wire.Choice) -> Extensions | None:
    """What only Completions knows of a chunk's choice."""
    own = {} if choice.extra is UNSET else extra_of(choice)
    if choice.content_filter_results is not UNSET:
        own["content_filter_results",] = choice.content_filter_results
    return {NAME: own} if own else None


def decode_finish(reason: str) -> FinishReason:
    """`finish_reason`."""
    unified = FINISH.get(reason, "other")
    return FinishReason(unified, reason, NAME, exact=reason == FINISH_BACK[unified])
