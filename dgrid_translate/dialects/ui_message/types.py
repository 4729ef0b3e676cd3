"""The wire Structs of UI messages and their stream, named as the AI SDK names them.

`packages/ai/src/ui/ui-messages.ts` and `packages/ai/src/ui-message-stream/ui-message-chunks.ts` of ai 5, 6 and 7. A
part is read by its own Struct once its `type` is known, since the types of tool and data parts are open sets
(`tool-<name>`, `data-<name>`). Members that no other vendor has a word for are left out on purpose: the reader keeps
what a Struct does not name. Members named `Raw` are kept as they came.
"""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Number, Unknown, Wire

# ------------------------------------------------------------------------------------------------------ messages


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
    url: str | UnsetType = UNSET
    filename: str | UnsetType = UNSET
    providerMetadata: Raw | UnsetType = UNSET


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


Made = TextPart | ReasoningPart | FilePart | ToolPart | Raw
"""A part on its way out."""


@final
class MadeMessage(Wire):
    """UIMessage on its way out."""

    id: Raw | UnsetType = UNSET
    role: str | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    parts: list[Made] | UnsetType = UNSET
    content: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ requests


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


@final
class Body(Wire):
    """What `useChat` posts, with the settings an application adds."""

    messages: list[Message]
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


# ----------------------------------------------------------------------------------------------------- responses


@final
class InputTokenDetails(Wire):
    """`inputTokenDetails`."""

    noCacheTokens: int | UnsetType | None = UNSET
    cacheReadTokens: int | UnsetType | None = UNSET
    cacheWriteTokens: int | UnsetType | None = UNSET


@final
class OutputTokenDetails(Wire):
    """`outputTokenDetails`."""

    textTokens: int | UnsetType | None = UNSET
    reasoningTokens: int | UnsetType | None = UNSET


@final
class Usage(Wire):
    """LanguageModelUsage."""

    inputTokens: int | UnsetType | None = UNSET
    outputTokens: int | UnsetType | None = UNSET
    totalTokens: int | UnsetType | None = UNSET
    reasoningTokens: int | UnsetType | None = UNSET
    cachedInputTokens: int | UnsetType | None = UNSET
    inputTokenDetails: InputTokenDetails | UnsetType = UNSET
    outputTokenDetails: OutputTokenDetails | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------- streams


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


Chunk = (
    TextDelta
    | ReasoningDelta
    | ToolInputDelta
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
    | Start
    | StartStep
    | FinishStep
    | Finish
    | MessageMetadata
    | ErrorChunk
    | Abort
    | Unknown
)
