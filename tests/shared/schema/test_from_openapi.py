"""OpenAPI schemas, as Gemini's `parameters`, made JSON Schema."""

from __future__ import annotations

import json

import pytest

from dgrid_translate.shared.schema import from_openapi
from tests.shared.schema.kit import STR, Json, obj, raw

OPENAPI: list[tuple[str, Json, Json]] = [
    ("types", {"type": "OBJECT", "properties": {"type": {"type": "STRING"}}}, obj({"type": STR})),
    ("no type", {"type": "TYPE_UNSPECIFIED", "title": "t"}, {"title": "t"}),
    ("odd type", {"type": "THING", "title": 3}, None),
    ("plain", obj({"a": {"type": "array", "items": STR, "minItems": 1}}), None),
    ("nullable", {"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
    ("not nullable", {"type": "STRING", "nullable": False}, STR),
    ("nullable anything", {"title": "t", "nullable": True}, {"title": "t"}),
    (
        "nullable enum",
        {"type": "STRING", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    ("nullable null in enum", {"enum": ["a", None], "nullable": True}, {"enum": ["a", None]}),
    ("nullable anyOf", {"any_of": [{"type": "STRING"}], "nullable": True}, {"anyOf": [STR, {"type": "null"}]}),
    (
        "nullable both",
        {"type": "STRING", "anyOf": [STR], "nullable": True},
        {"anyOf": [{"type": "string", "anyOf": [STR]}, {"type": "null"}]},
    ),
    (
        "nullable ref",
        {"ref": "#/defs/A", "defs": {"A": {"type": "NULL"}}, "nullable": True},
        {"anyOf": [{"$ref": "#/$defs/A", "$defs": {"A": {"type": "null"}}}, {"type": "null"}]},
    ),
    ("odd ref", {"$ref": 3}, None),
    (
        "limits",
        {"type": "ARRAY", "minItems": "1", "max_items": "20", "items": {"minLength": "x"}},
        {"type": "array", "minItems": 1, "maxItems": 20, "items": {"minLength": "x"}},
    ),
    ("enum of integers", {"type": "INTEGER", "enum": ["1", 3]}, {"type": "integer", "enum": [1, 3]}),
    ("example", {"type": "STRING", "example": "x"}, {"type": "string", "examples": ["x"]}),
    ("examples", {"type": "string", "example": "x", "examples": ["y"]}, None),
    ("order", obj({"b": STR}, propertyOrdering=["b"]), None),
    ("nothing", 3, None),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in OPENAPI], ids=[case[0] for case in OPENAPI])
def test_from_openapi(before: Json, after: Json) -> None:
    source = raw(before)
    out = from_openapi(source)
    assert out is source if after is None else json.loads(bytes(out)) == after
    assert from_openapi(out) is out
