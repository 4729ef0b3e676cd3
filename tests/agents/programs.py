"""How each agent is started: with a home of its own, pointed at the app, silent about updates and itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = Path(__file__).parent / "node_modules"
PROMPT = "Write a short greeting to hello.txt"


@dataclass
class Run:
    """A command, and what of the environment it needs."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Agent:
    """An agent: the dialect it speaks, how to start it in a home, given the app's base URL, and the models whose
    reasoning it gives back (opencode forgets all but plain text)."""

    dialect: str
    prepare: Callable[[Path, str], Run]
    keeps: tuple[str, ...]


def _codex(home: Path, base: str) -> Run:
    lines = [
        'model = "gpt-5.1-codex"',
        'model_provider = "app"',
        "check_for_update_on_startup = false",
        "[model_providers.app]",
        'name = "app"',
        f'base_url = "{base}/v1"',
        'env_key = "APP_KEY"',
        'wire_api = "responses"',
        "[analytics]",
        "enabled = false",
        "[otel]",
        'exporter = "none"',
    ]
    folder = home / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text("\n".join(lines))
    command = ["codex", "exec", "--skip-git-repo-check", "--sandbox", "danger-full-access", PROMPT]
    return Run(command, {"CODEX_HOME": str(folder), "APP_KEY": "a-key"})


def _gemini(home: Path, base: str) -> Run:
    settings = {
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"disableAutoUpdate": True, "enableAutoUpdate": False, "disableUpdateNag": True},
        "security": {"auth": {"selectedType": "gemini-api-key"}},
    }
    folder = home / ".gemini"
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps(settings))
    command = ["gemini", "--skip-trust", "--yolo", "--model", "gemini-2.5-flash", "--prompt", PROMPT]
    trusted = {"GEMINI_CLI_TRUST_WORKSPACE": "true"}
    return Run(command, {"GEMINI_API_KEY": "a-key", "GOOGLE_GEMINI_BASE_URL": base, **trusted})


def _opencode(home: Path, base: str) -> Run:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "app",
        "options": {"baseURL": f"{base}/v1", "apiKey": "a-key"},
        "models": {
            "m": {"name": "m", "tool_call": True, "reasoning": True, "interleaved": {"field": "reasoning_content"}}
        },
    }
    config = {
        "autoupdate": False,
        "share": "disabled",
        "model": "app/m",
        "small_model": "app/m",
        "permission": {"edit": "allow", "bash": "allow"},
        "provider": {"app": provider},
    }
    folder = home / ".config" / "opencode"
    folder.mkdir(parents=True)
    (folder / "opencode.json").write_text(json.dumps(config))
    places = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CACHE", "STATE")}
    quiet = {f"OPENCODE_DISABLE_{what}": "1" for what in ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD")}
    return Run(["opencode", "run", PROMPT], {**places, **quiet})


def _claude_code(home: Path, base: str) -> Run:
    (home / ".claude.json").write_text(json.dumps({"hasCompletedOnboarding": True}))
    command = ["claude", "--print", "--model", "claude-sonnet-4-5", "--permission-mode", "acceptEdits", PROMPT]
    quiet = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1"}
    return Run(command, {"ANTHROPIC_BASE_URL": base, "ANTHROPIC_API_KEY": "a-key", **quiet})


AGENTS = {
    "claude-code": Agent("claude", _claude_code, ("openai", "claude", "gemini")),
    "codex": Agent("openai-responses", _codex, ("openai", "claude", "gemini")),
    "gemini-cli": Agent("gemini", _gemini, ("openai", "claude", "gemini")),
    "opencode": Agent("openai", _opencode, ("openai",)),
}
