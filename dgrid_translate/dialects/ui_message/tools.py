"""`tools` and `toolChoice` <-> the model.

The AI SDK keeps tools on the server; what an application may send of them is a record by name, in the words of its
`ToolSet`, with a JSON Schema as `inputSchema` (or, as assistant-ui spells it, `parameters`).
"""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.ir.parts import Cache
from dgrid_translate.ir.request import CustomTool, FunctionTool, ProviderTool, Tool, ToolChoice
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, toolset
from dgrid_translate.shared.wire import NULL, Extra, drop_foreign, dump, extra_of, load, word_of

_decode_typed = msgspec.json.Decoder(dict[str, wire.Tool]).decode
_decode_record = msgspec.json.Decoder(dict[str, dict[str, Raw]]).decode
_decode_raws = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_options = msgspec.json.Decoder(dict[str, dict[str, Raw]]).decode
_decode_schema = msgspec.json.Decoder(wire.Schema).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_decode_choice = msgspec.json.Decoder(str | wire.ToolChoice).decode
_PLAIN = re.compile(rb'\{"[^j\\]')
_NO_ARGUMENTS = Raw(b'{"type":"object","properties":{}}')
_PLAIN_TYPES = ("function", "dynamic")

# --------------------------------------------------------------------------------------------------- definitions


def decode_tools(raw: Raw) -> list[Tool] | None:
    """`tools`; None of what is no record of tools, which is the application's own affair."""
    try:
        return _read_tools(raw)
    except _REFUSALS:
        return None


@toolset.remembered
def _read_tools(body: bytes) -> list[Tool]:
    try:
        tools = _decode_typed(body)
    except _REFUSALS:
        _decode_record(body)
    else:
        raws = _decode_raws(body) if any(map(_is_provided, tools.values())) else {}
        return [_decode_tool(name, tool, raws.get(name, NULL)) for name, tool in tools.items()]
    return [
        _decode_tool(name, load(wire.Tool, raw, NAME, ("tools", name)), raw) for name, raw in _decode_raws(body).items()
    ]


def _is_provided(tool: wire.Tool) -> bool:
    """Whether it is one of a provider's own."""
    return tool.id is not UNSET and tool.type is not UNSET and tool.type not in _PLAIN_TYPES


def _decode_tool(name: str, tool: wire.Tool, raw: Raw) -> Tool:
    """One tool; `raw` is its text, which a provider's own needs."""
    at: At = ("tools", name)
    if tool.id is not UNSET and _is_provided(tool):
        return ProviderTool(tool.id, raw, NAME, at=at)
    own: Extra = {} if tool.extra is UNSET else extra_of(tool)
    found = FunctionTool(name, schema_at=("tools", name, "inputSchema"), at=at)
    if tool.type is not UNSET and tool.type not in _PLAIN_TYPES:
        own["type",] = Raw(dump(tool.type))
    if tool.id is not UNSET:
        own["id",] = Raw(dump(tool.id))
    if tool.description is not UNSET:
        found.description = tool.description
    if tool.inputSchema is not UNSET:
        found.parameters = tool.inputSchema
        if tool.parameters is not UNSET:
            own["parameters",] = tool.parameters
    elif tool.parameters is not UNSET:
        found.parameters = tool.parameters
        found.schema_at = (*at, "parameters")
    if found.parameters is not None and not _is_plain(found.parameters):
        try:
            found.parameters = _decode_schema(found.parameters).jsonSchema
            found.schema_at = (*found.schema_at, "jsonSchema")
        except _REFUSALS:
            pass
    if tool.strict is not UNSET:
        found.strict = tool.strict
    if tool.providerOptions is not UNSET:
        _decode_provider_options(tool.providerOptions, found, own)
    if own:
        found.ext = {NAME: own}
    return found


def _is_plain(schema: Raw) -> bool:
    """Whether the first member alone shows that a schema is not wrapped: `jsonSchema` may be spelled with escapes."""
    return _PLAIN.match(schema) is not None


def _decode_provider_options(raw: Raw, found: FunctionTool, own: Extra) -> None:
    try:
        options = _decode_options(raw)
    except _REFUSALS:
        own["providerOptions",] = raw
        return
    for provider, members in options.items():
        for key, value in members.items():
            if key == "cacheControl" and value != NULL and found.cache is None:
                found.cache = Cache("cache_control", value, (*found.at, "providerOptions", provider, key))
            else:
                own["providerOptions", word_of(provider), word_of(key)] = value


def encode_tools(given: list[Tool], losses: Losses) -> Raw | None:
    """`tools` of a request that came from elsewhere."""
    return toolset.once(given, NAME, lambda noted: _encode_tools(given, noted), losses)


def _encode_tools(given: list[Tool], losses: Losses) -> Raw | None:
    made: dict[str, wire.Tool] = {}
    for tool in given:
        if tool.ext is not None:
            drop_foreign(tool.ext, NAME, tool.at, losses)
        if isinstance(tool, ProviderTool):
            losses.dropped("provider_tool", tool.at, f"{tool.dialect}'s {tool.tag}")
        elif tool.name in made:
            losses.dropped("tool", tool.at, "another has its name")
        else:
            made[tool.name] = _encode_tool(tool, losses)
    return Raw(dump(made)) if made else None


def _encode_tool(tool: FunctionTool | CustomTool, losses: Losses) -> wire.Tool:
    made = wire.Tool()
    if tool.description is not None:
        made.description = tool.description
    if tool.cache is not None:
        made.providerOptions = Raw(
            dump({"anthropic": {"cacheControl": caching.as_control(tool.cache, losses, tool.at)}})
        )
    if isinstance(tool, FunctionTool):
        if tool.parameters is None:
            made.inputSchema = _NO_ARGUMENTS
            losses.invented("input_schema", ("tools", tool.name, "inputSchema"), "the AI SDK's tools have one")
        else:
            made.inputSchema = tool.parameters
        if tool.strict is not None:
            made.strict = tool.strict
    return made


# -------------------------------------------------------------------------------------------------------- choice


def decode_tool_choice(raw: Raw) -> ToolChoice | None:
    """`toolChoice`; None of what is none."""
    try:
        choice = _decode_choice(raw)
    except _REFUSALS:
        return None
    if choice == "auto" or choice == "none" or choice == "required":
        return ToolChoice(choice, at=("toolChoice",))
    if isinstance(choice, wire.ToolChoice) and choice.type == "tool" and choice.toolName is not UNSET:
        return ToolChoice("required", [choice.toolName], at=("toolChoice",))
    return None


def encode_tool_choice(choice: ToolChoice, losses: Losses) -> Raw:
    """`toolChoice`."""
    drop_foreign(choice.ext, NAME, choice.at, losses)
    names = choice.names
    if names is not None and len(names) == 1 and choice.mode == "required":
        return Raw(dump(wire.ToolChoice("tool", names[0])))
    if names is not None:
        losses.approximated("tool_choice", choice.at, f"sent as {choice.mode}, of all tools")
    return Raw(dump(choice.mode))
