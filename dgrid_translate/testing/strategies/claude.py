"""Claude's Messages API: requests, answers and errors as the API takes and gives them.

https://docs.claude.com/en/api/messages
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.places import is_array
from dgrid_translate.testing.strategies.common import (
    PIXEL,
    SCHEMAS,
    STRICT_SCHEMAS,
    TOOL_NAMES,
    JSONObject,
    Strategy,
    blobs,
    coin,
    counts,
    image_types,
    just,
    objects,
    pick,
    record,
    signatures,
    small,
    sparse,
    texts,
    unknown_fields,
    urls,
    words,
)

# ------------------------------------------------------------------------------------------------- content blocks

# The API refuses empty and blank texts.
solid = texts.filter(lambda text: bool(text.strip()))
text_block = record({"type": st.just("text"), "text": solid})
_file_ids = words.map("file_{}".format)
_image_sources = st.one_of(
    record({"type": st.just("base64"), "media_type": image_types, "data": blobs}),
    record({"type": st.just("base64"), "media_type": st.just("image/png"), "data": st.just(PIXEL)}),
    record({"type": st.just("url"), "url": urls}),
    record({"type": st.just("file"), "file_id": _file_ids}),
)
image_block = record({"type": st.just("image"), "source": _image_sources})
_document_sources = st.one_of(
    record({"type": st.just("base64"), "media_type": st.just("application/pdf"), "data": blobs}),
    record({"type": st.just("text"), "media_type": st.just("text/plain"), "data": solid}),
    record({"type": st.just("url"), "url": urls}),
    record({"type": st.just("file"), "file_id": _file_ids}),
    record(
        {"type": st.just("content"), "content": st.lists(st.one_of(text_block, image_block), min_size=1, max_size=2)}
    ),
)
_citing = record({"enabled": st.booleans()})
document_block = record(
    {"type": st.just("document"), "source": _document_sources}, {"title": solid, "context": solid, "citations": _citing}
)
search_result_block = record(
    {
        "type": st.just("search_result"),
        "source": urls,
        "title": solid,
        "content": st.lists(text_block, min_size=1, max_size=2),
    },
    {"citations": _citing},
)
user_blocks = st.lists(
    st.one_of(text_block, text_block, image_block, document_block, search_result_block), min_size=1, max_size=3
)
thinking_block = record(
    {"type": st.just("thinking"), "thinking": st.one_of(texts, st.just("")), "signature": signatures}
)
redacted_block = record({"type": st.just("redacted_thinking"), "data": signatures})


def _search(draw: st.DrawFn, number: str) -> list[JSONObject]:
    """A web search that the server ran: the call and what it found."""
    call_id = "srvtoolu_" + number
    found = record(
        {
            "type": st.just("web_search_result"),
            "url": urls,
            "title": solid,
            "encrypted_content": signatures,
            "page_age": st.one_of(st.none(), st.just("2 days ago")),
        }
    )
    failed = just({"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"})
    content = draw(st.one_of(st.lists(found, min_size=1, max_size=2), failed))
    return [
        {"type": "server_tool_use", "id": call_id, "name": "web_search", "input": {"query": draw(solid)}},
        {"type": "web_search_tool_result", "tool_use_id": call_id, "content": content},
    ]


def _run(draw: st.DrawFn, number: str) -> list[JSONObject]:
    """Code that the server ran."""
    call_id = "srvtoolu_" + number
    result: JSONObject = {
        "type": "code_execution_result",
        "stdout": draw(texts),
        "stderr": "",
        "return_code": 0,
        "content": [],
    }
    return [
        {"type": "server_tool_use", "id": call_id, "name": "code_execution", "input": {"code": draw(solid)}},
        {"type": "code_execution_tool_result", "tool_use_id": call_id, "content": result},
    ]


# --------------------------------------------------------------------------------------------------------- tools

PROVIDER_TOOLS: tuple[JSONObject, ...] = (
    {"type": "web_search_20250305", "name": "web_search", "max_uses": 3, "allowed_domains": ["example.com"]},
    {"type": "code_execution_20250825", "name": "code_execution"},
    {"type": "bash_20250124", "name": "bash"},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
    {"type": "memory_20250818", "name": "memory"},
)


def _tool(draw: st.DrawFn, name: str) -> JSONObject:
    strict = coin(draw, 4)
    tool: JSONObject = {"name": name, "input_schema": pick(draw, STRICT_SCHEMAS if strict else SCHEMAS)}
    if strict:
        tool["strict"] = True
    if coin(draw):
        tool["description"] = draw(solid)
    if coin(draw, 6):
        tool["type"] = "custom"
    if coin(draw, 8):
        tool["input_examples"] = [{"city": "Rome"}]
    return tool


def _tool_choice(draw: st.DrawFn, tools: list[JSONObject], thinking: bool) -> JSONObject:
    kinds = ("auto", "none") if thinking else ("auto", "none", "any", "tool")
    choice: JSONObject = {"type": pick(draw, kinds)}
    if choice["type"] == "tool":
        choice["name"] = pick(draw, tools)["name"]
    if choice["type"] != "none" and coin(draw, 3):
        choice["disable_parallel_tool_use"] = draw(st.booleans())
    return choice


# ------------------------------------------------------------------------------------------------------ messages


def _uses(draw: st.DrawFn, tools: list[JSONObject], turn: int) -> list[JSONObject]:
    names = draw(st.lists(st.sampled_from([tool["name"] for tool in tools]), min_size=1, max_size=3))
    return [
        {"type": "tool_use", "id": f"toolu_{turn}{index}{draw(words)}", "name": name, "input": draw(objects)}
        for index, name in enumerate(names)
    ]


def _result(draw: st.DrawFn, use: JSONObject) -> JSONObject:
    block: JSONObject = {"type": "tool_result", "tool_use_id": use["id"]}
    kind = draw(st.integers(0, 3))
    if kind == 1:
        block["content"] = draw(texts)
    elif kind > 1:
        parts = st.one_of(text_block, text_block, image_block, document_block, search_result_block)
        block["content"] = draw(st.lists(parts, min_size=1, max_size=2))
    if coin(draw, 3):
        block["is_error"] = draw(st.booleans())
    return block


def _assistant(draw: st.DrawFn, tools: list[JSONObject], turn: int, thinking: bool) -> list[JSONObject]:
    blocks: list[JSONObject] = []
    if thinking:
        blocks += draw(st.lists(st.one_of(thinking_block, redacted_block), min_size=1, max_size=2))
    if coin(draw, 8):
        blocks += pick(draw, (_search, _run))(draw, f"{turn}{draw(words)}")
    if not tools or coin(draw):
        blocks.append(draw(text_block))
    if tools and (coin(draw) or not blocks or blocks[-1]["type"] != "text"):
        blocks += _uses(draw, tools, turn)
    return blocks


def _messages(draw: st.DrawFn, tools: list[JSONObject], thinking: bool) -> list[JSONObject]:
    messages: list[JSONObject] = [{"role": "user", "content": draw(st.one_of(solid, user_blocks))}]
    for turn in range(draw(st.integers(0, 3))):
        blocks = _assistant(draw, tools, turn, thinking)
        alone = len(blocks) == 1 and blocks[0]["type"] == "text" and coin(draw)
        messages.append({"role": "assistant", "content": blocks[0]["text"] if alone else blocks})
        uses = [block for block in blocks if block["type"] == "tool_use"]
        content: list[JSONObject] = [_result(draw, use) for use in uses]
        if not uses or coin(draw, 3):
            content += draw(user_blocks)
        messages.append({"role": "user", "content": content})
    return messages


def _mark(draw: st.DrawFn, body: JSONObject) -> None:
    """Cache breakpoints, at most four and with one lifetime, where the API takes them."""
    places: list[JSONObject] = [*body.get("tools", ())]
    if isinstance(body.get("system"), list):
        places += body["system"]
    for message in body["messages"]:
        if isinstance(message["content"], list):
            places += [block for block in message["content"] if "thinking" not in block["type"]]
    marker = pick(draw, ({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral", "ttl": "5m"}))
    if not places:
        return
    for index in draw(st.sets(st.integers(0, len(places) - 1), min_size=1, max_size=4)):
        places[index]["cache_control"] = dict(marker)


# ------------------------------------------------------------------------------------------------------- request

_efforts = st.sampled_from(("low", "medium", "high", "max"))
SETTINGS: dict[str, Strategy] = {
    "system": st.one_of(solid, st.lists(text_block, min_size=1, max_size=2)),
    "stop_sequences": st.lists(words, min_size=1, max_size=3, unique=True),
    "metadata": record({"user_id": words}),
    "service_tier": st.sampled_from(("auto", "standard_only")),
    "container": words.map("container_{}".format),
    "output_config": st.one_of(
        record({"effort": _efforts}),
        just({"format": {"type": "json_schema", "schema": STRICT_SCHEMAS[0]}}),
        just({"effort": "low", "format": {"type": "json_schema", "schema": STRICT_SCHEMAS[0]}}),
    ),
    "stream": st.booleans(),
}
SAMPLING: dict[str, Strategy] = {
    "temperature": st.sampled_from((0, 0.5, 1, 1.0)),
    "top_p": st.sampled_from((0.1, 0.99, 1)),
    "top_k": st.integers(1, 500),
}
_thoughts = st.one_of(
    record({"type": st.just("enabled"), "budget_tokens": st.integers(1024, 4000)}, {"display": st.just("summarized")}),
    record({"type": st.just("adaptive")}, {"display": st.sampled_from(("summarized", "omitted"))}),
)


def _params(draw: st.DrawFn, body: JSONObject, thinking: bool) -> None:
    body |= draw(sparse({}, SETTINGS, 4))
    if thinking:
        body["thinking"] = draw(_thoughts)
        if body["thinking"]["type"] == "enabled":
            body["max_tokens"] += body["thinking"]["budget_tokens"]
    elif coin(draw, 8):
        body["thinking"] = {"type": "disabled"}
    if coin(draw, 8):
        body["model"] = "claude-opus-4-8"  # the first to take system messages, and the last to take no sampling
        body["messages"].append({"role": "system", "content": draw(solid)})
        if body.get("thinking", {}).get("type") == "enabled":
            body["thinking"] = {"type": "adaptive"}
    elif not thinking and coin(draw, 3):
        body |= draw(sparse({}, SAMPLING, 1))


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies of POST /v1/messages; `unknown` adds fields and blocks that are not in the API."""
    thinking = coin(draw, 3)
    names = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=4, unique=True))
    tools = [_tool(draw, name) for name in names]
    body: JSONObject = {"model": pick(draw, ("claude-sonnet-4-5", "claude-opus-4-6")), "max_tokens": draw(small)}
    body["messages"] = _messages(draw, tools, thinking)
    _params(draw, body, thinking)
    if body.get("thinking", {}).get("type") == "adaptive" or "effort" in body.get("output_config", {}):
        body["model"] = body["model"].replace("sonnet-4-5", "opus-4-6")  # the older takes neither
    if tools:
        body["tools"] = tools + ([dict(pick(draw, PROVIDER_TOOLS))] if coin(draw, 4) else [])
        if coin(draw):
            body["tool_choice"] = _tool_choice(draw, tools, thinking)
    if coin(draw):
        _mark(draw, body)
    if unknown:
        _unknown(draw, body)
    return body


