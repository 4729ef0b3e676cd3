"""Events -> chunks.

Each chunk is written from a template: all but the new text is the same in every chunk of a choice. Text and the log
probabilities that come right after it share a chunk, as OpenAI sends them. A prompt that is to be repeated goes before
a choice's first text.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.errors import encode_error
from dgrid_translate.dialects.openai_completions.parts import drop_beside
from dgrid_translate.dialects.openai_completions.profile import NAME
from dgrid_translate.dialects.openai_completions.response import (
    drop_prompt_logprobs,
    encode_envelope,
    encode_finish,
    encode_logprobs,
    length,
    prompt_of,
    wants_echo,
)
from dgrid_translate.ir.events import (
    CandidateFinished,
    CitationAdded,
    ErrorRaised,
    Event,
    LogprobsAdded,
    OpaqueEvent,
    PartEnded,
    PartStarted,
    ResponseFinished,
    ResponseStarted,
    SignatureDelta,
    TextDelta,
    UsageReported,
)
from dgrid_translate.ir.fold import begun, merge_extensions
from dgrid_translate.ir.parts import AnyPart, Extensions, Media, Refusal, Text
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.openai.usage import encode_usage
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dress, drop_foreign, dump


class _Choice:
    """A choice under way."""

    __slots__ = ("before", "first_text", "held", "offset")

    def __init__(self, before: bytes, offset: int) -> None:
        self.before = before  # what stands before a chunk's text
        self.held = ""  # text that waits for its log probabilities
        self.offset = offset  # where the next token with a log probability begins
        self.first_text: Text | None = None


_AFTER = b',"logprobs":null,"finish_reason":null}]'


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, now: int | None) -> None:
        self._losses = losses
        self._now = now
        self._request = request
        self._wants_usage = request is None or bool(request.include_usage)
        self._tail = b"}\n\n" if request is None or not request.include_usage else b',"usage":null}\n\n'
        self._after = _AFTER + self._tail
        self._echo = ""
        self._head = b""
        self._dialect = ""
        self._envelope = wire.Completion()
        self._ext: Extensions | None = None
        self._usage: Usage | None = None
        self._tier_at: At = ("service_tier",)
        self._parts: dict[int, tuple[AnyPart, int]] = {}
        self._choices: dict[int, _Choice] = {}

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they make."""
        out: list[bytes] = []
        waiting = list(events)
        for place, event in enumerate(waiting):
            if type(event) is TextDelta:
                choice = self._choices[self._parts[event.index][1]]
                after = waiting[place + 1] if place + 1 < len(waiting) else None
                if type(after) is LogprobsAdded and self._choices.get(after.candidate) is choice:
                    choice.held = event.text
                else:
                    out.append(choice.before + dump(event.text) + self._after)
                continue
            match event:
                case PartStarted():
                    self._start_part(event, out)
                case PartEnded():
                    del self._parts[event.index]
                case SignatureDelta():
                    self._drop_signature(event)
                case CitationAdded():
                    drop_citations([event.citation], self._losses)
                case LogprobsAdded():
                    self._add_logprobs(event, out)
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
                case OpaqueEvent():
                    self._losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")
                case _:
                    pass  # more of what was named as lost when it started
        return out[0] if len(out) == 1 else b"".join(out)

    def _start(self, event: ResponseStarted) -> None:
        self._dialect = event.dialect
        self._usage = event.usage
        self._tier_at = event.places.get("service_tier", self._tier_at)
        self._ext = event.ext
        if wants_echo(event.dialect, self._request):
            self._echo = prompt_of(self._request)
        response = begun(event)
        self._envelope = encode_envelope(response, self._losses, self._now)
        self._head = b"data: " + dump(dress(self._envelope, event.ext, NAME))[:-1] + b',"choices":['

    def _choice(self, index: int, out: list[bytes]) -> _Choice:
        choice = self._choices.get(index)
        if choice is None:
            before = self._head + b'{"index":%d,"text":' % index
            choice = self._choices[index] = _Choice(before, len(prompt_of(self._request)))
            if self._echo:
                out.append(before + dump(self._echo) + self._after)
        return choice

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        part = event.part
        choice = self._choice(event.candidate, out)
        self._parts[event.index] = part, event.candidate
        if type(part) is Text:
            drop_beside(part, self._losses)
            drop_citations(part.citations, self._losses)
            if choice.first_text is None:
                choice.first_text = part
            else:
                self._losses.approximated("text_blocks", choice.first_text.at, "joined into one text")
                self._losses.approximated("text_blocks", part.at, "joined into one text")
            text = part.text
        elif type(part) is Refusal:
            drop_beside(part, self._losses)
            self._losses.approximated("refusal", part.at, "said as plain text")
            text = part.text
        elif type(part) is Media and part.text is not None:
            self._losses.approximated(part.kind, part.at, "its text alone")
            text = part.text
        else:
            drop_part(part, self._losses)
            return
        if text:
            out.append(choice.before + dump(text) + self._after)

    def _drop_signature(self, event: SignatureDelta) -> None:
        part, _ = self._parts[event.index]
        if type(part) is Text:
            origin = event.signature.origin or "an unknown vendor"
            self._losses.dropped("signature", part.at, f"{origin}'s")

    def _add_logprobs(self, event: LogprobsAdded, out: list[bytes]) -> None:
        choice = self._choice(event.candidate, out)
        text, choice.held = choice.held, ""
        if self._dialect == NAME:
            logprobs = encode_logprobs(event.logprobs, None, self._losses)
        else:
            logprobs = encode_logprobs(event.logprobs, choice.offset, self._losses)
            choice.offset += sum(map(length, event.logprobs.content or ()))
            if self._echo:
                drop_prompt_logprobs(event.logprobs.at, self._losses)
        self._chunk(wire.Choice(event.candidate, text, logprobs, None), out)

    def _finish_choice(self, event: CandidateFinished, out: list[bytes]) -> None:
        self._choice(event.candidate, out)
        drop_foreign(event.ext, NAME, event.at, self._losses)
        reason = encode_finish(event.finish, self._losses, event.at)
        self._chunk(dress(wire.Choice(event.candidate, "", None, reason), event.ext, NAME), out)

    def _chunk(self, choice: wire.Choice, out: list[bytes]) -> None:
        out.append(self._head + dump(choice) + b"]" + self._tail)

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        drop_foreign(event.ext, NAME, (), self._losses)
        envelope = self._envelope
        late = event.ext is not None and NAME in event.ext
        if event.service_tier is not None:
            self._losses.dropped("service_tier", self._tier_at)
        if self._usage is not None:
            usage = encode_usage(self._usage, NAME, self._losses)
            if self._wants_usage:
                envelope.usage = usage
        if late or envelope.usage is not UNSET:
            envelope.choices = []
            out.append(frame(dump(dress(envelope, merge_extensions(self._ext, event.ext), NAME))))
        out.append(b"data: [DONE]\n\n")
