"""Conversations: made, changed and read by hand, and gone on with by answers."""

from __future__ import annotations

import time

from msgspec import Raw, Struct

from dgrid_translate.asgi.incoming import Incoming
from dgrid_translate.asgi.responses.items import head_of, listed, mint, named, paged, refused, shown
from dgrid_translate.backends.backend import BackendError
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.responses_state import Conversation, Item, State
from dgrid_translate.shared.wire import dump, load

_MOST_ITEMS = 20
"""Items that may be added at once."""
_MOST_KEYS, _KEY, _VALUE = 16, 64, 512
"""The bounds of metadata."""


class Creation(Struct):
    """A body that makes a conversation or changes one."""

    metadata: dict[str, str] | None = None
    items: list[Raw] | None = None


class Conversations:
    """Answers with bodies."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def create(self, owner: str, body: bytes) -> bytes:
        """Make one, with items or without."""
        said = load(Creation, body or b"{}", DIALECT)
        items = await self._given(owner, said.items or [])
        metadata = dump(_checked(said.metadata or {}))
        made = Conversation(id=mint("conv_"), owner=owner, created=int(time.time()), metadata=metadata)
        await self._state.add_conversation(made, items)
        return _shown(made)

    async def get(self, owner: str, id: str) -> bytes:
        """One of them, without its items."""
        found = await self._state.get_conversation(owner, id)
        if found is None:
            raise _gone(id)
        return _shown(found)

    async def update(self, owner: str, id: str, body: bytes) -> bytes:
        """Replace its metadata."""
        said = load(Creation, body, DIALECT)
        if not await self._state.set_metadata(owner, id, dump(_checked(said.metadata or {}))):
            raise _gone(id)
        return await self.get(owner, id)

    async def delete(self, owner: str, id: str) -> bytes:
        """Forget it."""
        if not await self._state.delete_conversation(owner, id):
            raise _gone(id)
        return dump({"id": id, "object": "conversation.deleted", "deleted": True})

    async def items(self, owner: str, id: str, incoming: Incoming) -> bytes:
        """A page of its items."""
        return paged(await self._all(owner, id), incoming.query)

    async def add(self, owner: str, id: str, body: bytes) -> bytes:
        """Put items at its end; they are listed."""
        said = load(Creation, body, DIALECT)
        if not said.items:
            raise refused("items must be given", param="items")
        items = await self._given(owner, said.items)
        if not await self._state.add_items(owner, id, items):
            raise _gone(id)
        return listed(items)

    async def item(self, owner: str, id: str, item: str) -> bytes:
        """One of its items."""
        for one in await self._all(owner, id):
            if one.id == item:
                return shown(one)
        raise refused(f"Item with id '{item}' not found in conversation '{id}'.", status=404)

    async def delete_item(self, owner: str, id: str, item: str) -> bytes:
        """Take an item out; the conversation is shown."""
        shown_ = await self.get(owner, id)
        if not await self._state.delete_item(owner, id, item):
            raise refused(f"Item with id '{item}' not found in conversation '{id}'.", status=404)
        return shown_

    async def _all(self, owner: str, id: str) -> list[Item]:
        found = await self._state.items(owner, id)
        if found is None:
            raise _gone(id)
        return found

    async def _given(self, owner: str, raws: list[Raw]) -> list[Item]:
        """Items out of a body; references to others become these."""
        if len(raws) > _MOST_ITEMS:
            raise refused(f"at most {_MOST_ITEMS} items can be added at once", param="items")
        given: list[Item] = []
        for place, raw in enumerate(raws):
            head = head_of(raw, ("items", place))
            if head.kind == "item_reference":
                found = await self._state.find(owner, [head.id or ""])
                if not found:
                    raise refused(f"Item with id '{head.id}' not found.", status=404, param=f"items[{place}]")
                given += found.values()
            else:
                given.append(named(raw))
        return given


def _shown(one: Conversation) -> bytes:
    made = {"id": one.id, "object": "conversation", "created_at": one.created, "metadata": Raw(one.metadata)}
    return dump(made)


def _gone(id: str) -> BackendError:
    return refused(f"Conversation with id '{id}' not found.", status=404)


def _checked(metadata: dict[str, str]) -> dict[str, str]:
    if len(metadata) > _MOST_KEYS or any(len(key) > _KEY or len(value) > _VALUE for key, value in metadata.items()):
        message = f"metadata may have {_MOST_KEYS} keys of {_KEY} characters, with values of {_VALUE}"
        raise refused(message, param="metadata")
    return metadata