def _unknown(draw: st.DrawFn, body: JSONObject) -> None:
    def inside(whole: JSONObject) -> list[JSONObject]:
        blocks: list[JSONObject] = whole.get("content", [])
        return [*whole.get("messages", ()), *whole.get("tools", ()), *blocks]

    unknown_fields(draw, body, inside)
    lists: list[Any] = [message["content"] for message in body.get("messages", ())] or [body.get("content")]
    for content in lists:
        if is_array(content) and coin(draw):
            content.append({"type": "hologram", "hologram": draw(objects)})


# ------------------------------------------------------------------------------------------------------ response


def _citation(draw: st.DrawFn) -> JSONObject:
    quote: JSONObject = {"cited_text": draw(solid)}
    kind = draw(st.integers(0, 4))
    if kind == 0:
        found = {"type": "web_search_result_location", "url": draw(urls), "title": draw(solid)}
        return quote | found | {"encrypted_index": draw(signatures)}
    if kind == 1:
        place = {"source": draw(urls), "title": draw(st.one_of(st.none(), solid)), "search_result_index": 0}
        return quote | place | {"type": "search_result_location", "start_block_index": 0, "end_block_index": 1}
    name, first, last = (
        ("char_location", "start_char_index", "end_char_index"),
        ("page_location", "start_page_number", "end_page_number"),
        ("content_block_location", "start_block_index", "end_block_index"),
    )[kind - 2]
    start = draw(st.integers(1, 9))
    document = {"document_index": 0, "document_title": draw(st.one_of(st.none(), solid)), "file_id": None}
    return quote | document | {"type": name, first: start, last: start + draw(st.integers(1, 9))}


