"""Items as they are kept, and as they are shown: with an id, and whole enough for the vendor's own types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from secrets import token_hex

from msgspec import Raw, Struct

from dgrid_translate.backends.backend import BackendError
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.responses_state import Item
from dgrid_translate.shared.wire import dump, load

_PREFIXES = {
    "message": "msg_",
    "reasoning": "rs_",
    "function_call": "fc_",
    "function_call_output": "fco_",
    "custom_tool_call": "ctc_",
    "custom_tool_call_output": "ctco_",
}
_WITH_STATUS = frozenset(["message", "function_call", "function_call_output"])
_MESSAGE = Raw(b'"message"')
_COMPLETED = Raw(b'"completed"')
_PAGE, _LONGEST_PAGE = 20, 100


class Head(Struct, rename={"type_": "type"}):
    """What tells what an item is.

    The API takes an item without a type for a message, or, with an id alone, for a reference.
    """

    type_: str | None = None
    id: str | None = None
    role: str | None = None

    @property
    def kind(self) -> str:
        """Its type, said or meant."""
        return self.type_ or ("message" if self.role is not None else "item_reference")


def mint(prefix: str) -> str:
    """An id that nobody can guess."""
    return prefix + token_hex(24)


def refused(message: str, *, status: int = 400, param: str | None = None, code: str | None = None) -> BackendError:
    """What a client is told that asks for what cannot be."""
    error = BackendError(message, status=status, code=code)
    error.error.param = param
    return error


def head_of(raw: Raw | bytes, at: tuple[str | int, ...] = ()) -> Head:
    """What an item is.

    Raises:
        DecodeError: it is no item.
    """
    return load(Head, raw, DIALECT, at)


def named(raw: Raw) -> Item:
    """An item to be kept, under its own id or one that is made for it."""
    head = head_of(raw)
    return Item(head.id or mint(_PREFIXES.get(head.kind, "item_")), bytes(raw))


def shown(item: Item) -> bytes:
    """An item as the API shows it: what a request may leave out is there."""
    members = load(dict[str, Raw], item.body, DIALECT)
    kind = head_of(item.body).kind
    whole: dict[str, Raw] = {"id": Raw(dump(item.id)), "type": _MESSAGE}
    if kind in _WITH_STATUS:
        whole["status"] = _COMPLETED
    whole.update((key, value) for key, value in members.items() if key != "id")
    content = members.get("content")
    if kind == "message" and content is not None and bytes(content)[:1] == b'"':
        part: dict[str, object] = {"type": "input_text", "text": content}
        if members.get("role") == Raw(b'"assistant"'):
            part = {"type": "output_text", "text": content, "annotations": []}
        whole["content"] = Raw(dump([part]))
    return dump(whole)


def paged(items: Sequence[Item], query: Mapping[str, str]) -> bytes:
    """The page of a list that a query asks for.

    Raises:
        BackendError: the query is not what the API allows (400).
    """
    order = query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise refused(f"order must be 'asc' or 'desc', not {order[:40]!r}", param="order")
    limit = query.get("limit", str(_PAGE))
    if not limit.isdecimal() or not 1 <= int(limit) <= _LONGEST_PAGE:
        raise refused(f"limit must be a number from 1 to {_LONGEST_PAGE}, not {limit[:40]!r}", param="limit")
    rest = _told_apart(items)
    if order == "desc":
        rest.reverse()
    after = query.get("after")
    if after is not None:
        places = [place for place, item in enumerate(rest) if item.id == after]
        if not places:
            raise refused(f"there is no item {after[:80]!r} in this list", param="after")
        rest = rest[places[0] + 1 :]
    page = rest[: int(limit)]
    return listed(page, more=len(rest) > len(page))


def _told_apart(items: Sequence[Item]) -> list[Item]:
    """The items, none called as another: an upstream may use an id again, and a page ends with one."""
    times: dict[str, int] = {}
    apart: list[Item] = []
    for item in items:
        before = times.get(item.id, 0)
        times[item.id] = before + 1
        apart.append(Item(f"{item.id}.{before}", item.body) if before else item)
    return apart


def listed(page: Sequence[Item], *, more: bool = False) -> bytes:
    """A list of items."""
    return dump(
        {
            "object": "list",
            "data": [Raw(shown(item)) for item in page],
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
            "has_more": more,
        }
    )
