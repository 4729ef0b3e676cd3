"""Tools that take free text, where the target only has functions.

Such a tool goes out as a function with one string argument, and the calls the model makes of it come back as calls
with free text, because the request being answered says which tools were of that kind.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.ir.parts import AnyPart, ToolCall
from dgrid_translate.ir.request import CustomTool, FunctionTool, Message, Request, Tool
from dgrid_translate.losses import Losses
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.toolset import Toolset, once
from dgrid_translate.shared.wire import dump

ARGUMENT = "input"
_SCHEMA = Raw(
    b'{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}'
)

_ANY_TEXT = b'{"type":"text"}'


def custom_names(tools: list[Tool]) -> frozenset[str]:
    """The names of the free-text tools."""
    return frozenset([tool.name for tool in tools if type(tool) is CustomTool])


def as_functions(request: Request, losses: Losses) -> Request:
    """The request with every free-text tool and call turned into a function."""
    given = request.tools or []
    tools = once(given, "functions", lambda noted: _functions_of(given, noted), losses)
    messages = [_functions_in(message) for message in request.messages]
    return replace(request, tools=tools, messages=messages)


def _functions_of(tools: list[Tool], losses: Losses) -> Toolset:
    return Toolset([as_function(tool, losses) if isinstance(tool, CustomTool) else tool for tool in tools])


def as_function(tool: CustomTool, losses: Losses) -> FunctionTool:
    """A free-text tool as a function."""
    losses.approximated("custom_tool", (*tool.at,), f"sent as a function with one string argument, {ARGUMENT!r}")
    description = tool.description
    if tool.format is not None and bytes(tool.format) != _ANY_TEXT:
        rule = f"The {ARGUMENT} must follow this format: {bytes(tool.format).decode('utf-8', 'replace')}"
        description = f"{description}\n\n{rule}" if description else rule
    return FunctionTool(tool.name, description, _SCHEMA, cache=tool.cache, at=tool.at, ext=tool.ext)


def _functions_in(message: Message) -> Message:
    if not any(isinstance(part, ToolCall) and part.custom for part in message.parts):
        return message
    return replace(message, parts=[_as_call(part) for part in message.parts])


def _as_call(part: AnyPart) -> AnyPart:
    if isinstance(part, ToolCall) and part.custom:
        return replace(part, arguments=Raw(dump({ARGUMENT: as_text(part.arguments)})), custom=False)
    return part


def free_text(arguments: str | Raw) -> str:
    """The free text in a function call's arguments; arguments of another shape are the text themselves."""
    text = as_text(arguments)
    try:
        given = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return text
    return given[ARGUMENT] if given.keys() == {ARGUMENT} else text


def restored(part: ToolCall) -> ToolCall:
    """A call of a function that stands for a free-text tool, as a call of that tool."""
    return replace(part, arguments=free_text(part.arguments), custom=True)
