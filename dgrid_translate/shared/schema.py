"""JSON Schemas on their way to a target that takes only some of JSON Schema.

Every vendor takes its own subset of JSON Schema in tool definitions and structured output, and answers 400 for the
rest. This module decides which keywords go where: `downgrade` rewrites a schema for a target described by a
`SchemaProfile` and names each loss at the keyword's own path; `from_openapi` reads Gemini's OpenAPI dialect as JSON
Schema. The profiles are data, each with its source; the rules they switch are in `schema_walk` and `schema_spelling`.

A schema that needs no change is given back as the very same object, and mostly without being parsed: tool definitions
are the bulk of many requests, so a search of the bytes decides first. A schema that is not understood (no JSON
object, broken JSON, nested beyond reason, a root that is no object where one must be) is given back untouched too: it
is the vendor's to reject.
"""

from __future__ import annotations

import re

import msgspec

from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.schema_keywords import (
    HOLDS_NAMED_SCHEMAS,
    HOLDS_SCHEMA,
    HOLDS_SCHEMAS,
    MAX_DEPTH,
    Node,
    TooDeep,
    is_list,
    is_node,
    with_null,
)
from dgrid_translate.shared.schema_site import SchemaProfile, Suspect
from dgrid_translate.shared.schema_walk import Walk

__all__ = [
    "CLAUDE_INPUT",
    "CLAUDE_STRICT",
    "CLAUDE_STRICT_INPUT",
    "GEMINI_JSON",
    "GEMINI_OPENAPI",
    "OPENAI_LOOSE",
    "OPENAI_STRICT",
    "SchemaProfile",
    "downgrade",
    "from_openapi",
]

# Cheap signs first: one byte is found six times faster than a pattern that begins with that byte, and such a pattern
# twice as fast as a whole keyword. Only keywords written with \u escapes stay unseen.
_COMPOSED = re.compile(rb'O(?<=allO|anyO|oneO)f"')
_ALL_OF = re.compile(rb'O(?<="allO)f"')
_BOUND = re.compile(rb'M(?<=exclusiveM)(?:in|ax)imum"')
_BOOLEAN_BOUND = re.compile(rb'M(?<=exclusiveM)(?:in|ax)imum"\s*:\s*[tf]')
_REF_THEN = re.compile(rb'\$(?<="\$)ref"\s*:\s*"[^"]*"\s*,')
_REF = re.compile(rb'\$(?<="\$)ref"')
_THEN_REF = re.compile(rb',\s*"\$ref"')
_NESTED_LIST = re.compile(rb"\[\s*[\[{tf]")
_TUPLE = re.compile(rb'"items"\s*:\s*\[')
_OBJECT_FIRST = re.compile(
    rb'\s*\{\s*(?:"\$schema"\s*:\s*"[^"\\]*"\s*,\s*)?"type"\s*:\s*"object"\s*,\s*"properties"\s*:\s*\{'
)

_SCALARS = ("string", "number", "boolean", "null")
_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_CORE = frozenset(
    {
        *("type", "enum", "const", "anyOf", "$ref", "$defs", "properties", "required", "additionalProperties"),
        *("items", "title", "description", "format", "minItems"),
    }
)

OPENAI_LOOSE = SchemaProfile(
    # Functions and formats without `strict`. The API says: "schema must have type 'object' and not have
    # 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level" (langchain-ai/langchainjs#9804), and "object schema missing
    # properties"; below the top level any keyword passes.
    suspects=(),
    root_object=True,
    root_refuses=("allOf", "oneOf", "anyOf", "enum", "not"),
)

OPENAI_STRICT = SchemaProfile(
    # https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas; openai 3.52
    # `lib/_pydantic.py` (`_ensure_strict_json_schema`: closed objects, all required, single `allOf` and `$ref` with
    # siblings dissolved). Refused, by their 400s: formats (BuilderIO/agent-native#3085), `oneOf`, `propertyNames`
    # (can1357/oh-my-pi#209), `uniqueItems` (1jehuang/jcode#687). `default` is not among the supported keywords.
    keep=_CORE
    | {
        "definitions",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "maxItems",
    },
    root_object=True,
    root_refuses=("allOf", "oneOf", "anyOf", "enum", "not"),
    ref_alone=True,
    one_of=False,
    merges=True,
    newest_draft=True,
    formats=_FORMATS,
    pattern_refuses=("(?=", "(?!", "(?<=", "(?<!"),
    closed=True,
    all_required=True,
    known_required=True,
    needs_items=True,
    types="always",
    untyped=_SCALARS,
)

