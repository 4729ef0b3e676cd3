"""The wire Structs of UI messages and their stream, named as the AI SDK names them.

`packages/ai/src/ui/ui-messages.ts` and `packages/ai/src/ui-message-stream/ui-message-chunks.ts` of ai 5, 6 and 7. A
part is read by its own Struct once its `type` is known, since the types of tool and data parts are open sets
(`tool-<name>`, `data-<name>`). Members that no other vendor has a word for are left out on purpose: the reader keeps
what a Struct does not name. Members named `Raw` are kept as they came.
"""

from __future__ import annotations

from dgrid_translate.dialects.ui_message.types.chunks import (
    Abort,
    Chunk,
    Data,
    ErrorChunk,
    Finish,
    FinishStep,
    MessageMetadata,
    ReasoningDelta,
    ReasoningEnd,
    ReasoningStart,
    Start,
    StartStep,
    TextDelta,
    TextEnd,
    TextStart,
    ToolApprovalRequest,
    ToolInputAvailable,
    ToolInputDelta,
    ToolInputError,
    ToolInputStart,
    ToolOutputAvailable,
    ToolOutputDenied,
    ToolOutputError,
)
from dgrid_translate.dialects.ui_message.types.messages import (
    Approval,
    FilePart,
    Made,
    MadeMessage,
    Message,
    ReasoningPart,
    Shown,
    Source,
    Tagged,
    TextPart,
    ToolContent,
    ToolPart,
)
from dgrid_translate.dialects.ui_message.types.metadata import (
    InputTokenDetails,
    OutputTokenDetails,
    Usage,
)
from dgrid_translate.dialects.ui_message.types.requests import (
    Body,
    ResponseFormat,
    Schema,
    Tool,
    ToolChoice,
)

__all__ = [
    "Abort",
    "Approval",
    "Body",
    "Chunk",
    "Data",
    "ErrorChunk",
    "FilePart",
    "Finish",
    "FinishStep",
    "InputTokenDetails",
    "Made",
    "MadeMessage",
    "Message",
    "MessageMetadata",
    "OutputTokenDetails",
    "ReasoningDelta",
    "ReasoningEnd",
    "ReasoningPart",
    "ReasoningStart",
    "ResponseFormat",
    "Schema",
    "Shown",
    "Source",
    "Start",
    "StartStep",
    "Tagged",
    "TextDelta",
    "TextEnd",
    "TextPart",
    "TextStart",
    "Tool",
    "ToolApprovalRequest",
    "ToolChoice",
    "ToolContent",
    "ToolInputAvailable",
    "ToolInputDelta",
    "ToolInputError",
    "ToolInputStart",
    "ToolOutputAvailable",
    "ToolOutputDenied",
    "ToolOutputError",
    "ToolPart",
    "Usage",
]
