"""Tool definitions and `toolConfig` <-> the model."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.profile import NAME
from dgrid_translate.ir.parts import Extensions
from dgrid_translate.ir.request import CustomTool, FunctionTool, ProviderTool, Request, Tool, ToolChoice
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, toolset
from dgrid_translate.shared.custom_tools import as_function
from dgrid_translate.shared.proto3 import Spellings, as_source
from dgrid_translate.shared.proto3 import load as load_in_any_spelling
from dgrid_translate.shared.schema import GEMINI_JSON, downgrade, from_openapi
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    Kept,
    dress,
    drop_foreign,
    dump,
    extensions,
    extra_of,
    key_of,
    note,
    own_extension,
    pose,
    remembered,
    word_of,
)

_PROVIDED = ("googleSearch", "codeExecution", "urlContext", "fileSearch")
_OWN = Kept(*_PROVIDED)

# --------------------------------------------------------------------------------------------------- definitions


@toolset.remembered
def decode_tools(body: bytes) -> list[Tool]:
    """`tools`: each function, and each tool of Google's own, is one."""
    spellings: Spellings = {}
    tools = load_in_any_spelling(list[wire.Tool], body, NAME, ("tools",), spellings)
    found: list[Tool] = []
    for index, tool in enumerate(tools):
        before = len(found)
        if tool.functionDeclarations is not UNSET:
            for place, function in enumerate(tool.functionDeclarations):
                found.append(_decode_function(function, ("tools", index, "functionDeclarations", place)))
        own: Extra = {}
        _OWN.take(tool, own)
        if tool.extra is not UNSET:
            own.update(extra_of(tool))
        for word, raw in own.items():
            key = key_of(word[0]) or ""
            found.append(ProviderTool(key, raw, NAME, at=("tools", index, key)))
        if len(found) == before:
            found.append(ProviderTool("", Raw(dump(tool)), NAME, at=("tools", index)))
    if spellings:
        for tool in found:
            tool.at = as_source(tool.at, spellings)
            if type(tool) is FunctionTool:
                tool.schema_at = as_source(tool.schema_at, spellings)
    return found


def _decode_function(function: wire.FunctionDeclaration, at: At) -> FunctionTool:
    description = None if function.description is UNSET else function.description
    found = FunctionTool(function.name, description, at=at)
    if function.extra is not UNSET:
        found.ext = extensions(function, NAME)
    if function.parametersJsonSchema is not UNSET:
        found.parameters = function.parametersJsonSchema
        found.schema_at = at + ("parametersJsonSchema",)
        if function.parameters is not UNSET:
            found.ext = note(found.ext, NAME, ("parameters",), function.parameters)
    elif function.parameters is not UNSET:
        found.schema_at = (*at, "parameters")
        found.ext = note(found.ext, NAME, ("~parameters",), function.parameters)
        if bytes(function.parameters) != b"null":
            found.parameters = from_openapi(function.parameters)
    return found


def encode_tools(params: wire.Params, tools: list[Tool], losses: Losses, native: bool) -> None:
    """Fill `tools`: functions go into one, each tool of Google's own into one of its own, unless Gemini had it so."""
    made = toolset.once(tools, NAME, lambda noted: _encode_tools(tools, native, noted), losses)
    if made is not None:
        params.tools = made


def _encode_tools(tools: list[Tool], native: bool, losses: Losses) -> Raw | None:
    entries: list[wire.Tool] = []
    group: object = None
    for tool in tools:
        if tool.cache is not None:
            caching.drop(tool.cache, losses, tool.at)
        if tool.ext is not None:
            drop_foreign(tool.ext, NAME, tool.at, losses)
        own = _group(tool.at) if native else type(tool) is ProviderTool or "functions"
        if not entries or own is True or own != group:
            entries.append(wire.Tool())
            group = own
        if type(tool) is CustomTool:
            tool = as_function(tool, losses)
        if type(tool) is FunctionTool:
            entry = entries[-1]
            if entry.functionDeclarations is UNSET:
                entry.functionDeclarations = []
            entry.functionDeclarations.append(_encode_function(tool, losses, native))
        elif tool.dialect != NAME:
            entries.pop()
            group = None
            losses.dropped("provider_tool", tool.at, f"{tool.dialect}'s {tool.tag}")
        elif tool.tag:
            _provide(entries, tool)
        else:
            entries[-1] = pose(tool.raw, wire.Tool)
    return Raw(dump(entries)) if entries or native else None


