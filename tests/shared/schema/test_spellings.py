"""Schemas that conform, the root of a tool's input, and spellings that keep the meaning."""

from __future__ import annotations

from tests.shared.schema.kit import NODE, STR, Case, Json, check, closed, each, obj

CASES: list[Case] = [
    # what conforms is the same object
    ("strict, conforming", "OPENAI_STRICT", closed({"a": STR}), "same", []),
    ("strict, recursive", "OPENAI_STRICT", closed({"a": {"$ref": "#"}}), "same", []),
    (
        "claude strict, conforming",
        "CLAUDE_STRICT",
        closed({"a": {"type": "array", "items": STR, "minItems": 1}}),
        "same",
        [],
    ),
    ("openapi, conforming", "GEMINI_OPENAPI", obj({"a": {"type": "string", "nullable": True}}), "same", []),
    ("a property named like a keyword", "GEMINI_JSON", obj({"const": STR, "allOf": STR, "$ref": STR}), "same", []),
    ("keywords below the root", "OPENAI_LOOSE", obj({"a": {"anyOf": [STR], "not": {}, "enum": ["x"]}}), "same", []),
    ("keywords below the root", "CLAUDE_INPUT", obj({"a": {"oneOf": [STR]}}), "same", []),
    (
        "$schema first",
        "CLAUDE_INPUT",
        {"$schema": "https://json-schema.org/draft/2020-12/schema", **obj({})},
        "same",
        [],
    ),
    ("a lone $ref", "GEMINI_JSON", obj({"a": {"$ref": "#/$defs/A"}, "b": STR}, **{"$defs": {"A": STR}}), "same", []),
    # the root of a tool's input
    ("empty", "OPENAI_LOOSE", {}, {"type": "object", "properties": {}}, ["invented type type"]),
    ("no arguments", "CLAUDE_INPUT", {"type": "object"}, obj({}), []),
    ("nullable root", "CLAUDE_INPUT", obj({}) | {"type": ["object", "null"]}, obj({}), ["approximated type type"]),
    ("root of no object", "CLAUDE_INPUT", {"type": "array"}, "same", []),
    ("root is no schema", "OPENAI_STRICT", [1], "same", []),
    ("dangling root reference", "OPENAI_LOOSE", {"$ref": "#/$defs/A"}, "same", []),
    (
        "root reference",
        "CLAUDE_INPUT",
        {"$ref": "#/$defs/Node", "$defs": {"Node": NODE}},
        {**NODE, "$defs": {"Node": NODE}},
        [],
    ),
    (
        "root alternatives",
        "CLAUDE_INPUT",
        {
            "properties": {"own": STR},
            "required": ["own"],
            "oneOf": [
                {"properties": {"kind": {"const": "a"}, "own": {}}, "required": ["kind"]},
                {"properties": {"kind": {"const": "b"}}, "required": ["kind", "x"]},
                {"$ref": "#/$defs/C"},
                {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
            ],
            "$defs": {"C": obj({"c": STR}, required=["kind"])},
        },
        {
            "type": "object",
            "properties": {"own": STR, "kind": {"anyOf": [{"const": "a"}, {"const": "b"}]}, "c": STR},
            "required": ["own", "kind"],
            "$defs": {"C": obj({"c": STR}, required=["kind"])},
        },
        ["invented type type", "approximated one_of oneOf"],
    ),
    (
        "root alternatives without properties",
        "OPENAI_LOOSE",
        obj({"a": STR}, anyOf=[{"required": ["a"]}, {"required": ["b"]}], **{"not": {"required": ["c"]}}),
        obj({"a": STR}, description='{anyOf: [{"required":["a"]},{"required":["b"]}], not: {"required":["c"]}}'),
        ["moved any_of anyOf", "moved not not"],
    ),
    (
        "root alternatives beside odd properties",
        "CLAUDE_INPUT",
        {"type": "object", "properties": 3, "anyOf": [obj({"a": STR}), 7]},
        {"type": "object", "properties": 3},
        ["approximated any_of anyOf"],
    ),
    (
        "root conjunction",
        "CLAUDE_INPUT",
        {"allOf": [obj({"a": STR}, required=["a"]), obj({"b": STR}, required=["b", "a"])]},
        obj({"a": STR, "b": STR}, required=["a", "b"]),
        [],
    ),
    (
        "one reference twice",
        "OPENAI_STRICT",
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": closed({})}},
        {**closed({}), "$defs": {"a": closed({})}},
        [],
    ),
    (
        "root reference that contradicts itself",
        "CLAUDE_STRICT_INPUT",
        {"$ref": "#/$defs/a", "title": "t", "$defs": {"a": {"allOf": [{"enum": [1]}, {"enum": [2]}]}}},
        "same",
        [],
    ),
    (
        "root reference to what contradicts itself",
        "OPENAI_STRICT",
        {"$ref": "#/$defs/a", "description": "d", "$defs": {"a": {"allOf": [{"type": "string"}, {"type": "integer"}]}}},
        "same",
        [],
    ),
    ("root of no object, to be rewritten", "OPENAI_STRICT", {"type": "array", "minLength": 1}, "same", []),
    # spellings that keep the meaning
    ("const", "GEMINI_JSON", {"const": "a", "title": "t"}, {"enum": ["a"], "title": "t", "type": "string"}, []),
    ("const of a kind enum has not", "GEMINI_JSON", {"const": True}, "same", []),
    ("const beside enum", "GEMINI_JSON", {"const": "a", "enum": ["a", "b"]}, "same", []),
    ("const null", "GEMINI_OPENAPI", {"const": None}, {"description": "{enum: [null]}"}, ["moved enum const"]),
    (
        "integer bounds",
        "GEMINI_JSON",
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "integer", "minimum": 1},
        [],
    ),
    ("number bounds", "GEMINI_JSON", {"type": "number", "exclusiveMinimum": 0}, "same", []),
    (
        "both bounds",
        "GEMINI_OPENAPI",
        {"type": "integer", "exclusiveMaximum": 9, "minimum": 1, "exclusiveMinimum": 2},
        {"type": "integer", "maximum": 8, "minimum": 1, "description": "{exclusiveMinimum: 2}"},
        ["moved exclusive_minimum exclusiveMinimum"],
    ),
    (
        "number bounds",
        "GEMINI_OPENAPI",
        {"type": "number", "exclusiveMinimum": 0.5},
        {"type": "number", "minimum": 0.5},
        ["approximated exclusive_minimum exclusiveMinimum"],
    ),
    (
        "draft 4 bounds",
        "CLAUDE_INPUT",
        obj({"a": {"minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": False}}),
        obj({"a": {"exclusiveMinimum": 1, "maximum": 3}}),
        [],
    ),
    (
        "draft 4 bound of nothing",
        "CLAUDE_INPUT",
        obj({"a": {"exclusiveMinimum": True}}),
        obj({"a": {}}),
        [],
    ),
    (
        "draft 7 tuple",
        "CLAUDE_INPUT",
        obj({"a": {"items": [STR, {"items": [STR]}], "additionalItems": False}, "b": {"items": [STR]}}),
        obj({"a": {"prefixItems": [STR, {"prefixItems": [STR]}], "items": False}, "b": {"prefixItems": [STR]}}),
        [],
    ),
    (
        "$ref beside keywords",
        "GEMINI_JSON",
        {"description": "d", "$ref": "#/$defs/A", "$defs": {"A": STR}},
        {"description": "d", "anyOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": STR}},
        [],
    ),
    ("$ref beside $defs", "GEMINI_JSON", {"$ref": "#/$defs/A", "$defs": {"A": STR}}, "same", []),
    ("$ref beside anyOf", "GEMINI_JSON", {"$ref": "#/$defs/A", "anyOf": [STR]}, "same", []),
    (
        "single allOf",
        "GEMINI_JSON",
        {"allOf": [{"$ref": "#/$defs/A"}], "description": "d"},
        {"description": "d", "anyOf": [{"$ref": "#/$defs/A"}]},
        [],
    ),
    (
        "allOf of a reference and more",
        "GEMINI_JSON",
        {"allOf": [{"$ref": "#/$defs/A"}, obj({"b": STR})], "$defs": {"A": obj({"a": STR})}},
        {"$defs": {"A": obj({"a": STR})}, "type": "object", "properties": {"a": STR, "b": STR}},
        [],
    ),
    ("allOf of what cannot be merged", "GEMINI_JSON", {"allOf": [{"pattern": "a"}, {"pattern": "b"}]}, "same", []),
    (
        "allOf of what cannot be merged but rewritten",
        "GEMINI_JSON",
        {"allOf": [{"pattern": "a", "const": "x"}, {"pattern": "b"}]},
        {"allOf": [{"pattern": "a", "enum": ["x"], "type": "string"}, {"pattern": "b"}]},
        [],
    ),
    (
        "a tuple of any length",
        "CLAUDE_STRICT",
        {"type": "array", "prefixItems": [STR]},
        {"type": "array", "description": '{prefixItems: [{"type":"string"}]}'},
        ["moved prefix_items prefixItems"],
    ),
    (
        "nullable for a target of type lists",
        "OPENAI_STRICT",
        closed({"a": {"type": "string", "nullable": True}, "b": {"type": "string", "nullable": False}}),
        closed({"a": {"type": ["string", "null"]}, "b": STR}),
        [],
    ),
]


@each(CASES)
def test_cases(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    check(profile, before, after, noted)
