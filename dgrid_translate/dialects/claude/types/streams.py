"""Events of a stream."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.claude.types.content import Block
from dgrid_translate.dialects.claude.types.responses import Message
from dgrid_translate.shared.wire import Unknown, Wire


@final
class TextDelta(Wire, tag_field="type", tag="text_delta"):
    """`text_delta`."""

    text: str


@final
class InputJSONDelta(Wire, tag_field="type", tag="input_json_delta"):
    """`input_json_delta`."""

    partial_json: str


@final
class ThinkingDelta(Wire, tag_field="type", tag="thinking_delta"):
    """`thinking_delta`."""

    thinking: str


@final
class SignatureDelta(Wire, tag_field="type", tag="signature_delta"):
    """`signature_delta`."""

    signature: str


@final
class CitationsDelta(Wire, tag_field="type", tag="citations_delta"):
    """`citations_delta`."""

    citation: Raw


Delta = TextDelta | InputJSONDelta | ThinkingDelta | SignatureDelta | CitationsDelta | Unknown


@final
class ContentBlockDeltaEvent(Wire, tag_field="type", tag="content_block_delta"):
    """`content_block_delta`."""

    index: int
    delta: Delta


@final
class ContentBlockStartEvent(Wire, tag_field="type", tag="content_block_start"):
    """`content_block_start`."""

    index: int
    content_block: Block


@final
class ContentBlockStopEvent(Wire, tag_field="type", tag="content_block_stop"):
    """`content_block_stop`."""

    index: int


@final
class MessageStartEvent(Wire, tag_field="type", tag="message_start"):
    """`message_start`."""

    message: Message


@final
class MessageDelta(Wire):
    """`delta` of `message_delta`."""

    stop_reason: str | UnsetType | None = UNSET
    stop_sequence: str | UnsetType | None = UNSET
    stop_details: Raw | UnsetType = UNSET


@final
class MessageDeltaEvent(Wire, tag_field="type", tag="message_delta"):
    """`message_delta`; its usage is cumulative."""

    delta: MessageDelta
    usage: Raw | UnsetType = UNSET


@final
class MessageStopEvent(Wire, tag_field="type", tag="message_stop"):
    """`message_stop`."""


@final
class PingEvent(Wire, tag_field="type", tag="ping"):
    """`ping`."""


@final
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
