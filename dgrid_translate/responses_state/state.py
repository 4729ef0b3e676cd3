"""What is kept of answers, and the contract with whoever keeps it.

A Turn is one answer of the Responses API with the items that were new in its request. It names the turn before it, so
that the items a model saw are those of the whole chain; nothing is kept twice. A Conversation is a list of items that
clients also change by hand. Everything has an owner, and nobody else is ever given it.

Bodies are JSON text that is never looked into here: what was sealed or signed comes back byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct

RUNNING = frozenset({"queued", "in_progress"})
"""The statuses of an answer that is still being made."""

GOOD = frozenset({"completed", "incomplete"})
"""The statuses of an answer that a conversation goes on with."""


class Item(Struct, frozen=True):
    """One item, as it came; `id` is its own, or what it is called here if it came without."""

    id: str
    body: bytes


class Turn(Struct, frozen=True, kw_only=True):
    """An answer.

    created, expires, beat: unix seconds; the last is when the process that makes it was last heard of. previous: the
    turn it goes on from. conversation: the one it belongs to. body: the response object. events: the frames of its
    stream, where a client may still come back for them. input: what its own request said. output: its items.
    """

    id: str
    owner: str
    status: str
    created: float
    expires: float
    beat: float = 0.0
    previous: str | None = None
    conversation: str | None = None
    body: bytes = b""
    events: bytes = b""
    input: Sequence[Item] = ()
    output: Sequence[Item] = ()


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation without its items. metadata: a JSON object."""

    id: str
    owner: str
    created: int
    metadata: bytes = b"{}"


@runtime_checkable
class State(Protocol):
    """Keeps turns and conversations. What is not there, or is another owner's, is None, False or absent.

    Whatever returns has been done: the next call of anybody, in any process that shares the store, sees it.
    """

    async def add(self, turn: Turn) -> None:
        """Keep a turn. One that has ended well also puts its items at the end of its conversation."""
        ...

    async def finish(self, turn: Turn) -> bool:
        """Replace a turn that is running, but for its input, by what has become of it; False if it is running no more.

        One that has ended well also puts its items at the end of its conversation.
        """
        ...

    async def beat(self, owner: str, id: str) -> bool:
        """Say that a turn is still being made; False if it is running no more."""
        ...

    async def get(self, owner: str, id: str) -> Turn | None:
        """A turn without its items, unless it has expired."""
        ...

    async def history(self, owner: str, id: str) -> tuple[list[Item], list[Item]] | None:
        """All that a turn was made of, oldest first, and its output; None if any of it is gone."""
        ...

    async def delete(self, owner: str, id: str) -> bool:
        """Forget a turn; its items stay as long as turns that go on from it."""
        ...

    async def find(self, owner: str, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by their ids, of turns and of conversations; of several with one id the latest."""
        ...

    async def add_conversation(self, conversation: Conversation, items: Sequence[Item]) -> None:
        """Keep a conversation and its first items."""
        ...

    async def get_conversation(self, owner: str, id: str) -> Conversation | None:
        """A conversation."""
        ...

    async def set_metadata(self, owner: str, id: str, metadata: bytes) -> bool:
        """Replace the metadata of a conversation."""
        ...

    async def delete_conversation(self, owner: str, id: str) -> bool:
        """Forget a conversation and its items; the turns in it stay."""
        ...

    async def items(self, owner: str, conversation: str) -> list[Item] | None:
        """The items of a conversation, oldest first."""
        ...

    async def add_items(self, owner: str, conversation: str, items: Sequence[Item]) -> bool:
        """Put items at its end."""
        ...

    async def delete_item(self, owner: str, conversation: str, id: str) -> bool:
        """Take an item out of it."""
        ...

    async def aclose(self) -> None:
        """Release everything; it is not used after that."""
        ...
