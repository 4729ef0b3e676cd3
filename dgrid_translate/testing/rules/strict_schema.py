"""JSON Schemas as vendors restrict them: OpenAI's strict subset, walked without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.wire_json import Json, array, is_object, obj, objects, strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

ONE = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames")
LIST = ("anyOf", "oneOf", "allOf", "prefixItems")
MAP = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
STRICT_REFUSES = ("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas",
                  "propertyNames", "patternProperties", "unevaluatedProperties", "contains")  # fmt: skip


def subschemas(schema: Json, at: At) -> Iterator[tuple[At, Json]]:
    """The schema and every schema within it, each with its place."""
    waiting = [(at, schema)]
    while waiting:
        place, here = waiting.pop()
        yield place, here
        for key in ONE:
            inner = here.get(key)
            if is_object(inner):
                waiting.append(((*place, key), inner))
        for key in LIST:
            waiting.extend(objects(here.get(key), *place, key))
        for key in MAP:
            named = obj(here.get(key)).items()
            waiting.extend(((*place, key, name), value) for name, value in named if is_object(value))


def is_object_schema(schema: Json) -> bool:
    """Whether the schema describes an object, alone or among other types."""
    return schema.get("type") == "object" or "object" in strings(schema.get("type")) or "properties" in schema


def strict_findings(schema: Json, at: At) -> Findings:
    """What OpenAI's strict mode refuses in a schema ("Structured outputs: supported schemas") [docs]."""
    if schema.get("type") != "object":
        yield at, "the root is of type object"
    if "anyOf" in schema:
        yield (*at, "anyOf"), "the root may not be an anyOf"
    for place, here in subschemas(schema, at):
        for key in STRICT_REFUSES:
            if key in here:
                yield (*place, key), f"{key} is not supported in strict schemas"
        if "$ref" in here and len(here.keys() - {"description"}) > 1 and place != at:
            yield place, "$ref may not stand beside other keywords"
        if is_object_schema(here):
            yield from _strict_object(here, place)


def _strict_object(schema: Json, at: At) -> Findings:
    if schema.get("additionalProperties") is not False:
        yield at, "every object says additionalProperties: false"
    named = obj(schema.get("properties")).keys()
    missing = named - set(strings(schema.get("required")))
    if missing:
        yield (*at, "required"), f"every property is required; missing: {', '.join(sorted(missing))}"
    if len(array(schema.get("required"))) > len(named):
        yield (*at, "required"), "required names something that is no property"
