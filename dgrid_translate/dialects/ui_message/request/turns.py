"""UI messages -> Messages.

A UI message of the assistant may hold several steps, each with its calls and their results. As `convertToModelMessages`
does (`packages/ai/src/ui/convert-to-model-messages.ts`), a step becomes a turn of the assistant and, if its calls have
results, a turn that brings them.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import (
    STEP,
    STEP_START,
    add_part,
    begin_step,
    decode_file,
    decode_text,
    read_part,
    read_tagged,
    tag_of,
)
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Extensions, Opaque, ServerToolCall, ServerToolResult, Text, holds
from dgrid_translate.ir.request import Message, Role
from dgrid_translate.losses import At
from dgrid_translate.shared.wire import NULL, Extra, extra_of, load, note, own_of, whole

_CLAUDE = "claude"
_MORE = ("~more",)
_Step = tuple[list[AnyPart], list[AnyPart]]
"""What the assistant said, and the results of its calls: a step's two turns."""
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_decode_content = msgspec.json.Decoder(str | list[Raw]).decode


def are_plain(messages: list[wire.RoleMessage]) -> bool:
    """Whether nothing of `messages` has to be seen as it came: a file without a URL, a content without parts."""
    for message in messages:
        if type(message) is not wire.AssistantMessage:
            if message.parts is UNSET:
                return False
            for part in message.parts:
                if type(part) is wire.FilePart and not part.url:
                    return False
    return True


def decode_messages(messages: list[wire.Message] | list[wire.RoleMessage], into: list[Message]) -> None:
    """Add the turns of `messages`."""
    last = len(messages) - 1
    for index, message in enumerate(messages):
        at = ("messages", index)
        if type(message) is wire.UserMessage:
            _decode_plain(message, "user", at, into)
        elif type(message) is wire.SystemMessage:
            _decode_plain(message, "system", at, into)
        elif type(message) is wire.AssistantMessage:
            _decode_message(message, "assistant", at, into, index == last)
        else:
            role = message.role
            if role == "user" or role == "system" or role == "assistant":
                _decode_message(message, role, at, into, index == last)
            else:
                opaque = Opaque(role, whole(message), NAME, at=at)
                into.append(Message("user", [opaque], at=at, ext={NAME: {("~message",): NULL}}))


def _remembered(message: wire.Message | wire.RoleMessage) -> Extra:
    own: Extra = {} if message.extra is UNSET else extra_of(message)
    if message.id is not UNSET:
        own["~id",] = message.id
    if message.metadata is not UNSET:
        own["metadata",] = message.metadata
    return own


def _decode_plain(message: wire.UserMessage | wire.SystemMessage, role: Role, at: At, into: list[Message]) -> None:
    """A message of texts and files alone."""
    own = _remembered(message)
    parts: list[AnyPart] = []
    for index, part in enumerate(message.parts or ()):
        spot = at + ("parts", index)
        parts.append(decode_text(part, spot) if type(part) is wire.TextPart else decode_file(part, spot))
    if message.content is not UNSET:
        own["~content_too" if _repeats(message.content, parts) else "content",] = message.content
    into.append(Message(role, parts, _is_plain(parts), at=at, ext={NAME: own} if own else None))


def _decode_message(
    message: wire.Message | wire.AssistantMessage, role: Role, at: At, into: list[Message], last: bool
) -> None:
    own = _remembered(message)
    raws, place = message.parts, at + ("parts",)
    text: str | None = None
    if message.content is not UNSET:
        content = _content(message.content)
        if raws is not UNSET or content is None:
            own["content",] = message.content
        elif isinstance(content, str):
            text = content
            own["~text",] = NULL
        else:
            own["~content",] = NULL
            raws, place = content, at + ("content",)
    ext = {NAME: own} if own else None
    if text is not None:
        into.append(Message(role, [Text(text, at=at + ("content",))], True, at=at, ext=ext))
        return
    if raws is UNSET:
        into.append(Message(role, [], at=at, ext=note(ext, NAME, ("~parts",))))
        return
    if role == "assistant":
        steps = _decode_steps(raws, place, own)
        if not last:
            for said, _ in steps:
                if holds(said, ServerToolCall):
                    said[:] = _without_unfinished(said)
        if ("content",) in own and _repeats(own["content",], [part for said, _ in steps for part in said]):
            own["~content_too",] = own.pop(("content",))
        _add_steps(steps, at, own, into)
        return
    parts: list[AnyPart] = []
    for index, raw in enumerate(raws):
        spot = place + (index,)
        tag = tag_of(raw, spot)
        if tag == STEP or tag == "dynamic-tool" or tag.startswith("tool-"):
            parts.append(Opaque(tag, raw, NAME, at=spot))
        else:
            add_part(read_tagged(raw, tag, spot), raw, spot, parts)
    if ("content",) in own and _repeats(own["content",], parts):
        own["~content_too",] = own.pop(("content",))
    into.append(Message(role, parts, _is_plain(parts), at=at, ext=ext))


def _content(raw: Raw) -> str | list[Raw] | None:
    try:
        return _decode_content(raw)
    except _REFUSALS:
        return None


def _repeats(raw: Raw, parts: list[AnyPart]) -> bool:
    """Whether an old client's `content` says what its `parts` say."""
    return _content(raw) == "".join([part.text for part in parts if type(part) is Text])


def _is_plain(parts: list[AnyPart]) -> bool:
    """Whether there is nothing but one text, and nothing to it but its words."""
    only = parts[0] if len(parts) == 1 else None
    return type(only) is Text and only.cache is only.signature is only.citations is None


def _decode_steps(raws: list[Raw], at: At, own: Extra) -> list[_Step]:
    """The parts of each step; forms remember where `step-start` stood."""
    steps: list[_Step] = []
    said: list[AnyPart] = []
    results: list[AnyPart] = []
    begun = 0
    for index, raw in enumerate(raws):
        spot = at + (index,)
        part = STEP if raw == STEP_START else read_part(raw, spot)
        if part == STEP:
            if said:
                steps.append((said, results))
                said, results = [], []
            if raw == STEP_START or len(load(dict[str, Raw], raw, NAME, spot)) == 1:
                begun += 1
                continue
        add_part(part, raw, spot, said, results)
        if begun:
            begin_step(said[0], begun)
            begun = 0
    if said:
        steps.append((said, results))
    if begun:
        own["~steps_after",] = Raw(b"%d" % begun)
    return steps


def _without_unfinished(step: list[AnyPart]) -> list[AnyPart]:
    """A call that Claude broke off (`pause_turn`) can go on at the end of a conversation only."""
    done = {part.call_id for part in step if type(part) is ServerToolResult}
    return [
        Opaque(part.name, own_of(part.ext, NAME).get(("~raw",), part.raw), NAME, at=part.at, ext=part.ext)
        if type(part) is ServerToolCall and part.dialect == _CLAUDE and part.id not in done
        else part
        for part in step
    ]


def _add_steps(steps: list[_Step], at: At, own: Extra, into: list[Message]) -> None:
    """Add the turns of a UI message's steps, of which the first remembers what there is to the message."""
    ext: Extensions | None = {NAME: own} if own else None
    if not steps:
        into.append(Message("assistant", [], at=at, ext=ext))
    for said, results in steps:
        into.append(Message("assistant", said, _is_plain(said), at=at, ext=ext))
        if results:
            into.append(Message("user", results, at=at, ext={NAME: {_MORE: NULL}}))
        ext = {NAME: {_MORE: NULL}}
