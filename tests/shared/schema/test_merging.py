"""`allOf` made one schema."""

from __future__ import annotations

import pytest

from tests.shared.schema.kit import STR, Json, down, obj

MERGES: list[tuple[str, list[Json], Json]] = [
    ("bounds", [{"minimum": 1, "maximum": 5}, {"minimum": 2, "maximum": 9}], {"minimum": 2, "maximum": 5}),
    ("enums", [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}], {"enum": ["b"]}),
    ("enums apart", [{"enum": ["a"]}, {"enum": ["c"]}], None),
    ("types", [{"type": ["number", "string"]}, {"type": ["integer", "string"]}], {"type": ["integer", "string"]}),
    ("types, narrower first", [{"type": "integer"}, {"type": "number"}], {"type": "integer"}),
    ("types apart", [{"type": "string"}, {"type": "number"}], None),
    ("odd types", [{"type": 3}, {"type": "number"}], None),
    ("descriptions", [{"description": "a"}, {"description": "b"}], {"description": "a\n\nb"}),
    ("properties", [obj({"a": STR}), obj({"a": {"minLength": 1}})], obj({"a": {"type": "string", "minLength": 1}})),
    ("properties apart", [obj({"a": STR}), obj({"a": {"type": "null"}})], None),
    ("odd properties", [obj({"a": STR}), obj({"a": 3})], None),
    ("same properties", [obj({"a": STR, "b": STR}), obj({"b": STR})], obj({"a": STR, "b": STR})),
    ("definitions", [{"$defs": {"a": STR}}, {"$defs": {"b": STR}}], {"$defs": {"a": STR, "b": STR}}),
    ("definitions apart", [{"$defs": {"a": STR}}, {"$defs": {"a": {}}}], None),
    ("items", [{"items": STR}, {"items": {"minLength": 1}}], {"items": {"type": "string", "minLength": 1}}),
    ("conditions", [{"if": STR}, {"then": STR}], None),
    ("nested", [{"allOf": [{"title": "t"}]}, {"allOf": [{"minimum": 1}]}], {"title": "t", "minimum": 1}),
    (
        "closed and open",
        [{"additionalProperties": False}, {"additionalProperties": True}],
        {"additionalProperties": False},
    ),
    ("open and a map", [{"additionalProperties": True}, {"additionalProperties": STR}], {"additionalProperties": STR}),
    (
        "closed and a map",
        [{"additionalProperties": False}, {"additionalProperties": STR}],
        {"additionalProperties": False},
    ),
    (
        "named schemas",
        [{"patternProperties": {"x": STR}, "anyOf": [STR]}, {"title": "t"}],
        {"patternProperties": {"x": STR}, "anyOf": [STR], "title": "t"},
    ),
]


@pytest.mark.parametrize(("parts", "merged"), [case[1:] for case in MERGES], ids=[case[0] for case in MERGES])
def test_merging(parts: list[Json], merged: Json) -> None:
    assert down({"allOf": parts}, "GEMINI_JSON") == ("same" if merged is None else merged, [])


def test_a_merge_that_is_not_exact_is_named() -> None:
    parts: list[Json] = [obj({"a": STR}, additionalProperties=False), obj({"b": STR})]
    assert down({"allOf": parts}, "GEMINI_JSON") == (
        obj({"a": STR, "b": STR}, additionalProperties=False),
        ["approximated all_of allOf"],
    )


def test_losses_inside_what_was_merged_stand_where_the_source_has_them() -> None:
    inner: Json = {
        "allOf": [
            obj({"a": {"minLength": 1}}),
            obj({"a": {"type": "string", "maxLength": 2, "allOf": [{"pattern": "x"}]}}),
        ]
    }
    _, noted = down(obj({"p": inner}), "CLAUDE_STRICT")
    assert [line for line in noted if line.startswith("moved")] == [
        "moved min_length properties.p.allOf[0].properties.a.minLength",
        "moved max_length properties.p.allOf[1].properties.a.maxLength",
        "moved pattern properties.p.allOf[1].properties.a.allOf[0].pattern",
    ]


def test_an_all_of_that_fits_only_after_its_members_were_rewritten() -> None:
    parts: list[Json] = [{"$ref": "#/$defs/a", "description": "text"}, {"type": "string"}]
    out, _ = down({"allOf": parts, "$defs": {"a": obj({})}}, "GEMINI_JSON")
    assert out == {"$defs": {"a": obj({})}, "anyOf": [{"$ref": "#/$defs/a"}], "description": "text", "type": "string"}
