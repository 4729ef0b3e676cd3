"""The paths at which what is kept is looked at and changed, as the official SDK calls them (openai 3.52).

https://platform.openai.com/docs/api-reference/responses and .../conversations, read 2026-11-21.
"""

from __future__ import annotations

import re
from typing import Literal

DIALECT = "openai-responses"
"""The dialect whose they are."""

Thing = Literal["response", "input_items", "cancel", "conversations", "conversation", "items", "item"]

PATHS: tuple[tuple[re.Pattern[str], Thing, tuple[str, ...]], ...] = (
    (re.compile(r"/responses/([^/]+)"), "response", ("GET", "DELETE")),
    (re.compile(r"/responses/([^/]+)/input_items"), "input_items", ("GET",)),
    (re.compile(r"/responses/([^/]+)/cancel"), "cancel", ("POST",)),
    (re.compile(r"/conversations"), "conversations", ("POST",)),
    (re.compile(r"/conversations/([^/]+)"), "conversation", ("GET", "POST", "DELETE")),
    (re.compile(r"/conversations/([^/]+)/items"), "items", ("GET", "POST")),
    (re.compile(r"/conversations/([^/]+)/items/([^/]+)"), "item", ("GET", "DELETE")),
)


def find(path: str) -> tuple[Thing, tuple[str, ...], tuple[str, ...]] | None:
    """What a path without its version means: the thing, the methods it knows, and the ids in it."""
    if not path.startswith(("/responses/", "/conversations")):
        return None
    for pattern, thing, methods in PATHS:
        if found := pattern.fullmatch(path):
            return thing, methods, found.groups()
    return None
