"""What OpenAI's strict mode takes."""

from __future__ import annotations

from tests.shared.schema.kit import STR, Case, Json, check, closed, each, obj

CASES: list[Case] = [
    # OpenAI strict
    (
        "optional properties",
        "OPENAI_STRICT",
        obj(
            {
                "must": STR,
                "str": {"type": "string", "enum": ["a"]},
                "list": {"type": ["string", "integer"]},
                "const": {"const": 1, "type": "integer"},
                "ref": {"$ref": "#/$defs/A"},
                "any": {"anyOf": [STR]},
                "null": {"type": ["string", "null"]},
                "anynull": {"anyOf": [STR, {"type": "null"}]},
                "odd": 3,
                "oddany": {"anyOf": [3]},
            },
            required=["must"],
            additionalProperties=False,
            **{"$defs": {"A": STR}},
        ),
        closed(
            {
                "must": STR,
                "str": {"type": ["string", "null"], "enum": ["a", None]},
                "list": {"type": ["string", "integer", "null"]},
                "const": {"anyOf": [{"const": 1, "type": "integer"}, {"type": "null"}]},
                "ref": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]},
                "any": {"anyOf": [STR, {"type": "null"}]},
                "null": {"type": ["string", "null"]},
                "anynull": {"anyOf": [STR, {"type": "null"}]},
                "odd": 3,
                "oddany": {"anyOf": [3, {"type": "null"}]},
            },
            **{"$defs": {"A": STR}},
        ),
        [
            *(f"approximated required properties.{name}" for name in ("str", "list", "const", "ref", "any", "null")),
            "approximated required properties.anynull",
            "approximated required properties.odd",
            "approximated required properties.oddany",
        ],
    ),
    (
        "open objects",
        "OPENAI_STRICT",
        obj({"a": {"type": "object"}}, required=["a", "b"], additionalProperties=True),
        closed({"a": {"type": "object", "properties": {}, "additionalProperties": False}}),
        [
            "dropped required required[1]",
            "approximated additional_properties additionalProperties",
            "approximated additional_properties properties.a",
        ],
    ),
    (
        "what strict refuses",
        "OPENAI_STRICT",
        closed(
            {
                "a": {"type": "string", "format": "uri", "pattern": "(?=x)", "minLength": 1, "default": "x"},
                "b": {"type": "array"},
                "c": True,
                "d": {"minimum": 3},
                "e": {"enum": ["a", 1]},
                "f": {"$ref": "http://x/y"},
            },
            **{"$schema": "http://x"},
        ),
        closed(
            {
                "a": {
                    "type": "string",
                    "description": '{format: "uri", pattern: "(?=x)", minLength: 1}',
                    "default": "x",
                },
                "b": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
                "c": {"type": ["string", "number", "boolean", "null"]},
                "d": {"minimum": 3, "type": "number"},
                "e": {"enum": ["a", 1], "type": ["string", "integer"]},
                "f": {
                    "type": ["string", "number", "boolean", "null"],
                    "description": '{$ref: "http://x/y"}',
                },
            }
        ),
        [
            'dropped dialect ["$schema"]'.replace('["$schema"]', "$schema"),
            "moved format properties.a.format",
            "moved pattern properties.a.pattern",
            "moved min_length properties.a.minLength",
            "approximated type properties.b.items",
            "approximated type properties.c",
            "invented type properties.d.type",
            "moved ref properties.f.$ref",
            "approximated type properties.f",
        ],
    ),
    (
        "optional property out of an allOf",
        "OPENAI_STRICT",
        obj({}, required=[], additionalProperties=False, allOf=[{"properties": {"a": STR}}]),
        {**closed({"a": {"type": ["string", "null"]}})},
        [
            "approximated all_of allOf",
            "approximated required allOf[0].properties.a",
        ],
    ),
    ("odd tuples", "CLAUDE_INPUT", obj({"a": {"items": []}, "b": {"items": ["x", {}]}}), "same", []),
    ("odd required", "OPENAI_STRICT", obj({}, required=3, additionalProperties=False), "same", []),
    ("odd order", "CLAUDE_STRICT", {"type": "string", "enum": []}, "same", []),
]


@each(CASES)
def test_cases(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    check(profile, before, after, noted)
