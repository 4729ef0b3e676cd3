"""Real coding agents, headless, each with a model of each dialect behind the app: they write the file they were asked
for, with their own tools, and finish."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app
from tests.agents.models import MODELS, SAID, TEXT
from tests.agents.programs import AGENTS, PACKAGES
from tests.clients.host import running
from tests.outside import missing

pytestmark = [pytest.mark.agents, pytest.mark.timeout(180)]


@pytest.mark.parametrize("speaks", MODELS)
@pytest.mark.parametrize("agent", [name for name, agent in AGENTS.items() if agent.dialect in DIALECTS])
def test_agent_writes_a_file(agent: str, speaks: str, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        missing("node is not installed")
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    file = work / "hello.txt"
    model = MODELS[speaks](file, speaks in AGENTS[agent].keeps)

    async def backend(body: dict[str, object]) -> dict[str, object]:
        return model(body)

    with running(create_app(backend, speaks=speaks, models=["m"])) as base:
        run = AGENTS[agent].prepare(home, base)
        program = PACKAGES / ".bin" / run.command[0]
        if not program.exists():
            missing(f"{run.command[0]} is not installed: `make test-agents` does that where npm can")
        done = subprocess.run(
            [str(program), *run.command[1:]],
            cwd=work,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", **run.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    told = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert file.exists(), told
    assert file.read_text().strip() == TEXT
    assert SAID in done.stdout, told
    assert done.returncode == 0, told
