"""SQLite, through the standard library, in a thread: one file for the processes of one machine.

Readers and a writer do not wait for one another (WAL), writers do. The connection belongs to this process alone: it is
opened at the first use, which is after a server has forked.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import anyio.to_thread

from dgrid_translate.responses_state.sql import SCHEMA, Result, Script, SQLState, Statement

T = TypeVar("T")
_BUSY = 30.0
"""Seconds that a writer waits for another."""


class SQLiteState(SQLState):
    """path: of the database file, which is made if it is missing; its folder is not."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(SQLiteDatabase(path))


class SQLiteDatabase:
    """One connection, used by one thread at a time."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    async def run(self, script: Callable[[], Script[T]], *, writes: bool) -> T:
        """Run a script; see Database."""
        return await anyio.to_thread.run_sync(self._run, script, writes)

    async def aclose(self) -> None:
        """Close the file."""
        await anyio.to_thread.run_sync(self._close)

    def _close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, script: Callable[[], Script[T]], writes: bool) -> T:
        with self._lock:
            connection = self._connection or self._open()
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                done = _drive(connection, script())
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
            return done

    def _open(self) -> sqlite3.Connection:
        Path(self._path).touch(mode=0o600)  # what people say is nobody else's on this machine
        connection = sqlite3.connect(self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in SCHEMA:
                connection.execute(statement)
            connection.commit()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection


def _drive(connection: sqlite3.Connection, script: Script[T]) -> T:
    try:
        statement = next(script)
        while True:
            statement = script.send(_execute(connection, statement))
    except StopIteration as stop:
        return stop.value


def _execute(connection: sqlite3.Connection, statement: Statement) -> Result:
    if statement.many is not None:
        return Result(changed=connection.executemany(statement.sql, map(_named, statement.many)).rowcount)
    cursor = connection.execute(statement.sql, _named(statement.args))
    return Result(cursor.fetchall(), cursor.rowcount)


def _named(args: Sequence[Any]) -> dict[str, Any]:
    """SQLite takes $1 for a name."""
    return {str(place): value for place, value in enumerate(args, 1)}
