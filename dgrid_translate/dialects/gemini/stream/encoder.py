"""Events -> chunks.

Google's own client forgets a turn of which any chunk has no part, or an empty one, so every chunk has a part: why a
candidate ended, the usage and all else that is only known at the end ride on the last part that came whole, or on an
empty text. Calls are written whole. Texts are written as they come, each from a template; parts that interleave wait
for their turn, since nothing on the wire says which part a text belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.errors import encode_error
from dgrid_translate.dialects.gemini.parts import Target, encode_parts
from dgrid_translate.dialects.gemini.parts.thoughts import Thoughts
from dgrid_translate.dialects.gemini.profile import NAME, model_for
from dgrid_translate.dialects.gemini.response import Citations, encode_candidate_end, encode_envelope, encode_usage
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
from dgrid_translate.ir.fold import begun, merge_extensions, more_logprobs
from dgrid_translate.ir.parts import AnyPart, Citation, Extensions, Reasoning, Refusal, Text, ToolCall
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.ir.request import NO_PLACES, Request
from dgrid_translate.ir.response import Logprobs, Response, Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.sse import frame as frame_lines
from dgrid_translate.shared.wire import dress, dump, key_of, remembered

_encode = msgspec.json.Encoder().encode


def frame(data: bytes) -> bytes:
    """A frame of one line: line ends in JSON stand between its tokens, where a space says the same."""
    return frame_lines(data.replace(b"\r", b" ").replace(b"\n", b" "))


_Rest = (
    CitationAdded
    | LogprobsAdded
    | UsageReported
    | CandidateFinished
    | ResponseStarted
    | ResponseFinished
    | ErrorRaised
    | OpaqueEvent
)


class _Open:
    """A part under way."""

    __slots__ = ("after", "before", "candidate", "citations", "ended", "number", "part", "pieces", "said")

    def __init__(self, part: AnyPart, candidate: _Candidate) -> None:
        self.part = part
        self.candidate = candidate
        self.before = b""  # with `after`, what stands around a delta's text; empty while the part has to wait
        self.after = b""
        self.pieces = Pieces()  # what waits
        self.said = bytearray()  # its text so far; citations count bytes of it
        self.citations: list[Citation] = []
        self.ended = False
        self.number = candidate.count  # among the candidate's parts
        candidate.count += 1


class _Candidate:
    """A candidate under way."""

    __slots__ = ("called", "citations", "count", "finished", "held", "index", "logprobs", "queue", "text", "thoughts")

    def __init__(self, index: int) -> None:
        self.index = index
        self.count = 0  # of parts so far
        self.called = False
        self.queue: list[int] = []  # the parts that are not written yet, the first of them being written
        self.held: list[wire.Part] = []  # parts that came whole, kept back for what may come last
        self.citations = Citations()
        self.text: _Open | None = None  # the last part, if it is a text
        self.logprobs: Logprobs | None = None
        self.finished: CandidateFinished | None = None
        self.thoughts = Thoughts()


class Encoder:
    """Events in, SSE frames out."""

    def __init__(self, losses: Losses, request: Request | None, now: int | None) -> None:
        del request, now  # a Gemini answer depends on neither
        self._target = Target(losses, False, False, model_for(None))
        self._envelope = wire.GenerateContentResponse()
        self._ext: Extensions | None = None
        self._tail = b"}\n\n"
        self._tier: str | None = None
        self._places: Mapping[str, At] = NO_PLACES
        self._usage: Usage | None = None
        self._parts: dict[int, _Open] = {}
        self._cited: dict[int, list[Citation]] = {}  # what is cited on each text, which may have ended
        self._candidates: dict[int, _Candidate] = {}

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events; the frames they make."""
        out: list[bytes] = []
        for event in events:
            if type(event) is TextDelta or type(event) is ReasoningDelta:
                part = self._parts[event.index]
                if part.before and not part.candidate.held:
                    self._write(part, event.text, out)
                else:
                    self._say(part, event.text, out)
            elif type(event) is ToolInputDelta:
                self._parts[event.index].pieces.add(event.text)
            elif type(event) is PartStarted:
                self._start_part(event, out)
            elif type(event) is PartEnded:
                self._end_part(event.index, out)
            elif type(event) is SignatureDelta:
                part = self._parts[event.index]
                part.part = replace(part.part, signature=event.signature)
                if event.id is not None and isinstance(part.part, Reasoning):
                    part.part.id = event.id
            else:
                self._take_rest(event, out)
        return out[0] if len(out) == 1 else b"".join(out)

    def _take_rest(self, event: _Rest, out: list[bytes]) -> None:
        losses = self._target.losses
        match event:
            case CitationAdded():
                self._cited[event.index].append(event.citation)
            case LogprobsAdded():
                candidate = self._candidate(event.candidate)
                candidate.logprobs = more_logprobs(candidate.logprobs, event.logprobs)
            case UsageReported():
                self._usage = event.usage
            case CandidateFinished():
                self._candidate(event.candidate).finished = event
            case ResponseStarted():
                self._start(event)
            case ResponseFinished():
                self._finish(event, out)
            case ErrorRaised():
                for candidate in self._candidates.values():
                    self._release(candidate, out)
                out.append(frame(encode_error(event.error, losses)[1]))
            case _:
                losses.dropped("unknown_event", (event.tag,), f"{event.dialect}'s own")

    def _start(self, event: ResponseStarted) -> None:
        losses = self._target.losses
        self._target = Target(losses, event.dialect == NAME, False, model_for(event.model))
        self._usage, self._tier, self._ext = event.usage, event.service_tier, event.ext
        self._places = event.places
        about = begun(event)
        self._envelope = encode_envelope(about, losses)
        said = dump(dress(self._envelope, event.ext, NAME))[1:]
        self._tail = (b"," if len(said) > 1 else b"") + said + b"\n\n"

    def _candidate(self, index: int) -> _Candidate:
        candidate = self._candidates.get(index)
        if candidate is None:
            candidate = self._candidates[index] = _Candidate(index)
        return candidate

    # ----------------------------------------------------------------------------------------------------- parts

    def _start_part(self, event: PartStarted, out: list[bytes]) -> None:
        candidate = self._candidate(event.candidate)
        part = self._parts[event.index] = _Open(event.part, candidate)
        candidate.queue.append(event.index)
        if type(event.part) is Text:
            part.citations = self._cited[event.index] = list(event.part.citations or ())
            self._join(candidate.text, part)
        elif type(event.part) is ToolCall:
            candidate.called = True
        candidate.text = part if type(event.part) is Text else None
        if len(candidate.queue) == 1:
            self._begin(part, out)

    def _join(self, before: _Open | None, text: _Open) -> None:
        """Texts of another dialect's answer that follow one another become one for those who add the chunks up."""
        if before is not None and before.part.signature is None and not self._target.native:
            for part in (before.part, text.part):
                self._target.losses.approximated("text_blocks", part.at, "joined: chunks do not tell texts apart")

    def _begin(self, part: _Open, out: list[bytes]) -> None:
        """It is this part's turn: a text is written as it comes, all else once it is whole."""
        match part.part:
            case Text(text=text) | Refusal(text=text) | Reasoning(text=text, redacted=False):
                if self._is_dressed(part.part):
                    return
                # What is not said in the text itself is named as lost here.
                bare = replace(part.part, text="", signature=None)
                encode_parts([replace(bare, citations=None) if isinstance(bare, Text) else bare], self._target)
                thought = b',"thought":true' if isinstance(part.part, Reasoning) else b""
                part.before = b'data: {"candidates":[{"content":{"parts":[{"text":'
                part.after = thought + b'}],"role":"model"},"index":%d}]%b' % (part.candidate.index, self._tail)
                waiting = part.pieces.text(text)
                part.pieces = Pieces()
                if waiting:
                    self._say(part, waiting, out)
            case _:
                pass

    def _is_dressed(self, part: AnyPart) -> bool:
        """Whether Gemini itself said more of this text than the text."""
        own = None if part.ext is None else part.ext.get(NAME)
        return own is not None and any(key_of(key[-1]) is not None or key == ("~blocked",) for key in own)

    def _say(self, part: _Open, text: str, out: list[bytes]) -> None:
        if not part.before:
            part.pieces.add(text)
            return
        self._release(part.candidate, out)
        self._write(part, text, out)

    def _write(self, part: _Open, text: str, out: list[bytes]) -> None:
        try:
            said = _encode(text)
        except UnicodeEncodeError:
            said = dump(text)
        if text:
            out.append(part.before + said + part.after)
            if type(part.part) is not Refusal:
                # As a rule the JSON of a text is its UTF-8 in quotes.
                part.said += text.encode("utf-8", "surrogatepass") if b"\\" in said else said[1:-1]

    def _end_part(self, index: int, out: list[bytes]) -> None:
        part = self._parts[index]
        part.ended = True
        candidate = part.candidate
        while candidate.queue and self._parts[candidate.queue[0]].ended:
            self._hold(self._parts.pop(candidate.queue.pop(0)), out)
            if candidate.queue:
                self._begin(self._parts[candidate.queue[0]], out)

    def _hold(self, part: _Open, out: list[bytes]) -> None:
        """The part is whole: what of it was not written yet is kept back until something follows it."""
        node = part.part
        match node:
            case Text(text=text) | Refusal(text=text) | Reasoning(text=text):
                left: AnyPart | None = replace(node, text=part.pieces.text(text))
                if part.before:
                    left = None if node.signature is None else replace(node, text="", ext=None, cache=None)
            case ToolCall(arguments=str(seed)):
                left = replace(node, arguments=part.pieces.text(seed))
            case _:
                left = node
        if not self._target.native:
            left = self._with_thoughts(part, left)
        if isinstance(node, Text):
            if isinstance(left, Text):
                part.said = part.said or bytearray(left.text.encode("utf-8", "surrogatepass"))
                left = replace(left, citations=None)
            part.candidate.citations.text(part.said, part.citations)
        if left is not None:
            where = ("candidates", part.candidate.index, "content", "parts")
            base = self._target
            target = Target(base.losses, base.native, False, base.model, where, part.number)
            encoded = encode_parts([left], target)
            if encoded:
                self._release(part.candidate, out)
                part.candidate.held = encoded

    def _with_thoughts(self, part: _Open, left: AnyPart | None) -> AnyPart | None:
        node = part.part if left is None else left
        if type(node) is Reasoning and part.before:
            node = replace(node, text=part.said.decode("utf-8", "surrogatepass"))
        added = part.candidate.thoughts.add(node)
        return added if type(left) is ToolCall else left

    # ---------------------------------------------------------------------------------------------------- chunks

    def _release(self, candidate: _Candidate, out: list[bytes]) -> None:
        """Write what was kept back: more follows."""
        if candidate.held:
            content = wire.Content(parts=candidate.held, role="model")
            candidate.held = []
            made = dump(wire.Candidate(content=content, index=candidate.index))
            out.append(frame(b'{"candidates":[%b]%b' % (made, self._tail[:-2])))

    def _finish(self, event: ResponseFinished, out: list[bytes]) -> None:
        ext = merge_extensions(self._ext, event.ext)
        answer = self._envelope
        about = Response("", [], ext=event.ext)
        encode_envelope(about, self._target.losses)
        ends = [self._end(candidate) for candidate in self._candidates.values() if not _was_blocked(candidate)]
        if ends:
            answer.candidates = ends
        tier = event.service_tier or self._tier
        place = self._places.get("service_tier", ("service_tier",))
        answer.usageMetadata = encode_usage(self._usage, tier, place, self._target.losses)
        out.append(frame(dump(dress(answer, ext, NAME))))

    def _end(self, candidate: _Candidate) -> wire.Candidate:
        parts = candidate.held or [wire.Part(text="")]
        made = wire.Candidate(content=wire.Content(parts=parts, role="model"), index=candidate.index)
        logprobs = candidate.logprobs
        event = candidate.finished
        if event is None:
            return encode_candidate_end(
                made, None, candidate.called, logprobs, candidate.citations, None, (), self._target
            )
        ext = event.ext
        own = (ext or {}).get(NAME, {})
        content = {key: raw for key, raw in own.items() if key[0] == "content"}
        if content and made.content is not UNSET:
            made.content = dress(made.content, {NAME: content}, NAME, "content")
        called, citations = candidate.called, candidate.citations
        return encode_candidate_end(made, event.finish, called, logprobs, citations, ext, event.at, self._target)


def _was_blocked(candidate: _Candidate) -> bool:
    return candidate.finished is not None and remembered(candidate.finished.ext, NAME, "~blocked")
