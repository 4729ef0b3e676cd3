"""What holds for any schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dgrid_translate.losses import Losses
from dgrid_translate.shared.schema import SchemaProfile, downgrade, from_openapi
from dgrid_translate.shared.schema.keywords import is_list, is_node
from dgrid_translate.shared.schema.walk import Walk
from tests.shared.schema.kit import PROFILES, Json, down, every_profile, obj, raw

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
@example(schema={"anyOf": [{"type": "string"}, {"allOf": [{"type": "null"}]}]}, values=[None, "a", 1])
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
        merged = "allOf" in path or (path.startswith("$defs") and "allOf" in str(source))
        absorbed = merged and path.rpartition(".")[2].startswith(("minimum", "maxLength", "enum"))
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
