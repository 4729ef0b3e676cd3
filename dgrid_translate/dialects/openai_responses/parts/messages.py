"""Parts -> items of `input` and `output`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts.calls import encode_call, encode_output
from dgrid_translate.dialects.openai_responses.parts.content import Target, encode_content
from dgrid_translate.dialects.openai_responses.parts.items import ON, ON_MESSAGE, ON_PART, ON_TEXT, Keys
from dgrid_translate.dialects.openai_responses.parts.reasoning import carrier, encode_reasoning
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import (
    AnyPart,
    Extension,
    LongData,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Signature,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.ir.request import Message
from dgrid_translate.shared import media
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.signatures import Belongs
from dgrid_translate.shared.wire import dress, drop_foreign, load, own_of, pose

_AnyMessage = wire.Message | wire.EasyMessage


class Items:
    """Makes the items of a request, or of an answer."""

    def __init__(self, target: Target) -> None:
        self.made: list[Any] = []
        self._target = target
        self._customs: set[str] = set()
        self._thoughts: set[str] = set()  # the ids of reasoning so far

    def add(self, message: Message) -> None:
        """The items of one message."""
        target = self._target
        made = self.made
        if message.ext is not None:
            drop_foreign(message.ext, NAME, message.at, target.losses)
        if message.name is not None:
            target.losses.dropped("name", (*message.at, "name"))
        before = len(made)
        if message.role == "assistant":
            self.say(message.parts)
            if made and type(made[-1]) is wire.ReasoningItem and target.upstream and not target.native:
                self._drop_unfinished(message)
        else:
            self._prompt(message)
        if len(made) == before and message.parts and not target.native:
            target.losses.dropped("empty_message", message.at, "nothing that it holds can be said")

    def _prompt(self, message: Message) -> None:
        """The items of a message that is not the assistant's."""
        target = self._target
        parts = message.parts
        if not parts or (len(parts) == 1 and type(parts[0]) is Text):
            self._flush_prompt(message, parts)
            return
        run: list[AnyPart] = []
        for part in parts:
            if type(part) is ToolResult:
                if run:
                    self._flush_prompt(message, run)
                    run = []
                self.made.append(encode_output(part, target, self._customs, len(self.made)))
            elif _is_item(part):
                if run:
                    self._flush_prompt(message, run)
                    run = []
                self.add_other(part)
            else:
                run.append(part)
        if run:
            self._flush_prompt(message, run)

    def _flush_prompt(self, message: Message, run: list[AnyPart]) -> None:
        target = self._target
        own = own_of(message.ext, NAME)
        only = run[0] if len(run) == 1 and (message.inline or not target.native) else None
        if type(only) is Text and only.ext is only.cache is only.citations is None:
            content = only.text
        else:
            content = encode_content(run, target, wire.InputText)
            if not content and not target.native:
                if run:
                    return  # what it held is named as lost
                content = ""
        kind = wire.EasyMessage if not target.native or ("~easy",) in own else wire.Message
        made = kind(role=message.role, content=content)
        self.made.append(_dressed(made, own, ON_MESSAGE) if own else made)

    def say(self, parts: Sequence[AnyPart]) -> None:
        """The items of what the assistant says."""
        target = self._target
        made = self.made
        run: list[AnyPart] = []
        for part in parts:
            if type(part) is Text or type(part) is Refusal or (type(part) is Opaque and not _is_item(part)):
                if run and target.native and ON not in own_of(part.ext, NAME):
                    self._flush(run)
                    run = []
                run.append(part)
                if part.signature is not None:
                    self._flush(run)
                    run = []
                    self.carry(part, part.signature, "p")
                continue
            if run:
                self._flush(run)
                run = []
            if type(part) is ToolCall:
                if part.signature is not None:
                    self.carry(part, part.signature, "n")
                if part.custom:
                    self._customs.add(part.id)
                made.append(encode_call(part, target, len(made)))
            elif type(part) is Reasoning:
                if part.id is not None and not self._is_new(part, part.id):
                    continue
                item = encode_reasoning(part, target, len(made))
                if item is not None:
                    made.append(item)
            else:
                self.add_other(part)
        if run:
            self._flush(run)

    def _is_new(self, part: Reasoning, part_id: str) -> bool:
        """Whether no reasoning before has that id: OpenAI refuses a request in which an item stands twice."""
        if not self._target.upstream or self._target.native:
            return True
        if part_id in self._thoughts:
            self._target.losses.dropped("reasoning", part.at, "its id is taken")
            return False
        self._thoughts.add(part_id)
        return True

    def _drop_unfinished(self, message: Message) -> None:
        """OpenAI refuses reasoning without the item that it led to."""
        thoughts = [part for part in message.parts if type(part) is Reasoning]
        while self.made and thoughts and type(self.made[-1]) is wire.ReasoningItem:
            self.made.pop()
            self._target.losses.dropped("reasoning", thoughts.pop().at, "what it led to is not there")

    def carry(self, part: AnyPart, signature: Signature, belongs: Belongs) -> None:
        """Add what shows a client the signature of a part that is not reasoning."""
        if self._target.upstream:
            self._target.losses.dropped("signature", (*part.at, "signature"), f"{signature.origin or 'unknown'}'s")
        else:
            self.made.append(carrier(signature, belongs, self._target, len(self.made)))

    def _flush(self, run: list[AnyPart]) -> None:
        target = self._target
        if not target.native and not target.upstream:
            run = [part for part in run if not is_blank(part, target)]
            if not run:
                return
        led = bool(self.made) and type(self.made[-1]) is wire.ReasoningItem
        self.made.append(said_item(run, target, len(self.made), led))

    def add_other(self, part: AnyPart) -> None:
        """Add an item that goes as it came, or a picture."""
        target = self._target
        if isinstance(part, Opaque | ServerToolCall | ServerToolResult) and part.dialect == NAME:
            self.made.append(pose(part.raw, wire.Message))
            return
        if type(part) is Media and part.kind == "image" and part.data is not None:
            own = own_of(part.ext, NAME)
            if target.native or not target.upstream or ("~image_generation_call",) in own:
                self._add_image(part, part.data, own)
                return
        drop_part(part, target.losses)

    def _add_image(self, part: Media, data: str | LongData, own: Extension) -> None:
        target = self._target
        item = wire.ImageGenerationCall()
        item.result = media.written(data)
        if target.native:
            for key in ("id", "status", "output_format"):
                if (raw := own.get(("~" + key,))) is not None:
                    setattr(item, key, raw)
            self.made.append(dress(item, part.ext, NAME))
            return
        drop_foreign(part.ext, NAME, part.at, target.losses)
        if part.signature is not None:
            self.carry(part, part.signature, "n")
        had = own.get(("~id",)) if target.upstream else None
        item.id = derive("ig_", target.seed, len(self.made)) if had is None else load(str, had, NAME)
        item.status = Raw(b'"completed"')
        item.output_format = (part.media_type or "image/png").removeprefix("image/")
        self.made.append(item)


