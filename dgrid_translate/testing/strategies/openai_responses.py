"""Responses: requests as the API takes them.

https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import openai_responses_items as items
from dgrid_translate.testing.strategies.common import (
    SCHEMAS,
    STRICT_SCHEMAS,
    TOOL_NAMES,
    JSONObject,
    Strategy,
    coin,
    fractions,
    just,
    objects,
    pick,
    record,
    schemas,
    signatures,
    small,
    sparse,
    texts,
    unknown_fields,
    words,
)
from dgrid_translate.testing.strategies.openai_responses_tools import HOSTED, callable_tools, tool_choice, tools

# ---------------------------------------------------------------------------------------------------------- input

_INSTRUCTING = ("system", "developer")


def _said(draw: st.DrawFn, role: str, content: Any) -> JSONObject:
    """A message in one of the forms that clients write: with a type, or with role and content alone."""
    made: JSONObject = {"role": role, "content": content}
    return {"type": "message", **made} if coin(draw) else made


def _user(draw: st.DrawFn, role: str = "user") -> JSONObject:
    if coin(draw):
        return _said(draw, role, draw(texts))
    parts = draw(items.input_parts if role == "user" else st.lists(items.input_text, min_size=1, max_size=2))
    return _said(draw, role, [items.marked(draw, part) for part in parts])


def _own_results(draw: st.DrawFn, call: JSONObject) -> JSONObject:
    output: Any = draw(st.one_of(texts, items.input_parts))
    made: JSONObject = {"type": f"{call['type']}_output", "call_id": call["call_id"], "output": output}
    if call["type"] == "function_call" and coin(draw, 4):
        made |= {"id": "fco_" + call["call_id"][5:], "status": "completed"}
    if "caller" in call:
        made["caller"] = call["caller"]
    return made


def _hosted_result(draw: st.DrawFn, call: JSONObject) -> JSONObject:
    """What the client answers to a call of one of OpenAI's tools."""
    kind = call["type"]
    match kind:
        case "computer_call":
            made: JSONObject = {"type": "computer_call_output", "call_id": call["call_id"]}
            made["output"] = draw(items.data_image)
            if call["pending_safety_checks"]:
                made["acknowledged_safety_checks"] = call["pending_safety_checks"]
            return made
        case "local_shell_call":
            return {"type": "local_shell_call_output", "id": call["call_id"], "output": draw(texts)}
        case "shell_call":
            return items.shell_result(draw, call)
        case "apply_patch_call":
            status = pick(draw, ("completed", "failed"))
            return {"type": f"{kind}_output", "call_id": call["call_id"], "status": status, "output": draw(texts)}
        case "mcp_approval_request":
            said: JSONObject = {"approval_request_id": call["id"], "approve": draw(st.booleans())}
            return {"type": "mcp_approval_response", **said, **draw(record({}, {"reason": texts}))}
        case _:
            found = {"type": "function", "name": "found", "parameters": pick(draw, SCHEMAS), "strict": False}
            run = {"call_id": call["call_id"], "execution": "client", "status": "completed"}
            return {"type": "tool_search_output", "tools": [found], **run}


def _own_calls(draw: st.DrawFn, offered: list[JSONObject], turn: int) -> list[JSONObject]:
    """Some calls of one's own tools, and their results: after all of them, or each after its call."""
    mine = callable_tools(offered)
    chosen = draw(st.lists(st.sampled_from(mine), min_size=1, max_size=3))
    calls = [
        items.own_call(draw, tool, namespace, f"{turn}{number}{draw(words)}")
        for number, (tool, namespace) in enumerate(chosen)
    ]
    before: list[JSONObject] = []
    after: list[JSONObject] = []
    if any(tool["type"] == "programmatic_tool_calling" for tool in offered) and coin(draw):
        # A program that calls functions: they say who called, and it ends with a result.
        program, result = items.served(draw, "programmatic_tool_calling", f"{turn}p{draw(words)}")
        before, after = [program], [result]
        for call in calls:
            call["caller"] = {"type": "program", "caller_id": program["call_id"]}
    results = [_own_results(draw, call) for call in calls]
    if coin(draw):
        return [*before, *calls, *results, *after]
    return [*before, *(item for pair in zip(calls, results, strict=True) for item in pair), *after]


