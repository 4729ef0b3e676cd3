"""What tests need from outside the checkout: recorded traffic, other runtimes, optional packages.

A developer may lack any of it, then the test skips and says why. In CI it must be there, so that a green run means
that everything ran; `MAY_SKIP_IN_CI` is the whole list of exceptions.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parents[1]
CORPORA = ROOT / ".." / "shared" / "corpora"
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

MAY_SKIP_IN_CI = (re.compile(r"not built yet: "),)
"""Reasons, as patterns for their beginning, for which a test may skip in CI too."""


def missing(reason: str) -> NoReturn:
    """Skip the running test for want of something outside; in CI fail it, unless the policy allows the reason."""
    if IN_CI and not may_skip_in_ci(reason):
        pytest.fail(f"missing in CI: {reason}", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def may_skip_in_ci(reason: str) -> bool:
    """Tell whether the policy lets a test skip in CI for this reason."""
    return any(pattern.match(reason) for pattern in MAY_SKIP_IN_CI)


def require(part: str) -> None:
    """Go on only with this part: a program ("node"), or a Python package ("package:openai").

    Packages are looked up, not imported: a package that is there and broken must fail its test.
    """
    if part.startswith("package:"):
        found = importlib.util.find_spec(part.removeprefix("package:")) is not None
    else:
        found = shutil.which(part) is not None
    if not found:
        missing(f"{part} is not installed")


def corpora(dialect: str) -> list[dict[str, Any]]:
    """All recorded exchanges of one dialect, as named by its corpus file ("claude", "openai-chat").

    Callers share the list and must not change the records.
    """
    path = CORPORA / f"{dialect}.jsonl"
    if not path.is_file():
        missing(f"no recorded traffic: ../shared/corpora/{path.name} is not there")
    return _records(path)


@cache
def _records(path: Path) -> list[dict[str, Any]]:
    # Not splitlines(): JSON strings may hold U+2028 and its like, which are line ends only to Python.
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
