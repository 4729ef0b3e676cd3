"""Requests: the body of `POST /v1/chat/completions` <-> Request."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts import (
    Target,
    decode_assistant,
    decode_content,
    encode_assistant,
    encode_content,
)
from dgrid_translate.dialects.openai_chat.profile import LEGACY_PLACES, MAX_STOPS, NAME, PLACES
from dgrid_translate.dialects.openai_chat.tools import (
    decode_tool_choice,
    decode_tools,
    encode_tool_choice,
    encode_tools,
)
from dgrid_translate.ir.parts import AnyPart, Media, Opaque, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.effort import asked_effort
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.schema import OPENAI_LOOSE, OPENAI_STRICT, downgrade
from dgrid_translate.shared.wire import (
    UnknownRole,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    merge,
    note,
    pose,
    remembered,
    whole,
)

_CLAUDE_MODEL = re.compile(r"claude|anthropic", re.IGNORECASE)

# ------------------------------------------------------------------------------------------------------ decoding


def decode_request(body: bytes) -> Request:
    """The request in a Chat Completions body."""
    params = load(wire.Params, body, NAME)
    ext = extensions(params, NAME)
    if params.tools is not UNSET and not params.tools:
        ext = note(ext, NAME, ("~tools",))
    if params.store is not UNSET:
        ext = note(ext, NAME, ("store",), params.store)
    request = Request(
        NAME,
        _decode_messages(params.messages),
        params.model or None,
        decode_tools(params),
        decode_tool_choice(params),
        places=PLACES,
        ext=ext,
    )
    if params.max_completion_tokens is not UNSET:
        request.max_tokens = params.max_completion_tokens
        if params.max_tokens is not UNSET:
            request.ext = note(request.ext, NAME, ("max_tokens",), Raw(b"%d" % params.max_tokens))
    elif params.max_tokens is not UNSET:
        request.max_tokens = params.max_tokens
        request.places = LEGACY_PLACES
    _decode_settings(params, request)
    return request


def _decode_settings(params: wire.Params, request: Request) -> None:
    for field in _DIRECT:
        value = getattr(params, field)
        if value is not UNSET:
            setattr(request, field, value)
    sampling = Sampling()
    for field in _SAMPLING:
        value = getattr(params, field)
        if value is not UNSET:
            setattr(sampling, field, value)
            request.sampling = sampling
    stop = params.stop
    if isinstance(stop, str):
        request.stop = [stop]
        request.ext = note(request.ext, NAME, ("~stop",))
    elif stop is not UNSET:
        request.stop = stop
    if params.response_format is not UNSET:
        request.output = _decode_format(params.response_format)
        if request.output is None:
            request.ext = note(request.ext, NAME, ("response_format",), whole(params.response_format))
    if params.reasoning_effort is not UNSET:
        effort = params.reasoning_effort
        mode = "off" if effort == "none" else None
        request.reasoning = ReasoningConfig(mode, effort, at=("reasoning_effort",))
    options = params.stream_options
    if options is not UNSET:
        request.ext = merge(request.ext, extensions(options, NAME, "stream_options"))
        if options.include_usage is UNSET:
            request.ext = note(request.ext, NAME, ("~stream_options",))
        else:
            request.include_usage = options.include_usage


_DIRECT = (
    "parallel_tool_calls",
    "n",
    "logprobs",
    "top_logprobs",
    "user",
    "metadata",
    "service_tier",
    "stream",
)
_SAMPLING = ("temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "seed")


def _decode_format(form: wire.ResponseFormat) -> OutputFormat | None:
    at = ("response_format",)
    match form.type:
        case "text" if form.json_schema is UNSET:
            return OutputFormat("text", at=at, ext=extensions(form, NAME))
        case "json_object" if form.json_schema is UNSET:
            return OutputFormat("json", at=at, ext=extensions(form, NAME))
        case "json_schema" if form.json_schema is not UNSET:
            named = form.json_schema
            return OutputFormat(
                "schema",
                None if named.schema is UNSET else named.schema,
                None if named.name is UNSET else named.name,
                None if named.description is UNSET else named.description,
                None if named.strict is UNSET else named.strict,
                ("response_format", "json_schema", "schema"),
                at=at,
                ext=merge(extensions(form, NAME), extensions(named, NAME, "json_schema")),
            )
        case _:
            return None


def _decode_messages(messages: list[wire.Message]) -> list[Message]:
    calls: Counter[str] = Counter()
    results: Counter[str] = Counter()
    decoded: list[Message] = []
    for index, message in enumerate(messages):
        at = ("messages", index)
        match message:
            case wire.AssistantMessage():
                parts, ext = decode_assistant(message, at, ())
                found = Message("assistant", parts, isinstance(message.content, str), at=at, ext=ext)
                if message.name is not UNSET:
                    found.name = message.name
                if message.function_call is not UNSET and message.function_call is not None:
                    _number(parts[-1], calls)
            case wire.ToolMessage():
                found = _decode_tool_message(message, at)
            case wire.UserMessage() | wire.SystemMessage() | wire.DeveloperMessage():
                parts = decode_content(message.content, (*at, "content"))
                ext = extensions(message, NAME)
                if message.content is None:
                    ext = note(ext, NAME, ("~null",))
                found = Message(_ROLES[type(message)], parts, isinstance(message.content, str), at=at, ext=ext)
                if message.name is not UNSET:
                    found.name = message.name
            case wire.FunctionMessage():
                results[message.name] += 1
                call_id = derive("call_", "function", message.name, results[message.name])
                ext = note(extensions(message, NAME), NAME, ("~function",))
                said: list[AnyPart] = []
                if message.content is not None:
                    said = [Text(message.content, at=(*at, "content"))]
                part = ToolResult(call_id, said, message.name, inline=True, derived_id=True, at=at, ext=ext)
                found = Message("user", [part], at=at)
            case UnknownRole():
                found = Message("user", [Opaque(message.kind, message.raw, NAME, at=at)], at=at)
        decoded.append(found)
    return decoded


_ROLES: dict[type, Any] = {wire.UserMessage: "user", wire.SystemMessage: "system", wire.DeveloperMessage: "developer"}


def _number(part: AnyPart, seen: Counter[str]) -> None:
    """A function_call has no id: the n-th call of a name belongs to the n-th result of that name."""
    if isinstance(part, ToolCall):
        seen[part.name] += 1
        part.id = derive("call_", "function", part.name, seen[part.name])


def _decode_tool_message(message: wire.ToolMessage, at: At) -> Message:
    ext = extensions(message, NAME)
    if message.content is None:
        ext = note(ext, NAME, ("~null",))
    if message.tool_call_id is UNSET:
        ext = note(ext, NAME, ("~tool_call_id",))
    part = ToolResult(
        "" if message.tool_call_id is UNSET else message.tool_call_id,
        decode_content(message.content, (*at, "content")),
        None if message.name is UNSET else message.name,
        inline=isinstance(message.content, str),
        at=at,
        ext=ext,
    )
    return Message("user", [part], at=at)


# ------------------------------------------------------------------------------------------------------ encoding


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Chat Completions body."""
    native = request.dialect == NAME
    target = Target(losses, native, native or bool(_CLAUDE_MODEL.search(request.model or "")))
    params = wire.Params(_encode_messages(request.messages, target))
    if request.model is not None:
        params.model = request.model
    drop_foreign(request.ext, NAME, (), losses)
    encode_tools(params, request, losses, target.cache_control)
    encode_tool_choice(params, request, losses)
    _encode_settings(params, request, losses)
    return dump(dress(params, request.ext, NAME))