def said_item(run: list[AnyPart], target: Target, index: int, led: bool = False) -> _AnyMessage:
    """One message of the assistant's, the `index`th item; `run` is what is in it.

    `led`: reasoning led to it, so that OpenAI wants it with an id: the one that it had, or one that is made up.
    """
    only = run[0] if len(run) == 1 else None
    if target.native:
        return _own_item(run, only, target)
    named = led and target.upstream
    if target.upstream and not named and type(only) is Text and only.cache is only.citations is None and not only.ext:
        return wire.EasyMessage(role="assistant", content=only.text)
    item = wire.Message(role="assistant", content=encode_content(run, target, wire.OutputText))
    if named and (had := remembered_of(run).get(ON_PART.id)) is not None:
        item.id = load(str, had, NAME)
        item.status = "completed"
    elif named or not target.upstream:
        item.id = derive("msg_", target.seed, index)
        item.status = "completed"
        if named:
            target.losses.invented("message_id", ("input", index, "id"), "OpenAI asks for one after reasoning")
    return item


def _own_item(run: list[AnyPart], only: AnyPart | None, target: Target) -> _AnyMessage:
    """A message that was one of Responses."""
    own = remembered_of(run)
    if type(only) is Text and only.at[-1:] == ("content",) and only.cache is only.citations is None:
        content, keys = only.text, ON_TEXT
    else:
        content, keys = encode_content(run, target, wire.OutputText), ON_PART
    made = wire.EasyMessage if keys.easy in own else wire.Message
    return _dressed(made(role="assistant", content=content), own, keys)


def is_blank(part: AnyPart, target: Target) -> bool:
    """Whether a part of an answer from elsewhere is a text that says nothing, which a client need not see."""
    if type(part) is not Text or part.text or part.citations:
        return False
    drop_foreign(part.ext, NAME, part.at, target.losses)
    return True


def begun(own: Extension, target: Target, index: int) -> _AnyMessage:
    """The `index`th item as a message that has only begun; `own` is what is remembered of it."""
    item = wire.Message(role="assistant", content=[])
    if target.native:
        item = _dressed(item, own, ON_PART)
    else:
        item.id = derive("msg_", target.seed, index)
    if isinstance(item, wire.Message):
        item.status = "in_progress"
    return item


def remembered_of(run: list[AnyPart]) -> Extension:
    """What is remembered of the message that the parts are of."""
    if len(run) == 1:
        return own_of(run[0].ext, NAME)
    own: Extension = {}
    for part in run:
        if part.ext is not None:
            own |= own_of(part.ext, NAME)
    return own


def _is_item(part: AnyPart) -> bool:
    """Whether a part was an item of its own."""
    if type(part) is ServerToolCall or type(part) is ServerToolResult:
        return True
    return type(part) is Opaque and (len(part.at) == 2 or part.dialect != NAME)


def _dressed(made: _AnyMessage, own: Extension, keys: Keys) -> _AnyMessage:
    """The message with what is remembered of it."""
    if not own:
        return made
    for member, key in keys.members:
        if (raw := own.get(key)) is not None:
            setattr(made, member, raw)
    return dress(made, {NAME: own}, NAME, *keys.up)
