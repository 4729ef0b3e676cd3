"""A GenerateContentResponse -> Response; the pieces that a stream's chunks share with it."""

from __future__ import annotations

import re

from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import decode_parts, spelled
from dgrid_translate.dialects.gemini.profile import DERIVED, FINISH, FINISH_BACK, NAME, RESPONSE_PLACES
from dgrid_translate.dialects.gemini.response.citations import decode_citations
from dgrid_translate.dialects.gemini.response.usage import decode_usage
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import Extension, Extensions, Refusal, Text, ToolCall, holds
from dgrid_translate.ir.response import Candidate, Finish, FinishReason, Logprobs, Response, TokenLogprob
from dgrid_translate.losses import At
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import NULL, dump, extensions, merge, note

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z")


def decode_response(body: bytes) -> Response:
    """The response in a GenerateContentResponse."""
    answer = load(wire.GenerateContentResponse, body, NAME)
    response = decode_envelope(answer)
    if answer.usageMetadata == NULL:
        response.ext = note(response.ext, NAME, ("usageMetadata",))
    elif answer.usageMetadata is not UNSET:
        response.usage, response.service_tier = decode_usage(answer.usageMetadata)
    for place, candidate in enumerate(() if answer.candidates is UNSET else answer.candidates):
        found = _decode_candidate(candidate, place)
        calls = 0
        for part in found.parts:
            if type(part) is ToolCall:
                if part.derived_id:
                    part.id = call_id(response.id, found.index, calls, part)
                calls += 1
        response.candidates.append(found)
    if not response.candidates:
        response.ext = note(response.ext, NAME, ("~candidates",), NULL if answer.candidates is UNSET else Raw(b"[]"))
        if answer.promptFeedback is not UNSET:
            response.candidates = decode_feedback(answer.promptFeedback)
    return response


def decode_envelope(answer: wire.GenerateContentResponse) -> Response:
    """What an answer or a chunk says about itself; no candidates, no usage."""
    response = Response(NAME, [], places=RESPONSE_PLACES)
    if answer.extra is not UNSET:
        response.ext = extensions(answer, NAME)
    if answer.responseId is not UNSET:
        response.id = answer.responseId
    if answer.modelVersion is not UNSET:
        response.model = answer.modelVersion
    if answer.createTime is not UNSET:
        response.created = _seconds(answer.createTime)
        response.ext = note(response.ext, NAME, ("createTime",), Raw(dump(answer.createTime)))
    if answer.promptFeedback is not UNSET:
        response.ext = note(response.ext, NAME, ("promptFeedback",), answer.promptFeedback)
    return response


def _seconds(timestamp: str) -> int | None:
    """Unix seconds of an RFC 3339 timestamp in UTC, by the civil calendar."""
    found = _TIME.fullmatch(timestamp)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    year -= month <= 2
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def call_id(response_id: str | None, candidate: int, number: int, call: ToolCall) -> str:
    """The id of a call without one: the `number`th of its candidate, as candidates stream in any order."""
    return derive(DERIVED, response_id or "", candidate, number, call.name, spelled(call))


def decode_feedback(feedback: Raw) -> list[Candidate]:
    """What stands for the answer that a blocked prompt did not get."""
    try:
        blocked = load(wire.PromptFeedback, feedback, NAME, ("promptFeedback",))
    except DecodeError:
        return []
    if blocked.blockReason is UNSET:
        return []
    found = Candidate(0, [], FinishReason("content_filter", blocked.blockReason, NAME), at=("promptFeedback",))
    if blocked.blockReasonMessage is not UNSET:
        message = Refusal(blocked.blockReasonMessage, at=("promptFeedback", "blockReasonMessage"))
        message.ext = note(None, NAME, ("~blocked",))
        found.parts = [message]
    found.ext = note(None, NAME, ("~blocked",))
    return [found]


def _decode_candidate(candidate: wire.Candidate, place: int) -> Candidate:
    at = ("candidates", place)
    found = Candidate(place, [], at=at)
    ext = decode_candidate_extensions(candidate)
    if candidate.index is UNSET:
        ext = note(ext, NAME, ("~index",))
    else:
        found.index = candidate.index
    content = candidate.content
    if content is UNSET:
        ext = note(ext, NAME, ("~content",))
    else:
        if content.extra is not UNSET:
            ext = merge(ext, extensions(content, NAME, "content"))
        if content.parts is UNSET:
            ext = note(ext, NAME, ("content", "~parts"))
        else:
            found.parts = decode_parts(content.parts, at + ("content",))
        if content.role != "model":
            ext = note(ext, NAME, ("content", "~role"), NULL if content.role is UNSET else Raw(dump(content.role)))
    if candidate.finishReason is not UNSET:
        found.finish = decode_finish(candidate.finishReason, holds(found.parts, ToolCall))
    if candidate.logprobsResult is not UNSET:
        found.logprobs = decode_logprobs(candidate.logprobsResult, (*at, "logprobsResult"))
    if ext is not None and (candidate.groundingMetadata is not UNSET or candidate.citationMetadata is not UNSET):
        _cite(found, ext[NAME])
    found.ext = ext
    return found