def _group(at: At) -> str | int:
    """Which of the source's tools it was in; there may have been one, not in a list."""
    return at[1] if len(at) > 1 and isinstance(at[1], int) else 0


def _provide(entries: list[wire.Tool], tool: ProviderTool) -> None:
    """Put a tool of Google's own into the last entry."""
    entry = entries[-1]
    if type(entry) is wire.Tool and tool.tag in _PROVIDED:
        setattr(entry, tool.tag, tool.raw)
    else:
        entries[-1] = dress(entry, {NAME: {(word_of(tool.tag),): tool.raw}}, NAME)


def _encode_function(tool: FunctionTool, losses: Losses, native: bool) -> wire.FunctionDeclaration:
    made = wire.FunctionDeclaration(name=tool.name)
    if tool.description is not None:
        made.description = tool.description
    ext, schema = tool.ext, tool.parameters
    given = None if ext is None else own_extension(ext, NAME, "~parameters")
    if given is not None:
        made.parameters = given
    elif schema is not None and schema != NULL:
        made.parametersJsonSchema = schema if native else downgrade(schema, GEMINI_JSON, losses, tool.schema_at)
    return made if ext is None else dress(made, ext, NAME)


# -------------------------------------------------------------------------------------------------------- choice


def decode_tool_choice(config: wire.ToolConfig) -> tuple[ToolChoice | None, Extensions | None]:
    """`toolConfig`: the choice, as it came beside what it means, and what else is said there."""
    ext = extensions(config, NAME, "toolConfig")
    if config.includeServerSideToolInvocations is not UNSET:
        ext = note(
            ext, NAME, ("toolConfig", "includeServerSideToolInvocations"), config.includeServerSideToolInvocations
        )
    calling = config.functionCallingConfig
    if calling is UNSET:
        return None, ext or note(ext, NAME, ("~toolConfig",))
    own = extensions(calling, NAME)
    calling.extra = UNSET
    own = note(own, NAME, ("~raw",), Raw(dump(dress(calling, own, NAME))))
    found = ToolChoice("auto", at=("toolConfig", "functionCallingConfig"), ext=own)
    if calling.allowedFunctionNames:
        found.names = calling.allowedFunctionNames
    match (calling.mode or "").upper():
        case "ANY":
            found.mode = "required"
        case "NONE":
            found.mode = "none"
        case "AUTO" | "":
            pass
        case mode:
            found.ext = note(own, NAME, ("mode",), Raw(dump(mode)))
    return found, ext


def encode_tool_choice(params: wire.Params, request: Request, losses: Losses) -> None:
    """Fill `toolConfig`."""
    native = request.dialect == NAME
    choice = request.tool_choice
    config = wire.ToolConfig()
    if choice is not None:
        if choice.ext is not None:
            drop_foreign(choice.ext, NAME, choice.at, losses)
        given = own_extension(choice.ext, NAME, "~raw")
        config.functionCallingConfig = (
            _encode_choice(choice, losses) if given is None else pose(given, wire.FunctionCallingConfig)
        )
    if not native:
        _encode_strictness(config, request, losses)
    made = dress(config, request.ext, NAME, "toolConfig") if native else config
    if made != _NO_CONFIG or (native and remembered(request.ext, NAME, "~toolConfig")):
        params.toolConfig = made


_NO_CONFIG = wire.ToolConfig()
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}


def _encode_choice(choice: ToolChoice, losses: Losses) -> wire.FunctionCallingConfig:
    calling = wire.FunctionCallingConfig(mode=_MODES[choice.mode])
    if choice.names is not None and choice.mode != "none":
        calling.allowedFunctionNames = choice.names
        if choice.mode == "auto":
            calling.mode = "VALIDATED"
            losses.approximated("allowed_tools", choice.at, "names can be given in mode VALIDATED or ANY")
    return calling


def _encode_strictness(config: wire.ToolConfig, request: Request, losses: Losses) -> None:
    """Strict functions ask for mode VALIDATED, which holds for all functions."""
    strict = False
    for tool in request.tools or ():
        if type(tool) is FunctionTool and tool.strict:
            strict = True
            at = (*(tool.schema_at[:-1] or tool.at), "strict")
            losses.approximated("strict", at, "mode VALIDATED, for all functions")
    if strict:
        calling = config.functionCallingConfig
        if calling is UNSET:
            config.functionCallingConfig = wire.FunctionCallingConfig(mode="VALIDATED")
        elif calling.mode == "AUTO":
            calling.mode = "VALIDATED"
