"""The body that `useChat` posts."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message.types.messages import Message, RoleMessage
from dgrid_translate.shared.wire import Number, Wire


@final
class Tool(Wire):
    """One of `tools`, a record by name."""

    description: str | UnsetType = UNSET
    inputSchema: Raw | UnsetType = UNSET
    parameters: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET
    type: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    providerOptions: Raw | UnsetType = UNSET


@final
class Schema(Wire):
    """The AI SDK's own wrapping of a JSON Schema."""

    jsonSchema: Raw


@final
class ToolChoice(Wire):
    """`toolChoice` as an object."""

    type: str
    toolName: str | UnsetType = UNSET


@final
class ResponseFormat(Wire):
    """`responseFormat`."""

    type: str
    schema: Raw | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class Settings(Wire, kw_only=True):
    """What `useChat` posts, with the settings an application adds, but for the messages."""

    model: str | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    system: str | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    topP: Number | UnsetType = UNSET
    topK: Number | UnsetType = UNSET
    maxOutputTokens: int | UnsetType = UNSET
    presencePenalty: Number | UnsetType = UNSET
    frequencyPenalty: Number | UnsetType = UNSET
    stopSequences: list[str] | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    reasoning: str | UnsetType = UNSET
    responseFormat: Raw | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    toolChoice: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET
    trigger: Raw | UnsetType = UNSET
    messageId: Raw | UnsetType = UNSET
    sdkVersion: Raw | UnsetType = UNSET


@final
class Body(Settings):
    """The whole body, whatever its messages are."""

    messages: list[Message]


@final
class RoleBody(Settings):
    """The whole body, if its messages are the usual ones."""

    messages: list[RoleMessage]


AnyBody = Body | RoleBody
