"""Gemini's OpenAPI dialect of JSON Schema, read as plain JSON Schema."""

from __future__ import annotations

import re

import msgspec

from dgrid_translate.shared.schema.cache import UNCHANGED, Made, remembered
from dgrid_translate.shared.schema.keywords import (
    HOLDS_NAMED_SCHEMAS,
    HOLDS_SCHEMA,
    HOLDS_SCHEMAS,
    MAX_DEPTH,
    Node,
    TooDeep,
    is_list,
    is_node,
    with_null,
)

_TYPES = {
    "STRING": "string",
    "NUMBER": "number",
    "INTEGER": "integer",
    "BOOLEAN": "boolean",
    "ARRAY": "array",
    "OBJECT": "object",
    "NULL": "null",
}
_JSON_NAMES = {
    # proto3 JSON takes snake_case too, and google-genai 3.4 writes it (`types.Schema`).
    "any_of": "anyOf",
    "additional_properties": "additionalProperties",
    "prefix_items": "prefixItems",
    "property_ordering": "propertyOrdering",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
    "unique_items": "uniqueItems",
    "defs": "$defs",
    "ref": "$ref",
}
_INT64S = frozenset({"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"})
_INTEGER = r"-?[0-9]{1,18}"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"


def from_openapi(schema: msgspec.Raw) -> msgspec.Raw:
    """Gemini's `Schema` (https://ai.google.dev/api/caching#Schema) as plain JSON Schema; untouched if it already is.

    Upper-case types, `nullable`, int64 limits written as strings, numbers of an `enum` written as strings, `example`,
    `ref` and `defs`, and snake_case spellings. `propertyOrdering` stays: it annotates, and Gemini alone reads it.
    """
    try:
        plain = _read(bytes(schema), None).schema
    except RecursionError:
        return schema
    return schema if plain is None else plain


@remembered
def _read(raw: bytes, _: None) -> Made:
    try:
        decoded = msgspec.json.decode(raw)
        out = _plain(decoded, 0)
        return UNCHANGED if out is decoded else Made(msgspec.Raw(msgspec.json.encode(out)))
    except (ValueError, TooDeep):
        return UNCHANGED


def _plain(schema: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise TooDeep
    if not is_node(schema):
        return schema
    out: Node = {}
    for key, value in schema.items():
        name = _JSON_NAMES.get(key, key)
        out[name] = _plain_value(name, value, depth)
    kind = out.get("type")
    if kind == "TYPE_UNSPECIFIED":
        del out["type"]
    elif isinstance(kind, str):
        out["type"] = _TYPES.get(kind, kind)
    values = out.get("enum")
    if out.get("type") in ("integer", "number") and is_list(values) and any(isinstance(one, str) for one in values):
        out["enum"] = [_number(value) for value in values]
    if "example" in out and "examples" not in out:
        out = {
            "examples" if key == "example" else key: [value] if key == "example" else value
            for key, value in out.items()
        }
    if isinstance(out.get("nullable"), bool) and out.pop("nullable") and {"type", "enum", "anyOf", "$ref"} & out.keys():
        out = with_null(out)
    unchanged = len(out) == len(schema) and all(key in schema and out[key] is schema[key] for key in out)
    return schema if unchanged else out


def _plain_value(name: str, value: object, depth: int) -> object:
    if name in HOLDS_NAMED_SCHEMAS and is_node(value):
        named = {key: _plain(one, depth + 1) for key, one in value.items()}
        return value if all(named[key] is one for key, one in value.items()) else named
    if name in HOLDS_SCHEMAS and is_list(value):
        several = [_plain(one, depth + 1) for one in value]
        return value if all(new is old for new, old in zip(several, value, strict=True)) else several
    if name in HOLDS_SCHEMA:
        return _plain(value, depth + 1)
    if name in _INT64S and isinstance(value, str) and re.fullmatch(_INTEGER, value):
        return int(value)
    if name == "$ref" and isinstance(value, str) and value.startswith("#/defs/"):
        return "#/$defs/" + value[len("#/defs/") :]
    return value


def _number(value: object) -> object:
    return msgspec.json.decode(value) if isinstance(value, str) and re.fullmatch(_NUMBER, value) else value
