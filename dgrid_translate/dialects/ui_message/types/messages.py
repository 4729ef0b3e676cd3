"""UI messages and their parts."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Inline, Wire, settled


@final
class Tagged(Wire, forbid_unknown_fields=False):
    """What a part is."""

    type: str


@final
class TextPart(Wire, tag_field="type", tag="text"):
    """TextUIPart."""

    text: str
    state: Raw | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ReasoningPart(Wire, tag_field="type", tag="reasoning"):
    """ReasoningUIPart."""

    text: str
    id: Raw | UnsetType = UNSET
    state: Raw | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class FilePart(Wire, tag_field="type", tag="file"):
    """FileUIPart."""

    mediaType: str | UnsetType = UNSET
    url: Inline | UnsetType = UNSET
    filename: str | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.url = settled(self.url)


@final
class ToolPart(Wire):
    """ToolUIPart and DynamicToolUIPart, in any state."""

    type: str
    toolCallId: str
    state: str
    toolName: str | UnsetType = UNSET
    input: Raw | UnsetType = UNSET
    rawInput: Raw | UnsetType = UNSET
    output: Raw | UnsetType = UNSET
    errorText: str | UnsetType = UNSET
    providerExecuted: bool | UnsetType = UNSET
    approval: Raw | UnsetType = UNSET
    callProviderMetadata: Raw | UnsetType = UNSET
    resultProviderMetadata: Raw | UnsetType = UNSET


Part = TextPart | ReasoningPart | FilePart | ToolPart


@final
class Approval(Wire, forbid_unknown_fields=False):
    """What is looked at in `approval`."""

    approved: bool | UnsetType = UNSET
    reason: str | UnsetType = UNSET


@final
class Source(Wire):
    """SourceUrlUIPart and SourceDocumentUIPart."""

    type: str
    sourceId: Raw | UnsetType = UNSET
    url: str | UnsetType = UNSET
    mediaType: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    filename: str | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class Message(Wire):
    """UIMessage; `content` is the older form, which DGrid documents."""

    role: str
    id: Raw | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    parts: list[Raw] | UnsetType = UNSET
    content: Raw | UnsetType = UNSET


class _MessageMembers(Wire):
    """UIMessage, told apart by its role as it is read."""

    id: Raw | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    content: Raw | UnsetType = UNSET


@final
class SystemMessage(_MessageMembers, tag_field="role", tag="system"):
    """A message of the application's, of plain parts."""

    parts: list[TextPart | FilePart] | UnsetType = UNSET


@final
class UserMessage(_MessageMembers, tag_field="role", tag="user"):
    """A message of the user's, of plain parts."""

    parts: list[TextPart | FilePart] | UnsetType = UNSET


@final
class AssistantMessage(_MessageMembers, tag_field="role", tag="assistant"):
    """A message of the assistant's: its parts have types without end."""

    parts: list[Raw] | UnsetType = UNSET


RoleMessage = SystemMessage | UserMessage | AssistantMessage


Made = TextPart | ReasoningPart | FilePart | ToolPart | Raw
"""A part on its way out."""


@final
class MadeMessage(Wire):
    """UIMessage on its way out."""

    id: Raw | str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    parts: list[Made] | UnsetType = UNSET
    content: Raw | UnsetType = UNSET


@final
class Shown(Wire):
    """One of the `content` of an MCP tool's result."""

    type: str
    text: str | UnsetType = UNSET
    data: str | UnsetType = UNSET
    mimeType: str | UnsetType = UNSET


@final
class ToolContent(Wire):
    """An MCP tool's result, https://modelcontextprotocol.io/specification/2025-06-18/server/tools."""

    content: list[Shown]
