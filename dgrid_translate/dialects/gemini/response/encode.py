"""Response -> a GenerateContentResponse; the pieces that a stream's chunks share with it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import Target, encode_parts
from dgrid_translate.dialects.gemini.parts.thoughts import with_thoughts
from dgrid_translate.dialects.gemini.profile import FINISH_BACK, NAME, model_for
from dgrid_translate.dialects.gemini.response.citations import Citations
from dgrid_translate.dialects.gemini.response.usage import encode_usage
from dgrid_translate.ir.parts import Extensions, Text, ToolCall, holds
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Logprobs, Response, TokenLogprob
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, dump, own_extension, own_of, remembered


def encode_response(response: Response, losses: Losses, request: Request | None, now: int | None) -> bytes:
    """A GenerateContentResponse."""
    del request, now  # a Gemini answer depends on neither
    target = Target(losses, response.dialect == NAME, False, model_for(response.model))
    answer = encode_envelope(response, losses)
    absent = own_extension(response.ext, NAME, "~candidates")
    candidates = [
        _encode_candidate(candidate, target, place)
        for place, candidate in enumerate(response.candidates)
        if not remembered(candidate.ext, NAME, "~blocked")
    ]
    if candidates or (not response.candidates if absent is None else bytes(absent) != b"null"):
        answer.candidates = candidates
    answer.usageMetadata = encode_usage(response.usage, response.service_tier, response.place("service_tier"), losses)
    return dump(dress(answer, response.ext, NAME))


def encode_envelope(response: Response, losses: Losses) -> wire.GenerateContentResponse:
    """What an answer and each of its chunks say about themselves."""
    drop_foreign(response.ext, NAME, response.at, losses)
    answer = wire.GenerateContentResponse()
    if response.model or (response.model is not None and response.dialect == NAME):
        answer.modelVersion = response.model
    if response.id is not None:
        answer.responseId = response.id
    if response.created is not None and response.dialect != NAME:
        losses.dropped("created", response.place("created"))
    return answer


def _encode_candidate(candidate: Candidate, target: Target, place: int) -> wire.Candidate:
    ext = candidate.ext
    made = wire.Candidate()
    if not remembered(ext, NAME, "~content"):
        content = wire.Content()
        where = ("candidates", place, "content", "parts")
        here = Target(target.losses, target.native, False, target.model, where)
        parts = encode_parts(candidate.parts if target.native else with_thoughts(candidate.parts), here)
        if not parts and not target.native:
            parts = [wire.Part(text="")]
        if parts or not remembered(ext, NAME, "content", "~parts"):
            content.parts = parts
        role = own_extension(ext, NAME, "content", "~role")
        if role is None:
            content.role = "model"
        elif role != NULL:
            content.role = load(str, role, NAME)
        made.content = dress(content, ext, NAME, "content")
    citations = Citations()
    if not target.native:
        cited = [part for part in candidate.parts if type(part) is Text and part.citations is not None]
        for part in candidate.parts if cited else ():
            if type(part) is Text:
                citations.text(part.text.encode("utf-8", "surrogatepass"), part.citations or ())
    if not remembered(ext, NAME, "~index"):
        made.index = candidate.index
    called = holds(candidate.parts, ToolCall)
    return encode_candidate_end(
        made, candidate.finish, called, candidate.logprobs, citations, ext, candidate.at, target
    )


def encode_candidate_end(
    made: wire.Candidate,
    finish: FinishReason | None,
    called: bool,
    logprobs: Logprobs | None,
    citations: Citations,
    ext: Extensions | None,
    at: At,
    target: Target,
) -> wire.Candidate:
    """Fill in what is said of a candidate beside its content."""
    if ext is not None:
        drop_foreign(ext, NAME, at, target.losses)
    if finish is not None:
        reason = _encode_finish(finish, called, target.losses, at)
        if reason is not None:
            made.finishReason = reason
    own = own_of(ext, NAME)
    given = own.get(("~logprobsResult",))
    if given is not None:
        made.logprobsResult = given
    elif logprobs is not None:
        made.logprobsResult = _encode_logprobs(logprobs, target.losses)
    grounding = own.get(("~groundingMetadata",)) or citations.encode(target.losses)
    if grounding is not None:
        made.groundingMetadata = grounding
    recited = own.get(("~citationMetadata",))
    if recited is not None:
        made.citationMetadata = recited
    return made if ext is None else dress(made, ext, NAME)


def _encode_finish(finish: FinishReason, called: bool, losses: Losses, at: At) -> str | None:
    if finish.dialect == NAME:
        return finish.raw
    reason = FINISH_BACK[finish.unified]
    met = finish.stop_sequence is not None
    # An end in calls is known by the calls.
    odd = finish.unified == ("stop" if called else "tool_calls")
    if met or odd or not finish.exact or finish.unified in ("pause", "error", "other"):
        losses.approximated("finish_reason", (*at, finish.key), f"{finish.raw} sent as {reason}")
    if met:
        losses.dropped("stop_sequence", (*at, "stop_sequence"))
    return reason


def _encode_logprobs(logprobs: Logprobs, losses: Losses) -> Raw:
    drop_foreign(logprobs.ext, NAME, logprobs.at, losses)
    if logprobs.refusal:
        losses.dropped("refusal_logprobs", (*logprobs.at, "refusal"))
    tokens = logprobs.content or []
    if any(token.bytes is not None for token in tokens):
        losses.dropped("token_bytes", (*logprobs.at, "content"))
    made = wire.LogprobsResult(chosenCandidates=_encode_tokens(tokens))
    if any(token.top is not None for token in tokens):
        made.topCandidates = [wire.TopCandidates(candidates=_encode_tokens(token.top or ())) for token in tokens]
    return Raw(dump(made))


def _encode_tokens(tokens: Sequence[TokenLogprob]) -> list[wire.LogprobsCandidate]:
    made: list[wire.LogprobsCandidate] = []
    for token in tokens:
        one = wire.LogprobsCandidate(token=token.token, logProbability=token.logprob)
        one.tokenId = UNSET if token.token_id is None else token.token_id
        made.append(one)
    return made