CLAUDE_INPUT = SchemaProfile(
    # `input_schema` of tools without `strict`: JSON Schema draft 2020-12 with `type: object`; the API says
    # "input_schema does not support oneOf, allOf, or anyOf at the top level" (anthropics/claude-code#5973).
    suspects=((b"M", _BOOLEAN_BOUND), (_NESTED_LIST, _TUPLE)),
    root_object=True,
    root_refuses=("allOf", "oneOf", "anyOf"),
    root_marks=((b"O", _COMPOSED),),
    newest_draft=True,
)

CLAUDE_STRICT = SchemaProfile(
    # `output_config.format`: anthropic 2.11 `lib/_parse/_transform.py` (`transform_schema`). Recursion is refused:
    # "Circular reference detected in schema definitions" (egonSchiele/agency-lang#487).
    keep=_CORE | {"allOf"},
    refs="acyclic",
    ref_alone=True,
    enum_of=frozenset({"string", "number", "integer", "boolean", "null"}),
    one_of=False,
    merges=True,
    newest_draft=True,
    formats=_FORMATS | {"uri"},
    only={"minItems": (0, 1)},
    closed=True,
    types="unless_literal",
    untyped=_SCALARS,
)

CLAUDE_STRICT_INPUT = msgspec.structs.replace(
    # `input_schema` of tools with `strict`: both rules together.
    CLAUDE_STRICT,
    root_object=True,
    root_refuses=CLAUDE_INPUT.root_refuses,
)

GEMINI_JSON = SchemaProfile(
    # `parametersJsonSchema`, `responseJsonSchema`: google-genai 3.4 `types.GenerateContentConfig.response_json_schema`:
    # "While the full JSON Schema may be sent, not all features are supported"; a `$ref` has no siblings but those that
    # begin with "$"; `const`, `allOf` and exclusive bounds are not among the supported, so they are said with what is.
    suspects=(
        (b'"const"',),
        (b"M", _BOUND),
        (b"O", _ALL_OF),
        (b"$", _REF_THEN),
        (b"$", _REF, _THEN_REF),
        (_NESTED_LIST, _TUPLE),
    ),
    ref_alone=True,
    const_of=frozenset({"string", "number", "integer"}),
    merges=True,
    newest_draft=True,
    bounds="integers",
)

GEMINI_OPENAPI = SchemaProfile(
    # `parameters`, `responseSchema`: google-genai 3.4 `types.Schema` (fields, formats), `_transformers.process_schema`
    # (references inlined, null as `nullable`, `const` as `enum`); an unknown field is a 400 "Cannot find field", as are
    # an array without `items` and a required name that is no property (NousResearch/hermes-agent
    # agent/gemini_schema.py). `additionalProperties` is only known to Vertex.
    keep=frozenset(
        {
            *("type", "format", "title", "description", "nullable", "enum", "items", "minItems", "maxItems"),
            *("properties", "required", "propertyOrdering", "minProperties", "maxProperties", "minLength", "maxLength"),
            *("pattern", "minimum", "maximum", "anyOf", "default", "example"),
        }
    ),
    refs="inline",
    const_of=frozenset({"string", "number", "integer", "boolean", "null", "array", "object"}),
    enum_of=frozenset({"string"}),
    enum_as_text=True,
    one_of=False,
    merges=True,
    nullable=True,
    bounds="inclusive",
    newest_draft=True,
    formats=frozenset({"enum", "float", "double", "int32", "int64", "email", "byte", "date", "date-time", "password"}),
    known_required=True,
    needs_items=True,
    types="always",
)


def downgrade(schema: msgspec.Raw, profile: SchemaProfile, losses: Losses, at: At) -> msgspec.Raw:
    """The schema as the target takes it; the very same object when nothing has to change.

    `at` leads to the schema in the source body; what is lost is noted on `losses` at the path of its keyword. Never
    raises: what cannot be understood is given back untouched.
    """
    raw = bytes(schema)
    try:
        if not _suspicious(raw, profile):
            return schema
        decoded = msgspec.json.decode(raw)
        if not is_node(decoded):
            return schema
        walk = Walk(profile, decoded, at, b'"$ref"' in raw)
        out = walk.run()
        if out is decoded:
            return schema
        encoded = _settled(msgspec.json.encode(out), profile)
    except (ValueError, RecursionError, TooDeep):
        return schema
    note = {
        "dropped": losses.dropped,
        "approximated": losses.approximated,
        "moved": losses.moved,
        "invented": losses.invented,
    }
    for kind, feature, place, detail in walk.notes:
        note[kind](feature, place, detail)
    return msgspec.Raw(encoded)


def _settled(encoded: bytes, profile: SchemaProfile) -> bytes:
    """An `allOf` whose members fit together only after their own rewriting, merged as well."""
    while profile.merges and b'"allOf"' in encoded:
        decoded = msgspec.json.decode(encoded)
        walk = Walk(profile, decoded, (), True)
        out = walk.run()
        if out is decoded or walk.notes:
            break
        encoded = msgspec.json.encode(out)
    return encoded


