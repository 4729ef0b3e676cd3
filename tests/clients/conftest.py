"""The stage that all Python clients are tried on, and who calls them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
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


@pytest.fixture
def gateway(stage: Stage) -> str:
    """The address that `client` is given."""
    return stage.base


@pytest.fixture(params=[openai.OpenAI, openai.AsyncOpenAI])
def client(request: pytest.FixtureRequest, gateway: str, run: Runner) -> Iterator[Any]:
    """OpenAI's, of both kinds; the tests of other SDKs have their own."""
    made = request.param(api_key="client-key", base_url=gateway + "/v1", max_retries=0)
    yield made
    run(made.close())
