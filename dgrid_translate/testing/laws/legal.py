"""What a translation makes is what the target's API takes, where the source's own API would have taken the source."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from types import ModuleType

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.laws.silent_loss import show_body
from dgrid_translate.testing.laws.streams import translated
from dgrid_translate.testing.laws.turn import Named, name_of, turned
from dgrid_translate.testing.strategies.common import JSONObject
from dgrid_translate.testing.violations import Violation

_MODULES = {"openai": "openai_chat"}
_TOLERATED = {
    "model-feature": "the caller names the model",
    "tool-arguments": "the model's own text, handed on as it is",
    "tool-input": "the model's own text, handed on as it is",
}
_SAID = {"usage-told": "usage"}
"""Rules that only bind who was told what they ask for: a word that the source's stream must have in it."""


def broken(dialect: Named, kind: Kind, body: JSONObject, *, official: bool = True) -> list[Violation]:
    """The dialect's rules that a request or response breaks; none if the kit has no rules for it."""
    rules = _module("rules", dialect)
    if rules is None:
        return []
    found: list[Violation] = getattr(rules, f"check_{kind}")(body, official=official)
    return [violation for violation in found if violation.rule not in _TOLERATED]


def legal(source: Named, target: Named, kind: Kind, body: JSONObject, *, model: str | None = None) -> None:
    """A request or response that breaks no rule of the source's vendor becomes one that breaks none of the target's.

    What other hosts of the source's dialect take, but not its vendor, must become what other hosts of the target's do.
    `model` is what to ask the target for instead of what the source names, as a gateway would.
    """
    official = not broken(source, kind, body)
    if not official and broken(source, kind, body, official=False):
        return
    made = turned(source, target, kind, body if model is None else body | {"model": model}).body
    if kind == "request":
        made.setdefault("model", model or "m")
    found = broken(target, kind, made, official=official)
    if found:
        raise AssertionError(
            f"{name_of(source)} -> {name_of(target)}: no API takes this {kind}:\n  "
            + "\n  ".join(map(str, found[:8]))
            + f"\nbody: {show_body(body)}\nmade: {show_body(made)}"
        )


def legal_stream(source: str, target: str, chunks: Sequence[JSONObject]) -> None:
    """A stream that keeps the grammar of its dialect becomes one that keeps the target's; likewise."""
    official = not _breaches(source, chunks, official=True)
    if not official and _breaches(source, chunks, official=False):
        return
    made = translated(source, target, chunks)
    said = str(chunks)
    found = [
        violation for violation in _breaches(target, made, official=official) if _SAID.get(violation.rule, "") in said
    ]
    if found:
        raise AssertionError(
            f"{source} -> {target}: no server sends this stream:\n  "
            + "\n  ".join(map(str, found[:8]))
            + f"\nchunks: {show_body(chunks)}\nmade: {show_body(made)}"
        )


def _breaches(dialect: str, chunks: Sequence[JSONObject], *, official: bool) -> list[Violation]:
    grammar = _module("grammar", dialect)
    if grammar is None:
        return []
    found: list[Violation] = grammar.check_stream(list(chunks), official=official)
    return [violation for violation in found if violation.rule not in _TOLERATED]


def _module(folder: str, dialect: Named) -> ModuleType | None:
    name = name_of(dialect)
    path = f"dgrid_translate.testing.{folder}.{_MODULES.get(name, name).replace('-', '_')}"
    return None if importlib.util.find_spec(path) is None else importlib.import_module(path)
