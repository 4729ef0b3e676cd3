"""Canonical forms: what a vendor's API treats as equal made equal. As few rules as possible, each with its reason."""

from __future__ import annotations

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.laws.canonical.claude import canonical_claude
from dgrid_translate.testing.laws.canonical.common import with_schemas
from dgrid_translate.testing.laws.canonical.gemini import as_arrays, camel, canonical_gemini
from dgrid_translate.testing.laws.canonical.openai import canonical_openai
from dgrid_translate.testing.laws.canonical.openai_completions import canonical_completions
from dgrid_translate.testing.laws.canonical.openai_responses import canonical_openai_responses
from dgrid_translate.testing.laws.canonical.ui_message import canonical_ui_message
from dgrid_translate.testing.strategies.common import JSONObject


def canonical(dialect: str, kind: Kind, body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same to the vendor."""
    match dialect:
        case "openai":
            return with_schemas(canonical_openai(body))
        case "openai-completions":
            return canonical_completions(body)
        case "openai-responses":
            return with_schemas(canonical_openai_responses(body))
        case "claude":
            return with_schemas(canonical_claude(body, kind))
        case "gemini":
            return with_schemas(canonical_gemini(body))
        case "ui-message":
            return with_schemas(canonical_ui_message(body, kind))
        case _:
            return body


def spelled_once(dialect: str, body: JSONObject) -> JSONObject:
    """The body in one spelling of those that its API reads as the very same JSON: proto3 has several for Gemini."""
    return as_arrays(camel(body)) if dialect == "gemini" else body