def _cited(draw: st.DrawFn) -> JSONObject:
    return draw(text_block) | {"citations": [_citation(draw) for _ in range(draw(st.integers(1, 2)))]}


@st.composite
def usage(draw: st.DrawFn) -> JSONObject:
    """Token counts that agree with one another."""
    made: JSONObject = {"input_tokens": draw(counts), "output_tokens": draw(counts)}
    if coin(draw):
        short, long = draw(counts), draw(counts)
        made["cache_creation_input_tokens"] = short + long
        made["cache_read_input_tokens"] = draw(counts)
        if coin(draw):
            made["cache_creation"] = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
    if coin(draw, 3):
        made["output_tokens_details"] = {"thinking_tokens": draw(st.integers(0, made["output_tokens"]))}
    if coin(draw, 3):
        made["server_tool_use"] = {"web_search_requests": draw(st.integers(0, 3)), "web_fetch_requests": 0}
    if coin(draw, 3):
        made["service_tier"] = pick(draw, ("standard", "priority", "batch"))
    return made


def _content(draw: st.DrawFn) -> list[JSONObject]:
    blocks: list[JSONObject] = draw(st.lists(st.one_of(thinking_block, redacted_block), max_size=2))
    if coin(draw, 4):
        blocks += pick(draw, (_search, _run))(draw, draw(words))
    for _ in range(draw(st.integers(0, 2))):
        blocks.append(_cited(draw) if coin(draw, 4) else draw(text_block))
    if coin(draw):
        tools = [{"name": name} for name in draw(st.lists(st.sampled_from(TOOL_NAMES), min_size=1, max_size=2))]
        blocks += _uses(draw, tools, 0)
    return blocks or [draw(text_block)]


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Messages as answered; `unknown` adds fields and blocks that are not in the API."""
    content = _content(draw)
    body: JSONObject = {
        "id": "msg_" + draw(words),
        "type": "message",
        "role": "assistant",
        "model": pick(draw, ("claude-sonnet-4-5", "claude-opus-5")),
        "content": content,
        "stop_reason": pick(draw, ("end_turn", "max_tokens", "stop_sequence", "pause_turn", "refusal")),
        "stop_sequence": None,
        "usage": draw(usage()),
    }
    if any(block["type"] == "tool_use" for block in content):
        body["stop_reason"] = pick(draw, ("tool_use", "tool_use", "max_tokens"))
    if body["stop_reason"] == "stop_sequence":
        body["stop_sequence"] = draw(words)
    if body["stop_reason"] == "refusal" and coin(draw):
        why = record(
            {"type": st.just("refusal"), "category": st.sampled_from(("cyber", "bio", None)), "explanation": texts}
        )
        body["stop_details"] = draw(why)
    if unknown:
        _unknown(draw, body)
    return body


_KINDS = (
    (400, "invalid_request_error"),
    (401, "authentication_error"),
    (402, "billing_error"),
    (403, "permission_error"),
    (404, "not_found_error"),
    (429, "rate_limit_error"),
    (500, "api_error"),
    (504, "timeout_error"),
    (529, "overloaded_error"),
)


@st.composite
def errors(draw: st.DrawFn) -> tuple[int, JSONObject]:
    """HTTP statuses and their bodies."""
    status, kind = pick(draw, _KINDS)
    body: JSONObject = {"type": "error", "error": {"type": kind, "message": draw(texts)}}
    body["request_id"] = draw(st.one_of(st.none(), words.map("req_{}".format)))
    return status, body
