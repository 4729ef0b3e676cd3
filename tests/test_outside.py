"""The rule on skips is worth its own tests: when it fails, nothing else looks wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests import outside

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(("in_ci", "raises"), [(True, pytest.fail.Exception), (False, pytest.skip.Exception)])
def test_missing_skips_for_developers_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, in_ci: bool, raises: type[Exception]
) -> None:
    monkeypatch.setattr(outside, "IN_CI", in_ci)
    with pytest.raises(raises, match="no-such-program is not installed"):
        outside.require("no-such-program")
    with pytest.raises(raises, match="no recorded traffic"):
        outside.corpora("no-such-dialect")


def test_require_goes_on_with_what_is_there() -> None:
    outside.require("python3")
    outside.require("package:msgspec")


def test_corpora_reads_a_record_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    records = [{"id": "1", "text": "a\u2028b"}, {"id": "2"}]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (tmp_path / "claude.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(outside, "CORPORA", tmp_path)
    assert outside.corpora("claude") == records


SKIPS = """
import pytest
def test_allowed(): pytest.skip("not built yet: x")
def test_not_allowed(): pytest.skip("tired")
@pytest.mark.skip(reason="tired")
def test_marked(): pass
@pytest.mark.xfail(reason="known")
def test_known(): assert False
def test_passes(): pass
"""


@pytest.mark.parametrize(
    ("ci", "outcomes"),
    [
        ("true", {"passed": 1, "skipped": 1, "failed": 1, "errors": 1, "xfailed": 1}),
        ("", {"passed": 1, "skipped": 3, "xfailed": 1}),
    ],
)
def test_the_rule_in_a_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcomes: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(outside.ROOT))
    pytester.makepyfile(SKIPS)
    result = pytester.runpytest_subprocess("-p", "tests.conftest", "-p", "no:cacheprovider")
    assert result.parseoutcomes() == outcomes


def test_a_module_that_skips_itself_fails_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTHONPATH", str(outside.ROOT))
    pytester.makepyfile('import pytest; pytest.importorskip("no_such_package")')
    result = pytester.runpytest_subprocess("-p", "tests.conftest", "-p", "no:cacheprovider")
    assert result.parseoutcomes() == {"errors": 1}
