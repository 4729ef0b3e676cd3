"""The rules on whole bodies: good bodies break none, and for each rule there are bodies that break it."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate.testing.rules import claude, gemini, openai_chat, openai_completions, openai_responses, ui_message
from dgrid_translate.testing.rules.claude_models import family_of
from dgrid_translate.testing.violations import Violation, slug
from tests.testing import (
    claude_bodies,
    gemini_bodies,
    openai_chat_bodies,
    openai_completions_bodies,
    openai_responses_bodies,
    ui_message_bodies,
)
from tests.testing.bodies import ODD, but, places, without


def check_claude_request(body: Any, *, official: bool = False) -> list[Violation]:
    """As the newer version of the API would, for what only that refuses."""
    return claude.check_request(body, official=official, version="2026-10-21")


TABLES: dict[str, tuple[Any, list[Any], list[tuple[str, Any]], tuple[Any, ...]]] = {
    "openai request": (
        openai_chat.check_request,
        openai_chat_bodies.GOOD_REQUESTS,
        openai_chat_bodies.BAD_REQUESTS,
        openai_chat.REQUEST + openai_chat.OFFICIAL_REQUEST,
    ),
    "openai response": (
        openai_chat.check_response,
        openai_chat_bodies.GOOD_RESPONSES,
        openai_chat_bodies.BAD_RESPONSES,
        openai_chat.RESPONSE + openai_chat.OFFICIAL_RESPONSE,
    ),
    "openai-responses request": (
        openai_responses.check_request,
        openai_responses_bodies.GOOD_REQUESTS,
        openai_responses_bodies.BAD_REQUESTS,
        openai_responses.REQUEST + openai_responses.OFFICIAL_REQUEST,
    ),
    "openai-responses response": (
        openai_responses.check_response,
        openai_responses_bodies.GOOD_RESPONSES,
        openai_responses_bodies.BAD_RESPONSES,
        openai_responses.RESPONSE + openai_responses.OFFICIAL_RESPONSE,
    ),
    "openai-completions request": (
        openai_completions.check_request,
        openai_completions_bodies.GOOD_REQUESTS,
        openai_completions_bodies.BAD_REQUESTS,
        openai_completions.REQUEST + openai_completions.OFFICIAL_REQUEST,
    ),
    "openai-completions response": (
        openai_completions.check_response,
        openai_completions_bodies.GOOD_RESPONSES,
        openai_completions_bodies.BAD_RESPONSES,
        openai_completions.RESPONSE + openai_completions.OFFICIAL_RESPONSE,
    ),
    "claude request": (
        claude.check_request,
        claude_bodies.GOOD_REQUESTS,
        [case for case in claude_bodies.BAD_REQUESTS if case[0] not in map(slug, claude.SINCE_2026_10_21)],
        claude.REQUEST + claude.OFFICIAL_REQUEST,
    ),
    "claude request, new version": (
        check_claude_request,
        [claude_bodies.PLAIN, claude_bodies.PREFILL],
        [case for case in claude_bodies.BAD_REQUESTS if case[0] in map(slug, claude.SINCE_2026_10_21)],
        claude.SINCE_2026_10_21,
    ),
    "claude response": (
        claude.check_response,
        claude_bodies.GOOD_RESPONSES,
        claude_bodies.BAD_RESPONSES,
        claude.RESPONSE + claude.OFFICIAL_RESPONSE,
    ),
    "gemini request": (
        gemini.check_request,
        gemini_bodies.GOOD_REQUESTS,
        gemini_bodies.BAD_REQUESTS,
        gemini.REQUEST + gemini.OFFICIAL_REQUEST,
    ),
    "gemini response": (
        gemini.check_response,
        gemini_bodies.GOOD_RESPONSES,
        gemini_bodies.BAD_RESPONSES,
        gemini.RESPONSE + gemini.OFFICIAL_RESPONSE,
    ),
    "ui-message request": (
        ui_message.check_request,
        ui_message_bodies.GOOD_REQUESTS,
        ui_message_bodies.BAD_REQUESTS,
        ui_message.REQUEST + ui_message.OFFICIAL_REQUEST,
    ),
    "ui-message response": (
        ui_message.check_response,
        ui_message_bodies.GOOD_RESPONSES,
        ui_message_bodies.BAD_RESPONSES,
        ui_message.RESPONSE + ui_message.OFFICIAL_RESPONSE,
    ),
}


GOOD = [
    pytest.param(check, body, id=f"{name} {n}")
    for name, (check, good, _, _) in TABLES.items()
    for n, body in enumerate(good)
]
BAD = [
    pytest.param(check, rule, body, id=f"{name} {rule} {n}")
    for name, (check, _, bad, _) in TABLES.items()
    for n, (rule, body) in enumerate(bad)
]


@pytest.mark.parametrize(("check", "body"), GOOD)
def test_good_bodies_break_no_rule(check: Any, body: Any) -> None:
    assert check(body, official=True) == []


@pytest.mark.parametrize(("check", "rule", "body"), BAD)
def test_bad_bodies_break_their_rule(check: Any, rule: str, body: Any) -> None:
    assert rule in {violation.rule for violation in check(body, official=True)}


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_has_a_bad_body(name: str) -> None:
    _, _, bad, rules = TABLES[name]
    assert {slug(rule) for rule in rules} == {rule for rule, _ in bad}
    assert len({slug(rule) for rule in rules}) == len(rules)


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_says_whose_it_is(name: str) -> None:
    for rule in TABLES[name][3]:
        assert any(f"[{source}]" in (rule.__doc__ or "") for source in ("types", "docs", "sdk", "observed")), rule


@pytest.mark.parametrize("name", TABLES)
def test_no_body_is_too_odd(name: str) -> None:
    check, good, _, _ = TABLES[name]
    for place in places(good[0]):
        for value in ODD:
            for violation in check(but(good[0], *place, to=value) if place else {"odd": value}, official=True):
                assert isinstance(str(violation), str)


def test_paths_lead_to_the_fault() -> None:
    body = but(claude_bodies.CLAUDE, "messages", 2, "content", 0, "content", 0, "text", to="")
    (violation,) = claude.check_request(body)
    assert violation.rule == "empty-text"
    assert violation.path == "messages[2].content[0].content[0].text"
    assert str(violation) == "empty-text at messages[2].content[0].content[0].text: a text block needs text"
    assert str(Violation("truncated", "", "cut")) == "truncated at (whole): cut"


def test_deep_schemas_do_not_exhaust_the_stack() -> None:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(1500):
        schema = {"type": "object", "properties": {"a": schema}}
    body = {"messages": [], "tools": [{"function": {"name": "f", "strict": True, "parameters": schema}}]}
    assert "strict-schema" in {violation.rule for violation in openai_chat.check_request(body, official=True)}


def test_unofficial_hosts_are_held_to_less() -> None:
    body = but(openai_chat_bodies.CHAT, "tool_choice", to="any")
    assert openai_chat.check_request(body) == []
    assert openai_chat.check_request(body, official=True) != []


def test_the_gemini_model_stands_beside_the_body() -> None:
    body = {"contents": gemini_bodies.GEMINI["contents"][:]}
    body = without(body, "contents", 1, "parts", 0, "thoughtSignature")
    assert gemini.check_request(body) == []
    assert [violation.rule for violation in gemini.check_request(body, model="gemini-3-flash-preview")] == [
        "signed-calls"
    ]
    assert gemini.check_request(body, model="gemini-2.5-flash") == []


@pytest.mark.parametrize(
    ("model", "sampling", "forced_choice", "prefill"),
    [
        ("claude-3-5-sonnet-20240620", True, True, True),
        ("claude-3-opus-20240229", True, True, True),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", True, True, True),
        ("claude-sonnet-4-20250514", True, True, True),
        ("claude-sonnet-4-6", True, True, False),
        ("anthropic/claude-opus-4.8", False, True, False),
        ("claude-opus-5", False, True, False),
        ("claude-haiku-5-5", False, True, False),
        ("claude-fable-5", False, True, False),
        ("claude-fable-5-2", False, False, False),
        ("claude-opus-5-5-20261001", False, False, False),
        ("claude-sonnet-5-5", False, False, False),
    ],
)
def test_claude_families(model: str, sampling: bool, forced_choice: bool, prefill: bool) -> None:
    family = family_of(model)
    assert family is not None
    assert (family.sampling, family.forced_choice, family.prefill) == (sampling, forced_choice, prefill)


def test_unknown_models_have_no_family() -> None:
    assert family_of("gpt-5") is None
    assert family_of("claude") is None


@pytest.mark.parametrize(
    ("part", "releases"),
    [
        ({"type": "text", "text": "hi"}, "5 6.0.0 6 7.0.0 7"),
        (ui_message_bodies.tool("output-denied"), "6.0.0 6 7.0.0 7"),
        ({"type": "custom", "kind": "a.b"}, "7.0.0 7"),
        ({"type": "steering-message", "id": "s", "parts": []}, "7"),
        ({"type": "hologram"}, ""),
    ],
)
def test_releases_that_know_a_part(part: Any, releases: str) -> None:
    assert ui_message.releases([{"role": "user", "parts": [part]}]) == tuple(releases.split())
