"""Signatures that came home in carriers: reasoning without words that holds what signs the part before or after it.

See `signatures.py` for how they are wrapped. A dialect that signs reasoning alone shows its clients such carriers for
what other vendors sign, and takes them out of the history again.
"""

from __future__ import annotations

from dgrid_translate.ir.parts import AnyPart, Extensions, Media, Reasoning, Text, ToolCall
from dgrid_translate.shared.extensions import NULL
from dgrid_translate.shared.signatures import MARK, Belongs, unwrap, wrapped_id


def restore(parts: list[AnyPart], origin: str, dialect: str) -> list[AnyPart]:
    """The parts with wrapped signatures where they belong, and their carriers gone; `origin` is the dialect's own."""
    for part in parts:
        if type(part) is Reasoning and part.signature is not None and part.signature.value.startswith(MARK):
            return _unwrapped(parts, origin, dialect)
    return parts


def _unwrapped(parts: list[AnyPart], origin: str, dialect: str) -> list[AnyPart]:
    kept: list[AnyPart] = []
    waiting: Reasoning | None = None
    for part in parts:
        belongs: Belongs | None = None
        if isinstance(part, Reasoning) and part.signature is not None:
            carried = part.signature.value
            part.signature, belongs = unwrap(carried, origin)
            if belongs is not None and part.id is None:
                part.id = wrapped_id(carried)
        if belongs == "n" and isinstance(part, Reasoning):
            waiting = part
        elif belongs == "p":
            if kept and isinstance(kept[-1], Text | ToolCall | Media):
                kept[-1].signature = part.signature
            else:
                alone: Extensions = {dialect: {("~carrier",): NULL}}
                kept.append(Text("", signature=part.signature, at=part.at, ext=alone))
        else:
            if isinstance(part, Reasoning):
                part.redacted = part.redacted or belongs == "r"
            elif waiting is not None:
                part.signature = waiting.signature
                waiting = None
            kept.append(part)
    if waiting is not None:
        kept.append(waiting)
    return kept