def _spoken(draw: st.DrawFn, uid: str, before: list[JSONObject]) -> JSONObject:
    """What the assistant said, as the API gave it or, if no reasoning stands before it, as clients sum it up."""
    thought = bool(before) and before[-1]["type"] == "reasoning"
    if not thought and coin(draw, 3):
        return _said(draw, "assistant", draw(texts)) | draw(record({}, {"phase": st.just("commentary")}))
    return items.message(draw, uid)


def _turn(draw: st.DrawFn, offered: list[JSONObject], turn: int) -> list[JSONObject]:
    uid = f"{turn}{draw(words)}"
    made = [items.reasoning(draw, uid)] if coin(draw) else []
    mine = callable_tools(offered)
    kinds = [kind for tool in offered if (kind := _kind_of(tool)) is not None]
    lot = draw(st.integers(0, 5))
    if mine and lot < 3:
        if coin(draw, 4):
            made.append(_spoken(draw, uid, made))
        made += _own_calls(draw, offered, turn)
        return made if coin(draw, 3) else [*made, _spoken(draw, f"{uid}b", made)]
    if kinds and lot < 5:
        kind = pick(draw, kinds)
        call = items.client_call(draw, kind, uid) if kind not in items.SERVED or coin(draw) else None
        made += items.served(draw, kind, uid) if call is None else [call, _hosted_result(draw, call)]
    return [*made, _spoken(draw, f"{uid}b", made)]


def _kind_of(tool: JSONObject) -> str | None:
    return next((kind for kind in HOSTED if tool["type"].startswith(kind)), None) if tool["type"] in _HOSTED else None


_HOSTED = {*HOSTED, "web_search_2025_08_26", "web_search_preview_2025_03_11"}


def _aside(draw: st.DrawFn, uid: str) -> JSONObject:
    """What a client may put between turns."""
    more = {"type": "function", "name": "added", "parameters": pick(draw, SCHEMAS), "strict": False}
    form = {"type": "json_schema", "name": "out", "schema": pick(draw, SCHEMAS)}
    return pick(
        draw,
        (
            {"type": "additional_tools", "role": "developer", "tools": [more]},
            {"type": "configuration_update", "reasoning": {"effort": "low"}},
            {"type": "configuration_update", "text": {"format": form}},
            {"type": "item_reference", "id": f"msg_{uid}r"},
            {"id": f"msg_{uid}s"},
            items.compaction(draw, uid),
        ),
    )


def _input(draw: st.DrawFn, offered: list[JSONObject]) -> Any:
    if coin(draw, 5):
        return draw(texts)
    made: list[JSONObject] = [_user(draw, pick(draw, _INSTRUCTING)) for _ in range(draw(st.integers(0, 2)))]
    made.append(_user(draw))
    for turn in range(draw(st.integers(0, 3))):
        made += _turn(draw, offered, turn)
        if made[-1].get("type", "message") == "message" or coin(draw, 3):
            made.append(_user(draw))
        if coin(draw, 8):
            made += [_aside(draw, f"{turn}x{draw(words)}"), _user(draw)]
        if coin(draw, 8):
            made += [_user(draw, pick(draw, _INSTRUCTING)), _user(draw)]
    if coin(draw, 20):
        made.append({"type": "compaction_trigger"})
    return made


# ------------------------------------------------------------------------------------------------------- settings


def _schema_format(extra: JSONObject, schema: JSONObject) -> JSONObject:
    return {"type": "json_schema", "name": "out", "schema": schema, **extra}


