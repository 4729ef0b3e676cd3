"""What a request says of state, and the request that is left for a backend that keeps none.

Without a store nothing is changed for an upstream that speaks Responses: it may keep what it is asked to. For any
other the request is refused, because its answer would not be the one that was asked for.
"""

from __future__ import annotations

import time

from msgspec import UNSET, Raw, Struct, UnsetType

from dgrid_translate.asgi.responses.items import head_of, mint, named, refused
from dgrid_translate.endpoints.responses import DIALECT
from dgrid_translate.responses_state import Item, State
from dgrid_translate.responses_state.state import GOOD
from dgrid_translate.shared.wire import dump, load

_ENCRYPTED = "reasoning.encrypted_content"
_FALSE, _TRUE, _NULL = Raw(b"false"), Raw(b"true"), Raw(b"null")
_MARKS = (b'"previous_response_id"', b'"conversation"', b'"background"', b'"item_reference"', b'"store"')
"""A body that has none of these says nothing of state."""


class Stateful(Struct):
    """The members of a request that need state."""

    previous_response_id: str | None = None
    conversation: Raw | UnsetType = UNSET
    background: bool | None = None
    store: bool | None = None
    input: Raw | UnsetType = UNSET


class ConversationParam(Struct):
    """A conversation that is named by an object."""

    id: str


class Asked(Struct, kw_only=True):
    """A request whose answer is given under an id of ours.

    id: the answer's. owner: whose it is. store: it is to be kept. previous, conversation: what it goes on from. input:
    what is new. body: what to ask the backend. created: unix seconds.
    """

    id: str
    owner: str
    store: bool
    background: bool
    stream: bool
    previous: str | None
    conversation: str | None
    input: list[Item]
    body: bytes
    client_body: bytes
    created: float


def refuse_stateful(body: bytes) -> None:
    """See that a request needs no state, where there is none.

    Raises:
        BackendError: it does (400).
        DecodeError: it is no request.
    """
    if not any(mark in body for mark in _MARKS):
        return
    said = load(Stateful, body, DIALECT)
    needs = {
        "previous_response_id": said.previous_response_id is not None,
        "conversation": _conversation_of(said) is not None,
        "background": bool(said.background),
    }
    for param, needed in needs.items():
        if needed:
            message = f"{param} cannot be used: answers are not kept here"
            raise refused(message, param=param, code="unsupported_parameter")
    for place, raw in enumerate(_items_of(said)):
        if head_of(raw, ("input", place)).kind == "item_reference":
            raise refused(
                "an item_reference cannot be used: items are not kept here, send them whole (store=false)",
                param=f"input[{place}]",
                code="unsupported_parameter",
            )


async def resolve(state: State, body: bytes, owner: str, stream: bool, upstream: str) -> Asked:
    """The request with everything in it that it refers to.

    Raises:
        BackendError: what it refers to is not there, or it asks for what does not go together (400, 404).
        DecodeError: it is no request.
    """
    said = load(Stateful, body, DIALECT)
    asked = Asked(
        id=mint("resp_"),
        owner=owner,
        store=said.store is not False,
        background=bool(said.background),
        stream=stream,
        previous=said.previous_response_id,
        conversation=_conversation_of(said),
        input=[],
        body=body,
        client_body=body,
        created=time.time(),
    )
    if asked.background and not asked.store:
        raise refused("background needs store to be true", param="background")
    before = await _before(state, asked)
    own = _items_of(said)
    references = {
        place: head.id or ""
        for place, raw in enumerate(own)
        if (head := head_of(raw, ("input", place))).kind == "item_reference"
    }
    found = await state.find(owner, set(references.values()))
    for place, id in references.items():
        if id not in found:
            message = f"Item with id '{id}' not found. Items are not kept when store is set to false."
            raise refused(message, status=404, param=f"input[{place}]")
        own[place] = Raw(found[id].body)
    if asked.store:
        asked.input = [found[references[at]] if at in references else named(raw) for at, raw in enumerate(own)]
    asked.body = _left(body, [*(Raw(item.body) for item in before), *own] if before or references else None, upstream)
    return asked


async def _before(state: State, asked: Asked) -> list[Item]:
    """The items that a request goes on from."""
    if asked.conversation is not None:
        if asked.previous is not None:
            raise refused("previous_response_id and conversation do not go together", param="previous_response_id")
        items = await state.items(asked.owner, asked.conversation)
        if items is None:
            raise refused(f"Conversation with id '{asked.conversation}' not found.", status=404, param="conversation")
        return items
    if asked.previous is None:
        return []
    turn = await state.get(asked.owner, asked.previous)
    history = None if turn is None else await state.history(asked.owner, asked.previous)
    if turn is None or history is None:
        message = f"Previous response with id '{asked.previous}' not found."
        raise refused(message, param="previous_response_id", code="previous_response_not_found")
    if turn.status not in GOOD:
        message = f"Previous response with id '{asked.previous}' is {turn.status}; nothing can go on from it."
        raise refused(message, param="previous_response_id")
    return [*history[0], *history[1]]


def _left(body: bytes, items: list[Raw] | None, upstream: str) -> bytes:
    """The request for a backend, which is to keep nothing: it is kept here."""
    native = upstream == DIALECT
    if items is None and not native and not any(mark in body for mark in _MARKS):
        return body
    members = load(dict[str, Raw], body, DIALECT)
    for key in ("previous_response_id", "conversation", "background"):
        members.pop(key, None)
    if items is not None:
        members["input"] = Raw(dump(items))
    if native:
        # What is sealed has to come back whole: an upstream that keeps nothing knows no ids.
        members["store"] = _FALSE
        include: list[str] = []
        if (given := members.get("include", _NULL)) != _NULL:
            include = load(list[str], given, DIALECT, ("include",))
        if _ENCRYPTED not in include:
            members["include"] = Raw(dump([*include, _ENCRYPTED]))
    elif members.get("store") == _TRUE:
        del members["store"]
    return dump(members)


def _conversation_of(said: Stateful) -> str | None:
    if said.conversation is UNSET:
        return None
    found = load(str | ConversationParam | None, said.conversation, DIALECT, ("conversation",))
    return found.id if isinstance(found, ConversationParam) else found


def _items_of(said: Stateful) -> list[Raw]:
    if said.input is UNSET or said.input == _NULL:
        return []
    found = load(str | list[Raw], said.input, DIALECT, ("input",))
    if isinstance(found, str):
        return [Raw(dump({"type": "message", "role": "user", "content": found}))]
    return found
