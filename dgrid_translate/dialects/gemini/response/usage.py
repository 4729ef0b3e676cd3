"""`usageMetadata` <-> Usage.

Gemini counts what it thought and what its own tools fed it apart from the answer and the prompt
(https://ai.google.dev/api/generate-content#UsageMetadata); the model's totals include them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.profile import NAME, SERVICE_TIERS, SERVICE_TIERS_BACK
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import Kept, drop_foreign, extra_of, note, unwritten, whole


def decode_usage(raw: Raw) -> tuple[Usage, str | None]:
    """`usageMetadata`, and the service tier that it names."""
    at = ("usageMetadata",)
    usage = load(wire.UsageMetadata, raw, NAME, at)
    said = None if usage.candidatesTokenCount is UNSET else usage.candidatesTokenCount
    thought = None if usage.thoughtsTokenCount is UNSET else usage.thoughtsTokenCount
    given = None if usage.promptTokenCount is UNSET else usage.promptTokenCount
    fed = None if usage.toolUsePromptTokenCount is UNSET else usage.toolUsePromptTokenCount
    found = Usage(
        given if fed is None else fed + (given or 0),
        said if thought is None else thought + (said or 0),
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
    if (
        usage.trafficType is not UNSET
        or usage.toolUsePromptTokensDetails is not UNSET
        or usage.cacheTokensDetails is not UNSET
    ):
        _UNTOLD.take(usage, own)
    if own:
        found.ext = {NAME: own}
    if usage.promptTokensDetails:
        _decode_details(found, "promptTokensDetails", _INPUT, usage.promptTokensDetails)
    if usage.candidatesTokensDetails:
        _decode_details(found, "candidatesTokensDetails", _OUTPUT, usage.candidatesTokensDetails)
    tier = usage.serviceTier
    return found, None if tier is UNSET else SERVICE_TIERS.get(tier, tier)


_UNTOLD = Kept("trafficType", "toolUsePromptTokensDetails", "cacheTokensDetails")


_INPUT = {"TEXT": "input_text", "IMAGE": "input_image", "AUDIO": "input_audio"}
_OUTPUT = {"TEXT": "output_text", "IMAGE": "output_image", "AUDIO": "output_audio"}
"""The modalities that the model counts tokens of."""


def _decode_details(usage: Usage, key: str, fields: dict[str, str], details: Sequence[wire.ModalityTokenCount]) -> None:
    more = False
    for detail in details:
        field = fields.get(detail.modality or "")
        if field is not None:
            setattr(usage, field, None if detail.tokenCount is UNSET else detail.tokenCount)
        more = more or (field is None and bool(detail.tokenCount)) or detail.extra is not UNSET
    if more:
        usage.ext = note(usage.ext, NAME, (key,), Raw(b"[" + b",".join([bytes(whole(one)) for one in details]) + b"]"))


def encode_usage(usage: Usage | None, tier: str | None, place: At, losses: Losses) -> Raw | UnsetType:
    """`usageMetadata`; `place` is where the source says the tier."""
    if usage is None and tier is None:
        return UNSET
    made = wire.UsageMetadata()
    if usage is not None:
        if usage.dialect == NAME and usage.raw is not None:
            return usage.raw
        _encode_counts(made, usage, losses)
    if tier is not None:
        if tier in SERVICE_TIERS_BACK:
            made.serviceTier = SERVICE_TIERS_BACK[tier]
            losses.approximated("service_tier", place, "what a tier is differs among vendors")
        else:
            losses.dropped("service_tier", place, tier)
    return UNSET if usage is None and made.serviceTier is UNSET else unwritten(made)


def _encode_counts(made: wire.UsageMetadata, usage: Usage, losses: Losses) -> None:
    if usage.ext is not None:
        drop_foreign(usage.ext, NAME, usage.at, losses)
    if usage.cache_write:
        losses.dropped("usage_cache_write", usage.at, str(usage.cache_write))
    fed, said, thought = usage.input, usage.output, usage.reasoning
    # Some hosts count what was thought apart from the output.
    total = (fed or 0) + (said or 0)
    if thought and (usage.total == total + thought or thought > (said or 0)):
        losses.approximated("usage_output", usage.at, "what was thought is counted in")
        total += thought
    elif thought and said is not None:
        said -= thought
    if fed is not None:
        made.promptTokenCount = max(fed - (usage.tool_use or 0), 0)
    if said is not None:
        made.candidatesTokenCount = max(said, 0)
    made.totalTokenCount = total
    if usage.total is not None and usage.total != total:
        losses.approximated("usage_total", (*usage.at, "total_tokens"), f"{usage.total} is not the sum")
    if thought is not None:
        made.thoughtsTokenCount = thought
    if usage.cache_read is not None:
        made.cachedContentTokenCount = usage.cache_read
    if usage.tool_use is not None:
        made.toolUsePromptTokenCount = usage.tool_use
    made.promptTokensDetails = _encode_details(usage.input_text, usage.input_image, usage.input_audio)
    made.candidatesTokensDetails = _encode_details(usage.output_text, usage.output_image, usage.output_audio)


def _encode_details(text: int | None, image: int | None, audio: int | None) -> wire.Details:
    details: list[wire.ModalityTokenCount] = []
    if text is not None:
        details.append(wire.ModalityTokenCount(modality="TEXT", tokenCount=text))
    if image is not None:
        details.append(wire.ModalityTokenCount(modality="IMAGE", tokenCount=image))
    if audio is not None:
        details.append(wire.ModalityTokenCount(modality="AUDIO", tokenCount=audio))
    return details or UNSET
