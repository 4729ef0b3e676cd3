"""How much to think: effort words, token budgets, and the way from one to the other.

The shares are those of the AI SDK (`@ai-sdk/provider-utils`), a reasonable default since no vendor publishes any:
a level is worth a share of the most tokens the answer may have.
"""

from __future__ import annotations

from functools import lru_cache

from dgrid_translate.ir.request import Request

LEVELS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""Effort words, weakest first."""

_SHARES = {"minimal": 0.02, "low": 0.1, "medium": 0.3, "high": 0.6, "xhigh": 0.9, "max": 0.95}
_MIN_BUDGET = 1024
_USUAL_OUTPUT = 32_000


def budget_for(effort: str, max_tokens: int | None) -> int:
    """The token budget that an effort word stands for, when the answer may have `max_tokens`."""
    return max(_MIN_BUDGET, int(_SHARES.get(effort, _SHARES["medium"]) * (max_tokens or _USUAL_OUTPUT)))


@lru_cache(256)
def effort_for(budget: int, max_tokens: int | None) -> str:
    """The effort word nearest to a token budget."""
    if budget == 0:
        return "none"
    share = budget / (max_tokens or _USUAL_OUTPUT)
    return min(_SHARES, key=lambda level: abs(_SHARES[level] - share))


def nearest(effort: str, allowed: tuple[str, ...]) -> str:
    """The allowed word nearest to `effort`; an unknown word counts as "medium"."""
    if effort in allowed:
        return effort
    rank = LEVELS.index(effort) if effort in LEVELS else LEVELS.index("medium")
    return min(allowed, key=lambda level: (abs(LEVELS.index(level) - rank), -LEVELS.index(level)))


def asked_effort(request: Request) -> tuple[str | None, bool]:
    """The effort word a request asks for, and whether it was worked out from a budget."""
    config = request.reasoning
    if config is None:
        return None, False
    if config.mode == "off":
        return "none", False
    if config.effort is not None:
        return config.effort, False
    if config.budget is not None and config.budget >= 0:
        return effort_for(config.budget, request.max_tokens), True
    return None, False
