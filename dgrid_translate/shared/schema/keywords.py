"""JSON Schema's keywords as data, and small questions about a decoded schema.

It knows which keywords hold schemas (so that a property named "const" is no keyword), which speak of one type only,
which merely annotate; where a reference leads and which references go round in circles; and how a schema takes null.
It knows no vendor.

Keywords: https://json-schema.org/draft/2020-12 (core, applicator and validation vocabularies) and the older drafts'
spellings that are still met in tool definitions.
"""

from __future__ import annotations

import re
from typing import TypeGuard

import msgspec

from dgrid_translate.losses import At

MAX_DEPTH = 100
"""Schemas nested deeper than this are nobody's tool definition: they are not looked at."""

Node = dict[str, object]
"""A schema that is a JSON object; booleans are schemas too."""

HOLDS_SCHEMA = frozenset(
    {
        "items",
        "additionalItems",
        "unevaluatedItems",
        "contains",
        "additionalProperties",
        "unevaluatedProperties",
        "propertyNames",
        "not",
        "if",
        "then",
        "else",
    }
)
HOLDS_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems", "items"})
HOLDS_NAMED_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})

ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
        "$schema",
        "$id",
        "$anchor",
        "propertyOrdering",
    }
)
"""Keywords that no instance is ever invalid for."""

TYPED_KEYWORDS: dict[str, tuple[str, ...]] = {
    "object": (
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "propertyOrdering",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    ),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
"""Keywords that only ever speak of one type of instance."""


def is_node(value: object) -> TypeGuard[Node]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_schema(value: object) -> bool:
    """Whether a JSON value can be a schema."""
    return isinstance(value, dict | bool)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


def is_names(value: object) -> TypeGuard[list[str]]:
    """Whether a JSON value is an array of strings."""
    return is_list(value) and all(isinstance(name, str) for name in value)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a JSON value is a number (Python's True is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def text_of(value: object) -> str:
    """The JSON text of a decoded value."""
    return msgspec.json.encode(value).decode()


def same(left: object, right: object) -> bool:
    """Equality as JSON has it: 1 is not true, whatever Python says."""
    return left == right and (isinstance(left, str) or _sorted_text(left) == _sorted_text(right))


def _sorted_text(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


DESCRIBED = frozenset(
    {
        *(keyword for keywords in TYPED_KEYWORDS.values() for keyword in keywords),
        *("enum", "const", "not", "if", "then", "else", "anyOf", "oneOf", "allOf", "type", "default", "examples"),
        *("example", "minContains", "maxContains", "additionalItems", "dependencies", "deprecated", "readOnly"),
        *("writeOnly", "contentEncoding", "contentMediaType", "contentSchema", "$ref", "$dynamicRef", "title"),
    }
) - {"propertyOrdering"}
"""Keywords that tell a reader something: the description takes them over. Others (`$schema`, `xml`) do not."""
TYPE_NAMES = ("string", "number", "integer", "boolean", "object", "array", "null")
_SLUGS = {
    "$schema": "schema_dialect",
    "$defs": "schema_defs",
    "definitions": "schema_defs",
    "then": "schema_if",
    "else": "schema_if",
    "example": "schema_examples",
}


def slug(keyword: str) -> str:
    """The loss feature of a keyword: "maxItems" -> "schema_max_items"; keywords nobody knows share one."""
    known = keyword in DESCRIBED or keyword in ANNOTATIONS
    return _SLUGS.get(keyword) or (
        "schema_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", keyword.lstrip("$")).lower()
        if known
        else "schema_unknown_keyword"
    )


def type_of(value: object) -> str:
    """The JSON Schema type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "array" if is_list(value) else "object"


def resolve(root: object, ref: str) -> tuple[Node, At] | None:
    """The schema that a local reference points to and where it stands (RFC 6901); None when there is none."""
    if ref != "#" and not ref.startswith("#/"):
        return None
    found = root
    at: At = ()
    for token in ref.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~").replace("%24", "$")
        if is_node(found) and key in found:
            found, at = found[key], (*at, key)
        elif is_list(found) and key.isdecimal() and int(key) < len(found):
            found, at = found[int(key)], (*at, int(key))
        else:
            return None
    return (found, at) if is_node(found) else None


class TooDeep(Exception):
    """The schema is nested too deeply to be looked at."""


def back_references(root: Node) -> frozenset[int]:
    """The `$ref`s that close a circle when the schema is read in source order, by the identity of their strings."""
    cut: set[int] = set()
    active: set[int] = set()
    done: set[int] = set()

    def visit(value: object, depth: int) -> None:
        if depth > 4 * MAX_DEPTH:
            raise TooDeep
        if is_list(value):
            for child in value:
                visit(child, depth + 1)
        if not is_node(value) or id(value) in done:
            return
        active.add(id(value))
        ref = value.get("$ref")
        target = resolve(root, ref) if isinstance(ref, str) else None
        if target is not None and id(target[0]) in active:
            cut.add(id(ref))
        elif target is not None:
            visit(target[0], depth + 1)
        for child in value.values():
            visit(child, depth + 1)
        active.discard(id(value))
        done.add(id(value))

    visit(root, 0)
    return frozenset(cut)


def without(schema: Node, names: Node) -> Node:
    """A schema without the keywords that `names` has."""
    return {key: value for key, value in schema.items() if key not in names}


def listed(value: object) -> list[object]:
    """The members of an array; none of anything else."""
    return value if is_list(value) else []


def takes_null(schema: object) -> bool:
    """Whether a schema says in so many words that null is valid."""
    if not is_node(schema):
        return False
    said = schema.get("type")
    if said is not None:
        return said == "null" or (is_list(said) and "null" in said)
    return any(takes_null(branch) for branch in listed(schema.get("anyOf")))


def with_null(schema: Node) -> Node:
    """The schema that takes null as well."""
    said, values, branches = schema.get("type"), schema.get("enum"), schema.get("anyOf")
    if takes_null(schema) and (values is None or None in listed(values)):
        return schema
    composed = {"const", "$ref", "allOf", "not", "oneOf"}.intersection(schema) or (branches is not None and said)
    if composed or (said is None and not is_list(values) and not is_list(branches)):
        return {"anyOf": [schema, {"type": "null"}]}
    out = dict(schema)
    if not takes_null(schema) and said is not None:
        out["type"] = [*(listed(said) or [said]), "null"]
    if is_list(values) and None not in values:
        out["enum"] = [*values, None]
    if is_list(branches) and not takes_null(schema):
        out["anyOf"] = [*branches, {"type": "null"}]
    return out
