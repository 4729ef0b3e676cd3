"""Reasoning details <-> Reasoning.

OpenRouter's form (https://openrouter.ai/docs/use-cases/reasoning-tokens) is the one that other hosts follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from msgspec import UNSET

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.profile import FORMATS, NAME, ORIGINS, SEALING
from dgrid_translate.ir.parts import AnyPart, Opaque, Reasoning, Signature
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.wire import extensions, merge, whole


def decode_reasoning(details: list[wire.ReasoningDetail], at: At) -> list[AnyPart]:
    """`reasoning_details`: a sealed detail belongs to the summary of the same id before it."""
    parts: list[AnyPart] = []
    for index, detail in enumerate(details):
        part = decode_detail(detail, (*at, index))
        last = parts[-1] if parts else None
        if isinstance(part, Reasoning) and isinstance(last, Reasoning) and seals(part, last):
            last.signature = part.signature
            last.id = part.id
            last.ext = merge(last.ext, part.ext)
            last.at = at  # it stands in two details
        else:
            parts.append(part)
    return parts


def decode_detail(detail: wire.ReasoningDetail, at: At) -> Reasoning | Opaque:
    """One of `reasoning_details`."""
    origin = ORIGINS.get(detail.format or "", detail.format or "")
    part_id = detail.id or None
    match detail.type:
        case "reasoning.encrypted":
            seal = Signature(detail.data or "", origin)
            return Reasoning("", part_id, redacted=True, signature=seal, at=at, ext=extensions(detail, NAME))
        case "reasoning.text" | "reasoning.summary":
            text = detail.text or detail.summary or ""
            signature = Signature(detail.signature, origin) if detail.signature else None
            return Reasoning(text, part_id, signature=signature, at=at, ext=extensions(detail, NAME))
        case _:
            return Opaque(detail.type, whole(detail), NAME, at=at)


def seals(part: Reasoning, before: Reasoning) -> bool:
    """Whether a sealed detail belongs to the summary before it."""
    return part.redacted and before.signature is None and before.id in (None, part.id)


def encode_reasoning(parts: Sequence[Reasoning]) -> list[wire.ReasoningDetail]:
    """`reasoning_details`, from the first part on that has more to it than the plain text says."""
    details: list[wire.ReasoningDetail] = []
    for part in parts:
        if details or part.signature is not None:
            details += encode_details(part, len(details))
    return details


def name_joined(parts: Sequence[Reasoning], losses: Losses) -> None:
    """Name those that are one plain text here: what comes before the first signed one, which begins the details.

    And those without a signature that have an id: OpenAI keeps them under it, and Chat asks for nothing that is kept.
    """
    for part in parts:
        if part.id is not None and part.signature is None:
            losses.approximated("reasoning", part.at, "without the id that it is kept under")
    if len(parts) == 1:
        return
    plain = [part for part in takewhile(lambda part: part.signature is None, parts) if part.text]
    if len(plain) > 1:
        for part in plain:
            losses.approximated("reasoning_blocks", part.at, "joined into one")


def encode_details(part: Reasoning, index: int) -> list[wire.ReasoningDetail]:
    """The details of one part, numbered from `index`; an id that signs nothing is nobody's to ask for."""
    signature = part.signature
    form = "unknown" if signature is None else FORMATS.get(signature.origin, signature.origin or "unknown")
    part_id = UNSET if part.id is None or signature is None else part.id
    if signature is None or not (part.redacted or signature.origin in SEALING):
        value = UNSET if signature is None else signature.value
        return [wire.ReasoningDetail("reasoning.text", part.text, UNSET, UNSET, value, part_id, form, index)]
    details: list[wire.ReasoningDetail] = []
    if not part.redacted:
        text = part.text or UNSET
        details.append(wire.ReasoningDetail("reasoning.summary", summary=text, id=part_id, format=form, index=index))
        index += 1
    sealed = wire.ReasoningDetail("reasoning.encrypted", data=signature.value, id=part_id, format=form, index=index)
    return [*details, sealed]
