"""Messages -> `systemInstruction` and `contents`, in the order Gemini wants.

Instructions come first, in a place of their own; what the system says later is folded into the user's turns. The
answers to a turn's calls stand in one content, in the order of the calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import Target, encode_parts
from dgrid_translate.dialects.gemini.profile import NAME, SENTINEL
from dgrid_translate.dialects.gemini.request.pieces import cut
from dgrid_translate.ir.parts import AnyPart, Text, ToolCall, ToolResult, holds
from dgrid_translate.ir.request import Message, Request, Role
from dgrid_translate.losses import Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, own_of


def encode_messages(params: wire.Params, request: Request, target: Target) -> None:
    """Fill `systemInstruction` and `contents`."""
    for message in request.messages:
        if message.ext is not None:
            drop_foreign(message.ext, NAME, message.at, target.losses)
    if not target.native:
        _encode_foreign(params, request.messages, target)
        return
    for message in request.messages:
        if message.role == "system" and message.at[:1] != ("contents",):
            params.systemInstruction = _encode_native(message, target)
        elif message.ext is None:
            params.contents.append(_encode_native(message, target))
        else:
            params.contents += [_encode_native(piece, target) for piece in cut(message)]


def _encode_native(message: Message, target: Target) -> wire.Content:
    own = own_of(message.ext, NAME)
    content = wire.Content()
    if message.parts or ("~parts",) not in own:
        content.parts = encode_parts(message.parts, target)
    role = own.get(("~role",))
    if role is not None:
        if role != NULL:
            content.role = load(str, role, NAME)
    elif message.role != "system":
        content.role = "model" if message.role == "assistant" else "user"
    return dress(content, message.ext, NAME) if own else content


# ------------------------------------------------------------------------------------------------------- foreign


def _encode_foreign(params: wire.Params, messages: Sequence[Message], target: Target) -> None:
    losses, contents = target.losses, params.contents
    turn: int | None = None
    answered = True
    instructions: list[wire.Part] = []
    waiting: list[ToolResult] = []
    order: dict[str, int] = {}
    for place, message in enumerate(messages):
        role, parts = message.role, message.parts
        if message.name is not None:
            losses.dropped("name", (*message.at, "name"))
        if role == "system" or role == "developer":
            if role == "developer":
                losses.approximated("developer_role", (*message.at, "role"), "sent as the system's")
            if not contents and not waiting:
                instructions += encode_parts(parts, target)
                continue
            losses.moved("system_message", message.at, "folded into a user's turn")
        if role != "assistant":
            if len(parts) == 1 and type(parts[0]) is ToolResult:
                answered = True
                waiting.append(parts[0])
                continue
            if len(parts) > 1 and holds(parts, ToolResult):
                answered = True
                waiting += [part for part in parts if type(part) is ToolResult]
                parts = [part for part in parts if type(part) is not ToolResult]
                if not parts:
                    continue
        if waiting:
            _answer(contents, waiting, order, target)
            waiting = []
        calls = False
        for part in parts:
            if type(part) is ToolCall:
                calls = True
                order[part.id] = len(order)
                target.names[part.id] = part.name
        _say(contents, role, parts, target)
        if calls and answered and target.model.signed:
            if turn is None:
                turn = _current_turn(messages)
            if place > turn:
                _sign(contents, losses)
        answered = role != "assistant" or (answered and not calls)
    if waiting:
        _answer(contents, waiting, order, target)
    if instructions:
        params.systemInstruction = wire.Content(parts=instructions)
    if not contents:
        losses.invented("contents", ("contents",), "Gemini wants at least one turn")
        contents.append(wire.Content(parts=[wire.Part(text=" ")], role="user"))


def _say(contents: list[wire.Content], speaker: Role, said: Sequence[AnyPart], target: Target) -> None:
    """Write what a message says, but for answers to calls."""
    role = "user"
    if speaker == "assistant":
        role = "model"
        last = contents[-1] if contents else None
        if last is not None and last.role == role and last.parts is not UNSET:
            # What follows in a content of its own would be taken for a piece of the same text.
            target.where, target.first = ("contents", len(contents) - 1, "parts"), len(last.parts)
            last.parts += encode_parts(said, target)
            return
    target.where, target.first = ("contents", len(contents), "parts"), 0
    parts = encode_parts(said, target)
    if not parts:
        if all(isinstance(part, Text) for part in said):
            parts = [wire.Part(text="")]
        elif role == "model":
            return  # what it said was named as lost
        else:  # so was this, but the model must not go on as if nobody had spoken since
            target.losses.invented("text", (*target.where, 0, "text"), "nothing else is left of the turn")
            parts = [wire.Part(text=" ")]
    contents.append(wire.Content(parts=parts, role=role))


def _answer(contents: list[wire.Content], results: list[ToolResult], order: dict[str, int], target: Target) -> None:
    """Write answers that belong together, in the `order` of their calls."""
    target.where, target.first = ("contents", len(contents), "parts"), 0
    if len(results) == 1:
        contents.append(wire.Content(parts=encode_parts(results, target), role="user"))
        return
    results.sort(key=lambda result: order.get(result.call_id, len(order)))
    answers: list[wire.Part] = []
    beside: list[wire.Part] = []
    for place, result in enumerate(results):
        target.first = place
        encoded = encode_parts((result,), target)
        answers.append(encoded[0])
        beside += encoded[1:]
    contents.append(wire.Content(parts=answers + beside, role="user"))


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


def _sign(contents: Sequence[wire.Content], losses: Losses) -> None:
    """Sign the first call of a step in the turn under way, where Gemini would miss its own signature."""
    for place, part in enumerate(contents[-1].parts or ()):
        if type(part) is wire.Part and part.functionCall is not UNSET:
            if part.thoughtSignature is UNSET:
                part.thoughtSignature = SENTINEL
                at = ("contents", len(contents) - 1, "parts", place, "thoughtSignature")
                losses.invented("thought_signature", at, "Gemini's own was lost or never was")
            return
