"""What Gemini's OpenAPI takes."""

from __future__ import annotations

from tests.shared.schema.kit import NODE, STR, Case, Json, check, closed, each, obj

CASES: list[Case] = [
    # Gemini's OpenAPI
    (
        "null",
        "GEMINI_OPENAPI",
        obj(
            {
                "a": {"type": ["string", "null"], "enum": ["x", None]},
                "b": {"anyOf": [{"type": "string", "title": "t"}, {"type": "null"}], "description": "d"},
                "c": {"anyOf": [STR, {"type": "integer"}, {"type": "null"}]},
                "d": {"type": "null"},
                "e": {"type": ["null"]},
                "f": {"anyOf": [{"type": "null"}]},
                "g": {"anyOf": [{"title": "t"}, {"type": "null"}], "title": "u"},
                "h": {"anyOf": [{"$ref": "#/$defs/H"}, {"type": "null"}], "description": "d"},
                "i": {"anyOf": [7, {"type": "null"}]},
            },
            **{"$defs": {"H": STR}},
        ),
        obj(
            {
                "a": {"type": "string", "enum": ["x"], "nullable": True},
                "b": {"description": "d", "nullable": True, "type": "string", "title": "t"},
                "c": {"anyOf": [STR, {"type": "integer"}], "nullable": True},
                "d": {"type": "null"},
                "e": {"type": "null"},
                "f": {"anyOf": [{"type": "null"}]},
                "g": {"anyOf": [{"title": "t"}], "title": "u", "nullable": True},
                "h": {"description": "d", "nullable": True, "type": "string"},
                "i": {"anyOf": [7], "nullable": True},
            }
        ),
        [],
    ),
    (
        "several types",
        "GEMINI_OPENAPI",
        obj(
            {
                "a": {"type": ["string", "number", "null"], "minLength": 1, "title": "t", "minItems": 2},
                "b": {"type": ["string", "number"], "enum": ["a", "b", True]},
                "c": {"type": ["string", "number"], "anyOf": [{"type": "string"}]},
            }
        ),
        obj(
            {
                "a": {
                    "anyOf": [{"type": "string", "minLength": 1}, {"type": "number"}],
                    "title": "t",
                    "minItems": 2,
                    "nullable": True,
                },
                "b": {"enum": ["a", "b"], "type": "string"},
                "c": {"anyOf": [{"type": "string"}], "description": '{type: ["string","number"]}'},
            }
        ),
        ["moved type properties.c.type"],
    ),
    (
        "enums",
        "GEMINI_OPENAPI",
        obj(
            {
                "a": {"enum": [1, 2]},
                "b": {"enum": [1.5, 2], "type": "number"},
                "c": {"enum": [1.5]},
                "d": {"enum": [True], "type": "boolean"},
                "e": {"enum": ["x"]},
                "f": {"enum": 3},
            }
        ),
        obj(
            {
                "a": {"enum": ["1", "2"], "type": "integer"},
                "b": {"enum": ["1.5", "2"], "type": "number"},
                "c": {"enum": ["1.5"], "type": "number"},
                "d": {"type": "boolean", "description": "{enum: [true]}"},
                "e": {"enum": ["x"], "type": "string"},
                "f": {"enum": 3},
            }
        ),
        [
            "approximated enum properties.a.enum",
            "approximated enum properties.b.enum",
            "approximated enum properties.c.enum",
            "moved enum properties.d.enum",
        ],
    ),
    (
        "objects and arrays",
        "GEMINI_OPENAPI",
        {
            "properties": {
                "a": {"type": "array"},
                "b": {"type": "array", "prefixItems": [STR], "items": False},
                "c": True,
            },
            "propertyOrdering": ["a", "b", "c"],
            "required": ["c", "d"],
            "additionalProperties": False,
            "$defs": 3,
            "definitions": {"Unused": STR},
        },
        {
            "properties": {
                "a": {"type": "array", "items": {}},
                "b": {"type": "array", "items": {}, "description": '{prefixItems: [{"type":"string"}], items: false}'},
                "c": {},
            },
            "propertyOrdering": ["a", "b", "c"],
            "required": ["c"],
            "type": "object",
        },
        [
            "dropped additional_properties additionalProperties",
            "dropped defs $defs",
            "invented type type",
            "dropped required required[1]",
            "moved prefix_items properties.b.prefixItems",
            "moved items properties.b.items",
            "dropped defs definitions.Unused",
        ],
    ),
    (
        "a map",
        "GEMINI_OPENAPI",
        {"type": "object", "additionalProperties": STR},
        {"type": "object", "description": '{additionalProperties: {"type":"string"}}'},
        ["moved additional_properties additionalProperties"],
    ),
    (
        "a map of anything",
        "GEMINI_OPENAPI",
        {"type": "object", "additionalProperties": True},
        {"type": "object"},
        [],
    ),
    (
        "order of properties",
        "OPENAI_STRICT",
        closed({"a": STR, "b": STR}, propertyOrdering=["b", "x"]),
        {**closed({"a": STR, "b": STR}), "properties": {"b": STR, "a": STR}},
        [],
    ),
    (
        "order of nothing",
        "CLAUDE_STRICT",
        {"type": "string", "propertyOrdering": ["b"]},
        STR,
        [],
    ),
    (
        "references",
        "GEMINI_OPENAPI",
        {
            **obj({"a": {"$ref": "#/$defs/Node"}, "b": {"$ref": "#/$defs/Nowhere", "title": "t"}}),
            "$defs": {"Node": NODE, "Other": STR},
        },
        obj({"a": obj({"next": {"type": "object"}, "v": STR}, required=["v"]), "b": {"title": "t"}}),
        [
            "approximated ref $defs.Node.properties.next.$ref",
            "approximated ref properties.b.$ref",
            "dropped defs $defs.Other",
        ],
    ),
    (
        "a reference beside what contradicts it",
        "GEMINI_OPENAPI",
        {
            **obj(
                {
                    "a": {"$ref": "#/$defs/A", "pattern": "b"},
                    "b": {"$ref": "#/$defs/A", "pattern": "b", "anyOf": [STR]},
                    "c": {"$ref": "#/$defs/A", "title": "b"},
                }
            ),
            "$defs": {"A": {"type": "string", "pattern": "a", "title": "a"}},
        },
        obj(
            {
                "a": {"anyOf": [{"type": "string", "pattern": "a", "title": "a"}], "pattern": "b"},
                "b": {"pattern": "b", "anyOf": [STR]},
                "c": {"title": "b", "type": "string", "pattern": "a"},
            }
        ),
        ["dropped ref properties.b.$ref", "dropped title $defs.A.title"],
    ),
    (
        "conjunctions that cannot be merged",
        "GEMINI_OPENAPI",
        {"allOf": [{"pattern": "a"}, {"pattern": "b"}]},
        {"description": '{allOf: [{"pattern":"a"},{"pattern":"b"}]}'},
        ["moved all_of allOf"],
    ),
]


@each(CASES)
def test_cases(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    check(profile, before, after, noted)
