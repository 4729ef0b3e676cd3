"""Items of `input` and `output`.

What OpenAI runs itself (searches, interpreters, shells, MCP) is left out on purpose: such an item goes as it came.
"""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, Struct, UnsetType

from dgrid_translate.dialects.openai_responses.types.content import Content
from dgrid_translate.shared.wire import NULL, NullableInline, Unknown, Wire, settled


class MessageMembers(Wire, kw_only=True):
    """What a message holds in each of its three shapes: easy, input and output."""

    role: str
    content: str | list[Content]
    id: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    phase: Raw | UnsetType = UNSET


@final
class Message(MessageMembers, tag_field="type", tag="message", kw_only=True):
    """`message`."""


@final
class EasyMessage(MessageMembers, kw_only=True):
    """A message without its `type`."""


EASY = "\x7f"
"""The type that messages without one are given while a body is read; whether a body has it is seen soonest of a letter
that stands alone and is written as it is."""


@final
class MarkedMessage(MessageMembers, tag_field="type", tag=EASY, kw_only=True):
    """A message that was given a type for being read.

    mark: tells it from a body's own item whose `type` is the same, spelled with an escape: this one is kept as spelled.
    """

    mark: Raw


@final
class ReasoningItem(Wire, tag_field="type", tag="reasoning"):
    """`reasoning`; its pieces are Raw, since how the text is cut matters to OpenAI alone."""

    id: str | UnsetType = UNSET
    summary: Raw | UnsetType = UNSET
    content: Raw | UnsetType = UNSET
    encrypted_content: str | UnsetType | None = UNSET
    status: Raw | UnsetType = UNSET


@final
class FunctionCall(Wire, tag_field="type", tag="function_call"):
    """`function_call`."""

    call_id: str
    name: str
    arguments: str
    id: str | UnsetType = UNSET
    status: Raw | UnsetType = UNSET
    namespace: str | UnsetType = UNSET
    caller: Raw | UnsetType = UNSET


@final
class CustomToolCall(Wire, tag_field="type", tag="custom_tool_call"):
    """`custom_tool_call`."""

    call_id: str
    name: str
    input: str
    id: str | UnsetType = UNSET
    status: Raw | UnsetType = UNSET
    namespace: str | UnsetType = UNSET
    caller: Raw | UnsetType = UNSET


@final
class FunctionCallOutput(Wire, tag_field="type", tag="function_call_output"):
    """`function_call_output`."""

    output: str | list[Content]
    call_id: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    status: Raw | UnsetType = UNSET


@final
class CustomToolCallOutput(Wire, tag_field="type", tag="custom_tool_call_output"):
    """`custom_tool_call_output`."""

    output: str | list[Content]
    call_id: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    status: Raw | UnsetType = UNSET


@final
class ImageGenerationCall(Wire, tag_field="type", tag="image_generation_call"):
    """`image_generation_call`; without `result` it only refers to an image that OpenAI keeps."""

    id: str | UnsetType = UNSET
    status: Raw | UnsetType = UNSET
    result: NullableInline | UnsetType = UNSET
    output_format: str | UnsetType = UNSET
    action: Raw | UnsetType = UNSET
    background: Raw | UnsetType = UNSET
    quality: Raw | UnsetType = UNSET
    revised_prompt: Raw | UnsetType = UNSET
    size: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.result = None if self.result == NULL else settled(self.result)


Said = FunctionCall | CustomToolCall | ReasoningItem | ImageGenerationCall
Output = FunctionCallOutput | CustomToolCallOutput
Item = Message | Said | Output | Unknown
Items = list[Item]
EasyItems = list[EasyMessage]
MarkedItems = list[Item | MarkedMessage]
RawItems = list[Raw]
AnyMessage = Message | EasyMessage | MarkedMessage
AnyItem = Item | EasyMessage | MarkedMessage


class Head(Struct, gc=False):
    """What an item is, for those that have to be told apart one by one."""

    type: str | None = None
    role: str | None = None
    id: str | None = None
    call_id: str | None = None


ITEMS: dict[
    str | None,
    type[
        Message
        | ReasoningItem
        | FunctionCall
        | CustomToolCall
        | FunctionCallOutput
        | CustomToolCallOutput
        | ImageGenerationCall
        | EasyMessage
    ],
] = {
    "message": Message,
    "reasoning": ReasoningItem,
    "function_call": FunctionCall,
    "custom_tool_call": CustomToolCall,
    "function_call_output": FunctionCallOutput,
    "custom_tool_call_output": CustomToolCallOutput,
    "image_generation_call": ImageGenerationCall,
}
"""The items with a Struct of their own."""
