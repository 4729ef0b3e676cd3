"""`dgrid-translate convert`: what it takes, what it gives, where it says what went wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dgrid_translate import DIALECTS, Exchange
from dgrid_translate.cli import progress
from dgrid_translate.cli.group import dgrid_translate
from dgrid_translate.cli.samples import sample
from dgrid_translate.cli.trip import sse
from tests.outside import missing

if {"openai", "claude", "gemini"} - set(DIALECTS):
    missing("not built yet: dialects")

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOW = 1763718911
HI = {"model": "gpt-6-sol", "messages": [{"role": "user", "content": "Hi"}], "max_completion_tokens": 9}
ODD = HI | {"logit_bias": {"1": -100}}


def run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(dgrid_translate, ["convert", f"--now={NOW}", *args], input=stdin)


def jsonl(*bodies: Any) -> bytes:
    return b"".join(json.dumps(body).encode() + b"\n" for body in bodies)


def fixture(dialect: str, name: str) -> str:
    return str(FIXTURES / dialect / name)


def test_a_body_by_its_shape() -> None:
    result = run("--to", "claude", stdin=json.dumps(HI).encode())
    assert result.exit_code == 0
    assert result.stderr == ""
    assert json.loads(result.stdout) == {"model": "gpt-6-sol", "max_tokens": 9, "messages": HI["messages"]}


def test_an_indented_body() -> None:
    assert run("--to", "claude", stdin=json.dumps(HI, indent=2).encode()).stdout == (
        run("--to", "claude", stdin=json.dumps(HI).encode()).stdout
    )


def test_pretty_only_on_a_terminal() -> None:
    assert run("--to", "claude", stdin=json.dumps(HI).encode()).stdout.count("\n") == 1
    assert run("--to", "claude", "--pretty", stdin=json.dumps(HI).encode()).stdout.count("\n") > 3


def test_a_byte_order_mark_says_nothing() -> None:
    assert run("--to", "claude", stdin=b"\xef\xbb\xbf" + json.dumps(HI).encode()).exit_code == 0


def test_losses_go_to_stderr() -> None:
    result = run("--to", "claude", "--from", "openai", stdin=json.dumps(ODD).encode())
    assert result.exit_code == 0
    assert "logit_bias" not in result.stdout
    assert result.stderr.splitlines()[0] == "1 loss:"
    assert result.stderr.split()[2:5] == ["dropped", "logit_bias", "logit_bias"]


def test_strict_refuses() -> None:
    result = run("--to", "claude", "--from", "openai", "--strict", stdin=json.dumps(ODD).encode())
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "logit_bias" in result.stderr


def test_strict_lets_pass_what_loses_nothing() -> None:
    assert run("--to", "claude", "--strict", stdin=json.dumps(HI).encode()).exit_code == 0


def test_a_wrong_body_is_told_with_its_path() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": 7}]}
    result = run("--to", "claude", "--from", "openai", "--kind", "request", stdin=json.dumps(body).encode())
    assert result.exit_code == 1
    assert "stdin: messages[0].content" in result.stderr


@pytest.mark.parametrize("stdin", [b"{", b"", b"null", b"\xff\xfe", b'{"a":1}'])
def test_what_is_nothing_is_an_error(stdin: bytes) -> None:
    result = run("--to", "claude", stdin=stdin)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: stdin: ")


def test_an_unknown_dialect() -> None:
    result = run("--to", "klingon", stdin=json.dumps(HI).encode())
    assert result.exit_code == 1
    assert "unknown dialect 'klingon'; known: " in result.stderr


def test_a_file_that_is_not_there() -> None:
    assert run("--to", "claude", "nowhere.json").exit_code == 2


def test_lines(tmp_path: Path) -> None:
    source = tmp_path / "batch.jsonl"
    source.write_bytes(jsonl(HI, ODD) + b"\n" + jsonl(ODD))
    result = run("--to", "claude", "--from", "openai", "-o", str(tmp_path / "out.jsonl"), str(source))
    assert result.exit_code == 0
    made = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert made == [json.loads(run("--to", "claude", stdin=json.dumps(HI).encode()).stdout)] * 3
    assert "line 2: logit_bias" in result.stderr
    assert "(2 times)" in result.stderr


def test_a_wrong_line_is_told_with_its_number() -> None:
    result = run("--to", "claude", "--from", "openai", "--kind", "request", stdin=jsonl(HI, {"messages": 7}))
    assert result.exit_code == 1
    assert "stdin, line 2: messages" in result.stderr
    assert len(result.stdout.splitlines()) == 1


def test_an_array_is_a_body_an_item() -> None:
    result = run("--to", "claude", stdin=json.dumps([HI, HI], indent=1).encode())
    assert len(result.stdout.splitlines()) == 2


def test_several_files() -> None:
    files = fixture("openai", "agent-story.request.json"), fixture("openai", "agent-calls.response.json")
    result = run("--to", "claude", "--from", "openai", *files)
    assert [json.loads(line)["model"] for line in result.stdout.splitlines()] == ["gpt-6-sol", "gpt-6-sol-2026-09-30"]


@pytest.mark.parametrize("source", ["openai", "claude", "gemini"])
def test_the_story_shows_its_dialect(source: str) -> None:
    to = "claude" if source != "claude" else "openai"
    assert run("--to", to, fixture(source, "agent-story.request.json")).exit_code == 0


def test_a_response_against_its_request(tmp_path: Path) -> None:
    """A tool's name that the upstream refuses is changed on the way out, and changed back on the way home."""
    name = "stock.level/" + "x" * 60
    asked = tmp_path / "request.json"
    tool = {"name": name, "input_schema": {"type": "object"}}
    asked.write_bytes(
        jsonl({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}], "tools": [tool]})
    )
    sent = json.loads(run("--to", "openai", "--from", "claude", str(asked)).stdout)["tools"][0]["function"]["name"]
    answer = json.loads(Path(fixture("openai", "agent-calls.response.json")).read_text())
    answer["choices"][0]["message"]["tool_calls"][0]["function"]["name"] = sent
    result = run("--to", "claude", "--request", str(asked), stdin=json.dumps(answer).encode())
    assert sent != name
    assert [block["name"] for block in json.loads(result.stdout)["content"] if block["type"] == "tool_use"] == [
        name,
        "stock_level",
    ]


