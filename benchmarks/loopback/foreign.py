"""Other gateways, set up as their own documentation has it, for one upstream that speaks Chat and clients of Claude.

LiteLLM's and llm-rosetta's are in the environments of bench_peers.py; npm installs @musistudio/llms beside them.
Portkey's gateway 1.15 is not among them: as npm installs it, it fails on Node 20 (`TypeError: immutable`).
"""

from __future__ import annotations

import json
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from bench_peers import CACHE, environment, install

from loopback.process import Server

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = ("bench-whole", "bench-burst", "bench-paced")
NPM = {"musistudio llms": "@musistudio/llms@1"}
PACKAGES = {"litellm proxy": "litellm", "llm-rosetta gateway": "llm-rosetta"}


@dataclass
class Foreign:
    """One of them. goal: how many times its requests/s ours are to be. prefix: of models' names, for it."""

    name: str
    goal: float
    start: Callable[[int, int, Path], tuple[list[str], dict[str, str]]]
    prefix: str = ""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _write(path: Path, value: object) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def _litellm(port: int, upstream: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    base = f"http://127.0.0.1:{upstream}/v1"
    models = [
        {"model_name": name, "litellm_params": {"model": f"openai/{name}", "api_base": base, "api_key": "x"}}
        for name in MODELS
    ]
    settings = {"use_chat_completions_url_for_anthropic_messages": True, "drop_params": True}
    config = _write(folder / "litellm.yaml", {"model_list": models, "litellm_settings": settings})
    command = [str(environment("litellm") / "bin" / "litellm"), "--config", config]
    env = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
    }
    return [*command, "--host", "127.0.0.1", "--port", str(port)], env


def _rosetta(port: int, upstream: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    provider = {"type": "openai_chat", "api_key": "x", "base_url": f"http://127.0.0.1:{upstream}/v1"}
    server = {"host": "127.0.0.1", "port": port, "open_on_no_keys": True}
    config = {"providers": {"up": provider}, "models": dict.fromkeys(MODELS, "up"), "server": server}
    command = [str(environment("llm-rosetta") / "bin" / "llm-rosetta-gateway"), "--no-banner", "--log-level", "warning"]
    return [*command, "--config", _write(folder / "rosetta.jsonc", config), "--data-dir", str(folder)], {}


def _llms(port: int, upstream: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    provider = {
        "name": "up",
        "api_base_url": f"http://127.0.0.1:{upstream}/v1/chat/completions",
        "api_key": "x",
        "models": MODELS,
    }
    config = {"LOG": False, "HOST": "127.0.0.1", "PORT": str(port), "providers": [provider]}
    module = npm_folder() / "node_modules" / "@musistudio" / "llms" / "dist" / "cjs" / "server.cjs"
    options = json.dumps({"useJsonFile": False, "logger": False, "initialConfig": config})
    script = f"const given = require({json.dumps(str(module))});\nnew (given.default || given)({options}).start();\n"
    return ["node", _write(folder / "llms.cjs", script)], {}


FOREIGN = (
    Foreign("litellm proxy", 40, _litellm),
    Foreign("llm-rosetta gateway", 7, _rosetta),
    Foreign("musistudio llms", 2, _llms, prefix="up,"),
)


def npm_folder() -> Path:
    """Where npm installs."""
    return CACHE / "npm"


def missing(foreign: Foreign, quick: bool) -> str | None:
    """Why one cannot be run; installs it first, unless there is to be haste."""
    if foreign.name in PACKAGES:
        package = PACKAGES[foreign.name]
        if quick and not (environment(package) / ".installed").exists():
            return "not installed yet; bench_peers.py installs it"
        return install(package)
    package = NPM[foreign.name]
    if (npm_folder() / "node_modules" / package.rpartition("@")[0]).exists():
        return None
    if quick:
        return "not installed yet; without --quick this script installs it"
    if which("npm") is None:
        return "there is no npm"
    npm_folder().mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--prefix", str(npm_folder()), "--no-audit", "--no-fund", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"npm could not install it: {done.stderr.strip()[-200:]}" if done.returncode else None


def started(foreign: Foreign, upstream: int, folder: Path) -> Server:
    """It, up and running.

    Raises:
        RuntimeError: it does not start.
    """
    port = free_port()
    command, env = foreign.start(port, upstream, folder)
    return Server(command, env=env, port=port, log=folder / f"{foreign.name}.log")
