"""The wire Structs of the Messages API, named as Anthropic's API reference names them.

https://docs.anthropic.com/en/api/messages (anthropic-python 2.11 `types`). Requests and answers use the same blocks,
so there is one Struct a block. Blocks of tools that Anthropic runs itself, and members that no other vendor has a word
for, are left out on purpose: the reader keeps what a Struct does not name. Members named `Raw` are kept as they came.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Number, Unknown, UnknownRole, Wire

# ------------------------------------------------------------------------------------------------- content blocks


class TextBlock(Wire, tag_field="type", tag="text"):
    """`text`."""

    text: str
    citations: list[Raw] | UnsetType | None = UNSET
    cache_control: Raw | UnsetType = UNSET


class ThinkingBlock(Wire, tag_field="type", tag="thinking"):
    """`thinking`; some servers leave out the signature where there is none yet."""

    thinking: str
    signature: str | UnsetType = UNSET


class RedactedThinkingBlock(Wire, tag_field="type", tag="redacted_thinking"):
    """Withheld thinking."""

    data: str


class ToolUseBlock(Wire, tag_field="type", tag="tool_use"):
    """`tool_use`."""

    id: str
    name: str
    input: Raw | UnsetType = UNSET
    caller: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class ToolResultBlock(Wire, tag_field="type", tag="tool_result"):
    """`tool_result`."""

    tool_use_id: str
    content: str | list[Block] | UnsetType = UNSET
    is_error: bool | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class Base64Source(Wire, tag_field="type", tag="base64"):
    """`source` of type base64."""

    data: str
    media_type: str | UnsetType = UNSET


class URLSource(Wire, tag_field="type", tag="url"):
    """`source` of type url."""

    url: str


class FileSource(Wire, tag_field="type", tag="file"):
    """`source` of type file."""

    file_id: str


class TextSource(Wire, tag_field="type", tag="text"):
    """`source` of type text, of documents."""

    data: str
    media_type: str | UnsetType = UNSET


class ContentSource(Wire, tag_field="type", tag="content"):
    """`source` of type content, of documents."""

    content: str | list[Block]


Source = Base64Source | URLSource | FileSource | TextSource | ContentSource | Unknown


class ImageBlock(Wire, tag_field="type", tag="image"):
    """`image`."""

    source: Source
    cache_control: Raw | UnsetType = UNSET


class DocumentBlock(Wire, tag_field="type", tag="document"):
    """`document`."""

    source: Source
    title: str | UnsetType | None = UNSET
    cache_control: Raw | UnsetType = UNSET


Block = (
    TextBlock
    | ToolUseBlock
    | ToolResultBlock
    | ThinkingBlock
    | ImageBlock
    | DocumentBlock
    | RedactedThinkingBlock
    | Unknown
)
Content = str | list[Block]


class SearchResultBlock(Wire, forbid_unknown_fields=False):
    """`search_result`, read from the block that is kept."""

    title: str
    content: list[Block]
    source: str


class ServerBlock(Wire, forbid_unknown_fields=False):
    """What is looked at in the blocks of tools that Anthropic runs itself."""

    id: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    tool_use_id: str | UnsetType | None = UNSET


class Citation(Wire, forbid_unknown_fields=False):
    """What is looked at in one of a text's `citations`, and what is written of one."""

    type: str
    cited_text: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    document_title: str | UnsetType | None = UNSET
    encrypted_index: str | UnsetType = UNSET


# -------------------------------------------------------------------------------------------------------- requests


class UserMessage(Wire, tag_field="role", tag="user"):
    """`user`."""

    content: Content


class AssistantMessage(Wire, tag_field="role", tag="assistant"):
    """`assistant`."""

    content: Content


class SystemMessage(Wire, tag_field="role", tag="system"):
    """`system` between turns."""

    content: Content


MessageParam = UserMessage | AssistantMessage | SystemMessage | UnknownRole


class Tool(Wire):
    """One of `tools`: the client's own (`type` custom or left out), or one that only Anthropic knows."""

    type: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    input_schema: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET
    defer_loading: Raw | UnsetType = UNSET
    eager_input_streaming: Raw | UnsetType = UNSET


class ToolChoice(Wire):
    """`tool_choice`."""

    type: str
    name: str | UnsetType = UNSET
    disable_parallel_tool_use: bool | UnsetType = UNSET


class Thinking(Wire):
    """`thinking`."""

    type: str
    budget_tokens: int | UnsetType = UNSET
    display: str | UnsetType = UNSET


class Format(Wire):
    """`output_config.format`."""

    type: str
    schema: Raw | UnsetType = UNSET


class OutputConfig(Wire):
    """`output_config`."""

    effort: str | UnsetType = UNSET
    format: Format | UnsetType = UNSET


class Metadata(Wire):
    """`metadata`."""

    user_id: str | UnsetType = UNSET


