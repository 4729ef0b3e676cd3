"""The order of what the assistant says.

Chat keeps reasoning, text, refusal, sound and calls in separate members, so their order relative to one another is
fixed: reasoning, text, refusal, sound, calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Media, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import drop_foreign

_ORDER: dict[type[AnyPart], int] = {Reasoning: 0, Text: 1, Refusal: 2, Media: 3, ToolCall: 4}


def name_moved(parts: Sequence[AnyPart], refusals: Sequence[Refusal], losses: Losses) -> None:
    """Name what another dialect's whole message says in another order, or apart."""
    furthest = 0
    for part in parts:
        furthest = passed(part, furthest, losses)
    for part in refusals:
        drop_foreign(part.ext, NAME, part.at, losses)
    name_joined_refusals(refusals, losses)


def name_joined_refusals(refusals: Sequence[Refusal], losses: Losses) -> None:
    """Name refusals that another dialect says apart."""
    for part in refusals if refusals and refusals[0] is not refusals[-1] else ():
        losses.approximated("refusals", part.at, "joined into one")


def passed(part: AnyPart, furthest: int, losses: Losses) -> int:
    """How far a message is, in Chat's order, after a part; one that another dialect says later than Chat is named."""
    place = _ORDER.get(type(part), furthest)
    if type(part) is Media and part.file_id is None:  # which has no place here
        return furthest
    if place < furthest:
        losses.moved("part_order", part.at, "Chat has members for each kind, in a fixed order")
    return max(place, furthest)
