"""What the canonical forms of all dialects share."""

from __future__ import annotations

import re
from typing import Any

from dgrid_translate.testing.places import is_array, is_object

FREE_JSON = frozenset(
    {"args", "response", "input", "properties", "labels", "metadata", "schema", "parameters", "input_schema"}
    | {"parametersJsonSchema", "responseJsonSchema", "responseSchema"}
)
"""Keys under which everything is somebody's own JSON, or a schema, and is left alone."""


_SCHEMAS = {"schema", "parameters", "input_schema", "inputSchema", "parametersJsonSchema", "responseJsonSchema"}


def with_schemas(value: Any) -> Any:
    """The body with its schemas in one form."""
    if is_array(value):
        return [with_schemas(item) for item in value]
    if not is_object(value):
        return value
    return {key: _schema(child) if key in _SCHEMAS else with_schemas(child) for key, child in value.items()}


def _schema(value: Any) -> Any:
    """A JSON Schema in which a constant is the only value of an `enum`, and a type that the values show is not said."""
    if is_array(value):
        return [_schema(item) for item in value]
    if not is_object(value):
        return value
    made = {key: _schema(child) for key, child in value.items() if key != "const"}
    # One alternative is none: some targets want a reference to stand alone.
    if is_array(made.get("anyOf")) and len(made["anyOf"]) == 1 and is_object(made["anyOf"][0]):
        made |= made.pop("anyOf")[0]
    if "const" in value:
        made["enum"] = [value["const"]]
    only = made.get("enum")
    if is_array(only) and all(isinstance(item, str) for item in only) and made.get("type") == "string":
        del made["type"]
    return made


def without_nulls(value: Any) -> Any:
    """The body without members that are null."""
    if is_array(value):
        return [without_nulls(item) for item in value]
    if is_object(value):
        return {
            key: child if key in FREE_JSON else without_nulls(child)
            for key, child in value.items()
            if child is not None
        }
    return value


def is_derived(call_id: object) -> bool:
    """Whether an id was worked out for a call that had none."""
    return isinstance(call_id, str) and re.fullmatch(r"call_(?:dgt)?[0-9a-f]{24}", call_id) is not None


def listed(value: Any) -> list[Any]:
    """An array, or the lone thing that stands for one."""
    # proto3 JSON takes a lone object for a repeated field.
    return value if is_array(value) else [value]
