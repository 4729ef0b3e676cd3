"""JSON Schemas on their way to a target that takes only some of JSON Schema.

Every vendor takes its own subset of JSON Schema in tool definitions and structured output, and answers 400 for the
rest. This package decides which keywords go where: `downgrade` rewrites a schema for a target described by a
`SchemaProfile` and names each loss at the keyword's own path; `from_openapi` reads Gemini's OpenAPI dialect as JSON
Schema. Both are pure, never raise, and give back the very same object when nothing has to change.

    profiles     what each target takes, as data, each with its source
    downgrade    whether anything has to change; `cache` remembers what was made of a schema
    walk         node by node through a schema; its rules are in `references` (`$ref`, `allOf`), `root` (a tool's
                 input), `values`, `objects` and `spelling` (the same meaning in other keywords), which meet on a `site`
    openapi      the other way, from Gemini's dialect
    merge        several schemas as one
    keywords     JSON Schema's own facts
"""

from dgrid_translate.shared.schema.downgrade import downgrade
from dgrid_translate.shared.schema.openapi import from_openapi
from dgrid_translate.shared.schema.profiles import (
    CLAUDE_INPUT,
    CLAUDE_STRICT,
    CLAUDE_STRICT_INPUT,
    GEMINI_JSON,
    GEMINI_OPENAPI,
    OPENAI_LOOSE,
    OPENAI_STRICT,
    SchemaProfile,
)

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
