"""Wire events -> events.

An item says what it is when it begins, its deltas what it holds, and the whole item again when it is done; what the
deltas left out is taken from there, and from the answer in the last event. An item of what OpenAI runs itself, or of a
kind that is not known, becomes a part when it is done: its progress is passed over.
"""

from __future__ import annotations

from msgspec import UNSET, Raw
from msgspec.structs import replace

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import (
    BETWEEN,
    ON,
    ON_PART,
    REASONING_TEXT,
    decode_annotation,
    decode_call,
    decode_part,
    decode_reasoning,
    decode_said,
    read_item,
    remember_message,
)
from dgrid_translate.dialects.openai_responses.profile import EVENTS, NAME
from dgrid_translate.dialects.openai_responses.response import PARTIAL, decode_envelope, decode_finish, decode_logprobs
from dgrid_translate.dialects.openai_responses.stream.failures import read_failure
from dgrid_translate.dialects.openai_responses.stream.opened import Item, Opened, emptied
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
    OpaqueEvent,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    ToolInputDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import AnyPart, Extensions, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.ir.response import FinishReason
from dgrid_translate.shared.openai.usage import decode_usage
from dgrid_translate.shared.wire import NULL, Unknown, beside_event, load, load_first, merge, note, own_of
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of

_SHAPES: tuple[type[wire.AnyResponse], ...] = (wire.Response, wire.MixedResponse)
_decode = decoder_of(wire.Event)
_NONE = Raw(b"[]")
_SILENT = EVENTS | {"keepalive"}
_SPEAKING = (wire.Message, wire.EasyMessage, wire.ReasoningItem, wire.FunctionCall, wire.CustomToolCall)
_BEGINNINGS = (wire.Created, wire.InProgress, wire.Queued)
_NO_GROWTH = (*_BEGINNINGS, Unknown)


def read_event(data: bytes) -> wire.Event | None:
    """The event; None if it only repeats what others say, or reports progress."""
    try:
        if not data.isascii():
            check_utf8(data)
        return _decode(data)
    except REFUSALS:
        pass
    event = load(wire.Event, data, NAME)
    return None if type(event) is Unknown and event.kind in _SILENT else event


