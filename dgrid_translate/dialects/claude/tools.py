"""Tool definitions and tool choice <-> the model."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.profile import NAME, Model
from dgrid_translate.ir.parts import Cache, Extensions
from dgrid_translate.ir.request import CustomTool, FunctionTool, ProviderTool, Request, Tool, ToolChoice
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching, toolset
from dgrid_translate.shared.custom_tools import as_function
from dgrid_translate.shared.schema import CLAUDE_INPUT, CLAUDE_STRICT, downgrade
from dgrid_translate.shared.wire import (
    NULL,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    note,
    pose,
    remembered,
)

_EMPTY = Raw(b"{}")
_NO_ARGUMENTS = Raw(b'{"type":"object","properties":{},"additionalProperties":false}')
_FREE_TEXT = Raw(b'{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}')
_MUST_CALL = "You must call {} in your next turn."

# --------------------------------------------------------------------------------------------------- definitions


@toolset.remembered
def decode_tools(body: bytes) -> list[Tool]:
    """`tools`."""
    return [_decode_tool(tool, index) for index, tool in enumerate(load(list[wire.Tool], body, NAME, ("tools",)))]


def _decode_tool(tool: wire.Tool, index: int) -> Tool:
    at = ("tools", index)
    cache = None if tool.cache_control is UNSET else Cache("cache_control", tool.cache_control)
    if tool.name is UNSET or (tool.type is not UNSET and tool.type != "custom"):
        tag = "custom" if tool.type is UNSET else tool.type  # asked before the tool is dressed, with a null perhaps
        raw = Raw(dump(dress(tool, extensions(tool, NAME), NAME)))
        return ProviderTool(tag, raw, NAME, cache, at=at)
    found = FunctionTool(
        tool.name,
        None if tool.description is UNSET else tool.description,
        None if tool.input_schema is UNSET else tool.input_schema,
        None if tool.strict is UNSET else tool.strict,
        cache,
        ("tools", index, "input_schema"),
        at=at,
    )
    if tool.extra is not UNSET:
        found.ext = extensions(tool, NAME)
    if tool.type is not UNSET:
        found.ext = note(found.ext, NAME, ("~type",))
    if tool.defer_loading is not UNSET:
        found.ext = note(found.ext, NAME, ("defer_loading",), tool.defer_loading)
    if tool.eager_input_streaming is not UNSET:
        found.ext = note(found.ext, NAME, ("eager_input_streaming",), tool.eager_input_streaming)
    return found


def encode_tools(
    tools: list[Tool], request: Request, model: Model, breakpoints: caching.Breakpoints, losses: Losses
) -> Raw | None:
    """`tools`, None if none are left; the request tells what may be chosen of them.

    Their markers are the first of the request's `breakpoints`.
    """
    native = request.dialect == NAME
    chosen = None if native else _chosen(request.tool_choice, losses)
    if chosen is not None:
        made, used = _encode_tools(tools, native, model, chosen, losses)
    else:
        key = (NAME, model.formats)
        made, used = toolset.once(tools, key, lambda noted: _encode_tools(tools, native, model, None, noted), losses)
    breakpoints.go_on(used)
    return made


def _encode_tools(
    tools: list[Tool], native: bool, model: Model, chosen: set[str] | None, losses: Losses
) -> tuple[Raw | None, caching.Breakpoints]:
    made: list[wire.Tool] = []
    breakpoints = caching.Breakpoints()
    for tool in tools:
        if chosen is not None and getattr(tool, "name", None) not in chosen:
            losses.dropped("tool", tool.at, "not among the tools that may be chosen")
            drop_foreign(tool.ext, NAME, tool.at, losses)
            continue
        cache = None if tool.cache is None else tool.cache.raw
        if tool.cache is not None and not native:
            cache = breakpoints.control(tool.cache, losses, tool.at)
        if type(tool) is FunctionTool:
            made.append(_encode_function(tool, len(made), cache, model, losses, native))
        elif type(tool) is CustomTool:
            made.append(_encode_function(as_function(tool, losses), len(made), cache, model, losses, native))
        elif tool.dialect == NAME:
            made.append(pose(tool.raw, wire.Tool))
        else:
            losses.dropped("provider_tool", tool.at, f"{tool.dialect}'s {tool.tag}")
    return Raw(dump(made)) if made or native else None, breakpoints


def _chosen(choice: ToolChoice | None, losses: Losses) -> set[str] | None:
    """The names that a choice among several leaves; Claude can only be told one, so the others must go."""
    if choice is None or choice.names is None or choice.mode == "none":
        return None
    if choice.mode == "required" and len(choice.names) == 1:
        return None
    losses.approximated("tool_choice", choice.at, "told by which tools are offered")
    return set(choice.names)


def _encode_function(
    tool: FunctionTool, index: int, cache: Raw | None, model: Model, losses: Losses, native: bool
) -> wire.Tool:
    """One of `tools`, the `index`th."""
    made = wire.Tool(UNSET, tool.name, UNSET if tool.description is None else tool.description)
    if native:
        if tool.parameters is not None:
            made.input_schema = tool.parameters
        if tool.strict is not None:
            made.strict = tool.strict
        if remembered(tool.ext, NAME, "~type"):
            made.type = "custom"
    else:
        if tool.ext is not None:
            drop_foreign(tool.ext, NAME, tool.at, losses)
        profile = CLAUDE_INPUT
        if tool.strict is not None:
            if model.formats:
                made.strict = tool.strict
                profile = CLAUDE_STRICT if tool.strict else CLAUDE_INPUT
            elif tool.strict:
                losses.dropped("tool_strict", (*tool.at, "strict"), "the model takes no strict tools")
        if tool.parameters is None or tool.parameters == _EMPTY or tool.parameters == NULL:
            made.input_schema = _NO_ARGUMENTS
            losses.invented("input_schema", ("tools", index, "input_schema"))
        else:
            made.input_schema = downgrade(tool.parameters, profile, losses, tool.schema_at)
    if cache is not None:
        made.cache_control = cache
    return dress(made, tool.ext, NAME) if tool.ext else made


# -------------------------------------------------------------------------------------------------------- choice


def decode_tool_choice(raw: Raw) -> tuple[ToolChoice, bool | None]:
    """`tool_choice`, and whether calls may be parallel; as it came it stays beside what it means."""
    choice = load(wire.ToolChoice, raw, NAME, ("tool_choice",))
    ext: Extensions = {NAME: {("~raw",): raw}}
    if choice.extra is not UNSET:
        ext[NAME].update(choice.extra)
    found = ToolChoice("auto", at=("tool_choice",), ext=ext)
    match choice.type:
        case "auto" | "none":
            found.mode = choice.type
        case "any":
            found.mode = "required"
        case "tool" if choice.name is not UNSET:
            found.mode = "required"
            found.names = [choice.name]
        case _:
            note(ext, NAME, ("type",), Raw(dump(choice.type)))
    disabled = choice.disable_parallel_tool_use
    return found, None if disabled is UNSET else not disabled


def encode_tool_choice(request: Request, model: Model, losses: Losses) -> tuple[wire.ToolChoice | None, str | None]:
    """`tool_choice`, and the instruction that stands in for a choice which the model does not take."""
    choice, parallel = request.tool_choice, request.parallel_tool_calls
    if choice is None:
        if parallel is None or parallel:
            return None, None
    elif choice.ext is not None:
        drop_foreign(choice.ext, NAME, choice.at, losses)
    made = wire.ToolChoice("auto" if choice is None else choice.mode)
    instruction = None
    if choice is not None and choice.mode == "required":
        names = choice.names or []
        made = wire.ToolChoice("tool", names[0]) if len(names) == 1 else wire.ToolChoice("any")
        if not model.forced:
            losses.approximated("tool_choice", choice.at, "the model takes no forced choice: told in the system prompt")
            instruction = _MUST_CALL.format(f"the tool `{names[0]}`" if len(names) == 1 else "at least one tool")
            made = wire.ToolChoice("auto")
    if parallel is not None and made.type != "none":
        made.disable_parallel_tool_use = not parallel
    elif parallel is False:
        losses.dropped("parallel_tool_calls", request.place("parallel_tool_calls"), "no tool may be called at all")
    return made, instruction
