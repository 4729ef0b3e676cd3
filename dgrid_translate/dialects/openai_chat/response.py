"""Responses: a chat completion <-> Response; the envelope, usage and log probabilities are shared with streams."""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts import CHOICE, Target, decode_assistant, encode_assistant, note_ids
from dgrid_translate.dialects.openai_chat.profile import FINISH, FINISH_BACK, NAME, SERVICE_TIERS
from dgrid_translate.ir.parts import Extensions, Refusal, ToolCall, holds
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Logprobs, Response, TokenLogprob
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.openai.envelope import identify
from dgrid_translate.shared.openai.logprobs import WireToken, decode_token, encode_token, says_more
from dgrid_translate.shared.openai.usage import decode_usage, encode_usage
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    dress,
    drop_foreign,
    dump,
    extensions,
    extra_of,
    load,
    note,
    remembered,
)

# ------------------------------------------------------------------------------------------------------ decoding


def decode_response(body: bytes) -> Response:
    """The response in a chat completion."""
    completion = load(wire.Completion, body, NAME)
    response = Response(
        NAME,
        [],
        None if completion.id is UNSET else completion.id,
        None if completion.model is UNSET else completion.model,
        None if completion.created is UNSET else completion.created,
        None if completion.service_tier is UNSET else completion.service_tier,
        ext=decode_envelope(completion),
    )
    if completion.usage is not UNSET:
        response.usage = decode_usage(completion.usage, NAME)
    if completion.choices is not UNSET:
        response.candidates = [
            _decode_choice(choice, place, response.id) for place, choice in enumerate(completion.choices)
        ]
    return response


def decode_envelope(completion: wire.Completion) -> Extensions | None:
    """What an answer or a chunk says about itself that only Chat knows; padding is left out."""
    own = {} if completion.extra is UNSET else extra_of(completion)
    if completion.id is None:
        own["id",] = NULL
    if completion.model is None:
        own["model",] = NULL
    if completion.created is None:
        own["created",] = NULL
    if completion.system_fingerprint is not UNSET:
        own["system_fingerprint",] = completion.system_fingerprint
    if completion.provider is not UNSET:
        own["provider",] = completion.provider
    if completion.x_groq is not UNSET:
        own["x_groq",] = completion.x_groq
    if completion.citations is not UNSET:
        own["citations",] = completion.citations
    if completion.prompt_filter_results is not UNSET:
        own["prompt_filter_results",] = completion.prompt_filter_results
    if completion.service_tier is None:
        own["service_tier",] = NULL
    return {NAME: own} if own else None


def _decode_choice(choice: wire.Choice, place: int, response_id: str | None) -> Candidate:
    at = ("choices", place)
    own: Extra = {}
    message, word = choice.message, "message"
    if message is UNSET:
        message, word = (wire.ResponseMessage(), word) if choice.delta is UNSET else (choice.delta, "delta")
    parts = decode_assistant(message, at + (word,), CHOICE, own, response_id)
    keep_choice(choice, own)
    if choice.message is UNSET:
        own["~message" if choice.delta is UNSET else "~delta",] = NULL
    candidate = Candidate(place if choice.index is UNSET else choice.index, parts, at=at)
    reason = choice.finish_reason
    if reason is not UNSET and reason is not None:
        candidate.finish = decode_finish(reason, reason == "stop" and holds(parts, Refusal))
    if choice.logprobs is None:
        own["logprobs",] = NULL
    elif choice.logprobs is not UNSET:
        candidate.logprobs = decode_logprobs(choice.logprobs, at + ("logprobs",))
    if own:
        candidate.ext = {NAME: own}
    return candidate


def keep_choice(choice: wire.Choice, own: Extra) -> None:
    """Add what only Chat knows of a choice to `own`."""
    if choice.extra is not UNSET:
        own.update(extra_of(choice))
    if choice.native_finish_reason is not UNSET:
        own["native_finish_reason",] = choice.native_finish_reason
    if choice.content_filter_results is not UNSET:
        own["content_filter_results",] = choice.content_filter_results
    if choice.matched_stop is not UNSET:
        own["matched_stop",] = choice.matched_stop


def decode_finish(reason: str, refused: bool) -> FinishReason:
    """`finish_reason`; an answer in `refusal` ends in `stop`, which says less of why than others have words for."""
    if refused and reason == "stop":
        return FinishReason("content_filter", reason, NAME, exact=False)
    return _FINISHES.get(reason) or FinishReason("other", reason, NAME, exact=False)


_FINISHES = {reason: FinishReason(unified, reason, NAME) for reason, unified in FINISH.items()}


