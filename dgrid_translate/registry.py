"""The dialects there are, what they are called, and how a body shows which of them it is in.

Recognition never guesses. A body's outermost keys leave some readings open; of those, the ones under which it is
wholly understood are preferred; if several are left, it is the caller who has to decide whether they differ.

A dialect is imported when it is first asked for: who translates between two of them does not pay for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

import msgspec
from msgspec import Raw

from dgrid_translate.dialect import Dialect, Kind, Mark
from dgrid_translate.errors import AmbiguousFormat, DecodeError, UnknownDialect
from dgrid_translate.ir.parts import Node, Opaque
from dgrid_translate.ir.request import ProviderTool
from dgrid_translate.shared.wire import key_of, load

_PACKAGES = {
    "openai": "openai_chat",
    "openai-responses": "openai_responses",
    "openai-completions": "openai_completions",
    "claude": "claude",
    "gemini": "gemini",
    "ui-message": "ui_message",
}
"""The dialects' packages by their names."""
DIALECTS: tuple[str, ...] = tuple(_PACKAGES)
"""The dialects' names."""


class _Table(Mapping[str, Dialect]):
    """Every dialect by its name, imported when it is looked at."""

    def __getitem__(self, name: str) -> Dialect:
        return _dialect(name)

    def __contains__(self, name: object) -> bool:
        return name in _PACKAGES

    def __iter__(self) -> Iterator[str]:
        return iter(_PACKAGES)

    def __len__(self) -> int:
        return len(_PACKAGES)


TABLE: Mapping[str, Dialect] = _Table()


@cache
def _dialect(name: str) -> Dialect:
    return import_module(f"dgrid_translate.dialects.{_PACKAGES[name]}").DIALECT


@cache
def lookup(name: str) -> Dialect:
    """The dialect of that name or alias.

    Raises:
        UnknownDialect: there is none.
    """
    return _dialect(name) if name in _PACKAGES else _by_alias(name)


def _by_alias(name: str) -> Dialect:
    aliases = {alias: dialect for dialect in TABLE.values() for alias in dialect.profile.aliases}
    if name not in aliases:
        raise UnknownDialect(name, [*DIALECTS, *aliases])
    return aliases[name]


def readings(body: bytes, source: str | None, kind: Kind | None) -> list[tuple[Dialect, Kind]]:
    """The dialects and kinds that `body` can be read as, narrowed by what the caller knows; never empty.

    Raises:
        AmbiguousFormat: its shape is that of no dialect.
        DecodeError: it is not a JSON object.
        UnknownDialect: `source` is none.
    """
    keys = load(dict[str, Raw], body, source or "")
    dialects = list(TABLE.values()) if source is None else [lookup(source)]
    marked = [
        (dialect, mark)
        for dialect in dialects
        for mark in dialect.profile.marks
        if (kind is None or mark.kind == kind) and _fits(mark, keys)
    ]
    named = any(mark.tag for _, mark in marked)  # a body that says what it is, is that
    found: list[tuple[Dialect, Kind]] = [(dialect, mark.kind) for dialect, mark in marked if mark.tag or not named]
    found = [reading for place, reading in enumerate(found) if reading not in found[:place]]
    if kind is None:  # a chunk that has the shape of a whole answer is taken for one
        found = [(dialect, kind_) for dialect, kind_ in found if kind_ != "event" or (dialect, "response") not in found]
    if not found:
        names = ", ".join(repr(key) for key in list(keys)[:8])
        raise AmbiguousFormat([], f"no dialect is known by the keys {names}")
    if len(found) == 1:
        return found
    understood = [reading for reading in found if _understood(body, keys, *reading)]
    return understood or found


def _fits(mark: Mark, keys: Mapping[str, Raw]) -> bool:
    if not all(key in keys for key in mark.keys):
        return False
    try:
        if mark.item:
            items = msgspec.json.decode(keys[mark.keys[0]], type=list[dict[str, Raw]])
            return bool(items) and mark.item in items[0]
        return not mark.tag or (mark.tag in keys and msgspec.json.decode(keys[mark.tag]) in mark.values)
    except (msgspec.MsgspecError, RecursionError, TypeError):
        return False


def _understood(body: bytes, keys: Mapping[str, Raw], dialect: Dialect, kind: Kind) -> bool:
    """Whether a reading leaves nothing of the body unexplained: no key, no block, no kind of tool."""
    try:
        if kind == "request":
            request = dialect.decode_request(body)
            tools = [tool.tag for tool in request.tools or () if isinstance(tool, ProviderTool)]
            return (
                dialect.profile.members.issuperset(keys)
                and all(_explained(message, *message.parts) for message in request.messages)
                and all(re.fullmatch(dialect.profile.provider_tools, tag) for tag in tools)
            )
        if kind == "response":
            return _explained(dialect.decode_response(body))
    except DecodeError:
        return False
    return True


def _explained(*nodes: Node) -> bool:
    for node in nodes:
        if isinstance(node, Opaque):
            return False
        if any(key_of(key[-1]) is not None for own in (node.ext or {}).values() for key in own):
            return False
    return True
