"""UIMessageStream chunks."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Unknown, Wire


@final
class TextDelta(Wire, tag_field="type", tag="text-delta"):
    """`text-delta`."""

    id: str
    delta: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class ReasoningDelta(Wire, tag_field="type", tag="reasoning-delta"):
    """`reasoning-delta`."""

    id: str
    delta: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolInputDelta(Wire, tag_field="type", tag="tool-input-delta"):
    """`tool-input-delta`."""

    toolCallId: str
    inputTextDelta: str


@final
class TextStart(Wire, tag_field="type", tag="text-start"):
    """`text-start`."""

    id: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class TextEnd(Wire, tag_field="type", tag="text-end"):
    """`text-end`."""

    id: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class ReasoningStart(Wire, tag_field="type", tag="reasoning-start"):
    """`reasoning-start`."""

    id: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class ReasoningEnd(Wire, tag_field="type", tag="reasoning-end"):
    """`reasoning-end`."""

    id: str
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolInputStart(Wire, tag_field="type", tag="tool-input-start"):
    """`tool-input-start`."""

    toolCallId: str
    toolName: str
    providerExecuted: bool | UnsetType = UNSET
    dynamic: bool | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolInputAvailable(Wire, tag_field="type", tag="tool-input-available"):
    """`tool-input-available`."""

    toolCallId: str
    toolName: str
    input: Raw | UnsetType = UNSET
    providerExecuted: bool | UnsetType = UNSET
    dynamic: bool | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolInputError(Wire, tag_field="type", tag="tool-input-error"):
    """`tool-input-error`."""

    toolCallId: str
    toolName: str
    errorText: str
    input: Raw | UnsetType = UNSET
    providerExecuted: bool | UnsetType = UNSET
    dynamic: bool | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolOutputAvailable(Wire, tag_field="type", tag="tool-output-available"):
    """`tool-output-available`."""

    toolCallId: str
    output: Raw | UnsetType = UNSET
    providerExecuted: bool | UnsetType = UNSET
    dynamic: bool | UnsetType = UNSET
    preliminary: bool | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolOutputError(Wire, tag_field="type", tag="tool-output-error"):
    """`tool-output-error`."""

    toolCallId: str
    errorText: str
    providerExecuted: bool | UnsetType = UNSET
    dynamic: bool | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


@final
class ToolOutputDenied(Wire, tag_field="type", tag="tool-output-denied"):
    """`tool-output-denied`."""

    toolCallId: str


@final
class ToolApprovalRequest(Wire, tag_field="type", tag="tool-approval-request"):
    """`tool-approval-request`."""

    approvalId: str
    toolCallId: str


@final
class ToolApprovalResponse(Wire, tag_field="type", tag="tool-approval-response"):
    """`tool-approval-response`."""

    approvalId: str
    approved: bool
    reason: str | UnsetType = UNSET


@final
class Start(Wire, tag_field="type", tag="start"):
    """`start`."""

    messageId: str | UnsetType = UNSET
    messageMetadata: Raw | UnsetType = UNSET


@final
class StartStep(Wire, tag_field="type", tag="start-step"):
    """`start-step`."""


@final
class FinishStep(Wire, tag_field="type", tag="finish-step"):
    """`finish-step`."""


@final
class Finish(Wire, tag_field="type", tag="finish"):
    """`finish`."""

    finishReason: str | UnsetType = UNSET
    messageMetadata: Raw | UnsetType = UNSET


@final
class MessageMetadata(Wire, tag_field="type", tag="message-metadata"):
    """`message-metadata`."""

    messageMetadata: Raw | UnsetType = UNSET


@final
class ErrorChunk(Wire, tag_field="type", tag="error"):
    """`error`."""

    errorText: str


@final
class Abort(Wire, tag_field="type", tag="abort"):
    """`abort`."""

    reason: str | UnsetType = UNSET


@final
class Data(Wire, forbid_unknown_fields=False):
    """What is looked at in a `data-*` chunk."""

    id: str | UnsetType = UNSET
    transient: bool | UnsetType = UNSET


Told = (
    TextDelta
    | ReasoningDelta
    | TextStart
    | TextEnd
    | ReasoningStart
    | ReasoningEnd
    | ToolInputStart
    | ToolInputAvailable
    | ToolInputError
    | ToolOutputAvailable
    | ToolOutputError
    | ToolOutputDenied
    | ToolApprovalRequest
    | ToolApprovalResponse
    | Start
    | StartStep
    | FinishStep
    | Finish
    | MessageMetadata
    | Unknown
)
"""Chunks that begin, end or change a part or the message."""

Chunk = Told | ToolInputDelta | ErrorChunk | Abort
