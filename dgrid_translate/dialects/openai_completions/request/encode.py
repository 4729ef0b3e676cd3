"""Request -> a Completions body."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.profile import MAX_LOGPROBS, MAX_TOKENS, NAME, NEXT_USER
from dgrid_translate.dialects.openai_completions.request.prompt import encode_prompt
from dgrid_translate.dialects.openai_completions.tools import drop_tools
from dgrid_translate.ir.parts import AnyPart, Opaque, Text
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.openai.params import MAX_STOPS, encode_sampling, limit_stops
from dgrid_translate.shared.wire import dress, drop_foreign, dump, load, own_of

_TRUE = Raw(b"true")


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Completions body."""
    params = wire.Params(
        model=UNSET if request.model is None else request.model,
        max_tokens=UNSET if request.max_tokens is None else request.max_tokens,
        n=UNSET if request.n is None else request.n,
        user=UNSET if request.user is None else request.user,
        stream=UNSET if request.stream is None else request.stream,
    )
    if request.stop is not None:
        params.stop = request.stop
    if request.sampling is not None:
        encode_sampling(params, request, request.sampling, NAME, losses)
    if request.include_usage is not None:
        params.stream_options = wire.StreamOptions(include_usage=request.include_usage)
    if request.dialect == NAME:
        _encode_as_it_came(params, request)
    else:
        _encode_foreign(params, request, losses)
    return dump(dress(params, request.ext, NAME))


def _encode_as_it_came(params: wire.Params, request: Request) -> None:
    own = own_of(request.ext, NAME)
    if request.messages:
        params.prompt = _encode_prompts(request.messages[0].parts, ("~prompts",) in own)
    if request.stop is not None and ("~stop",) in own:
        params.stop = request.stop[0]
    if ("~echo",) in own:
        params.echo = own["~echo",] == _TRUE
    if request.logprobs is not None:
        params.logprobs = request.top_logprobs or 0
    if request.include_usage is not None or ("~stream_options",) in own:
        usage = UNSET if request.include_usage is None else request.include_usage
        params.stream_options = dress(wire.StreamOptions(include_usage=usage), request.ext, NAME, "stream_options")


def _encode_prompts(parts: list[AnyPart], listed: bool) -> wire.Prompt:
    first = parts[0].text if isinstance(parts[0], Text) else ""
    more = [load(str | int | list[int], part.raw, NAME) for part in parts if isinstance(part, Opaque)]
    return [first, *more] if listed else first


def _encode_foreign(params: wire.Params, request: Request, losses: Losses) -> None:
    drop_foreign(request.ext, NAME, (), losses)
    prompt = encode_prompt(request.messages, losses)
    params.prompt = prompt.text
    stop = limit_stops(request, request.stop or [], losses)
    if prompt.script and len(stop) < MAX_STOPS and NEXT_USER not in stop:
        losses.invented("stop", ("stop", len(stop)), "the model is not to play the user")
        stop = [*stop, NEXT_USER]
    if stop:
        params.stop = stop
    if request.max_tokens is None:
        params.max_tokens = MAX_TOKENS
        losses.invented("max_tokens", ("max_tokens",), "Completions stops after 16 tokens otherwise")
    if request.stream and request.include_usage is None:
        params.stream_options = wire.StreamOptions(include_usage=True)
    _encode_logprobs(params, request, losses)
    drop_tools(request, losses)
    _drop_rest(request, losses)


def _encode_logprobs(params: wire.Params, request: Request, losses: Losses) -> None:
    top = request.top_logprobs
    if not request.logprobs:
        if top is not None:
            losses.dropped("top_logprobs", request.place("top_logprobs"), "no log probabilities are asked for")
        return
    params.logprobs = min(top or 0, MAX_LOGPROBS)
    if top is not None and top > MAX_LOGPROBS:
        losses.approximated("top_logprobs", request.place("top_logprobs"), f"sent as {MAX_LOGPROBS}, the most")


def _drop_rest(request: Request, losses: Losses) -> None:
    output, config = request.output, request.reasoning
    if output is not None:
        drop_foreign(output.ext, NAME, output.at, losses)
        if output.kind != "text":
            losses.dropped("response_format", output.at, "Completions gives plain text")
        if output.schema is not None:
            losses.dropped("response_schema", output.schema_at, "Completions gives plain text")
    if config is not None:
        drop_foreign(config.ext, NAME, config.at, losses)
        for field in ("mode", "effort", "budget", "visible"):
            if getattr(config, field) is not None:
                losses.dropped(f"reasoning_{field}", request.place(f"reasoning.{field}"))
    for field in ("metadata", "service_tier"):
        if getattr(request, field) is not None:
            losses.dropped(field, request.place(field))
