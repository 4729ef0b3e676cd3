"""Texts and reasoning under way.

A text ends with the part after it, since its sources come after it too; reasoning begins with its first words, so that
reasoning without any is known to be withheld. What a part's metadata says may be said again at any time; the last word
counts, and what of it comes after the part's start is told at its end.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import DONE, add_source, decode_records, has_records, late_source, read
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.dialects.ui_message.stream.line import Line, Part
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.events import CitationAdded, ReasoningDelta, SignatureDelta, TextDelta
from dgrid_translate.ir.parts import Reasoning, Text
from dgrid_translate.losses import At
from dgrid_translate.shared.wire import Extra, dump, extra_of

_STREAMING = Raw(b'"streaming"')


def unknown_id(what: str, member: str, found: str) -> DecodeError:
    """The error of a chunk that goes on with what has not begun."""
    return DecodeError(f"no {what} {found!r} has begun", path=member, dialect=NAME)


class Prose:
    """Reads their chunks."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.texts: dict[str, Part] = {}
        """Those that have begun and not ended, by id."""
        self._thoughts: dict[str, Part] = {}
        self._last: Part | None = None  # the last part, if it is a text: sources after it are its
        self._text: Part | None = None  # the step's last text
        self._between = 0  # how many parts began after it

    def next_part(self) -> None:
        """Another part begins: a text before it ends, if its own end has come."""
        last, self._last = self._last, None
        self._between += 1
        if last is not None and last.ended:
            self._line.put(last, "end")

    def forget(self) -> None:
        """Another step begins, or a tool that the provider runs: sources after it are not of the text before it."""
        self._text = None

    def close(self) -> None:
        """The message is over; some ends never came."""
        for state in self.texts.values():
            self._close_text(state)
        for state in self._thoughts.values():
            self._close_thought(state)
        self.next_part()

    # texts

    def start_text(self, chunk: wire.TextStart, at: At, own: Extra) -> None:
        """`text-start`; `own` is what the part's extensions begin with."""
        unended = self.texts.pop(chunk.id, None)  # clients go on with the new one
        if unended is not None:
            self._close_text(unended)
        own["~state",] = _STREAMING
        state = Part(Text("", at=at), own)
        self._read_text(state, chunk.providerMetadata, chunk)
        state.part.ext = {**(state.known or {}), NAME: dict(own)}
        self.texts[chunk.id] = self._last = self._text = state
        self._between = 0
        self._begin(state)

    def _begin(self, state: Part) -> None:
        state.begun = True
        self._line.put(state, "start")

    def text_delta(self, chunk: wire.TextDelta) -> None:
        """`text-delta`."""
        state = self.texts.get(chunk.id)
        if state is None:
            raise unknown_id("text", "id", chunk.id)
        if chunk.delta:
            self._line.put(state, TextDelta(0, chunk.delta))
        self._read_text(state, chunk.providerMetadata, chunk)

    def end_text(self, chunk: wire.TextEnd) -> None:
        """`text-end`."""
        state = self.texts.pop(chunk.id, None)
        if state is None:
            raise unknown_id("text", "id", chunk.id)
        self._read_text(state, chunk.providerMetadata, chunk)
        state.own["~state",] = DONE
        self._close_text(state)

    def _read_text(
        self, state: Part, metadata: Raw | UnsetType, chunk: wire.TextStart | wire.TextDelta | wire.TextEnd
    ) -> None:
        if chunk.extra is not UNSET:
            state.own.update(extra_of(chunk))
        if metadata is UNSET:
            return
        _forget(state.own)
        scratch = Text("", at=state.at)
        read(metadata, "providerMetadata", scratch, state.own)
        state.known = scratch.ext
        if not state.begun:
            state.part.signature, state.part.cache = scratch.signature, scratch.cache
        elif scratch.signature is not None:
            self._line.put(state, SignatureDelta(0, scratch.signature))

    def _close_text(self, state: Part) -> None:
        decode_records(state.mirror, state.own)
        for citation in state.mirror.citations or ():
            self._line.put(state, CitationAdded(0, citation))
        for raw, at, between in state.sources:
            self._add_source(state, raw, at, between)
        state.ended = True
        if state is not self._last:
            self._line.put(state, "end")

    def source(self, raw: Raw, at: At) -> bool:
        """A source; whether there is a text that it belongs to."""
        text = self._text
        if text is None or (self._between and text.ended and has_records(text.mirror)):
            return False
        if text.ended:
            self._add_source(text, raw, at, self._between)
        else:
            text.sources.append((raw, at, self._between))
        return True

    def _add_source(self, state: Part, raw: Raw, at: At, between: int) -> None:
        late = between and not has_records(state.mirror)
        citation = late_source(raw, at, between) if late else add_source(state.mirror, raw, at)
        if citation is not None:
            state.mirror.citations = [*(state.mirror.citations or ()), citation]
            self._line.put(state, CitationAdded(0, citation))

    # reasoning

    def start_thought(self, chunk: wire.ReasoningStart, at: At, own: Extra) -> None:
        """`reasoning-start`."""
        unended = self._thoughts.pop(chunk.id, None)
        if unended is not None:
            self._close_thought(unended)
        own["~id",] = Raw(dump(chunk.id))
        own["~state",] = _STREAMING
        if chunk.extra is not UNSET:
            own.update(extra_of(chunk))
        state = Part(Reasoning("", at=at), own)
        if isinstance(chunk.providerMetadata, Raw):
            state.metadata = chunk.providerMetadata
        self._thoughts[chunk.id] = state
        self._line.hold(state)

    def thought_delta(self, chunk: wire.ReasoningDelta) -> None:
        """`reasoning-delta`."""
        state = self._thoughts.get(chunk.id)
        if state is None:
            raise unknown_id("reasoning", "id", chunk.id)
        if chunk.extra is not UNSET:
            state.own.update(extra_of(chunk))
        if isinstance(chunk.providerMetadata, Raw):
            state.metadata = chunk.providerMetadata
        if chunk.delta:
            if not state.begun:
                self._begin_thought(state, "words")
            self._line.put(state, ReasoningDelta(0, chunk.delta))

    def end_thought(self, chunk: wire.ReasoningEnd) -> None:
        """`reasoning-end`."""
        state = self._thoughts.pop(chunk.id, None)
        if state is None:
            raise unknown_id("reasoning", "id", chunk.id)
        if chunk.extra is not UNSET:
            state.own.update(extra_of(chunk))
        if isinstance(chunk.providerMetadata, Raw):
            state.metadata = chunk.providerMetadata
        state.own["~state",] = DONE
        self._close_thought(state)

    def _begin_thought(self, state: Part, text: str) -> None:
        found = _read_thought(state, text)
        found.text = ""
        found.ext = {NAME: dict(state.own)}
        state.part = found
        state.begun = True
        self._line.flush()

    def _close_thought(self, state: Part) -> None:
        if state.begun:
            found = _read_thought(state, "words")
            if found.signature is not None:
                self._line.put(state, SignatureDelta(0, found.signature, found.id))
        else:
            self._begin_thought(state, "")
        self._line.put(state, "end")


def _read_thought(state: Part, text: str) -> Reasoning:
    """What the metadata of reasoning says; `text` is what it has said."""
    found = Reasoning(text, at=state.at)
    if state.metadata is not None:
        _forget(state.own)
        read(state.metadata, "providerMetadata", found, state.own)
    return found


def _forget(own: Extra) -> None:
    for key in [key for key in own if key[0] == "providerMetadata"]:
        del own[key]
