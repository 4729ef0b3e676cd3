"""Tool choices that the tools on offer allow.

A provider's own tools stay with the provider, so that a choice may name, or ask for, what another target is not given.
The APIs refuse a choice among tools that are not there.
"""

from __future__ import annotations

from msgspec.structs import replace

from dgrid_translate.ir.request import ProviderTool, Request, Tool, ToolChoice
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import drop_foreign


def offered(tools: list[Tool]) -> frozenset[str]:
    """The names of the tools that another vendor is given."""
    return frozenset([tool.name for tool in tools if type(tool) is not ProviderTool])


def is_offered(request: Request, names: frozenset[str]) -> bool:
    """Whether all that the request says of its choice of tools can be said of those of these names."""
    choice = request.tool_choice
    if choice is None and request.parallel_tool_calls is None:
        return True
    return bool(names) and (choice is None or choice.names is None or names.issuperset(choice.names))


def offer(request: Request, names: frozenset[str], losses: Losses) -> Request:
    """The request with a choice among the tools of these names."""
    choice = request.tool_choice
    parallel = request.parallel_tool_calls
    if not names:
        if choice is not None:
            if choice.mode != "auto" or choice.names is not None:
                losses.dropped("tool_choice", choice.at, "there are no tools to choose from")
            drop_foreign(choice.ext, "", choice.at, losses)
        if parallel is False:
            losses.dropped("parallel_tool_calls", request.place("parallel_tool_calls"), "there are no tools")
        return replace(request, tool_choice=None, parallel_tool_calls=None)
    return replace(request, tool_choice=None if choice is None else _among(names, choice, losses))


def _among(names: frozenset[str], choice: ToolChoice, losses: Losses) -> ToolChoice | None:
    left = [name for name in choice.names or () if name in names]
    if left:
        losses.approximated("tool_choice", choice.at, "without the tools that are not offered")
        return replace(choice, names=left)
    if choice.mode == "required":
        losses.dropped("tool_choice", choice.at, "the tool is not offered")
        return None
    losses.approximated("tool_choice", choice.at, "none of the tools it leaves is offered")
    return replace(choice, mode="none", names=None)
