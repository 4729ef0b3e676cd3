"""Responses requests: tools and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.openai_chat_messages import name_findings
from dgrid_translate.testing.rules.openai_chat_params import ALWAYS_REASONS, ENUMS, REASONS_WHEN_ASKED
from dgrid_translate.testing.rules.openai_responses_input import mentions_json
from dgrid_translate.testing.rules.strict_schema import strict_findings
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    integer,
    is_object,
    kind_of,
    number,
    obj,
    objects,
    one_of,
    shown,
    string,
    strings,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

PARAMS = words(
    "access_programs background context_management conversation image include input instructions max_output_tokens"
    " max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key"
    " prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream"
    " stream_options temperature text tool_choice tools top_logprobs top_p truncation user"
)
INCLUDABLE = words(
    "file_search_call.results web_search_call.results web_search_call.action.sources message.input_image.image_url"
    " computer_call_output.output.image_url code_interpreter_call.outputs reasoning.encrypted_content"
    " message.output_text.logprobs"
)
WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("service_tier",): (*ENUMS["service_tier"], "ultrafast"),
    ("truncation",): ("auto", "disabled"),
    ("prompt_cache_retention",): ENUMS["prompt_cache_retention"],
    ("reasoning", "effort"): ENUMS["reasoning_effort"],
    ("reasoning", "summary"): ("auto", "concise", "detailed"),
    ("text", "verbosity"): ENUMS["verbosity"],
}
RANGES = {"temperature": (0, 2), "top_p": (0, 1), "top_logprobs": (0, 20)}
LEAST = {"max_output_tokens": 16, "max_tool_calls": 1}
FORMATS = ("text", "json_object", "json_schema")
CHOICES = ("none", "auto", "required")
TOOLS = words(
    "function custom namespace tool_search programmatic_tool_calling web_search web_search_2025_08_26"
    " web_search_preview web_search_preview_2025_03_11 file_search code_interpreter image_generation mcp computer"
    " computer_use_preview shell local_shell apply_patch"
)
NAMED_BY_TYPE = words(
    "file_search web_search_preview web_search_preview_2025_03_11 computer computer_use_preview computer_use"
    " image_generation code_interpreter apply_patch shell programmatic_tool_calling"
)
NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "file_search": (("vector_store_ids",),),
    "code_interpreter": (("container",),),
    "mcp": (("server_label",), ("server_url", "connector_id", "tunnel_id")),
    "computer_use_preview": (("display_width",), ("display_height",), ("environment",)),
    "namespace": (("name",), ("tools",)),
}
"""What each tool must say; of several in one bracket, one."""

SAMPLING = ("temperature", "top_p", "top_logprobs")


def model(body: Json) -> Findings:
    """The model is named, or stands in the stored prompt [docs]."""
    if not string(body.get("model")) and not body.get("prompt"):
        yield ("model",), "model is required"


def unknown_param(body: Json) -> Findings:
    """The API says: "Unknown parameter: 'messages'." [docs]."""
    for key in body.keys() - PARAMS:
        yield (key,), "unknown parameter"


def param_range(body: Json) -> Findings:
    """Numbers stand within their documented ranges [docs]."""
    for key, (low, high) in RANGES.items():
        value = number(body.get(key))
        if body.get(key) is not None and (value is None or not low <= value <= high):
            yield (key,), f"{key} is a number from {low} to {high}, not {shown(body.get(key))}"
    for key, least in LEAST.items():
        if body.get(key) is not None and (integer(body.get(key)) or 0) < least:
            yield (key,), f"{key} is a whole number from {least} on, not {shown(body.get(key))}"


def param_enum(body: Json) -> Findings:
    """Parameters that are one of a set of words are [types]."""
    for at, known in WORDS.items():
        value: object = body
        for key in at:
            value = obj(value).get(key)
        if value is not None and not one_of(value, known):
            yield at, f"{at[-1]} is one of {', '.join(known)}, not {shown(value)}"


def include(body: Json) -> Findings:
    """What to include is one of eight things; log probabilities are not counted without it [types]."""
    for index, wanted in enumerate(array(body.get("include"))):
        if not one_of(wanted, INCLUDABLE):
            yield ("include", index), f"{shown(wanted)} cannot be included"


def excluded(body: Json) -> Findings:
    """previous_response_id and conversation exclude each other; what runs in the background is stored [docs]."""
    if body.get("previous_response_id") is not None and body.get("conversation") is not None:
        yield ("conversation",), "previous_response_id and conversation exclude each other"
    if body.get("background") is True and body.get("store") is False:
        yield ("background",), "background needs store: true"


def stream_options(body: Json) -> Findings:
    """The API says: "The 'stream_options' parameter is only allowed when 'stream' is enabled." [docs]."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        yield ("stream_options",), "only with stream: true"


def metadata(body: Json) -> Findings:
    """At most 16 pairs, keys to 64 and string values to 512 characters [docs]."""
    pairs = obj(body.get("metadata"))
    if len(pairs) > 16:
        yield ("metadata",), "at most 16 pairs"
    for key, value in pairs.items():
        if len(key) > 64 or not isinstance(value, str) or len(value) > 512:
            yield ("metadata", key), "keys have up to 64 characters, values are strings of up to 512"


def reasoning_model(body: Json) -> Findings:
    """Reasoning models take no sampling parameter but at its default, models that never reason no effort [docs]."""
    name = string(body.get("model")) or ""
    effort = obj(body.get("reasoning")).get("effort")
    always = ALWAYS_REASONS.fullmatch(name) is not None
    asked = REASONS_WHEN_ASKED.match(name) and not one_of(effort or "none", ("none",))
    for key in SAMPLING if always or asked else ():
        if body.get(key) is not None and (key == "top_logprobs" or number(body.get(key)) != 1):
            yield (key,), f"{name} takes no {key}"
    if effort is not None and name.startswith(("gpt-4", "gpt-3", "chatgpt-4")):
        yield ("reasoning", "effort"), f"{name} does not reason"


