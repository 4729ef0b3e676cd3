"""Chunks -> events.

A choice's text is one part, which begins with its first letter and ends with the choice. A finish reason may be said
twice. Usage comes after it, so the response only finishes at `[DONE]` or at the end of the stream.
"""

from __future__ import annotations

from msgspec import UNSET

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.errors import decode_error
from dgrid_translate.dialects.openai_completions.profile import NAME
from dgrid_translate.dialects.openai_completions.response import (
    decode_choice_extensions,
    decode_envelope,
    decode_finish,
    decode_logprobs,
)
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import (
    CandidateFinished,
    ErrorRaised,
    Event,
    LogprobsAdded,
    PartEnded,
    PartStarted,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    UsageReported,
)
from dgrid_translate.ir.parts import Extensions, Text
from dgrid_translate.ir.response import FinishReason
from dgrid_translate.shared.openai.usage import decode_usage
from dgrid_translate.shared.repeats import Repeats
from dgrid_translate.shared.wire import NULL, load, merge


class _Choice:
    """A choice under way; `part` is its text's number, once it has begun."""

    __slots__ = ("ext", "finished", "part")

    def __init__(self) -> None:
        self.part: int | None = None
        self.ext: Extensions | None = None
        self.finished = False


class Decoder:
    """Chunks in, events out."""

    def __init__(self) -> None:
        self._started = False
        self._over = False
        self._repeats = Repeats()
        self._parts = 0
        self._choices: dict[int, _Choice] = {}
        self._ext: Extensions | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take one chunk's JSON, or `[DONE]`."""
        again = self._repeats.read(data)
        if again is not None:
            return [again]
        self._repeats.forget()
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
        elif chunk.extra is not UNSET:
            self._ext = merge(self._ext, decode_envelope(chunk))
        if chunk.choices:
            for choice in chunk.choices:
                self._take(choice, events)
        if chunk.usage is not UNSET and chunk.usage != NULL:
            events.append(UsageReported(decode_usage(chunk.usage, NAME)))
        if len(events) == 1 and type(events[0]) is TextDelta and chunk.extra is UNSET and len(chunk.choices or ()) == 1:
            self._repeats.learn(data, events[0])
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
            started.id = chunk.id
        if chunk.model is not UNSET:
            started.model = chunk.model
        if chunk.created is not UNSET:
            started.created = chunk.created
        events.append(started)

    def _take(self, choice: wire.Choice, events: list[Event]) -> None:
        index = 0 if choice.index is UNSET else choice.index
        state = self._choices.get(index)
        if state is None:
            state = self._choices[index] = _Choice()
        text = choice.text
        if state.finished:
            if text:
                raise DecodeError("a choice went on after its finish_reason", path=f"choices[{index}]", dialect=NAME)
            return
        if text:
            part = state.part
            if part is None:
                part = state.part = self._parts
                self._parts += 1
                events.append(PartStarted(part, index, Text("", at=("choices", index, "text"))))
            events.append(TextDelta(part, text))
        if choice.logprobs is not UNSET and choice.logprobs is not None:
            logprobs = decode_logprobs(choice.logprobs, ("choices", index, "logprobs"))
            events.append(LogprobsAdded(index, logprobs))
        if choice.extra is not UNSET or choice.content_filter_results is not UNSET:
            state.ext = merge(state.ext, decode_choice_extensions(choice))
        if choice.finish_reason:
            self._end(index, state, decode_finish(choice.finish_reason), events)

    def _end(self, index: int, state: _Choice, finish: FinishReason, events: list[Event]) -> None:
        if state.part is not None:
            events.append(PartEnded(state.part))
        state.finished = True
        events.append(CandidateFinished(index, finish, state.ext, ("choices", index)))

    def _finish(self, honest: bool) -> list[Event]:
        if self._over:
            return []
        self._over = True
        events: list[Event] = []
        for index, choice in self._choices.items():
            if not choice.finished and honest:
                self._end(index, choice, FinishReason("other", None, NAME), events)
        if not self._started or not all(choice.finished for choice in self._choices.values()):
            cut = Error("server", "the upstream's stream was cut before its end", dialect=NAME)
            return [*events, ErrorRaised(cut)]
        events.append(ResponseFinished(self._ext))
        return events
