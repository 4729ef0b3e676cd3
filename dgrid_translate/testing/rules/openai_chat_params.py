"""Chat Completions requests: tools and parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.openai_chat_messages import mentions_json, name_findings
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
    words,
)

if TYPE_CHECKING:
    from dgrid_translate.testing.violations import Findings

PARAMS = words(
    "messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens"
    " max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key"
    " prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed"
    " service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity"
    " web_search_options"
)
ENUMS = {
    "reasoning_effort": ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "service_tier": ("auto", "default", "flex", "scale", "priority", "fast"),
    "verbosity": ("low", "medium", "high"),
    "prompt_cache_retention": ("in_memory", "in-memory", "24h"),
}
RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "n": (1, 128),
    "top_logprobs": (0, 20),
}
ALWAYS_REASONS = re.compile(r"(o[1-9]|gpt-5)(-(mini|nano|pro|preview))*(-\d{4}-\d\d-\d\d)?")
REASONS_WHEN_ASKED = re.compile(r"gpt-(5\.\d|[6-9])(?!.*chat)")
WITHOUT_INSTRUCTIONS = re.compile(r"o1-(mini|preview)")
SAMPLING = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}


def model(body: Json) -> Findings:
    """The model is named [types]."""
    if not string(body.get("model")):
        yield ("model",), "model is required"


def unknown_param(body: Json) -> Findings:
    """The API says: "Unrecognized request argument supplied": no parameter that the API does not know [docs]."""
    for key in body.keys() - PARAMS:
        yield (key,), "unknown parameter"


def param_range(body: Json) -> Findings:
    """Numbers stand within their documented ranges [docs]."""
    for key, (low, high) in RANGES.items():
        if body.get(key) is None:
            continue
        value = number(body.get(key))
        if value is None or not low <= value <= high:
            yield (key,), f"{key} is a number from {low} to {high}, not {shown(body.get(key))}"
    for key in ("max_tokens", "max_completion_tokens"):
        if body.get(key) is not None and (integer(body.get(key)) or 0) < 1:
            yield (key,), f"{key} is a positive whole number"
    for token, bias in obj(body.get("logit_bias")).items():
        if not -100 <= (number(bias) or 0) <= 100:
            yield ("logit_bias", token), "a bias is from -100 to 100"


def param_enum(body: Json) -> Findings:
    """Parameters that are one of a set of words are [types]."""
    for key, known in ENUMS.items():
        if body.get(key) is not None and not one_of(body.get(key), known):
            yield (key,), f"{key} is one of {', '.join(known)}, not {shown(body.get(key))}"


def stop(body: Json) -> Findings:
    """At most four stop sequences [docs]."""
    if len(array(body.get("stop"))) > 4:
        yield ("stop",), "at most 4 stop sequences"


def stream_options(body: Json) -> Findings:
    """The API says: "The 'stream_options' parameter is only allowed when 'stream' is enabled." [docs]."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        yield ("stream_options",), "only with stream: true"


def top_logprobs(body: Json) -> Findings:
    """top_logprobs needs logprobs: true [docs]."""
    if body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        yield ("top_logprobs",), "only with logprobs: true"


def max_tokens(body: Json) -> Findings:
    """max_tokens and its successor exclude each other [observed]."""
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        yield ("max_tokens",), "max_tokens and max_completion_tokens exclude each other"


def metadata(body: Json) -> Findings:
    """At most 16 pairs, keys to 64 and string values to 512 characters [docs]."""
    pairs = obj(body.get("metadata"))
    if len(pairs) > 16:
        yield ("metadata",), "at most 16 pairs"
    for key, value in pairs.items():
        if len(key) > 64 or not isinstance(value, str) or len(value) > 512:
            yield ("metadata", key), "keys have up to 64 characters, values are strings of up to 512"


def reasoning_model(body: Json) -> Findings:
    """Reasoning models take no sampling parameter but at its default, and max_completion_tokens only [docs]."""
    name = string(body.get("model")) or ""
    always = ALWAYS_REASONS.fullmatch(name) is not None
    asked = REASONS_WHEN_ASKED.match(name) and not one_of(body.get("reasoning_effort") or "none", ("none",))
    if not always and not asked:
        return
    for key, default in SAMPLING.items():
        if body.get(key) is not None and number(body.get(key)) != default:
            yield (key,), f"{name} takes no {key} but {default}"
    for key in ("logprobs", "logit_bias"):
        if body.get(key):
            yield (key,), f"{name} takes no {key}"
    if body.get("max_tokens") is not None:
        yield ("max_tokens",), f"{name} takes max_completion_tokens instead"