class Params(Wire):
    """The body of `POST /v1/messages`."""

    messages: list[MessageParam]
    model: str | UnsetType = UNSET
    max_tokens: int | UnsetType = UNSET
    system: Content | UnsetType = UNSET
    tools: list[Tool] | UnsetType = UNSET
    tool_choice: Raw | UnsetType = UNSET
    thinking: Raw | UnsetType = UNSET
    output_config: Raw | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    top_p: Number | UnsetType = UNSET
    top_k: Number | UnsetType = UNSET
    stop_sequences: list[str] | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    service_tier: str | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET
    container: Raw | UnsetType = UNSET
    context_management: Raw | UnsetType = UNSET
    mcp_servers: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------- responses


class Message(Wire):
    """An answer."""

    content: list[Block]
    id: str | UnsetType = UNSET
    type: Literal["message"] | UnsetType = UNSET
    role: Literal["assistant"] | UnsetType = UNSET
    model: str | UnsetType = UNSET
    stop_reason: str | UnsetType | None = UNSET
    stop_sequence: str | UnsetType | None = UNSET
    usage: Raw | UnsetType = UNSET
    stop_details: Raw | UnsetType = UNSET
    container: Raw | UnsetType = UNSET
    context_management: Raw | UnsetType = UNSET


class CacheCreation(Wire):
    """`usage.cache_creation`."""

    ephemeral_5m_input_tokens: int | UnsetType = UNSET
    ephemeral_1h_input_tokens: int | UnsetType = UNSET


class ServerToolUsage(Wire):
    """`usage.server_tool_use`."""

    web_search_requests: int | UnsetType = UNSET
    web_fetch_requests: int | UnsetType = UNSET


class OutputTokensDetails(Wire):
    """`usage.output_tokens_details`."""

    thinking_tokens: int | UnsetType | None = UNSET


class Usage(Wire):
    """`usage`; the input count leaves out what was read from and written to the cache."""

    input_tokens: int | UnsetType | None = UNSET
    cache_creation_input_tokens: int | UnsetType | None = UNSET
    cache_read_input_tokens: int | UnsetType | None = UNSET
    output_tokens: int | UnsetType | None = UNSET
    output_tokens_details: OutputTokensDetails | UnsetType = UNSET
    cache_creation: CacheCreation | UnsetType = UNSET
    server_tool_use: ServerToolUsage | UnsetType = UNSET
    service_tier: str | UnsetType | None = UNSET
    inference_geo: str | UnsetType | None = UNSET


# --------------------------------------------------------------------------------------------------------- streams


class TextDelta(Wire, tag_field="type", tag="text_delta"):
    """`text_delta`."""

    text: str


class InputJSONDelta(Wire, tag_field="type", tag="input_json_delta"):
    """`input_json_delta`."""

    partial_json: str


class ThinkingDelta(Wire, tag_field="type", tag="thinking_delta"):
    """`thinking_delta`."""

    thinking: str


class SignatureDelta(Wire, tag_field="type", tag="signature_delta"):
    """`signature_delta`."""

    signature: str


class CitationsDelta(Wire, tag_field="type", tag="citations_delta"):
    """`citations_delta`."""

    citation: Raw


Delta = TextDelta | InputJSONDelta | ThinkingDelta | SignatureDelta | CitationsDelta | Unknown


class ContentBlockDeltaEvent(Wire, tag_field="type", tag="content_block_delta"):
    """`content_block_delta`."""

    index: int
    delta: Delta


class ContentBlockStartEvent(Wire, tag_field="type", tag="content_block_start"):
    """`content_block_start`."""

    index: int
    content_block: Block


class ContentBlockStopEvent(Wire, tag_field="type", tag="content_block_stop"):
    """`content_block_stop`."""

    index: int


class MessageStartEvent(Wire, tag_field="type", tag="message_start"):
    """`message_start`."""

    message: Message


class MessageDelta(Wire):
    """`delta` of `message_delta`."""

    stop_reason: str | UnsetType | None = UNSET
    stop_sequence: str | UnsetType | None = UNSET


class MessageDeltaEvent(Wire, tag_field="type", tag="message_delta"):
    """`message_delta`; its usage is cumulative."""

    delta: MessageDelta
    usage: Raw | UnsetType = UNSET


class MessageStopEvent(Wire, tag_field="type", tag="message_stop"):
    """`message_stop`."""


class PingEvent(Wire, tag_field="type", tag="ping"):
    """`ping`."""


class ErrorEvent(Wire, tag_field="type", tag="error"):
    """`error`."""

    error: Raw


StreamEvent = (
    ContentBlockDeltaEvent
    | ContentBlockStartEvent
    | ContentBlockStopEvent
    | MessageStartEvent
    | MessageDeltaEvent
    | MessageStopEvent
    | PingEvent
    | ErrorEvent
    | Unknown
)
