"""The short ways through the frames that most of a stream is made of give what the long way gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate.testing import strategies
from tests.dialects.short_ways import both_ways

SHORT = ("openai", "openai-completions", "gemini")
FIXTURES = Path(__file__).parents[2] / "fixtures"
TOLD = [(dialect, path) for dialect in SHORT for path in sorted((FIXTURES / dialect).glob("*.chunks.jsonl"))]


@pytest.mark.parametrize("dialect", SHORT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_generated_streams(dialect: str, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    stream: list[dict[str, Any]] = data.draw(strategies.streams(dialect))
    frames = [json.dumps(event).encode() for event in stream]
    doubled = [frame for frame in frames for _ in range(data.draw(st.integers(1, 3)))]
    for told in (frames, doubled):
        short, long = both_ways(dialect, told, monkeypatch)
        assert short == long


@pytest.mark.parametrize(("dialect", "path"), TOLD, ids=[f"{dialect}/{path.name}" for dialect, path in TOLD])
def test_told_streams(dialect: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short, long = both_ways(dialect, path.read_bytes().splitlines(), monkeypatch)
    assert short == long
