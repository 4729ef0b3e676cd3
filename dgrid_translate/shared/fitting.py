"""Making a request fit a target's rules for tools, and undoing that in the answer.

Both halves are worked out from the client's request and the upstream's rules alone, so whoever has the request need
not remember anything else until its answer comes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from dgrid_translate.ir.events import Event, PartEnded, PartStarted, ToolInputDelta
from dgrid_translate.ir.parts import AnyPart, ToolCall
from dgrid_translate.ir.request import Request, Tool
from dgrid_translate.ir.response import Response
from dgrid_translate.losses import Losses
from dgrid_translate.shared import choices, custom_tools
from dgrid_translate.shared.names import NameRule, rename_request, renames
from dgrid_translate.shared.toolset import once


class _Fit(Struct, frozen=True):
    """What an upstream's rules have to say of the tools of a request."""

    renamed: dict[str, str]
    custom: frozenset[str]
    offered: frozenset[str]


_NO_LOSSES = Losses()
"""What is made of tools here loses nothing: nobody ever notes on it."""


def fitting(request: Request, rule: NameRule, takes_custom: bool) -> Fitting | None:
    """What has to change for an upstream with such a rule for names, which may take free text; None if nothing has."""
    tools = request.tools or []
    fit = once(tools, (rule, takes_custom), lambda _: _fit(tools, rule, takes_custom), _NO_LOSSES)
    offered = choices.is_offered(request, fit.offered)
    return None if offered and not fit.renamed and not fit.custom else Fitting(fit, offered)


def _fit(tools: list[Tool], rule: NameRule, takes_custom: bool) -> _Fit:
    custom = frozenset[str]() if takes_custom else custom_tools.custom_names(tools)
    return _Fit(renames(tools, rule), custom, choices.offered(tools))


class Fitting:
    """What has to change in one request for an upstream, and back again in one answer to it."""

    def __init__(self, fit: _Fit, offered: bool) -> None:
        self._fit = fit
        self._offered = offered
        self._renamed = fit.renamed
        self._names = {new: name for name, new in fit.renamed.items()}
        self._custom = fit.custom
        self._held: dict[int, tuple[ToolCall, list[str]]] = {}

    def request(self, request: Request, losses: Losses) -> Request:
        """The request with tool names and choices that the upstream allows, and free-text tools if it has any."""
        if not self._offered:
            request = choices.offer(request, self._fit.offered, losses)
        if self._renamed:
            request = rename_request(request, self._renamed, losses)
        return custom_tools.as_functions(request, losses) if self._custom else request

    def response(self, response: Response) -> Response:
        """The response with the client's own tool names and kinds."""
        candidates = [
            replace(candidate, parts=[self._part(part) for part in candidate.parts])
            for candidate in response.candidates
        ]
        return replace(response, candidates=candidates)

    def _part(self, part: AnyPart) -> AnyPart:
        if not isinstance(part, ToolCall):
            return part
        if part.name in self._names:
            part = replace(part, name=self._names[part.name])
        return custom_tools.restored(part) if part.name in self._custom else part

    def events(self, events: Iterable[Event]) -> list[Event]:
        """The events likewise; free text is only known when its call is whole."""
        out: list[Event] = []
        for event in events:
            match event:
                case PartStarted(part=ToolCall() as call):
                    if call.name in self._names:
                        call = replace(call, name=self._names[call.name])
                    if call.name in self._custom:
                        self._held[event.index] = call, []
                        call = replace(call, arguments="", custom=True)
                    out.append(PartStarted(event.index, event.candidate, call))
                case ToolInputDelta() if event.index in self._held:
                    self._held[event.index][1].append(event.text)
                case PartEnded() if event.index in self._held:
                    call, pieces = self._held.pop(event.index)
                    arguments = "".join(pieces) if pieces else call.arguments
                    out.append(ToolInputDelta(event.index, custom_tools.free_text(arguments)))
                    out.append(event)
                case _:
                    out.append(event)
        return out
