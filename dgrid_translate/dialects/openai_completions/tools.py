"""Tools: Completions has none, so that each is named as lost."""

from __future__ import annotations

from dgrid_translate.dialects.openai_completions.profile import NAME
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import drop_foreign


def drop_tools(request: Request, losses: Losses) -> None:
    """Name the tools of a request and what it says of their use."""
    for tool in request.tools or ():
        losses.dropped("tool", tool.at, "Completions has no tools")
        drop_foreign(tool.ext, NAME, tool.at, losses)  # what stands above it, too
    if request.tool_choice is not None:
        losses.dropped("tool_choice", request.tool_choice.at, "Completions has no tools")
    if request.parallel_tool_calls is not None:
        losses.dropped("parallel_tool_calls", request.place("parallel_tool_calls"), "Completions has no tools")
