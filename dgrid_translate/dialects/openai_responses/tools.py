"""Tool definitions and tool choice <-> the model.

A namespace's tools go by one name each, made of the namespace's and their own, and come back as they were.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.request import CustomTool, FunctionTool, ProviderTool, Request, Tool, ToolChoice
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, toolset
from dgrid_translate.shared.names import Joined, join
from dgrid_translate.shared.openai.family import FAMILY
from dgrid_translate.shared.openai.schemas import tool_schema
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    dress,
    drop_foreign,
    dump,
    extensions,
    extra_of,
    load,
    merge,
    note,
    own_extension,
    own_of,
    pose,
    whole,
)

_OPTIONS: tuple[tuple[str, Literal["defer_loading", "allowed_callers", "output_schema", "async_"]], ...] = (
    ("defer_loading", "defer_loading"),
    ("allowed_callers", "allowed_callers"),
    ("output_schema", "output_schema"),
    ("async", "async_"),
)
NO_TOOLS = Raw(b"[]")
_FALSE = Raw(b"false")
_NO_ARGUMENTS = Raw(b'{"type":"object","properties":{}}')

# --------------------------------------------------------------------------------------------------- definitions


@toolset.remembered
def decode_tools(body: bytes) -> list[Tool]:
    """`tools`."""
    tools = load(list[wire.Tool], body, NAME, ("tools",))
    found: list[Tool] = []
    for index, tool in enumerate(tools):
        at = ("tools", index)
        made = _decode_tool(tool, at)
        if made is None and tool.type == "namespace" and tool.name is not UNSET and tool.tools is not UNSET:
            members = _decode_namespace(tool, tool.name, tool.tools, at, found)
            if members:
                found += members
                continue
        found.append(ProviderTool(tool.type, whole(tool), NAME, at=at) if made is None else made)
    return found


def _decode_tool(tool: wire.Tool, at: At) -> FunctionTool | CustomTool | None:
    if tool.name is UNSET or (tool.type != "function" and tool.type != "custom"):
        return None
    if tool.container is not UNSET or tool.tools is not UNSET:
        return None
    own = {} if tool.extra is UNSET else extra_of(tool)
    if (
        tool.defer_loading is not UNSET
        or tool.allowed_callers is not UNSET
        or tool.output_schema is not UNSET
        or tool.async_ is not UNSET
    ):
        _keep_options(tool, own)
    description = tool.description
    if description is None:
        own["description",] = NULL
    elif description is UNSET:
        description = None
    if tool.type == "custom":
        form = None
        if tool.format is not UNSET:
            own["~format",] = tool.format
            form = _nested(tool.format, at + ("format",))
        return CustomTool(tool.name, description, form, at=at, ext={NAME: own} if own else None)
    strict = tool.strict
    if strict is None:
        own["strict",] = NULL
    elif strict is UNSET:
        strict = None
    parameters = None if tool.parameters is UNSET else tool.parameters
    if parameters is not None and parameters == NULL:
        own["parameters",] = NULL
        parameters = None
    ext = {NAME: own} if own else None
    return FunctionTool(tool.name, description, parameters, strict, schema_at=at + ("parameters",), at=at, ext=ext)


def _keep_options(tool: wire.Tool, own: Extra) -> None:
    for key, member in _OPTIONS:
        raw = getattr(tool, member)
        if raw is not UNSET:
            own["~" + key if raw == _FALSE else key,] = raw


def _nested(raw: Raw, at: At) -> Raw:
    """A format as Chat has it, which the model has: `{"type": "grammar", "grammar": {"definition", "syntax"}}`."""
    members = load(dict[str, Raw], raw, NAME, at)
    kind = members.pop("type", NULL)
    if not members:
        return raw
    return Raw(dump({"type": kind, "grammar": members}))


def _flat(raw: Raw) -> Raw:
    """The same as Responses has it."""
    members = load(dict[str, Raw], raw, NAME)
    grammar = members.pop("grammar", None)
    return raw if grammar is None else Raw(dump(members | load(dict[str, Raw], grammar, NAME)))


def _decode_namespace(tool: wire.Tool, name: str, raw: Raw, at: At, before: list[Tool]) -> list[Tool]:
    """The functions of a namespace; none if it holds anything else, or nothing."""
    taken = {known.name for known in before if not isinstance(known, ProviderTool)}
    members = load(list[wire.Tool], raw, NAME, at + ("tools",))
    found: list[Tool] = []
    for index, member in enumerate(members):
        made = _decode_tool(member, at + ("tools", index))
        if made is None:
            tool.tools = raw
            return []
        own: Extra = {("~namespace",): Raw(dump(name)), ("~name",): Raw(dump(made.name))}
        if index:
            own["~on",] = NULL
        else:
            tool.tools = UNSET
            own["~space",] = whole(tool)
            own["..", "..", "name"] = Raw(dump(name))
            if tool.description:
                own["..", "..", "description"] = Raw(dump(tool.description))
            if tool.extra is not UNSET:
                own |= {("..", "..", *key): value for key, value in tool.extra.items()}
        joined = join(name, made.name)
        made.name = f"{name}.{made.name}" if joined in taken else joined
        made.ext = {NAME: own_of(made.ext, NAME) | own}
        found.append(made)
    return found


def joined_names(tools: list[Tool] | None) -> Joined:
    """The names that the tools in namespaces go by."""
    return {parted: name for name, parted in parted_names(tools).items()}


def parted_names(tools: list[Tool] | None) -> dict[str, tuple[str, str]]:
    """The namespace and the name of each tool in one, by the name it goes by."""
    found: dict[str, tuple[str, str]] = {}
    for tool in tools or ():
        if tool.ext is not None and not isinstance(tool, ProviderTool):
            own = own_of(tool.ext, NAME)
            if ("~namespace",) in own:
                found[tool.name] = load(str, own["~namespace",], NAME), load(str, own["~name",], NAME)
    return found


def encode_tools(request: Request, given: list[Tool], losses: Losses) -> Raw | None:
    """`tools`; None if none are left."""
    return toolset.once(given, NAME, lambda noted: _encode_tools(request.dialect, given, noted), losses)


def _encode_tools(dialect: str, given: list[Tool], losses: Losses) -> Raw | None:
    tools: list[wire.Tool] = []
    native, sibling = dialect == NAME, dialect in FAMILY
    space: Raw | None = None
    members: list[wire.Tool] = []
    for tool in given:
        ext = tool.ext
        if ext is None and space is None and type(tool) is FunctionTool and tool.cache is None:
            tools.append(_encode_function(tool, losses, native, sibling))
            continue
        if ext is not None:
            drop_foreign(ext, NAME, tool.at, losses)
        if isinstance(tool, ProviderTool):
            made = None
            if tool.dialect == NAME:
                made = pose(tool.raw, wire.Tool)
            else:
                losses.dropped("provider_tool", tool.at, f"{tool.dialect}'s {tool.tag}")
                caching.drop(tool.cache, losses, tool.at)
        else:
            caching.drop(tool.cache, losses, tool.at)
            made = (
                _encode_function(tool, losses, native, sibling)
                if isinstance(tool, FunctionTool)
                else _encode_custom(tool)
            )
        own = own_of(ext, NAME)
        if made is not None and ("~namespace",) in own:
            if ("~on",) not in own or space is None:
                _close(space, members, tools)
                space, members = own.get(("~space",), NULL), []
            members.append(made)
            continue
        _close(space, members, tools)
        space = None
        if made is not None:
            tools.append(made)
    _close(space, members, tools)
    return Raw(dump(tools)) if tools else None


def _close(space: Raw | None, members: list[wire.Tool], tools: list[wire.Tool]) -> None:
    if space is not None:
        tools.append(pose(Raw(bytes(space)[:-1] + b',"tools":' + dump(members) + b"}"), wire.Tool))


def _encode_function(tool: FunctionTool, losses: Losses, native: bool, sibling: bool) -> wire.Tool:
    made = wire.Tool(type="function", name=tool.name)
    if tool.description is not None:
        made.description = tool.description
    if native:
        if tool.strict is not None:
            made.strict = tool.strict
        if tool.parameters is not None:
            made.parameters = tool.parameters
        return _dressed(made, tool)
    if tool.parameters is None:
        made.parameters, made.strict = _NO_ARGUMENTS, bool(tool.strict)
    elif sibling:
        made.parameters, made.strict = tool.parameters, bool(tool.strict)
    else:
        made.parameters, made.strict = tool_schema(tool, tool.parameters, losses)
    return made if tool.ext is None else dress(made, tool.ext, NAME)


def _encode_custom(tool: CustomTool) -> wire.Tool:
    made = wire.Tool(type="custom", name=tool.name)
    if tool.description is not None:
        made.description = tool.description
    if tool.format is not None:
        made.format = own_extension(tool.ext, NAME, "~format") or _flat(tool.format)
    return _dressed(made, tool)


def _dressed(made: wire.Tool, tool: FunctionTool | CustomTool) -> wire.Tool:
    if tool.ext is None:
        return made
    own = own_of(tool.ext, NAME)
    for key, member in _OPTIONS:
        if ("~" + key,) in own:
            setattr(made, member, _FALSE)
    if (name := own.get(("~name",))) is not None:
        made.name = load(str, name, NAME)
    return dress(made, tool.ext, NAME)


# -------------------------------------------------------------------------------------------------------- choice


def decode_tool_choice(raw: Raw, joined: Joined) -> ToolChoice:
    """`tool_choice`; as it came it stays beside what it means."""
    choice: wire.ToolChoice = load(wire.ToolChoice, raw, NAME, ("tool_choice",))
    found = ToolChoice("auto", at=("tool_choice",), ext={NAME: {("~raw",): raw}})
    if isinstance(choice, str):
        if choice == "auto" or choice == "none" or choice == "required":
            found.mode = choice
        else:
            found.ext = note(found.ext, NAME, ("type",), raw)
        return found
    if choice.extra is not UNSET:
        found.ext = {NAME: {("~raw",): raw} | extra_of(choice)}
    if choice.type == "allowed_tools" and choice.tools is not UNSET:
        found.mode = "required" if choice.mode == "required" else "auto"
        found.names = []
        for tool in choice.tools:
            found.names.append(_name_of(tool, joined))
            if tool.extra is not UNSET:
                found.ext = merge(found.ext, extensions(tool, NAME, "tools"))
        return found
    found.mode = "required"
    found.names = [_name_of(choice, joined)]
    return found


def _name_of(choice: wire.ToolReference | wire.NamedToolChoice, joined: Joined) -> str:
    """A tool's name; one that OpenAI runs goes by its type, which no other is offered."""
    if choice.type not in ("function", "custom") or choice.name is UNSET:
        return choice.type
    if choice.namespace is UNSET:
        return choice.name
    return joined.get((choice.namespace, choice.name)) or join(choice.namespace, choice.name)


def encode_tool_choice(request: Request, choice: ToolChoice, losses: Losses) -> Raw:
    """`tool_choice`."""
    drop_foreign(choice.ext, NAME, choice.at, losses)
    return own_extension(choice.ext, NAME, "~raw") or Raw(dump(_encode_choice(choice, request)))


def _encode_choice(choice: ToolChoice, request: Request) -> str | wire.NamedToolChoice:
    if choice.names is None or choice.mode == "none":
        return choice.mode
    customs = {tool.name for tool in request.tools or () if isinstance(tool, CustomTool)}
    references = [
        wire.ToolReference(type="custom" if name in customs else "function", name=name) for name in choice.names
    ]
    if choice.mode == "required" and len(references) == 1:
        return wire.NamedToolChoice(type=references[0].type, name=references[0].name)
    return wire.NamedToolChoice(type="allowed_tools", mode=choice.mode, tools=references)