def _encode_settings(params: wire.Params, request: Request, losses: Losses) -> None:
    for field in _DIRECT:
        value = getattr(request, field)
        if value is not None:
            setattr(params, field, value)
    sampling = request.sampling
    if sampling is not None:
        for field in _SAMPLING:
            value = getattr(sampling, field)
            if value is not None:
                setattr(params, field, value)
        if sampling.top_k is not None and request.dialect != NAME:
            params.top_k = UNSET
            losses.dropped("top_k", request.place("top_k"))
    if request.max_tokens is not None:
        if request.places is LEGACY_PLACES:
            params.max_tokens = request.max_tokens
        else:
            params.max_completion_tokens = request.max_tokens
    if request.stop is not None:
        params.stop = _encode_stop(request, request.stop, losses)
    if request.output is not None:
        params.response_format = _encode_format(request.output, losses, request.dialect == NAME)
    if request.reasoning is not None:
        _encode_effort(params, request, request.reasoning, losses)
    if request.include_usage is not None or remembered(request.ext, NAME, "~stream_options"):
        usage = UNSET if request.include_usage is None else request.include_usage
        params.stream_options = dress(wire.StreamOptions(usage), request.ext, NAME, "stream_options")
    elif request.stream and request.dialect != NAME:
        params.stream_options = wire.StreamOptions(True)


def _encode_stop(request: Request, stop: list[str], losses: Losses) -> str | list[str]:
    if remembered(request.ext, NAME, "~stop"):
        return stop[0]
    for index in range(MAX_STOPS, len(stop)):
        if request.dialect != NAME:
            losses.dropped("stop", (*request.place("stop"), index), f"Chat takes {MAX_STOPS}")
    return stop if request.dialect == NAME else stop[:MAX_STOPS]


