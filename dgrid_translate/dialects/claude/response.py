"""Responses: a message <-> Response; the envelope, usage and finish are shared with streams."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.parts import Target, decode_blocks, encode_blocks
from dgrid_translate.dialects.claude.profile import FINISH, FINISH_BACK, NAME, ORIGIN, RESPONSE_PLACES, TIERS
from dgrid_translate.ir.events import ResponseStarted
from dgrid_translate.ir.parts import Extensions, ToolCall, holds
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response, Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.carriers import restore
from dgrid_translate.shared.drops import drop_logprobs
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.usage import drop_counts
from dgrid_translate.shared.wire import (
    NULL,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    merge,
    note,
    own_of,
    unwritten,
)

# -------------------------------------------------------------------------------------------------------- decoding


def decode_response(body: bytes) -> Response:
    """The response in a message."""
    message = load(wire.Message, body, NAME)
    parts = restore(decode_blocks(message.content, ("content",)), ORIGIN, NAME)
    candidate = Candidate(0, parts, decode_finish(message.stop_reason, message.stop_sequence))
    if message.stop_details is not UNSET:
        candidate.ext = decode_stop_details(message.stop_details)
    response = Response(NAME, [candidate], places=RESPONSE_PLACES, ext=decode_envelope(message))
    if message.stop_reason is UNSET:
        response.ext = note(response.ext, NAME, ("~stop_reason",))
    if message.stop_sequence is UNSET:
        response.ext = note(response.ext, NAME, ("~stop_sequence",))
    if message.id is not UNSET:
        response.id = message.id
    if message.model is not UNSET:
        response.model = message.model
    if message.usage == NULL:
        response.ext = note(response.ext, NAME, ("usage",))
    elif message.usage is not UNSET:
        response.usage, response.service_tier = decode_usage(message.usage)
    return response


def decode_envelope(message: wire.Message) -> Extensions | None:
    """What an answer says about itself that only Claude knows, and what it leaves out."""
    ext = None if message.extra is UNSET else extensions(message, NAME)
    if message.type is UNSET:
        ext = note(ext, NAME, ("~type",))
    if message.role is UNSET:
        ext = note(ext, NAME, ("~role",))
    if message.container is not UNSET:
        ext = note(ext, NAME, ("container",), message.container)
    if message.context_management is not UNSET:
        ext = note(ext, NAME, ("context_management",), message.context_management)
    return ext


def decode_stop_details(details: Raw | object) -> Extensions | None:
    """`stop_details`, which belong to the one candidate."""
    return {NAME: {("stop_details",): details}} if isinstance(details, Raw) else None


def decode_finish(reason: object, sequence: object) -> FinishReason | None:
    """`stop_reason` and `stop_sequence`."""
    if not isinstance(reason, str):
        return None
    unified = FINISH.get(reason, "other")
    met = sequence if isinstance(sequence, str) else None
    exact = reason == FINISH_BACK[unified] or reason == "stop_sequence"
    return FinishReason(unified, reason, NAME, met, "stop_reason", exact)


def decode_usage(raw: Raw, at: At = ("usage",)) -> tuple[Usage, str | None]:
    """`usage`, and the service tier in it. Cached input, which Claude counts apart, is put in."""
    usage = load(wire.Usage, raw, NAME, at)
    fresh, read, written = usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    whole = None if fresh is None else fresh + (read or 0) + (written or 0)
    found = Usage(whole, usage.output_tokens, None, read, written, raw=raw, dialect=NAME, at=at)
    if usage.extra is not UNSET:
        found.ext = extensions(usage, NAME)
    if usage.iterations is not UNSET:
        found.ext = note(found.ext, NAME, ("iterations",), usage.iterations)
    details = usage.output_tokens_details
    if details is not UNSET:
        found.reasoning = details.thinking_tokens
        if details.extra is not UNSET:
            found.ext = merge(found.ext, extensions(details, NAME, "output_tokens_details"))
    created = usage.cache_creation
    if created is not UNSET:
        _keep_counts(found, created, "cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
    used = usage.server_tool_use
    if used is not UNSET:
        _keep_counts(found, used, "server_tool_use", "web_search_requests", "web_fetch_requests")
    geo = usage.inference_geo
    if geo is not None and geo != "not_available":
        found.ext = note(found.ext, NAME, ("inference_geo",), Raw(dump(geo)))
    tier = usage.service_tier
    return found, None if tier is None else TIERS.get(tier, tier)


def _keep_counts(found: Usage, said: wire.CacheCreation | wire.ServerToolUsage, word: str, *names: str) -> None:
    """What Claude alone counts; zeros say nothing."""
    if said.extra is not UNSET:
        found.ext = merge(found.ext, extensions(said, NAME, word))
    for name in names:
        if count := getattr(said, name):
            found.ext = note(found.ext, NAME, (word, name), Raw(b"%d" % count))


# -------------------------------------------------------------------------------------------------------- encoding


def encode_response(response: Response, losses: Losses, request: Request | None, _now: int | None) -> bytes:
    """A message."""
    native = response.dialect == NAME
    message = encode_envelope(response, losses, request)
    candidate = response.candidates[0] if response.candidates else None
    if len(response.candidates) > 1:
        candidate = min(response.candidates, key=lambda each: each.index)
        for other in response.candidates:
            if other is not candidate:
                losses.dropped("candidate", other.at, "Claude gives one answer")
    if candidate is None:
        message.stop_reason, message.stop_sequence = encode_finish(None, False, native, losses, ())
    else:
        if candidate.ext is not None:
            drop_foreign(candidate.ext, NAME, candidate.at, losses)
        if candidate.logprobs is not None:
            drop_logprobs(candidate.logprobs, losses)
        target = Target(losses, native, upstream=False)
        message.content = encode_blocks(candidate.parts, target)
        if target.invented is not None:
            target.note_invented(message.content, ())
        called = holds(candidate.parts, ToolCall)
        finish = encode_finish(candidate.finish, called, native, losses, candidate.at)
        message.stop_reason, message.stop_sequence = finish
        if native:
            message.stop_details = own_of(candidate.ext, NAME).get(("stop_details",), UNSET)
    own = own_of(response.ext, NAME)
    if native and own:
        if ("~stop_reason",) in own:
            message.stop_reason = UNSET
        if ("~stop_sequence",) in own:
            message.stop_sequence = UNSET
    if response.usage is not None:
        message.usage = encode_usage(response.usage, losses)
    elif not native:
        message.usage = Raw(b'{"input_tokens":0,"output_tokens":0}')
        losses.invented("usage", ("usage",), "the source says nothing")
    if response.service_tier:
        drop_tier(response.service_tier, response, losses)
    return dump(dress(message, response.ext, NAME) if own else message)


def drop_tier(tier: str | None, response: Response | ResponseStarted, losses: Losses) -> None:
    """Name the service tier of another vendor's answer: Claude's own words for it, in `usage`, mean other things."""
    if tier and response.dialect != NAME:
        losses.dropped("service_tier", response.places.get("service_tier", ("service_tier",)))


def encode_envelope(response: Response, losses: Losses, request: Request | None) -> wire.Message:
    """What an answer begins with."""
    message = wire.Message([], UNSET if response.id is None else response.id, "message", "assistant")
    if response.ext is not None:
        drop_foreign(response.ext, NAME, response.at, losses)
        own = own_of(response.ext, NAME)
        if ("~type",) in own:
            message.type = UNSET
        if ("~role",) in own:
            message.role = UNSET
    model = _model(response, request, losses)
    if model is not None:
        message.model = model
    if response.dialect != NAME:
        if response.id is None:
            message.id = derive("msg_", response.model or "", str(response.created or 0))
            losses.invented("id", ("id",))
        if response.model is None:
            message.model = model or ""
            losses.invented("model", ("model",))
        if response.created is not None:
            losses.dropped("created", response.place("created"))
    return message


def _model(response: Response, request: Request | None, losses: Losses) -> str | None:
    """The model that answers is the one that was asked, whatever the upstream calls it.

    Claude Code sends signed thinking back only if the answer names the model that it goes on with; an upstream's own
    name for the model would cost every signature.
    """
    if request is None or request.model is None or request.model == response.model:
        return response.model
    if response.model is not None:
        losses.approximated("model", response.place("model"), f"said to be {request.model}, as it was asked for")
    return request.model


def encode_finish(
    finish: FinishReason | None, called: bool, native: bool, losses: Losses, at: At
) -> tuple[str | None, str | None]:
    """`stop_reason` and `stop_sequence`; `called` is whether the answer calls a tool, which clients go by."""
    if finish is None or (finish.dialect == NAME and finish.raw is not None):
        if finish is not None:
            return finish.raw, finish.stop_sequence
        if native:
            return None, None
        losses.invented("stop_reason", ("stop_reason",), "the source says nothing")
        return "tool_use" if called else "end_turn", None
    word = FINISH_BACK[finish.unified]
    if word == "end_turn" and called:
        word = "tool_use"
    elif word == "tool_use" and not called:
        word = "end_turn"
    if finish.unified in ("error", "other") or not finish.exact or (word == "end_turn" and finish.unified != "stop"):
        losses.approximated("finish_reason", (*at, finish.key), f"sent as {word}")
    if finish.stop_sequence is not None and word == "end_turn":
        return "stop_sequence", finish.stop_sequence
    return word, None


def encode_usage(usage: Usage, losses: Losses) -> Raw:
    """`usage`, to be written with the rest."""
    if usage.dialect == NAME and usage.raw is not None:
        return usage.raw
    if usage.ext is not None:
        drop_foreign(usage.ext, NAME, usage.at, losses)
    if usage.tool_use or usage.input_audio or usage.input_image or usage.output_audio or usage.output_image:
        drop_counts(usage, losses, _UNSAID)
    given, made = usage.input or 0, usage.output or 0
    fresh = given - (usage.cache_read or 0) - (usage.cache_write or 0)
    if fresh < 0:
        losses.approximated("usage_input", usage.at, "less than what of it was cached")
        fresh = 0
    reasoning = usage.reasoning or 0
    if reasoning > made:
        losses.approximated("usage_reasoning", usage.at, "more than all output")
        reasoning = made
    told = wire.Usage(fresh, usage.cache_write, usage.cache_read, made)
    if usage.reasoning is not None:
        told.output_tokens_details = wire.OutputTokensDetails(reasoning)
    return unwritten(told)


_UNSAID = (
    "tool_use",
    "input_audio",
    "input_image",
    "output_audio",
    "output_image",
)
