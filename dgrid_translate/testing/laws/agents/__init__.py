"""Agents: for each dialect a client and an upstream that go through the same loop of calls in their own words."""

from __future__ import annotations

from dgrid_translate.testing.laws.agents import claude, gemini, openai, openai_responses, ui_message
from dgrid_translate.testing.laws.agents.story import Agent

AGENTS: dict[str, Agent] = {
    "openai": openai.AGENT,
    "openai-responses": openai_responses.AGENT,
    "claude": claude.AGENT,
    "gemini": gemini.AGENT,
    "ui-message": ui_message.AGENT,
}
"""By dialect; those that have neither tools nor thoughts have no agent."""

__all__ = ["AGENTS", "Agent"]
