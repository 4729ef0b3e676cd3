"""Rare members: what becomes of each, exactly, and that nothing of them is lost at home."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialects.rare import FILES, cases, expected_home, outcome

CASES = [
    pytest.param(dialect, case, id=f"{dialect}-{case['kind']}-{case['what']}")
    for folder, dialect in FILES.items()
    for case in cases(folder)
]


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_what_becomes_of_it(dialect: str, case: dict[str, Any]) -> None:
    found = outcome(dialect, case)
    assert found.made == case["made"]
    assert found.losses == case["losses"]
    assert found.home == expected_home(dialect, case)
