"""Schemas on their way to a target: what each profile makes of them, and what holds for any schema."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dgrid_translate.losses import Losses
from dgrid_translate.shared import schema as schemas
from dgrid_translate.shared.schema import CLAUDE_STRICT, SchemaProfile, downgrade, from_openapi
from dgrid_translate.shared.schema.keywords import is_list, is_node
from dgrid_translate.shared.schema.walk import Walk

Json = Any
PROFILES = {name: profile for name in schemas.__all__ if isinstance(profile := getattr(schemas, name), SchemaProfile)}
every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def raw(value: Json) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def down(value: Json, profile: str) -> tuple[Json, list[str]]:
    """The downgraded schema, "same" if it is the same object, and its losses as "kind feature path"."""
    losses, source = Losses(), raw(value)
    out = downgrade(source, PROFILES[profile], losses, ())
    noted = [f"{loss.kind} {loss.feature.removeprefix('schema_')} {loss.path}" for loss in losses]
    return "same" if out is source else json.loads(bytes(out)), noted


def obj(properties: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, **more}


def closed(properties: dict[str, Json], **more: Json) -> dict[str, Json]:
    every = list(properties)
    return {"type": "object", "properties": properties, "required": every, "additionalProperties": False, **more}


STR: Json = {"type": "string"}
NODE = obj({"next": {"$ref": "#/$defs/Node"}, "v": STR}, required=["v"])

CASES: list[tuple[str, str, Json, Json, list[str]]] = [
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
                "a": {"type": "string", "description": '{format: "uri", pattern: "(?=x)", minLength: 1, default: "x"}'},
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
            "moved default properties.a.default",
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


@pytest.mark.parametrize(
    ("profile", "before", "after", "noted"), [c[1:] for c in CASES], ids=[f"{c[1]}: {c[0]}" for c in CASES]
)
def test_cases(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    out, losses = down(before, profile)
    assert out == after
    assert losses == noted
    if out != "same":
        assert down(out, profile) == ("same", []) or down(out, profile)[0] == out


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


def test_references_follow_json_pointers() -> None:
    pointed: dict[str, Json] = {
        "type": "object",
        "properties": {
            "a": {"$ref": "#/$defs/x~1y~0z/anyOf/0"},
            "b": {"$ref": "#/$defs/x~1y~0z/anyOf/7"},
            "c": {"$ref": "#name"},
        },
        "$defs": {"x/y~z": {"anyOf": [{"type": "string", "minimum": 1}]}},
    }
    out, _ = down(pointed, "GEMINI_OPENAPI")
    assert out == obj({"a": {"type": "string", "minimum": 1}, "b": {}, "c": {}})


def test_a_few_lines_do_not_become_billions() -> None:
    doubling = {
        f"d{n}": obj({"l": {"$ref": f"#/$defs/d{n + 1}"}, "r": {"$ref": f"#/$defs/d{n + 1}"}}) for n in range(40)
    }
    started = time.process_time()
    out, noted = down({"$ref": "#/$defs/d0", "$defs": doubling}, "GEMINI_OPENAPI")
    assert time.process_time() - started < 2
    assert len(json.dumps(out)) < 100_000
    assert noted


def nested(levels: int) -> Json:
    schema: Json = {"const": 1}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


@every_profile
@pytest.mark.parametrize("levels", [150, 400])
def test_too_deep_is_left_alone(profile: SchemaProfile, levels: int) -> None:
    for source in (
        raw({"type": "object", "properties": {"a": nested(levels)}, "oneOf": [{}]}),
        msgspec.Raw(b'{"allOf":[' * levels + b'{"$ref":"#","oneOf":[]}' + b"]}" * levels),
        msgspec.Raw(b"[" * 100_000),
        msgspec.Raw(b'{"oneOf":' * 100_000),
    ):
        losses = Losses()
        assert downgrade(source, profile, losses, ()) is source
        assert not losses
        assert from_openapi(source) is source


@pytest.mark.parametrize("broken", [b"", b"{", b'"\\ud83d"', b'{"a":"\xff"}', b'{"minimum":1e999}', b"nul"])
@every_profile
def test_broken_json_is_left_alone(profile: SchemaProfile, broken: bytes) -> None:
    source = msgspec.Raw(broken)
    assert downgrade(source, profile, Losses(), ()) is source
    assert from_openapi(source) is source


def test_numbers_keep_their_value() -> None:
    source = msgspec.Raw(b'{"const":123456789012345678901234567890,"maximum":1e2}')
    out = downgrade(source, PROFILES["GEMINI_JSON"], Losses(), ())
    assert bytes(out) == b'{"enum":[123456789012345678901234567890],"maximum":100.0,"type":"integer"}'


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


# what holds for any schema

names = st.sampled_from(["a", "b", "const", "$ref", "items"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "bb"]), st.just(1.5))
keywords = st.sampled_from(
    [
        *(
            "type",
            "properties",
            "required",
            "items",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
            "$ref",
            "$defs",
        ),
        *("definitions", "minimum", "exclusiveMinimum", "minItems", "prefixItems", "additionalProperties", "nullable"),
        *("pattern", "format", "description", "propertyOrdering", "additionalItems", "default", "x", "if", "title"),
    ]
)
odd_leaves = st.one_of(
    scalars,
    st.sampled_from(["object", "string", "array", "null", "integer", "#", "#/$defs/a", "#/properties/a", "uri"]),
)
odd = st.recursive(
    odd_leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(keywords, inner, max_size=5),
        st.dictionaries(names, inner, max_size=3),
    ),
    max_leaves=25,
)


@every_profile
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schema=odd)
@example(schema={"$ref": "#", "allOf": [{"$ref": "#"}]})
@example(
    schema={"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"pattern": "a"}], "pattern": "b"}}, "$ref": "#/$defs/a"}
)
def test_never_raises_and_comes_to_rest(profile: SchemaProfile, schema: Json) -> None:
    source, losses, again = raw(schema), Losses(), Losses()
    out = downgrade(source, profile, losses, ("tools", 0))
    assert out is not source or not losses
    json.loads(bytes(out))
    assert all(loss.path.startswith("tools[0]") for loss in losses)
    downgrade(out, profile, again, ())
    from_openapi(source)


def typed(kind: str) -> st.SearchStrategy[dict[str, Json]]:
    limits = {
        "string": {"minLength": st.integers(0, 2), "maxLength": st.integers(1, 3), "pattern": st.just("^[ab]*$")},
        "integer": {"minimum": st.integers(-2, 1), "exclusiveMaximum": st.integers(1, 3), "multipleOf": st.just(1)},
        "number": {"maximum": st.integers(0, 3), "exclusiveMinimum": st.integers(-3, 0)},
        "boolean": {},
        "null": {},
    }
    return st.fixed_dictionaries({"type": st.just(kind)}, optional=limits[kind])


leaf_schemas = st.one_of(
    st.sampled_from(["string", "integer", "number", "boolean", "null"]).flatmap(typed),
    st.fixed_dictionaries({"enum": st.lists(scalars, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"const": scalars}),
    st.fixed_dictionaries({"type": st.sampled_from([["string", "null"], ["integer", "string"], ["null", "number"]])}),
    st.just({"$ref": "#/$defs/a"}),
    st.booleans(),
    st.just({}),
)


def composed(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(names, inner, max_size=3)},
            optional={
                "required": st.lists(names, max_size=2, unique=True),
                "additionalProperties": st.one_of(st.booleans(), inner),
                "minProperties": st.integers(0, 1),
            },
        ),
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner},
            optional={"minItems": st.integers(0, 2), "maxItems": st.integers(1, 3), "uniqueItems": st.booleans()},
        ),
        st.fixed_dictionaries({"type": st.just("array"), "prefixItems": several}, optional={"items": inner}),
        st.fixed_dictionaries({"anyOf": several}, optional={"description": st.just("text")}),
        st.fixed_dictionaries({"oneOf": several}),
        st.fixed_dictionaries({"allOf": several}, optional={"title": st.just("title")}),
        st.fixed_dictionaries({"$ref": st.just("#/$defs/a"), "description": st.just("text")}),
        st.fixed_dictionaries({"not": inner}),
    )


bodies = st.recursive(leaf_schemas, composed, max_leaves=8)


def with_definition(schema: dict[str, Json], definition: Json) -> Json:
    return {**schema, "$defs": {"a": definition}}


whole = st.builds(
    with_definition,
    composed(bodies),
    composed(leaf_schemas).filter(lambda one: "$ref" not in json.dumps(one)),
)
instances = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=6,
)


def valid(schema: Json, value: Json) -> bool:
    validator: Any = Draft202012Validator(schema)
    return validator.is_valid(value)


@every_profile
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schema=whole, values=st.lists(instances, min_size=3, max_size=8))
def test_without_a_loss_it_means_the_same(profile: SchemaProfile, schema: Json, values: list[Json]) -> None:
    losses, again = Losses(), Losses()
    out = downgrade(raw(schema), profile, losses, ())
    rest = downgrade(out, profile, again, ())
    assert json.loads(bytes(rest)) == json.loads(bytes(out))
    assert not [loss for loss in again if loss.kind != "moved"]
    if losses:
        return
    before, after = schema, json.loads(bytes(from_openapi(out)))
    for value in values:
        if type(value) is dict or not profile.root_object:
            assert valid(before, value) == valid(after, value), value


def leaves(value: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """Each scalar of a body with its path."""
    if is_node(value):
        for key, one in value.items():
            yield from leaves(one, f"{at}.{key}" if at else key)
    elif is_list(value):
        for index, one in enumerate(value):
            yield from leaves(one, f"{at}[{index}]")
    else:
        yield at, value


marks = st.integers(10_000, 10**9)
marked_leaves = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "string"])},
        optional=dict.fromkeys(("minimum", "multipleOf", "maxLength", "default", "x-note"), marks)
        | {
            "title": marks.map(str),
            "description": marks.map(str),
            "format": marks.map(str),
            "$comment": marks.map(str),
        },
    ),
    st.fixed_dictionaries({"enum": st.lists(marks.map(str), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"const": marks}),
    st.just({"$ref": "#/$defs/a"}),
)


@every_profile
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    schema=st.recursive(marked_leaves, composed, max_leaves=8),
    definition=marked_leaves.filter(lambda one: "$ref" not in one),
)
def test_nothing_is_lost_in_silence(profile: SchemaProfile, schema: Json, definition: Json) -> None:
    source: Json = obj({"p": schema}, **{"$defs": {"a": definition}})
    losses = Losses()
    out = bytes(downgrade(raw(source), profile, losses, ())).decode()
    covered = tuple(loss.path for loss in losses)
    noted = {str(value) for path, value in leaves(source) if path.startswith(covered)}
    for path, value in leaves(source):
        mark = str(value)
        absorbed = "allOf" in path and path.rpartition(".")[2].startswith(("minimum", "maxLength", "enum"))
        if mark.isdecimal() and int(mark) >= 10_000 and mark not in out and not absorbed:
            assert mark in noted, (path, value)


SEARCHED = [name for name, profile in PROFILES.items() if profile.suspects is not None]


@pytest.mark.parametrize("name", SEARCHED)
@pytest.mark.parametrize("indent", [None, 2])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schema=st.one_of(odd, whole, st.builds(with_definition, st.builds(obj, st.dictionaries(names, bodies)), bodies)))
@example(schema={"type": "object", "properties": {}, "items": [True]})
@example(schema={"type": "object", "properties": {}, "not": {}})
def test_the_search_overlooks_nothing(name: str, indent: int | None, schema: Json) -> None:
    source = msgspec.Raw(json.dumps(schema, indent=indent).encode())
    always = msgspec.structs.replace(PROFILES[name], suspects=None)
    searched, walked = downgrade(source, PROFILES[name], Losses(), ()), downgrade(source, always, Losses(), ())
    assert searched is source if walked is source else bytes(searched) == bytes(walked)


@pytest.mark.parametrize("profile", SEARCHED)
def test_a_usual_tool_is_not_parsed(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Walk, "run", None)
    tool = obj(
        {"path": {"type": "string", "description": "An absolute path"}, "limit": {"type": "integer"}}, required=["path"]
    )
    assert down(
        {"$schema": "http://json-schema.org/draft-07/schema#", **tool, "additionalProperties": False}, profile
    ) == ("same", [])


# what is remembered

MOVED = closed({"a": {"type": "string", "minLength": 1}})


def test_what_was_made_is_remembered_and_noted_where_it_stands_now() -> None:
    results: list[msgspec.Raw] = []
    for at in (("tools", 0), ("tools", 7, "parameters"), ()):
        losses = Losses()
        results.append(downgrade(raw(MOVED), PROFILES["OPENAI_STRICT"], losses, at))
        prefix = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at).lstrip(".")
        assert [loss.path for loss in losses] == [f"{prefix}.properties.a.minLength".lstrip(".")]
    assert results[0] is results[1] is results[2]
    assert from_openapi(raw({"type": "STRING"})) is from_openapi(raw({"type": "STRING"}))


def test_profiles_do_not_share_their_memory() -> None:
    taken = msgspec.structs.replace(PROFILES["OPENAI_STRICT"], keep=None)
    assert down(MOVED, "OPENAI_STRICT")[0] != "same"
    source = raw(MOVED)
    assert downgrade(source, taken, Losses(), ()) is source


@pytest.mark.parametrize(
    "schema",
    [
        closed({"a": {"type": "string", "minLength": 1, "description": "x" * 70_000}}),
        closed({"a": {"type": "string", **{f"x-{n}": n for n in range(1000)}}}),
        closed({"a": {"type": "string", "description": "x" * 65_000, "minLength": 1, "format": "x"}}),
    ],
    ids=["a large schema", "many losses", "a large result"],
)
def test_what_is_large_is_not_remembered(schema: Json) -> None:
    first, second = (downgrade(raw(schema), PROFILES["OPENAI_STRICT"], Losses(), ()) for _ in range(2))
    assert first is not second
    assert bytes(first) == bytes(second)


@pytest.mark.parametrize("rewrite", [lambda source: downgrade(source, CLAUDE_STRICT, Losses(), ()), from_openapi])
def test_a_caller_whose_stack_is_nearly_full_spoils_nothing(rewrite: Callable[[msgspec.Raw], msgspec.Raw]) -> None:
    schema: Json = {"type": "STRING", "minLength": 1}
    for _ in range(90):
        schema = {"type": "array", "items": schema}
    source = raw(schema)

    def full(left: int) -> msgspec.Raw:
        return full(left - 1) if left else rewrite(source)

    depth = 0
    frame = sys._getframe()
    while frame := frame.f_back:
        depth += 1
    assert full(sys.getrecursionlimit() - depth - 100) is source
    assert rewrite(source) is not source
