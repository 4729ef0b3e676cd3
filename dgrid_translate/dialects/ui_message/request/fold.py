"""Messages -> UI messages.

Turns of the assistant and the turns that bring the results of its calls are folded into one UI message, a step a turn,
as the AI SDK's own UI would hold them.
"""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import (
    STEP_START,
    Assistant,
    encode_file,
    encode_own,
    encode_text,
    static_names,
)
from dgrid_translate.dialects.ui_message.profile import NAME, OPENING
from dgrid_translate.ir.parts import AnyPart, Citation, Media, Opaque, Text, ToolResult, holds
from dgrid_translate.ir.request import Message, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_of, pose

# ------------------------------------------------------------------------------------------------- from UI messages


def encode_own_messages(messages: list[Message]) -> list[wire.Message]:
    """`messages` that were UI messages, as they came."""
    made: list[wire.Message] = []
    group: list[Message] = []
    for message in messages:
        own = own_of(message.ext, NAME)
        if ("~more",) not in own and group:
            made.append(_own_message(group))
            group = []
        if ("~system",) not in own:
            group.append(message)
    if group:
        made.append(_own_message(group))
    return made


def _own_message(group: list[Message]) -> wire.Message:
    first = group[0]
    own = own_of(first.ext, NAME)
    if ("~message",) in own and type(opaque := first.parts[0]) is Opaque:
        return pose(opaque.raw, wire.Message)
    made = wire.MadeMessage(role=first.role, id=own.get(("~id",), UNSET))
    if ("~text",) in own:
        made.content = Raw(dump("".join([part.text for part in first.parts if type(part) is Text])))
    elif ("~parts",) not in own:
        parts = encode_own([part for message in group for part in message.parts])
        after = own.get(("~steps_after",))
        if after is not None:
            parts.extend([STEP_START] * int(bytes(after)))
        if ("~content",) in own:
            made.content = Raw(dump(parts))
        else:
            made.parts = parts
    repeated = own.get(("~content_too",))
    if repeated is not None:
        made.content = repeated
    return pose(Raw(dump(dress(made, first.ext, NAME))), wire.Message)


# --------------------------------------------------------------------------------------------- from other dialects


class Fold:
    """Folds another dialect's messages."""

    def __init__(self, request: Request, losses: Losses) -> None:
        self._losses = losses
        self._static = static_names(request)
        self._made: list[wire.Message] = []
        self._calls: dict[str, list[wire.ToolPart]] = {}
        self._ids: set[str] = set()
        self._open: Assistant | None = None  # the UI message that the next step joins
        self._last = -1  # where in it the call stands that was answered last

    def messages(self, messages: list[Message]) -> list[wire.Message]:
        """`messages`."""
        for message in messages:
            if message.ext is not None:
                drop_foreign(message.ext, NAME, message.at, self._losses)
            if message.name is not None:
                self._losses.dropped("name", (*message.at, "name"))
            if message.role == "assistant":
                self._assistant(message)
            elif message.role == "user":
                self._user(message)
            else:
                if message.role == "developer":
                    self._losses.approximated("developer", message.at, "sent as system")
                self._others("system", message, message.parts)
        if not self._made:
            self._losses.invented("user_message", ("messages", 0), "there is at least one message")
            opening: list[wire.Made] = [wire.TextPart(OPENING)]
            self._begin("user", opening, Message("user", [Text(OPENING)]))
        return self._made

    def _assistant(self, message: Message) -> None:
        step = self._open
        if step is None:
            where = ("messages", len(self._made), "parts")
            step = Assistant(self._losses, False, self._static, where, calls=self._calls, ids=self._ids)
        before = len(step.parts)
        step.parts.append(STEP_START)
        for part in message.parts:
            step.add(part)
        if len(step.parts) == before + 1:
            del step.parts[before]
            self._losses.dropped("empty_message", message.at, "a UI message has at least one part")
            return
        self._last = before
        if self._open is None:
            self._open = step
            self._begin("assistant", step.parts, message)

    def _begin(self, role: str, parts: list[wire.Made], message: Message) -> None:
        """A new UI message; its id depends on its place and how it begins."""
        place = len(self._made)
        text = ""
        for part in message.parts:
            if type(part) is Text:
                text = part.text[:64]
                break
        self._losses.invented("id", ("messages", place, "id"), "a UI message has one")
        made = wire.MadeMessage(id=derive("msg_", place, role, text), role=role, parts=parts)
        self._made.append(pose(made, wire.Message))

    def _user(self, message: Message) -> None:
        if not holds(message.parts, ToolResult):
            self._others("user", message, message.parts)
            return
        rest: list[AnyPart] = []
        for part in message.parts:
            if type(part) is ToolResult:
                self._fold(part, moved=bool(rest))
            else:
                rest.append(part)
        if rest:
            self._others("user", message, rest)

    def _fold(self, part: ToolResult, moved: bool) -> None:
        step = self._open or Assistant(self._losses, False, self._static, (), calls=self._calls, ids=self._ids)
        made = step.open_call(part.call_id)
        if made is not None:
            place = step.places.get(id(made), -1)
            if moved or place < self._last:
                self._losses.moved("tool_result", part.at, "results stand with their calls")
            if place > self._last:
                self._last = place
        step.add_result(part, made)

    def _others(self, role: str, message: Message, parts: list[AnyPart]) -> None:
        where = ("messages", len(self._made), "parts")
        made: list[wire.Made] = []
        for part in parts:
            if type(part) is Text:
                made.append(encode_text(part, False, self._losses))
                if part.citations is not None:
                    self._name_citations(part.citations)
            elif type(part) is Media and role == "user":
                self._add_file(part, made, where)
            else:
                drop_part(part, self._losses)
        if not made:
            self._losses.dropped("empty_message", message.at, "a UI message has at least one part")
            return
        self._open = None
        self._begin(role, made, message)

    def _name_citations(self, citations: list[Citation]) -> None:
        for citation in citations:
            if citation.dialect == "claude":
                self._losses.moved("citation", citation.at, "to the text's metadata")
            else:
                self._losses.dropped("citation", citation.at)

    def _add_file(self, part: Media, made: list[wire.Made], where: tuple[str | int, ...]) -> None:
        if part.parts is None:
            file = encode_file(part, False, (*where, len(made)), self._losses)
            if file is not None:
                made.append(file)
            return
        self._losses.approximated("document", part.at, "sent as its parts")
        if part.ext is not None:
            drop_foreign(part.ext, NAME, part.at, self._losses)
        if part.filename is not None:
            made.append(wire.TextPart(part.filename))
        for inner in part.parts:
            if type(inner) is Text:
                made.append(encode_text(inner, False, self._losses))
            elif type(inner) is Media:
                self._add_file(inner, made, where)
            else:
                drop_part(inner, self._losses)
