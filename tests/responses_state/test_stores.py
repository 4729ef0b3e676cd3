"""What every store must do, the same for each."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import pytest
from msgspec.structs import replace

from dgrid_translate.responses_state import Conversation, Item, MemoryState, PostgresState, State, Turn, open_state

pytestmark = [pytest.mark.timeout(60), pytest.mark.anyio]
STORES = ["memory", "sqlite", "postgres"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Opener:
    """Opens the same store once more, as another process would; one in memory is what it is."""

    address: str
    opened: list[State]

    def again(self) -> State:
        if self.address == "memory":
            return self.opened[0]
        self.opened.append(open_state(self.address))
        return self.opened[-1]


@pytest.fixture(params=STORES)
async def opener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    address = {"memory": "memory", "sqlite": f"sqlite:///{tmp_path}/kept.db"}.get(request.param)
    address = address or request.getfixturevalue("postgres")
    found = Opener(address, [open_state(address)])
    yield found
    for one in found.opened:
        await one.aclose()


@pytest.fixture
def state(opener: Opener) -> State:
    return opener.opened[0]


_made = iter(range(10**9))


def name(prefix: str) -> str:
    return f"{prefix}_{next(_made)}_{time.time_ns()}"


def item(id: str, text: str = "") -> Item:
    return Item(id, b'{"id": "%b", "text": "\\ud83d%b\\u0000 \xc3\xa7"}' % (id.encode(), text.encode()))


def turn(owner: str, previous: str | None = None, **more: Any) -> Turn:
    id = name("resp")
    made = Turn(
        id=id,
        owner=owner,
        status="completed",
        created=1.5,
        expires=time.time() + 60,
        previous=previous,
        body=b'{"a":1}',
        events=b"data: \x00\xff",
        input=[item(id + "_in")],
        output=[item(id + "_out"), item(id + "_more")],
    )
    return replace(made, **more)


async def seen(state: State, one: Turn) -> list[str]:
    found = await state.history(one.owner, one.id)
    assert found is not None
    return [item.id for item in [*found[0], *found[1]]]


def ids(*turns: Turn) -> list[str]:
    return [item.id for one in turns for item in [*one.input, *one.output]]


async def test_a_turn_comes_back_as_it_was(state: State) -> None:
    one = turn(name("owner"))
    await state.add(one)
    assert await state.get(one.owner, one.id) == replace(one, input=(), output=()) or isinstance(state, MemoryState)
    found = await state.history(one.owner, one.id)
    assert found == (list(one.input), list(one.output))


async def test_nobody_else_is_given_anything(state: State) -> None:
    mine, other = name("owner"), name("owner")
    one = turn(mine)
    await state.add(one)
    talk = Conversation(id=name("conv"), owner=mine, created=1)
    await state.add_conversation(talk, [item("a")])
    assert await state.get(other, one.id) is None
    assert await state.history(other, one.id) is None
    assert not await state.delete(other, one.id)
    assert await state.find(other, [one.input[0].id, "a"]) == {}
    assert await state.get_conversation(other, talk.id) is None
    assert await state.items(other, talk.id) is None
    assert not await state.add_items(other, talk.id, [item("b")])
    assert not await state.set_metadata(other, talk.id, b'{"b":1}')
    assert not await state.delete_item(other, talk.id, "a")
    assert not await state.delete_conversation(other, talk.id)
    assert await state.items(mine, talk.id) == [item("a")]


async def test_a_chain_and_its_forks(state: State) -> None:
    owner = name("owner")
    first = turn(owner)
    second = turn(owner, first.id)
    third, fork = turn(owner, second.id), turn(owner, second.id)
    for one in (first, second, third, fork):
        await state.add(one)
    assert await seen(state, third) == ids(first, second, third)
    assert await seen(state, fork) == ids(first, second, fork)
    history = await state.history(owner, third.id)
    assert history is not None
    assert [one.id for one in history[1]] == [one.id for one in third.output]


async def test_a_deleted_turn_stays_under_those_that_go_on_from_it(state: State) -> None:
    owner = name("owner")
    first = turn(owner)
    second = turn(owner, first.id)
    third = turn(owner, second.id)
    for one in (first, second, third):
        await state.add(one)
    assert await state.delete(owner, second.id)
    assert await state.delete(owner, first.id)
    assert not await state.delete(owner, second.id)
    assert await state.get(owner, second.id) is None
    assert await state.history(owner, second.id) is None
    assert await seen(state, third) == ids(first, second, third)
    assert await state.delete(owner, third.id)
    assert await state.find(owner, ids(first, second, third)) == {}


async def test_what_has_expired_is_gone_but_not_under_what_has_not(state: State) -> None:
    owner = name("owner")
    first = turn(owner, expires=time.time() + 0.2)
    second = turn(owner, first.id)
    await state.add(first)
    await state.add(second)
    await anyio.sleep(0.25)
    assert await state.get(owner, first.id) is None
    assert await seen(state, second) == ids(first, second)
    if not isinstance(state, MemoryState):
        lone = turn(owner, expires=time.time() - 1)
        await state.add(lone)
        assert await state.sweep() >= 1  # type: ignore[attr-defined]
        assert await state.find(owner, ids(lone)) == {}
    assert await seen(state, second) == ids(first, second)


async def test_a_turn_that_goes_on_from_nothing_has_no_history(state: State) -> None:
    one = turn(name("owner"), "resp_none")
    await state.add(one)
    assert await state.history(one.owner, one.id) is None


async def test_running_ends_once(opener: Opener, state: State) -> None:
    elsewhere = opener.again()
    one = turn(name("owner"), status="queued", output=(), body=b"{}")
    await state.add(one)
    assert await state.beat(one.owner, one.id)
    assert (await elsewhere.get(one.owner, one.id)).beat > time.time() - 5  # type: ignore[union-attr]
    cancelled = replace(one, status="cancelled", body=b'{"status":"cancelled"}')
    assert await elsewhere.finish(cancelled)
    assert not await state.beat(one.owner, one.id)
    assert not await state.finish(replace(one, status="completed", output=[item(name("late"))]))
    found = await state.get(one.owner, one.id)
    assert found is not None
    assert (found.status, found.body) == ("cancelled", b'{"status":"cancelled"}')
    assert await seen(state, one) == [one.input[0].id]


async def test_conversations(opener: Opener, state: State) -> None:
    owner = name("owner")
    talk = Conversation(id=name("conv"), owner=owner, created=7, metadata=b'{"a": "b"}')
    await state.add_conversation(talk, [item("x1")])
    assert await opener.again().get_conversation(owner, talk.id) == talk
    assert await state.set_metadata(owner, talk.id, b'{"c": "d"}')
    assert (await state.get_conversation(owner, talk.id)).metadata == b'{"c": "d"}'  # type: ignore[union-attr]
    assert await state.add_items(owner, talk.id, [item("x2"), item("x3")])
    running = turn(owner, conversation=talk.id, status="in_progress", output=())
    await state.add(running)
    assert [one.id for one in await state.items(owner, talk.id) or ()] == ["x1", "x2", "x3"]
    done = replace(running, status="completed", output=[item("y1")])
    assert await state.finish(done)
    assert [one.id for one in await state.items(owner, talk.id) or ()] == ["x1", "x2", "x3", *ids(done)]
    assert await state.delete_item(owner, talk.id, "x2")
    assert not await state.delete_item(owner, talk.id, "x2")
    assert [one.id for one in await state.items(owner, talk.id) or ()] == ["x1", "x3", *ids(done)]
    assert await state.find(owner, ["x1", "x2", "y1"]) == {"x1": item("x1"), "y1": item("y1")}
    assert await state.delete_conversation(owner, talk.id)
    assert await state.items(owner, talk.id) is None
    assert await state.find(owner, ["x1", "y1"]) == {"y1": item("y1")}
    assert await seen(state, done) == ids(done)


async def test_a_turn_whose_conversation_is_gone_is_kept(state: State) -> None:
    one = turn(name("owner"), conversation="conv_none")
    await state.add(one)
    assert await seen(state, one) == ids(one)


async def test_many_at_once_keep_their_order(opener: Opener, state: State) -> None:
    owner = name("owner")
    talk = Conversation(id=name("conv"), owner=owner, created=7)
    await state.add_conversation(talk, [])
    other = opener.again()

    async def put(number: int) -> None:
        pair = [item(f"p{number}_a"), item(f"p{number}_b")]
        await (state if number % 2 else other).add_items(owner, talk.id, pair)

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(put, number)
    found = [one.id for one in await state.items(owner, talk.id) or ()]
    assert len(found) == 40
    assert all(found[at][:-1] == found[at + 1][:-1] for at in range(0, 40, 2))


async def test_a_long_chain(state: State) -> None:
    owner = name("owner")
    turns: list[Turn] = []
    for _ in range(200):
        turns.append(turn(owner, turns[-1].id if turns else None))
        await state.add(turns[-1])
    assert await seen(state, turns[-1]) == ids(*turns)
    for one in turns:
        assert await state.delete(owner, one.id)
    assert await state.find(owner, ids(*turns)) == {}


# memory alone


async def test_memory_is_bounded_in_entries() -> None:
    state = MemoryState(max_entries=3)
    turns = [turn("me") for _ in range(5)]
    for one in turns:
        await state.add(one)
    assert state.entries == 3
    assert [await state.get("me", one.id) is not None for one in turns] == [False, False, True, True, True]
    assert await state.find("me", [turns[0].input[0].id]) == {}


async def test_memory_is_bounded_in_bytes_and_counts_them() -> None:
    state = MemoryState(max_bytes=100_000)
    for number in range(50):
        await state.add(turn("me", body=b"x" * 10_000, conversation=None if number % 2 else "conv_none"))
        assert state.bytes <= 100_000
    assert 5 < state.entries < 10
    while state.entries:
        oldest = next(iter(state._kept))
        assert await state.delete("me", oldest)
    assert state.bytes == 0
    assert not state._by_id
    assert not state._followers


async def test_memory_forgets_what_was_used_least_recently() -> None:
    state = MemoryState(max_entries=3)
    first, second, third = turn("me"), turn("me"), turn("me")
    for one in (first, second, third):
        await state.add(one)
    await state.history("me", first.id)
    await state.add(turn("me", first.id))
    assert await state.get("me", second.id) is None
    assert await state.get("me", first.id) is not None


@pytest.mark.parametrize("address", ["", "redis://x", "sqlite://x.db", "sqlite:///", "memory:", "mysql://a"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ValueError, match="not a state"):
        open_state(address)


# PostgreSQL alone


async def test_many_processes_make_the_tables_at_once(postgres: str) -> None:
    connection: Any = await import_module("asyncpg").connect(postgres)
    await connection.execute("CREATE DATABASE fresh")
    await connection.close()
    states = [open_state(postgres.replace("/postgres", "/fresh")) for _ in range(8)]
    turns = [turn("me") for _ in states]
    async with anyio.create_task_group() as group:
        for one, state in zip(turns, states, strict=True):
            group.start_soon(state.add, one)
    assert all([await states[0].get("me", one.id) is not None for one in turns])
    for state in states:
        await state.aclose()


async def test_a_pool_of_the_user_s_stays_open(postgres: str) -> None:
    pool: Any = await import_module("asyncpg").create_pool(postgres, min_size=1, max_size=2)
    state = PostgresState(pool)
    one = turn(name("owner"))
    await state.add(one)
    await state.aclose()
    assert await pool.fetchval("SELECT count(*) FROM dgt_items WHERE holder = $1", one.id) == 3
    await pool.close()
