"""Events -> chunks.

Each chunk is written from a template: all but the new text is the same in every chunk of a stream. Fragments of calls
may interleave, so nothing waits but what Chat says last: citations, why a choice ended, and the usage.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, Raw, UnsetType
from msgspec.structs import replace

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.errors import encode_error
from dgrid_translate.dialects.openai_chat.parts import (
    Target,
    encode_annotation,
    encode_audio,
    encode_call,
    encode_content,
    encode_details,
    encode_extra_content,
    is_answer,
    name_joined,
    name_joined_refusals,
    passed,
    says_more,
)
from dgrid_translate.dialects.openai_chat.profile import NAME, SERVICE_TIERS
from dgrid_translate.dialects.openai_chat.response import (
    encode_envelope,
    encode_finish,
    encode_logprobs,
)
from dgrid_translate.dialects.openai_chat.stream.written import OpenChoice, OpenPart
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
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
from dgrid_translate.ir.fold import begun, merge_extensions
from dgrid_translate.ir.parts import AnyPart, Extensions, Media, Opaque, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.openai.usage import encode_usage
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_of, pose, remembered

_MOST_CHOICES = 128
"""What OpenAI allows as `n`."""


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, now: int | None) -> None:
        self._losses = losses
        self._native = Target(losses, native=True)
        self._now = now
        self._wants_usage = request is None or bool(request.include_usage)
        self._tail = b"}\n\n" if request is None or not request.include_usage else b',"usage":null}\n\n'
        self._head = b""
        self._dialect = ""
        self._envelope = wire.Completion()
        self._ext: Extensions | None = None
        self._usage: Usage | None = None
        self._parts: dict[int, OpenPart] = {}
        self._texts: dict[int, OpenPart] = {}  # all of them: what is cited may be said at the end
        self._choices: dict[int, OpenChoice] = {}

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they make."""
        out: list[bytes] = []
        for event in events:
            if type(event) is TextDelta:
                part = self._parts[event.index]
                part.length += len(event.text)
                self._wrap(part, event.text, out)
                continue
            if type(event) is ToolInputDelta:
                self._wrap(self._parts[event.index], event.text, out)
                continue
            if type(event) is ReasoningDelta:
                part = self._parts[event.index]
                part.said.add(event.text)
                self._wrap(part, event.text, out)
                continue
            match event:
                case PartStarted():
                    self._start_part(event, out)
                case PartEnded():
                    part = self._parts.pop(event.index)
                    if type(part.part) is ToolCall and own_of(event.ext, NAME):
                        self._add_to_call(part, event.ext, out)
                    self._end_part(part, out)
                case SignatureDelta():
                    part = self._parts[event.index]
                    part.signature = event.signature
                    part.id = event.id or part.id
                    if isinstance(part.part, ToolCall):
                        extra = encode_extra_content(event.signature, None, ())
                        item = wire.ToolCallItem(part.tool, extra_content=extra)
                        self._delta(part.candidate, wire.ResponseMessage(tool_calls=[item]), out)
                case CitationAdded():
                    self._texts[event.index].citations.append(event.citation)
                case LogprobsAdded():
                    logprobs = encode_logprobs(event.logprobs, self._losses)
                    delta = wire.ResponseMessage()
                    self._chunk(wire.Choice(event.candidate, delta=delta, finish_reason=None, logprobs=logprobs), out)
                case UsageReported():
                    self._usage = event.usage
                case CandidateFinished():
                    self._finish_choice(event, out)
                case ResponseStarted():
                    self._start(event)
                case ResponseFinished():
                    self._finish(event, out)
                case ErrorRaised():
                    out.append(frame(encode_error(event.error, self._losses)[1]))
                case _:
                    self._losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")
        return out[0] if len(out) == 1 else b"".join(out)

    def _start(self, event: ResponseStarted) -> None:
        self._dialect = event.dialect
        self._usage = event.usage
        self._ext = event.ext
        envelope = self._envelope = encode_envelope(
            begun(event),
            self._losses,
            self._now,
        )
        envelope.object = "chat.completion.chunk"
        self._head = b"data: " + dump(dress(envelope, event.ext, NAME))[:-1] + b',"choices":['

    def _chunk(self, choice: wire.Choice, out: list[bytes]) -> None:
        out.append(self._head + dump(choice) + b"]" + self._tail)

    def _delta(self, candidate: int, delta: wire.ResponseMessage, out: list[bytes]) -> None:
        self._chunk(wire.Choice(candidate, delta=delta, finish_reason=None), out)

    def _choice(self, index: int, first: AnyPart | None, out: list[bytes]) -> OpenChoice:
        """The choice's state; its first chunk says the role."""
        state = self._choices.get(index)
        if state is None:
            for earlier in range(len(self._choices), min(index, _MOST_CHOICES)):
                self._choice(earlier, None, out)  # the SDK's helper wants choices to begin in order
            state = self._choices[index] = OpenChoice()
            content = "" if isinstance(first, Text) else None
            self._delta(index, wire.ResponseMessage(role="assistant", content=content), out)
        return state

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        part = event.part
        choice = self._choice(event.candidate, part, out)
        if self._dialect != NAME:
            choice.furthest = passed(part, choice.furthest, self._losses)
        state = self._parts[event.index] = OpenPart(part, event.candidate)
        match part:
            case Text():
                drop_foreign(part.ext, NAME, part.at, self._losses)
                caching.drop(part.cache, self._losses, part.at)
                self._join(choice, state, part)
                self._texts[event.index] = state
                state.citations = list(part.citations or ())
                state.length = len(part.text)
                if choice.thinking:
                    choice.waiting.append(state)
                    state.said.add(part.text)
                else:
                    self._begin_text(choice, state, part.text, out)
            case ToolCall():
                state.tool = choice.tools
                item = encode_call(part, self._losses)
                choice.tools += 1
                if part.derived_id and self._dialect != NAME:
                    at = ("choices", event.candidate, "message", "tool_calls", state.tool, "id")
                    self._losses.invented("tool_call_id", at, "the source names none")
                self._begin_call(state, part, item, out)
            case Reasoning():
                drop_foreign(part.ext, NAME, part.at, self._losses)
                choice.thinking += 1
                if remembered(part.ext, NAME, "~thinking") and says_more(part):
                    self._listed(event.candidate, part, out)
                    return
                plain = part.at[-1:] == ("reasoning",) or remembered(part.ext, NAME, "~reasoning")
                empty = wire.ResponseMessage(reasoning="") if plain else wire.ResponseMessage(reasoning_content="")
                if part.text:
                    state.said.add(part.text)
                if not choice.plain or choice.details:  # else it waits for what tells it from the one before
                    self._wrapping(state, empty)
                    if part.text:
                        self._wrap(state, part.text, out)
            case Refusal():
                drop_foreign(part.ext, NAME, part.at, self._losses)
                if self._dialect != NAME:
                    choice.refusal = choice.refusal or part
                    name_joined_refusals([choice.refusal, part], self._losses)
                self._wrapping(state, wire.ResponseMessage(refusal=""))
                if says_more(part):
                    self._listed(event.candidate, part, out)
                elif part.text:
                    self._wrap(state, part.text, out)
            case Media() if is_answer(part):
                self._delta(event.candidate, wire.ResponseMessage(audio=encode_audio(part, self._losses)), out)
            case Opaque(dialect=dialect) if dialect == NAME:
                self._listed(event.candidate, part, out)
            case _:
                drop_part(part, self._losses)

    def _begin_text(self, choice: OpenChoice, state: OpenPart, text: str, out: list[bytes]) -> None:
        state.before = choice.text
        self._wrapping(state, wire.ResponseMessage(content=""))
        if type(state.part) is Text and says_more(state.part):
            self._listed(state.candidate, Text(text, at=state.part.at, ext=state.part.ext), out)
        elif text:
            self._wrap(state, text, out)

    def _listed(self, candidate: int, part: AnyPart, out: list[bytes]) -> None:
        """A part that came in a list of parts, and says more there than its text."""
        self._delta(candidate, wire.ResponseMessage(content=encode_content([part], self._native)), out)

    def _join(self, choice: OpenChoice, state: OpenPart, text: Text) -> None:
        """Texts of another dialect's answer become one here."""
        choice.texts.append(state)
        if len(choice.texts) > 1 and self._dialect != NAME:
            self._losses.approximated("text_blocks", choice.texts[0].part.at, "joined into one text")
            self._losses.approximated("text_blocks", text.at, "joined into one text")

    def _begin_call(self, state: OpenPart, part: ToolCall, item: wire.ToolCallItem, out: list[bytes]) -> None:
        if remembered(part.ext, NAME, "~function_call"):
            made = dress(wire.Function(part.name, as_text(part.arguments)), part.ext, NAME)
            self._delta(state.candidate, wire.ResponseMessage(function_call=made), out)
            self._wrapping(state, wire.ResponseMessage(function_call=wire.Function(arguments="")))
            return
        body = dump(item)
        indexed = Raw(b'{"index":%d,%b' % (state.tool, body[1:]))
        self._delta(state.candidate, wire.ResponseMessage(tool_calls=[pose(indexed, wire.ToolCallItem)]), out)
        more = wire.ToolCallItem(state.tool)
        if part.custom:
            more.custom = wire.Custom(input="")
        else:
            more.function = wire.Function(arguments="")
        self._wrapping(state, wire.ResponseMessage(tool_calls=[more]))

    def _add_to_call(self, state: OpenPart, ext: Extensions | None, out: list[bytes]) -> None:
        """What Chat said in a call's later deltas; not its signature again, which readers would join to the first."""
        if remembered(state.part.ext, NAME, "~function_call"):
            legacy = wire.ResponseMessage(function_call=dress(wire.Function(), ext, NAME))
            self._delta(state.candidate, legacy, out)
            return
        item = wire.ToolCallItem(state.tool, extra_content=_left_of_extra_content(ext))
        if (function := dress(wire.Function(), ext, NAME, "function")) != wire.Function():
            item.function = function
        if (custom := dress(wire.Custom(), ext, NAME, "custom")) != wire.Custom():
            item.custom = custom
        self._delta(state.candidate, wire.ResponseMessage(tool_calls=[dress(item, ext, NAME)]), out)

    def _wrapping(self, state: OpenPart, delta: wire.ResponseMessage) -> None:
        """Find what stands around the text of this part's deltas."""
        choice = wire.Choice(state.candidate, delta=delta, finish_reason=None)
        before, after = dump(choice).rsplit(b'""', 1)
        state.wrapped = self._head + before, after + b"]" + self._tail

    def _wrap(self, state: OpenPart, text: str, out: list[bytes]) -> None:
        if state.wrapped is not None:
            before, after = state.wrapped
            out.append(before + dump(text) + after)
        elif type(state.part) is Text:
            state.said.add(text)

    def _end_part(self, state: OpenPart, out: list[bytes]) -> None:
        choice = self._choices[state.candidate]
        if type(state.part) is Text and state.wrapped is None:
            state.ended = True
            return
        self._end(choice, state, out)
        if type(state.part) is Reasoning:
            choice.thinking -= 1
            waiting = [] if choice.thinking else choice.waiting
            while waiting:
                text = waiting.pop(0)
                self._begin_text(choice, text, text.said.text(), out)
                if text.ended:
                    self._end(choice, text, out)

    def _end(self, choice: OpenChoice, state: OpenPart, out: list[bytes]) -> None:
        part = state.part
        match part:
            case Text():
                choice.text += state.length
                if state.signature is not None:
                    extra = encode_extra_content(state.signature, None, ())
                    self._delta(state.candidate, wire.ResponseMessage(extra_content=extra), out)
            case Reasoning() if state.signature is not None and not state.said and state.signature.origin == "google":
                extra = encode_extra_content(state.signature, None, ())
                self._delta(state.candidate, wire.ResponseMessage(extra_content=extra), out)
            case Reasoning() if remembered(part.ext, NAME, "~thinking") and says_more(part):
                pass
            case Reasoning() if state.signature is not None or choice.details:
                whole = replace(part, text=state.said.text(), signature=state.signature, id=state.id)
                details = encode_details(whole, choice.details)
                choice.details += len(details)
                delta = wire.ResponseMessage(reasoning_details=Raw(dump(details)))
                if state.wrapped is None and whole.text:
                    delta.reasoning_content = whole.text
                self._delta(state.candidate, delta, out)
            case Reasoning() if state.said and self._dialect != NAME:
                if state.wrapped is None:
                    self._delta(state.candidate, wire.ResponseMessage(reasoning_content=state.said.text()), out)
                choice.plain.append(replace(part, text=state.said.text()))
                name_joined(choice.plain, self._losses)
            case _:
                pass

    def _finish_choice(self, event: CandidateFinished, out: list[bytes]) -> None:
        state = self._choice(event.candidate, None, out)
        drop_foreign(event.ext, NAME, event.at, self._losses)
        annotations = [
            annotation
            for text in state.texts
            for citation in text.citations
            if (annotation := encode_annotation(citation, text.length, text.before, self._losses)) is not None
        ]
        if annotations:
            self._delta(event.candidate, wire.ResponseMessage(annotations=annotations), out)
        left = wire.ResponseMessage(extra_content=_left_of_extra_content(event.ext, "message"))
        delta = dress(left, event.ext, NAME, "message")
        reason = encode_finish(event.finish, state.tools > 0, self._losses, event.at)
        self._chunk(dress(wire.Choice(event.candidate, delta=delta, finish_reason=reason), event.ext, NAME), out)

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        drop_foreign(event.ext, NAME, (), self._losses)
        envelope = self._envelope
        late = event.ext is not None and NAME in event.ext
        if self._usage is not None:
            usage = encode_usage(self._usage, NAME, self._losses)
            if self._wants_usage:
                envelope.usage = usage
        told = event.service_tier is not None and (self._dialect == NAME or event.service_tier in SERVICE_TIERS)
        if told and event.service_tier != envelope.service_tier:
            envelope.service_tier = event.service_tier or UNSET
            late = True
        if late or envelope.usage is not UNSET:
            envelope.choices = []
            out.append(frame(dump(dress(envelope, merge_extensions(self._ext, event.ext), NAME))))
        out.append(b"data: [DONE]\n\n")


def _left_of_extra_content(ext: Extensions | None, *under: str) -> wire.ExtraContent | UnsetType:
    """`extra_content` without its signature, which went out by itself; UNSET if that was all."""
    google = dress(wire.GoogleExtra(), ext, NAME, *under, "extra_content", "google")
    bare = wire.ExtraContent() if google == wire.GoogleExtra() else wire.ExtraContent(google)
    extra = dress(bare, ext, NAME, *under, "extra_content")
    return UNSET if extra == wire.ExtraContent() else extra
