"""The tools of a request, read once and remembered with what was made of them.

An agent sends the same tools with every turn of a conversation, and they are half of what it sends. Reading them and
writing them for a target are pure functions of their bytes, so the first request pays for it and those after it pay
for a hash of these bytes. What is remembered says nothing of the request that it came with, is never changed, and is
let go of when other tools are asked for more often, so that it can be shared by every request and thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from msgspec import Raw

from dgrid_translate.ir.request import Tool
from dgrid_translate.losses import Losses, Note
from dgrid_translate.shared.memory import bounded

_ENTRIES = 64
_LARGE = 256 * 1024
"""Tools that weigh more are not remembered: nobody's requests can fill the memory."""
_NODE = 512
"""What a tool weighs besides its bytes, and each member that only its dialect knows: `{"name":""}` is a whole tool."""
_MOST_NOTES = 1024
"""What loses more is made each time: a loss takes far more memory than the few bytes that are lost."""

T = TypeVar("T")


class Toolset(list[Tool]):
    """Tools shared by all requests that offer them, and what was made of them: neither they nor the list change."""

    __slots__ = ("made",)

    def __init__(self, tools: Iterable[Tool]) -> None:
        super().__init__(tools)
        self.made: dict[Hashable, tuple[Any, dict[Note, None]]] = {}


def remembered(read: Callable[[bytes], list[Tool]]) -> Callable[[Raw], Toolset]:
    """A reader of tools, which must depend on nothing but their bytes, with a memory of bounded size."""

    def make(body: bytes, _: None) -> Toolset:
        return Toolset(read(body))

    ask = bounded(make, _ENTRIES, _LARGE, _weight)
    return lambda raw: ask(bytes(raw), None)


def _weight(body: bytes, tools: Toolset) -> int:
    members = [len(own) for tool in tools if tool.ext is not None for own in tool.ext.values()]
    return len(body) + _NODE * (len(tools) + sum(members))


def once(tools: list[Tool], key: Hashable, make: Callable[[Losses], T], losses: Losses) -> T:
    """What `make` makes of `tools`: made once for each `key`, unless it loses too much; its losses noted each time.

    It must depend on nothing but the tools and the key, and what it makes must not be changed.
    """
    if type(tools) is not Toolset:
        return make(losses)
    found = tools.made.get(key)
    if found is None:
        noted = Losses()
        found = make(noted), noted.notes
        if len(noted.notes) <= _MOST_NOTES:
            tools.made[key] = found
    losses.notes.update(found[1])
    return found[0]
