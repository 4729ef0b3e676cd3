"""Gemini requests: generationConfig, tools and their schemas. Keys may be camelCase or snake_case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules.gemini_contents import NAME, get, key_of
from dgrid_translate.testing.rules.gemini_schema import schema_findings
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    integer,
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
    from collections.abc import Collection

    from dgrid_translate.losses import At
    from dgrid_translate.testing.violations import Findings

TOP = ("model", "contents", "systemInstruction", "tools", "toolConfig", "safetySettings", "generationConfig",
       "cachedContent", "labels", "serviceTier", "store", "continuationToken", "modelArmorConfig")  # fmt: skip
CONFIG = words(
    "temperature topP topK candidateCount maxOutputTokens stopSequences responseLogprobs logprobs presencePenalty"
    " frequencyPenalty seed responseMimeType responseSchema responseJsonSchema _responseJsonSchema responseModalities"
    " mediaResolution speechConfig thinkingConfig imageConfig audioTimestamp enableAffectiveDialog"
    " enableEnhancedCivicAnswers routingConfig modelSelectionConfig modelConfig translationConfig"
    " audioTranscriptionConfig responseFormat"
)
RANGES = {
    "temperature": (0, 2),
    "topP": (0, 1),
    "candidateCount": (1, 8),
    "presencePenalty": (-2, 2),
    "frequencyPenalty": (-2, 2),
}
MODES = ("AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED")
LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH", "THINKING_LEVEL_UNSPECIFIED")


def unknown_param(body: Json) -> Findings:
    """The API says: "Unknown name ...: Cannot find field." [docs]."""
    for key in body.keys() - _both(TOP):
        yield (key,), "unknown name"
    for key in obj(get(body, "generationConfig")).keys() - _both(CONFIG):
        yield ("generationConfig", key), "unknown name"


def spelt_once(body: Json) -> Findings:
    """No member stands there in both spellings [observed]."""
    for at, it in (((), body), (("generationConfig",), obj(get(body, "generationConfig")))):
        for key in it:
            if key_of(key) != key and key_of(key) in it:
                yield (*at, key), f"{key} and {key_of(key)} are the same member"


def config_range(body: Json) -> Findings:
    """Numbers stand within their documented ranges [docs]."""
    config = obj(get(body, "generationConfig"))
    for key, (low, high) in RANGES.items():
        value = number(get(config, key))
        if get(config, key) is not None and (value is None or not low <= value <= high):
            yield ("generationConfig", key), f"{key} is a number from {low} to {high}, not {shown(get(config, key))}"
    limit = get(config, "maxOutputTokens")
    if limit is not None and (integer(limit) or 0) < 1:
        yield ("generationConfig", "maxOutputTokens"), "maxOutputTokens is a positive whole number"


def stop_sequences(body: Json) -> Findings:
    """At most five stop sequences [docs]."""
    if len(array(get(obj(get(body, "generationConfig")), "stopSequences"))) > 5:
        yield ("generationConfig", "stopSequences"), "at most 5 stop sequences"


def logprobs(body: Json) -> Findings:
    """A number of logprobs needs responseLogprobs: true [docs]."""
    config = obj(get(body, "generationConfig"))
    if config.get("logprobs") is not None and get(config, "responseLogprobs") is not True:
        yield ("generationConfig", "logprobs"), "only with responseLogprobs: true"


def thinking(body: Json) -> Findings:
    """A thinkingLevel is a known word and excludes thinkingBudget [docs]."""
    config = obj(get(obj(get(body, "generationConfig")), "thinkingConfig"))
    level, budget = get(config, "thinkingLevel"), get(config, "thinkingBudget")
    at: At = ("generationConfig", "thinkingConfig")
    if level is not None and budget is not None:
        yield at, "thinkingLevel and thinkingBudget exclude each other"
    if level is not None and not (isinstance(level, str) and level.upper() in LEVELS):
        yield (*at, "thinkingLevel"), f"unknown level {shown(level)}"
    if budget is not None and (integer(budget) is None or (integer(budget) or 0) < -1):
        yield (*at, "thinkingBudget"), "a budget is -1 (dynamic), 0 (off) or a count"


def response_schema(body: Json) -> Findings:
    """One of responseSchema and responseJsonSchema, with a responseMimeType that is JSON or an enum [docs]."""
    config = obj(get(body, "generationConfig"))
    own, plain = get(config, "responseSchema"), get(config, "responseJsonSchema")
    at: At = ("generationConfig",)
    if own is not None and plain is not None:
        yield (*at, "responseSchema"), "responseSchema and responseJsonSchema exclude each other"
    is_json = one_of(get(config, "responseMimeType"), ("application/json", "text/x.enum"))
    if (own is not None or plain is not None) and not is_json:
        yield (*at, "responseMimeType"), "a schema needs responseMimeType application/json"
    if own is not None:
        yield from schema_findings(obj(own), (*at, "responseSchema"))


def functions(body: Json) -> Findings:
    """Functions have a legal name of their own and one schema, whose root is an object [docs]."""
    seen: set[str] = set()
    for at, function in declarations(body):
        name = string(function.get("name")) or ""
        if not NAME.fullmatch(name):
            yield (*at, "name"), f"a name begins with a letter or _ and has up to 128 characters: {shown(name)}"
        elif name in seen:
            yield (*at, "name"), f"duplicate function declaration {shown(name)}"
        seen.add(name)
        own, plain = function.get("parameters"), get(function, "parametersJsonSchema")
        if own is not None and plain is not None:
            yield (*at, "parameters"), "parameters and parametersJsonSchema exclude each other"
        for key, schema in (("parameters", own), ("parametersJsonSchema", plain)):
            if schema is not None and (string(obj(schema).get("type")) or "").lower() != "object":
                yield (*at, key), "the root is of type object"


def function_schema(body: Json) -> Findings:
    """`parameters` keeps to Gemini's schema dialect; `parametersJsonSchema` is the place for JSON Schema [docs]."""
    for at, function in declarations(body):
        yield from schema_findings(obj(function.get("parameters")), (*at, "parameters"))


def function_calling(body: Json) -> Findings:
    """The mode is a known word; names may be allowed with ANY and VALIDATED only, and exist [docs]."""
    config = obj(get(obj(get(body, "toolConfig")), "functionCallingConfig"))
    at: At = ("toolConfig", "functionCallingConfig")
    mode, names = config.get("mode"), strings(get(config, "allowedFunctionNames"))
    if mode is not None and not (isinstance(mode, str) and mode.upper() in MODES):
        yield (*at, "mode"), f"unknown mode {shown(mode)}"
    if names and not (isinstance(mode, str) and mode.upper() in ("ANY", "VALIDATED")):
        yield (*at, "allowedFunctionNames"), "names may only be allowed in mode ANY or VALIDATED"
    known = {string(function.get("name")) for _, function in declarations(body)}
    for name in names:
        if name not in known:
            yield (*at, "allowedFunctionNames"), f"no function {shown(name)} is declared"


def declarations(body: Json) -> list[tuple[At, Json]]:
    """Every function declaration with its place."""
    return [
        (place, function)
        for at, tool in objects(body.get("tools"), "tools")
        for place, function in objects(get(tool, "functionDeclarations"), *at, "functionDeclarations")
    ]


def _both(names: Collection[str]) -> set[str]:
    return {spelling for name in names for spelling in (name, key_of(name))}
