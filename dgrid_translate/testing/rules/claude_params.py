"""Claude requests: parameters, thinking, tools and caching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.claude_messages import TOOL_NAME, blocks
from dgrid_translate.testing.rules.claude_models import family_of
from dgrid_translate.testing.rules.strict_schema import is_object_schema, subschemas
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    integer,
    kind_of,
    number,
    obj,
    objects,
    one_of,
    shown,
    string,
    words,
)

if TYPE_CHECKING:
    from dgrid_translate.losses import At
    from dgrid_translate.testing.rules.claude_models import Family
    from dgrid_translate.testing.violations import Findings

PARAMS = words(
    "max_tokens messages model cache_control container diagnostics inference_geo metadata output_config service_tier"
    " speed stop_sequences stream system thinking tool_choice tools temperature top_p top_k mcp_servers"
    " context_management compaction fallbacks fallback_credit_token thread billing_policy output_format"
)
EFFORTS = ("low", "medium", "high", "xhigh", "max")
SAMPLING = ("temperature", "top_p", "top_k")
NO_GRAMMAR = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
              "uniqueItems", "maxItems", "minProperties", "maxProperties")  # fmt: skip


def required(body: Json) -> Findings:
    """A model and max_tokens are required; 0 only warms the cache [types]."""
    if not string(body.get("model")):
        yield ("model",), "model is required"
    if (integer(body.get("max_tokens")) or 0) < 0 or integer(body.get("max_tokens")) is None:
        yield ("max_tokens",), f"max_tokens is a required whole number, not {shown(body.get('max_tokens'))}"


def unknown_param(body: Json) -> Findings:
    """The API says: "Extra inputs are not permitted": no parameter that the API does not know [docs]."""
    for key in body.keys() - PARAMS:
        yield (key,), "extra inputs are not permitted"


def stop_sequences(body: Json) -> Findings:
    """The API says: "Each stop sequence must contain non-whitespace." [docs]."""
    for index, text in enumerate(array(body.get("stop_sequences"))):
        if not isinstance(text, str) or not text.strip():
            yield ("stop_sequences", index), "a stop sequence needs more than whitespace"


def metadata(body: Json) -> Findings:
    """The metadata holds user_id only, to 256 characters [docs]."""
    for key, value in obj(body.get("metadata")).items():
        if key != "user_id":
            yield ("metadata", key), "metadata takes user_id only"
        elif not isinstance(value, str | None) or len(value or "") > 256:
            yield ("metadata", key), "user_id is a string of up to 256 characters"


def output_config(body: Json) -> Findings:
    """The effort is a known word; a format is a json_schema with its schema [types]."""
    config = obj(body.get("output_config"))
    if config.get("effort") is not None and not one_of(config.get("effort"), EFFORTS):
        yield ("output_config", "effort"), f"effort is one of {', '.join(EFFORTS)}"
    form = obj(config.get("format"))
    if form and (kind_of(form) != "json_schema" or not isinstance(form.get("schema"), dict)):
        yield ("output_config", "format"), "a format is {type: json_schema, schema}"


def effort_level(body: Json) -> Findings:
    """The effort xhigh came with the models of 4.7 and 5 [docs]."""
    family = family_of(string(body.get("model")) or "")
    if family is not None and family.since < (4, 7) and _effort(body) == "xhigh":
        yield ("output_config", "effort"), f"{body.get('model')} does not know effort xhigh"


def strict_schema(body: Json) -> Findings:
    """Schemas of formats and strict tools forbid further properties and set no numeric or length limits [docs]."""
    form = obj(obj(body.get("output_config")).get("format"))
    schemas: list[tuple[At, Json]] = [(("output_config", "format", "schema"), obj(form.get("schema")))] if form else []
    for at, tool in objects(body.get("tools"), "tools"):
        if tool.get("strict") is True:
            schemas.append(((*at, "input_schema"), obj(tool.get("input_schema"))))
    for at, schema in schemas:
        for place, here in subschemas(schema, at):
            if is_object_schema(here) and here.get("additionalProperties") is not False:
                yield place, "every object says additionalProperties: false"
            for key in NO_GRAMMAR:
                if key in here:
                    yield (*place, key), f"{key} is not supported"


def sampling(body: Json) -> Findings:
    """Sampling within 0 to 1, and only on models that take it [docs]."""
    family = family_of(string(body.get("model")) or "")
    for key in SAMPLING:
        value = number(body.get(key))
        if body.get(key) is None:
            continue
        if family is not None and not family.sampling:
            yield (key,), f"{body.get('model')} takes no {key}"
        elif value is None or value < 0 or (key != "top_k" and value > 1):
            yield (key,), f"{key} is out of range: {shown(body.get(key))}"


def no_sampling(body: Json) -> Findings:
    """From version 2026-10-21 no request has temperature, top_p or top_k [docs]."""
    for key in SAMPLING:
        if key in body:
            yield (key,), f"{key} is gone from the API"


def thinking_kind(body: Json) -> Findings:
    """The kind of thinking is one that the model takes [docs]."""
    kind, family = kind_of(obj(body.get("thinking"))), family_of(string(body.get("model")) or "")
    if not kind:
        return
    if kind not in ("enabled", "disabled", "adaptive", "between_tools"):
        yield ("thinking", "type"), f"unknown kind {shown(kind)}"
    elif family is not None and kind not in family.thinking:
        yield ("thinking", "type"), f"{body.get('model')} takes no {kind} thinking"
    elif family is not None and one_of(_effort(body), ("xhigh", "max")) and _needs_high(kind, family):
        yield ("thinking", "type"), f"{kind} goes with effort up to high only"


def thinking_budget(body: Json) -> Findings:
    """budget_tokens is at least 1024 and below max_tokens [docs]."""
    thinking = obj(body.get("thinking"))
    if kind_of(thinking) != "enabled":
        return
    budget, limit = integer(thinking.get("budget_tokens")), integer(body.get("max_tokens"))
    if budget is None or budget < 1024:
        yield ("thinking", "budget_tokens"), f"the budget is at least 1024, not {shown(thinking.get('budget_tokens'))}"
    elif limit is not None and limit <= budget:
        yield ("max_tokens",), f"max_tokens must exceed the thinking budget: {limit} <= {budget}"


def thinking_sampling(body: Json) -> Findings:
    """While thinking, temperature may only be 1, top_k is unset and top_p at least 0.95 [docs]."""
    if not _thinks(body):
        return
    if body.get("temperature") is not None and number(body.get("temperature")) != 1:
        yield ("temperature",), "temperature may only be 1 when thinking is on"
    if body.get("top_k") is not None:
        yield ("top_k",), "top_k must be unset when thinking is on"
    if body.get("top_p") is not None and (number(body.get("top_p")) or 0) < 0.95:
        yield ("top_p",), "top_p must be at least 0.95 when thinking is on"


def thinking_choice(body: Json) -> Findings:
    """The API says: "Thinking may not be enabled when tool_choice forces tool use." [docs]."""
    if _thinks(body) and kind_of(obj(body.get("tool_choice"))) in ("any", "tool"):
        yield ("tool_choice", "type"), "thinking may not be on when tool_choice forces tool use"


def forced_choice(body: Json) -> Findings:
    """Some models cannot be forced to call [docs]."""
    family, kind = family_of(string(body.get("model")) or ""), kind_of(obj(body.get("tool_choice")))
    if family is not None and not family.forced_choice and kind in ("any", "tool"):
        yield ("tool_choice", "type"), f"{body.get('model')} cannot be forced to call a tool"


def prefill(body: Json) -> Findings:
    """The last message is no assistant's on models without prefill or while thinking, nor ends in whitespace [docs].

    A paused turn (it holds server tools) is sent back as it is, to go on.
    """
    count = len(array(body.get("messages")))
    for at, message in objects(body.get("messages"), "messages"):
        if at[-1] != count - 1 or message.get("role") != "assistant" or _paused(message):
            continue
        family, said = family_of(string(body.get("model")) or ""), message.get("content")
        if family is not None and not family.prefill:
            yield at, f"{body.get('model')} takes no prefilled answer"
        elif kind_of(obj(body.get("thinking"))) == "enabled":
            yield at, "no prefilled answer when thinking is enabled"
        text = said if isinstance(said, str) else string(obj(array(said)[-1]).get("text")) if array(said) else None
        if text and text != text.rstrip():
            yield (*at, "content"), "final assistant content cannot end with trailing whitespace"


def tools(body: Json) -> Findings:
    """Custom tools have a legal name; all names differ [docs]."""
    seen: set[str] = set()
    for at, tool in objects(body.get("tools"), "tools"):
        name = string(tool.get("name")) or ""
        if _custom(tool) and not TOOL_NAME.fullmatch(name):
            yield (*at, "name"), f"a name is 1 to 128 of A-Z a-z 0-9 _ -, not {shown(tool.get('name'))}"
        if name and name in seen:
            yield (*at, "name"), "tool names must be unique"
        seen.add(name)


def input_schema(body: Json) -> Findings:
    """A custom tool has an input_schema of root type object without anyOf, oneOf or allOf at the top [docs]."""
    for at, tool in objects(body.get("tools"), "tools"):
        if not _custom(tool):
            continue
        schema = obj(tool.get("input_schema"))
        if schema.get("type") != "object":
            yield (*at, "input_schema", "type"), f"the root is of type object, not {shown(schema.get('type'))}"
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                yield (*at, "input_schema", key), f"no {key} at the top level"


def tool_choice(body: Json) -> Findings:
    """A choice is one of four kinds, needs tools, and names one that is there [docs]."""
    choice = obj(body.get("tool_choice"))
    if body.get("tool_choice") is None:
        return
    if not one_of(choice.get("type"), ("auto", "any", "tool", "none")):
        yield ("tool_choice", "type"), f"unknown choice {shown(choice.get('type'))}"
    elif not array(body.get("tools")) and not array(body.get("mcp_servers")):
        yield ("tool_choice",), "tool_choice may only be specified while providing tools"
    elif kind_of(choice) == "tool" and choice.get("name") not in _names(body):
        yield ("tool_choice", "name"), f"no tool {shown(choice.get('name'))} among the tools"


def cache_control(body: Json) -> Findings:
    """At most 4 breakpoints, ephemeral, for 5m or 1h (longer first), never on thinking [docs]."""
    marks = [(at, mark) for at, mark, _ in _cache_marks(body)]
    for at, mark in marks:
        if kind_of(mark) != "ephemeral" or not one_of(mark.get("ttl", "5m"), ("5m", "1h")):
            yield at, "cache_control is {type: ephemeral, ttl?: 5m | 1h}"
    if len(marks) > 4:
        yield marks[4][0], f"at most 4 cache breakpoints, not {len(marks)}"
    for at, _, kind in _cache_marks(body):
        if kind in ("thinking", "redacted_thinking"):
            yield at, f"{kind} takes no cache_control"
    short = False
    for at, mark in marks:
        short = short or (mark.get("ttl") or "5m") == "5m"
        if mark.get("ttl") == "1h" and short and at[0] != "cache_control":
            yield at, "a 1h breakpoint may not come after a 5m one"


def _cache_marks(body: Json) -> list[tuple[At, Json, str]]:
    """Every cache_control with its place and the kind of what it stands on, in the order of the prompt."""
    carriers = [*objects(body.get("tools"), "tools"), *objects(body.get("system"), "system")]
    for at, _, block in blocks(body):
        carriers += [*objects(block.get("content"), *at, "content"), (at, block)]
    carriers.append(((), body))
    return [
        ((*at, "cache_control"), obj(it.get("cache_control")), kind_of(it))
        for at, it in carriers
        if it.get("cache_control") is not None
    ]


def _names(body: Json) -> list[object]:
    return [tool.get("name") for _, tool in objects(body.get("tools"))]


def _custom(tool: Json) -> bool:
    return tool.get("type") in (None, "custom")


def _effort(body: Json) -> object:
    return obj(body.get("output_config")).get("effort")


def _needs_high(kind: str, family: Family) -> bool:
    return kind == "between_tools" or (kind == "disabled" and family.disable_up_to_high)


def _paused(message: Json) -> bool:
    return any(kind_of(block) in ("server_tool_use", "mcp_tool_use") for _, block in objects(message.get("content")))


def _thinks(body: Json) -> bool:
    return kind_of(obj(body.get("thinking"))) in ("enabled", "adaptive")
