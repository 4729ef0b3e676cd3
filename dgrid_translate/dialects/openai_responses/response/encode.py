"""Response -> a Responses answer."""

from __future__ import annotations

from msgspec import Raw, Struct

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import Items, Target
from dgrid_translate.dialects.openai_responses.profile import INCOMPLETE_BACK, NAME, SERVICE_TIERS
from dgrid_translate.dialects.openai_responses.response.decode import PARTIAL, WRAPPED
from dgrid_translate.dialects.openai_responses.response.logprobs import shared_out
from dgrid_translate.dialects.openai_responses.tools import NO_TOOLS, encode_tool_choice, encode_tools, parted_names
from dgrid_translate.ir.parts import Refusal, Text, ToolCall, holds
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response, Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.openai.family import FAMILY
from dgrid_translate.shared.openai.usage import encode_response_usage
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, dump, own_of, remembered, unwritten

_TRUE = Raw(b"true")
_FALSE = Raw(b"false")
_AUTO = Raw(b'"auto"')
_NONE = Raw(b"[]")
_COMPLETED = "completed"
_AS_IT_WAS: dict[tuple[str, ...], str] = {
    ("~" + key,): key for key in (*wire.FORMS, "billing", "incomplete_details", "object", "status", "tool_usage")
}


def encode_response(response: Response, losses: Losses, request: Request | None, now: int | None) -> bytes:
    """An answer."""
    native = is_own(response)
    answer = encode_envelope(response, losses, request, now)
    candidate = sole(response.candidates, losses)
    items = Items(target_of(response, request, losses))
    if candidate is not None:
        if candidate.ext is not None:
            drop_foreign(candidate.ext, NAME, candidate.at, losses)
        parts = candidate.parts
        if candidate.logprobs is not None and not native:
            parts = shared_out(parts, candidate.logprobs, losses)
        items.say(parts)
    answer.output = items.made
    if response.usage is not None:
        answer.usage = encode_response_usage(response.usage, NAME, losses)
    if native:
        fill_as_it_was(answer, response)
    else:
        said = [] if candidate is None else candidate.parts
        finish = None if candidate is None else candidate.finish
        at = () if candidate is None else candidate.at
        ending = encode_ending(finish, holds(said, ToolCall), holds(said, Refusal), losses, at)
        answer.status = ending.status
        answer.incomplete_details = ending.details
        last = items.made[-1] if items.made and said and isinstance(said[-1], Text | Refusal) else None
        if isinstance(last, wire.Message):
            last.status = ending.status
        if response.usage is None:
            losses.invented("usage", ("usage",), "the source says nothing")
            answer.usage = encode_response_usage(Usage(), NAME, losses)
    return dump(answer if response.ext is None else dress(answer, response.ext, NAME))


def is_own(response: Response) -> bool:
    """Whether it was read from Responses; one that was put together in the model lacks what every answer has."""
    own = own_of(response.ext, NAME)
    return response.dialect == NAME and (("~status",) in own or PARTIAL in own)


def sole(candidates: list[Candidate], losses: Losses) -> Candidate | None:
    """The one candidate that Responses can show."""
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    first = min(candidates, key=lambda each: each.index)
    for other in candidates:
        if other is not first:
            losses.dropped("candidate", other.at, "Responses gives one answer")
    return first


def target_of(response: Response, request: Request | None, losses: Losses) -> Target:
    """What encoding the items of an answer depends on."""
    namespaces = None if request is None or not request.tools else parted_names(request.tools)
    return Target(losses, is_own(response), response.dialect in FAMILY, False, seed_of(response), namespaces or None)


def seed_of(response: Response) -> str:
    """What ids of items are worked out from: the id of their answer."""
    if response.id:
        return response.id
    return derive("", response.dialect, response.model or "", str(response.created or 0))


