"""Gemini's own schema dialect, an OpenAPI subset (`parameters`, `responseSchema`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.strict_schema import subschemas
from dgrid_translate.testing.wire_json import Json, array, obj, one_of, shown, strings, words

if TYPE_CHECKING:
    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

KEYWORDS = words(
    "type format title description nullable enum items minItems maxItems properties required propertyOrdering"
    " minProperties maxProperties minLength maxLength pattern minimum maximum anyOf default example $ref $defs $id"
    " ref defs additionalProperties prefixItems min_items max_items property_ordering min_properties max_properties"
    " min_length max_length any_of additional_properties"
)
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null", "type_unspecified")


def schema_findings(schema: Json, at: At) -> Findings:
    """What Gemini refuses in a schema of its own dialect ("Unknown name ... Cannot find field") [docs]."""
    for place, here in subschemas(schema, at):
        for key in here.keys() - KEYWORDS:
            yield (*place, key), f"{key} is no keyword of this schema dialect"
        kind = here.get("type")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in TYPES):
            yield (*place, "type"), f"type is one word, not {shown(kind)}"
        if len(strings(here.get("enum"))) != len(array(here.get("enum"))):
            yield (*place, "enum"), "enum values are strings"
        if isinstance(kind, str) and kind.lower() == "array" and "items" not in here and "prefixItems" not in here:
            yield (*place, "items"), "an array says its items"
        missing = set(strings(here.get("required"))) - obj(here.get("properties")).keys()
        if missing and one_of(kind, ("object", "OBJECT")):
            yield (*place, "required"), f"required names no property: {', '.join(sorted(missing))}"
