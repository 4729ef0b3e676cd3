"""PostgreSQL, through asyncpg (extra: postgres): one database for any number of machines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from dgrid_translate.responses_state.sql import SCHEMA, Result, Script, SQLState, Statement

T = TypeVar("T")
_LOCK = 0x646774
"""What processes that make the tables at the same time wait for one another by."""


class PostgresState(SQLState):
    """address: `postgresql://user@host/database` as libpq has it, or an asyncpg pool of yours, which you close.

    max_connections: of this process. The user must be allowed to make tables, or they must be there: see `sql.SCHEMA`.
    """

    def __init__(self, address: Any, *, max_connections: int = 10) -> None:
        super().__init__(PostgresDatabase(address, max_connections))


class PostgresDatabase:
    """A pool, opened at the first use: it belongs to the loop that runs then."""

    def __init__(self, address: Any, max_connections: int) -> None:
        self._address = address
        self._max = max_connections
        self._pool: Any = None
        self._opening: asyncio.Lock | None = None

    async def run(self, script: Callable[[], Script[T]], *, writes: bool) -> T:  # noqa: ARG002 - reads need nothing less
        """Run a script; see Database."""
        pool = self._pool or await self._open()
        async with pool.acquire() as connection, connection.transaction():
            running = script()
            try:
                statement = next(running)
                while True:
                    statement = running.send(await _execute(connection, statement))
            except StopIteration as stop:
                return stop.value

    async def aclose(self) -> None:
        """Close the pool, unless it is yours."""
        if self._pool is not None and isinstance(self._address, str):
            await self._pool.close()
        self._pool = None

    async def _open(self) -> Any:
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._pool is None:
                self._pool = await self._opened()
            return self._pool

    async def _opened(self) -> Any:
        pool: Any = self._address
        if isinstance(pool, str):
            asyncpg: Any = import_module("asyncpg")
            pool = await asyncpg.create_pool(pool, min_size=1, max_size=self._max)
        async with pool.acquire() as connection, connection.transaction():
            there = await connection.fetchval("SELECT to_regclass('dgt_conversations') IS NOT NULL")
            if not there:
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                for statement in SCHEMA:
                    await connection.execute(statement)
        return pool


async def _execute(connection: Any, statement: Statement) -> Result:
    if statement.many is not None:
        await connection.executemany(statement.sql, statement.many)
        return Result(changed=len(statement.many))
    if statement.sql.startswith(("SELECT", "WITH")):
        return Result([tuple(row) for row in await connection.fetch(statement.sql, *statement.args)])
    tag: str = await connection.execute(statement.sql, *statement.args)
    return Result(changed=int(tag.rpartition(" ")[2]))
