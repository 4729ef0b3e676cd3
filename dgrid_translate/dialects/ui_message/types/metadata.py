"""What the metadata of an answer holds."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, UnsetType

from dgrid_translate.shared.wire import Wire


@final
class InputTokenDetails(Wire):
    """`inputTokenDetails`."""

    noCacheTokens: int | UnsetType | None = UNSET
    cacheReadTokens: int | UnsetType | None = UNSET
    cacheWriteTokens: int | UnsetType | None = UNSET


@final
class OutputTokenDetails(Wire):
    """`outputTokenDetails`."""

    textTokens: int | UnsetType | None = UNSET
    reasoningTokens: int | UnsetType | None = UNSET


@final
class Usage(Wire):
    """LanguageModelUsage."""

    inputTokens: int | UnsetType | None = UNSET
    outputTokens: int | UnsetType | None = UNSET
    totalTokens: int | UnsetType | None = UNSET
    reasoningTokens: int | UnsetType | None = UNSET
    cachedInputTokens: int | UnsetType | None = UNSET
    inputTokenDetails: InputTokenDetails | UnsetType = UNSET
    outputTokenDetails: OutputTokenDetails | UnsetType = UNSET
