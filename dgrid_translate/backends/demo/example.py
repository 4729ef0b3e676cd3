"""A value that a JSON schema allows, made of what the user said.

Enough of JSON Schema for what people write by hand and what SDKs derive from classes: types, properties, items, enums,
constants, bounds, references and unions. Texts are taken from the user's quotations, then from the rest of the words;
numbers from the user's numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dgrid_translate.shared.wire import elements, members

_QUOTED = re.compile(r"[\"'“«`]([^\"'”»`]+)[\"'”»`]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+)*")
_FORMATS = {
    "date": "2026-01-02",
    "date-time": "2026-01-02T03:04:05Z",
    "time": "03:04:05Z",
    "email": "user@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_DEEPEST = 12

Schema = Mapping[str, object]


class Example:
    """Makes values; each takes the next of the user's quotations and numbers, the last again when they are used up."""

    def __init__(self, said: str) -> None:
        self._texts: list[str] = _QUOTED.findall(said) or _NAME.findall(said) or [said.strip()[:40] or "demo"]
        self._numbers = [float(text) for text in _NUMBER.findall(said)] or [1.0]
        self._root: Schema = {}

    def of(self, schema: object) -> object:
        """A value that the schema allows."""
        self._root = members(schema)
        return self._make(self._root, 0)

    def _make(self, given: object, depth: int) -> object:
        if depth > _DEEPEST:
            return None
        schema = self._whole(members(given))
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        if enum := elements(schema.get("enum")):
            return next((value for value in enum if value in self._texts), enum[0])
        for key in ("anyOf", "oneOf"):
            if options := elements(schema.get(key)):
                return self._make(options[0], depth + 1)
        match _kind(schema):
            case "object":
                inner = members(schema.get("properties"))
                return {name: self._make(value, depth + 1) for name, value in inner.items()}
            case "array":
                return [self._make(schema.get("items"), depth + 1) for _ in range(max(1, _integer(schema, "minItems")))]
            case "integer":
                return int(self._number(schema))
            case "number":
                return self._number(schema)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return self._text(schema)

    def _whole(self, schema: Schema) -> Schema:
        """The schema with what it refers to and what it is all of."""
        for _ in range(_DEEPEST):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            found: object = self._root
            for key in filter(None, reference.removeprefix("#").split("/")):
                found = members(found).get(key)
            schema = {**members(found), **{key: value for key, value in schema.items() if key != "$ref"}}
        for part in elements(schema.get("allOf")):
            inner = self._whole(members(part))
            properties = {**members(schema.get("properties")), **members(inner.get("properties"))}
            schema = {**inner, **{key: value for key, value in schema.items() if key != "allOf"}}
            if properties:
                schema["properties"] = properties
        return schema

    def _number(self, schema: Schema) -> float | int:
        number = self._numbers.pop(0) if len(self._numbers) > 1 else self._numbers[0]
        low, above, high = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum")
        if isinstance(low, int | float):
            number = max(number, low)
        if isinstance(above, int | float) and number <= above:
            number = above + 1
        if isinstance(high, int | float):
            number = min(number, high)
        return int(number) if float(number).is_integer() else number

    def _text(self, schema: Schema) -> str:
        known = _FORMATS.get(str(schema.get("format")))
        if known is not None:
            return known
        text = self._texts.pop(0) if len(self._texts) > 1 else self._texts[0]
        text = text.ljust(_integer(schema, "minLength"), ".")
        return text[: _integer(schema, "maxLength")] if "maxLength" in schema else text


def _kind(schema: Schema) -> str | None:
    """The first type that is not null."""
    kind = schema.get("type")
    kinds = [one for one in elements(kind) or [kind] if isinstance(one, str)]
    named = next((one for one in kinds if one.lower() != "null"), kinds[0] if kinds else None)
    if named is None:
        return "object" if "properties" in schema else None
    return named.lower()


def _integer(schema: Schema, key: str) -> int:
    value = schema.get(key)
    return int(value) if isinstance(value, int | float) else 0
