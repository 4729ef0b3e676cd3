"""Frames: each event's number, and the events that tell of one thing."""

from __future__ import annotations

from msgspec import Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import Target, encode_annotation, encode_part
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.dialects.openai_responses.stream.written import Written
from dgrid_translate.ir.events import OpaqueEvent
from dgrid_translate.ir.parts import Refusal, Text
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import dump, load, own_of

_FRAME = b'event: %b\ndata: {"type":"%b","sequence_number":%d,%b}\n\n'


class Writer:
    """Writes events of one stream."""

    __slots__ = ("sequence",)

    def __init__(self) -> None:
        self.sequence = 0

    def write(self, kind: bytes, held: bytes, out: list[bytes]) -> None:
        """An event; `held` are its members but for its type and its number."""
        # What was spliced in as it came: in JSON, only blanks between words are bare.
        if b"\n" in held or b"\r" in held:
            held = held.replace(b"\n", b" ").replace(b"\r", b" ")
        out.append(_FRAME % (kind, kind, self.sequence, held))
        self.sequence += 1

    def repeat(self, event: OpaqueEvent, out: list[bytes]) -> None:
        """An event of Responses that is not known."""
        held = load(dict[str, Raw], event.raw, NAME)
        held["sequence_number"] = Raw(b"%d" % self.sequence)
        self.sequence += 1
        out.append(frame(dump(held), dump(event.tag)[1:-1]))

    def say(self, state: Written, text: str, out: list[bytes]) -> None:
        """A delta of a part that has begun."""
        state.said.add(text)
        out.append(state.before % self.sequence + dump(text) + state.after)
        self.sequence += 1

    def add_item(self, number: int, item: object, out: list[bytes]) -> None:
        """An item begins."""
        self.write(b"response.output_item.added", b'"output_index":%d,"item":%b' % (number, dump(item)), out)

    def done_item(self, number: int, item: object, out: list[bytes]) -> None:
        """An item is whole."""
        self.write(b"response.output_item.done", b'"output_index":%d,"item":%b' % (number, dump(item)), out)

    def add_piece(self, state: Written, out: list[bytes]) -> None:
        """A piece of a reasoning begins."""
        kind, place, tag = state.begin_piece()
        self.write(b"response.%b.added" % kind, place + b',"part":{"type":"%b","text":""}' % tag, out)

    def done_piece(self, state: Written, out: list[bytes]) -> None:
        """The piece that a reasoning is at is whole."""
        if not state.before or state.piece_done:
            return
        kind, place, tag, text = state.end_piece()
        self.write(b"response.%b.done" % state.kind, place + b',"text":' + text, out)
        self.write(b"response.%b.done" % kind, place + b',"part":{"type":"%b","text":%b}' % (tag, text), out)

    def done_content(self, state: Written, part: Text | Refusal, target: Target, out: list[bytes]) -> None:
        """A text or a refusal is whole, its citations and log probabilities too."""
        text = part.text
        if type(part) is Text:
            number = 0
            for citation in state.citations:
                raw = encode_annotation(citation, len(text), target.losses)
                if raw is not None:
                    held = state.place + b',"annotation_index":%d,"annotation":%b' % (number, bytes(raw))
                    self.write(b"response.output_text.annotation.added", held, out)
                    number += 1
            logprobs = own_of(part.ext, NAME).get(("~logprobs",), Raw(b"[]"))
            held = b',"text":%b,"logprobs":%b' % (dump(text), bytes(logprobs))
            self.write(b"response.output_text.done", state.place + held, out)
        else:
            self.write(b"response.refusal.done", state.place + b',"refusal":' + dump(text), out)
        made = encode_part(part, target, wire.OutputText)
        self.write(b"response.content_part.done", state.place + b',"part":' + dump(made), out)
