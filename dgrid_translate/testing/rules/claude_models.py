"""What each family of Claude models takes: sampling, kinds of thinking, forced tool choice, prefill.

The newest row that a model's version reaches holds. Models of no known name (a gateway's own, a future one) have no row
and are held to none of these rules.
"""

from __future__ import annotations

import re

import msgspec

_NAME = re.compile(r"claude-(?:(opus|sonnet|haiku|fable)-)?(\d)(?:[-.](\d{1,2}))?(?!\d)(?:-(opus|sonnet|haiku|fable))?")


class Family(msgspec.Struct, frozen=True):
    """One row: what models from this version on take, until a later row of the same line says otherwise."""

    since: tuple[int, int]
    lines: tuple[str, ...]
    sampling: bool
    thinking: tuple[str, ...]
    forced_choice: bool
    prefill: bool
    disable_up_to_high: bool = False


ALL = ("opus", "sonnet", "haiku", "fable")
# [docs] @ai-sdk/anthropic's catalogue and Anthropic's migration notes. Sources disagree on budgets ("enabled") for
# opus-4-7 to opus-5, so they pass there.
FAMILIES: tuple[Family, ...] = (
    Family((1, 0), ALL, True, (), True, True),
    Family((3, 7), ALL, True, ("enabled", "disabled"), True, True),
    Family((4, 6), ("opus", "sonnet"), True, ("enabled", "adaptive", "disabled"), True, False),
    Family((4, 7), ("opus",), False, ("enabled", "adaptive", "disabled"), True, False),
    Family((5, 0), ("sonnet",), False, ("enabled", "adaptive", "disabled"), True, False),
    Family((5, 0), ("opus",), False, ("enabled", "adaptive", "disabled"), True, False, disable_up_to_high=True),
    Family((5, 5), ("haiku",), False, ("adaptive", "disabled"), True, False, disable_up_to_high=True),
    Family((5, 0), ("fable",), False, ("adaptive",), True, False),
    Family((5, 1), ("fable",), False, ("adaptive",), False, False),
    Family((5, 5), ("opus",), False, ("adaptive",), False, False),
    Family((5, 5), ("sonnet",), False, ("adaptive", "between_tools"), False, False),
)


def family_of(model: str) -> Family | None:
    """The row of a model by its name ("claude-opus-4-8", "anthropic/claude-opus-4.8", "claude-3-5-sonnet-20240620")."""
    match = _NAME.search(model)
    if match is None:
        return None
    line, version = match[1] or match[4] or "", (int(match[2]), int(match[3] or 0))
    rows = [row for row in FAMILIES if row.since <= version and (line in row.lines or row.lines == ALL)]
    return max(rows, key=lambda row: row.since) if rows else None