_strict: JSONObject = {"type": "json_schema", "name": "out", "schema": STRICT_SCHEMAS[0], "strict": True}
_format: Strategy = st.one_of(
    just({"type": "text"}),
    just({"type": "json_object"}),
    st.builds(_schema_format, record({}, {"description": texts, "strict": st.just(False)}), schemas),
    just(_strict),
)
_efforts = st.sampled_from(("none", "minimal", "low", "medium", "high", "xhigh", "max"))
_reasoning = record(
    {},
    {
        "effort": _efforts,
        "summary": st.sampled_from(("auto", "concise", "detailed")),
        "mode": st.sampled_from(("standard", "pro")),
        "context": st.sampled_from(("auto", "current_turn", "all_turns")),
    },
)
INCLUDABLE = (
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
)
SETTINGS: dict[str, Strategy] = {
    "instructions": texts,
    "max_output_tokens": small.map(lambda count: max(16, count)),
    "max_tool_calls": st.integers(1, 9),
    "temperature": st.sampled_from((0, 0.5, 1, 1.0, 1.7)),
    "top_p": fractions,
    "reasoning": _reasoning,
    "text": record({}, {"format": _format, "verbosity": st.sampled_from(("low", "medium", "high"))}),
    "include": st.lists(st.sampled_from(INCLUDABLE), min_size=1, max_size=2, unique=True),
    "previous_response_id": words.map("resp_{}".format),
    "conversation": st.one_of(words.map("conv_{}".format), just({"id": "conv_1"})),
    "prompt": record(
        {"id": words.map("pmpt_{}".format)},
        {"version": st.just("2"), "variables": st.fixed_dictionaries({"city": st.one_of(texts, items.input_text)})},
    ),
    "background": st.booleans(),
    "context_management": just([{"type": "compaction", "compact_threshold": 200_000}]),
    "metadata": st.dictionaries(words, words, min_size=1, max_size=2),
    "moderation": just({"model": "omni-moderation-latest", "policy": {"input": {"mode": "score"}}}),
    "prompt_cache_key": words,
    "prompt_cache_options": just({"mode": "explicit", "ttl": "12h"}),
    "prompt_cache_retention": st.just("24h"),
    "safety_identifier": words,
    "user": words,
    "service_tier": st.sampled_from(("auto", "default", "flex", "priority")),
    "store": st.booleans(),
    "stream": st.booleans(),
    "truncation": st.sampled_from(("auto", "disabled")),
    "image": just({"context_compression": "auto"}),
    "access_programs": just({"cyber": "standard"}),
}


def _settle(draw: st.DrawFn, body: JSONObject) -> None:
    """Take out what excludes one another, put in what goes together."""
    if "previous_response_id" in body:
        body.pop("conversation", None)
    if body.get("reasoning", {}).get("effort") == "none":
        body["reasoning"].pop("summary", None)
    if body.get("background"):
        body["store"] = True
    if coin(draw, 5):
        body["include"] = [*body.get("include", ()), "message.output_text.logprobs"]
        body["top_logprobs"] = draw(st.integers(0, 20))
    if body.get("text", {}).get("format") == {"type": "json_object"}:
        asked = "as JSON"
        body["input"] = (
            asked if isinstance(body["input"], str) else [{"role": "user", "content": asked}, *body["input"]]
        )
    if body.get("reasoning", {}).get("effort", "none") != "none" and not _NOT_WHILE_REASONING.isdisjoint(body):
        body["model"] = "org/model:free"
    if body.get("stream") and coin(draw):
        body["stream_options"] = {"include_obfuscation": draw(st.booleans())}


_NOT_WHILE_REASONING = frozenset({"temperature", "top_p", "top_logprobs"})
"""What OpenAI's own models do not take while they reason."""


def add_unknown(draw: st.DrawFn, body: JSONObject) -> None:
    """Put in fields, items and parts that the API does not have."""

    def inside(whole: JSONObject) -> list[JSONObject]:
        listed = whole.get("input", ())
        said: list[JSONObject] = [*(listed if isinstance(listed, list) else ()), *whole.get("output", ())]
        return said + list(whole.get("tools", ()))

    unknown_fields(draw, body, inside)
    if isinstance(body.get("input"), list):
        if coin(draw):
            strange = {"type": "hologram_call", "id": "h_1", "hologram": draw(objects), "key": draw(signatures)}
            body["input"].insert(draw(st.integers(0, len(body["input"]))), strange)
        for item in body["input"]:
            if item.get("role") == "user" and isinstance(item["content"], list) and coin(draw):
                item["content"].append({"type": "hologram", "hologram": draw(objects)})
    if "tools" in body and coin(draw, 3):
        body["tools"].append({"type": "hologram_tool", "size": draw(objects)})


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies of POST /v1/responses; `unknown` adds fields, items and parts that are not in the API."""
    names = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=5, unique=True))
    hosted = draw(st.lists(st.sampled_from(sorted(HOSTED)), max_size=2, unique=True))
    offered = tools(draw, names, hosted)
    body: JSONObject = {"model": pick(draw, ("gpt-6-astra", "org/model:free")), "input": _input(draw, offered)}
    body |= draw(sparse({}, SETTINGS))
    if offered:
        body["tools"] = offered
        if coin(draw):
            body["tool_choice"] = tool_choice(draw, offered)
        if coin(draw, 3):
            body["parallel_tool_calls"] = draw(st.booleans())
    _settle(draw, body)
    if unknown:
        add_unknown(draw, body)
    return body
