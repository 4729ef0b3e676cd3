"""What the Responses API keeps between requests, for backends that keep nothing.

`state.py` has the contract, for those who bring a store of their own; `memory.py`, `sqlite.py` and `postgres.py` fulfil
it. Nothing here knows HTTP: `dgrid_translate.asgi` serves what is kept.
"""

from __future__ import annotations

from dgrid_translate.responses_state.memory import MemoryState
from dgrid_translate.responses_state.postgres import PostgresState
from dgrid_translate.responses_state.sqlite import SQLiteState
from dgrid_translate.responses_state.state import Conversation, Item, State, Turn

__all__ = ["Conversation", "Item", "MemoryState", "PostgresState", "SQLiteState", "State", "Turn", "open_state"]


def open_state(state: str | State) -> State:
    """A State of an address: "memory", "sqlite:///relative.db", "sqlite:////absolute.db" or "postgresql://...".

    Raises:
        ValueError: no address of a store that there is.
        ImportError: the extra that it needs is not installed.
    """
    if not isinstance(state, str):
        return state
    if state == "memory":
        return MemoryState()
    scheme, _, rest = state.partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return SQLiteState(rest[1:])
    if scheme in ("postgresql", "postgres"):
        from importlib.util import find_spec

        if find_spec("asyncpg") is None:
            raise ImportError("state in PostgreSQL needs the extra 'postgres': pip install 'dgrid-translate[postgres]'")
        return PostgresState(state)
    raise ValueError(f"not a state: {scheme or state}; say memory, sqlite:///path.db or postgresql://...")
