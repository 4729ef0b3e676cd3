"""Chunks -> events.

A chunk says nothing of where a part begins or ends, so the Decoder infers it: prose (reasoning, text, refusal) ends
when another kind begins, calls stay open until their choice finishes, since their fragments may interleave. Usage
comes with the finish or after it, so the response only finishes at `[DONE]` or at the end of the stream.
"""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.errors import decode_error
from dgrid_translate.dialects.openai_chat.parts import (
    decode_annotation,
    decode_audio,
    decode_call,
    decode_detail,
    decode_function_call,
    decode_part,
    says_more,
)
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.dialects.openai_chat.response import (
    decode_envelope,
    decode_finish,
    decode_logprobs,
)
from dgrid_translate.dialects.openai_chat.stream.choice import Choice, OpenCall
from dgrid_translate.dialects.openai_chat.stream.deltas import (
    grown,
    names_tool,
    news_of,
    of_a_delta,
    read_extra_content,
    read_on,
    speaks,
    too_late,
    unnumbered,
)
from dgrid_translate.dialects.openai_chat.stream.more import More
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.error import Error
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
from dgrid_translate.ir.parts import (
    AnyPart,
    Extensions,
    Reasoning,
    Refusal,
    Text,
)
from dgrid_translate.ir.response import FinishReason
from dgrid_translate.losses import At
from dgrid_translate.shared.openai.usage import decode_usage
from dgrid_translate.shared.wire import NULL, dump, elsewhere, extensions, extra_of, load, merge, note, own_of


