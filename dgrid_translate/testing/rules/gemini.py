"""Gemini generateContent: which requests and responses are right.

check_request(body, model="gemini-3-pro")      the model stands in the URL, so it is told apart
check_request(body, official=True)             with nothing in it that the developer API does not know
check_response(body)                           what a client may count on
check_response(body, official=True)            what the developer API answers
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import gemini_contents as in_contents
from dgrid_translate.testing.rules import gemini_params as in_params
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    integer,
    is_base64,
    obj,
    objects,
    one_of,
    shown,
    string,
    words,
)

if TYPE_CHECKING:
    from dgrid_translate.losses import At

FINISH_REASONS = words(
    "FINISH_REASON_UNSPECIFIED STOP MAX_TOKENS SAFETY RECITATION LANGUAGE OTHER BLOCKLIST PROHIBITED_CONTENT SPII"
    " MALFORMED_FUNCTION_CALL IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_OTHER NO_IMAGE IMAGE_RECITATION"
    " UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS MISSING_THOUGHT_SIGNATURE MALFORMED_RESPONSE ESCALATION"
    " PUP_LIMITED_DISABLED CONTINUATION MODEL_ARMOR"
)
ADDENDS = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount")
FREE = ("args", "response", "responseJsonSchema", "metadata", "details")
"""Members whose keys are the user's own."""

_SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def answer(body: Json) -> Findings:
    """There are candidates, or the prompt was blocked and promptFeedback says why [docs]."""
    if body.get("error"):
        yield ("error",), "an error is no response"
    elif not array(body.get("candidates")) and not string(obj(body.get("promptFeedback")).get("blockReason")):
        yield ("candidates",), "no candidates, and no blockReason"


def candidate(body: Json) -> Findings:
    """A candidate's content is the model's [types]."""
    for at, it in objects(body.get("candidates"), "candidates"):
        said = obj(it.get("content")).get("role")
        if said not in ("model", None):
            yield (*at, "content", "role"), f"role is model, not {shown(said)}"


def finish_reason(body: Json) -> Findings:
    """Every candidate says why it ended, in a known word [types]."""
    for at, it in objects(body.get("candidates"), "candidates"):
        if not one_of(it.get("finishReason"), FINISH_REASONS):
            yield (*at, "finishReason"), f"unknown finishReason {shown(it.get('finishReason'))}"


def part(body: Json) -> Findings:
    """A part holds one thing; calls are whole, data and signatures are base64 [sdk]."""
    yield from part_findings(body, ())


def camel_case(body: Json) -> Findings:
    """Keys are camelCase: google-genai overlooks others [sdk]."""
    yield from case_findings(body, ())


def usage(body: Json) -> Findings:
    """Counts are not below zero, and the cached ones are part of the prompt's [docs]."""
    yield from usage_findings(body.get("usageMetadata"), ("usageMetadata",))


def usage_sum(body: Json) -> Findings:
    """The totalTokenCount is prompt + candidates + thoughts + toolUsePrompt [docs]."""
    yield from sum_findings(body.get("usageMetadata"), ("usageMetadata",))


REQUEST: tuple[Rule[Json], ...] = (
    in_contents.contents,
    in_contents.role,
    in_contents.part,
    in_contents.media,
    in_contents.function_call,
    in_contents.function_response,
    in_contents.function_turns,
    in_contents.response_ids,
    in_contents.signatures,
    in_contents.signed_calls,
    in_contents.system_instruction,
    in_params.spelt_once,
    in_params.config_range,
    in_params.stop_sequences,
    in_params.logprobs,
    in_params.thinking,
    in_params.response_schema,
    in_params.functions,
    in_params.function_schema,
    in_params.function_calling,
    in_contents.file_type,
)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (in_params.unknown_param,)
RESPONSE: tuple[Rule[Json], ...] = (
    answer,
    candidate,
    part,
    camel_case,
    usage,
    finish_reason,
    usage_sum,
)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = ()


def check_request(body: Json, *, model: str | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a request body; rules of some models only run when the model is known."""
    subject = body if model is None else {**body, "model": model}
    return judge(REQUEST + OFFICIAL_REQUEST if official else REQUEST, subject)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a (non-stream) response body."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def part_findings(body: Json, at: At) -> Findings:
    """What is wrong with the parts of a response or a chunk."""
    for place, it in objects(body.get("candidates"), *at, "candidates"):
        for where, item in objects(obj(it.get("content")).get("parts"), *place, "content", "parts"):
            held = [name for name in in_contents.DATA if item.get(name) is not None]
            if len(held) > 1:
                yield where, f"a part holds one thing, not {' and '.join(held)}"
            call, inline = obj(item.get("functionCall")), obj(item.get("inlineData"))
            streamed = "partialArgs" in call or "willContinue" in call or item.get("functionCall") == {}
            if "functionCall" in item and not streamed:
                yield from in_contents.call_findings((*where, "functionCall"), call)
            signature = item.get("thoughtSignature")
            if signature is not None and not is_base64(string(signature) or "?"):
                yield (*where, "thoughtSignature"), "a signature is base64"
            if inline and not is_base64(string(inline.get("data")) or "?"):
                yield (*where, "inlineData", "data"), "data is base64"


def case_findings(body: Json, at: At) -> Findings:
    """The keys in a response or a chunk that are not camelCase."""
    waiting: list[tuple[At, object]] = [(at, body)]
    while waiting:
        place, value = waiting.pop()
        for key, inner in obj(value).items():
            if _SNAKE.fullmatch(key):
                yield (*place, key), f"{key} is not camelCase"
            if key not in FREE:
                waiting.append(((*place, key), inner))
        waiting.extend(((*place, index), inner) for index, inner in enumerate(array(value)))


def usage_findings(usage: object, at: At) -> Findings:
    """What is wrong with the counts themselves."""
    it = obj(usage)
    for key in (*ADDENDS, "cachedContentTokenCount", "totalTokenCount"):
        if key in it and (integer(it.get(key)) is None or (integer(it.get(key)) or 0) < 0):
            yield (*at, key), f"{key} is a count, not {shown(it.get(key))}"
    cached, prompt = integer(it.get("cachedContentTokenCount")), integer(it.get("promptTokenCount"))
    if cached is not None and prompt is not None and cached > prompt:
        yield (*at, "cachedContentTokenCount"), f"cached is part of the prompt: {cached} > {prompt}"


def sum_findings(usage: object, at: At) -> Findings:
    """Whether the total is the sum of its addends."""
    it = obj(usage)
    total, counted = integer(it.get("totalTokenCount")), sum(integer(it.get(key)) or 0 for key in ADDENDS)
    if total is not None and total != counted:
        yield (*at, "totalTokenCount"), f"the counts add up to {counted}, not {total}"