_ABSENT = msgspec.Raw()


class _Root(msgspec.Struct):
    """The outermost keywords that decide whether a tool's input is an object and nothing else."""

    type: msgspec.Raw = _ABSENT
    properties: msgspec.Raw = _ABSENT
    allOf: msgspec.Raw = _ABSENT
    anyOf: msgspec.Raw = _ABSENT
    oneOf: msgspec.Raw = _ABSENT
    enum: msgspec.Raw = _ABSENT
    not_: msgspec.Raw = msgspec.field(default=_ABSENT, name="not")


_ROOT = msgspec.json.Decoder(_Root)
_ROOT_FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(_Root)}


def _suspicious(raw: bytes, profile: SchemaProfile) -> bool:
    """Whether something may have to change."""
    if profile.suspects is None:
        return True
    if profile.root_object and (_shows(raw, profile.root_marks) or not _OBJECT_FIRST.match(raw)):
        root = _ROOT.decode(raw)
        if bytes(root.type) != b'"object"' or root.properties is _ABSENT:
            return True
        if any(getattr(root, _ROOT_FIELDS[keyword]) is not _ABSENT for keyword in profile.root_refuses):
            return True
    return _shows(raw, profile.suspects)


def _shows(raw: bytes, suspects: tuple[Suspect, ...]) -> bool:
    # Plain loops: a generator costs more than most of these searches.
    for signs in suspects:
        for sign in signs:
            if not (sign in raw if isinstance(sign, bytes) else sign.search(raw)):
                break
        else:
            return True
    return False


# Gemini's OpenAPI dialect

_TYPES = {
    "STRING": "string",
    "NUMBER": "number",
    "INTEGER": "integer",
    "BOOLEAN": "boolean",
    "ARRAY": "array",
    "OBJECT": "object",
    "NULL": "null",
}
_JSON_NAMES = {
    # proto3 JSON takes snake_case too, and google-genai 3.4 writes it (`types.Schema`).
    "any_of": "anyOf",
    "additional_properties": "additionalProperties",
    "prefix_items": "prefixItems",
    "property_ordering": "propertyOrdering",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
    "unique_items": "uniqueItems",
    "defs": "$defs",
    "ref": "$ref",
}
_INT64S = frozenset({"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"})
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def from_openapi(schema: msgspec.Raw) -> msgspec.Raw:
    """Gemini's `Schema` (https://ai.google.dev/api/caching#Schema) as plain JSON Schema; untouched if it already is.

    Upper-case types, `nullable`, int64 limits written as strings, numbers of an `enum` written as strings, `example`,
    `ref` and `defs`, and snake_case spellings. `propertyOrdering` stays: it annotates, and Gemini alone reads it.
    """
    try:
        decoded = msgspec.json.decode(schema)
        out = _plain(decoded, 0)
        return schema if out is decoded else msgspec.Raw(msgspec.json.encode(out))
    except (ValueError, RecursionError, TooDeep):
        return schema


def _plain(schema: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise TooDeep
    if not is_node(schema):
        return schema
    out: Node = {}
    for key, value in schema.items():
        name = _JSON_NAMES.get(key, key)
        out[name] = _plain_value(name, value, depth)
    kind = out.get("type")
    if kind == "TYPE_UNSPECIFIED":
        del out["type"]
    elif isinstance(kind, str):
        out["type"] = _TYPES.get(kind, kind)
    values = out.get("enum")
    if out.get("type") in ("integer", "number") and is_list(values) and any(isinstance(one, str) for one in values):
        out["enum"] = [_number(value) for value in values]
    if "example" in out and "examples" not in out:
        out = {
            "examples" if key == "example" else key: [value] if key == "example" else value
            for key, value in out.items()
        }
    if isinstance(out.get("nullable"), bool) and out.pop("nullable") and {"type", "enum", "anyOf", "$ref"} & out.keys():
        out = with_null(out)
    unchanged = len(out) == len(schema) and all(key in schema and out[key] is schema[key] for key in out)
    return schema if unchanged else out


def _plain_value(name: str, value: object, depth: int) -> object:
    if name in HOLDS_NAMED_SCHEMAS and is_node(value):
        named = {key: _plain(one, depth + 1) for key, one in value.items()}
        return value if all(named[key] is one for key, one in value.items()) else named
    if name in HOLDS_SCHEMAS and is_list(value):
        several = [_plain(one, depth + 1) for one in value]
        return value if all(new is old for new, old in zip(several, value, strict=True)) else several
    if name in HOLDS_SCHEMA:
        return _plain(value, depth + 1)
    if name in _INT64S and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if name == "$ref" and isinstance(value, str) and value.startswith("#/defs/"):
        return "#/$defs/" + value[len("#/defs/") :]
    return value


def _number(value: object) -> object:
    return msgspec.json.decode(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