class Decoder:
    """Chunks in, events out."""

    def __init__(self) -> None:
        self._started = False
        self._id: str | None = None
        self._over = False
        self._parts = 0
        self._choices: dict[int, Choice] = {}
        self._ext: Extensions | None = None
        self._more = More()

    def feed(self, data: bytes) -> list[Event]:
        """Take one chunk's JSON, or `[DONE]`."""
        more = self._more
        if more.hope.trying and (event := more.read(data, self._choices)) is not None:
            return [event]
        if self._over:
            return []
        if data == b"[DONE]":
            return self._finish(honest=True)
        chunk = load(wire.Completion, data, NAME)
        if chunk.error is not UNSET and chunk.error != NULL:
            self._over = True
            return [ErrorRaised(decode_error(None, data))]
        events: list[Event] = []
        if not self._started:
            self._start(chunk, events)
        elif chunk.extra is not UNSET or chunk.x_groq is not UNSET or chunk.citations is not UNSET:
            self._ext = merge(self._ext, decode_envelope(chunk))
        if chunk.choices:
            for choice in chunk.choices:
                self._take(choice, events)
        if chunk.usage is not UNSET and chunk.usage != NULL:
            events.append(UsageReported(decode_usage(chunk.usage, NAME)))
        if chunk.service_tier:
            more.tier = chunk.service_tier
        more.hope.encourage(events)
        return events

    def close(self) -> list[Event]:
        """The stream is over."""
        return self._finish(honest=False)

    def _start(self, chunk: wire.Completion, events: list[Event]) -> None:
        self._ext = merge(self._ext, decode_envelope(chunk))
        counts = chunk.usage is not UNSET and chunk.usage != NULL
        if not chunk.choices and not chunk.id and not counts:
            return  # Azure's first chunk: filter results, with an empty id and model
        self._started = True
        started = ResponseStarted(NAME, ext=self._ext)
        self._ext = None
        if chunk.id is not UNSET:
            self._id = started.id = chunk.id
        if chunk.model is not UNSET:
            started.model = chunk.model
        if chunk.created is not UNSET:
            started.created = chunk.created
        if chunk.service_tier is not UNSET:
            started.service_tier = chunk.service_tier
        events.append(started)

    def _finish(self, honest: bool) -> list[Event]:
        if self._over:
            return []
        self._over = True
        events: list[Event] = []
        for choice in self._choices.values():
            if not choice.finished and honest:
                self._end(choice, FinishReason("other", None, NAME), events)
        if not self._started or not all(choice.finished for choice in self._choices.values()):
            cut = Error("server", "the upstream's stream was cut before its end", dialect=NAME)
            return [*events, ErrorRaised(cut)]
        events.append(ResponseFinished(self._ext, self._more.tier))
        return events

    def _take(self, choice: wire.Choice, events: list[Event]) -> None:
        index = 0 if choice.index is UNSET else choice.index
        state = self._choices.get(index)
        if state is None:
            state = self._choices[index] = Choice(index)
        delta = choice.delta if choice.delta is not UNSET else choice.message
        if state.finished:
            if delta is not UNSET and speaks(delta):
                raise DecodeError("a choice went on after its finish_reason", path=f"choices[{index}]", dialect=NAME)
            late = too_late(choice, own_of(state.ext, NAME))  # Azure's filters, for one
            self._ext = merge(self._ext, elsewhere(("choices", index), late))
            return
        if delta is not UNSET:
            self._take_delta(delta, state, events)
        if choice.logprobs is not UNSET and choice.logprobs is not None:
            logprobs = decode_logprobs(choice.logprobs, ("choices", index, "logprobs"))
            events.append(LogprobsAdded(index, logprobs))
        if news := news_of(choice, own_of(state.ext, NAME)):
            state.ext = merge(state.ext, {NAME: news})
        if choice.finish_reason and not state.finished:
            self._end(state, decode_finish(choice.finish_reason, state.refused), events)

    def _take_delta(self, delta: wire.ResponseMessage, state: Choice, events: list[Event]) -> None:
        at = ("choices", state.index, "message")
        if delta.extra is not UNSET:
            state.ext = merge(state.ext, extensions(delta, NAME, "message"))
        if delta.channel is not UNSET:
            state.ext = note(state.ext, NAME, ("message", "channel"), delta.channel)
        plain = delta.reasoning_content or delta.reasoning
        key = "reasoning" if delta.reasoning is not UNSET and not delta.reasoning_content else "reasoning_content"
        if plain:
            state.spelled = key
        if delta.reasoning_details is not UNSET:
            self._take_details(delta.reasoning_details, plain or "", key, state, at, events)
        elif plain:
            self._say(Reasoning, plain, at + (key,), state, events)
        content = delta.content
        if isinstance(content, str):
            if content:
                self._say(Text, content, at + ("content",), state, events)
        elif content is not UNSET and content is not None:
            for place, part in enumerate(content):
                if type(part) is wire.TextPart and part.extra is UNSET:
                    self._say(Text, part.text, (*at, "content", place), state, events)
                    continue
                found = decode_part(part, (*at, "content", place))
                if type(found) is Reasoning and not says_more(found):
                    self._say(Reasoning, found.text, found.at, state, events)
                else:
                    self._stop(state, events)
                    events.append(PartEnded(self._begin(found, state, events)))
        if delta.refusal:
            state.refused = True
            self._say(Refusal, delta.refusal, at + ("refusal",), state, events)
        if delta.annotations:
            self._cite(delta.annotations, state, at, events)
        if delta.extra_content is not UNSET:
            self._sign(delta.extra_content, state, at, events)
        if delta.audio and delta.audio.id != "":
            state.audio = grown(state.audio, delta.audio)
        if delta.tool_calls:
            for item in delta.tool_calls:
                self._call(item, state, at, events)
        legacy = delta.function_call
        if legacy and (legacy.name or legacy.arguments or -1 in state.calls):
            self._legacy_call(legacy, state, at, events)

    def _begin(self, part: AnyPart, state: Choice, events: list[Event]) -> int:
        index = self._parts
        self._parts += 1
        events.append(PartStarted(index, state.index, part))
        return index

    def _stop(self, state: Choice, events: list[Event]) -> None:
        """End the open prose."""
        if state.prose is not None:
            events.append(PartEnded(state.prose_part))
            state.prose = None

    def _say(
        self, kind: type[Reasoning | Text | Refusal], text: str, at: At, state: Choice, events: list[Event]
    ) -> None:
        if state.prose is not kind or (kind is Reasoning and state.signed):
            self._stop(state, events)
            state.prose_part = self._begin(kind("", at=at), state, events)
            state.prose = kind
            state.signed = False
            state.prose_id = None
            state.plain, state.echoed = kind is Reasoning, ""
            state.said = []
            if kind is Text:
                state.text_part = state.prose_part
                annotations, state.uncited = state.uncited, []
                self._cite(annotations, state, at[:-1], events)
        if kind is Reasoning:
            state.said.append(text)
            events.append(ReasoningDelta(state.prose_part, text))
        elif text:
            events.append(TextDelta(state.prose_part, text))

    def _take_details(self, raw: Raw, plain: str, key: str, state: Choice, at: At, events: list[Event]) -> None:
        """A detail goes on with the part of its index; one that repeats what was said plainly only signs it.

        What is said plainly beside details is what they say, so that they repeat nothing that came before.
        """
        place = (*at, "reasoning_details")
        for detail in load(wire.ReasoningDetails, raw, NAME, place):
            part = decode_detail(detail, (*place, detail.index or 0))
            if not isinstance(part, Reasoning):
                state.ext = note(state.ext, NAME, ("message", "reasoning_details"), raw)
                continue
            for name, more in own_of(part.ext, NAME).items():
                state.ext = note(state.ext, "", ("message", "reasoning_details", *name), more)
            part.ext = None
            unsigned = state.prose is Reasoning and not state.signed
            told = not state.plain or bool(state.echoed)  # what is open, by details
            signs = unsigned and told and state.prose_id in (None, part.id)
            if signs and part.redacted and part.signature is not None:
                events.append(SignatureDelta(state.prose_part, part.signature, part.id))
                state.signed = True
                continue
            known = state.details.get(detail.index) if isinstance(detail.index, int) else None
            said = "".join(state.said)
            known_here = state.prose is Reasoning and known == state.prose_part
            open_here = known_here or (known is None and unsigned and not part.redacted)
            echoes = open_here and state.plain and not plain and said.startswith(state.echoed + part.text)
            goes_on = known_here or echoes or (open_here and not part.text)
            if not goes_on:
                self._stop(state, events)
                form: Extensions | None = {NAME: {("~reasoning",): NULL}} if key == "reasoning" else None
                seed = part if part.redacted else Reasoning("", part.id, at=part.at, ext=form)
                state.prose_part = self._begin(seed, state, events)
                state.prose = Reasoning
                state.prose_id = part.id
                state.plain = state.signed = False
                state.said = []
                if part.redacted:
                    self._stop(state, events)
                    continue
            if isinstance(detail.index, int):
                state.details[detail.index] = state.prose_part
            if echoes:
                state.echoed += part.text
            elif part.text:
                state.said.append(part.text)
                events.append(ReasoningDelta(state.prose_part, part.text))
            if part.signature is not None:
                events.append(SignatureDelta(state.prose_part, part.signature, part.id))
                state.signed = True
        if plain and state.prose is not Reasoning:
            self._say(Reasoning, plain, (*at, key), state, events)

    def _cite(self, annotations: list[Raw], state: Choice, at: At, events: list[Event]) -> None:
        if state.text_part is None:
            state.uncited += annotations
            return
        for raw in annotations:
            citation = decode_annotation(unnumbered(raw), (*at, "annotations", state.citations))
            state.citations += 1
            events.append(CitationAdded(state.text_part, citation))

    def _sign(self, extra: wire.ExtraContent, state: Choice, at: At, events: list[Event]) -> None:
        own = {**own_of(state.ext, NAME)}
        signature = read_extra_content(extra, own, ("message",), state.whole_signed)
        if own:
            state.ext = {**(state.ext or {}), NAME: own}
        if signature is None:
            return
        state.whole_signed = True
        if state.prose is not Text:
            self._say(Text, "", at + ("content",), state, events)
        events.append(SignatureDelta(state.prose_part, signature))

    def _call(self, item: wire.ToolCallItem, state: Choice, at: At, events: list[Event]) -> None:
        begins = bool(item.id) or names_tool(item)
        key = item.index if isinstance(item.index, int) else max(len(state.calls) - (not begins), 0)
        known = state.calls.get(key)
        if known is not None and item.id and item.id != known.id and names_tool(item):
            # Some hosts number every call 0: what goes on is the last one.
            state.calls[-2 - len(state.calls)], known = known, None
        if known is None:
            self._stop(state, events)
            call = decode_call(item, (*at, "tool_calls", len(state.calls)), self._id)
            call.ext = None if call.ext is None else of_a_delta(call.ext)
            text = call.arguments
            call.arguments = ""
            state.calls[key] = OpenCall(self._begin(call, state, events), call)
            if isinstance(text, str) and text:
                events.append(ToolInputDelta(state.calls[key].part, text))
            return
        text = item.function.arguments if item.function is not UNSET else UNSET
        if item.custom is not UNSET:
            text = item.custom.input
        if text:
            events.append(ToolInputDelta(known.part, text))
        signature = read_on(item, known.own, known.signed)
        if signature is not None:
            known.signed = True
            events.append(SignatureDelta(known.part, signature))

    def _legacy_call(self, call: wire.Function, state: Choice, at: At, events: list[Event]) -> None:
        known = state.calls.get(-1)
        if known is None:
            self._stop(state, events)
            part = decode_function_call(call, (*at, "function_call"), self._id)
            part.arguments = ""
            known = state.calls[-1] = OpenCall(self._begin(part, state, events), part)
        elif call.extra is not UNSET:
            known.own.update(extra_of(call))
        if call.arguments:
            events.append(ToolInputDelta(known.part, call.arguments))

    def _end(self, state: Choice, finish: FinishReason, events: list[Event]) -> None:
        self._stop(state, events)
        if state.spelled is not None:
            state.ext = note(state.ext, NAME, ("message", "~" + state.spelled))
        if state.uncited:
            state.ext = note(state.ext, NAME, ("message", "annotations"), Raw(dump(state.uncited)))
        if state.audio is not None:
            sound = decode_audio(state.audio, ("choices", state.index, "message", "audio"))
            events.append(PartEnded(self._begin(sound, state, events)))
        events.extend([call.end() for call in state.calls.values()])
        state.finished = True
        events.append(CandidateFinished(state.index, finish, state.ext, ("choices", state.index)))
