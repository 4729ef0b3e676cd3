"""Tool definitions and tool choice <-> the model; also the deprecated `functions` and `function_call`."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import Cache, Extensions
from dgrid_translate.ir.request import CustomTool, FunctionTool, ProviderTool, Request, Tool, ToolChoice
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, toolset
from dgrid_translate.shared.openai.family import FAMILY
from dgrid_translate.shared.openai.schemas import tool_schema
from dgrid_translate.shared.schema import OPENAI_LOOSE, downgrade
from dgrid_translate.shared.wire import (
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    merge,
    note,
    own_extension,
    pose,
    remembered,
    whole,
)

NO_TOOLS = Raw(b"[]")

# --------------------------------------------------------------------------------------------------- definitions


@toolset.remembered
def decode_tools(body: bytes) -> list[Tool]:
    """`tools`."""
    tools = load(list[wire.Tool], body, NAME, ("tools",))
    return [_decode_tool(tool, ("tools", index)) for index, tool in enumerate(tools)]


def decode_functions(functions: list[wire.FunctionDefinition]) -> list[Tool]:
    """`functions`."""
    return [
        _decode_function(
            function,
            ("functions", index),
            ("functions", index, "parameters"),
            note(extensions(function, NAME), NAME, ("~functions",)),
        )
        for index, function in enumerate(functions)
    ]


def _decode_tool(tool: wire.Tool, at: At) -> Tool:
    if tool.function is not UNSET and tool.custom is UNSET and (tool.type == "function" or tool.type is UNSET):
        ext = None if tool.extra is UNSET else extensions(tool, NAME)
        if tool.type is UNSET:
            ext = note(ext, NAME, ("~untyped",))
        if tool.function.extra is not UNSET:
            ext = merge(ext, extensions(tool.function, NAME, "function"))
        found = _decode_function(tool.function, at, at + ("function", "parameters"), ext)
        if tool.cache_control is not UNSET:
            found.cache = Cache("cache_control", tool.cache_control)
        return found
    custom = tool.custom
    if custom is not UNSET and tool.function is UNSET and tool.type == "custom" and tool.cache_control is UNSET:
        return CustomTool(
            custom.name,
            None if custom.description is UNSET else custom.description,
            None if custom.format is UNSET else custom.format,
            at=at,
            ext=merge(extensions(tool, NAME), extensions(custom, NAME, "custom")),
        )
    return ProviderTool(tool.type or "", whole(tool), NAME, at=at)


def _decode_function(function: wire.FunctionDefinition, at: At, schema_at: At, ext: Extensions | None) -> FunctionTool:
    return FunctionTool(
        function.name,
        None if function.description is UNSET else function.description,
        None if function.parameters is UNSET else function.parameters,
        None if function.strict is UNSET else function.strict,
        schema_at=schema_at,
        at=at,
        ext=ext,
    )


def encode_tools(params: wire.Params, request: Request, given: list[Tool], losses: Losses) -> None:
    """Fill `tools` and, for what came from there, `functions`."""
    sibling = request.dialect in FAMILY
    control = request.dialect == NAME or caching.takes_control(request.model)
    tools, functions = toolset.once(
        given, (NAME, control), lambda noted: _encode_tools(given, sibling, control, noted), losses
    )
    if tools is not None or remembered(request.ext, NAME, "~tools"):
        params.tools = tools or NO_TOOLS
    if functions is not None:
        params.functions = functions


def _encode_tools(
    given: list[Tool], sibling: bool, control: bool, losses: Losses
) -> tuple[Raw | None, list[wire.FunctionDefinition] | None]:
    tools: list[wire.Tool] = []
    functions: list[wire.FunctionDefinition] = []
    for tool in given:
        ext = tool.ext
        if ext is not None:
            drop_foreign(ext, NAME, tool.at, losses)
        if type(tool) is FunctionTool:
            definition = _encode_function(tool, losses, sibling)
            if ext is not None and remembered(ext, NAME, "~functions"):
                functions.append(dress(definition, ext, NAME))
                continue
            made = wire.Tool("function", definition)
            if tool.cache is not None:
                if control:
                    made.cache_control = caching.as_control(tool.cache, losses, tool.at)
                else:
                    caching.drop(tool.cache, losses, tool.at)
            if ext is not None:
                made.function = dress(definition, ext, NAME, "function")
                if remembered(ext, NAME, "~untyped"):
                    made.type = UNSET
                made = dress(made, ext, NAME)
            tools.append(made)
            continue
        match tool:
            case CustomTool():
                caching.drop(tool.cache, losses, tool.at)
                tools.append(_encode_custom(tool))
            case ProviderTool(dialect=dialect) if dialect == NAME:
                tools.append(pose(tool.raw, wire.Tool))
            case _:
                losses.dropped("provider_tool", tool.at, f"{tool.dialect}'s {tool.tag}")
    return Raw(dump(tools)) if tools else None, functions or None


def _encode_function(tool: FunctionTool, losses: Losses, sibling: bool) -> wire.FunctionDefinition:
    definition = wire.FunctionDefinition(tool.name, UNSET if tool.description is None else tool.description)
    if tool.strict is not None:
        definition.strict = tool.strict
    if tool.parameters is not None:
        if sibling:
            definition.parameters = tool.parameters
        elif tool.strict:
            definition.parameters, strict = tool_schema(tool, tool.parameters, losses)
            definition.strict = True if strict else UNSET
        else:
            definition.parameters = downgrade(tool.parameters, OPENAI_LOOSE, losses, tool.schema_at)
    return definition


def _encode_custom(tool: CustomTool) -> wire.Tool:
    custom = wire.CustomDefinition(tool.name)
    if tool.description is not None:
        custom.description = tool.description
    if tool.format is not None:
        custom.format = tool.format
    return dress(wire.Tool("custom", custom=dress(custom, tool.ext, NAME, "custom")), tool.ext, NAME)


# -------------------------------------------------------------------------------------------------------- choice


def decode_tool_choice(params: wire.Params) -> ToolChoice | None:
    """`tool_choice`, else `function_call`; as it came it stays beside what it means."""
    if params.tool_choice is not UNSET:
        return _decode_choice(params.tool_choice, ("tool_choice",))
    return None if params.function_call is UNSET else _decode_function_call(params.function_call, ("function_call",))


def _decode_choice(raw: Raw, at: At) -> ToolChoice:
    ext: Extensions = {NAME: {("~raw",): raw}}
    mode = _MODES.get(bytes(raw))
    if mode is not None:
        return ToolChoice(mode, at=at, ext=ext)
    choice: wire.ToolChoice = load(wire.ToolChoice, raw, NAME, at)
    found = ToolChoice("auto", at=at, ext=ext)
    match choice:
        case "auto" | "none" | "required":  # spelled with escapes
            found.mode = choice
        case wire.NamedToolChoice(allowed_tools=wire.AllowedTools() as allowed):
            found.mode = "required" if allowed.mode == "required" else "auto"
            found.names = [name for tool in allowed.tools if (name := _name_of(tool)) is not None]
        case wire.NamedToolChoice() if (name := _name_of(choice)) is not None:
            found.mode = "required"
            found.names = [name]
        case _:
            found.ext = note(found.ext, NAME, ("type",), raw)
            return found
    if not isinstance(choice, str):
        found.ext = _what_else(choice, found.ext)
    return found


def _what_else(choice: wire.NamedToolChoice, ext: Extensions | None) -> Extensions | None:
    """What is not understood of a choice, beside what it says."""
    allowed = choice.allowed_tools
    references: list[tuple[wire.NamedToolChoice | wire.ToolReference, tuple[str, ...]]] = [(choice, ())]
    if allowed is not UNSET:
        ext = merge(ext, extensions(allowed, NAME, "allowed_tools"))
        references += [(tool, ("allowed_tools", "tools")) for tool in allowed.tools]
    for reference, under in references:
        ext = merge(ext, extensions(reference, NAME, *under))
        if reference.function is not UNSET:
            ext = merge(ext, extensions(reference.function, NAME, *under, "function"))
        if reference.custom is not UNSET:
            ext = merge(ext, extensions(reference.custom, NAME, *under, "custom"))
    return ext


_MODES: dict[bytes, Literal["auto", "none", "required"]] = {
    b'"auto"': "auto",
    b'"none"': "none",
    b'"required"': "required",
}


def _decode_function_call(raw: Raw, at: At) -> ToolChoice:
    choice: wire.FunctionCall = load(wire.FunctionCall, raw, NAME, at)
    ext: Extensions = {NAME: {("~function_call",): raw}}
    if isinstance(choice, str):
        return ToolChoice("none" if choice == "none" else "auto", at=at, ext=ext)
    return ToolChoice("required", [choice.name], at=at, ext=ext)


def _name_of(choice: wire.ToolReference | wire.NamedToolChoice) -> str | None:
    if choice.function is not UNSET:
        return choice.function.name
    return None if choice.custom is UNSET else choice.custom.name


def encode_tool_choice(params: wire.Params, request: Request, choice: ToolChoice, losses: Losses) -> None:
    """Fill `tool_choice` or `function_call`."""
    drop_foreign(choice.ext, NAME, choice.at, losses)
    legacy = own_extension(choice.ext, NAME, "~function_call")
    if legacy is not None:
        params.function_call = legacy
        return
    params.tool_choice = own_extension(choice.ext, NAME, "~raw") or Raw(dump(_encode_choice(choice, request)))


def _encode_choice(choice: ToolChoice, request: Request) -> str | wire.NamedToolChoice:
    names = choice.names
    if names is None or choice.mode == "none":
        return choice.mode
    customs = {tool.name for tool in request.tools or () if isinstance(tool, CustomTool)}
    references = [
        wire.ToolReference("custom", custom=wire.ToolName(name))
        if name in customs
        else wire.ToolReference("function", wire.ToolName(name))
        for name in names
    ]
    if choice.mode == "required" and len(references) == 1:
        return wire.NamedToolChoice(references[0].type, references[0].function, references[0].custom)
    return wire.NamedToolChoice("allowed_tools", allowed_tools=wire.AllowedTools(choice.mode, references))