def decode_logprobs(logprobs: wire.Logprobs, at: At) -> Logprobs:
    """`logprobs` of a choice."""
    found = Logprobs(at=at, ext=extensions(logprobs, NAME))
    found.content = _decode_tokens(logprobs.content, "content", found)
    found.refusal = _decode_tokens(logprobs.refusal, "refusal", found)
    return found


def _decode_tokens(tokens: list[WireToken] | UnsetType | None, key: str, found: Logprobs) -> list[TokenLogprob] | None:
    if tokens is UNSET:
        return None
    if tokens is None:
        found.ext = note(found.ext, NAME, (key,))
        return None
    made = [decode_token(token, NAME) for token in tokens]
    if says_more(made):
        found.ext = note(found.ext, NAME, ("..", "logprobs", key), Raw(dump(tokens)))
    return made


# ------------------------------------------------------------------------------------------------------ encoding


def encode_response(
    response: Response,
    losses: Losses,
    request: Request | None,  # noqa: ARG001 (every dialect is told; Chat answers the same whatever was asked)
    now: int | None,
) -> bytes:
    """A chat completion."""
    completion = encode_envelope(response, losses, now)
    completion.choices = [
        _encode_choice(candidate, place, response, losses) for place, candidate in enumerate(response.candidates)
    ]
    if response.usage is not None:
        completion.usage = encode_usage(response.usage, NAME, losses)
    completion.object = "chat.completion"
    return dump(dress(completion, response.ext, NAME))


def encode_envelope(response: Response, losses: Losses, now: int | None) -> wire.Completion:
    """What an answer and each of its chunks begin with."""
    if response.ext is not None:
        drop_foreign(response.ext, NAME, response.at, losses)
    native = response.dialect == NAME
    completion = wire.Completion()
    identify(completion, response, NAME, "chatcmpl-", now, losses)
    tier = response.service_tier
    if tier is not None and (native or tier in SERVICE_TIERS):
        completion.service_tier = tier
    if tier is not None and not native:
        losses.approximated("service_tier", response.place("service_tier"), "what a tier is differs among vendors")
    return completion


def _encode_choice(candidate: Candidate, place: int, response: Response, losses: Losses) -> wire.Choice:
    ext = candidate.ext
    if ext is not None:
        drop_foreign(ext, NAME, candidate.at, losses)
    native = response.dialect == NAME
    message = wire.ResponseMessage(role="assistant")
    target = Target(losses, native)
    message = encode_assistant(message, candidate.parts, ext, CHOICE, target, joined=True)
    if target.invented and not native:
        note_ids(message.tool_calls or (), ("choices", place, "message"), target.invented, losses)
    finish = candidate.finish
    calls = not native and finish is not None and finish.unified != "tool_calls" and holds(candidate.parts, ToolCall)
    reason = encode_finish(finish, calls, losses, candidate.at)
    choice = wire.Choice(candidate.index, message, UNSET, reason)
    if ext is not None and NAME in ext:
        if remembered(ext, NAME, "~message"):
            choice.message = UNSET
        elif remembered(ext, NAME, "~delta"):
            choice.message, choice.delta = UNSET, message
    if candidate.logprobs is not None:
        choice.logprobs = encode_logprobs(candidate.logprobs, losses)
    return choice if ext is None else dress(choice, ext, NAME)


def encode_finish(finish: FinishReason | None, calls: bool, losses: Losses, at: At) -> str | None:
    """`finish_reason`; an answer with calls in it ends in `tool_calls`, whatever else its source called that."""
    if finish is None:
        return None
    if finish.dialect == NAME:
        return finish.raw
    word = FINISH_BACK[finish.unified]
    if calls and word == "stop":
        word = "tool_calls"
        losses.approximated("finish_reason", at + (finish.key,), f"{finish.raw} sent as tool_calls")
    elif finish.unified in ("pause", "error", "other") or finish.stop_sequence is not None or not finish.exact:
        losses.approximated("finish_reason", at + (finish.key,), f"{finish.raw} sent as {word}")
    if finish.stop_sequence is not None:
        losses.dropped("stop_sequence", at + ("stop_sequence",))
    return word


def encode_logprobs(logprobs: Logprobs, losses: Losses) -> wire.Logprobs:
    """`logprobs` of a choice."""
    drop_foreign(logprobs.ext, NAME, logprobs.at, losses)
    content = None if logprobs.content is None else [encode_token(token, NAME) for token in logprobs.content]
    refusal = None if logprobs.refusal is None else [encode_token(token, NAME) for token in logprobs.refusal]
    made = wire.Logprobs(UNSET if content is None else content, UNSET if refusal is None else refusal)
    return dress(made, logprobs.ext, NAME)