def _cite(found: Candidate, own: Extension) -> None:
    texts = [part for part in found.parts if isinstance(part, Text)]
    spelled = [(text.at, text.text.encode("utf-8", "surrogatepass")) for text in texts]
    for which, citation in decode_citations(own, spelled, found.at):
        text = texts[which]
        text.citations = [*(text.citations or ()), citation]


_KEPT = (
    "groundingMetadata",
    "citationMetadata",
    "finishMessage",
    "safetyRatings",
    "avgLogprobs",
    "tokenCount",
    "urlContextMetadata",
)


def decode_candidate_extensions(candidate: wire.Candidate) -> Extensions | None:
    """What only Gemini knows of a candidate."""
    if (
        candidate.extra is UNSET
        and candidate.groundingMetadata is UNSET
        and candidate.safetyRatings is UNSET
        and candidate.avgLogprobs is UNSET
        and candidate.logprobsResult is UNSET
        and candidate.citationMetadata is UNSET
        and candidate.finishMessage is UNSET
        and candidate.tokenCount is UNSET
        and candidate.urlContextMetadata is UNSET
    ):
        return None
    ext = extensions(candidate, NAME)
    for key in _KEPT:
        raw = getattr(candidate, key)
        if raw is not UNSET:
            ext = note(ext, NAME, (key,), raw)
    if candidate.logprobsResult is not UNSET:
        told = decode_logprobs(candidate.logprobsResult, ()) is not None
        ext = note(ext, NAME, ("~logprobsResult" if told else "logprobsResult",), candidate.logprobsResult)
    return ext


def _finish(reason: str, unified: Finish, called: bool = False) -> FinishReason:
    exact = reason == FINISH_BACK[unified]
    if called and unified == "stop":
        unified = "tool_calls"
    return FinishReason(unified, reason, NAME, key="finishReason", exact=exact)


_FINISHED = {reason: _finish(reason, unified) for reason, unified in FINISH.items()}
_FINISHED_IN_CALLS = {reason: _finish(reason, unified, True) for reason, unified in FINISH.items()}


def decode_finish(reason: str, called: bool) -> FinishReason:
    """`finishReason`; Gemini has no word of its own for an end in calls."""
    known = (_FINISHED_IN_CALLS if called else _FINISHED).get(reason)
    return _finish(reason, "other") if known is None else known


_MORE = Raw(b'"tokenId"')
"""Stands for what only Gemini says of tokens."""


def decode_logprobs(raw: Raw, at: At) -> Logprobs | None:
    """`logprobsResult`."""
    try:
        result = load(wire.LogprobsResult, raw, NAME, at)
    except DecodeError:
        return None
    if result.chosenCandidates is UNSET:
        return None
    tops = [] if result.topCandidates is UNSET else result.topCandidates
    ext = extensions(result, NAME)
    content: list[TokenLogprob] = []
    for index, token in enumerate(result.chosenCandidates):
        made = _decode_token(token)
        if index < len(tops) and tops[index].candidates is not UNSET:
            made.top = [_decode_token(other) for other in tops[index].candidates or ()]
        if _says_more(token):
            ext = note(ext, NAME, ("chosenCandidates",), _MORE)
        content.append(made)
    if any(top.extra is not UNSET or any(map(_says_more, top.candidates or ())) for top in tops):
        ext = note(ext, NAME, ("topCandidates",), _MORE)
    return Logprobs(content, at=at, ext=ext)


def _says_more(token: wire.LogprobsCandidate) -> bool:
    """Whether there is more to a token than others can be told."""
    return token.tokenId is not UNSET or token.extra is not UNSET


def _decode_token(token: wire.LogprobsCandidate) -> TokenLogprob:
    made = TokenLogprob("" if token.token is UNSET else token.token, 0)
    if token.logProbability is not UNSET:
        made.logprob = token.logProbability
    if token.tokenId is not UNSET:
        made.token_id = token.tokenId
    return made
