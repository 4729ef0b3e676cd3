"""Parts that were a UI message's -> chunks, as they came."""

from __future__ import annotations

from msgspec import UNSET, Raw
from msgspec.structs import replace

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import STEP, encode_own, own_late_sources, own_sources, tag_of, text_of
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.dialects.ui_message.stream.tool_chunks import chunks_of, framed
from dgrid_translate.ir.events import (
    CitationAdded,
    PartEnded,
    PartStarted,
    ReasoningDelta,
    SignatureDelta,
    TextDelta,
    ToolInputDelta,
)
from dgrid_translate.ir.fold import merge_extensions
from dgrid_translate.ir.parts import AnyPart, Citation, Extensions, Reasoning, ServerToolResult, Text
from dgrid_translate.shared.wire import dress, dump, own_of

_FINISH_STEP = b'data: {"type":"finish-step"}\n\n'
_START_STEP = b'data: {"type":"start-step"}\n\n'
_STREAMING = Raw(b'"streaming"')


class OwnParts:
    """Writes them; `ids` are those of the texts and reasoning under way."""

    def __init__(self) -> None:
        self._parts: dict[int, AnyPart] = {}
        self._ids: dict[int, str] = {}
        self._cited: dict[int, list[Citation]] = {}
        self._in_step = False

    def take(self, event: PartStarted | PartEnded | SignatureDelta | CitationAdded, out: list[bytes]) -> None:
        """One more event."""
        if type(event) is PartStarted:
            part = self._parts[event.index] = event.part
            self._steps(own_of(part.ext, NAME).get(("~steps",)), out)
            if type(part) is Text or type(part) is Reasoning:
                self._begin(event.index, part, out)
        elif type(event) is PartEnded:
            part = self._parts.pop(event.index)
            cited = self._cited.pop(event.index, None)
            if event.ext is not None:
                part = replace(part, ext=merge_extensions(part.ext, event.ext))
            if type(part) is Text and cited:
                part = replace(part, citations=cited)
            if type(part) is Text or type(part) is Reasoning:
                self._end(self._ids.pop(event.index), part, out)
            elif not isinstance(part, ServerToolResult):
                self._whole(part, out)
        elif type(event) is CitationAdded and event.index not in self._parts:
            out.append(framed(event.citation.raw))  # a source that other parts stand before
        elif type(event) is CitationAdded:
            self._cited.setdefault(event.index, []).append(event.citation)

    def grow(self, event: TextDelta | ReasoningDelta | ToolInputDelta, out: list[bytes]) -> None:
        """More of a text or of reasoning."""
        name = self._ids.get(event.index)
        if name is not None:
            kind = wire.TextDelta if type(event) is TextDelta else wire.ReasoningDelta
            out.append(framed(kind(id=name, delta=event.text)))

    def finish(self, ext: Extensions | None, out: list[bytes]) -> None:
        """The message is complete."""
        self._steps(own_of(ext, NAME).get(("~steps_after",)), out)
        if self._in_step:
            out.append(_FINISH_STEP)

    def _steps(self, count: Raw | None, out: list[bytes]) -> None:
        for _ in range(0 if count is None else int(bytes(count))):
            if self._in_step:
                out.append(_FINISH_STEP)
            self._in_step = True
            out.append(_START_STEP)

    def _begin(self, index: int, part: Text | Reasoning, out: list[bytes]) -> None:
        own = own_of(part.ext, NAME)
        spelled = own.get(("~id",))
        given = None if spelled is None else text_of(spelled)
        name = self._ids[index] = given if given is not None else str(index)
        metadata = own.get(("~providerMetadata",), UNSET)
        if type(part) is Text:
            out.append(framed(wire.TextStart(id=name, providerMetadata=metadata)))
        else:
            out.append(framed(wire.ReasoningStart(id=name, providerMetadata=metadata)))

    def _end(self, name: str, part: Text | Reasoning, out: list[bytes]) -> None:
        own = own_of(part.ext, NAME)
        if own.get(("~state",)) != _STREAMING:
            metadata = own.get(("~providerMetadata",), UNSET)
            kind = wire.TextEnd if type(part) is Text else wire.ReasoningEnd
            out.append(framed(dress(kind(id=name, providerMetadata=metadata), part.ext, NAME)))
        if type(part) is Text:
            out.extend([framed(source) for source in own_sources(part)])
            out.extend([framed(source) for source, _ in own_late_sources(part)])

    def _whole(self, part: AnyPart, out: list[bytes]) -> None:
        for made in encode_own([part]):
            body = Raw(dump(made))
            tag = tag_of(body, ())
            if tag == STEP:
                continue
            chunks = chunks_of(body, ()) if tag.startswith("tool-") or tag == "dynamic-tool" else [body]
            out.extend([framed(chunk) for chunk in chunks])
