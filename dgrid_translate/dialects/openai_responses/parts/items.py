"""Items of `input` and `output` -> Parts.

What stands above a part, in the message it is a part of, is kept on the part itself, under keys that begin with "..":
one for a `content` that is a string, two for a list. A part that goes on with the message of the one before has "~on".
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts.calls import COMPLETED, decode_call
from dgrid_translate.dialects.openai_responses.parts.content import decode_content
from dgrid_translate.dialects.openai_responses.parts.reasoning import decode_reasoning
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Media, Opaque, ServerToolCall, ServerToolResult, Text
from dgrid_translate.losses import At
from dgrid_translate.shared.media import data_of
from dgrid_translate.shared.names import Joined
from dgrid_translate.shared.wire import NULL, Extra, Leftovers, Unknown, dump, extra_of, load, note, whole
from dgrid_translate.shared.wire_slow import REFUSALS

ON = ("~on",)


class Keys:
    """Under what is kept of a message what only Responses repeats; `up` leads to the message from where that is."""

    def __init__(self, *up: str) -> None:
        self.up = up
        self.id = (*up, "~id")
        self.status = (*up, "~status")
        self.odd_status = (*up, "status")
        self.phase = (*up, "phase")
        self.easy = (*up, "~easy")
        self.members = (("id", self.id), ("status", self.status))


ON_MESSAGE = Keys()
ON_TEXT = Keys("..")
ON_PART = Keys("..", "..")

_EASY = b'{"role":'
_TYPED = b'{"type":'
"""How clients begin an item; what else they may begin it with takes longer."""

_decode_easy = msgspec.json.Decoder(wire.EasyMessage).decode
_decode_typed = msgspec.json.Decoder(wire.Item).decode

_RESULTS = frozenset({"mcp_approval_response"})
_CALLS = frozenset({"mcp_list_tools", "mcp_approval_request", "program"})


def read_item(raw: Raw, at: At) -> wire.AnyItem:
    """An item of which it is not known what it is.

    Raises:
        DecodeError: it is no item.
    """
    body = bytes(raw)
    try:
        if body.startswith(_TYPED):
            return _decode_typed(body)
        if body.startswith(_EASY):
            return _decode_easy(body)
    except REFUSALS:
        pass
    head = load(wire.Head, raw, NAME, at)
    type_ = wire.ITEMS.get(head.type)
    if type_ is None and head.type is None and head.role is not None:
        type_ = wire.EasyMessage
    if type_ is None:
        return Unknown(kind=head.type or "item_reference", raw=raw, made=Leftovers())
    return load(type_, raw, NAME, at)


def remember_message(item: wire.AnyMessage, at: At, keys: Keys, own: Extra) -> None:
    """Put into `own` what of a message only Responses repeats."""
    if item.extra is not UNSET:
        own.update(extra_of(item, *keys.up))
    if item.id is not UNSET:
        own[keys.id] = Raw(dump(item.id))
    status = item.status
    if status is not UNSET:
        if status == "completed":
            own[keys.status] = COMPLETED
        else:
            own[keys.odd_status if at[0] == "input" else keys.status] = Raw(dump(status))
    if item.phase is not UNSET:
        own[keys.phase] = item.phase
    if type(item) is not wire.Message:
        own[keys.easy] = NULL


def whole_message(item: wire.AnyMessage) -> Raw:
    """A message as it came."""
    if type(item) is wire.MarkedMessage:
        item = wire.EasyMessage(role=item.role, content=item.content, id=item.id, status=item.status, phase=item.phase)
    return whole(item)


def decode_said(item: wire.AnyItem, at: At, joined: Joined) -> list[AnyPart]:
    """The parts of an item of the assistant's."""
    if type(item) is wire.Message or type(item) is wire.EasyMessage or type(item) is wire.MarkedMessage:
        return decode_message(item, at)
    if type(item) is wire.FunctionCall or type(item) is wire.CustomToolCall:
        return [decode_call(item, at, joined)]
    if type(item) is wire.ReasoningItem:
        return [decode_reasoning(item, at)]
    if type(item) is wire.ImageGenerationCall:
        return [_decode_image(item, at)]
    raw = item.raw if type(item) is Unknown else whole(item)
    kind = item.kind if type(item) is Unknown else str(item.__struct_config__.tag)
    return [decode_provider(kind, raw, at)]


def decode_provider(kind: str, raw: Raw, at: At) -> AnyPart:
    """An item of what OpenAI runs itself, or one that is not known: it stays as it came."""
    head = load(wire.Head, raw, NAME, at)
    if kind.endswith("_output") or kind in _RESULTS:
        return ServerToolResult(head.call_id or head.id, kind.removesuffix("_output"), raw, NAME, at=at)
    if kind.endswith("_call") or kind in _CALLS:
        return ServerToolCall(head.call_id or head.id, kind.removesuffix("_call"), raw, NAME, at=at)
    return Opaque(kind, raw, NAME, at=at)


def decode_message(item: wire.AnyMessage, at: At) -> list[AnyPart]:
    """The parts of a message of the assistant's."""
    content = item.content
    if isinstance(content, str):
        own: Extra = {}
        remember_message(item, at, ON_TEXT, own)
        return [Text(content, at=at + ("content",), ext={NAME: own} if own else None)]
    if not content:
        return [Opaque("message", whole_message(item), NAME, at=at)]
    parts = decode_content(content, at, "content", wire.OutputText)
    first = parts[0]
    if first.ext is None:
        first.ext = {NAME: {}}
    remember_message(item, at, ON_PART, first.ext[NAME])
    if not first.ext[NAME]:
        first.ext = None
    if len(parts) > 1:
        for part in parts[1:]:
            part.ext = note(part.ext, NAME, ON)
    return parts


def _decode_image(item: wire.ImageGenerationCall, at: At) -> AnyPart:
    if not item.result:
        return decode_provider("image_generation_call", whole(item), at)
    own = {} if item.extra is UNSET else extra_of(item)
    own["~image_generation_call",] = NULL
    if item.id is not UNSET:
        own["~id",] = Raw(dump(item.id))
    for key in ("status", "output_format"):
        if (value := getattr(item, key)) is not UNSET:
            own["~" + key,] = value if isinstance(value, Raw) else Raw(dump(value))
    for key in ("action", "background", "quality", "revised_prompt", "size"):
        if (value := getattr(item, key)) is not UNSET:
            own[key,] = value
    form = "png" if item.output_format is UNSET else item.output_format
    return Media("image", f"image/{form}", data_of(item.result), at=at, ext={NAME: own})
