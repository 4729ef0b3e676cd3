"""What UI messages and their stream are, as data; sources are named in the package's docstring."""

from __future__ import annotations

from types import MappingProxyType

from msgspec import Struct

from dgrid_translate.dialect import Mark, Profile
from dgrid_translate.ir.response import Finish
from dgrid_translate.losses import At
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.sse import Framing

NAME = "ui-message"

_SETTINGS = (
    "frequencyPenalty",
    "maxOutputTokens",
    "presencePenalty",
    "responseFormat",
    "sdkVersion",
    "stopSequences",
    "toolChoice",
    "topK",
    "topP",
)
_CHUNKS = (
    "abort",
    "file",
    "finish",
    "finish-step",
    "message-metadata",
    "reasoning-delta",
    "reasoning-end",
    "reasoning-file",
    "reasoning-start",
    "reset-step",
    "source-document",
    "source-url",
    "start",
    "start-step",
    "steering-message",
    "text-delta",
    "text-end",
    "text-start",
    "tool-approval-request",
    "tool-approval-response",
    "tool-input-available",
    "tool-input-delta",
    "tool-input-error",
    "tool-input-start",
    "tool-output-available",
    "tool-output-denied",
    "tool-output-error",
)

PROFILE = Profile(
    name=NAME,
    aliases=("ai-sdk",),
    framing=Framing(
        event_line=False,
        terminator=b"data: [DONE]\n\n",
        keepalive=b": keep-alive\n\n",
        ends=(b'"type":"finish"', b'"type": "finish"', b'"type":"error"', b'"type": "error"')
        + (b'"type":"abort"', b'"type": "abort"'),
    ),
    names=NameRule(r"(?s:.*)", r"(?!)", 1 << 20),
    custom_tools=False,
    paths=("/api/chat",),
    auth_headers=("authorization",),
    marks=(
        Mark("request", ("messages", "trigger")),
        Mark("request", ("messages",), item="parts"),
        *[Mark("request", ("messages", setting)) for setting in _SETTINGS],
        Mark("response", ("parts",), "role", ("assistant",)),
        Mark("event", ("type",), "type", _CHUNKS),
        Mark("event", ("errorText",), "type", ("error",)),
    ),
    members=frozenset(
        [
            *_SETTINGS,
            "id",
            "messageId",
            "messages",
            "model",
            "reasoning",
            "seed",
            "stream",
            "system",
            "temperature",
            "tools",
            "trigger",
        ]
    ),
    stream_headers=(("x-vercel-ai-ui-message-stream", "v1"),),
    provider_tools=r"[a-z0-9_-]+\.[A-Za-z0-9_.-]+",
)

PLACES = MappingProxyType[str, At](
    {
        "max_tokens": ("maxOutputTokens",),
        "top_p": ("topP",),
        "top_k": ("topK",),
        "presence_penalty": ("presencePenalty",),
        "frequency_penalty": ("frequencyPenalty",),
        "stop": ("stopSequences",),
        "output": ("responseFormat",),
        "tool_choice": ("toolChoice",),
        "reasoning.effort": ("reasoning",),
        "reasoning.mode": ("reasoning",),
    }
)
RESPONSE_PLACES = MappingProxyType[str, At]({"model": ("metadata", "model"), "created": ("metadata", "createdAt")})
METADATA: At = ("metadata",)

FINISH: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool-calls": "tool_calls",
    "content-filter": "content_filter",
    "error": "error",
    "other": "other",
}
FINISH_BACK: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool-calls",
    "content_filter": "content-filter",
    "pause": "other",
    "error": "error",
    "other": "other",
}

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
UNCHANGED = "provider-default"
"""The value of `reasoning` that asks for nothing."""

SAFE_VERSION = 5
"""The version of the AI SDK that a client is taken to have if it does not say."""

OPENING = "(start of conversation)"
"""What a user is made to say where nothing is left of a conversation."""
DENIED = "Tool call execution denied."
"""What the AI SDK tells the model of a call that the user denied without a reason."""


class Vendor(Struct, frozen=True):
    """Where the AI SDK's provider of a vendor puts reasoning state: its key in `providerMetadata`, and the member."""

    key: str
    signed: str


VENDORS = {
    "anthropic": Vendor("anthropic", "signature"),
    "bedrock": Vendor("bedrock", "signature"),
    "google": Vendor("google", "thoughtSignature"),
    "openai": Vendor("openai", "reasoningEncryptedContent"),
    "azure": Vendor("azure", "reasoningEncryptedContent"),
    "xai": Vendor("xai", "reasoningEncryptedContent"),
}
"""By origin of a signature."""
ORIGINS = {"vertex": "google", "googleVertex": "google"}
"""Providers that hand on another vendor's models."""
SEALED = "reasoningEncryptedContent"
OURS = "dgrid"
"""The key of what no provider of the AI SDK has a word for."""

GUESSED = {"image": "image/*", "audio": "audio/*", "video": "video/*", "document": "application/octet-stream"}
"""The media type of a file that has none."""
