"""Events -> wire events.

Every part has its item, but for texts in a row, which share a message. An item's number is given when it begins and
its id depends on that, so that the whole answer, sent once more in the last event, is the one that a client would have
got without streaming. A message is done when another item begins or nothing more comes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import (
    BETWEEN,
    ON,
    REASONING_TEXT,
    Items,
    Target,
    begun,
    encode_call,
    is_blank,
    reasoning_item,
    said_item,
    summary_of,
)
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.dialects.openai_responses.response import (
    drop_refusals,
    share,
    with_logprobs,
)
from dgrid_translate.dialects.openai_responses.stream.envelope import Envelope
from dgrid_translate.dialects.openai_responses.stream.failures import flat_error
from dgrid_translate.dialects.openai_responses.stream.writer import Writer
from dgrid_translate.dialects.openai_responses.stream.written import Message, Written, id_of
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
from dgrid_translate.ir.fold import merge_extensions
from dgrid_translate.ir.parts import AnyPart, Reasoning, Refusal, Signature, Text, ToolCall
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import TokenLogprob
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.wire import drop_foreign, dump, own_of

_IN_PROGRESS = Raw(b'"in_progress"')
_COMPLETED = Raw(b'"completed"')
_INCOMPLETE = Raw(b'"incomplete"')
_OfAPart = PartStarted | TextDelta | ReasoningDelta | ToolInputDelta | SignatureDelta | CitationAdded | PartEnded


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, now: int | None) -> None:
        self._losses = losses
        self._answer = Envelope(losses, request, now)
        self._writer = Writer()
        self._started = False
        self._target = Target(losses, native=False, sibling=False, upstream=False)
        self._items = Items(self._target)
        self._parts: dict[int, Written] = {}
        self._texts: dict[int, Written] = {}  # which may be cited after their end
        self._message: Message | None = None  # the one that a text may go on with
        self._tokens: list[TokenLogprob] = []
        self._tokens_at: At = ()
        self._talking = -1  # the text that is open: it goes on, and is signed, before what began meanwhile
        self._held: list[Event] = []  # of what began meanwhile

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they make."""
        out: list[bytes] = []
        for event in events:
            if self._held and self._waits(event, out):
                continue
            if type(event) is TextDelta or type(event) is ToolInputDelta or type(event) is ReasoningDelta:
                part = self._parts.get(event.index)
                if part is None:
                    continue
                if not part.before or type(event) is ReasoningDelta:
                    self._say_first(part, event.text, out)
                else:
                    self._writer.say(part, event.text, out)
                continue
            match event:
                case PartStarted():
                    self._start_part(event, out)
                case PartEnded():
                    part = self._parts.get(event.index)
                    if part is not None:
                        self._end_part(part, event, out)
                    if event.index == self._talking:
                        self._go_on(out)
                case SignatureDelta():
                    part = self._parts.get(event.index)
                    if part is not None:
                        part.sign(event)
                case CitationAdded():
                    self._cite(event)
                case LogprobsAdded():
                    if event.candidate == 0:
                        drop_refusals(event.logprobs, self._losses)
                        self._tokens += event.logprobs.content or []
                        self._tokens_at = event.logprobs.at
                case UsageReported():
                    self._answer.usage = event.usage
                case CandidateFinished():
                    self._finish_candidate(event, out)
                case ResponseStarted():
                    self._start(event, out)
                case ResponseFinished():
                    self._finish(event, out)
                case ErrorRaised():
                    self._fail(event, out)
                case _:
                    self._opaque(event, out)
        return out[0] if len(out) == 1 else b"".join(out)

    def _waits(self, event: Event, out: list[bytes]) -> bool:
        """Whether an event has to wait until the text that is open has ended."""
        if isinstance(event, _OfAPart) and event.index > self._talking:
            self._held.append(event)
            return True
        if type(event) is ErrorRaised:
            while self._held:  # of which one may be a text that others wait for again
                self._go_on(out)
        return False

    def _go_on(self, out: list[bytes]) -> None:
        self._talking = -1
        held, self._held = self._held, []
        out.append(self.feed(held))

    # the answer

    def _start(self, event: ResponseStarted, out: list[bytes]) -> None:
        self._started = True
        self._target = self._answer.start(event)
        self._items = Items(self._target)
        held = self._answer.begun()
        self._writer.write(b"response.created", held, out)
        self._writer.write(b"response.in_progress", held, out)

    def _finish_candidate(self, event: CandidateFinished, out: list[bytes]) -> None:
        if event.candidate:
            self._losses.dropped("candidate", event.at, "Responses gives one answer")
            return
        drop_foreign(event.ext, NAME, event.at, self._losses)
        self._answer.finished = event
        self._close_message(out, self._answer.status(), last=True)

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        drop_foreign(event.ext, NAME, (), self._losses)
        self._close_message(out, "completed", last=True)
        if self._tokens and not self._target.native:
            self._losses.dropped("logprobs", self._tokens_at, "there is no text that is not told already")
        kind, held = self._answer.ended(event, self._items.made)
        self._writer.write(kind, held, out)

    def _fail(self, event: ErrorRaised, out: list[bytes]) -> None:
        if self._started:
            self._leave()
            self._writer.write(b"response.failed", self._answer.failed(event.error, self._items.made), out)
        else:
            self._writer.write(b"error", flat_error(event.error, self._losses), out)

    def _leave(self) -> None:
        """Items that are not finished stay as far as they went."""
        made = self._items.made
        messages = [self._message, *[state.message for state in self._parts.values()]]
        for message in {message.number: message for message in messages if message is not None}.values():
            said = [state.made if state.done else state.whole() for state in message.states]
            made[message.number] = self._said(message, said, "incomplete")
        for state in self._parts.values():
            part = state.part
            if type(part) is ToolCall:
                so_far = replace(part, arguments=state.said.text())
                made[state.number] = encode_call(so_far, self._target, state.number, _INCOMPLETE)
            elif type(part) is Reasoning and state.number >= 0:
                so_far = replace(part, text=state.said.text())
                made[state.number] = reasoning_item(so_far, self._target, state.number, id_of(made[state.number]))

    def _cite(self, event: CitationAdded) -> None:
        state = self._texts.get(event.index)
        if state is not None and not state.done:
            state.citations.append(event.citation)
        elif state is not None and not self._target.native:
            self._losses.dropped("citation", event.citation.at, "its text is told already")

    def _opaque(self, event: OpaqueEvent, out: list[bytes]) -> None:
        if event.dialect != NAME:
            self._losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")
            return
        self._writer.repeat(event, out)

    # items

    def _add_item(self, item: wire.AnyItem, out: list[bytes]) -> int:
        """An item begins; its number."""
        number = len(self._items.made)
        self._items.made.append(item)
        self._writer.add_item(number, item, out)
        return number

    def _done_item(self, number: int, item: wire.AnyItem, out: list[bytes]) -> None:
        self._items.made[number] = item
        self._writer.done_item(number, item, out)

    def _whole_items(self, before: int, out: list[bytes]) -> None:
        """Items that came whole."""
        for number in range(before, len(self._items.made)):
            self._writer.add_item(number, self._items.made[number], out)
            self._writer.done_item(number, self._items.made[number], out)

    def _carry(self, part: Written, signature: Signature, out: list[bytes], before: bool) -> None:
        number = len(self._items.made)
        self._items.carry(part.part, signature, "n" if before else "p")
        self._whole_items(number, out)

    # parts

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        if event.candidate:
            return
        if self._talking >= 0:
            self._held.append(event)
            return
        part = event.part
        state = self._parts[event.index] = Written(part)
        if type(part) is Text or type(part) is Refusal:
            self._talking = event.index
            self._texts[event.index] = state
            self._answer.refuses = self._answer.refuses or type(part) is Refusal
            if self._target.native or type(part) is Refusal or part.text or part.citations:
                self._open_content(state, out)
            if part.text:
                self._say_first(state, part.text, out)
            return
        self._close_message(out, "completed")
        if type(part) is ToolCall:
            self._answer.calls = True
            if state.signature is not None:
                self._carry(state, state.signature, out, before=True)
                state.carried = True
            number = len(self._items.made)
            item = encode_call(replace(part, arguments=""), self._target, number, _IN_PROGRESS)
            self._add_item(item, out)
            state.open(item, number, b"custom_tool_call_input" if part.custom else b"function_call_arguments")
            if part.arguments:
                self._say_first(state, as_text(part.arguments), out)
        elif type(part) is Reasoning:
            self._start_reasoning(state, part, out)
        else:
            before = len(self._items.made)
            self._items.say([part])
            self._whole_items(before, out)

    def _start_reasoning(self, state: Written, part: Reasoning, out: list[bytes]) -> None:
        number = len(self._items.made)
        bare = replace(part, text="", signature=None, redacted=False)
        if self._target.native:
            own = {key: raw for key, raw in own_of(part.ext, NAME).items() if key != ("~content",)}
            bare.ext = {NAME: {**own, ("~summary",): summary_of("")}}
        item = reasoning_item(bare, self._target, number)
        self._add_item(item, out)
        plain = self._target.native and REASONING_TEXT in own_of(part.ext, NAME)
        state.open(item, number, b"reasoning_text" if plain else b"reasoning_summary_text")
        if part.text:
            self._say_first(state, part.text, out)

    def _say_first(self, state: Written, text: str, out: list[bytes]) -> None:
        """Text of a part, which may be the first, or begin another piece of a reasoning."""
        if not text:
            return
        if type(state.part) is Reasoning:
            if self._target.native and text == BETWEEN and state.pieces:
                self._writer.done_piece(state, out)
                state.said.add(text)
                return
            if not state.before or state.piece_done:
                self._writer.add_piece(state, out)
            state.piece.add(text)
        elif not state.before:
            self._open_content(state, out)
        self._writer.say(state, text, out)

    def _open_content(self, state: Written, out: list[bytes]) -> None:
        """A text or a refusal begins, in the message before if it can."""
        message = self._message
        own = own_of(state.part.ext, NAME)
        if message is None or (self._target.native and ON not in own):
            self._close_message(out, "completed")
            number = len(self._items.made)
            item = begun(own, self._target, number)
            self._add_item(item, out)
            message = self._message = Message(item, number)
        else:
            self._done_content(message, out, last=False)
        state.open_in(message)
        self._writer.write(b"response.content_part.added", state.place + b',"part":' + dump(state.empty()), out)

    def _end_part(self, state: Written, event: PartEnded, out: list[bytes]) -> None:
        del self._parts[event.index]
        state.ended = True
        part = state.part
        if event.ext is not None:
            part = state.part = replace(part, ext=merge_extensions(part.ext, event.ext))
        if type(part) is Text or type(part) is Refusal:
            message = state.message
            if message is None:
                is_blank(part, self._target)
            if state.signature is not None:
                self._close_message(out, "completed")
                self._carry(state, state.signature, out, before=False)
        elif type(part) is ToolCall:
            said = state.said.text()
            whole = replace(part, arguments=said)
            item = encode_call(whole, self._target, state.number)
            member = b',"input":' if part.custom else b',"arguments":'
            self._writer.write(b"response.%b.done" % state.kind, state.place + member + dump(said), out)
            self._done_item(state.number, item, out)
            if state.signature is not None and not state.carried:
                self._carry(state, state.signature, out, before=False)
        elif type(part) is Reasoning and state.number >= 0:
            self._writer.done_piece(state, out)
            whole = replace(part, text=state.said.text(), signature=state.signature)
            shown = id_of(self._items.made[state.number]) or None
            item = reasoning_item(whole, self._target, state.number, shown)
            self._done_item(state.number, item, out)

    # messages

    def _close_message(self, out: list[bytes], status: str, last: bool = False) -> None:
        """Nothing more joins the message; it is done when its parts are."""
        message, self._message = self._message, None
        if message is not None:
            self._close(message, out, status, last)

    def _close(self, message: Message, out: list[bytes], status: str, last: bool) -> None:
        if not all(state.ended for state in message.states):
            return
        self._done_content(message, out, last)
        said = [state.made for state in message.states]
        self._done_item(message.number, self._said(message, said, status), out)

    def _said(self, message: Message, parts: list[AnyPart], status: str) -> wire.AnyItem:
        item = said_item(parts, self._target, message.number)
        if status != "completed" and isinstance(item, wire.Message):
            item.status = status
        return item

    def _done_content(self, message: Message, out: list[bytes], last: bool) -> None:
        """The part that a message is at is whole, its citations and log probabilities too."""
        state = message.states[-1]
        state.done = True
        part = state.whole()
        if type(part) is Text and self._tokens and not self._target.native:
            mine, self._tokens = share(self._tokens, part.text, last)
            part = with_logprobs(part, mine)
        state.made = part
        self._writer.done_content(state, part, self._target, out)
