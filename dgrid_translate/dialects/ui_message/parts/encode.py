"""Parts -> message parts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, Raw, Struct

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import metadata
from dgrid_translate.dialects.ui_message.parts.calls import encode_call, fold_result
from dgrid_translate.dialects.ui_message.parts.files import encode_file, encode_own_file
from dgrid_translate.dialects.ui_message.parts.server_tools import encode_server_call, fold_server_result
from dgrid_translate.dialects.ui_message.parts.sources import (
    encode_sources,
    own_late_sources,
    own_sources,
    records_of,
)
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.ir.parts import (
    AnyPart,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.ir.request import CustomTool, FunctionTool, Request
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.wire import Extra, dress, drop_foreign, own_of

STEP_START = Raw(b'{"type":"step-start"}')
DONE = Raw(b'"done"')


def static_names(request: Request | None) -> frozenset[str] | None:
    """The tools that the client is known to know; None if nothing is known of them."""
    if request is None or not request.tools:
        return None
    return frozenset([tool.name for tool in request.tools if isinstance(tool, FunctionTool | CustomTool)])


class Assistant(Struct):
    """The parts of an assistant's message under way.

    losses: where to note them. answer: it is an answer, not history. static: see `static_names`. where: the place of
    `parts` in the target. calls: all so far, by the source's ids; some hosts give several the same. places: where in
    `parts` each call of it stands. sources, names: how many there are.
    """

    losses: Losses
    answer: bool
    static: frozenset[str] | None
    where: At
    parts: list[wire.Made] = []
    calls: dict[str, list[wire.ToolPart]] = {}
    places: dict[int, int] = {}
    ids: set[str] = set()
    server_calls: list[tuple[str | None, wire.ToolPart]] = []
    sources: int = 0
    names: int = 0

    def is_dynamic(self, name: str) -> bool:
        """Whether a call goes as a dynamic tool's, as the AI SDK does with tools that it does not know."""
        return self.static is not None and name not in self.static

    def add(self, part: AnyPart) -> None:
        """Add what came from elsewhere; results join their calls."""
        if type(part) is Text:
            if part.text or not self.answer or part.signature is not None or part.citations:
                self._add_text(part)
            elif part.ext is not None:
                drop_foreign(part.ext, NAME, part.at, self.losses)
        elif type(part) is ToolCall:
            self._add_call(part)
        elif type(part) is ToolResult:
            self.add_result(part, self.open_call(part.call_id))
        elif type(part) is Reasoning:
            if part.text or part.signature is not None or not self.answer:
                made = encode_reasoning(part, self.answer, self.losses)
                if self.answer:
                    made.id = Raw(self.next_id())
                self.parts.append(made)
            elif part.ext is not None:
                drop_foreign(part.ext, NAME, part.at, self.losses)
        elif type(part) is Media:
            made = encode_file(part, self.answer, (*self.where, len(self.parts)), self.losses)
            if made is not None:
                self.parts.append(made)
        elif type(part) is Refusal:
            if part.text or not self.answer:
                self.names += 1
                self.parts.append(encode_refusal(part, self.answer, self.losses))
            else:
                drop_foreign(part.ext, NAME, part.at, self.losses)
        elif type(part) is ServerToolCall:
            self._add_server_call(part)
        elif type(part) is ServerToolResult:
            self._add_server_result(part)
        else:
            drop_part(part, self.losses)

    def next_id(self) -> bytes:
        """The id under which a stream speaks of the next text or reasoning."""
        self.names += 1
        return b'"%d"' % (self.names - 1)

    def _add_text(self, part: Text) -> None:
        self.names += 1
        self.parts.append(encode_text(part, self.answer, self.losses))
        if part.citations:
            self.parts.extend(encode_sources(part, self.sources, self.losses))
            self.sources += len(part.citations)

    def _add_call(self, part: ToolCall) -> None:
        if part.custom:
            self.losses.approximated("custom_tool", part.at, "its text is the input")
        place = len(self.parts)
        where = (*self.where, place) if self.answer else ()
        dynamic = self.static is not None and part.name not in self.static
        made = encode_call(part, dynamic, self.answer, self.losses, where)
        made.toolCallId = self.call_id(part)
        self.parts.append(made)
        if self.answer:
            return
        self.places[id(made)] = place
        same = self.calls.get(part.id)
        if same is None:
            self.calls[part.id] = [made]
        else:
            same.append(made)

    def call_id(self, part: ToolCall) -> str:
        """The id of a call: another where its own is empty or taken."""
        found = part.id
        if part.derived_id or not found or found in self.ids:
            where = (*self.where, len(self.parts), "toolCallId")
            if part.derived_id:
                self.losses.invented("tool_call_id", where, "the source names none")
            if not found or found in self.ids:
                found = derive("call_", len(self.ids), found, part.name)
                reason = "the source's is taken" if part.id else "the source's is empty"
                self.losses.invented("tool_call_id", where, reason)
        self.ids.add(found)
        return found

    def open_call(self, call_id: str) -> wire.ToolPart | None:
        """The first call of that id that has no result yet."""
        for made in self.calls.get(call_id, ()):
            if made.state == "input-available":
                return made
        return None

    def add_result(self, part: ToolResult, made: wire.ToolPart | None) -> None:
        """Add a result to its call, if there is one that has none yet."""
        if self.answer or part.call_id not in self.calls:
            drop_part(part, self.losses)
        elif made is None:
            self.losses.dropped("tool_result", part.at, "its call was answered before")
        else:
            if part.derived_id:
                place = self.places.get(id(made), 0)
                self.losses.invented("tool_call_id", (*self.where, place, "toolCallId"), "the result names none")
            fold_result(made, part, self.losses)

    def _add_server_call(self, part: ServerToolCall) -> None:
        drop_foreign(part.ext, NAME, part.at, self.losses)
        made = encode_server_call(part, len(self.parts), self.losses)
        self.server_calls.append((part.id, made))
        self.parts.append(made)

    def _add_server_result(self, part: ServerToolResult) -> None:
        made = self.open_server_call(part)
        if made is None:
            drop_part(part, self.losses)
            return
        drop_foreign(part.ext, NAME, part.at, self.losses)
        if self.parts[-1] is not made:
            self.losses.moved("server_tool_result", part.at, "results stand with their calls")
        fold_server_result(made, part, self.losses)
        self.server_calls = [one for one in self.server_calls if one[1] is not made]

    def open_server_call(self, part: ServerToolResult) -> wire.ToolPart | None:
        """The call that a result answers."""
        for call_id, made in self.server_calls:
            if made.state == "input-available" and part.call_id == call_id:
                return made
        return None


