"""What legacy Completions is, as data; sources are named in the package's docstring."""

from __future__ import annotations

from types import MappingProxyType

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.openai.framing import FRAMING

NAME = "openai-completions"
OBJECT = "text_completion"

PROFILE = Profile(
    name=NAME,
    aliases=("completions",),
    framing=FRAMING,
    names=NameRule(r"(?s:.*)", r"(?!)", 2**31),  # it has no tools: none needs another name
    custom_tools=True,
    paths=("/v1/completions",),
    auth_headers=("authorization",),
    marks=(
        Mark("request", ("prompt",)),
        Mark("response", ("choices",), "object", (OBJECT, "text.completion")),
        Mark("event", ("choices",), "object", (OBJECT, "text.completion")),
        Mark("error", ("error",)),
    ),
    members=frozenset(
        [
            "best_of",
            "echo",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "max_tokens",
            "model",
            "n",
            "presence_penalty",
            "prompt",
            "seed",
            "stop",
            "stream",
            "stream_options",
            "suffix",
            "temperature",
            "top_p",
            "user",
        ]
    ),
    provider_tools=r"(?!)",
)

MAX_LOGPROBS = 5
MAX_TOKENS = 1024
"""What is asked for where another dialect's request sets no limit: left alone, Completions stops after 16 tokens."""

PLACES = MappingProxyType[str, At](
    {"top_logprobs": ("logprobs",), "include_usage": ("stream_options", "include_usage")}
)

FINISH: dict[str, Finish] = {"stop": "stop", "length": "length", "content_filter": "content_filter"}
FINISH_BACK: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "stop",
    "content_filter": "content_filter",
    "pause": "stop",
    "error": "stop",
    "other": "stop",
}

SPEAKERS = {"user": "user:\n", "assistant": "assistant:\n", "system": "system:\n", "developer": "system:\n"}
NEXT_USER = "\nuser:"
"""Where a model that went on with the user's lines has to stop."""
