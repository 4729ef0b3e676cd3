"""Events of a stream: those that mean something to others. What counts or pads them is passed over.

Progress of what OpenAI runs itself has no Struct: the finished item says it all.
"""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, Struct, UnsetType

from dgrid_translate.shared.wire import Unknown, Wire


class _Event(Wire, kw_only=True):
    output_index: int | UnsetType = UNSET
    item_id: str | UnsetType = UNSET
    sequence_number: Raw | UnsetType = UNSET
    obfuscation: Raw | UnsetType = UNSET


@final
class TextDelta(_Event, tag_field="type", tag="response.output_text.delta"):
    """More of a text."""

    delta: str
    content_index: int = 0
    logprobs: Raw | UnsetType = UNSET


@final
class RefusalDelta(_Event, tag_field="type", tag="response.refusal.delta"):
    """More of a refusal."""

    delta: str
    content_index: int = 0


@final
class SummaryDelta(_Event, tag_field="type", tag="response.reasoning_summary_text.delta"):
    """More of a reasoning's summary."""

    delta: str
    summary_index: int = 0


@final
class ReasoningDelta(_Event, tag_field="type", tag="response.reasoning_text.delta"):
    """More of a reasoning's own text."""

    delta: str
    content_index: int = 0


@final
class ArgumentsDelta(_Event, tag_field="type", tag="response.function_call_arguments.delta"):
    """More of a call's arguments."""

    delta: str


@final
class InputDelta(_Event, tag_field="type", tag="response.custom_tool_call_input.delta"):
    """More of a free-text call's input."""

    delta: str


@final
class AnnotationAdded(_Event, tag_field="type", tag="response.output_text.annotation.added"):
    """One more annotation on a text."""

    annotation: Raw
    content_index: int = 0
    annotation_index: Raw | UnsetType = UNSET


@final
class PartAdded(_Event, tag_field="type", tag="response.content_part.added"):
    """A content part begins."""

    part: Raw
    content_index: int = 0


@final
class PartDone(_Event, tag_field="type", tag="response.content_part.done"):
    """A content part is whole."""

    part: Raw
    content_index: int = 0


@final
class ItemAdded(_Event, tag_field="type", tag="response.output_item.added"):
    """An item begins."""

    item: Raw


@final
class ItemDone(_Event, tag_field="type", tag="response.output_item.done"):
    """An item is whole."""

    item: Raw


@final
class Created(_Event, tag_field="type", tag="response.created"):
    """The answer begins."""

    response: Raw


@final
class Queued(_Event, tag_field="type", tag="response.queued"):
    """The answer waits for its turn."""

    response: Raw


@final
class InProgress(_Event, tag_field="type", tag="response.in_progress"):
    """The answer is being made."""

    response: Raw


@final
class Completed(_Event, tag_field="type", tag="response.completed"):
    """The answer is whole."""

    response: Raw


@final
class Incomplete(_Event, tag_field="type", tag="response.incomplete"):
    """The answer ends before its end."""

    response: Raw


@final
class Failed(_Event, tag_field="type", tag="response.failed"):
    """The answer failed."""

    response: Raw


@final
class ErrorEvent(_Event, tag_field="type", tag="error", forbid_unknown_fields=False):
    """Something failed: said flat, or in `error`."""


Growth = (
    TextDelta
    | RefusalDelta
    | SummaryDelta
    | ReasoningDelta
    | ArgumentsDelta
    | InputDelta
    | AnnotationAdded
    | PartAdded
    | PartDone
)
"""More of an item."""

Event = (
    Growth
    | ItemAdded
    | ItemDone
    | Created
    | Queued
    | InProgress
    | Completed
    | Incomplete
    | Failed
    | ErrorEvent
    | Unknown
)


class FailedResponse(Struct):
    """What a failed answer says of why."""

    error: Raw | UnsetType = UNSET
