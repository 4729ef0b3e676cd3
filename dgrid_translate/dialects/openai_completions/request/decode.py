"""A Completions body -> Request.

A prompt is what a user says: one message with one text. What other dialects cannot be asked stays this dialect's own:
the prompts after the first (Opaque parts of that message, so that each is named by its place), and prompts given as
tokens, which only the tokenizer that made them can read: a request with those is for no other dialect.
"""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.profile import NAME, PLACES
from dgrid_translate.ir.parts import AnyPart, Opaque, Text
from dgrid_translate.ir.request import Message, Request
from dgrid_translate.shared.openai.params import decode_sampling
from dgrid_translate.shared.wire import NULL, Extra, dump, extra_of, load


def decode_request(body: bytes) -> Request:
    """The request in a Completions body."""
    params = load(wire.Params, body, NAME)
    own = {} if params.extra is UNSET else extra_of(params)
    request = Request(
        NAME,
        [] if params.prompt is UNSET else _decode_prompt(params.prompt, own),
        None if params.model is UNSET else params.model,
        n=None if params.n is UNSET else params.n,
        max_tokens=None if params.max_tokens is UNSET else params.max_tokens,
        user=None if params.user is UNSET else params.user,
        stream=None if params.stream is UNSET else params.stream,
        sampling=decode_sampling(params),
        places=PLACES,
    )
    if params.prompt and ("prompt",) in own:
        request.unspeakable = _TOKENS
    if params.logprobs is not UNSET:
        request.logprobs = True
        request.top_logprobs = params.logprobs or None
    stop = params.stop
    if isinstance(stop, str):
        request.stop = [stop]
        own["~stop",] = NULL
    elif stop is not UNSET:
        request.stop = stop
    if params.echo is not UNSET:
        own["~echo",] = Raw(b"true" if params.echo else b"false")
    if params.suffix is not UNSET:
        own["suffix",] = params.suffix
    if params.best_of is not UNSET:
        own["best_of",] = params.best_of
    if params.logit_bias is not UNSET:
        own["logit_bias",] = params.logit_bias
    options = params.stream_options
    if options is not UNSET:
        if options.extra is not UNSET:
            own.update(extra_of(options, "stream_options"))
        if options.include_usage is UNSET:
            own["~stream_options",] = NULL
        else:
            request.include_usage = options.include_usage
    if own:
        request.ext = {NAME: own}
    return request


_TOKENS = ("prompt",), "a prompt of tokens can only be read by the tokenizer that made them"


def _decode_prompt(prompt: wire.Prompt, own: Extra) -> list[Message]:
    at = ("prompt",)
    if isinstance(prompt, str):
        return [Message("user", [Text(prompt, at=at)], True, at=at)]
    if not prompt or not isinstance(first := prompt[0], str):
        own["prompt",] = Raw(dump(prompt))
        return []
    own["~prompts",] = NULL
    parts: list[AnyPart] = [Text(first, at=at + (0,))]
    parts += [Opaque("prompt", Raw(dump(more)), NAME, at=at + (index,)) for index, more in enumerate(prompt[1:], 1)]
    return [Message("user", parts, at=at)]
