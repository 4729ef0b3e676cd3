"""What bodies of every dialect are made of: text, ids, JSON, schemas, base64.

Bodies are plain JSON values. Most leaves are drawn from short lists of telling values, because what a translation gets
wrong hangs on how things are put together; a small part is drawn at random.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

JSONObject = dict[str, Any]
Strategy = st.SearchStrategy[Any]

TEXTS = (
    "Hello",
    "What is the weather in Zürich?",
    "二つの道",
    "naïve café 👩‍👩‍👧 \U0001d518\U0001d52b",
    'quotes " and \\ backslashes',
    "line\nbreak\ttab\r\nend ",
    "\u2028\u2029 separators",
    "zero\u0000byte \ufffd \ufeff",
    '{"looks": "like JSON"}',
    "data: not an event\n\n",
    "[DONE]",
    "</script> & <b>",
    "\U0010fffd last plane",
    " leading and trailing ",
)
TOOL_NAMES = ("weather", "get_time", "search-web", "_private", "a1", "lookup_" + "x" * 57)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQImWNwav0CAALIAbzDqqRyAAAAAElFTkSuQmCC"
URLS = ("https://example.com/a.png", "https://example.org/path/b?c=d&e=%20f#g", "http://cdn.example.net/ü.webp")

texts: st.SearchStrategy[str] = st.one_of(st.sampled_from(TEXTS), st.text(min_size=1, max_size=6))
words: st.SearchStrategy[str] = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789", min_size=4, max_size=10)
tool_names: st.SearchStrategy[str] = st.sampled_from(TOOL_NAMES)
urls: st.SearchStrategy[str] = st.sampled_from(URLS)
counts: st.SearchStrategy[int] = st.one_of(st.integers(0, 9), st.integers(1, 200_000))
small: st.SearchStrategy[int] = st.integers(1, 4096)
fractions: st.SearchStrategy[float | int] = st.sampled_from((0, 0.1, 0.5, 0.7, 1, 1.0))
blobs: st.SearchStrategy[str] = st.binary(min_size=1, max_size=9).map(lambda raw: base64.b64encode(raw).decode())
signatures: st.SearchStrategy[str] = st.binary(min_size=3, max_size=12).map(lambda raw: base64.b64encode(raw).decode())
image_types: st.SearchStrategy[str] = st.sampled_from(("image/png", "image/jpeg", "image/gif", "image/webp"))

scalars: Strategy = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.sampled_from((0.5, -1.25, 1e-7, 2.5e10)), texts
)
_keys: st.SearchStrategy[str] = st.sampled_from(("city", "n", "größe", "a b", "type", ""))
_deep: dict[str, Strategy] = {"deep": st.fixed_dictionaries({"list": st.lists(scalars, max_size=2)})}
_flat_objects: st.SearchStrategy[JSONObject] = st.dictionaries(_keys, scalars, max_size=3)
_deep_objects: st.SearchStrategy[JSONObject] = st.fixed_dictionaries(_deep)
objects: st.SearchStrategy[JSONObject] = st.one_of(st.builds(dict[str, Any]), _flat_objects, _deep_objects)
SCHEMAS: tuple[JSONObject, ...] = (
    {"type": "object", "properties": {}},
    {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Where"}, "n": {"type": "integer"}},
        "required": ["city"],
    },
    {
        "type": "object",
        "properties": {
            "unit": {"type": "string", "enum": ["C", "F"]},
            "maybe": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "list": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["unit", "maybe", "list"],
        "additionalProperties": False,
    },
    {
        "type": "object",
        "properties": {"node": {"$ref": "#/$defs/node"}, "title": {"type": "string"}},
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    },
    {"type": "object", "properties": {"x": {"type": ["string", "null"], "minLength": 1, "default": None}}},
)
schemas: st.SearchStrategy[JSONObject] = st.sampled_from(SCHEMAS)
STRICT_SCHEMAS = (SCHEMAS[2],)


def record(
    required: Mapping[str, Strategy], optional: Mapping[str, Strategy] | None = None
) -> st.SearchStrategy[JSONObject]:
    """An object with all the required keys and any of the optional ones."""
    return st.fixed_dictionaries(dict(required), optional=dict(optional or {}))


def sparse(
    required: Mapping[str, Strategy], optional: Mapping[str, Strategy], most: int = 6
) -> st.SearchStrategy[JSONObject]:
    """An object with all the required keys and at most `most` of the many optional ones."""
    chosen = st.lists(st.sampled_from(sorted(optional)), max_size=most, unique=True)

    def build(keys: list[str]) -> st.SearchStrategy[JSONObject]:
        return st.fixed_dictionaries({**required, **{key: optional[key] for key in keys}})

    return chosen.flatmap(build)


def just(value: object) -> Strategy:
    """That value alone, as a fresh copy."""
    text = json.dumps(value)
    return st.builds(json.loads, st.just(text))


def rarely(strategy: Strategy, otherwise: Strategy) -> Strategy:
    """`strategy` about one time in five."""
    return st.sampled_from((0, 0, 0, 0, 1)).flatmap(lambda lot: strategy if lot else otherwise)


def pick(draw: st.DrawFn, table: Sequence[Any]) -> Any:
    """One of `table`."""
    return draw(st.sampled_from(table))


def coin(draw: st.DrawFn, out_of: int = 2) -> bool:
    """True one time out of `out_of`; shrinks to False."""
    return draw(st.integers(0, out_of - 1)) == out_of - 1 if out_of > 1 else True


def arguments_text(draw: st.DrawFn, value: object) -> str:
    """`value` as JSON text, spelled in one of the ways that models and servers spell it."""
    style = draw(st.integers(0, 2))
    if style == 0:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=style == 1)


def cut(draw: st.DrawFn, text: str, most: int = 4) -> list[str]:
    """`text` in up to `most` pieces, none of them empty; no pieces for the empty text."""
    if not text:
        return []
    marks = sorted(draw(st.sets(st.integers(1, len(text)), max_size=most - 1)) - {len(text)})
    return [text[a:b] for a, b in zip([0, *marks], [*marks, len(text)], strict=True)]


def interleave(draw: st.DrawFn, queues: list[list[JSONObject]]) -> list[JSONObject]:
    """All items of the queues, each queue in its own order."""
    waiting = [list(queue) for queue in queues if queue]
    merged: list[JSONObject] = []
    while waiting:
        lot = draw(st.integers(0, len(waiting) - 1)) if len(waiting) > 1 else 0
        merged.append(waiting[lot].pop(0))
        waiting = [queue for queue in waiting if queue]
    return merged


def unknown_fields(draw: st.DrawFn, body: JSONObject, paths: Callable[[JSONObject], list[JSONObject]]) -> None:
    """Put a field that no vendor has into the body and into some of the objects that `paths` gives."""
    for place in [body, *paths(body)]:
        if place is body or coin(draw):
            place[pick(draw, ("x_new", "futureField", "~null"))] = draw(st.one_of(words, objects, st.none()))
