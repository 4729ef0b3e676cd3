"""What a target takes of JSON Schema, as data: the facts there can be about a target, and those about each vendor's.

A profile is only a list of facts, each with its source; what follows from them for a schema is decided elsewhere. That
a profile has `suspects` is an optimisation, which never changes a result.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Suspect = tuple[bytes | re.Pattern[bytes], ...]
"""Signs that must all be found in a schema's text before something can have to change, the cheapest first."""


class SchemaProfile(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What a target takes of JSON Schema. Each default is the most permissive choice; compared by identity."""

    suspects: tuple[Suspect, ...] | None = None
    """None: only a walk can tell whether something has to change."""
    keep: frozenset[str] | None = None
    """The keywords that the target takes; None: it takes, or ignores, any."""
    root_object: bool = False
    """The outermost schema must say `type: object` and `properties`."""
    root_refuses: tuple[str, ...] = ()
    """Keywords that the outermost schema must not have then."""
    root_marks: tuple[Suspect, ...] = ((),)
    """Signs of any of them; the default is always there."""
    refs: Literal["keep", "acyclic", "inline"] = "keep"
    ref_alone: bool = False
    """A `$ref` may have no siblings but those that begin with "$" and the definitions."""
    const_of: frozenset[str] = frozenset()
    """Types whose `const` must be said as an `enum` of one."""
    enum_of: frozenset[str] | None = None
    """Types of the values an `enum` may have; None: any."""
    enum_as_text: bool = False
    """Numbers in an `enum` are said as strings."""
    one_of: bool = True
    """False: `oneOf` must be said as `anyOf`."""
    merges: bool = False
    """An `allOf` is merged into its parent where that is possible."""
    nullable: bool = False
    """OpenAPI 3.0: one type a schema, null is said with `nullable`."""
    bounds: Literal["any", "integers", "inclusive"] = "any"
    """Exclusive bounds: taken; said as inclusive ones where that is exact, for integers; for all numbers."""
    newest_draft: bool = False
    """The tuples and boolean exclusive bounds of drafts before 2020-12 must be rewritten."""
    formats: frozenset[str] | None = None
    pattern_refuses: tuple[str, ...] = ()
    only: dict[str, tuple[object, ...]] = {}
    """Keywords of which the target takes some values only."""
    closed: bool = False
    """Every object must say `additionalProperties: false`."""
    all_required: bool = False
    """Every object must say its properties and require them all; an optional one becomes nullable."""
    known_required: bool = False
    """`required` may name known properties only."""
    needs_items: bool = False
    """An array must say `items`."""
    types: Literal["optional", "unless_literal", "always"] = "optional"
    """Which schemas must name a type: those without an enum or const; all."""
    untyped: tuple[str, ...] | None = None
    """What a schema of anything is said to be; None: it may stay silent."""


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
    # (can1357/oh-my-pi#209), `uniqueItems` (1jehuang/jcode#687). `default` is not among the supported keywords,
    # but taken, says recorded traffic.
    keep=_CORE
    | {
        "default",
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
