"""`dgrid-translate serve`: what it is told, and that it serves."""

from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dgrid_translate import DIALECTS
from dgrid_translate.backends import DemoBackend, HTTPBackend, Router
from dgrid_translate.cli import live, serve, settings
from dgrid_translate.cli.group import dgrid_translate
from dgrid_translate.cli.settings import Settings, Upstream
from tests.asgi.serving import Process

pytestmark = pytest.mark.timeout(60)

FILE = """
port = 9000
keys-env = "GATEWAY_KEYS"
metrics = true
cors = ["https://chat.example"]
state = "sqlite:///kept.db"
state-days = 2.5

[[upstream]]
match = "anthropic/*"
speaks = "claude"
key-env = "CLAUDE_KEY"

[[upstream]]
demo = true
"""


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings | None, str]:
    """The settings that the server would be started with, and what was said."""
    started: list[Settings] = []
    monkeypatch.setattr(serve, "run", started.append)
    result = CliRunner().invoke(dgrid_translate, ["serve", *arguments])
    return (started[0] if started else None), result.output


def test_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UP", "k")
    made, _ = run(
        *("--upstream", "http://h:1/v1", "--speaks", "claude", "--upstream-key-env", "UP", "--port", "0"),
        *("--route", "g/*=gemini@http://g:2/v1beta#UP", "--default-model", "m", "--cors", "*", "--workers", "3"),
        monkeypatch=monkeypatch,
    )
    assert made is not None
    assert made.upstream == [
        Upstream("g/*", "http://g:2/v1beta", "gemini", "UP"),
        Upstream("*", "http://h:1/v1", "claude", "UP"),
    ]
    assert (made.port, made.default_model, made.cors, made.workers, made.host) == (0, "m", ["*"], 3, "127.0.0.1")


def test_a_file_and_options_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_KEYS", "a, b")
    monkeypatch.setenv("CLAUDE_KEY", "k")
    file = tmp_path / "gateway.toml"
    file.write_text(FILE, "utf-8")
    made, _ = run("--config", str(file), "--port", "9001", monkeypatch=monkeypatch)
    assert made is not None
    assert (made.port, made.metrics, made.cors) == (9001, True, ["https://chat.example"])
    assert (settings.state_of(made), made.state_days) == ("sqlite:///kept.db", 2.5)
    monkeypatch.setenv("KEPT", "postgresql://me@db/kept")
    made, _ = run("--config", str(file), "--state-env", "KEPT", "--state-days", "7", monkeypatch=monkeypatch)
    assert made is not None
    assert (settings.state_of(made), made.state_days) == ("postgresql://me@db/kept", 7.0)
    backend = settings.backend_of(made)
    assert isinstance(backend, Router)
    chosen, model = backend.choose("anthropic/opus")
    assert isinstance(chosen, HTTPBackend)
    assert model == "opus"
    chosen, model = backend.choose("other/thing")
    assert isinstance(chosen, DemoBackend)
    assert model == "other/thing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no upstream"),
        (["--upstream", "ftp://x"], "not an HTTP address"),
        (["--upstream", "http://x", "--speaks", "klingon"], "unknown dialect"),
        (["--upstream", "http://x", "--upstream-key-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE is not set"),
        (["--route", "nonsense"], "is not PATTERN=DIALECT@URL"),
        (["--demo", "--state", "redis://x"], "not a state: redis"),
        (["--demo", "--state-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE is not set"),
        (["--demo", "--state", "memory", "--workers", "2"], "several workers share no memory"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, output = run(*arguments, monkeypatch=monkeypatch)
    assert made is None
    assert said in output


@pytest.mark.parametrize(("text", "said"), [("prot = 1", "prot"), ("port = 'x'", "port"), ("port = ", "Invalid")])
def test_what_is_wrong_in_a_file(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text, "utf-8")
    made, output = run("--config", str(file), monkeypatch=monkeypatch)
    assert made is None
    assert said in output


def ask(address: str, path: str, body: Any = None, **headers: str) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"content-type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def test_several_workers_share_what_is_kept(tmp_path: Path) -> None:
    with Process("--demo", "--workers", "2", "--state", f"sqlite:///{tmp_path}/kept.db") as server:
        id = None
        for turn in range(12):
            asked = {"model": "demo", "input": f"turn {turn}", "previous_response_id": id}
            id = ask(server.address, "/v1/responses", asked, connection="close")["id"]
        items = ask(server.address, f"/v1/responses/{id}/input_items?limit=100")["data"]
        assert len(items) == 2 * 12 - 1


def test_it_serves_with_several_workers() -> None:
    with Process("--demo", "--workers", "2", "--keys-env", "KEYS", env={"KEYS": "one,two"}) as server:
        said = {"model": "demo", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        for key in ("one", "two"):
            answer = ask(server.address, "/v1/messages", said, **{"x-api-key": key})
            assert answer["content"] == [{"type": "text", "text": "You said: Hi"}]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(server.address, "/v1/messages", said)
        assert ask(server.address, "/health") == {"status": "ok"}


@pytest.mark.parametrize("speaks", DIALECTS)
def test_the_demo_s_clients_hear_what_they_should(speaks: str) -> None:
    lines, right = live.show(speaks)
    assert all(right), lines
    assert len(right) == len(DIALECTS)


def test_what_is_announced_gives_no_access(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstreams = [Upstream("a/*", "http://me:secret@h:1/v1?key=secret", "claude"), Upstream("*", None, "claude")]
        serve.announce(Settings(upstream=upstreams), listener)
    said = capsys.readouterr().out
    assert "-> http://h:1/v1 (claude)" in said
    assert "-> claude's own API (claude)" in said
    assert "secret" not in said
