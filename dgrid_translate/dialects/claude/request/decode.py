"""The body of `POST /v1/messages` -> Request."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.parts import decode_blocks, decode_content
from dgrid_translate.dialects.claude.profile import NAME, ORIGIN, PLACES, REQUEST_TIERS
from dgrid_translate.dialects.claude.tools import decode_tool_choice, decode_tools
from dgrid_translate.ir.parts import Extensions, Opaque, Text
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.shared.carriers import restore
from dgrid_translate.shared.wire import NULL, Extra, UnknownRole, dress, dump, extensions, extra_of, load, merge, note


def decode_request(body: bytes) -> Request:
    """The request in a Messages body."""
    params = load(wire.Params, body, NAME)
    ext = None if params.extra is UNSET else extensions(params, NAME)
    model = None if params.model is UNSET else params.model
    request = Request(NAME, _decode_messages(params), model, places=PLACES, ext=ext)
    if params.max_tokens is not UNSET:
        request.max_tokens = params.max_tokens
    if params.tools == NULL:
        request.ext = note(request.ext, NAME, ("tools",))
    elif params.tools is not UNSET:
        request.tools = decode_tools(params.tools)
    if params.tool_choice is not UNSET:
        request.tool_choice, request.parallel_tool_calls = decode_tool_choice(params.tool_choice)
    if params.stream is not UNSET:
        request.stream = params.stream
    if params.stop_sequences is not UNSET:
        request.stop = params.stop_sequences
    temperature, top_p, top_k = params.temperature, params.top_p, params.top_k
    if temperature is not UNSET or top_p is not UNSET or top_k is not UNSET:
        request.sampling = Sampling(
            None if temperature is UNSET else temperature,
            None if top_p is UNSET else top_p,
            None if top_k is UNSET else top_k,
        )
    if params.thinking is not UNSET:
        _decode_thinking(params.thinking, request)
    if params.output_config is not UNSET:
        _decode_output(params.output_config, request)
    if params.metadata is not UNSET:
        request.user = None if params.metadata.user_id is UNSET else params.metadata.user_id
        request.ext = merge(request.ext, extensions(params.metadata, NAME, "metadata"))
        request.ext = note(request.ext, NAME, ("~metadata",), Raw(dump(params.metadata)))
    if params.service_tier is not UNSET:
        request.service_tier = REQUEST_TIERS.get(params.service_tier, params.service_tier)
        request.ext = note(request.ext, NAME, ("~service_tier",), Raw(dump(params.service_tier)))
    if params.cache_control is not UNSET:
        request.ext = note(request.ext, NAME, ("cache_control",), params.cache_control)
    if params.container is not UNSET:
        request.ext = note(request.ext, NAME, ("container",), params.container)
    if params.context_management is not UNSET:
        request.ext = note(request.ext, NAME, ("context_management",), params.context_management)
    if params.mcp_servers is not UNSET:
        request.ext = note(request.ext, NAME, ("mcp_servers",), params.mcp_servers)
    return request


def _decode_messages(params: wire.Params) -> list[Message]:
    """`system` and `messages`."""
    messages: list[Message] = []
    system = params.system
    if system is not UNSET:
        parts = decode_content(system, ("system",))
        ext: Extensions = {NAME: {("~system",): NULL}}
        messages.append(Message("system", parts, isinstance(system, str), at=("system",), ext=ext))
    for index, message in enumerate(params.messages):
        at = ("messages", index)
        if type(message) is wire.UserMessage:
            role = "user"
        elif type(message) is wire.AssistantMessage:
            role = "assistant"
        elif isinstance(message, UnknownRole):
            opaque = Opaque(message.kind, message.raw, NAME, at=at)
            messages.append(Message("user", [opaque], at=at, ext={NAME: {("~message",): NULL}}))
            continue
        else:
            role = "system"
        content = message.content
        if isinstance(content, str):
            made = Message(role, [Text(content, at=("messages", index, "content"))], True, at=at)
        else:
            parts = decode_blocks(content, ("messages", index, "content"))
            made = Message(role, restore(parts, ORIGIN, NAME) if role == "assistant" else parts, at=at)
        if message.extra is not UNSET:
            made.ext = extensions(message, NAME)
        messages.append(made)
    return messages


def _decode_thinking(raw: Raw, request: Request) -> None:
    """`thinking`; as it came it stays beside what it means."""
    if raw == NULL:
        request.ext = note(request.ext, NAME, ("thinking",))
        return
    thinking = load(wire.Thinking, raw, NAME, ("thinking",))
    own: Extra = {("~thinking",): raw}
    if thinking.extra is not UNSET:
        own.update(extra_of(thinking, "thinking"))
    config = request.reasoning = ReasoningConfig(ext={NAME: own})
    match thinking.type:
        case "enabled":
            config.mode = "on"
        case "disabled":
            config.mode = "off"
        case "adaptive":
            config.mode = "adaptive"
        case _:
            config.mode = "off" if thinking.type == "between_tools" else None
            own["thinking", "type"] = Raw(dump(thinking.type))
    if thinking.budget_tokens is not UNSET:
        config.budget = thinking.budget_tokens
    if thinking.display is not UNSET:
        config.visible = thinking.display != "omitted"
        if thinking.display not in ("omitted", "summarized"):
            own["thinking", "display"] = Raw(dump(thinking.display))


def _decode_output(raw: Raw, request: Request) -> None:
    """`output_config`, likewise."""
    if raw == NULL:
        request.ext = note(request.ext, NAME, ("output_config",))
        return
    config = load(wire.OutputConfig, raw, NAME, ("output_config",))
    request.ext = merge(request.ext, extensions(config, NAME, "output_config"))
    request.ext = note(request.ext, NAME, ("~output_config",), raw)
    if config.effort is not UNSET:
        request.reasoning = request.reasoning or ReasoningConfig()
        request.reasoning.effort = config.effort
    form = config.format
    if form is UNSET:
        return
    ext = extensions(form, NAME)
    if form.type == "json_schema" and form.schema is not UNSET:
        place = ("output_config", "format", "schema")
        request.output = OutputFormat("schema", form.schema, schema_at=place, at=("output_config", "format"), ext=ext)
    else:
        request.ext = note(request.ext, NAME, ("output_config", "format"), Raw(dump(dress(form, ext, NAME))))