def text_format(body: Json) -> Findings:
    """A known kind of output; a schema has a legal name, beside its type and not within json_schema [docs]."""
    form = obj(obj(body.get("text")).get("format"))
    if form and not one_of(form.get("type"), FORMATS):
        yield ("text", "format", "type"), f"unknown type {shown(form.get('type'))}"
    if kind_of(form) == "json_schema":
        yield from name_findings(("text", "format", "name"), form.get("name"))
        if not is_object(form.get("schema")):
            yield ("text", "format", "schema"), "a json_schema has its schema beside its name"


def json_mode(body: Json) -> Findings:
    """JSON mode: "Response input messages must contain the word 'json' in some form" [docs]."""
    form = obj(obj(body.get("text")).get("format"))
    if kind_of(form) == "json_object" and not mentions_json(body) and not body.get("previous_response_id"):
        yield ("text", "format"), "JSON mode needs the word JSON in the input"


def tool_name(body: Json) -> Findings:
    """Functions and custom tools have legal names, flat beside their type ("tools[0].name") [docs]."""
    for at, tool in _tools(body):
        if kind_of(tool) in ("function", "custom", "namespace"):
            yield from name_findings((*at, "name"), tool.get("name"))


def tool_member(body: Json) -> Findings:
    """Hosted tools have what their type asks for [types]."""
    for at, tool in _tools(body):
        for keys in NEEDS.get(kind_of(tool), ()):
            if not any(tool.get(key) for key in keys):
                yield (*at, keys[0]), f"a tool of type {kind_of(tool)} needs {' or '.join(keys)}"


def tool_kind(body: Json) -> Findings:
    """Every tool is of a known type. [types]: other hosts have tools of their own."""
    for at, tool in _tools(body):
        if not one_of(tool.get("type"), TOOLS):
            yield (*at, "type"), f"unknown tool {shown(tool.get('type'))}"


def tool_schema(body: Json) -> Findings:
    """Parameters, where given, are a schema whose root is of type object [docs]."""
    for at, tool in _tools(body):
        parameters = tool.get("parameters")
        if kind_of(tool) != "function" or parameters is None or parameters == {}:
            continue
        if obj(parameters).get("type") != "object":
            yield (*at, "parameters"), "parameters are a JSON Schema of type object"


def strict_schema(body: Json) -> Findings:
    """Schemas that ask for strict mode keep to its subset. [docs]: other hosts take strict for a hint."""
    form = obj(obj(body.get("text")).get("format"))
    if form.get("strict") is True:
        yield from strict_findings(obj(form.get("schema")), ("text", "format", "schema"))
    for at, tool in _tools(body):
        if kind_of(tool) == "function" and tool.get("strict") is True:
            yield from strict_findings(obj(tool.get("parameters")), (*at, "parameters"))


def tool_choice(body: Json) -> Findings:
    """A choice other than auto and none needs tools; where it names one, that is there [docs].

    "Tool choice 'function' not found in 'tools' parameter."
    """
    choice = body.get("tool_choice")
    if _has_tools(body) or choice in (None, "auto", "none") or body.get("prompt"):
        names = {(kind_of(tool), string(tool.get("name"))) for _, tool in _tools(body)}
        wanted = obj(choice)
        asked = [*objects(wanted.get("tools"), "tool_choice", "tools"), (("tool_choice",), wanted)]
        for at, one in asked if array(body.get("tools")) else ():
            name = string(one.get("name"))
            if kind_of(one) in ("function", "custom") and (kind_of(one), name) not in names:
                yield (*at, "name"), f"no {kind_of(one)} {shown(name)} among the tools"
    else:
        yield ("tool_choice",), f"tool_choice {shown(choice)} needs tools"


def choice_kind(body: Json) -> Findings:
    """A choice is one of three words, or an object of a known type, its name beside it. [types]."""
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in CHOICES:
        yield ("tool_choice",), f"unknown choice {shown(choice)}"
    if is_object(choice) and not one_of(choice.get("type"), {*NAMED_BY_TYPE, "function", "custom", "mcp"}):
        if kind_of(choice) != "allowed_tools":
            yield ("tool_choice", "type"), f"unknown choice {shown(choice.get('type'))}"
        elif not one_of(choice.get("mode"), ("auto", "required")) or not array(choice.get("tools")):
            yield ("tool_choice", "tools"), "allowed_tools has a mode and tools"


def logprobs(body: Json) -> Findings:
    """top_logprobs is of use only with include: message.output_text.logprobs [docs]."""
    if (integer(body.get("top_logprobs")) or 0) > 0 and "message.output_text.logprobs" not in strings(
        body.get("include")
    ):
        yield ("top_logprobs",), "only with include: message.output_text.logprobs"


def _has_tools(body: Json) -> bool:
    return bool(array(body.get("tools"))) or any(True for _ in _later(body))


def _later(body: Json) -> Iterator[tuple[At, Json]]:
    """The tools that items of the input bring."""
    for at, item in objects(body.get("input"), "input"):
        if kind_of(item) in ("additional_tools", "tool_search_output"):
            yield from objects(item.get("tools"), *at, "tools")


def _tools(body: Json) -> Iterator[tuple[At, Json]]:
    """Every tool with its place, those within namespaces and within the input among them."""
    for source in (objects(body.get("tools"), "tools"), _later(body)):
        for at, tool in source:
            yield at, tool
            if kind_of(tool) == "namespace":
                yield from objects(tool.get("tools"), *at, "tools")