def encode_envelope(response: Response, losses: Losses, request: Request | None, now: int | None) -> wire.Response:
    """What an answer and the first and last events of a stream say about it, but for how it ended."""
    if response.ext is not None:
        drop_foreign(response.ext, NAME, response.at, losses)
    answer = wire.Response()
    if is_own(response):
        wrapped = response.ext is not None and remembered(response.ext, NAME, "~id")
        if response.id is not None:
            answer.id = WRAPPED + response.id if wrapped else response.id
        if response.model is not None:
            answer.model = response.model
        if response.created is not None:
            answer.created_at = response.created
        if response.service_tier is not None:
            answer.service_tier = response.service_tier
        return answer
    if response.id:
        known = response.dialect == NAME or response.id.startswith("resp_")
        answer.id = response.id if known else WRAPPED + response.id
    else:
        answer.id = derive("resp_", seed_of(response))
        losses.invented("id", ("id",))
    answer.object = "response"
    answer.model = response.model
    if response.model is None:
        answer.model = ""
        losses.invented("model", ("model",))
    answer.created_at = response.created
    if response.created is None:
        answer.created_at = now or 0
        losses.invented("created", ("created_at",))
    tier = response.service_tier
    if tier is not None:
        if tier in SERVICE_TIERS:
            answer.service_tier = tier
        losses.approximated("service_tier", response.place("service_tier"), "what a tier is differs among vendors")
    answer.error = NULL
    _echo(answer, request)
    return answer


def _echo(answer: wire.Response, request: Request | None) -> None:
    """Repeat the request, as the API does; what the types ask for is there whatever is known."""
    answer.parallel_tool_calls, answer.tool_choice, answer.tools = _TRUE, _AUTO, _NONE
    if request is None:
        return
    own = own_of(request.ext, NAME)
    for word, raw in own.items():
        key = _ECHOES.get(word)
        if key is not None and raw != NULL and (word[0] == key or (key,) not in own):
            setattr(answer, key, raw)
    answer.store = _FALSE  # whoever made it keeps no Responses, whatever was asked for
    if request.max_tokens is not None:
        answer.max_output_tokens = unwritten(request.max_tokens)
    if request.metadata is not None:
        answer.metadata = request.metadata
    if request.parallel_tool_calls is not None:
        answer.parallel_tool_calls = unwritten(request.parallel_tool_calls)
    if request.top_logprobs is not None:
        answer.top_logprobs = unwritten(request.top_logprobs)
    sampling = request.sampling
    if sampling is not None and sampling.temperature is not None:
        answer.temperature = unwritten(sampling.temperature)
    if sampling is not None and sampling.top_p is not None:
        answer.top_p = unwritten(sampling.top_p)
    if request.user is not None:
        setattr(answer, "safety_identifier" if ("~safety_identifier",) in own else "user", unwritten(request.user))
    if request.tools is not None:
        answer.tools = encode_tools(request, request.tools, Losses()) or NO_TOOLS
    if request.tool_choice is not None:
        answer.tool_choice = encode_tool_choice(request, request.tool_choice, Losses())
    first = request.messages[0] if request.messages else None
    if first is not None and ("~instructions",) in own_of(first.ext, NAME):
        answer.instructions = unwritten("".join([part.text for part in first.parts if type(part) is Text]))


_ECHOES: dict[tuple[str, ...], str] = {word: key for key in wire.ECHOES for word in ((key,), ("~" + key,))}


def fill_as_it_was(answer: wire.Response, response: Response) -> None:
    """Fill in what is remembered of an answer by Responses itself."""
    own = own_of(response.ext, NAME)
    for key, raw in own.items():
        if key in _AS_IT_WAS:
            setattr(answer, _AS_IT_WAS[key], raw)


class Ending(Struct, frozen=True):
    """How an answer ended: its `status` and its `incomplete_details`."""

    status: str
    details: Raw


def encode_ending(finish: FinishReason | None, calls: bool, refuses: bool, losses: Losses, at: At) -> Ending:
    """How another dialect's answer ended that `calls` tools, or `refuses` in a part of its own."""
    if finish is None:
        losses.invented("status", ("status",), "the source does not say how the answer ended")
        return Ending(_COMPLETED, NULL)
    place = (*at, finish.key)
    unified = finish.unified
    if refuses and unified == "content_filter" and not finish.exact:  # the refusal itself says it
        return Ending(_COMPLETED, NULL)
    reason = INCOMPLETE_BACK.get(unified)
    status = _COMPLETED if reason is None else "incomplete"
    said = reason or status
    if (
        unified in ("pause", "error", "other")
        or finish.stop_sequence is not None
        or not finish.exact
        or (unified in ("stop", "tool_calls") and (unified == "tool_calls") is not calls)
    ):
        losses.approximated("finish_reason", place, f"{finish.raw} sent as {said}")
    if finish.stop_sequence is not None:
        losses.dropped("stop_sequence", (*at, "stop_sequence"))
    details = NULL if reason is None else Raw(dump(wire.IncompleteDetails(reason=reason)))
    return Ending(status, details)
