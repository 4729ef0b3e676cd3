"""Who is held to the laws: every registered dialect that the kit has strategies for, in every ordered pair."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from dgrid_translate.registry import TABLE
from dgrid_translate.testing.strategies import has_strategies

DIALECTS = [name for name in TABLE if has_strategies(name)]
EVERY = [(source, target) for source in DIALECTS for target in DIALECTS]
PAIRS = [(source, target) for source, target in EVERY if source != target]

by_dialect = pytest.mark.parametrize("dialect", DIALECTS)
by_pair = pytest.mark.parametrize(("source", "target"), PAIRS)
by_every_pair = pytest.mark.parametrize(("source", "target"), EVERY)

# Bodies are big on purpose, and a judge's first run compiles its SDK's types. A dialect is met in eleven ordered pairs,
# so that each pair needs fewer examples than a test of its own would.
relaxed = settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

MODELS = {
    "openai": ("gpt-4o", "gpt-5.6", "gpt-6-astra", "o3", "gpt-audio"),
    "claude": (
        "claude-3-5-sonnet-20241022", "claude-opus-4-5", "claude-sonnet-4-6", "claude-opus-4-8", "claude-haiku-5-5",
        "claude-fable-5", "claude-opus-5-5", "claude-sonnet-5-5",
    ),
    "gemini": ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-3-pro", "gemini-4-pro"),
}  # fmt: skip
"""One of each family of models that takes other things than its siblings."""

JSON = {"content-type": "application/json"}


def as_bytes(body: Any) -> bytes:
    return json.dumps(body).encode()
