"""State in this process's own memory: gone when it ends, and unknown to other processes.

It is bounded in entries and bytes. When a bound is reached, what was used least recently goes first; the turns that a
turn goes on from count as used with it, so that a chain loses its oldest turns only when all of it is old.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from dgrid_translate.responses_state.state import GOOD, RUNNING, Conversation, Item, Turn

_OVERHEAD = 400
"""About what an entry or an item costs besides its text."""


class MemoryState:
    """max_entries: turns and conversations. max_bytes: of their text, with what it takes to hold it."""

    def __init__(self, *, max_entries: int = 10_000, max_bytes: int = 256 << 20) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise ValueError("the bounds must allow at least one entry")
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._kept: dict[str, Turn | Conversation] = {}  # the least recently used first
        self._items: dict[str, list[Item]] = {}  # of conversations
        self._by_id: dict[tuple[str, str], dict[str, Item]] = {}  # by owner and id: who holds it, the latest last
        self._followers: dict[str, int] = {}  # how many turns go on from a turn
        self._sizes: dict[str, int] = {}
        self._bytes = 0

    @property
    def entries(self) -> int:
        """How many turns and conversations there are."""
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How many bytes they take, about."""
        return self._bytes

    # turns

    async def add(self, turn: Turn) -> None:
        """See State."""
        self._put(turn)
        if turn.previous is not None:
            self._followers[turn.previous] = self._followers.get(turn.previous, 0) + 1
        await self._converse(turn)
        self._shrink(turn.id)

    async def finish(self, turn: Turn) -> bool:
        """See State."""
        found = await self.get(turn.owner, turn.id)
        if found is None or found.status not in RUNNING:
            return False
        turn = replace(turn, input=found.input)
        self._put(turn)
        await self._converse(turn)
        self._shrink(turn.id)
        return True

    async def beat(self, owner: str, id: str) -> bool:
        """See State."""
        found = await self.get(owner, id)
        if found is None or found.status not in RUNNING:
            return False
        self._kept[id] = replace(self._turn(owner, id) or found, beat=time.time())
        return True

    async def get(self, owner: str, id: str) -> Turn | None:
        """See State."""
        found = self._turn(owner, id)
        return None if found is None or found.expires <= time.time() else found

    async def history(self, owner: str, id: str) -> tuple[list[Item], list[Item]] | None:
        """See State."""
        if await self.get(owner, id) is None:
            return None
        chain: list[Turn] = []
        at: str | None = id
        while at is not None:
            found = self._turn(owner, at)
            if found is None:
                return None
            chain.append(found)
            at = found.previous
        chain.reverse()
        for turn in chain:
            self._kept[turn.id] = self._kept.pop(turn.id)
        seen = [item for turn in chain[:-1] for item in (*turn.input, *turn.output)]
        return [*seen, *chain[-1].input], list(chain[-1].output)

    async def delete(self, owner: str, id: str) -> bool:
        """See State."""
        found = await self.get(owner, id)
        if found is None:
            return False
        if self._followers.get(id):
            self._put(replace(found, status="deleted", body=b"", events=b"", expires=0.0))
        else:
            self._drop(id)
        return True

    async def find(self, owner: str, ids: Collection[str]) -> dict[str, Item]:
        """See State."""
        found = {id: self._by_id.get((owner, id)) for id in ids}
        return {id: list(holders.values())[-1] for id, holders in found.items() if holders}

    # conversations

    async def add_conversation(self, conversation: Conversation, items: Sequence[Item]) -> None:
        """See State."""
        self._items[conversation.id] = list(items)
        self._put(conversation)
        self._shrink(conversation.id)

    async def get_conversation(self, owner: str, id: str) -> Conversation | None:
        """See State."""
        found = self._kept.get(id)
        return found if isinstance(found, Conversation) and found.owner == owner else None

    async def set_metadata(self, owner: str, id: str, metadata: bytes) -> bool:
        """See State."""
        found = await self.get_conversation(owner, id)
        if found is not None:
            self._put(replace(found, metadata=metadata))
        return found is not None

    async def delete_conversation(self, owner: str, id: str) -> bool:
        """See State."""
        found = await self.get_conversation(owner, id)
        if found is not None:
            self._drop(id)
        return found is not None

    async def items(self, owner: str, conversation: str) -> list[Item] | None:
        """See State."""
        found = await self.get_conversation(owner, conversation)
        return None if found is None else list(self._items[conversation])

    async def add_items(self, owner: str, conversation: str, items: Sequence[Item]) -> bool:
        """See State."""
        found = await self.get_conversation(owner, conversation)
        if found is None:
            return False
        self._items[conversation] += items
        self._put(found)
        self._shrink(conversation)
        return True

    async def delete_item(self, owner: str, conversation: str, id: str) -> bool:
        """See State."""
        found = await self.get_conversation(owner, conversation)
        if found is None or all(item.id != id for item in self._items[conversation]):
            return False
        self._forget(found)
        self._items[conversation] = [item for item in self._items[conversation] if item.id != id]
        self._put(found)
        return True

    async def aclose(self) -> None:
        """Forget everything."""
        for held in (self._kept, self._items, self._by_id, self._followers, self._sizes):
            held.clear()
        self._bytes = 0

    # inside

    def _turn(self, owner: str, id: str) -> Turn | None:
        found = self._kept.get(id)
        return found if isinstance(found, Turn) and found.owner == owner else None

    async def _converse(self, turn: Turn) -> None:
        if turn.conversation is not None and turn.status in GOOD:
            await self.add_items(turn.owner, turn.conversation, [*turn.input, *turn.output])

    def _items_of(self, entry: Turn | Conversation) -> list[Item]:
        return [*entry.input, *entry.output] if isinstance(entry, Turn) else self._items[entry.id]

    def _put(self, entry: Turn | Conversation) -> None:
        """Keep it as the most recently used."""
        old = self._kept.pop(entry.id, None)
        self._bytes -= self._sizes.pop(entry.id, 0)
        if isinstance(old, Turn):
            self._forget(old)
        items = self._items_of(entry)
        for item in items:
            self._by_id.setdefault((entry.owner, item.id), {})[entry.id] = item
        text = len(entry.body) + len(entry.events) if isinstance(entry, Turn) else len(entry.metadata)
        size = _OVERHEAD * (1 + len(items)) + text + sum(len(item.body) for item in items)
        self._kept[entry.id] = entry
        self._sizes[entry.id] = size
        self._bytes += size

    def _forget(self, entry: Turn | Conversation) -> None:
        """Let nobody find its items through it."""
        for item in self._items_of(entry):
            holders = self._by_id.get((entry.owner, item.id), {})
            holders.pop(entry.id, None)
            if not holders:
                self._by_id.pop((entry.owner, item.id), None)

    def _drop(self, id: str) -> None:
        """Forget an entry, and what was only kept for it."""
        while (entry := self._kept.pop(id, None)) is not None:
            self._bytes -= self._sizes.pop(id)
            self._forget(entry)
            self._items.pop(id, None)
            if not isinstance(entry, Turn) or entry.previous is None:
                return
            id = entry.previous
            left = self._followers.pop(id, 1) - 1
            if left > 0:
                self._followers[id] = left
                return
            above = self._kept.get(id)
            if not isinstance(above, Turn) or above.expires > time.time():
                return

    def _shrink(self, spared: str) -> None:
        """Keep the bounds, and drop what has expired as it comes by."""
        now = time.time()
        while self._kept:
            first = next(iter(self._kept.values()))
            expired = isinstance(first, Turn) and first.expires <= now and not self._followers.get(first.id)
            full = len(self._kept) > self._max_entries or self._bytes > self._max_bytes
            if not expired and (not full or first.id == spared):
                return
            self._drop(first.id)
