"""The stage that all Python clients are tried on, and who calls them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.scripted import BACKENDS, Runner, Stage, stage


@pytest.fixture(scope="session", name="stage")
def _stage() -> Iterator[Stage]:
    with stage() as found:
        yield found


@pytest.fixture
def run() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param
