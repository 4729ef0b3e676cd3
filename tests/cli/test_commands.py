"""The program as a whole, `losses` and `demo`."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from itertools import permutations

import pytest
from click.testing import CliRunner

from dgrid_translate import DIALECTS, cli
from dgrid_translate.cli import demo, trip
from dgrid_translate.cli.group import dgrid_translate
from dgrid_translate.cli.samples import has_sample
from tests.outside import missing

if {"openai", "claude", "gemini"} - set(DIALECTS):
    missing("not built yet: dialects")

PAIRS = list(permutations(DIALECTS, 2))
TRIPS = list(permutations([dialect for dialect in DIALECTS if has_sample(dialect, "story.response.json")], 2))


def program(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dgrid_translate", *args]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | env, check=False)


def test_the_program_is_the_module() -> None:
    result = program("--help")
    assert result.returncode == 0
    assert result.stdout.startswith("Usage: dgrid-translate ")
    assert all(command in result.stdout for command in ("convert", "losses", "demo"))


@pytest.mark.parametrize(("name", "runs"), [("__main__", True), ("dgrid_translate.__main__", False)])
def test_the_module_runs_when_it_is_the_program(name: str, runs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(cli, "main", lambda: ran.append(name))
    runpy.run_module("dgrid_translate.__main__", run_name=name)
    assert ran == [name] * runs


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"dgrid-translate\[cli\]"):
        cli.main()


def test_the_demo_fits_a_screen_and_is_the_same_every_time() -> None:
    first, second = program("demo", PYTHONHASHSEED="1"), program("demo", PYTHONHASHSEED="2")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    lines = first.stdout.splitlines()
    assert len(lines) <= 52
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in first.stdout
    checks = 3 * len(TRIPS) + len(DIALECTS)
    assert lines[-1] == f"{checks} of {checks} checks hold"


@pytest.mark.parametrize(("client", "upstream"), TRIPS)
def test_a_trip_holds_its_checks(client: str, upstream: str) -> None:
    assert trip.travel(client, upstream).checks == {
        "stream adds up": True,
        "signatures": True,
        "call ids": True,
    }


def test_the_demo_fails_with_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(client: str, upstream: str) -> trip.Trip:
        made = trip.travel(client, upstream)
        return made._replace(checks=made.checks | {"call ids": client != "openai"})

    monkeypatch.setattr(demo, "travel", spoilt)
    result = CliRunner().invoke(dgrid_translate, ["demo"])
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    checks = 3 * len(TRIPS) + len(DIALECTS)
    spoiled = sum(client == "openai" for client, _ in TRIPS)
    assert result.stdout.endswith(f"{checks - spoiled} of {checks} checks hold\n")


def test_losses_counts_every_pair() -> None:
    result = CliRunner().invoke(dgrid_translate, ["losses"])
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["from", "to", "dropped", "approximated", "moved", "invented"]
    assert [tuple(row[:2]) for row in rows[1:]] == PAIRS


@pytest.mark.parametrize("options", [["--from", "openai", "--to", "claude"], ["--from", "google"], ["--to", "gemini"]])
def test_losses_lists_pairs(options: list[str]) -> None:
    result = CliRunner().invoke(dgrid_translate, ["losses", *options])
    heads = [line for line in result.stdout.splitlines() if " -> " in line and line[0] != " "]
    assert result.exit_code == 0
    assert len(heads) == (1 if len(options) == 4 else len(DIALECTS) - 1)


def test_losses_as_data() -> None:
    result = CliRunner().invoke(dgrid_translate, ["losses", "--from", "openai", "--to", "claude", "--format", "json"])
    rows = json.loads(result.stdout)
    assert {
        "source": "openai",
        "to": "claude",
        "body": "request",
        "kind": "dropped",
        "feature": "logit_bias",
    }.items() <= (next(row for row in rows if row["feature"] == "logit_bias").items())


def test_losses_as_markdown() -> None:
    result = CliRunner().invoke(dgrid_translate, ["losses", "--format", "markdown"])
    assert result.stdout.startswith("| from | to | dropped ")
    listed = CliRunner().invoke(
        dgrid_translate, ["losses", "--from", "openai", "--to", "claude", "--format", "markdown"]
    )
    assert "#### openai -> claude\n\n| body | kind |" in listed.stdout


def test_losses_of_no_such_dialect() -> None:
    assert CliRunner().invoke(dgrid_translate, ["losses", "--to", "klingon"]).exit_code == 2
