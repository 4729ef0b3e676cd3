"""Whole loops of agents: every client before every upstream, three turns with calls and thoughts and one more."""

from __future__ import annotations

from functools import partial

import pytest

from dgrid_translate.registry import TABLE
from dgrid_translate.testing import laws
from dgrid_translate.testing.laws.agents import AGENTS
from tests.judge.clients import CLIENTS

LOOPS = [
    pytest.param(client, upstream, answers, id=f"{client}-{upstream}-{style}")
    for client in TABLE
    for upstream in TABLE
    if client in AGENTS and upstream in AGENTS
    for style, answers in AGENTS[upstream].answers.items()
]
SDK_LOOPS = [loop for loop in LOOPS if loop.values[0] in CLIENTS]
by_loop = pytest.mark.parametrize(("client", "upstream", "answers"), LOOPS)
by_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@by_loop
@by_way
def test_an_upstream_sees_its_own_conversation(
    client: str, upstream: str, answers: list[dict[str, object]], streamed: bool
) -> None:
    laws.agent_loop(client, upstream, answers, streamed=streamed)


@pytest.mark.parametrize(("client", "upstream", "answers"), SDK_LOOPS)
@by_way
def test_it_does_so_when_the_client_is_the_official_sdk(
    client: str, upstream: str, answers: list[dict[str, object]], streamed: bool
) -> None:
    sdk = CLIENTS[client]
    read = partial(sdk.read, streamed=streamed)
    laws.agent_loop(client, upstream, answers, streamed=streamed, goes_on=sdk.goes_on, read=read)
