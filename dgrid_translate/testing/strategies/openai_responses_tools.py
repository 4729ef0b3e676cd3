"""Responses: all kinds of tools, and what a request says of their choice.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    SCHEMAS,
    STRICT_SCHEMAS,
    JSONObject,
    Strategy,
    coin,
    just,
    pick,
    record,
    texts,
    words,
)

_place: Strategy = record(
    {"type": st.just("approximate")}, {"city": st.just("Zürich"), "country": st.just("CH"), "region": words}
)
_sizes = st.sampled_from(("low", "medium", "high"))
_domains = just({"allowed_domains": ["example.com", "example.org"]})
_callers = st.lists(st.sampled_from(("direct", "programmatic")), min_size=1, unique=True)
_filter: JSONObject = {"type": "eq", "key": "year", "value": 2025}
_container: Strategy = st.one_of(
    words.map("cntr_{}".format),
    record({"type": st.just("auto")}, {"file_ids": st.lists(words, max_size=1), "memory_limit": st.just("4g")}),
)
_shell_environment: Strategy = st.one_of(
    just({"type": "local"}),
    just({"type": "container_auto", "network_policy": {"type": "disabled"}}),
    just({"type": "container_reference", "container_id": "cntr_1"}),
)
HOSTED: dict[str, Strategy] = {
    "web_search": record(
        {"type": st.sampled_from(("web_search", "web_search_2025_08_26"))},
        {"filters": _domains, "search_context_size": _sizes, "user_location": _place},
    ),
    "web_search_preview": record(
        {"type": st.sampled_from(("web_search_preview", "web_search_preview_2025_03_11"))},
        {"search_context_size": _sizes, "user_location": _place},
    ),
    "file_search": record(
        {"type": st.just("file_search"), "vector_store_ids": just(["vs_1"])},
        {
            "max_num_results": st.integers(1, 50),
            "filters": st.one_of(just(_filter), just({"type": "and", "filters": [_filter]})),
            "ranking_options": just({"ranker": "auto", "score_threshold": 0.5}),
        },
    ),
    "code_interpreter": record({"type": st.just("code_interpreter"), "container": _container}),
    "image_generation": record(
        {"type": st.just("image_generation")},
        {
            "model": st.just("gpt-image-2"),
            "quality": st.just("low"),
            "size": st.just("1024x1024"),
            "output_format": st.just("webp"),
            "partial_images": st.integers(0, 3),
            "background": st.just("transparent"),
        },
    ),
    "mcp": record(
        {"type": st.just("mcp"), "server_label": st.just("wiki"), "server_url": st.just("https://mcp.example.com/sse")},
        {
            "server_description": texts,
            "require_approval": st.one_of(st.just("never"), just({"never": {"tool_names": ["ask"]}})),
            "allowed_tools": st.one_of(just(["ask"]), just({"tool_names": ["ask"], "read_only": True})),
            "headers": just({"x-team": "blue"}),
            "authorization": st.just("secret-token"),
            "defer_loading": st.booleans(),
        },
    ),
    "computer": just({"type": "computer"}),
    "computer_use_preview": just(
        {"type": "computer_use_preview", "display_width": 1024, "display_height": 768, "environment": "browser"}
    ),
    "shell": record({"type": st.just("shell")}, {"environment": _shell_environment}),
    "local_shell": just({"type": "local_shell"}),
    "apply_patch": just({"type": "apply_patch"}),
    "tool_search": record(
        {"type": st.just("tool_search")},
        {"execution": st.sampled_from(("server", "client")), "description": texts},
    ),
    "programmatic_tool_calling": just({"type": "programmatic_tool_calling"}),
}
"""The tools that OpenAI itself knows, by what they are for."""

_grammar = just({"type": "grammar", "syntax": "lark", "definition": 'start: "a"'})


def _function(draw: st.DrawFn, name: str, *, beyond: bool = True) -> JSONObject:
    strict = draw(st.sampled_from((False, True, None)))
    tool: JSONObject = {"type": "function", "name": name}
    tool["parameters"] = pick(draw, STRICT_SCHEMAS if strict else (*SCHEMAS, None))
    tool["strict"] = strict
    if strict is None and coin(draw):
        del tool["strict"]
    if coin(draw):
        tool["description"] = draw(texts)
    if beyond and coin(draw, 6):
        tool["allowed_callers"] = draw(_callers)
        tool["output_schema"] = pick(draw, SCHEMAS)
    return tool


def _custom(draw: st.DrawFn, name: str) -> JSONObject:
    optional = {"description": texts, "format": st.one_of(just({"type": "text"}), _grammar)}
    return draw(record({"type": st.just("custom"), "name": st.just(name)}, optional))


def own_tool(draw: st.DrawFn, name: str) -> JSONObject:
    """A tool that the client runs: a function or a custom one."""
    return _custom(draw, name) if coin(draw, 4) else _function(draw, name)


def _namespace(draw: st.DrawFn, name: str, names: Sequence[str]) -> JSONObject:
    inner = [_function(draw, own, beyond=False) for own in names]
    for tool in inner:
        if coin(draw):
            tool["defer_loading"] = True
    return {"type": "namespace", "name": name, "description": draw(texts), "tools": inner}


def tools(draw: st.DrawFn, names: Sequence[str], hosted: Sequence[str]) -> list[JSONObject]:
    """Tools of one's own by these names, the last two of many in a namespace, and these hosted ones."""
    apart = names[-2:] if len(names) > 3 else ()
    made = [own_tool(draw, name) for name in names if name not in apart]
    if apart:
        made.append(_namespace(draw, "crm", apart))
    for kind in hosted:
        made.insert(draw(st.integers(0, len(made))), draw(HOSTED[kind]))
    return made


def callable_tools(offered: list[JSONObject]) -> list[tuple[JSONObject, str | None]]:
    """The functions and custom tools among them, each with the namespace it is in."""
    found: list[tuple[JSONObject, str | None]] = []
    for tool in offered:
        if tool["type"] in ("function", "custom"):
            found.append((tool, None))
        elif tool["type"] == "namespace":
            found += [(inner, tool["name"]) for inner in tool["tools"]]
    return found


_BY_TYPE = {
    "file_search", "web_search_preview", "web_search_preview_2025_03_11", "computer", "computer_use_preview",
    "image_generation", "code_interpreter", "apply_patch", "shell", "programmatic_tool_calling",
}  # fmt: skip


def _reference(tool: JSONObject) -> JSONObject | None:
    """How a choice names a tool, None where it cannot."""
    kind = tool["type"]
    if kind in ("function", "custom"):
        return {"type": kind, "name": tool["name"]}
    if kind == "mcp":
        return {"type": "mcp", "server_label": tool["server_label"]}
    return {"type": kind} if kind in _BY_TYPE else None


def tool_choice(draw: st.DrawFn, offered: list[JSONObject]) -> Any:
    """Any choice among these tools."""
    known = [reference for tool in offered if (reference := _reference(tool)) is not None]
    mode = draw(st.integers(0, 4 if known else 2))
    if mode < 3:
        return ("auto", "none", "required")[mode]
    if mode == 3:
        return pick(draw, known)
    some = draw(st.lists(st.sampled_from(known), min_size=1, unique_by=repr))
    return {"type": "allowed_tools", "mode": pick(draw, ("auto", "required")), "tools": some}
