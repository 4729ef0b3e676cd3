"""Turns that were kept in pieces, made whole, and cut again for Gemini.

Google's own client keeps one content for each chunk of a streamed answer. Other dialects, and other vendors'
signatures that stand after the text they sign, want the turn and its texts whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.dialects.gemini.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Reasoning, Text
from dgrid_translate.ir.request import Message
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import dump, note, own_extension, remembered


class _Turn:
    """The contents of one turn: how many parts each has, and how each joined text was cut."""

    def __init__(self, first: Message) -> None:
        parts, size = _gathered(first.parts) if first.ext is None else (first.parts, len(first.parts))
        self.message = replace(first, parts=[*parts])
        self.sizes = [size]
        self.cuts: dict[int, list[int]] = {}

    def add(self, message: Message) -> None:
        """One more content."""
        parts, size = _gathered(message.parts)
        self.sizes.append(size)
        whole = self.message.parts
        for part in parts:
            last = whole[-1] if whole else None
            if (
                (type(last) is Text and type(part) is Text) or (type(last) is Reasoning and type(part) is Reasoning)
            ) and _goes_on(last, part):
                self.cuts.setdefault(len(whole) - 1, [len(last.text)]).append(len(part.text))
                last.text += part.text
                if part.signature is not None:
                    last.signature, last.at = part.signature, part.at
                    if type(last) is Reasoning and type(part) is Reasoning:
                        last.id = part.id
            else:
                whole.append(part)

    def whole(self) -> Message:
        """The turn as one message, which remembers the pieces."""
        if len(self.sizes) > 1 or self.sizes[0] != len(self.message.parts):
            for place, lengths in self.cuts.items():
                self.message.parts[place].ext = note(None, NAME, ("~pieces",), Raw(dump(lengths)))
            self.message.ext = note(self.message.ext, NAME, ("~contents",), Raw(dump(self.sizes)))
        return self.message


def is_cut(parts: Sequence[AnyPart]) -> bool:
    """Whether a thought came in pieces, of which the last is signed: a client put the chunks of an answer together."""
    begun = False
    for part in parts:
        if type(part) is not Reasoning:
            begun = False
        elif begun and _ends(part):
            return True
        else:
            begun = _begins(part)
    return False


def _begins(part: AnyPart) -> bool:
    return type(part) is Reasoning and part.signature is None and part.ext is None


def _ends(part: AnyPart) -> TypeGuard[Reasoning]:
    if type(part) is not Reasoning or part.signature is None or part.redacted:
        return False
    return part.ext is None or remembered(part.ext, NAME, "~trailing")


def _gathered(parts: Sequence[AnyPart]) -> tuple[list[AnyPart], int]:
    """The parts of one content with such thoughts made whole, and how many parts they were."""
    found: list[AnyPart] = []
    size = len(parts)
    for part in parts:
        begin = len(found)
        if _ends(part):
            while begin and _begins(found[begin - 1]):
                begin -= 1
        if begin == len(found):
            found.append(part)
            continue
        texts = [piece.text for piece in (*found[begin:], part) if type(piece) is Reasoning]
        lengths = [len(text) for text in texts]
        if part.ext is not None:  # its signature came alone
            lengths.append(0)
            size += 1
        form = note(None, NAME, ("~pieces",), Raw(dump(lengths)))
        found[begin:] = [replace(part, text="".join(texts), at=part.at[:-1], ext=form)]  # it stands in several parts
    return found, size


def _goes_on(last: Text | Reasoning, part: Text | Reasoning) -> bool:
    """Whether `part`, of the same kind, goes on where `last` was cut."""
    if last.signature is not None or last.ext is not None or part.ext is not None:
        return False
    return type(part) is Text or not part.redacted


def rejoined(messages: Sequence[Message]) -> list[Message]:
    """Neighbouring contents of the model as one message, and their neighbouring texts as one text."""
    turns: list[_Turn] = []
    for message in messages:
        last = turns[-1].message if turns else None
        if last is not None and message.role == last.role == "assistant" and message.ext is None and last.ext is None:
            turns[-1].add(message)
        else:
            turns.append(_Turn(message))
    return [turn.whole() for turn in turns]


def cut(message: Message) -> list[Message]:
    """The message in its pieces, as Gemini said it."""
    sizes = own_extension(message.ext, NAME, "~contents")
    if sizes is None:
        return [message]
    parts: list[AnyPart] = []
    for part in message.parts:
        lengths = own_extension(part.ext, NAME, "~pieces")
        if lengths is not None and (type(part) is Text or type(part) is Reasoning):
            parts += _pieces(part, load(list[int], lengths, NAME))
        else:
            parts.append(part)
    found: list[Message] = []
    begin = 0
    for size in load(list[int], sizes, NAME):
        found.append(replace(message, parts=parts[begin : begin + size], ext=None))
        begin += size
    return found


def _pieces(part: Text | Reasoning, lengths: Sequence[int]) -> list[AnyPart]:
    found: list[AnyPart] = []
    begin = 0
    for place, length in enumerate(lengths, 1):
        signature = part.signature if place == len(lengths) else None
        found.append(replace(part, text=part.text[begin : begin + length], signature=signature, ext=None))
        begin += length
    return found
