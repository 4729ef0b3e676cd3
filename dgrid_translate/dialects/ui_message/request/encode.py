"""Request -> the body that `useChat` posts."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import text_of
from dgrid_translate.dialects.ui_message.profile import EFFORTS, NAME
from dgrid_translate.dialects.ui_message.request.fold import Fold, encode_own_messages
from dgrid_translate.dialects.ui_message.tools import encode_tool_choice, encode_tools
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import OutputFormat, Request, Sampling
from dgrid_translate.losses import Losses
from dgrid_translate.shared.effort import asked_effort, nearest
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_of


def encode_request(request: Request, losses: Losses) -> bytes:
    """A body as the default transport posts it, without the ids of a chat that nobody has named."""
    if request.dialect == NAME:
        params = _encode_as_it_came(request)
    else:
        if request.ext is not None:
            drop_foreign(request.ext, NAME, (), losses)
        params = wire.Body(messages=Fold(request, losses).messages(request.messages))
        params.stream = bool(request.stream)
        _encode_settings(params, request, losses)
        _drop_rest(request, losses)
    if request.model is not None:
        params.model = request.model
    if request.max_tokens is not None:
        params.maxOutputTokens = request.max_tokens
    if request.stop is not None:
        params.stopSequences = request.stop
    if request.sampling is not None:
        _encode_sampling(params, request.sampling)
    return dump(params if request.ext is None else dress(params, request.ext, NAME))


def _encode_as_it_came(request: Request) -> wire.Body:
    own = own_of(request.ext, NAME)
    params = wire.Body(messages=encode_own_messages(request.messages))
    first = request.messages[0] if request.messages else None
    if first is not None and ("~system",) in own_of(first.ext, NAME) and type(text := first.parts[0]) is Text:
        params.system = text.text
    if request.stream is not None and not (request.stream and ("~stream",) in own):
        params.stream = request.stream
    params.tools = own.get(("~tools",), UNSET)
    params.toolChoice = own.get(("~toolChoice",), UNSET)
    params.responseFormat = own.get(("~responseFormat",), UNSET)
    reasoning = own.get(("~reasoning",))
    if reasoning is not None:
        params.reasoning = text_of(reasoning) or ""
    params.id = own.get(("~id",), UNSET)
    params.trigger = own.get(("~trigger",), UNSET)
    params.messageId = own.get(("~messageId",), UNSET)
    params.sdkVersion = own.get(("~sdkVersion",), UNSET)
    return params


def _encode_sampling(params: wire.Body, sampling: Sampling) -> None:
    if sampling.temperature is not None:
        params.temperature = sampling.temperature
    if sampling.top_p is not None:
        params.topP = sampling.top_p
    if sampling.top_k is not None:
        params.topK = sampling.top_k
    if sampling.presence_penalty is not None:
        params.presencePenalty = sampling.presence_penalty
    if sampling.frequency_penalty is not None:
        params.frequencyPenalty = sampling.frequency_penalty
    if sampling.seed is not None:
        params.seed = sampling.seed


def _encode_settings(params: wire.Body, request: Request, losses: Losses) -> None:
    if request.tools is not None:
        tools = encode_tools(request.tools, losses)
        if tools is not None:
            params.tools = tools
    if request.tool_choice is not None:
        params.toolChoice = encode_tool_choice(request.tool_choice, losses)
    if request.output is not None:
        _encode_output(params, request.output, losses)
    if request.reasoning is not None:
        _encode_reasoning(params, request, losses)


def _encode_output(params: wire.Body, output: OutputFormat, losses: Losses) -> None:
    if output.ext is not None:
        drop_foreign(output.ext, NAME, output.at, losses)
    made = wire.ResponseFormat("text" if output.kind == "text" else "json")
    if output.schema is not None:
        made.schema = output.schema
    if output.name is not None:
        made.name = output.name
    if output.description is not None:
        made.description = output.description
    if output.strict is False:
        losses.approximated("response_format_strict", (*output.schema_at[:-1], "strict"), "the AI SDK's are strict")
    params.responseFormat = Raw(dump(made))


def _encode_reasoning(params: wire.Body, request: Request, losses: Losses) -> None:
    config = request.reasoning
    assert config is not None
    if config.ext is not None:
        drop_foreign(config.ext, NAME, config.at, losses)
    effort, from_budget = asked_effort(request)
    if effort is None:
        losses.dropped("reasoning", request.place("reasoning.mode"), "no effort is named")
    else:
        word = nearest(effort, EFFORTS)
        params.reasoning = word
        if from_budget or config.budget is not None:
            losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as {word!r}")
        elif config.mode == "off" and config.effort not in (None, "none"):
            losses.dropped("reasoning_effort", request.place("reasoning.effort"), "reasoning is off")
        elif word != effort:
            losses.approximated("reasoning_effort", request.place("reasoning.effort"), f"sent as {word!r}")
        if config.mode in ("on", "adaptive"):
            losses.approximated("reasoning", request.place("reasoning.mode"), f"sent as {word!r}")
    if config.visible is not None:
        losses.dropped("reasoning_visible", request.place("reasoning.visible"))


def _drop_rest(request: Request, losses: Losses) -> None:
    """Name the settings that the AI SDK has no word for."""
    if request.parallel_tool_calls is False:
        losses.dropped("parallel_tool_calls", request.place("parallel_tool_calls"))
    if request.include_usage is False:
        losses.dropped("include_usage", request.place("include_usage"), "UI message streams say what was used")
    if request.n is not None and request.n > 1:
        losses.dropped("n", request.place("n"), "there is one answer")
    if request.logprobs or request.top_logprobs:
        losses.dropped("logprobs", request.place("logprobs"))
        losses.dropped("top_logprobs", request.place("top_logprobs"))
    if request.user is not None:
        losses.dropped("user", request.place("user"))
    if request.metadata is not None and bytes(request.metadata) not in (b"{}", b"null"):
        losses.dropped("metadata", request.place("metadata"))
    if request.service_tier is not None:
        losses.dropped("service_tier", request.place("service_tier"))