class Decoder:
    """Wire events in, events out."""

    def __init__(self) -> None:
        self._started = False
        self._over = False
        self._parts = 0
        self._placed = 0
        self._called = False
        self._items: dict[int, Item] = {}
        self._last = 0  # the item that is spoken of where an event does not say
        self._held: list[tuple[wire.Event, bytes]] = []  # what is said of items out of their turn
        self._ext: Extensions | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take one event's JSON; a `[DONE]`, which other hosts send, says nothing."""
        if self._over or data == b"[DONE]":
            return []
        event = read_event(data)
        if event is None:
            return []
        if event.extra is not UNSET:
            self._ext = merge(self._ext, beside_event(event))
        if type(event) is wire.TextDelta:
            item = self._items.get(self._last if event.output_index is UNSET else event.output_index)
            part = None if item is None else item.parts.get(event.content_index)
            bare = event.logprobs is UNSET or event.logprobs == _NONE
            if part is not None and part.kind is Text and not part.ended and bare:
                part.length += len(event.delta)
                return [TextDelta(part.index, event.delta)] if event.delta else []
        elif type(event) is wire.ArgumentsDelta:
            item = self._items.get(self._last if event.output_index is UNSET else event.output_index)
            part = None if item is None or not item.speaks else item.parts.get(0)
            if part is not None and part.kind is ToolCall and not part.ended:
                part.length += len(event.delta)
                return [ToolInputDelta(part.index, event.delta)] if event.delta else []
        if type(event) is Unknown:
            return [OpaqueEvent(event.raw, event.kind, NAME)]
        events: list[Event] = []
        if self._must_wait(event):
            self._held.append((event, data))
        else:
            self._take(event, data, events)
            if self._held and (self._over or type(event) is wire.ItemDone):
                self._release(events)
        return events

    def _must_wait(self, event: wire.Event) -> bool:
        """Whether an event is of an item whose place another item has first: the one before it is not done.

        What OpenAI runs itself waits for all items before it, what is said for those that are said.
        """
        index = getattr(event, "output_index", UNSET)
        if index is UNSET or (index in self._items and self._items[index].speaks):
            return False
        if type(event) is wire.ItemAdded:
            speaks = type(read_item(event.item, ("item",))) in _SPEAKING
            return speaks and any(item.speaks and not item.done for at, item in self._items.items() if at < index)
        if type(event) is wire.ItemDone:
            return any(not item.done for at, item in self._items.items() if at < index)
        return any(type(held) is wire.ItemAdded and held.output_index == index for held, _ in self._held)

    def _release(self, events: list[Event]) -> None:
        """Take what was held and need not wait any longer."""
        held, self._held = self._held, []
        for event, data in held:
            if self._must_wait(event):
                self._held.append((event, data))
            else:
                self._take(event, data, events)

    def close(self) -> list[Event]:
        """The stream is over."""
        if self._over:
            return []
        self._over = True
        return [ErrorRaised(Error("server", "the upstream's stream was cut before its end", dialect=NAME))]

    def _take(self, event: wire.Event, data: bytes, events: list[Event]) -> None:
        if type(event) is wire.ErrorEvent or type(event) is wire.Failed:
            self._over = True
            events.append(ErrorRaised(read_failure(event, data)))
            return
        if not self._started:
            self._start(event, events)
        if type(event) is wire.ItemAdded:
            self._add(event, events)
        elif type(event) is wire.ItemDone:
            index = self._index(event)
            self._done(index, read_item(event.item, ("item",)), events)
        elif type(event) is wire.Completed or type(event) is wire.Incomplete:
            for held, its in self._held:
                self._take(held, its, events)
            self._held = []
            self._finish(load_first(_SHAPES, bytes(event.response), NAME), events)
        elif not isinstance(event, _NO_GROWTH):
            self._grow(event, events)

    def _start(self, event: wire.Event, events: list[Event]) -> None:
        self._started = True
        if isinstance(event, _BEGINNINGS) or type(event) is wire.Completed or type(event) is wire.Incomplete:
            found = decode_envelope(load_first(_SHAPES, bytes(event.response), NAME))
            events.append(
                ResponseStarted(
                    NAME, found.id, found.model, found.created, found.service_tier, places=found.places, ext=found.ext
                )
            )
        else:
            events.append(ResponseStarted(NAME, ext={NAME: {PARTIAL: NULL}}))

    def _index(self, event: wire.ItemAdded | wire.ItemDone) -> int:
        index = event.output_index
        if index is UNSET:
            index = self._last + 1 if self._items and type(event) is wire.ItemAdded else self._last
        self._last = index
        return index

    def _begin(self, part: AnyPart, events: list[Event]) -> int:
        index = self._parts
        self._parts += 1
        self._called = self._called or type(part) is ToolCall
        events.append(PartStarted(index, 0, part))
        return index

    def _open(self, part: AnyPart, events: list[Event]) -> Opened:
        return Opened(self._begin(part, events), type(part), own_of(part.ext, NAME))

    # items

    def _add(self, event: wire.ItemAdded, events: list[Event]) -> None:
        index = self._index(event)
        given = read_item(event.item, ("item",))
        before = self._items.get(index)
        for opened in () if before is None else before.parts.values():  # an item that is begun twice is two
            self._end(opened, opened.whole, events)
        item = self._items[index] = Item()
        item.speaks = type(given) in _SPEAKING
        if type(given) is wire.Message or type(given) is wire.EasyMessage:
            item.own = {}
            remember_message(given, item.at, ON_PART, item.own)
            item.own.pop(ON_PART.status, None)  # it is only beginning
        elif type(given) is wire.FunctionCall or type(given) is wire.CustomToolCall:
            self._place(item)
            call = decode_call(given, item.at, {})
            text = str(call.arguments)
            opened = item.parts[0] = self._open(replace(call, arguments=""), events)
            self._say(opened, text, events)
        elif type(given) is wire.ReasoningItem:
            thinking = replace(decode_reasoning(given, item.at), text="", signature=None, redacted=False)
            thinking.id = None if given.id is UNSET else given.id
            own_of(thinking.ext, NAME).pop(("encrypted_content",), None)  # it is sealed only when it is done
            item.thinking = thinking

    def _item(self, event: wire.Event) -> Item:
        index = getattr(event, "output_index", UNSET)
        if index is UNSET:
            index = self._last
        item = self._items.get(index)
        if item is None:
            item = self._items[index] = Item()
        self._last = index
        return item

    def _place(self, item: Item) -> None:
        """The item's place in the answer, where items stand in the order in which they begin to say something."""
        if not item.placed:
            item.placed = True
            item.at = ("output", self._placed)
            self._placed += 1

    def _grow(self, event: wire.Growth, events: list[Event]) -> None:
        item = self._item(event)
        if type(event) is wire.TextDelta:
            part = self._content(item, event.content_index, Text, events)
            self._say(part, event.delta, events)
            if event.logprobs is not UNSET:
                logprobs = decode_logprobs(event.logprobs, (*item.at, "content", event.content_index, "logprobs"))
                if logprobs is not None:
                    events.append(LogprobsAdded(0, logprobs))
        elif type(event) is wire.RefusalDelta:
            self._say(self._content(item, event.content_index, Refusal, events), event.delta, events)
        elif type(event) is wire.ArgumentsDelta or type(event) is wire.InputDelta:
            if 0 in item.parts:
                self._say(item.parts[0].of(ToolCall), event.delta, events)
        elif type(event) is wire.SummaryDelta:
            self._think(item, "summary", event.summary_index, event.delta, events)
        elif type(event) is wire.ReasoningDelta:
            self._think(item, "content", event.content_index, event.delta, events)
        elif type(event) is wire.AnnotationAdded:
            self._cite(item, event.content_index, event.annotation, events)
        elif type(event) is wire.PartAdded:
            kind = load(wire.Head, event.part, NAME, ("part",)).type
            if kind == "output_text" or kind == "refusal":
                self._content(item, event.content_index, Text if kind == "output_text" else Refusal, events)
        else:
            part = item.parts.get(event.content_index)
            if part is not None and part.kind in (Text, Refusal):
                part.whole = self._part_of(item, event.content_index, event.part)

    def _part_of(self, item: Item, index: int, raw: Raw) -> AnyPart:
        content: wire.Content = load(wire.Content, raw, NAME, ("part",))
        return decode_part(content, (*item.at, "content", index), wire.OutputText)

    def _content(self, item: Item, index: int, kind: type[Text | Refusal], events: list[Event]) -> Opened:
        """The content part of a message; one that begins ends the one before."""
        opened = item.parts.get(index)
        if opened is None:
            for before in item.parts.values():
                self._end(before, before.whole, events)
            self._place(item)
            part = kind("", at=(*item.at, "content", index))
            if item.parts:
                part.ext = note(None, NAME, ON)
            elif item.own:
                part.ext = {NAME: dict(item.own)}
            opened = item.parts[index] = self._open(part, events)
            opened.told = item.own | opened.told
        return opened.of(kind)

    def _say(self, part: Opened, text: str, events: list[Event]) -> None:
        if not text:
            return
        part.grow(text)
        if part.kind is ToolCall:
            events.append(ToolInputDelta(part.index, text))
        elif part.kind is Reasoning:
            # What stands between pieces comes as one delta, and so never as text of one.
            events += [ReasoningDelta(part.index, bit) for bit in (BETWEEN if text == BETWEEN else (text,))]
        else:
            events.append(TextDelta(part.index, text))

    def _think(self, item: Item, key: str, index: int, text: str, events: list[Event]) -> None:
        part = item.parts.get(0)
        if part is None:
            self._place(item)
            thinking = item.thinking or Reasoning("")
            thinking.at = item.at
            if key == "content":
                thinking.ext = note(thinking.ext, NAME, REASONING_TEXT)
            part = item.parts[0] = self._open(thinking, events)
            part.said = key
        if part.said != key:
            return  # the other member of the same thought
        if index > part.piece:
            part.piece = index
            part.length += len(BETWEEN)
            events.append(ReasoningDelta(part.index, BETWEEN))
        self._say(part, text, events)

    def _cite(self, item: Item, index: int, raw: Raw, events: list[Event]) -> None:
        part = self._content(item, index, Text, events)
        at = (*item.at, "content", index, "annotations", part.citations)
        part.citations += 1
        events.append(CitationAdded(part.index, decode_annotation(raw, at)))

    # ends

    def _done(self, index: int, given: wire.AnyItem, events: list[Event]) -> None:
        """An item is whole: what was not said of it yet is said now."""
        item = self._items.get(index)
        if item is None:
            item = self._items[index] = Item()
        if item.done:
            return
        item.done = True
        self._place(item)
        whole = decode_said(given, item.at, {})
        if not item.parts:
            for part in whole:
                self._whole(part, events)
            return
        own = {} if not whole else {key: raw for key, raw in own_of(whole[0].ext, NAME).items() if key[0] == ".."}
        for place, opened in item.parts.items():
            part = whole[place] if place < len(whole) else opened.whole
            if part is not None and place and own:
                part.ext = {NAME: own | own_of(part.ext, NAME)}
            self._end(opened, part, events)
        for part in whole[len(item.parts) :]:
            self._whole(part, events)

    def _end(self, opened: Opened, whole: AnyPart | None, events: list[Event]) -> None:
        """The part ends; `whole` is all of it, if that is known."""
        if opened.ended:
            return
        if whole is not None:
            opened.of(type(whole))
        if isinstance(whole, Text | Refusal | Reasoning):
            self._say(opened, whole.text[opened.length :], events)
        elif isinstance(whole, ToolCall):
            self._say(opened, str(whole.arguments)[opened.length :], events)
        if isinstance(whole, Text):
            unsaid = (whole.citations or [])[opened.citations :]
            events += [CitationAdded(opened.index, citation) for citation in unsaid]
        if whole is not None and whole.signature is not None:
            events.append(SignatureDelta(opened.index, whole.signature))
        ext = None
        if whole is not None and whole.ext is not None:
            ext = {NAME: opened.news(own_of(whole.ext, NAME))}
        opened.ended = True
        events.append(PartEnded(opened.index, ext, () if whole is None else whole.at))

    def _whole(self, part: AnyPart, events: list[Event]) -> None:
        """A part that was not spoken of before."""
        begun = emptied(part)
        if begun is None:
            events.append(PartEnded(self._begin(part, events)))
        else:
            self._end(self._open(begun, events), part, events)

    def _finish(self, answer: wire.AnyResponse, events: list[Event]) -> None:
        self._over = True
        for index, given in enumerate(answer.output or ()):
            at = ("output", index)
            self._done(index, read_item(given, at) if isinstance(given, Raw) else given, events)
        for item in self._items.values():
            for opened in item.parts.values():
                self._end(opened, opened.whole, events)
        found = decode_envelope(answer)
        if answer.usage is not UNSET:
            events.append(UsageReported(decode_usage(answer.usage, NAME)))
        events.append(CandidateFinished(0, decode_finish(answer, self._called) or FinishReason("other", None, NAME)))
        events.append(ResponseFinished(merge(found.ext, self._ext), found.service_tier))
