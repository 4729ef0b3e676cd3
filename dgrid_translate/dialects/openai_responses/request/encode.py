"""Request -> a Responses body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import Items, Target
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.dialects.openai_responses.tools import NO_TOOLS, encode_tool_choice, encode_tools
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import media
from dgrid_translate.shared.openai.effort import say_effort
from dgrid_translate.shared.openai.family import FAMILY, adopted
from dgrid_translate.shared.openai.models import fit_model
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
_FEWEST_TOKENS = 16
_FALSE = Raw(b"false")


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Responses body."""
    native = request.dialect == NAME
    effort = None
    if not native:
        if request.ext is not None:
            request = adopted(request, NAME, losses)
        if request.reasoning is not None:
            effort = say_effort(request, request.reasoning, NAME, losses)
        request = fit_model(request, effort, losses)
    params = _encode_settings(request, losses, effort)
    messages = request.messages
    if params.instructions is not UNSET:
        messages = messages[1:]
    own = NOTHING if request.ext is None else own_of(request.ext, NAME)
    if ("~input",) in own and len(messages) == 1 and type(only := messages[0].parts[0]) is Text:
        params.input = only.text
    elif messages or not native or ("~items",) in own:
        target = Target(losses, native, request.dialect in FAMILY, True)
        items = Items(target)
        for message in messages:
            items.add(message)
        if not native:
            _fit_items(items.made, request, losses)
            if target.unnamed:
                _name_files(items.made, losses)
        params.input = items.made
    return dump(params if request.ext is None else dress(params, request.ext, NAME))


def _instructions(messages: Sequence[Message], native: bool) -> str | None:
    """What a first message says that is the `instructions`: another dialect's may be if it is a plain text, not all."""
    message = messages[0]
    if native:
        if message.ext is None or ("~instructions",) not in own_of(message.ext, NAME):
            return None
        return "".join([part.text for part in message.parts if type(part) is Text])
    if len(messages) == 1 or message.role != "system" or message.name is not None or len(message.parts) != 1:
        return None
    part = message.parts[0]
    return part.text if type(part) is Text and part.ext is part.cache is part.citations is None else None


def _fit_items(items: list[Any], request: Request, losses: Losses) -> None:
    """What the API asks of a conversation and another dialect's need not have."""
    empty = not items
    if empty:
        items.append(wire.EasyMessage(role="user", content=""))
    if request.output is not None and request.output.kind == "json":
        said = [item.content for item in items if isinstance(item, wire.MessageMembers)]
        if b"json" not in dump(said).lower():
            items.insert(0, wire.EasyMessage(role="system", content="Answer in JSON."))
            losses.invented("json_instruction", ("input", 0), "JSON mode wants the word in the input")
    if empty:
        losses.invented("user_message", ("input", len(items) - 1), "nothing that Responses takes is said")


def _name_files(items: list[Any], losses: Losses) -> None:
    """Name the files that come with their data, as the API asks."""
    for place, item in enumerate(items):
        if isinstance(item, wire.EasyMessage):
            _name_files_in(item.content, ("input", place, "content"), losses)
        elif isinstance(item, wire.FunctionCallOutput | wire.CustomToolCallOutput):
            _name_files_in(item.output, ("input", place, "output"), losses)


def _name_files_in(content: str | list[wire.Content], at: At, losses: Losses) -> None:
    for index, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, wire.InputFile) and part.file_data is not UNSET and part.filename is UNSET:
            inline = media.split_data_url(part.file_data)
            part.filename = media.filename(None if inline is None else inline[0])
            losses.invented("filename", (*at, index, "filename"))