def model_feature(body: Json) -> Findings:
    """Only audio models hear, only search models search, and o1-mini takes no instructions [observed]."""
    name = string(body.get("model")) or ""
    if body.get("web_search_options") is not None and "search" not in name:
        yield ("web_search_options",), f"{name} does not search"
    for at, message in objects(body.get("messages"), "messages"):
        if WITHOUT_INSTRUCTIONS.match(name) and one_of(message.get("role"), ("system", "developer")):
            yield (*at, "role"), f"{name} takes no {message.get('role')} messages"
        for place, part in objects(message.get("content"), *at, "content"):
            if kind_of(part) == "input_audio" and "audio" not in name:
                yield (*place, "type"), f"{name} takes no input_audio"


def response_format(body: Json) -> Findings:
    """A known kind; a schema has a legal name [docs]."""
    form = obj(body.get("response_format"))
    if not form:
        return
    kind = kind_of(form)
    if kind not in ("text", "json_object", "json_schema"):
        yield ("response_format", "type"), f"unknown type {shown(form.get('type'))}"
    if kind == "json_schema":
        yield from name_findings(("response_format", "json_schema", "name"), obj(form.get("json_schema")).get("name"))


def json_mode(body: Json) -> Findings:
    """JSON mode: "'messages' must contain the word 'json' in some form" [docs]."""
    if kind_of(obj(body.get("response_format"))) == "json_object" and not mentions_json(body):
        yield ("response_format",), "JSON mode needs the word JSON in the messages"


def tools(body: Json) -> Findings:
    """Functions and custom tools have legal names [docs]."""
    for at, tool in objects(body.get("tools"), "tools"):
        for kind in ("function", "custom"):
            if kind_of(tool) == kind or kind in tool:
                yield from name_findings((*at, kind, "name"), obj(tool.get(kind)).get("name"))
    for at, function in objects(body.get("functions"), "functions"):
        yield from name_findings((*at, "name"), function.get("name"))


def tool_kind(body: Json) -> Findings:
    """Every tool is of type function or custom. [types]: other hosts have tools of their own."""
    for at, tool in objects(body.get("tools"), "tools"):
        if kind_of(tool) not in ("function", "custom"):
            yield (*at, "type"), f"a tool is a function or custom, not {shown(tool.get('type'))}"


def strict_schema(body: Json) -> Findings:
    """Schemas that ask for strict mode keep to its subset. [docs]: other hosts take strict for a hint."""
    schema = obj(obj(body.get("response_format")).get("json_schema"))
    if schema.get("strict") is True:
        yield from strict_findings(obj(schema.get("schema")), ("response_format", "json_schema", "schema"))
    for at, tool in objects(body.get("tools"), "tools"):
        function = obj(tool.get("function"))
        if function.get("strict") is True:
            yield from strict_findings(obj(function.get("parameters")), (*at, "function", "parameters"))


def tool_schema(body: Json) -> Findings:
    """Parameters, where given, are a schema whose root is of type object [docs]."""
    for at, tool in objects(body.get("tools"), "tools"):
        parameters = obj(tool.get("function")).get("parameters")
        if parameters is None or parameters == {}:
            continue
        if obj(parameters).get("type") != "object":
            yield (*at, "function", "parameters"), "parameters are a JSON Schema of type object"


def tool_choice(body: Json) -> Findings:
    """A choice needs tools; where it names one, that is there [docs]."""
    choice = body.get("tool_choice")
    if not array(body.get("tools")):
        for key in ("tool_choice", "parallel_tool_calls"):
            if body.get(key) is not None and body.get(key) != "none":
                yield (key,), f"{key} is only allowed with tools"
        return
    kind = kind_of(obj(choice))
    if kind in ("function", "custom"):
        name = obj(obj(choice).get(kind)).get("name")
        if name not in [obj(tool.get(kind)).get("name") for _, tool in objects(body.get("tools"))]:
            yield ("tool_choice", kind, "name"), f"no {kind} {shown(name)} among the tools"


def choice_kind(body: Json) -> Findings:
    """A choice is one of three words or of three types of object. [types]: Mistral says any for required."""
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in ("none", "auto", "required"):
        yield ("tool_choice",), f"unknown choice {shown(choice)}"
    if is_object(choice) and kind_of(choice) not in ("function", "custom", "allowed_tools"):
        yield ("tool_choice", "type"), f"unknown choice {shown(kind_of(choice))}"
