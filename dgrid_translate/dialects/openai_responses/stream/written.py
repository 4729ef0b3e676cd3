"""What a stream has begun to write and not finished, and the constant parts of its frames."""

from __future__ import annotations

from msgspec.structs import replace

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.events import SignatureDelta
from dgrid_translate.ir.parts import AnyPart, Citation, Reasoning, Refusal, Signature, Text
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.shared.wire import dump, load

_DELTA = b'event: response.%b.delta\ndata: {"type":"response.%b.delta",%b,"sequence_number":'
_EMPTY_TEXT = wire.OutputText("", annotations=[])
_EMPTY_REFUSAL = wire.OutputRefusal("")


class Message:
    """A message that is being written."""

    __slots__ = ("id", "number", "states")

    def __init__(self, item: wire.AnyItem, number: int) -> None:
        self.number = number
        self.id = id_of(item)
        self.states: list[Written] = []


class Written:
    """A part that is being written."""

    __slots__ = (
        "after",
        "before",
        "carried",
        "citations",
        "done",
        "ended",
        "kind",
        "made",
        "message",
        "number",
        "part",
        "piece",
        "piece_done",
        "pieces",
        "place",
        "said",
        "signature",
    )

    def __init__(self, part: AnyPart) -> None:
        self.part = part
        self.made = part  # all of it, once it is done
        self.signature: Signature | None = part.signature
        self.citations: list[Citation] = list(part.citations or ()) if isinstance(part, Text) else []
        self.said = Pieces()
        self.message: Message | None = None
        self.number = -1  # its item's
        self.kind = b""  # of its deltas
        self.place = b""  # where it stands, as members
        self.before = b""  # what stands around a delta's text
        self.after = b""
        self.pieces = 0  # of a reasoning
        self.piece = Pieces()  # what the present one says
        self.piece_done = False
        self.carried: bool = False  # its signature is shown
        self.ended = False  # no more comes
        self.done = False  # it is written

    def whole(self) -> Text | Refusal:
        """A text or a refusal with all that was said."""
        text = self.said.text()
        if type(self.part) is Text:
            return replace(self.part, text=text, citations=self.citations or None)
        return Refusal(text, at=self.part.at, ext=self.part.ext)

    def sign(self, event: SignatureDelta) -> None:
        """Its signature comes."""
        self.carried = self.carried and event.signature == self.signature
        self.signature = event.signature
        if event.id is not None and type(self.part) is Reasoning:
            self.part = replace(self.part, id=event.id)

    def open(self, item: wire.AnyItem, number: int, kind: bytes) -> None:
        """It is an item of its own."""
        self.number = number
        self.kind = kind
        self.place = b'"item_id":%b,"output_index":%d' % (dump(id_of(item)), number)
        if not kind.startswith(b"reasoning"):
            self._frame(self.place, b"}\n\n")

    def open_in(self, message: Message) -> None:
        """It is part of a message."""
        self.message = message
        place = dump(message.id), message.number, len(message.states)
        self.place = b'"item_id":%b,"output_index":%d,"content_index":%d' % place
        message.states.append(self)
        refuses = type(self.part) is Refusal
        self.kind = b"refusal" if refuses else b"output_text"
        self._frame(self.place, b"}\n\n" if refuses else b',"logprobs":[]}\n\n')

    def begin_piece(self) -> tuple[bytes, bytes, bytes]:
        """Another piece of a reasoning begins: the kind of its events, its place as members, and its own type."""
        self.pieces += 1
        self.piece = Pieces()
        self.piece_done = False
        found = self._piece()
        self._frame(found[1], b"}\n\n")
        return found

    def end_piece(self) -> tuple[bytes, bytes, bytes, bytes]:
        """The piece ends: likewise, and what it says."""
        self.piece_done = True
        return (*self._piece(), dump(self.piece.text()))

    def _piece(self) -> tuple[bytes, bytes, bytes]:
        if self.kind == b"reasoning_text":
            return b"content_part", self.place + b',"content_index":%d' % (self.pieces - 1), b"reasoning_text"
        return b"reasoning_summary_part", self.place + b',"summary_index":%d' % (self.pieces - 1), b"summary_text"

    def empty(self) -> wire.OutputText | wire.OutputRefusal:
        """It as a content part that has only begun."""
        return _EMPTY_REFUSAL if type(self.part) is Refusal else _EMPTY_TEXT

    def _frame(self, place: bytes, after: bytes) -> None:
        constant = _DELTA % (self.kind, self.kind, place)
        self.before = constant.replace(b"%", b"%%") + b'%d,"delta":'
        self.after = after


def id_of(item: wire.AnyItem) -> str:
    """The id of an item that was made."""
    return load(wire.Head, dump(item), NAME).id or ""
