"""What Gemini's generateContent is, and what its models can do, as data; sources are named in the package's docstring.

`MODELS` is the one table of what a model takes: the first pattern found in the model's name decides, wherever it is
prefixed with ("models/", "google/", ...), and a name that nobody knows is taken for a modern model.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.request import Role
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.sse import Framing

NAME = "gemini"
VENDOR = "google"
"""Who mints the signatures."""

PROFILE = Profile(
    name=NAME,
    aliases=("google", "gemini-generate-content"),
    framing=Framing(
        event_line=False,
        terminator=b"",
        keepalive=b"",
        ends=(b'"finishReason"', b'"finish_reason"', b'"blockReason"', b'"block_reason"', b'"error"'),
    ),
    names=NameRule(r"[A-Za-z_][A-Za-z0-9_.:-]*", r"[^A-Za-z0-9_.:-]", 128),
    custom_tools=False,
    paths=tuple(
        f"/{version}/models/{{model}}:{method}"
        for version in ("v1", "v1beta", "v1alpha")
        for method in ("generateContent", "streamGenerateContent")
    ),
    auth_headers=("x-goog-api-key", "authorization"),
    marks=(
        Mark("request", ("contents",)),
        Mark("response", ("candidates",)),
        Mark("event", ("candidates",)),
        Mark("response", ("promptFeedback",)),
        Mark("event", ("promptFeedback",)),
        Mark("error", ("error",)),
    ),
    members=frozenset(
        [
            "cachedContent",
            "contents",
            "continuationToken",
            "generationConfig",
            "labels",
            "model",
            "modelArmorConfig",
            "safetySettings",
            "serviceTier",
            "store",
            "systemInstruction",
            "toolConfig",
            "tools",
            "cached_content",
            "generation_config",
            "safety_settings",
            "system_instruction",
            "tool_config",
            "service_tier",
        ]
    ),
    provider_tools=r"\w+",
    in_url=("model", "stream"),
)

PLACES = MappingProxyType[str, At](
    {
        "messages": ("contents",),
        "temperature": ("generationConfig", "temperature"),
        "top_p": ("generationConfig", "topP"),
        "top_k": ("generationConfig", "topK"),
        "presence_penalty": ("generationConfig", "presencePenalty"),
        "frequency_penalty": ("generationConfig", "frequencyPenalty"),
        "seed": ("generationConfig", "seed"),
        "max_tokens": ("generationConfig", "maxOutputTokens"),
        "stop": ("generationConfig", "stopSequences"),
        "n": ("generationConfig", "candidateCount"),
        "logprobs": ("generationConfig", "responseLogprobs"),
        "top_logprobs": ("generationConfig", "logprobs"),
        "output": ("generationConfig", "responseMimeType"),
        "reasoning": ("generationConfig", "thinkingConfig"),
        "reasoning.budget": ("generationConfig", "thinkingConfig", "thinkingBudget"),
        "reasoning.effort": ("generationConfig", "thinkingConfig", "thinkingLevel"),
        "reasoning.visible": ("generationConfig", "thinkingConfig", "includeThoughts"),
        "reasoning.mode": ("generationConfig", "thinkingConfig", "thinkingBudget"),
        "tool_choice": ("toolConfig", "functionCallingConfig"),
        "service_tier": ("serviceTier",),
    }
)
"""Where the settings of a request stand."""
RESPONSE_PLACES = MappingProxyType[str, At](
    {
        "id": ("responseId",),
        "model": ("modelVersion",),
        "created": ("createTime",),
        "service_tier": ("usageMetadata", "serviceTier"),
        "usage": ("usageMetadata",),
    }
)

DERIVED = "call_dgt"
"""What the ids begin with that stand for calls without one: in whatever format they return, they are left out again."""

MAX_STOPS = 5
MAX_CANDIDATES = 8
MAX_TOP_LOGPROBS = 20
MAX_TEMPERATURE = 2
MAX_SEED = 2**31 - 1

SENTINEL = "skip_thought_signature_validator"
"""What Gemini 3 takes in the place of a lost signature (https://ai.google.dev/gemini-api/docs/thought-signatures)."""

ROLES: dict[str, Role] = {"user": "user", "model": "assistant", "assistant": "assistant"}
"""Any other role ("function", "tool", or none) is the user's."""

SERVICE_TIERS = {"standard": "default", "flex": "flex", "priority": "priority"}
SERVICE_TIERS_BACK = {"default": "standard", "standard": "standard", "standard_only": "standard"} | {
    "flex": "flex",
    "priority": "priority",
}

FINISH: dict[str, Finish] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "MALFORMED_FUNCTION_CALL": "error",
    "UNEXPECTED_TOOL_CALL": "error",
    "TOO_MANY_TOOL_CALLS": "error",
    "MISSING_THOUGHT_SIGNATURE": "error",
    "MALFORMED_RESPONSE": "error",
    "CONTINUATION": "length",
}
FINISH_BACK: dict[Finish, str] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
    "pause": "STOP",
    "error": "MALFORMED_RESPONSE",
    "other": "OTHER",
}


class Model(Struct, frozen=True):
    """What a model takes.

    levels: its thinking levels, () if it knows none. budget: the least and the most tokens of a thinking budget, None
    if it takes none. off: it can be told not to think. penalties: it takes presence and frequency penalties.
    result_media: a function's answer may hold media. signed: its function calls must come back with a signature.
    """

    levels: tuple[str, ...] = ("low", "medium", "high")
    budget: tuple[int, int] | None = None
    off: bool = False
    penalties: bool = True
    result_media: bool = True
    signed: bool = True

    @property
    def resolution(self) -> bool:
        """Whether each medium may have a resolution of its own: from Gemini 3 on, as media in answers."""
        return self.result_media


_MODERN = Model(levels=("minimal", "low", "medium", "high"))
_OLD = Model(levels=(), result_media=False, signed=False)

# https://ai.google.dev/gemini-api/docs/thinking
MODELS: tuple[tuple[re.Pattern[str], Model], ...] = (
    (re.compile(r"gemini-4.*hydrogen"), Model(levels=("minimal", "low", "medium", "high", "xhigh"))),
    (re.compile(r"gemini-3-pro"), Model(levels=("low", "high"))),
    (re.compile(r"gemini-3.*pro"), Model()),
    (re.compile(r"gemini-2\.5-pro"), Model((), (128, 32768), False, False, False, False)),
    (re.compile(r"gemini-2\.5-flash-lite"), Model((), (512, 24576), True, False, False, False)),
    (re.compile(r"gemini-2\.5|gemini-robotics"), Model((), (1, 24576), True, False, False, False)),
    (re.compile(r"gemini-(1|2\.0|2-|pro$|pro-vision)|gemma|learnlm|palm"), _OLD),
)


def model_for(name: str | None) -> Model:
    """What the model of that name takes."""
    return _MODERN if name is None else _model(name[:120])


@lru_cache(256)
def _model(name: str) -> Model:
    for pattern, model in MODELS:
        if pattern.search(name.lower()):
            return model
    return _MODERN
