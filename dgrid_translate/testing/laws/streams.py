"""Laws of streams: they add up to the translated response, however they are cut, and keep every grammar on the way."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from typing import Any

from dgrid_translate.errors import RemoteStreamError
from dgrid_translate.ir.events import Event, ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.losses import Losses
from dgrid_translate.registry import TABLE
from dgrid_translate.shared.sse import SSEDecoder, frame, unframe
from dgrid_translate.testing.laws.canonical import canonical
from dgrid_translate.testing.laws.pruning import pruned
from dgrid_translate.testing.laws.silent_loss import show_body
from dgrid_translate.testing.laws.turn import Named, dialect_of, dumped, name_of, parsed, turned
from dgrid_translate.testing.places import differences, explain, spelled
from dgrid_translate.testing.strategies.common import JSONObject
from dgrid_translate.translate import StreamTranslator, collect


def translated(source: str, target: str, chunks: Sequence[JSONObject], request: Any = None) -> list[JSONObject]:
    """The stream's events in the target's dialect."""
    translator = StreamTranslator(source, target, request=request, passthrough=False)
    return list(translator.iter_events(chunks))


def stream_equals_response(
    source: str, target: str, chunks: Sequence[JSONObject], *, whole: JSONObject | None = None
) -> None:
    """Translating and adding up gives what adding up and translating gives, but for what only the stream named as lost.

    `whole` is what the stream must add up to in its own dialect.
    """
    added = collect(list(chunks), source=source)
    if whole is not None:
        found = list(differences(canonical(source, "response", whole), canonical(source, "response", added)))
        if found:
            raise AssertionError(
                f"{source} stream does not add up:\n{explain(found, 'should be', 'is')}\nchunks: {show_body(chunks)}"
            )
    translator = StreamTranslator(source, target, passthrough=False)
    one_way = collect(list(translator.iter_events(chunks)), source=target)
    other_way, losses, _ = turned(source, target, "response", added)
    late = {spelled(loss.path) for loss in translator.losses if loss.kind == "dropped" and loss not in losses}
    if late:  # what a whole answer can say, a stream may learn too late
        left = pruned(source, "response", added, late)
        other_way = other_way if left is None else turned(source, target, "response", left).body
    found = list(differences(canonical(target, "response", other_way), canonical(target, "response", one_way)))
    if found:
        raise AssertionError(
            f"{source} -> {target}: stream and response disagree:\n{explain(found, 'response', 'stream')}\n"
            f"chunks: {show_body(chunks)}\nresponse: {show_body(other_way)}\nstream: {show_body(one_way)}"
        )


# ------------------------------------------------------------------------------------------------------ chunking


def wire(dialect: Named, chunks: Iterable[JSONObject]) -> bytes:
    """The chunks as the dialect's SSE bytes."""
    framing = dialect_of(dialect).profile.framing
    frames = [
        frame(dumped(chunk), str(chunk.get("type", "")).encode() if framing.event_line else b"") for chunk in chunks
    ]
    return b"".join([*frames, framing.terminator])


def _events(dialect: Named, pieces: Iterable[bytes]) -> list[Event]:
    decoder, splitter = dialect_of(dialect).decoder(), SSEDecoder()
    events: list[Event] = []
    for piece in pieces:
        for _, data in splitter.feed(piece):
            events += decoder.feed(data)
    for _, data in splitter.close():
        events += decoder.feed(data)
    return events + decoder.close()


def merged(events: Iterable[Event]) -> list[Event]:
    """The events with neighbouring deltas of one part made one."""
    out: list[Event] = []
    for event in events:
        match out[-1] if out else None, event:
            case (TextDelta(index, text), TextDelta(again, more)) if again == index:
                out[-1] = TextDelta(index, text + more)
            case (ReasoningDelta(index, text), ReasoningDelta(again, more)) if again == index:
                out[-1] = ReasoningDelta(index, text + more)
            case (ToolInputDelta(index, text), ToolInputDelta(again, more)) if again == index:
                out[-1] = ToolInputDelta(index, text + more)
            case _:
                out.append(event)
    return out


def chunking(dialect: Named, raw: bytes, cuts: Iterable[int]) -> None:
    """SSE bytes whole, byte by byte, cut anywhere, with CRLF and with comments in between give the same events."""
    whole = _events(dialect, [raw])
    marks = sorted({min(cut, len(raw)) for cut in cuts})
    pieces = [raw[a:b] for a, b in zip([0, *marks], [*marks, len(raw)], strict=True)]
    crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    talkative = raw.replace(b"\n\n", b"\n\n: still here\n\n") if b"\r" not in raw else raw
    variants = {
        "cut": pieces,
        "byte by byte": [raw[at : at + 1] for at in range(len(raw))],
        "with CRLF": [crlf],
        "with comments": [talkative],
        "after a byte order mark": [b"\xef\xbb\xbf" + raw],
    }
    for how, form in variants.items():
        found = _events(dialect, form)
        if merged(found) != merged(whole):
            raise AssertionError(f"{name_of(dialect)}: other events {how}:\n{whole}\n{found}\n{raw!r}")


# ------------------------------------------------------------------------------------------------------- grammar

_GRAMMARS = {"openai": "openai_chat"}
_TOLERATED = frozenset({"tool-arguments", "tool-input"})  # the model's own text; a translator must hand it on as it is


def violations(dialect: str, chunks: Sequence[JSONObject]) -> list[str]:
    """What the dialect's own stream grammar has against the chunks; nothing if it has no grammar here."""
    name = f"dgrid_translate.testing.grammar.{_GRAMMARS.get(dialect, dialect.replace('-', '_'))}"
    if importlib.util.find_spec(name) is None:
        return []
    check = importlib.import_module(name).check_stream
    return [str(found) for found in check(list(chunks)) if found.rule not in _TOLERATED]


def decoded(dialect: Named, chunks: Iterable[JSONObject]) -> list[Event]:
    """The model's events of a stream."""
    decoder = dialect_of(dialect).decoder()
    events: list[Event] = []
    for chunk in chunks:
        events += decoder.feed(dumped(chunk))
    if dialect_of(dialect).profile.framing.terminator:
        events += decoder.feed(b"[DONE]")
    return events + decoder.close()


def grammar(dialect: Named, chunks: Sequence[JSONObject]) -> None:
    """The decoder's events are legal, and every encoder makes of them a stream that its own dialect allows."""
    events = decoded(dialect, chunks)
    checker = Checker()
    try:
        for event in events:
            checker.feed(event)
        checker.close()
    except RemoteStreamError as error:
        raise AssertionError(f"{name_of(dialect)} decoder: {error}\n{events}\nchunks: {show_body(chunks)}") from error
    for target in {**TABLE, name_of(dialect): dialect_of(dialect)}.values():
        encodes(target, chunks, dialect)


def encodes(target: Named, chunks: Sequence[JSONObject], source: Named) -> None:
    """The target's encoder takes the source's stream, event by event, and makes one that its own dialect allows."""
    encoder = dialect_of(target).encoder(Losses(), None, None)
    frames = b"".join(encoder.feed([event]) for event in decoded(source, chunks))
    made = [parsed(data) for data in unframe(frames) if data != b"[DONE]"]
    found = violations(name_of(target), made)
    if found:
        raise AssertionError(
            f"{name_of(source)} -> {name_of(target)}: an illegal stream:\n  "
            + "\n  ".join(found[:8])
            + f"\nchunks: {show_body(chunks)}\nmade: {show_body(made)}"
        )
