"""The public names, and what importing them costs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from types import ModuleType

import dgrid_translate
from tests.outside import missing

PUBLIC = {
    "DIALECTS",
    "Exchange",
    "Loss",
    "StreamTranslator",
    "TranslateError",
    "Translation",
    "collect",
    "to_claude",
    "to_completions",
    "to_gemini",
    "to_openai",
    "to_responses",
    "to_ui_message",
    "translate",
}

HEAVY = {
    "asyncio", "concurrent", "ctypes", "email", "http", "logging", "multiprocessing", "selectors", "socket", "sqlite3",
    "ssl", "subprocess", "threading", "unittest", "xml",
}  # fmt: skip
"""Parts of the standard library that are slow to load, or that a pure translator has no use for."""

# What msgspec loads is its own affair.
LOADED = """
import json, sys
import msgspec
before = set(sys.modules)
import dgrid_translate
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_the_public_names_are_pinned() -> None:
    if importlib.util.find_spec("dgrid_translate.translate") is None:
        missing("not built yet: dgrid_translate.translate")
    assert sorted(dgrid_translate.__all__) == sorted(PUBLIC)
    # Rooms become attributes when something imports them; `annotations` is what `from __future__` leaves behind.
    visible = {
        name
        for name, value in vars(dgrid_translate).items()
        if not name.startswith("_") and name != "annotations" and not isinstance(value, ModuleType)
    }
    assert visible == PUBLIC


def test_importing_loads_msgspec_and_light_modules_only() -> None:
    run = subprocess.run([sys.executable, "-I", "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stdout))
    assert loaded - sys.stdlib_module_names == {"dgrid_translate"}
    assert loaded & HEAVY == set()
