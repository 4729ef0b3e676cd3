"""What Claude takes where it is strict."""

from __future__ import annotations

from tests.shared.schema.kit import STR, Case, Json, check, closed, each

CASES: list[Case] = [
    # Claude strict
    (
        "constraints into the text",
        "CLAUDE_STRICT",
        closed(
            {
                "a": {"type": "integer", "minimum": 1, "maximum": 9, "description": "A number"},
                "b": {"type": "array", "items": STR, "minItems": 2, "uniqueItems": True},
                "c": {"type": "string", "pattern": "^a", "description": 3},
                "d": {"enum": [{}, 1], "type": "integer"},
                "e": {"const": []},
                "f": {"type": "string", "format": "uri", "x-mine": 1},
            }
        ),
        closed(
            {
                "a": {"type": "integer", "description": "A number\n\n{minimum: 1, maximum: 9}"},
                "b": {"type": "array", "items": STR, "description": "{minItems: 2, uniqueItems: true}"},
                "c": {"type": "string", "description": 3},
                "d": {"type": "integer", "description": "{enum: [{},1]}"},
                "e": {"type": ["string", "number", "boolean", "null"], "description": "{const: []}"},
                "f": {"type": "string", "format": "uri"},
            }
        ),
        [
            "moved minimum properties.a.minimum",
            "moved maximum properties.a.maximum",
            "moved min_items properties.b.minItems",
            "moved unique_items properties.b.uniqueItems",
            "dropped pattern properties.c.pattern",
            "moved enum properties.d.enum",
            "moved const properties.e.const",
            "approximated type properties.e",
            "dropped unknown_keyword properties.f.x-mine",
        ],
    ),
    (
        "recursion",
        "CLAUDE_STRICT",
        {"$ref": "#/$defs/Node", "$defs": {"Node": closed({"next": {"$ref": "#/$defs/Node", "title": "t"}})}},
        {
            "$ref": "#/$defs/Node",
            "$defs": {
                "Node": closed(
                    {"next": {"type": "object", "title": "t", "additionalProperties": False}},
                )
            },
        },
        [
            "approximated ref $defs.Node.properties.next.$ref",
            "approximated additional_properties $defs.Node.properties.next",
        ],
    ),
    (
        "recursion inside allOf",
        "CLAUDE_STRICT",
        {"anyOf": [{"allOf": [{"$ref": "#"}, {"type": "string"}]}]},
        {"anyOf": [{"type": "string"}]},
        ["approximated ref anyOf[0].allOf[0].$ref"],
    ),
    (
        "definitions",
        "CLAUDE_STRICT",
        {"$ref": "#/definitions/A", "definitions": {"A": STR, "B": {"$ref": "#/definitions/A", "title": "t"}}},
        {"$ref": "#/$defs/A", "$defs": {"A": STR, "B": {"anyOf": [{"$ref": "#/$defs/A"}], "title": "t"}}},
        [],
    ),
    (
        "alternatives",
        "CLAUDE_STRICT_INPUT",
        closed({"a": {"oneOf": [STR, False], "title": "t"}}),
        closed({"a": {"anyOf": [STR, {"type": ["string", "number", "boolean", "null"]}], "title": "t"}}),
        [
            "approximated one_of properties.a.oneOf",
            "approximated not properties.a.oneOf[1]",
            "approximated type properties.a.oneOf[1]",
        ],
    ),
    (
        "both kinds of alternatives",
        "CLAUDE_STRICT",
        {"oneOf": [STR], "anyOf": [STR], "if": {}, "patternProperties": {}},
        {"anyOf": [STR], "description": '{oneOf: [{"type":"string"}], if: {}, patternProperties: {}}'},
        ["moved one_of oneOf", "moved if if", "moved pattern_properties patternProperties"],
    ),
]


@each(CASES)
def test_cases(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    check(profile, before, after, noted)
