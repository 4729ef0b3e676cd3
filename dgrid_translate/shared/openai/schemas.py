"""Other vendors' schemas for OpenAI, which can hold its models to strict ones alone."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.ir.request import FunctionTool, OutputFormat
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.schema import OPENAI_LOOSE, OPENAI_STRICT, downgrade


def tool_schema(tool: FunctionTool, schema: Raw, losses: Losses) -> tuple[Raw, bool]:
    """The schema of a tool's arguments, and whether it is strict as the tool wants it."""
    strict = _as_strict(schema, losses, tool.schema_at) if tool.strict else None
    if strict is not None:
        return strict, True
    return downgrade(schema, OPENAI_LOOSE, losses, tool.schema_at), False


def format_schema(output: OutputFormat, schema: Raw, losses: Losses) -> tuple[Raw, bool]:
    """The schema of an answer, and whether it is strict: other vendors hold their models to any schema they take."""
    strict = None if output.strict is False else _as_strict(schema, losses, output.schema_at)
    if strict is not None:
        return strict, True
    return downgrade(schema, OPENAI_LOOSE, losses, output.schema_at), False


def _as_strict(schema: Raw, losses: Losses, at: At) -> Raw | None:
    """The schema if it may be strict as it stands; else None: making it strict would change what calls look like."""
    needed = Losses()
    strict = downgrade(schema, OPENAI_STRICT, needed, at)
    if not needed:
        return strict
    losses.approximated("strict_schema", at, "not one that OpenAI can hold a model to: sent without strict")
    return None