def _encode_settings(request: Request, losses: Losses, effort: str | None = None) -> wire.Params:
    """A Responses body but for its input, and for what its own extensions add; `effort` is for one from elsewhere."""
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
    instructions = _instructions(request.messages, native) if request.messages else None
    if instructions is not None:
        params.instructions = instructions
        first = request.messages[0]
        if first.ext is not None:
            drop_foreign(first.ext, NAME, first.at, losses)
    if request.tools is not None or ("~tools",) in own:
        tools = encode_tools(request, request.tools or [], losses)
        if tools is not None:
            params.tools = tools
        elif native:
            params.tools = NO_TOOLS
    if request.tool_choice is not None:
        params.tool_choice = encode_tool_choice(request, request.tool_choice, losses)
    if request.user is not None:
        if ("~safety_identifier",) in own:
            params.safety_identifier = request.user
        else:
            params.user = request.user
    if request.sampling is not None:
        _encode_sampling(params, request, request.sampling, losses)
    if request.output is not None or ("~text",) in own or ("text", "verbosity") in own:
        text = wire.TextConfig()
        if request.output is not None:
            text.format = _encode_format(request.output, losses, native, request.dialect in FAMILY)
        params.text = dress(text, ext, NAME, "text")
    if request.reasoning is not None:
        _encode_reasoning(params, request, request.reasoning, losses, effort)
    if ("~include",) in own:
        params.include = own["~include",]
    if not native:
        _encode_rest(params, request, losses)
    return params


def _encode_sampling(params: wire.Params, request: Request, sampling: Sampling, losses: Losses) -> None:
    if sampling.temperature is not None:
        params.temperature = sampling.temperature
    if sampling.top_p is not None:
        params.top_p = sampling.top_p
    if sampling.top_k is not None:
        losses.dropped("top_k", request.place("top_k"))
    if sampling.seed is not None:
        losses.dropped("seed", request.place("seed"))
    if sampling.presence_penalty:
        losses.dropped("presence_penalty", request.place("presence_penalty"))
    if sampling.frequency_penalty:
        losses.dropped("frequency_penalty", request.place("frequency_penalty"))


def _encode_rest(params: wire.Params, request: Request, losses: Losses) -> None:
    """What another dialect's request says, or means, and Responses says otherwise or not at all."""
    if request.max_tokens is not None and request.max_tokens < _FEWEST_TOKENS:
        params.max_output_tokens = _FEWEST_TOKENS
        losses.approximated("max_tokens", request.place("max_tokens"), f"sent as {_FEWEST_TOKENS}, the fewest allowed")
    if request.stop:
        losses.dropped("stop", request.place("stop"))
    if request.n is not None and request.n != 1:
        losses.dropped("n", request.place("n"), "Responses gives one answer")
    if request.logprobs or request.reasoning is not None:
        _ask(params, request, losses)
    if params.store is UNSET and (request.ext is None or ("store",) not in own_of(request.ext, NAME)):
        params.store = _FALSE
        losses.invented("store", ("store",), "nobody else's answers are kept unless the client asks for it")


def _ask(params: wire.Params, request: Request, losses: Losses) -> None:
    """Ask for what an answer holds on demand alone."""
    include: list[str] = []
    if request.logprobs:
        include.append(_LOGPROBS)
    if request.reasoning is not None and request.reasoning.mode != "off":
        include.append(_ENCRYPTED)
        losses.invented("include", ("include",), "so that what the model thought can be sent back to it")
    if include:
        params.include = Raw(dump(include))


def _encode_format(output: OutputFormat, losses: Losses, native: bool, sibling: bool) -> wire.Format:
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
        if output.schema is not None and sibling:
            form.schema = output.schema
        elif output.schema is not None:
            form.schema, form.strict = format_schema(output, output.schema, losses)
    return dress(form, output.ext, NAME)


def _encode_reasoning(
    params: wire.Params, request: Request, config: ReasoningConfig, losses: Losses, effort: str | None
) -> None:
    made = wire.Reasoning()
    if request.dialect == NAME:
        if config.effort is not None:
            made.effort = config.effort
        own = own_of(config.ext, NAME)
        for key in ("summary", "generate_summary"):
            if (raw := own.get(("~" + key,))) is not None:
                setattr(made, key, raw)
        params.reasoning = dress(made, config.ext, NAME)
        return
    if effort is not None:
        made.effort = effort
    if config.visible:
        made.summary = "auto"
    elif config.visible is not None:
        losses.dropped("reasoning_visibility", request.place("reasoning.visible"), "hidden unless asked for")
    if made != wire.Reasoning():
        params.reasoning = made
