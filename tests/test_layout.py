"""The architecture as far as files and names go; who may import whom is import-linter's part, in pyproject.toml."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import dgrid_translate
from dgrid_translate.registry import TABLE
from tests.outside import missing

PACKAGE = Path(dgrid_translate.__file__).parent
DIALECTS = sorted(path.parent for path in PACKAGE.glob("dialects/*/__init__.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOMS = {
    "__init__": {"DIALECT"},
    "types": set[str](),
    "profile": set[str](),
    "parts": set[str](),
    "tools": set[str](),
    "request": {"decode_request", "encode_request"},
    "response": {"decode_response", "encode_response"},
    "stream": {"Decoder", "Encoder"},
    "errors": {"decode_error", "encode_error"},
}
"""The modules of a dialect, all of them, and the names that each has in every dialect."""

MAX_LINES = 400


def built_dialects() -> list[Path]:
    return DIALECTS or missing("not built yet: dialects")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_dialects_have_the_known_rooms() -> None:
    """A room is a module, or a package of the same name where one module would not fit in the head."""
    found = {
        folder.name: {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/*.py")}
        for folder in built_dialects()
    }
    assert found == {name: set(ROOMS) for name in found}


def test_dialects_have_no_rooms_within_rooms() -> None:
    assert [path for folder in built_dialects() for path in folder.glob("*/*/*.py")] == []


def test_dialects_are_folders() -> None:
    assert [path.name for path in PACKAGE.glob("dialects/*.py")] in ([], ["__init__.py"])


def test_rooms_have_the_known_names() -> None:
    absent = [
        f"{module.__name__}.{name}"
        for folder in built_dialects()
        for room, names in ROOMS.items()
        for module in [importlib.import_module(dotted(folder / room))]
        for name in sorted(names)
        if not hasattr(module, name)
    ]
    assert absent == []


def test_paths_are_whole() -> None:
    """A server can route by them: nothing is left to an SDK's base URL."""
    paths = [path for dialect in TABLE.values() for path in dialect.profile.paths]
    assert [path for path in paths if not re.match(r"/(?:v1|v1beta|v1alpha|api)/", path)] == []
    assert len(set(paths)) == len(paths)


def test_a_dialect_opens_with_its_page() -> None:
    """The page has a link to the vendor's reference, the date it was read, and more than a few lines."""
    thin = [
        folder.name
        for folder in built_dialects()
        for page in [ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""]
        if len(page.split()) < 100 or "https://" not in page or not re.search(r"\b20\d\d-\d\d-\d\d\b", page)
    ]
    assert thin == []


@pytest.mark.parametrize("module", MODULES, ids=dotted)
def test_modules_are_short_and_say_what_they_are(module: Path) -> None:
    source = module.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert len(source.splitlines()) <= MAX_LINES