def _encode_format(output: OutputFormat, losses: Losses, native: bool) -> wire.ResponseFormat:
    drop_foreign(output.ext, NAME, output.at, losses)
    match output.kind:
        case "text":
            form = wire.ResponseFormat("text")
        case "json":
            form = wire.ResponseFormat("json_object")
        case "schema":
            named = wire.JSONSchema()
            if output.name is not None:
                named.name = output.name
            elif not native:
                named.name = "response"
                losses.invented("response_format_name", ("response_format", "json_schema", "name"))
            if output.description is not None:
                named.description = output.description
            if output.schema is not None:
                strict = OPENAI_STRICT if output.strict is not False else OPENAI_LOOSE
                schema = output.schema
                named.schema = schema if native else downgrade(schema, strict, losses, output.schema_at)
            if output.strict is not None:
                named.strict = output.strict
            elif not native:
                named.strict = True
            form = wire.ResponseFormat("json_schema", dress(named, output.ext, NAME, "json_schema"))
    return dress(form, output.ext, NAME)


def _encode_effort(params: wire.Params, request: Request, config: ReasoningConfig, losses: Losses) -> None:
    drop_foreign(config.ext, NAME, config.at, losses)
    effort, guessed = asked_effort(request)
    if effort is not None:
        params.reasoning_effort = effort
    if guessed:
        losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as effort {effort!r}")
    elif config.budget is not None:
        losses.dropped("reasoning_budget", request.place("reasoning.budget"))
    if config.mode in ("on", "adaptive") and not guessed:
        losses.dropped("reasoning_mode", request.place("reasoning.mode"), "Chat knows efforts only")
    if config.visible is not None:
        losses.dropped("reasoning_visibility", request.place("reasoning.visible"))


def _encode_messages(messages: list[Message], target: Target) -> list[wire.Message]:
    """Chat's own order: answers to calls come right after them, one message each, then what the user says."""
    encoded: list[wire.Message] = []
    shown: list[wire.ContentPart] = []
    for message in messages:
        drop_foreign(message.ext, NAME, message.at, target.losses)
        results = [part for part in message.parts if isinstance(part, ToolResult)]
        for result in results:
            encoded.append(_encode_tool_result(result, target, shown))
        rest = [part for part in message.parts if not isinstance(part, ToolResult)] if results else message.parts
        if results and not rest:
            continue
        if shown:
            encoded.append(wire.UserMessage(shown))
            shown = []
        encoded.append(_encode_message(message, rest, target))
    if shown:
        encoded.append(wire.UserMessage(shown))
    return encoded


def _encode_message(message: Message, parts: list[AnyPart], target: Target) -> wire.Message:
    name = UNSET if message.name is None else message.name
    if message.role == "assistant":
        return encode_assistant(wire.AssistantMessage(name=name), parts, message.ext, (), target, joined=False)
    if len(parts) == 1 and isinstance(parts[0], Opaque) and parts[0].dialect == NAME and len(parts[0].at) == 2:
        return pose(parts[0].raw, wire.UserMessage)
    content = None
    if not remembered(message.ext, NAME, "~null"):
        content = _encode_texts(parts, message.inline, target)
    match message.role:
        case "user":
            made = wire.UserMessage(content, name)
        case "system":
            made = wire.SystemMessage(content, name)
        case "developer":
            made = wire.DeveloperMessage(content, name)
    return dress(made, message.ext, NAME)


def _encode_texts(parts: list[AnyPart], inline: bool, target: Target) -> wire.Content:
    """One plain text goes as a bare string, which every server takes, unless Chat itself gave it as a list."""
    content = encode_content(parts, target)
    if not target.native and not content:
        return ""
    match parts:
        case [Text(cache=None) as part] if inline or not target.native:
            return part.text
        case _:
            return content


def _encode_tool_result(result: ToolResult, target: Target, shown: list[wire.ContentPart]) -> wire.Message:
    losses = target.losses
    drop_foreign(result.ext, NAME, result.at, losses)
    caching.drop(result.cache, losses, result.at)
    if result.is_error is not None:
        losses.dropped("tool_result_error", (*result.at, "is_error"), "Chat has no flag for it")
    if remembered(result.ext, NAME, "~function"):
        text = "".join(part.text for part in result.parts if isinstance(part, Text)) if result.parts else None
        return dress(wire.FunctionMessage(text, result.name or ""), result.ext, NAME)
    texts: list[AnyPart] = []
    for part in result.parts:
        if isinstance(part, Media) and part.text is None and not target.native:
            losses.moved("tool_result_media", part.at, "shown in a user message after the results")
            shown.extend(encode_content([part], target))
        else:
            texts.append(part)
    content = None if remembered(result.ext, NAME, "~null") else _encode_texts(texts, result.inline, target)
    made = wire.ToolMessage(content)
    if not remembered(result.ext, NAME, "~tool_call_id"):
        made.tool_call_id = result.call_id
    if result.name is not None and target.native:
        made.name = result.name
    return dress(made, result.ext, NAME)
