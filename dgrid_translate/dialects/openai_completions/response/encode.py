"""Response -> a text completion."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.parts import text_of
from dgrid_translate.dialects.openai_completions.profile import FINISH_BACK, NAME, OBJECT
from dgrid_translate.dialects.openai_completions.response.logprobs import encode_logprobs
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.openai.envelope import identify
from dgrid_translate.shared.openai.usage import encode_usage
from dgrid_translate.shared.wire import dress, drop_foreign, dump, load, own_of

_TRUE = Raw(b"true")


def encode_response(response: Response, losses: Losses, request: Request | None, now: int | None) -> bytes:
    """A text completion."""
    completion = encode_envelope(response, losses, now)
    completion.choices = [_encode_choice(candidate, response, losses, request) for candidate in response.candidates]
    if response.usage is not None:
        completion.usage = encode_usage(response.usage, NAME, losses)
    return dump(dress(completion, response.ext, NAME))


def encode_envelope(response: Response, losses: Losses, now: int | None) -> wire.Completion:
    """What an answer and each of its chunks begin with."""
    if response.ext is not None:
        drop_foreign(response.ext, NAME, response.at, losses)
    own = own_of(response.ext, NAME)
    completion = wire.Completion()
    if ("~no_object",) not in own:
        completion.object = load(str | None, own["~object",], NAME) if ("~object",) in own else OBJECT
    identify(completion, response, NAME, "cmpl-", now, losses)
    if response.service_tier is not None:
        losses.dropped("service_tier", response.place("service_tier"))
    return completion


def prompt_of(request: Request | None) -> str:
    """The prompt of a Completions request, from whose beginning offsets count."""
    if request is None or request.dialect != NAME or not request.messages:
        return ""
    first = request.messages[0].parts[0]
    return first.text if isinstance(first, Text) else ""


def wants_echo(response_dialect: str, request: Request | None) -> bool:
    """Whether the prompt has to be put before an answer: it was asked for, and the upstream knows no such wish."""
    return response_dialect != NAME and request is not None and own_of(request.ext, NAME).get(("~echo",)) == _TRUE


def _encode_choice(candidate: Candidate, response: Response, losses: Losses, request: Request | None) -> wire.Choice:
    drop_foreign(candidate.ext, NAME, candidate.at, losses)
    if response.dialect == NAME:
        return _encode_as_it_came(candidate, losses)
    prompt = prompt_of(request)
    echo = wants_echo(response.dialect, request)
    text = text_of(candidate.parts, "", losses)
    logprobs = None
    if candidate.logprobs is not None:
        logprobs = encode_logprobs(candidate.logprobs, len(prompt), losses)
        if echo:
            drop_prompt_logprobs(candidate.logprobs.at, losses)
    return wire.Choice(
        text=prompt + text if echo else text,
        index=candidate.index,
        logprobs=logprobs,
        finish_reason=encode_finish(candidate.finish, losses, candidate.at),
    )


def drop_prompt_logprobs(at: At, losses: Losses) -> None:
    """An upstream that does not repeat the prompt says nothing of its tokens."""
    losses.approximated("logprobs", at, "none for the prompt that is repeated")


def _encode_as_it_came(candidate: Candidate, losses: Losses) -> wire.Choice:
    own = own_of(candidate.ext, NAME)
    choice = wire.Choice()
    if ("~index",) not in own:
        choice.index = candidate.index
    if ("~text",) not in own:
        choice.text = "".join([part.text for part in candidate.parts if type(part) is Text])
    if candidate.logprobs is not None:
        choice.logprobs = encode_logprobs(candidate.logprobs, None, losses)
    elif ("~logprobs",) not in own:
        choice.logprobs = None
    if ("~finish_reason",) not in own:
        choice.finish_reason = None if candidate.finish is None else candidate.finish.raw
    return dress(choice, candidate.ext, NAME)


def encode_finish(finish: FinishReason | None, losses: Losses, at: At) -> str | None:
    """`finish_reason`."""
    if finish is None:
        return None
    if finish.dialect == NAME:
        return finish.raw
    word = FINISH_BACK[finish.unified]
    if finish.unified in ("tool_calls", "pause", "error", "other") or not finish.exact or finish.stop_sequence:
        losses.approximated("finish_reason", at + (finish.key,), f"{finish.raw} sent as {word}")
    if finish.stop_sequence is not None:
        losses.dropped("stop_sequence", at + ("stop_sequence",))
    return word
