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


RESULTS = {
    "request": {
        "small 1 B, a to b": {"label": "small 1 B, a to b", "value": 8.0, "goal": 4.0, "group": "request 0.4 KB"},
        "small 1 B, openai to claude": {
            "label": "small 1 B, openai to claude",
            "value": 3.0,
            "goal": 4.0,
            "group": "request 0.4 KB",
        },
        "small 1 B, BARE": {"label": "small 1 B, BARE", "value": 1.0},
    },
    "growth": {
        f"a {way}, us a KB at {size} KB": {"label": f"a {way}, us a KB at {size} KB", "value": float(size)}
        for way in ("BARE", "to b")
        for size in (1, 10)
    },
    "gateway": {
        "claude, ours: requests a second": {"label": "claude, ours: requests a second", "value": 1000.0},
        "claude, ours: CPU a chunk, bursts": {
            "label": "claude, ours: CPU a chunk, bursts",
            "value": 2.0,
            "micros": 5.0,
        },
        "claude, ours: requests/s": {
            "label": "claude, ours: requests/s",
            "value": 0.9,
            "goal": 0.8,
            "least": True,
            "group": "gateway: requests/s",
        },
    },
    "peers": {
        "x: lost, request, of all leaves": {"label": "x: lost, request, of all leaves", "value": 0.25},
        "x: lost here, request, of all leaves": {"label": "x: lost here, request, of all leaves", "value": 0.0},
    },
}


def test_the_table_has_worst_and_median_of_each_goal(load: Any) -> None:
    lines = load("run").table(RESULTS).splitlines()[2:]
    assert lines == [
        "| request 0.4 KB | ≤ 4 | 8.00 (a to b) | 5.50 | 3.00 | missed 2.0 times over, by 1 of 2 |",
        "| gateway: requests/s | ≥ 0.8 | 0.90 |  |  | met |",
    ]


def test_rendering_writes_between_the_marks_and_nowhere_else(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = load("run")
    readme = tmp_path / "README.md"
    monkeypatch.setattr(run, "README", readme)
    readme.write_text(f"before\n\n{run.BEGIN}\n\nold\n\n{run.END}\n\nafter\n")
    for _ in range(2):
        run.render({"machine": "here", **RESULTS}, ["cost.svg"])
        text = readme.read_text()
        assert text.startswith(f"before\n\n{run.BEGIN}\n\nhere\n\n| what |")
        assert text.endswith(f"![cost](cost.svg)\n\n{run.END}\n\nafter\n")
        assert "old" not in text
        assert "| x | 25.0% |  |" in text


def test_the_readme_has_the_marks(load: Any) -> None:
    run = load("run")
    assert run.README.read_text().count(run.BEGIN) == run.README.read_text().count(run.END) == 1


def test_the_same_results_draw_the_same_plots(load: Any, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot = load("plot")
    drawn: list[list[bytes]] = []
    for name in ("first", "then"):
        folder = tmp_path / name
        folder.mkdir()
        assert plot.draw(RESULTS, folder) == ["cost.svg", "gateways.svg"]
        drawn.append([path.read_bytes() for path in sorted(folder.iterdir())])
    assert drawn[0] == drawn[1]
    assert all(len(svg) < 100_000 for svg in drawn[0])
