"""Real exchanges that succeeded break no rule: where one does, the rule is wrong.

Every host of a dialect is held to its common rules, the vendor's own to the official ones too. Only what was recorded
from a real exchange counts; fixtures that projects keep may be edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dgrid_translate.testing.grammar import claude as claude_grammar
from dgrid_translate.testing.grammar import gemini as gemini_grammar
from dgrid_translate.testing.grammar import openai_chat as openai_chat_grammar
from dgrid_translate.testing.grammar import openai_completions as openai_completions_grammar
from dgrid_translate.testing.grammar import openai_responses as openai_responses_grammar
from dgrid_translate.testing.grammar import sse
from dgrid_translate.testing.grammar import ui_message as ui_message_grammar
from dgrid_translate.testing.rules import claude, gemini, openai_chat, openai_completions, openai_responses, ui_message

if TYPE_CHECKING:
    from collections.abc import Callable

REQUESTS_CUT = "DataDog/dd-trace-py"
"""This project's requests are not always whole: answers use tools, and tell usage, that nobody asked for."""

NOT_PAIRED_YET = "claude-3-"
"""In 2024 the API still took a tool result with another call's id."""


IN_MARCH_2025 = ("312b9faefdb3108e", "39c4eb62c579b7c2", "05f1bd904060680c", "c9ded62a81e71332")
UNLIKE_TODAY = {
    **dict.fromkeys(IN_MARCH_2025, ("numbered", "logprobs")),  # events had neither
    "62a5adbef9abf09a": ("created", "numbered"),  # a background response, taken up in the middle
}
"""Recordings of Responses that break these rules, each with its reason."""

REFUSED = {
    "'max_tokens' is not supported with this model": "reasoning-model",
    "'additionalProperties' is required to be supplied": "strict-schema",
    "expected to be either text or image_url": "model-feature",
    "does not support 'developer' with this model": "model-feature",
    "Web search options not supported": "model-feature",
    "unexpected `tool_use_id`": "tool-order",
    "does not support effort level": "effort-level",
    "decimal below minimum value": "param-range",
    "of type 'reasoning' was provided without its required following item": "reasoning-order",
    "a valid file MIME type": "file-data",
}
"""What the vendors were recorded to refuse in their own words, and the rule that foresees it."""


def is_openai(record: dict[str, Any]) -> bool:
    """Whether api.openai.com itself answered; OpenRouter's answers are among those that name it."""
    first = record["response"] or (record["stream"] or [{}])[0]
    return record["provider"] == "openai" and str(first.get("id")).startswith("chatcmpl-")


def recorded(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if record["origin"] == "recorded" and record["status"] == 200]


def test_openai_chat(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora("openai-chat")):
        official = is_openai(record)
        if record["request"]:
            found += [(record["id"], it) for it in openai_chat.check_request(record["request"], official=official)]
        if record["response"]:
            found += [(record["id"], it) for it in openai_chat.check_response(record["response"], official=official)]
        if record["stream"]:
            request = record["request"] if record["repo"] != REQUESTS_CUT else None
            wrong = openai_chat_grammar.check_stream(record["stream"], request=request, official=official)
            found += [(record["id"], it) for it in wrong]
    assert found == []


def test_openai_responses(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora("openai-responses")):
        official = record["provider"] == "openai"
        wrong: list[Any] = []
        if record["request"]:
            wrong += openai_responses.check_request(record["request"], official=official)
        if record["response"]:
            wrong += openai_responses.check_response(record["response"], official=official)
        if record["stream"]:
            wrong += openai_responses_grammar.check_stream(record["stream"], official=official)
        found += [(record["id"], it) for it in wrong if it.rule not in UNLIKE_TODAY.get(record["id"], ())]
    assert found == []


def test_openai_completions(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora("openai-completions")):
        official = record["provider"] == "openai"
        if record["request"]:
            wrong = openai_completions.check_request(record["request"], official=official)
            found += [(record["id"], it) for it in wrong]
        if record["response"]:
            wrong = openai_completions.check_response(record["response"], official=official)
            found += [(record["id"], it) for it in wrong]
        if record["stream"]:
            wrong = openai_completions_grammar.check_stream(
                record["stream"], request=record["request"], official=official
            )
            found += [(record["id"], it) for it in wrong]
    assert found == []


def test_claude(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora("claude")):
        if record["request"]:
            wrong = claude.check_request(record["request"], official=True)
            if record["model"].startswith(NOT_PAIRED_YET):
                wrong = [it for it in wrong if it.rule != "tool-order"]
            found += [(record["id"], it) for it in wrong]
        if record["response"]:
            found += [(record["id"], it) for it in claude.check_response(record["response"], official=True)]
        if record["stream"]:
            found += [(record["id"], it) for it in claude_grammar.check_stream(record["stream"], official=True)]
    assert found == []


def test_gemini(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora("gemini")):
        if record["request"]:
            wrong = gemini.check_request(record["request"], model=record["model"], official=True)
            found += [(record["id"], it) for it in wrong]
        if record["response"]:
            found += [(record["id"], it) for it in gemini.check_response(record["response"], official=True)]
        if record["stream"]:
            found += [(record["id"], it) for it in gemini_grammar.check_stream(record["stream"], official=True)]
    assert found == []


UI_ODD = {
    "a9e642edf3d23456": "unfinished",  # ends with an error
    "260a9dda3f5d7d92": "tool-same",  # the call is dynamic only once its input fails
}


def test_ui_message(corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in corpora("ui-message"):
        wrong: list[Any] = []
        if record["request"]:
            wrong += ui_message.check_request(record["request"], official=True)
        if record["response"]:
            wrong += ui_message.check_response(record["response"], official=True)
        if record["stream"]:
            wrong += ui_message_grammar.check_stream(record["stream"], request=record["request"], official=True)
        if record["raw_stream"]:
            wrong += sse.check_sse(record["raw_stream"].encode(), "ui-message")
            assert sse.events_of(record["raw_stream"].encode()) == record["stream"]
        expected = {UI_ODD[record["id"]]} if record["id"] in UI_ODD else set[str]()
        if {it.rule for it in wrong} != expected:
            found.append((record["id"], wrong))
    assert found == []


@pytest.mark.parametrize(
    ("dialect", "check"),
    [
        ("openai-chat", openai_chat.check_request),
        ("openai-responses", openai_responses.check_request),
        ("claude", claude.check_request),
    ],
)
def test_refusals(dialect: str, check: Any, corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    for record in corpora(dialect):
        if record["status"] == 400 and record["request"]:
            rules = {violation.rule for violation in check(record["request"], official=True)}
            message = record["response"]["error"]["message"]
            assert {rule for words, rule in REFUSED.items() if words in message} <= rules, message


@pytest.mark.parametrize("dialect", ["openai-chat", "openai-responses", "openai-completions", "claude", "gemini"])
def test_bytes(dialect: str, corpora: Callable[[str], list[dict[str, Any]]]) -> None:
    found: list[tuple[str, Any]] = []
    for record in recorded(corpora(dialect)):
        raw = record["raw_stream"] or ""
        if not raw or raw.startswith("["):  # Gemini answers one JSON array unless it is asked for SSE
            continue
        found += [(record["id"], it) for it in sse.check_sse(raw.lstrip().encode(), dialect)]
        assert sse.events_of(raw.encode()) == record["stream"]
    assert found == []