@pytest.mark.parametrize("source", ["openai", "claude", "gemini"])
def test_an_event_stream(source: str) -> None:
    to = "claude" if source != "claude" else "openai"
    exchange = Exchange(to, source, now=NOW)
    stream = sse(source)
    result = run("--to", to, stdin=b"".join(stream))
    assert result.exit_code == 0
    assert result.stdout_bytes == b"".join(exchange.stream().iter(stream))


@pytest.mark.parametrize("source", ["openai", "claude", "gemini"])
def test_events_a_line(source: str) -> None:
    to = "claude" if source != "claude" else "openai"
    kind = ["--kind", "event"] if source == "gemini" else []  # a chunk has the shape of a response
    result = run("--to", to, *kind, stdin=sample(source, "story.chunks.jsonl"))
    chunks = [json.loads(line) for line in sample(source, "story.chunks.jsonl").splitlines()]
    expected = list(Exchange(to, source, now=NOW).stream().iter_events(chunks))
    assert [json.loads(line) for line in result.stdout.splitlines()] == expected


def test_a_stream_of_no_known_dialect() -> None:
    assert run("--to", "claude", stdin=b'data: {"a":1}\n\n').exit_code == 2
    assert run("--to", "claude", stdin=b": nothing but a comment\n\n").stdout == ""


def test_a_stream_under_strict() -> None:
    result = run("--to", "openai", "--strict", fixture_sse("claude", "agent-answer"))
    assert result.exit_code == 3


def fixture_sse(dialect: str, case: str) -> str:
    return fixture(dialect, f"{case}.chunks.jsonl")


def test_errors_are_bodies_too() -> None:
    result = run("--to", "claude", fixture("gemini", "rate-limited.error.json"))
    assert json.loads(result.stdout)["error"]["type"] == "rate_limit_error"


def test_long_input_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "_FIRST", 0)
    monkeypatch.setattr(progress, "_NEXT", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.Progress(20) as shown:
        assert list(shown.watch([(1, b"x" * 9), (2, b"y" * 9)])) == [(1, b"x" * 9), (2, b"y" * 9)]
    said = capsys.readouterr().err
    assert "1 bodies, 0.0 MB, 50 %" in said
    assert said.endswith("\r\x1b[K")


def test_a_pipe_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.Progress() as shown:
        list(shown.watch([(1, b"x")]))
    assert capsys.readouterr().err == ""


def test_a_stream_is_translated_while_it_arrives() -> None:
    command = [sys.executable, "-m", "dgrid_translate", "convert", "--from", "openai", "--to", "claude"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for piece in sse("openai")[:3]:
            process.stdin.write(piece)
        process.stdin.flush()
        assert process.stdout.readline() == b"event: message_start\n"
        process.stdin.close()
        assert b"event: error" in process.stdout.read()  # it was cut
    assert process.returncode == 0
