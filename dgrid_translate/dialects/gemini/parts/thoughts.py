"""Thoughts that ride on the call they led to.

Gemini's clients give a call's signature back; thoughts they may forget, and Gemini CLI does. Other vendors want their
thoughts back before the call, so for clients these ride in the call's signature too, and take their place in the
history again where they were forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from dgrid_translate.dialects.gemini.profile import NAME, VENDOR
from dgrid_translate.ir.parts import AnyPart, Extensions, Reasoning, Signature, ToolCall, holds
from dgrid_translate.ir.request import Message
from dgrid_translate.shared.signatures import unwrap_base64, wrap_thoughts
from dgrid_translate.shared.wire import Extra, dump, load, note, own_of, remembered, unwritten

_KEY = "~thoughts"


class _Thought(Struct, array_like=True):
    """A thought as it rides. early: something was said between it and the call."""

    text: str
    signature: str | None
    origin: str
    redacted: bool
    id: str | None
    early: bool


_read = msgspec.json.Decoder(list[_Thought]).decode


class Thoughts:
    """What was thought since the last call of a turn."""

    __slots__ = ("_kept", "_said")

    def __init__(self) -> None:
        self._kept: list[tuple[Reasoning, int]] = []
        self._said = 0

    def add(self, part: AnyPart) -> AnyPart:
        """The next part of the turn; a call takes along what was thought before it."""
        if type(part) is Reasoning:
            if part.signature.origin != VENDOR if part.signature is not None else part.text:
                self._kept.append((part, self._said))
            return part
        if type(part) is not ToolCall:
            self._said += 1
            return part
        kept = self._kept
        if kept and part.signature is None:
            riding = [_riding(thought, self._said > before) for thought, before in kept]
            own: Extra = {("thoughtSignature",): unwritten(wrap_thoughts(dump(riding)))}
            part = replace(part, ext={NAME: own} if part.ext is None else {**part.ext, NAME: own})
        self._kept = []
        self._said = 0
        return part


def _riding(thought: Reasoning, early: bool) -> _Thought:
    value, origin = ("", "") if thought.signature is None else (thought.signature.value, thought.signature.origin)
    return _Thought(thought.text, value if thought.signature else None, origin, thought.redacted, thought.id, early)


def with_thoughts(parts: Sequence[AnyPart]) -> Sequence[AnyPart]:
    """The parts of an answer for a client, with what was thought before a call on the call."""
    if not holds(parts, Reasoning) or not holds(parts, ToolCall):
        return parts
    thoughts = Thoughts()
    return [thoughts.add(part) for part in parts]


# ---------------------------------------------------------------------------------------------- on the way back


def decode_thoughts(signature: str, ext: Extensions | None) -> Extensions | None:
    """Keep what rides in a call's signature with the call."""
    return note(ext, NAME, (_KEY,), Raw(dump(signature)))


def thoughts_ride(call: ToolCall) -> bool:
    """Whether thoughts ride on this call."""
    return call.ext is not None and remembered(call.ext, NAME, _KEY)


def encode_thoughts(own: Extra) -> str | None:
    """What rides in the signature of a call with these extensions of Gemini's."""
    kept = own.get((_KEY,))
    return None if kept is None else load(str, kept, NAME)


def recall(messages: Sequence[Message]) -> None:
    """Put the thoughts that ride on calls before them, unless the client kept them."""
    thought = False
    for message in messages:
        if message.role != "assistant":
            thought = False
            continue
        begin = 0
        parts: list[AnyPart] = []
        for part in message.parts:
            if type(part) is Reasoning:
                thought = True
            elif type(part) is ToolCall:
                for early, recalled in () if thought else _recalled(part):
                    parts.insert(begin if early else len(parts), recalled)
                    begin += early
                thought = False
                parts.append(part)
                begin = len(parts)
                continue
            parts.append(part)
        message.parts = parts


def _recalled(call: ToolCall) -> list[tuple[bool, Reasoning]]:
    wrapped = encode_thoughts(own_of(call.ext, NAME))
    if wrapped is None:
        return []
    try:
        riding = _read(unwrap_base64(wrapped, VENDOR)[0].value)
    except msgspec.DecodeError:
        return []
    return [(thought.early, _standing(thought, call)) for thought in riding]


def _standing(thought: _Thought, call: ToolCall) -> Reasoning:
    signature = None if thought.signature is None else Signature(thought.signature, thought.origin)
    return Reasoning(thought.text, thought.id, thought.redacted, signature=signature, at=call.at)