# --------------------------------------------------------------------------------------------- from other dialects


def encode_text(part: Text, answer: bool, losses: Losses) -> wire.TextPart:
    """A `text` part of what came from elsewhere."""
    made = wire.TextPart(part.text)
    if answer:
        made.state = DONE
    if part.ext is None and part.signature is None and part.cache is None and part.citations is None:
        return made
    if part.ext is not None:
        drop_foreign(metadata.without_phase(part.ext), NAME, part.at, losses)
    made.providerMetadata = metadata.to_write(text_metadata(part, answer, losses))
    return made


def text_metadata(part: Text, answer: bool, losses: Losses) -> dict[str, dict[str, object]]:
    """The metadata of a text that came from elsewhere."""
    found = metadata.of_part(part, losses, answer)
    records = records_of(part.citations)
    if records:
        found.setdefault("anthropic", {})["citations"] = records
    return found


def encode_reasoning(part: Reasoning, answer: bool, losses: Losses) -> wire.ReasoningPart:
    """A `reasoning` part of what came from elsewhere."""
    made = wire.ReasoningPart(part.text)
    if answer:
        made.state = DONE
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, losses)
    if part.signature is not None or part.id is not None or part.cache is not None:
        made.providerMetadata = metadata.to_write(metadata.of_part(part, losses, answer))
    return made


def encode_refusal(part: Refusal, answer: bool, losses: Losses) -> wire.TextPart:
    """The AI SDK has no word for refusing, so it is a text."""
    losses.approximated("refusal", part.at, "sent as text")
    return encode_text(Text(part.text, cache=part.cache, at=part.at, ext=part.ext), answer, losses)


# ------------------------------------------------------------------------------------------------- from UI messages


def encode_own(parts: Iterable[AnyPart]) -> list[wire.Made]:
    """Parts that were a UI message's, as they came."""
    made: list[wire.Made] = []
    late: list[tuple[Raw, int]] = []  # sources, and how many parts are still to come before each
    for part in parts:
        own = own_of(part.ext, NAME)
        steps = own.get(("~steps",))
        if steps is not None:
            made.extend([STEP_START] * int(bytes(steps)))
        one = _own_part(part, own)
        if one is None:
            continue
        made.append(one)
        if late:
            late = [(source, between - 1) for source, between in late]
            made.extend([source for source, between in late if not between])
            late = [(source, between) for source, between in late if between]
        if type(part) is Text and part.citations:
            made.extend(own_sources(part))
            late = own_late_sources(part)
    return made


def _own_part(part: AnyPart, own: Extra) -> wire.Made | None:
    if type(part) is Text:
        text = wire.TextPart(part.text, state=own.get(("~state",), UNSET))
        text.providerMetadata = metadata.kept(own, "providerMetadata")
        return dress(text, part.ext, NAME)
    if type(part) is Reasoning:
        thought = wire.ReasoningPart(part.text, id=own.get(("~id",), UNSET), state=own.get(("~state",), UNSET))
        thought.providerMetadata = metadata.kept(own, "providerMetadata")
        return dress(thought, part.ext, NAME)
    if type(part) is Media:
        return dress(encode_own_file(part), part.ext, NAME)
    if type(part) is Opaque or type(part) is ServerToolCall:
        return own.get(("~raw",), part.raw)
    if type(part) is ToolCall:
        raw = own.get(("~raw",))
        return encode_call(part, dynamic=False, answer=True, losses=Losses()) if raw is None else raw
    return None
