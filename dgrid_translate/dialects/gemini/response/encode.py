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
from dgrid_translate.shared.wire import NULL, Extra, dress, drop_foreign, dump, own_of, remembered


def encode_response(response: Response, losses: Losses, request: Request | None, now: int | None) -> bytes:
    """A GenerateContentResponse."""
    del request, now  # a Gemini answer depends on neither
    target = Target(losses, response.dialect == NAME, False, model_for(response.model))
    answer = encode_envelope(response, losses)
    own = own_of(response.ext, NAME)
    candidates: list[wire.Candidate] = []
    for place, candidate in enumerate(response.candidates):
        if candidate.ext is None or not remembered(candidate.ext, NAME, "~blocked"):
            candidates.append(_encode_candidate(candidate, target, place))
    absent = own.get(("~candidates",))
    if candidates or (not response.candidates if absent is None else absent != NULL):
        answer.candidates = candidates
    tier = response.service_tier
    place = () if tier is None else response.place("service_tier")
    answer.usageMetadata = encode_usage(response.usage, tier, place, losses)
    return dump(dress(answer, response.ext, NAME) if own else answer)


def encode_envelope(response: Response, losses: Losses) -> wire.GenerateContentResponse:
    """What an answer and each of its chunks say about themselves."""
    if response.ext is not None:
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
    own = own_of(ext, NAME)
    made = wire.Candidate()
    if ("~content",) not in own:
        target.where = ("candidates", place, "content", "parts")
        parts = encode_parts(candidate.parts if target.native else with_thoughts(candidate.parts), target)
        if not parts and not target.native:
            parts = [wire.Part(text="")]
        made.content = wire.Content(parts=parts, role="model")
        if own:
            made.content = _dress_content(made.content, ext, own)
    if ("~index",) not in own:
        made.index = candidate.index
    called = holds(candidate.parts, ToolCall)
    citations = None if target.native else _encode_citations(candidate)
    return encode_candidate_end(
        made, candidate.finish, called, candidate.logprobs, citations, ext, candidate.at, target
    )


def _dress_content(content: wire.Content, ext: Extensions | None, own: Extra) -> wire.Content:
    """The content as Gemini had it."""
    if not content.parts and ("content", "~parts") in own:
        content.parts = UNSET
    role = own.get(("content", "~role"))
    if role is not None:
        content.role = UNSET if role == NULL else load(str, role, NAME)
    return dress(content, ext, NAME, "content")


def _encode_citations(candidate: Candidate) -> Citations | None:
    """What is cited on the texts, if anything is."""
    texts = [part for part in candidate.parts if type(part) is Text]
    for text in texts:
        if text.citations is not None:
            break
    else:
        return None
    citations = Citations()
    for text in texts:
        citations.text(text.text.encode("utf-8", "surrogatepass"), text.citations or ())
    return citations


def encode_candidate_end(
    made: wire.Candidate,
    finish: FinishReason | None,
    called: bool,
    logprobs: Logprobs | None,
    citations: Citations | None,
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
    grounding = own.get(("~groundingMetadata",))
    if grounding is None and citations is not None:
        grounding = citations.encode(target.losses)
    if grounding is not None:
        made.groundingMetadata = grounding
    recited = own.get(("~citationMetadata",))
    if recited is not None:
        made.citationMetadata = recited
    return dress(made, ext, NAME) if own else made


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
