"""Messages -> `systemInstruction` and `contents`, in the order Gemini wants.

Instructions come first, in a place of their own; what the system says later is folded into the user's turns. The
answers to a turn's calls stand in one content, in the order of the calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import Target, encode_parts
from dgrid_translate.dialects.gemini.profile import NAME, SENTINEL
from dgrid_translate.dialects.gemini.request.pieces import cut
from dgrid_translate.ir.parts import AnyPart, Text, ToolCall, ToolResult, holds
from dgrid_translate.ir.request import Message, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, own_extension, remembered


def encode_messages(params: wire.Params, request: Request, target: Target) -> None:
    """Fill `systemInstruction` and `contents`."""
    for message in request.messages:
        if message.ext is not None:
            drop_foreign(message.ext, NAME, message.at, target.losses)
    if target.native:
        for message in request.messages:
            if message.role == "system" and message.at[:1] != ("contents",):
                params.systemInstruction = _encode_native(message, target)
            elif message.ext is None:
                params.contents.append(_encode_native(message, target))
            else:
                params.contents += [_encode_native(piece, target) for piece in cut(message)]
        return
    _encode_foreign(params, request, target)


def _encode_native(message: Message, target: Target) -> wire.Content:
    content = wire.Content()
    if message.parts or not remembered(message.ext, NAME, "~parts"):
        content.parts = encode_parts(message.parts, target)
    role = own_extension(message.ext, NAME, "~role")
    if role is not None:
        if role != NULL:
            content.role = load(str, role, NAME)
    elif message.role != "system":
        content.role = "model" if message.role == "assistant" else "user"
    return dress(content, message.ext, NAME)


# ------------------------------------------------------------------------------------------------------- foreign


def _encode_foreign(params: wire.Params, request: Request, target: Target) -> None:
    losses = target.losses
    messages = request.messages
    turn = _current_turn(messages) if target.model.signed else len(messages)
    answered = True
    instructions: list[wire.Part] = []
    order: dict[str, int] = {}
    answers = _Results(params, target, order)
    for place, message in enumerate(messages):
        if message.name is not None:
            losses.dropped("name", (*message.at, "name"))
        if message.role in ("system", "developer"):
            if message.role == "developer":
                losses.approximated("developer_role", (*message.at, "role"), "sent as the system's")
            if not params.contents and not answers.waiting:
                instructions += encode_parts(message.parts, target)
                continue
            losses.moved("system_message", message.at, "folded into a user's turn")
        if message.role != "assistant" and holds(message.parts, ToolResult):
            rest: list[AnyPart] = []
            for part in message.parts:
                if type(part) is ToolResult:
                    answers.waiting.append(part)
                else:
                    rest.append(part)
            answered = True
            if not rest:
                continue
            message = replace(message, parts=rest)
        if answers.waiting:
            answers.flush()
        calls = False
        for part in message.parts:
            if type(part) is ToolCall:
                calls = True
                order[part.id] = len(order)
                target.names[part.id] = part.name
        _say(params, message, target)
        if calls and answered and place > turn:
            _sign(params, losses)
        answered = message.role != "assistant" or (answered and not calls)
    answers.flush()
    if instructions:
        params.systemInstruction = wire.Content(parts=instructions)
    if not params.contents:
        losses.invented("contents", ("contents",), "Gemini wants at least one turn")
        params.contents.append(wire.Content(parts=[wire.Part(text=" ")], role="user"))


def _say(params: wire.Params, message: Message, target: Target) -> None:
    role = "model" if message.role == "assistant" else "user"
    last = params.contents[-1] if params.contents else None
    if role == "model" and last is not None and last.role == role and last.parts is not UNSET:
        # What follows in a content of its own would be taken for a piece of the same text.
        target.where, target.first = ("contents", len(params.contents) - 1, "parts"), len(last.parts)
        last.parts += encode_parts(message.parts, target)
        return
    target.where, target.first = ("contents", len(params.contents), "parts"), 0
    parts = encode_parts(message.parts, target)
    if not parts:
        if all(isinstance(part, Text) for part in message.parts):
            parts = [wire.Part(text="")]
        elif role == "model":
            return  # what it said was named as lost
        else:  # so was this, but the model must not go on as if nobody had spoken since
            target.losses.invented("text", (*target.where, 0, "text"), "nothing else is left of the turn")
            parts = [wire.Part(text=" ")]
    params.contents.append(wire.Content(parts=parts, role=role))


class _Results:
    """The answers to calls that wait to be written together."""

    def __init__(self, params: wire.Params, target: Target, order: dict[str, int]) -> None:
        self.waiting: list[ToolResult] = []
        self._params = params
        self._target = target
        self._order = order  # of the calls so far

    def flush(self) -> None:
        """Write the answers so far, in the order of their calls."""
        waiting, order, target = self.waiting, self._order, self._target
        if not waiting:
            return
        if len(waiting) > 1:
            waiting.sort(key=lambda result: order.get(result.call_id, len(order)))
        target.where = ("contents", len(self._params.contents), "parts")
        answers: list[wire.Part] = []
        beside: list[wire.Part] = []
        for place, result in enumerate(waiting):
            target.first = place
            encoded = encode_parts((result,), target)
            answers.append(encoded[0])
            if len(encoded) > 1:
                beside += encoded[1:]
        self._params.contents.append(wire.Content(parts=answers + beside, role="user"))
        waiting.clear()


def _current_turn(messages: Sequence[Message]) -> int:
    """Where the turn under way begins: with what the user said last, unless it came along with answers to calls."""
    begin, answers = -1, False
    for place, message in enumerate(messages):
        if message.role == "assistant":
            answers = False
        elif holds(message.parts, ToolResult):
            answers = True
        elif message.role == "user" and not answers:
            begin = place
    return begin


def _sign(params: wire.Params, losses: Losses) -> None:
    """Sign the first call of a step in the turn under way, where Gemini would miss its own signature."""
    parts = params.contents[-1].parts
    known = [(place, part) for place, part in enumerate(parts or ()) if type(part) is wire.Part]
    calls = [(place, part) for place, part in known if part.functionCall is not UNSET]
    for place, part in calls[:1]:
        if part.thoughtSignature is UNSET:
            part.thoughtSignature = SENTINEL
            at = ("contents", len(params.contents) - 1, "parts", place, "thoughtSignature")
            losses.invented("thought_signature", at, "Gemini's own was lost or never was")
