"""Tool names within a target's limits, and back.

A name that a target would refuse is spelled with what it allows, cut, and told apart by a hash of the whole name. The
map depends on the request alone, so that the answer's names can be restored from the request it answers.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from dgrid_translate.ir.parts import ToolCall, ToolResult
from dgrid_translate.ir.request import CustomTool, FunctionTool, Message, ProviderTool, Request, Tool
from dgrid_translate.losses import Losses
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.toolset import Toolset, once


class NameRule(Struct, frozen=True):
    """What a tool may be called: a pattern for the whole name, what to put for a letter it refuses, and a length."""

    pattern: str
    refused: str
    length: int


def shorten(name: str, rule: NameRule) -> str:
    """A spelling that the rule allows, of a name that it refuses."""
    tail = derive("_", name)[:9]
    kept = re.sub(rule.refused, "_", name)[: rule.length - len(tail) - 1]
    return (kept if kept[:1].isalpha() or kept[:1] == "_" else "t" + kept) + tail


def renames(tools: list[Tool], rule: NameRule) -> dict[str, str]:
    """The names of tools that the rule refuses, and their spelling; usually empty."""
    fits = _compiled(rule.pattern).fullmatch
    return {
        tool.name: shorten(tool.name, rule)
        for tool in tools
        if (type(tool) is FunctionTool or type(tool) is CustomTool)
        and not (fits(tool.name) and len(tool.name) <= rule.length)
    }


_compiled = cache(re.compile)


def rename_request(request: Request, new: dict[str, str], losses: Losses) -> Request:
    """The request with its tools renamed everywhere: definitions, choice, calls and results."""
    given = request.tools or []
    tools = once(given, ("renamed", *new.items()), lambda noted: _rename_tools(given, new, noted), losses)
    choice = request.tool_choice
    if choice is not None and choice.names is not None:
        choice = replace(choice, names=[new.get(name, name) for name in choice.names])
    messages = [rename_message(message, new) for message in request.messages]
    return replace(request, tools=tools or None, tool_choice=choice, messages=messages)


def _rename_tools(tools: list[Tool], new: dict[str, str], losses: Losses) -> Toolset:
    renamed: list[Tool] = []
    for tool in tools:
        if not isinstance(tool, ProviderTool) and tool.name in new:
            losses.approximated("tool_name", (*tool.at, "name"), f"sent as {new[tool.name]}, restored in the answer")
            renamed.append(replace(tool, name=new[tool.name]))
        else:
            renamed.append(tool)
    return Toolset(renamed)


def rename_message(message: Message, new: dict[str, str]) -> Message:
    """The message with the names of its calls and results replaced."""
    parts = [
        replace(part, name=new[part.name])
        if isinstance(part, ToolCall | ToolResult) and part.name is not None and part.name in new
        else part
        for part in message.parts
    ]
    return replace(message, parts=parts)


Joined = dict[tuple[str, str], str]
"""The names that the tools of a request's namespaces go by elsewhere: by namespace and name."""


def join(namespace: str, name: str) -> str:
    """One name for a tool in a namespace, as its owner would write it.

    A function that a tool search loads is called in a namespace of its own name.
    """
    if namespace == name:
        return name
    return namespace + name if namespace.endswith("_") or name.startswith("_") else f"{namespace}__{name}"
