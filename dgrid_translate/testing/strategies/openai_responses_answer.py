"""Responses: answers and errors as the API gives them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import openai_responses_items as items
from dgrid_translate.testing.strategies.common import (
    TOOL_NAMES,
    JSONObject,
    Strategy,
    coin,
    counts,
    just,
    pick,
    texts,
    words,
)
from dgrid_translate.testing.strategies.openai_responses import SETTINGS, add_unknown
from dgrid_translate.testing.strategies.openai_responses_tools import HOSTED, callable_tools, tool_choice, tools

INCOMPLETE = ("max_output_tokens", "content_filter", "max_messages", "steered")
LAST = 2
ERROR_CODES = ("server_error", "rate_limit_exceeded", "invalid_prompt", "image_too_large")

# ---------------------------------------------------------------------------------------------------------- output


def _calls(draw: st.DrawFn, offered: list[JSONObject], turn: int) -> list[JSONObject]:
    chosen = draw(st.lists(st.sampled_from(callable_tools(offered)), min_size=1, max_size=3))
    return [
        items.own_call(draw, tool, namespace, f"{turn}{number}{draw(words)}")
        for number, (tool, namespace) in enumerate(chosen)
    ]


def _step(draw: st.DrawFn, offered: list[JSONObject], hosted: list[str], turn: int) -> list[JSONObject]:
    """Thoughts, then what they lead to: a search, an answer, or last of all calls."""
    uid = f"{turn}{draw(words)}"
    made = [items.reasoning(draw, uid)] if coin(draw) else []
    lot = draw(st.integers(0, 3))
    if hosted and lot < 2:
        kind = pick(draw, hosted)
        call = items.client_call(draw, kind, uid) if kind not in items.SERVED or coin(draw, 3) else None
        return made + (items.served(draw, kind, uid) if call is None else [call])
    if callable_tools(offered) and lot == 2 and turn == LAST:
        return made + _calls(draw, offered, turn)
    return [*made, items.message(draw, f"{uid}b")]


def _output(draw: st.DrawFn, offered: list[JSONObject], hosted: list[str]) -> list[JSONObject]:
    made: list[JSONObject] = []
    for turn in range(draw(st.integers(0, LAST)), LAST + 1):
        made += _step(draw, offered, hosted, turn)
    if coin(draw, 10):
        made.insert(0, items.compaction(draw, "c"))
    return made


# -------------------------------------------------------------------------------------------------------- envelope


@st.composite
def usage(draw: st.DrawFn) -> JSONObject:
    """Token counts that agree with one another."""
    cached, written, thought = draw(counts), draw(counts), draw(counts)
    asked, given = draw(counts) + cached + written, draw(counts) + thought
    details: JSONObject = {"cached_tokens": cached, "cache_write_tokens": written}
    if coin(draw, 4):
        details["cache_write_tokens_details"] = {"ttl_30m_tokens": written, "ttl_12h_tokens": 0}
    return {
        "input_tokens": asked,
        "input_tokens_details": details,
        "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": asked + given,
    }


_ECHOED = ("instructions", "max_output_tokens", "max_tool_calls", "temperature", "top_p", "reasoning", "metadata",
           "previous_response_id", "prompt_cache_key", "safety_identifier", "user", "store", "truncation",
           "background")  # fmt: skip
_images: JSONObject = {
    "input_tokens": 3,
    "input_tokens_details": {"image_tokens": 1, "text_tokens": 2},
    "output_tokens": 4,
    "total_tokens": 7,
}
_OWN: dict[str, Strategy] = {
    "service_tier": st.sampled_from(("default", "flex", "priority")),
    "completed_at": st.integers(1_900_000_001, 1_900_000_099),
    "tool_usage": just({"image_gen": _images, "web_search": {"num_requests": 2}}),
    "conversation": just({"id": "conv_1"}),
    "billing": just({"payer": "developer"}),
    "top_logprobs": st.integers(0, 5),
    "text": just({"format": {"type": "text"}, "verbosity": "medium"}),
    "presence_penalty": st.just(0.0),
    "frequency_penalty": st.just(0.0),
}
_NULL = ("error", "incomplete_details", "instructions", "max_output_tokens", "previous_response_id", "user",
         "moderation", "max_tool_calls", "completed_at", "prompt_cache_key", "safety_identifier")  # fmt: skip


def _envelope(draw: st.DrawFn, offered: list[JSONObject]) -> JSONObject:
    body: JSONObject = {
        "id": "resp_" + draw(words),
        "object": "response",
        "created_at": draw(st.integers(1_600_000_000, 1_900_000_000)),
        "status": "completed",
        "model": pick(draw, ("gpt-6-astra", "gpt-4o-2024-08-06")),
        "parallel_tool_calls": draw(st.booleans()),
        "tool_choice": tool_choice(draw, offered) if offered else "auto",
        "tools": offered,
    }
    chosen = draw(st.lists(st.sampled_from(sorted([*_OWN, *_ECHOED])), max_size=6, unique=True))
    body |= {key: draw(_OWN[key] if key in _OWN else SETTINGS[key]) for key in chosen}
    if coin(draw):
        body = dict.fromkeys(_NULL) | body
    return body


def _ended(draw: st.DrawFn, body: JSONObject, status: str) -> None:
    """Put in how it ended, and what of the output hangs on it."""
    body["status"] = status
    if status == "incomplete":
        body["incomplete_details"] = {"reason": pick(draw, INCOMPLETE)}
        if body["output"] and body["output"][-1]["type"] == "message":
            body["output"][-1]["status"] = "incomplete"
    if status == "failed":
        body["error"] = {"code": pick(draw, ERROR_CODES), "message": draw(texts)}
    if status in ("queued", "in_progress"):
        body["background"] = True
        body["output"] = []
    if status != "completed":
        body.pop("completed_at", None)


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False, statuses: tuple[str, ...] | None = None) -> JSONObject:
    """Response objects of these statuses, most of them completed; `unknown` adds fields that are not in the API."""
    names = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=3, unique=True))
    hosted = draw(st.lists(st.sampled_from(sorted(HOSTED)), max_size=2, unique=True))
    offered = tools(draw, names, hosted)
    body = _envelope(draw, offered)
    body["output"] = _output(draw, offered, hosted)
    status = pick(draw, statuses or (*["completed"] * 9, "incomplete", "incomplete", "failed", "cancelled", "queued"))
    _ended(draw, body, status)
    if status not in ("queued", "failed") and not coin(draw, 5):
        body["usage"] = draw(usage())
    elif coin(draw):
        body["usage"] = None
    if unknown:
        add_unknown(draw, body)
    return body


# ---------------------------------------------------------------------------------------------------------- errors

_KINDS: tuple[tuple[int, str, str | None], ...] = (
    (400, "invalid_request_error", None),
    (400, "invalid_request_error", "context_length_exceeded"),
    (400, "invalid_request_error", "previous_response_not_found"),
    (400, "invalid_request_error", "invalid_value"),
    (401, "invalid_request_error", "invalid_api_key"),
    (403, "permission_error", None),
    (404, "invalid_request_error", "model_not_found"),
    (409, "conflict", None),
    (413, "invalid_request_error", None),
    (429, "tokens", "rate_limit_exceeded"),
    (429, "insufficient_quota", "insufficient_quota"),
    (500, "server_error", None),
    (503, "server_error", "overloaded"),
)


@st.composite
def errors(draw: st.DrawFn) -> tuple[int, JSONObject]:
    """HTTP statuses and their bodies."""
    status, kind, code = pick(draw, _KINDS)
    param: Any = draw(st.one_of(st.none(), st.sampled_from(("input", "input[0].content[0].text", "tools[0].name"))))
    return status, {"error": {"message": draw(texts), "type": kind, "param": param, "code": code}}
