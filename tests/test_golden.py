"""The story of `fixtures/`: each dialect's telling is one its vendor takes, and every pair translates it as kept."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

import pytest

from dgrid_translate import DIALECTS, collect, translate
from dgrid_translate.cli.samples import sample
from dgrid_translate.testing.grammar import claude as claude_grammar
from dgrid_translate.testing.grammar import gemini as gemini_grammar
from dgrid_translate.testing.grammar import openai_chat as openai_grammar
from dgrid_translate.testing.grammar import openai_completions as completions_grammar
from dgrid_translate.testing.grammar import openai_responses as responses_grammar
from dgrid_translate.testing.grammar import ui_message as ui_grammar
from dgrid_translate.testing.rules import claude as claude_rules
from dgrid_translate.testing.rules import gemini as gemini_rules
from dgrid_translate.testing.rules import openai_chat as openai_rules
from dgrid_translate.testing.rules import openai_completions as completions_rules
from dgrid_translate.testing.rules import openai_responses as responses_rules
from dgrid_translate.testing.rules import ui_message as ui_rules
from fixtures.regenerate import GOLDEN, HERE, goldens, read
from tests import judge
from tests.judge.samples import sse

if TYPE_CHECKING:
    from pathlib import Path

RULES: dict[str, Any] = {
    "openai": openai_rules,
    "openai-completions": completions_rules,
    "openai-responses": responses_rules,
    "claude": claude_rules,
    "gemini": gemini_rules,
    "ui-message": ui_rules,
}
GRAMMARS: dict[str, Any] = {
    "openai": openai_grammar,
    "openai-completions": completions_grammar,
    "openai-responses": responses_grammar,
    "claude": claude_grammar,
    "gemini": gemini_grammar,
    "ui-message": ui_grammar,
}
NAMED = ("claude", "openai-responses")
"""Whose events have an `event:` line."""
DONE = ("openai", "openai-completions", "ui-message")
"""Whose streams end in `[DONE]`."""
UNTOLD = {"openai-completions": {"agent-calls.response.json", "agent-calls.chunks.jsonl"}}
"""What of the story a dialect has no words for: Completions has no tools, so that its telling has no calls."""
TOLD = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path != GOLDEN and path.name[0] != "_")
BUILT = [dialect for dialect in TOLD if dialect in DIALECTS]
FIXTURES = [path for dialect in TOLD for path in sorted((HERE / dialect).iterdir())]
TRANSLATIONS = list(goldens())


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def built(*patterns: str) -> list[Path]:
    """The fixtures of those names in the dialects that are built."""
    return [path for dialect in BUILT for pattern in patterns for path in sorted((HERE / dialect).glob(pattern))]


def test_the_story_is_told_alike_everywhere() -> None:
    told = {dialect: {path.name for path in (HERE / dialect).iterdir()} for dialect in TOLD}
    assert told == {dialect: told["claude"] - UNTOLD.get(dialect, set()) for dialect in told}


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_vendors_take_the_fixtures(path: Path) -> None:
    dialect, (_, kind, _) = path.parent.name, path.name.split(".")
    # The details of OpenAI's reasoning are in OpenRouter's words: Chat has none of its own.
    host = "openrouter" if dialect == "openai" else ""
    value = read(dialect, path.name)
    match kind:
        case "request":
            judge.accept_request(dialect, value, host=host)
        case "response":
            judge.accept_response(dialect, value, host=host)
        case "chunks":
            stream = sse(value, named=dialect in NAMED, done=dialect in DONE)
            judge.accept_stream(dialect, stream, host=host)
        case _:
            judge.accept_error(dialect, 429, {}, path.read_bytes(), host=host)


@pytest.mark.parametrize("path", built("*.request.json", "*.response.json"), ids=name_of)
def test_the_long_way_home_changes_nothing(path: Path) -> None:
    dialect, (_, kind, _) = path.parent.name, path.name.split(".")
    body = read(dialect, path.name)
    assert translate(body, to=dialect, source=dialect, kind=kind, passthrough=False) == body


@pytest.mark.parametrize("path", built("*.chunks.jsonl"), ids=name_of)
def test_streams_add_up_to_their_response(path: Path) -> None:
    dialect, case = path.parent.name, path.name.split(".")[0]
    assert said(collect(read(dialect, path.name), source=dialect)) == said(read(dialect, f"{case}.response.json"))


def said(value: object) -> object:
    """A body without its nulls, which say nothing."""
    if isinstance(value, dict):
        return {key: said(member) for key, member in value.items() if member is not None}
    return [said(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("dialect", [dialect for dialect in TOLD if dialect not in UNTOLD])
@pytest.mark.parametrize(
    ("packaged", "kept"),
    [
        ("story.request.json", "agent-story.request.json"),
        ("story.response.json", "agent-calls.response.json"),
        ("story.chunks.jsonl", "agent-calls.chunks.jsonl"),
    ],
)
def test_the_demo_tells_the_same_story(dialect: str, packaged: str, kept: str) -> None:
    assert sample(dialect, packaged) == (HERE / dialect / kept).read_bytes()


@pytest.mark.parametrize(("path", "made"), TRANSLATIONS, ids=[name_of(path) for path, _ in TRANSLATIONS])
def test_translations_are_as_kept(path: Path, made: str) -> None:
    kept = path.read_text("utf-8") if path.exists() else ""
    if made != kept:
        difference = difflib.unified_diff(kept.splitlines(), made.splitlines(), "kept", "now", n=4, lineterm="")
        pytest.fail(
            "\n".join([path.relative_to(HERE.parent).as_posix(), *difference])
            + "\nif that is right: python fixtures/regenerate.py",
            pytrace=False,
        )


def test_no_golden_is_left_over() -> None:
    assert set(GOLDEN.rglob("*.json")) == {path for path, _ in TRANSLATIONS}


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.json")), ids=name_of)
def test_vendors_take_the_translations(path: Path) -> None:
    dialect, (_, kind, _) = path.parent.name.partition("-to-")[2], path.name.split(".")
    golden = json.loads(path.read_text("utf-8"))
    host = "openrouter" if dialect == "openai" else ""
    match kind:
        case "request":
            judge.accept_request(dialect, golden["body"], host=host)
        case "response":
            judge.accept_response(dialect, golden["body"], host=host)
        case "chunks":
            stream = sse(golden["body"], named=dialect in NAMED, done=dialect in DONE)
            judge.accept_stream(dialect, stream, host=host)
        case _:
            judge.accept_error(dialect, golden["status"], {}, json.dumps(golden["body"]).encode(), host=host)


@pytest.mark.parametrize("path", [*FIXTURES, *sorted(GOLDEN.rglob("*.json"))], ids=name_of)
def test_the_rules_are_kept(path: Path) -> None:
    """Those of the vendors' own servers, as far as they are written down in `dgrid_translate.testing`."""
    golden = GOLDEN in path.parents
    dialect, (_, kind, _) = path.parent.name.rpartition("-to-")[2], path.name.split(".")
    value = json.loads(path.read_text("utf-8"))["body"] if golden else read(dialect, path.name)
    match kind:
        case "request":
            assert RULES[dialect].check_request(value) == []
        case "response":
            assert RULES[dialect].check_response(value) == []
        case "chunks":
            assert GRAMMARS[dialect].check_stream(value) == []
        case _:
            pass
