"""Events -> Messages API events.

Claude has one block open at a time, numbered without gaps, so a part that begins while another is open waits, and its
deltas with it. Text and thinking only begin when they have something to say, as `encode_blocks` leaves out what says
nothing. A call's arguments go out as they come once they begin as an object; those that do not are held, and wrapped at
the end as `encode_response` does.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.errors import encode_error
from dgrid_translate.dialects.claude.parts import (
    Target,
    carriers,
    encode_block,
    encode_citation,
    is_blank,
    note_reasoning,
    signature_text,
)
from dgrid_translate.dialects.claude.profile import NAME
from dgrid_translate.dialects.claude.response import (
    drop_tier,
    encode_envelope,
    encode_finish,
    encode_usage,
)
from dgrid_translate.dialects.claude.stream.opened import AFTER, DELTA, OPENING, PATIENCE, Open, json_text, say
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
from dgrid_translate.ir.fold import begun
from dgrid_translate.ir.parts import AnyPart, Citation, Reasoning, Refusal, ServerToolCall, Text, ToolCall
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Losses
from dgrid_translate.shared.arguments import EMPTY, as_object, as_text
from dgrid_translate.shared.drops import drop_logprobs
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dress, drop_foreign, dump, key_of, load, own_of

_NOTHING = ResponseStarted("")
_NO_USAGE = Usage(input=0, output=0)
_LATE = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
    "output_tokens_details",
    "server_tool_use",
    "iterations",
)
"""What `message_delta` may say of another vendor's usage; the rest belongs into `message_start`."""


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, _now: int | None) -> None:
        self._request = request
        self._target = Target(losses, native=False, upstream=False)
        self._losses = losses
        self._parts: dict[int, Open] = {}
        self._current: Open | None = None
        self._line: list[Open] = []  # parts that wait for their turn
        self._over: set[int] = set()  # parts that were written
        self._blocks = 0
        self._called = False
        self._started = _NOTHING
        self._usage: Usage | None = None
        self._told: dict[str, Raw] = {}  # the usage that message_start said
        self._finished: CandidateFinished | None = None

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they allow to be written."""
        out: list[bytes] = []
        for event in events:
            if type(event) is TextDelta or type(event) is ToolInputDelta or type(event) is ReasoningDelta:
                state = self._current
                if state is None or state.index != event.index:
                    if event.index in self._parts:
                        self._parts[event.index].queue.append(event.text)
                elif state.live and state.flows:
                    if state.said is not None:
                        state.said.add(event.text)
                    say(state, event.text, out)
                else:
                    self._grow(state, event.text, out)
                continue
            match event:
                case PartStarted():
                    self._start_part(event, out)
                case PartEnded():
                    self._end_part(event.index, out)
                case SignatureDelta():
                    if event.index in self._parts:
                        self._sign(self._parts[event.index], event)
                case CitationAdded():
                    self._cite(event, out)
                case UsageReported():
                    self._usage = event.usage
                case CandidateFinished():
                    self._finish_candidate(event)
                case ResponseStarted():
                    self._start(event, out)
                case ResponseFinished():
                    self._finish(event, out)
                case ErrorRaised():
                    out.append(frame(encode_error(event.error, self._losses)[1], b"error"))
                case LogprobsAdded():
                    if event.candidate == 0:
                        drop_logprobs(event.logprobs, self._losses)
                case _:
                    self._opaque(event, out)
        return out[0] if len(out) == 1 else b"".join(out)

    # the message

    def _start(self, event: ResponseStarted, out: list[bytes]) -> None:
        self._target.native = event.dialect == NAME
        self._usage = event.usage
        self._started = event
        response = begun(event)
        message = encode_envelope(response, self._losses, self._request)
        message.stop_reason = message.stop_sequence = None
        message.usage = Raw(dump(encode_usage(event.usage or _NO_USAGE, self._losses)))
        self._told = load(dict[str, Raw], message.usage, NAME)
        self._write(b"message_start", b'"message":' + dump(dress(message, event.ext, NAME)), out)

    def _write(self, kind: bytes, members: bytes, out: list[bytes]) -> None:
        out.append(frame(b'{"type":"%b",%b}' % (kind, members), kind))

    def _opaque(self, event: OpaqueEvent, out: list[bytes]) -> None:
        if event.dialect != NAME:
            self._losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")
        elif event.tag != "content_block_delta" or (self._current is not None and self._current.live):
            out.append(frame(bytes(event.raw), dump(event.tag)[1:-1]))
        else:
            self._losses.dropped("unknown_event", (event.tag,), "it belongs to no open block")

    def _finish_candidate(self, event: CandidateFinished) -> None:
        if event.candidate:
            self._losses.dropped("candidate", event.at, "Claude gives one answer")
            return
        drop_foreign(event.ext, NAME, event.at, self._losses)
        self._finished = event

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        drop_foreign(event.ext, NAME, (), self._losses)
        drop_tier(event.service_tier or self._started.service_tier, self._started, self._losses)
        finished = self._finished
        finish = finished.finish if finished is not None else None
        at = finished.at if finished is not None else ()
        reason, sequence = encode_finish(finish, self._called, self._target.native, self._losses, at)
        delta = {"stop_reason": Raw(dump(reason)), "stop_sequence": Raw(dump(sequence))}
        own = own_of(finished.ext if finished is not None else None, NAME) | own_of(event.ext, NAME)
        members = {word: raw for key, raw in own.items() if (word := key_of(key[-1])) is not None}
        delta |= {word: members.pop(word) for word in ("stop_details", "container") if word in members}
        members = {"delta": Raw(dump(delta)), "usage": self._bill(), **members}
        self._write(b"message_delta", dump(members)[1:-1], out)
        out.append(b'event: message_stop\ndata: {"type":"message_stop"}\n\n')

    def _bill(self) -> Raw:
        """What `message_start` did not say yet; the count of output is always due."""
        usage = self._usage
        if usage is None:
            if not self._target.native:
                self._losses.invented("usage", ("usage",), "the source says nothing")
            usage = _NO_USAGE
        counts = load(dict[str, Raw], dump(encode_usage(usage, self._losses)), NAME)
        late = counts if self._target.native else _LATE
        news = {key: counts[key] for key in late if key in counts and self._told.get(key) != counts[key]}
        news["output_tokens"] = counts.get("output_tokens", Raw(b"0"))
        return Raw(dump(news))

    # parts

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        if event.candidate:
            return
        state = self._parts[event.index] = Open(event.index, event.part)
        if self._current is None:
            self._begin(state, out)
        else:
            self._line.append(state)

    def _sign(self, state: Open, event: SignatureDelta) -> None:
        state.signature = event.signature
        if event.id is not None and isinstance(state.part, Reasoning):
            state.part = replace(state.part, id=event.id)

    def _end_part(self, index: int, out: list[bytes]) -> None:
        state = self._parts.pop(index, None)
        if state is None:
            return
        state.ended = True
        while self._current is not None and self._current.ended:
            self._end(self._current, out)
            self._over.add(self._current.index)
            self._current = None
            if self._line:
                self._begin(self._line.pop(0), out)

    def _begin(self, state: Open, out: list[bytes]) -> None:
        self._current = state
        part = state.part
        match part:
            case Text() | Refusal():
                state.queue.insert(0, part.text)
                if isinstance(part, Text):
                    state.queue[1:1] = part.citations or []
            case Reasoning(redacted=False):
                state.queue.insert(0, part.text)
            case ToolCall():
                self._begin_call(state, part, out)
            case _:
                return
        queue, state.queue = state.queue, []
        for item in queue:
            if isinstance(item, str):
                self._grow(state, item, out)
            else:
                self._add_citation(state, item, out)

    def _begin_call(self, state: Open, part: ToolCall, out: list[bytes]) -> None:
        self._called = True
        if state.signature is not None:
            for carrier in carriers(part, state.signature, "n", self._target):
                self._whole(carrier, out)
        if part.custom:
            self._losses.approximated("custom_tool", part.at, 'sent as {"input": ...}')
        block = encode_block(replace(part, arguments=EMPTY, custom=False), self._target)
        self._go_live(state, block, b"input_json_delta", b"partial_json", out)
        state.flows = False
        state.said = None if part.custom else Pieces()
        state.part = replace(part, signature=state.signature)
        if part.derived_id:
            self._losses.invented("tool_call_id", ("content", self._blocks, "id"), "the source names none")
        if part.custom:
            out.append(state.before + b'"{\\"input\\":\\""' + AFTER)
        state.queue.insert(0, as_text(part.arguments) if part.custom else json_text(part.arguments))

    def _go_live(self, state: Open, block: object, kind: bytes, member: bytes, out: list[bytes]) -> None:
        state.live = True
        state.before = DELTA % (self._blocks, kind, member)
        self._write(b"content_block_start", b'"index":%d,"content_block":%b' % (self._blocks, dump(block)), out)

    def _grow(self, state: Open, text: str, out: list[bytes]) -> None:
        """More of a text, of thinking, or of a call's arguments."""
        if not text:
            return
        if not state.live:
            self._go_live_saying(state, out)
        if type(state.part) is ToolCall:
            if state.said is None:
                text = dump(text).decode()[1:-1]
            else:
                state.said.add(text)
                if not state.flows:
                    state.tries += 1
                    text = state.said.text() if state.tries <= PATIENCE else ""
                    if not OPENING.match(text):
                        return
                    state.flows = True
        say(state, text, out)

    def _go_live_saying(self, state: Open, out: list[bytes]) -> None:
        part = state.part
        match part:
            case Text():
                block = encode_block(replace(part, text="", citations=None), self._target)
                self._go_live(state, block, b"text_delta", b"text", out)
            case Refusal():
                encode_block(part, self._target)
                self._go_live(state, wire.TextBlock(""), b"text_delta", b"text", out)
            case _:  # Reasoning
                self._go_live(state, wire.ThinkingBlock("", ""), b"thinking_delta", b"thinking", out)

    def _cite(self, event: CitationAdded, out: list[bytes]) -> None:
        state = self._parts.get(event.index)
        if state is None:
            state = next((waiting for waiting in self._line if waiting.index == event.index), None)
        if state is not None and state is self._current:
            self._add_citation(state, event.citation, out)
        elif state is not None:
            state.queue.append(event.citation)
        elif event.index in self._over:
            self._losses.dropped("citation", event.citation.at, "its block was over when the source was named")

    def _add_citation(self, state: Open, citation: Citation, out: list[bytes]) -> None:
        raw = encode_citation(citation, self._target)
        if not state.live:
            self._go_live_saying(state, out)
        if raw is not None:
            out.append(DELTA % (self._blocks, b"citations_delta", b"citation") + bytes(raw) + AFTER)

    def _end(self, state: Open, out: list[bytes]) -> None:
        part, signature = state.part, state.signature
        match part:
            case Text():
                whole = replace(part, signature=signature)
                if not state.live and (self._target.native or not is_blank(whole, self._target)):
                    self._go_live_saying(state, out)
                self._stop(state, out)
                self._carry_after(part, state, None, out)
            case Refusal():
                self._stop(state, out)
            case Reasoning(redacted=False):
                drop_foreign(part.ext, NAME, part.at, self._losses)
                note_reasoning(replace(part, signature=signature), self._target)
                if not state.live and (self._target.native or signature is not None):
                    self._go_live_saying(state, out)
                if state.live:
                    value = b'""' if signature is None else dump(signature_text(part, signature))
                    out.append(DELTA % (self._blocks, b"signature_delta", b"signature") + value + AFTER)
                self._stop(state, out)
            case ToolCall():
                if state.said is None:
                    out.append(state.before + b'"\\"}"' + AFTER)
                else:
                    said = state.said.text()
                    whole = as_object(said, self._losses, part.at)
                    if said and not state.flows:
                        say(state, bytes(whole).decode(), out)
                self._stop(state, out)
                self._carry_after(part, state, part.signature, out)
            case _:
                block = encode_block(replace(part, signature=signature), self._target)
                if block is not None:
                    self._whole(block, out, isinstance(part, ServerToolCall))

    def _carry_after(self, part: AnyPart, state: Open, known: object, out: list[bytes]) -> None:
        if state.signature is not None and state.signature is not known:
            for carrier in carriers(part, state.signature, "p", self._target):
                self._whole(carrier, out)

    def _stop(self, state: Open, out: list[bytes]) -> None:
        if state.live:
            self._write(b"content_block_stop", b'"index":%d' % self._blocks, out)
            self._blocks += 1

    def _whole(self, block: wire.Block, out: list[bytes], call: bool = False) -> None:
        """A block that has come whole, in the deltas that Claude would use."""
        delta: list[bytes] = []
        if isinstance(block, wire.ThinkingBlock):
            delta = [DELTA % (self._blocks, b"signature_delta", b"signature") + dump(block.signature or "") + AFTER]
            block = wire.ThinkingBlock(block.thinking, "")
        body = dump(block)
        if call:
            members = load(dict[str, Raw], body, NAME)
            given = bytes(members.get("input", EMPTY))
            if given != b"{}":
                delta = [DELTA % (self._blocks, b"input_json_delta", b"partial_json")]
                delta[0] += dump(given.decode("utf-8", "surrogatepass")) + AFTER
                members["input"] = EMPTY
                body = dump(members)
        self._write(b"content_block_start", b'"index":%d,"content_block":%b' % (self._blocks, body), out)
        out.extend(delta)
        self._write(b"content_block_stop", b'"index":%d' % self._blocks, out)
        self._blocks += 1
