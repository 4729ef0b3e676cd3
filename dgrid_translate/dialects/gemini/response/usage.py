"""`usageMetadata` <-> Usage.

Gemini counts what it thought and what its own tools fed it apart from the answer and the prompt
(https://ai.google.dev/api/generate-content#UsageMetadata); the model's totals include them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.profile import MODALITIES, NAME, SERVICE_TIERS, SERVICE_TIERS_BACK
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.usage import drop_counts, either, pick
from dgrid_translate.shared.wire import Kept, drop_foreign, dump, extra_of, note, whole


def decode_usage(raw: Raw) -> tuple[Usage, str | None]:
    """`usageMetadata`, and the service tier that it names."""
    at = ("usageMetadata",)
    usage = load(wire.UsageMetadata, raw, NAME, at)
    thought = None if usage.thoughtsTokenCount is UNSET else usage.thoughtsTokenCount
    fed = None if usage.toolUsePromptTokenCount is UNSET else usage.toolUsePromptTokenCount
    found = Usage(
        _sum(usage.promptTokenCount, fed),
        _sum(usage.candidatesTokenCount, thought),
        None if usage.totalTokenCount is UNSET else usage.totalTokenCount,
        None if usage.cachedContentTokenCount is UNSET else usage.cachedContentTokenCount,
        None,
        thought,
        fed,
        raw=raw,
        dialect=NAME,
        at=at,
    )
    own = {} if usage.extra is UNSET else extra_of(usage)
    _UNTOLD.take(usage, own)
    if own:
        found.ext = {NAME: own}
    if usage.promptTokensDetails:
        _decode_details(found, "input", usage.promptTokensDetails)
    if usage.candidatesTokensDetails:
        _decode_details(found, "output", usage.candidatesTokensDetails)
    tier = usage.serviceTier
    return found, None if tier is UNSET else SERVICE_TIERS.get(tier, tier)


_UNTOLD = Kept("trafficType", "toolUsePromptTokensDetails", "cacheTokensDetails")


def _sum(one: int | UnsetType | None, other: int | UnsetType | None) -> int | None:
    if isinstance(one, int):
        return one + other if isinstance(other, int) else one
    return other if isinstance(other, int) else None


def _decode_details(usage: Usage, side: str, details: Sequence[wire.ModalityTokenCount]) -> None:
    for detail in details:
        known = MODALITIES.get(detail.modality or "")
        if known is not None:
            setattr(usage, f"{side}_{known}", pick(detail.tokenCount))
        elif detail.tokenCount:
            key = "promptTokensDetails" if side == "input" else "candidatesTokensDetails"
            usage.ext = note(
                usage.ext, NAME, (key,), Raw(b"[" + b",".join([bytes(whole(one)) for one in details]) + b"]")
            )


def encode_usage(usage: Usage | None, tier: str | None, place: At, losses: Losses) -> Raw | UnsetType:
    """`usageMetadata`; `place` is where the source says the tier."""
    if usage is not None and usage.dialect == NAME and usage.raw is not None:
        return usage.raw
    made = wire.UsageMetadata()
    if usage is not None:
        drop_foreign(usage.ext, NAME, usage.at, losses)
        drop_counts(usage, losses, ("cache_write",))
        made.promptTokenCount = _rest(usage.input, usage.tool_use)
        thought = usage.reasoning or 0
        total = (usage.input or 0) + (usage.output or 0)
        # Some hosts count what was thought apart from the output.
        apart = usage.total == total + thought or thought > (usage.output or 0)
        if apart and thought:
            losses.approximated("usage_output", usage.at, "what was thought is counted in")
        made.candidatesTokenCount = _rest(usage.output, 0 if apart else thought)
        made.totalTokenCount = total + thought if apart else total
        if usage.total is not None and usage.total != made.totalTokenCount:
            losses.approximated("usage_total", (*usage.at, "total_tokens"), f"{usage.total} is not the sum")
        made.thoughtsTokenCount = either(usage.reasoning)
        made.cachedContentTokenCount = either(usage.cache_read)
        made.toolUsePromptTokenCount = either(usage.tool_use)
        made.promptTokensDetails = _encode_details(usage.input_text, usage.input_image, usage.input_audio)
        made.candidatesTokensDetails = _encode_details(usage.output_text, usage.output_image, usage.output_audio)
    if tier is not None:
        if tier in SERVICE_TIERS_BACK:
            made.serviceTier = SERVICE_TIERS_BACK[tier]
            losses.approximated("service_tier", place, "what a tier is differs among vendors")
        else:
            losses.dropped("service_tier", place, tier)
    return UNSET if usage is None and made.serviceTier is UNSET else Raw(dump(made))


def _rest(whole: int | None, part: int | None) -> int | UnsetType:
    return UNSET if whole is None else max(whole - (part or 0), 0)


def _encode_details(*counts: int | None) -> list[wire.ModalityTokenCount] | UnsetType:
    if counts == (None, None, None):
        return UNSET
    pairs = zip(("TEXT", "IMAGE", "AUDIO"), counts, strict=True)
    return [
        wire.ModalityTokenCount(modality=name, tokenCount=count) for name, count in pairs if count is not None
    ] or UNSET
