"""`dgrid-translate convert`: files or stdin, one body, many, or a stream."""

from __future__ import annotations

import sys
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import msgspec

from dgrid_translate import Loss, StreamTranslator, TranslateError, translate
from dgrid_translate.cli.progress import Progress
from dgrid_translate.cli.report import Report
from dgrid_translate.cli.source import Frames, Lines, Whole, recognise
from dgrid_translate.dialect import Kind
from dgrid_translate.errors import AmbiguousFormat, DecodeError, LossyTranslation
from dgrid_translate.registry import readings
from dgrid_translate.shared.sse import SSEDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: tuple[Kind, ...] = ("request", "response", "event", "error")


class Failed(click.ClickException):
    """What went wrong, and where in the input."""

    exit_code = 1


class Refused(Failed):
    """What --strict does not let pass."""

    exit_code = 3


def failed(error: TranslateError, where: str) -> Failed:
    """The error as the command says it."""
    said = str(error)
    if isinstance(error, AmbiguousFormat):
        said = f"{error.reason} (candidates: {', '.join(error.candidates) or 'none'}); pass --from and --kind"
    sort = Refused if isinstance(error, LossyTranslation) else Failed
    return sort(f"{where}: {said}" if where else said)


class Job(msgspec.Struct, frozen=True):
    """What the options ask for."""

    to: str
    source: str | None
    kind: Kind | None
    request: bytes | None
    strict: bool
    now: int
    pretty: bool
    out: BinaryIO
    report: Report

    def run(self, found: Whole | Lines | Frames, name: str, size: int | None) -> None:
        """Translate one input."""
        match found:
            case Whole(body):
                if self.kind == "event" or self.event_source(body) is not None:
                    self.events(iter([(1, body)]), name)
                else:
                    made = self.translate(body, name)
                    self.write(msgspec.json.format(made, indent=2) if self.pretty else made)
            case Lines(numbered):
                with Progress(size) as progress:
                    self.lines(progress.watch(numbered), name)
            case Frames(chunks):
                self.frames(chunks, name)

    def translate(self, body: bytes, where: str, number: int | None = None) -> bytes:
        """Translate one body and note what it lost."""
        lost: list[Loss] = []
        if number is not None:
            where = f"{where}, line {number}"
        try:
            made = translate(
                body,
                to=self.to,
                source=self.source,
                kind=self.kind,
                request=self.request,
                losses=lost,
                strict=self.strict,
                now=self.now,
            )
        except TranslateError as error:
            raise failed(error, where) from error
        self.report.add(lost, where if number is not None else "")
        return made

    def lines(self, numbered: Iterator[tuple[int, bytes]], name: str) -> None:
        """Translate a body a line; if they are events, they are one stream."""
        first = next(numbered, None)
        if first is None:
            return
        numbered = chain([first], numbered)
        if self.kind == "event" or self.event_source(first[1]) is not None:
            self.events(numbered, name)
            return
        for number, body in numbered:
            self.write(self.translate(body, name, number))

    def event_source(self, body: bytes) -> str | None:
        """The dialect of an event; None if it is none, or might be something else."""
        if self.kind not in (None, "event"):
            return None
        try:
            found = readings(body, self.source, self.kind)
        except (AmbiguousFormat, DecodeError):
            return None
        names = {dialect.profile.name for dialect, kind in found if kind == "event"}
        return names.pop() if len(names) == len(found) == 1 else None

    def machine(self, first: bytes) -> StreamTranslator:
        """A translator for the stream that begins with this event."""
        source = self.source
        if source is None:
            try:
                found = readings(first, None, "event")
            except (AmbiguousFormat, DecodeError):
                found = []
            if len(found) != 1:
                raise click.UsageError("the stream does not tell its dialect; pass --from")
            source = found[0][0].profile.name
        return StreamTranslator(source, self.to, request=self.request, strict=self.strict, now=self.now)

    def events(self, numbered: Iterator[tuple[int, bytes]], name: str) -> None:
        """Translate a stream that has an event a line."""
        where = name
        machine = None
        try:
            for number, event in numbered:
                where = f"{name}, line {number}"
                machine = machine or self.machine(event)
                self.write(*machine.feed_event(event))
            if machine is not None:
                self.write(*[msgspec.json.encode(event) for event in machine.close_events()])
                self.report.add(machine.losses)
        except TranslateError as error:
            raise failed(error, where) from error

    def frames(self, chunks: Iterator[bytes], name: str) -> None:
        """Translate an event stream while it arrives."""
        splitter = SSEDecoder()
        held: list[bytes] = []
        first: list[tuple[bytes, bytes]] = []
        while not first and (chunk := next(chunks, b"")):
            held.append(chunk)
            first = splitter.feed(chunk)
        if not first and not (first := splitter.close()):
            return
        try:
            machine = self.machine(first[0][1])
            for chunk in chain(held, chunks):
                self.out.write(machine.feed(chunk))
                self.out.flush()
            self.out.write(machine.close())
            self.report.add(machine.losses)
        except TranslateError as error:
            raise failed(error, name) from error

    def write(self, *bodies: bytes) -> None:
        """Write each body as a line; what was taken over as it stood may be spread over several."""
        for body in bodies:
            self.out.write(msgspec.json.format(body, indent=-1) if b"\n" in body and not self.pretty else body)
            self.out.write(b"\n")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--to", required=True, metavar="DIALECT", help="The dialect to translate to.")
@click.option("--from", "source", metavar="DIALECT", help="The dialect of the input, where its shape does not tell.")
@click.option("--kind", type=click.Choice(KINDS), help="What the input is, where its shape does not tell.")
@click.option("--request", type=click.File("rb"), help="The request that a response or stream answers, in any dialect.")
@click.option("--strict", is_flag=True, help="Fail (exit code 3) rather than lose anything.")
@click.option("--output", "-o", "out", type=click.File("wb", lazy=True), default="-", help="Where to; default: stdout.")
@click.option("--pretty/--compact", default=None, help="Indent a single body; default: only on a terminal.")
@click.option("--now", type=int, help="Unix seconds, for dialects that say when an answer was made; default: now.")
def convert(
    files: tuple[str, ...],
    to: str,
    source: str | None,
    kind: Kind | None,
    request: BinaryIO | None,
    strict: bool,
    out: BinaryIO,
    pretty: bool | None,
    now: int | None,
) -> None:
    """Translate FILES, or stdin: a body, a body a line (JSONL), or a stream (SSE, or JSONL of its events).

    A stream is translated while it arrives. Losses go to stderr. Exit codes: 1 the input is not what its dialect
    allows, 2 wrong usage, 3 something would be lost and --strict forbids it.
    """
    report = Report()
    job = Job(
        to,
        source,
        kind,
        None if request is None else request.read(),
        strict,
        int(time.time()) if now is None else now,
        out.isatty() if pretty is None else pretty,
        out,
        report,
    )
    try:
        for file in files or ("-",):
            if file == "-":
                job.run(recognise(sys.stdin.buffer), "stdin", None)
            else:
                with Path(file).open("rb") as stream:
                    job.run(recognise(stream), file, Path(file).stat().st_size)
    except TranslateError as error:  # an unknown dialect, or a --request that is none
        raise failed(error, "") from error
    finally:
        report.show()
