"""State in a database that speaks SQL, SQLite or PostgreSQL: the statements are the same for both.

Each operation is a script: a generator that yields statements and is sent what they gave. A database runs a script in
one transaction, in whatever way it can. Three tables, made when they are missing:

- dgt_responses: a turn a row, without its items. A deleted turn that others go on from stays as an empty row that has
  expired; it goes with the last of them.
- dgt_items: the items, by who holds them (a turn or a conversation) and their place there.
- dgt_conversations: with the place of the next item.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dgrid_translate.responses_state.state import GOOD, Conversation, Item, Turn

T = TypeVar("T")


class Statement(Struct, frozen=True):
    """SQL with $1, $2... for its arguments; `many` runs it once for each of several rows of them."""

    sql: str
    args: Sequence[Any] = ()
    many: Sequence[Sequence[Any]] | None = None


class Result(Struct, frozen=True):
    """The rows of a SELECT, or how many rows were changed."""

    rows: Sequence[Sequence[Any]] = ()
    changed: int = 0


Script = Generator[Statement, Result, T]


class Database(Protocol):
    """Runs scripts."""

    async def run(self, script: Callable[[], Script[T]], *, writes: bool) -> T:
        """Run one in a transaction that is undone if it raises."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


SCHEMA = (
    """CREATE TABLE IF NOT EXISTS dgt_responses (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, status TEXT NOT NULL, created DOUBLE PRECISION NOT NULL,
        expires DOUBLE PRECISION NOT NULL, beat DOUBLE PRECISION NOT NULL, previous TEXT, conversation TEXT,
        body BYTEA NOT NULL, events BYTEA NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS dgt_responses_previous ON dgt_responses (previous)",
    "CREATE INDEX IF NOT EXISTS dgt_responses_expires ON dgt_responses (expires)",
    """CREATE TABLE IF NOT EXISTS dgt_items (
        holder TEXT NOT NULL, place BIGINT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, said BIGINT NOT NULL,
        kept DOUBLE PRECISION NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (holder, place))""",
    "CREATE INDEX IF NOT EXISTS dgt_items_id ON dgt_items (owner, id, kept)",
    """CREATE TABLE IF NOT EXISTS dgt_conversations (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, created BIGINT NOT NULL, metadata BYTEA NOT NULL,
        next BIGINT NOT NULL)""",
)
"""`said` is 1 for what the model said, `kept` when that was. SQLite takes these types for its own nearest ones."""

_TURN = "id, owner, status, created, expires, beat, previous, conversation, body, events"
_ADD_TURN = f"INSERT INTO dgt_responses ({_TURN}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
_GET_TURN = f"SELECT {_TURN} FROM dgt_responses WHERE owner = $1 AND id = $2 AND expires > $3"
_FINISH = """UPDATE dgt_responses SET status = $3, expires = $4, beat = $5, body = $6, events = $7
    WHERE owner = $1 AND id = $2 AND status IN ('queued', 'in_progress')"""
_BEAT = """UPDATE dgt_responses SET beat = $3
    WHERE owner = $1 AND id = $2 AND status IN ('queued', 'in_progress') AND expires > $3"""
_CHAIN = """WITH RECURSIVE chain (id, previous, depth) AS (
        SELECT id, previous, 0 FROM dgt_responses WHERE owner = $1 AND id = $2
        UNION ALL
        SELECT r.id, r.previous, chain.depth + 1 FROM dgt_responses r JOIN chain ON r.id = chain.previous
        WHERE r.owner = $1)
    SELECT chain.depth, chain.previous, i.said, i.id, i.body FROM chain LEFT JOIN dgt_items i ON i.holder = chain.id
    ORDER BY chain.depth DESC, i.place"""
_BURY = """UPDATE dgt_responses SET status = 'deleted', body = $3, events = $3, expires = 0
    WHERE owner = $1 AND id = $2 AND expires > $4"""
_DEAD = """SELECT id FROM dgt_responses WHERE expires <= $1
    AND NOT EXISTS (SELECT 1 FROM dgt_responses c WHERE c.previous = dgt_responses.id) LIMIT 500"""
_DROP_TURN = "DELETE FROM dgt_responses WHERE id = $1"
_DROP_ITEMS = "DELETE FROM dgt_items WHERE holder = $1"
_ADD_ITEM = "INSERT INTO dgt_items (holder, place, id, owner, said, kept, body) VALUES ($1, $2, $3, $4, $5, $6, $7)"
_CONVERSATION = "SELECT id, owner, created, metadata FROM dgt_conversations WHERE owner = $1 AND id = $2"
_SWEEP = 60.0
"""Seconds between two looks for what has expired."""


class SQLState:
    """State in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._swept = time.time()

    async def add(self, turn: Turn) -> None:
        """See State."""

        def script() -> Script[None]:
            yield Statement(
                _ADD_TURN,
                [
                    *(turn.id, turn.owner, turn.status, turn.created, turn.expires, turn.beat),
                    *(turn.previous, turn.conversation, turn.body, turn.events),
                ],
            )
            yield from _keep_items(turn)

        await self._write(script)
        if time.time() - self._swept > _SWEEP:
            self._swept = time.time()
            await self.sweep()

    async def finish(self, turn: Turn) -> bool:
        """See State."""

        def script() -> Script[bool]:
            args = [turn.owner, turn.id, turn.status, turn.expires, turn.beat, turn.body, turn.events]
            if not (yield Statement(_FINISH, args)).changed:
                return False
            sql = "SELECT id, body FROM dgt_items WHERE holder = $1 ORDER BY place"
            given = [Item(id, bytes(body)) for id, body in (yield Statement(sql, [turn.id])).rows]
            yield from _keep_items(replace(turn, input=given), new=len(given))
            return True

        return await self._write(script)

    async def beat(self, owner: str, id: str) -> bool:
        """See State."""

        def script() -> Script[bool]:
            return bool((yield Statement(_BEAT, [owner, id, time.time()])).changed)

        return await self._write(script)

    async def get(self, owner: str, id: str) -> Turn | None:
        """See State."""

        def script() -> Script[Turn | None]:
            rows = (yield Statement(_GET_TURN, [owner, id, time.time()])).rows
            if not rows:
                return None
            id_, owner_, status, created, expires, beat, previous, conversation, body, events = rows[0]
            return Turn(
                id=id_,
                owner=owner_,
                status=status,
                created=created,
                expires=expires,
                beat=beat,
                previous=previous,
                conversation=conversation,
                body=bytes(body),
                events=bytes(events),
            )

        return await self._read(script)

    async def history(self, owner: str, id: str) -> tuple[list[Item], list[Item]] | None:
        """See State."""

        def script() -> Script[tuple[list[Item], list[Item]] | None]:
            there = (yield Statement(_GET_TURN, [owner, id, time.time()])).rows
            rows = (yield Statement(_CHAIN, [owner, id])).rows if there else ()
            if not rows or rows[0][1] is not None:  # the oldest there goes on from one that is not
                return None
            seen: list[Item] = []
            said: list[Item] = []
            for depth, _, by_model, item, body in rows:
                if item is not None:
                    (said if by_model and depth == 0 else seen).append(Item(item, bytes(body)))
            return seen, said

        return await self._read(script)

    async def delete(self, owner: str, id: str) -> bool:
        """See State."""

        def script() -> Script[bool]:
            if not (yield Statement(_BURY, [owner, id, b"", time.time()])).changed:
                return False
            yield from _sweep()
            return True

        return await self._write(script)

    async def find(self, owner: str, ids: Collection[str]) -> dict[str, Item]:
        """See State."""

        def script() -> Script[dict[str, Item]]:
            found: dict[str, Item] = {}
            for id in ids:
                sql = "SELECT id, body FROM dgt_items WHERE owner = $1 AND id = $2 ORDER BY kept DESC LIMIT 1"
                for item, body in (yield Statement(sql, [owner, id])).rows:
                    found[item] = Item(item, bytes(body))
            return found

        return await self._read(script) if ids else {}

    async def add_conversation(self, conversation: Conversation, items: Sequence[Item]) -> None:
        """See State."""

        def script() -> Script[None]:
            one = conversation
            sql = "INSERT INTO dgt_conversations (id, owner, created, metadata, next) VALUES ($1, $2, $3, $4, 0)"
            yield Statement(sql, [one.id, one.owner, one.created, one.metadata])
            yield from _append(one.owner, one.id, items)

        await self._write(script)

    async def get_conversation(self, owner: str, id: str) -> Conversation | None:
        """See State."""

        def script() -> Script[Conversation | None]:
            for id_, owner_, created, metadata in (yield Statement(_CONVERSATION, [owner, id])).rows:
                return Conversation(id=id_, owner=owner_, created=created, metadata=bytes(metadata))
            return None

        return await self._read(script)

    async def set_metadata(self, owner: str, id: str, metadata: bytes) -> bool:
        """See State."""

        def script() -> Script[bool]:
            sql = "UPDATE dgt_conversations SET metadata = $3 WHERE owner = $1 AND id = $2"
            return bool((yield Statement(sql, [owner, id, metadata])).changed)

        return await self._write(script)

    async def delete_conversation(self, owner: str, id: str) -> bool:
        """See State."""

        def script() -> Script[bool]:
            sql = "DELETE FROM dgt_conversations WHERE owner = $1 AND id = $2"
            if not (yield Statement(sql, [owner, id])).changed:
                return False
            yield Statement(_DROP_ITEMS, [id])
            return True

        return await self._write(script)

    async def items(self, owner: str, conversation: str) -> list[Item] | None:
        """See State."""

        def script() -> Script[list[Item] | None]:
            if not (yield Statement(_CONVERSATION, [owner, conversation])).rows:
                return None
            sql = "SELECT id, body FROM dgt_items WHERE holder = $1 ORDER BY place"
            rows = (yield Statement(sql, [conversation])).rows
            return [Item(id, bytes(body)) for id, body in rows]

        return await self._read(script)

    async def add_items(self, owner: str, conversation: str, items: Sequence[Item]) -> bool:
        """See State."""
        return await self._write(lambda: _append(owner, conversation, items))

    async def delete_item(self, owner: str, conversation: str, id: str) -> bool:
        """See State."""

        def script() -> Script[bool]:
            sql = "DELETE FROM dgt_items WHERE owner = $1 AND holder = $2 AND id = $3"
            return bool((yield Statement(sql, [owner, conversation, id])).changed)

        return await self._write(script)

    async def sweep(self) -> int:
        """Remove what has expired and is not needed for what has not; how many turns that were."""
        return await self._write(_sweep)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._database.aclose()

    async def _read(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.run(script, writes=False)

    async def _write(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.run(script, writes=True)


def _keep_items(turn: Turn, new: int = 0) -> Script[None]:
    """Keep a turn's items from the place `new` on, and show all of them to its conversation."""
    held = [(item, 0) for item in turn.input] + [(item, 1) for item in turn.output]
    now = time.time()
    rows = [[turn.id, place, one.id, turn.owner, said, now, one.body] for place, (one, said) in enumerate(held)]
    if rows[new:]:
        yield Statement(_ADD_ITEM, many=rows[new:])
    if turn.conversation is not None and turn.status in GOOD:
        yield from _append(turn.owner, turn.conversation, [item for item, _ in held])


def _append(owner: str, conversation: str, items: Sequence[Item]) -> Script[bool]:
    """Put items at the end of a conversation; the update lets no other append come between."""
    sql = "UPDATE dgt_conversations SET next = next + $3 WHERE owner = $1 AND id = $2"
    if not (yield Statement(sql, [owner, conversation, len(items)])).changed:
        return False
    end = (yield Statement("SELECT next FROM dgt_conversations WHERE id = $1", [conversation])).rows[0][0]
    first = end - len(items)
    now = time.time()
    rows = [[conversation, first + place, item.id, owner, 0, now, item.body] for place, item in enumerate(items)]
    if rows:
        yield Statement(_ADD_ITEM, many=rows)
    return True


def _sweep() -> Script[int]:
    """From the ends of chains upwards."""
    now = time.time()
    gone = 0
    while dead := (yield Statement(_DEAD, [now])).rows:
        yield Statement(_DROP_ITEMS, many=[[id] for (id,) in dead])
        yield Statement(_DROP_TURN, many=[[id] for (id,) in dead])
        gone += len(dead)
    return gone
