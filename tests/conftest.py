"""Settings for all tests: hypothesis profiles, fixtures for outside parts, and the rule on skips in CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import outside
from tests.postgres import server

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any

# No deadlines: machines are shared, and a slow example is a matter for the benchmarks.
settings.register_profile("dev", max_examples=50, deadline=None, print_blob=True)
settings.register_profile("ci", max_examples=200, deadline=None, print_blob=True, derandomize=True)
settings.register_profile("deep", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if outside.IN_CI else "dev"))


@pytest.fixture(name="require", scope="session")
def _require() -> Callable[[str], None]:
    return outside.require


@pytest.fixture(name="corpora", scope="session")
def _corpora() -> Callable[[str], list[dict[str, Any]]]:
    return outside.corpora


def fail_unallowed_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip that the policy does not allow into a failure; an expected failure stays one."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not outside.may_skip_in_ci(reason.removeprefix("Skipped: ")):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} skipped in CI: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hold each test to the rule on skips."""
    report = yield
    if outside.IN_CI:
        fail_unallowed_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold whole modules (`pytest.importorskip`) to it too."""
    report = yield
    if outside.IN_CI:
        fail_unallowed_skip(report)
    return report


@pytest.fixture(name="postgres", scope="session")
def _postgres() -> Iterator[str]:
    with server() as address:
        yield address
