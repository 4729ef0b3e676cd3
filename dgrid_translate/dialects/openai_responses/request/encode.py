"""Request -> a Responses body."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import Items, Target
from dgrid_translate.dialects.openai_responses.profile import NAME, WITHOUT_SAMPLING
from dgrid_translate.dialects.openai_responses.tools import encode_tool_choice, encode_tools
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.openai.effort import say_effort
from dgrid_translate.shared.openai.family import FAMILY, adopted
from dgrid_translate.shared.openai.schemas import format_schema
from dgrid_translate.shared.wire import (
    NOTHING,
    dress,
    drop_foreign,
    dump,
    own_of,
)

_LOGPROBS = "message.output_text.logprobs"
_ENCRYPTED = "reasoning.encrypted_content"
_FALSE = Raw(b"false")


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Responses body."""
    request = adopted(request, NAME)
    native = request.dialect == NAME
    params = encode_settings(request, losses)
    messages = request.messages
    if messages and _instructs(messages[0], native):
        messages = messages[1:]
    own = NOTHING if request.ext is None else own_of(request.ext, NAME)
    if ("~input",) in own and len(messages) == 1 and type(only := messages[0].parts[0]) is Text:
        params.input = only.text
    elif messages or not native or ("~items",) in own:
        items = Items(Target(losses, native, request.dialect in FAMILY, upstream=True))
        for message in messages:
            items.add(message)
        params.input = items.made
    return dump(params if request.ext is None else dress(params, request.ext, NAME))


def _instructs(message: Message, native: bool) -> bool:
    """Whether a first message is the `instructions`: another dialect's may be if it is one plain text."""
    if native:
        return message.ext is not None and ("~instructions",) in own_of(message.ext, NAME)
    if message.role != "system" or message.name is not None or len(message.parts) != 1:
        return False
    part = message.parts[0]
    return type(part) is Text and part.ext is part.cache is part.citations is None


def encode_settings(request: Request, losses: Losses) -> wire.Params:
    """A Responses body but for its input, and for what the request's own extensions add."""
    native = request.dialect == NAME
    params = wire.Params(
        model=UNSET if request.model is None else request.model,
        parallel_tool_calls=UNSET if request.parallel_tool_calls is None else request.parallel_tool_calls,
        max_output_tokens=UNSET if request.max_tokens is None else request.max_tokens,
        top_logprobs=UNSET if request.top_logprobs is None else request.top_logprobs,
        metadata=UNSET if request.metadata is None else request.metadata,
        service_tier=UNSET if request.service_tier is None else request.service_tier,
        stream=UNSET if request.stream is None else request.stream,
    )
    ext = request.ext
    if ext is not None:
        drop_foreign(ext, NAME, (), losses)
    own = NOTHING if ext is None else own_of(ext, NAME)
    if request.messages and _instructs(first := request.messages[0], native) and type(first.parts[0]) is Text:
        params.instructions = first.parts[0].text
        if first.ext is not None:
            drop_foreign(first.ext, NAME, first.at, losses)
    if request.tools is not None or ("~tools",) in own:
        tools = encode_tools(request, request.tools or [], losses)
        if tools or native:
            params.tools = tools
    if request.tool_choice is not None:
        params.tool_choice = encode_tool_choice(request, request.tool_choice, losses)
    if request.user is not None:
        if ("~safety_identifier",) in own:
            params.safety_identifier = request.user
        else:
            params.user = request.user
    _encode_sampling(params, request, losses)
    if request.output is not None or ("~text",) in own or ("text", "verbosity") in own:
        text = wire.TextConfig()
        if request.output is not None:
            text.format = _encode_format(request.output, losses, native)
        params.text = dress(text, ext, NAME, "text")
    if request.reasoning is not None:
        _encode_reasoning(params, request, request.reasoning, losses, native)
    if ("~include",) in own:
        params.include = own["~include",]
    if not native:
        _encode_rest(params, request, losses)
    return params


def _encode_sampling(params: wire.Params, request: Request, losses: Losses) -> None:
    sampling = request.sampling
    if sampling is None:
        return
    native = request.dialect == NAME
    off = request.reasoning is not None and request.reasoning.mode == "off"
    fixed = not native and not off and request.model is not None and WITHOUT_SAMPLING.search(request.model) is not None
    if sampling.temperature is not None:
        if fixed:
            losses.dropped("temperature", request.place("temperature"), "the model takes none while it thinks")
        else:
            params.temperature = sampling.temperature
    if sampling.top_p is not None:
        if fixed:
            losses.dropped("top_p", request.place("top_p"), "the model takes none while it thinks")
        else:
            params.top_p = sampling.top_p
    for field in ("top_k", "seed", "presence_penalty", "frequency_penalty"):
        if (value := getattr(sampling, field)) is not None and not (value == 0 and field.endswith("_penalty")):
            losses.dropped(field, request.place(field))


def _encode_rest(params: wire.Params, request: Request, losses: Losses) -> None:
    """What another dialect's request says, or means, and Responses says otherwise or not at all."""
    if request.stop:
        losses.dropped("stop", request.place("stop"))
    if request.n is not None and request.n != 1:
        losses.dropped("n", request.place("n"), "Responses gives one answer")
    include: list[str] = []
    if request.logprobs:
        include.append(_LOGPROBS)
    thinks = request.reasoning is not None and request.reasoning.mode != "off"
    if thinks:
        include.append(_ENCRYPTED)
    if include:
        params.include = Raw(dump(include))
    if params.store is UNSET and ("store",) not in own_of(request.ext, NAME):
        params.store = _FALSE  # nobody else's answers are kept unless the client asks for it


def _encode_format(output: OutputFormat, losses: Losses, native: bool) -> wire.Format:
    drop_foreign(output.ext, NAME, output.at, losses)
    if output.kind == "text":
        form = wire.Format(type="text")
    elif output.kind == "json":
        form = wire.Format(type="json_object")
    else:
        form = wire.Format(type="json_schema")
        if output.name is not None:
            form.name = output.name
        elif not native:
            form.name = "response"
            losses.invented("response_format_name", ("text", "format", "name"))
        if output.description is not None:
            form.description = output.description
        if output.strict is not None:
            form.strict = output.strict
        if output.schema is not None and native:
            form.schema = output.schema
        elif output.schema is not None:
            form.schema, form.strict = format_schema(output, output.schema, losses)
    return dress(form, output.ext, NAME)


def _encode_reasoning(
    params: wire.Params, request: Request, config: ReasoningConfig, losses: Losses, native: bool
) -> None:
    made = wire.Reasoning()
    if native:
        if config.effort is not None:
            made.effort = config.effort
        own = own_of(config.ext, NAME)
        for key in ("summary", "generate_summary"):
            if (raw := own.get(("~" + key,))) is not None:
                setattr(made, key, raw)
        params.reasoning = dress(made, config.ext, NAME)
        return
    effort = say_effort(request, config, NAME, losses)
    if effort is not None:
        made.effort = effort
    if config.visible:
        made.summary = "auto"
    elif config.visible is not None:
        losses.dropped("reasoning_visibility", request.place("reasoning.visible"), "hidden unless asked for")
    if made != wire.Reasoning():
        params.reasoning = made
