"""A Chat Completions body -> Request."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts import (
    MESSAGE,
    decode_assistant,
    decode_content,
)
from dgrid_translate.dialects.openai_chat.profile import LEGACY_PLACES, NAME, PLACES
from dgrid_translate.dialects.openai_chat.tools import (
    decode_functions,
    decode_tool_choice,
    decode_tools,
)
from dgrid_translate.ir.parts import AnyPart, Opaque, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Role, Tool
from dgrid_translate.losses import At
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.openai.params import decode_sampling
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    dump,
    extensions,
    extra_of,
    load,
    merge,
    note,
    whole,
)


def decode_request(body: bytes) -> Request:
    """The request in a Chat Completions body."""
    params = load(wire.Params, body, NAME)
    own = {} if params.extra is UNSET else extra_of(params)
    if params.store is not UNSET:
        own["store",] = params.store
    request = Request(
        NAME,
        _decode_messages(params.messages),
        None if params.model is UNSET else params.model,
        None if params.tools is UNSET and params.functions is UNSET else _decode_tools(params, own),
        None if params.tool_choice is UNSET and params.function_call is UNSET else decode_tool_choice(params),
        parallel_tool_calls=None if params.parallel_tool_calls is UNSET else params.parallel_tool_calls,
        n=None if params.n is UNSET else params.n,
        logprobs=None if params.logprobs is UNSET else params.logprobs,
        top_logprobs=None if params.top_logprobs is UNSET else params.top_logprobs,
        user=None if params.user is UNSET else params.user,
        metadata=None if params.metadata is UNSET else params.metadata,
        service_tier=None if params.service_tier is UNSET else params.service_tier,
        stream=None if params.stream is UNSET else params.stream,
        sampling=decode_sampling(params),
        places=PLACES,
    )
    if params.max_completion_tokens is not UNSET:
        request.max_tokens = params.max_completion_tokens
        if params.max_tokens is not UNSET:
            own["max_tokens",] = Raw(b"%d" % params.max_tokens)
    elif params.max_tokens is not UNSET:
        request.max_tokens = params.max_tokens
        request.places = LEGACY_PLACES
    if params.safety_identifier is not UNSET:
        if params.user is UNSET:
            request.user = params.safety_identifier
            request.places = {**request.places, "user": ("safety_identifier",)}
            own["~safety_identifier",] = NULL
        else:
            own["safety_identifier",] = Raw(dump(params.safety_identifier))
    stop = params.stop
    if isinstance(stop, str):
        request.stop = [stop]
        own["~stop",] = NULL
    elif stop is not UNSET:
        request.stop = stop
    if params.response_format is not UNSET:
        request.output = _decode_format(params.response_format)
        if request.output is None:
            own["response_format",] = whole(params.response_format)
    if params.reasoning_effort is not UNSET:
        effort = params.reasoning_effort
        mode = "off" if effort == "none" else None
        request.reasoning = ReasoningConfig(mode, effort, at=("reasoning_effort",))
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


def _decode_tools(params: wire.Params, own: Extra) -> list[Tool] | None:
    """`tools`, then `functions`."""
    tools: list[Tool] = []
    if params.tools == NULL:
        own["tools",] = NULL
    elif params.tools is not UNSET:
        tools = decode_tools(params.tools)
        if not tools:
            own["~tools",] = NULL
    if params.functions is not UNSET:
        tools = [*tools, *decode_functions(params.functions)]
    return tools or None


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
    calls: dict[str, int] = {}
    results: dict[str, int] = {}
    decoded: list[Message] = []
    for index, message in enumerate(messages):
        at = ("messages", index)
        if type(message) is wire.AssistantMessage:
            own: Extra = {}
            parts = decode_assistant(message, at, MESSAGE, own)
            found = Message("assistant", parts, type(message.content) is str, at=at)
            if own:
                found.ext = {NAME: own}
            if message.name is not UNSET:
                found.name = message.name
            if message.function_call and message.function_call.name:
                _number(parts, calls)
        elif type(message) is wire.ToolMessage:
            found = _decode_tool_message(message, at, decoded)
        elif type(message) is wire.UserMessage:
            found = _decode_prompt(message, "user", at)
        elif type(message) is wire.SystemMessage:
            found = _decode_prompt(message, "system", at)
        elif type(message) is wire.DeveloperMessage:
            found = _decode_prompt(message, "developer", at)
        elif type(message) is wire.FunctionMessage:
            number = results[message.name] = results.get(message.name, 0) + 1
            call_id = derive("call_", "function", message.name, number)
            ext = note(extensions(message, NAME), NAME, ("~function",))
            said: list[AnyPart] = []
            if message.content is not None:
                said = [Text(message.content, at=at + ("content",))]
            part = ToolResult(call_id, said, message.name, inline=True, derived_id=True, at=at, ext=ext)
            found = Message("user", [part], at=at)
        else:
            found = Message("user", [Opaque(message.kind, message.raw, NAME, at=at)], at=at)
        decoded.append(found)
    return decoded


def _decode_prompt(
    message: wire.UserMessage | wire.SystemMessage | wire.DeveloperMessage, role: Role, at: At
) -> Message:
    content = message.content
    if isinstance(content, str):
        found = Message(role, [Text(content, at=at + ("content",))], True, at=at)
    else:
        found = Message(role, decode_content(content, at), at=at)
    if message.name is not UNSET:
        found.name = message.name
    if message.extra is not UNSET:
        found.ext = extensions(message, NAME)
    if content is None:
        found.ext = note(found.ext, NAME, ("~null",))
    return found


def _answers(message: wire.ToolMessage, before: list[Message]) -> str:
    """Which call a result without an id is for: the next of its name, else the next, of what was asked last."""
    answered: list[str] = []
    asked: list[AnyPart] = []
    for earlier in reversed(before):
        if earlier.role == "assistant":
            asked = earlier.parts
            break
        answered += [part.call_id for part in earlier.parts if type(part) is ToolResult]
    waiting = [part for part in asked if type(part) is ToolCall and part.id not in answered]
    named = [call for call in waiting if call.name == message.name] or waiting
    return named[0].id if named else ""


def _number(parts: list[AnyPart], seen: dict[str, int]) -> None:
    """A function_call has no id: the n-th call of a name belongs to the n-th result of that name."""
    for call in [part for part in parts[-1:] if type(part) is ToolCall]:
        number = seen[call.name] = seen.get(call.name, 0) + 1
        call.id = derive("call_", "function", call.name, number)


def _decode_tool_message(message: wire.ToolMessage, at: At, before: list[Message]) -> Message:
    content = message.content
    given = message.tool_call_id
    call_id = given or _answers(message, before)
    if isinstance(content, str):
        part = ToolResult(call_id, [Text(content, at=at + ("content",))], inline=True, at=at)
    else:
        part = ToolResult(call_id, decode_content(content, at), at=at)
    if message.name is not UNSET:
        part.name = message.name
    if message.extra is not UNSET:
        part.ext = extensions(message, NAME)
    if content is None:
        part.ext = note(part.ext, NAME, ("~null",))
    if not given:
        part.derived_id = True
        part.ext = note(part.ext, NAME, ("~tool_call_id",), NULL if given is UNSET else Raw(b'""'))
    return Message("user", [part], at=at)
