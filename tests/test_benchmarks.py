"""The benchmarks run, and what they time is what the library does; how long it takes is judged by people."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dgrid_translate

FOLDER = Path(__file__).parent.parent / "benchmarks"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
OUTSIDE = {"bench_gateway", "bench_peers"}
"""They need what may not be there: Linux, other packages; what they cannot do, they say."""


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.mark.timeout(300)
@pytest.mark.parametrize("script", SCRIPTS)
def test_runs(script: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    command = [sys.executable, str(FOLDER / f"{script}.py"), "--quick", "--rounds", "1", "--save", str(kept)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=250)
    (rows,) = json.loads(kept.read_text()).values()
    if script in OUTSIDE and "skipped" in ran.stdout:
        return
    assert rows
    if script == "bench_gateway":
        return  # it takes its time
    compared = subprocess.run([*command[:-2], "--compare", str(kept)], check=True, capture_output=True, text=True)
    assert " was " in compared.stdout


def test_payloads_are_the_same_every_time(load: Any) -> None:
    payloads = load("payloads")
    before = {dialect: payloads.request("rich", dialect) for dialect in payloads.DIALECTS}
    payloads.story.cache_clear()
    payloads.request.cache_clear()
    assert {dialect: payloads.request("rich", dialect) for dialect in payloads.DIALECTS} == before


@pytest.mark.parametrize(("name", "low", "high"), [("small", 350, 480), ("rich", 4e3, 6.5e3), ("agent", 6e4, 7.6e4)])
def test_payloads_have_their_sizes(load: Any, name: str, low: float, high: float) -> None:
    payloads = load("payloads")
    for dialect in payloads.DIALECTS:
        assert low < len(payloads.request(name, dialect)) < high


@pytest.mark.parametrize(
    ("dialect", "module"),
    [
        ("openai", "openai_chat"),
        ("openai-completions", "openai_completions"),
        ("openai-responses", "openai_responses"),
        ("claude", "claude"),
        ("gemini", "gemini"),
        ("ui-message", "ui_message"),
    ],
)
def test_payloads_are_what_the_vendors_take_and_give(load: Any, dialect: str, module: str) -> None:
    payloads = load("payloads")
    rules = importlib.import_module(f"dgrid_translate.testing.rules.{module}")
    grammar = importlib.import_module(f"dgrid_translate.testing.grammar.{module}")
    for body in [
        payloads.long_request(9000, dialect),
        *(payloads.request(name, dialect) for name in payloads.REQUESTS),
    ]:
        assert rules.check_request(json.loads(body), official=True) == []
    assert rules.check_response(json.loads(payloads.response(dialect)), official=True) == []
    events = [json.loads(data) for data in payloads.events(dialect, 40) if data != b"[DONE]"]
    assert grammar.check_stream(events) == []


@pytest.mark.parametrize("dialect", dgrid_translate.DIALECTS)
def test_what_is_timed_is_the_public_function(load: Any, dialect: str) -> None:
    payloads, public = load("payloads"), load("public")
    if dialect not in public.DIALECTS:
        pytest.skip("no payloads yet")
    body = payloads.request("rich", dialect)
    for way in list(public.contenders(body, dialect, "request").values())[1:]:
        target = way.args[2]
        expected = dgrid_translate.translate(body, to=target, source=dialect, now=1, passthrough=target != dialect)
        assert way() == expected


@pytest.mark.parametrize("dialect", dgrid_translate.DIALECTS)
def test_streams_say_the_same_with_and_without_sse(load: Any, dialect: str) -> None:
    payloads, public, stream = load("payloads"), load("public"), load("bench_stream")
    if dialect not in public.DIALECTS:
        pytest.skip("no payloads yet")
    events, chunks = list(payloads.events(dialect, 40)), list(payloads.chunks(dialect, 40))
    for target in public.DIALECTS:
        made = stream.by_event(events, dialect, target)
        assert made
        assert made == stream.by_chunk(chunks, dialect, target)
