"""The paths at which what is kept is looked at and changed, as the official SDK calls them (openai 3.52).

https://platform.openai.com/docs/api-reference/responses and .../conversations, read 2026-11-21.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

DIALECT = "openai-responses"
"""The dialect whose they are."""

Thing = Literal["response", "input_items", "cancel", "conversations", "conversation", "items", "item"]

PATHS: tuple[tuple[str, Thing, tuple[str, ...]], ...] = (
    ("/responses/{}", "response", ("GET", "DELETE")),
    ("/responses/{}/input_items", "input_items", ("GET",)),
    ("/responses/{}/cancel", "cancel", ("POST",)),
    ("/conversations", "conversations", ("POST",)),
    ("/conversations/{}", "conversation", ("GET", "POST", "DELETE")),
    ("/conversations/{}/items", "items", ("GET", "POST")),
    ("/conversations/{}/items/{}", "item", ("GET", "DELETE")),
)
_ID = r"((?!\.\.?(?:/|$))[^/]+)"  # what a URL reads as a step is no id
_PATTERNS: list[tuple[re.Pattern[str], Thing, tuple[str, ...]]] = [
    (re.compile(path.replace("{}", _ID)), thing, methods) for path, thing, methods in PATHS
]
_TEMPLATES: dict[Thing, str] = {thing: path for path, thing, _ in PATHS}


def find(path: str) -> tuple[Thing, tuple[str, ...], tuple[str, ...]] | None:
    """What a path without its version means: the thing, the methods it knows, and the ids in it."""
    if not path.startswith(("/responses/", "/conversations")):
        return None
    for pattern, thing, methods in _PATTERNS:
        if found := pattern.fullmatch(path):
            return thing, methods, found.groups()
    return None


def path_of(thing: Thing, ids: tuple[str, ...]) -> str:
    """The path of a thing, with its version."""
    return "/v1" + _TEMPLATES[thing].format(*(quote(id, safe="") for id in ids))
