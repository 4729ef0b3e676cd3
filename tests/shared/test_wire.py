"""Reading and writing wire Structs: what a body may hold that looks like something of the library's own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import dgrid_translate
from dgrid_translate import DIALECTS, Loss, translate
from dgrid_translate.losses import render_path

PACKAGE = Path(dgrid_translate.__file__).parent
FIXTURES = Path(__file__).parents[2] / "fixtures"
BODIES = sorted(path for name in DIALECTS for path in (FIXTURES / name).glob("*.re[qs]*.json"))
FORMS = sorted({form for path in PACKAGE.rglob("*.py") for form in re.findall(r'"(~\w+)"', path.read_text("utf-8"))})
"""The names under which the library remembers forms."""


def named(path: Path) -> tuple[str, Any]:
    return path.parent.name, path.name.split(".")[1]


def test_there_are_forms() -> None:
    assert "~null" in FORMS


def strewn(value: Any, keys: list[str]) -> Any:
    """The same body with members in every object that are called as the library's own forms are."""
    if isinstance(value, list):
        return [strewn(item, keys) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: strewn(item, keys) for key, item in value.items()} | dict.fromkeys(keys, 1)


@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_key_is_taken_for_a_form(path: Path) -> None:
    dialect, kind = named(path)
    keys = [*FORMS, "~", "~~null", "..", "(extra)"]
    body = strewn(json.loads(path.read_text("utf-8")), keys)
    assert translate(body, to=dialect, source=dialect, kind=kind, passthrough=False) == body


@pytest.mark.parametrize("to", ["openai", "claude", "gemini"])
@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_keys_like_forms_are_named_when_they_are_dropped(path: Path, to: str) -> None:
    dialect, kind = named(path)
    if dialect == to:
        return
    body = json.loads(path.read_text("utf-8")) | {"~null": 1, "~~x": 2, "..": 3}
    losses: list[Loss] = []
    translate(body, to=to, source=dialect, kind=kind, losses=losses)
    dropped = {loss.path for loss in losses if loss.kind == "dropped"}
    assert {render_path((key,)) for key in ("~null", "~~x", "..")} <= dropped


@pytest.mark.parametrize("tag", ["\x00", "\x01"])
def test_an_unknown_block_is_a_block_whatever_it_holds(tag: str) -> None:
    part = {"type": tag, "kind": "text", "raw": 1, "made": {}}
    turn = {"role": tag, "kind": "user", "raw": 2, "made": {}}
    body = {"model": "m", "messages": [{"role": "user", "content": [part]}, turn]}
    assert translate(body, to="openai", source="openai", kind="request", passthrough=False) == body
