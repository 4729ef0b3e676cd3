"""`dgrid-translate demo`: one agent's exchange through every pair of dialects, and some of it on one screen."""

from __future__ import annotations

import json
import sys
import time
from importlib.util import find_spec
from itertools import permutations
from typing import TYPE_CHECKING

import click

from dgrid_translate import DIALECTS, translate
from dgrid_translate.cli.report import COLOURS, columns
from dgrid_translate.cli.samples import has_sample, sample
from dgrid_translate.cli.trip import Trip, place, sse, translator, travel

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
FRAMES = 4
"""How many frames of the stream are shown."""
STORY = "claude"
"""The dialect whose request is followed piece by piece, and whose client reads the stream that is shown."""

LANDMARKS = {
    "system prompt": ("system", 0, "text"),
    "picture": ("messages", 0, "content", 1, "source", "data"),
    "thinking": ("messages", 1, "content", 0, "thinking"),
    "its signature": ("messages", 1, "content", 0, "signature"),
    "id of a call": ("messages", 1, "content", 2, "id"),
    "its arguments": ("messages", 1, "content", 2, "input", "hex"),
    "result picture": ("messages", 2, "content", 0, "content", 1, "source", "data"),
    "failed result": ("messages", 2, "content", 1, "content"),
}


def fitted(line: str) -> str:
    """The line, cut to the width of the screen."""
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def where_things_went(targets: list[str]) -> Iterator[str]:
    """A row a landmark: what it is and where it stands in each dialect."""
    body = sample(STORY, "story.request.json")
    asked = json.loads(body)
    translated = [json.loads(translate(body, to=target, source=STORY, kind="request")) for target in targets]
    rows = [["", STORY, *targets]]
    for name, at in LANDMARKS.items():
        text = asked
        for key in at:
            text = text[key]
        rows.append([name, *(place(one, text) for one in (asked, *translated))])
    yield from columns(rows)


def pair_rows(trips: list[Trip]) -> Iterator[str]:
    """A row a trip: sizes, frames and checks."""
    rows = [["client -> upstream", *trips[0].checks, "request", "answer", "events"]]
    rows += [
        [
            f"{trip.client} -> {trip.upstream}",
            *("ok" if held else "FAILED" for held in trip.checks.values()),
            f"{trip.request.before} -> {trip.request.after}",
            f"{trip.response.before} -> {trip.response.after}",
            f"{trip.events} -> {trip.frames}",
        ]
        for trip in trips
    ]
    yield from columns(rows)


def lost(trip: Trip) -> str:
    """What a trip lost: how much, and each feature once, by kind."""
    kinds: dict[str, dict[str, None]] = {}
    losses = [*trip.request.losses, *trip.response.losses]
    for loss in losses:
        kinds.setdefault(loss.kind, {})[loss.feature] = None
    said = "; ".join(f"{kind} {', '.join(kinds[kind])}" for kind in COLOURS if kind in kinds)
    return f"{len(losses):2}  {said or 'nothing'}"


def show_stream(client: str, upstream: str) -> None:
    """Feed the upstream's stream piece by piece, and write the client's frames as they come out."""
    machine = translator(client, upstream)
    live = sys.stdout.isatty()
    shown = left = 0
    for piece in [*sse(upstream), b""]:
        for frame in (machine.feed(piece) if piece else machine.close()).split(b"\n\n"):
            if not frame:
                continue
            if shown == FRAMES:
                left += 1
                continue
            shown += 1
            if live:
                time.sleep(0.08)
            click.secho(fitted("  " + frame.decode().partition("\n")[2]), fg="green")
    click.echo(f"  ... and {left} more")


def title(text: str) -> None:
    """Write a section's head."""
    click.echo()
    click.secho(text, bold=True)


@click.command()
def demo() -> None:
    """Send one agent's exchange through every pair of dialects and show what became of it.

    Exits with 1 if a stream does not add up to its response, a signature does not come back to the vendor that minted
    it, or the ids of calls and results do not match.
    """
    dialects = [dialect for dialect in DIALECTS if has_sample(dialect, "story.response.json")]
    trips = [travel(client, upstream) for client, upstream in permutations(dialects, 2)]
    others = [dialect for dialect in dialects if dialect != STORY]
    click.secho(
        "One exchange of an agent: a prompt, a picture, signed thinking, two calls at once, an error.", bold=True
    )

    title(f"Where the pieces of a {STORY} request stand after translation (-: not sent)")
    for line in where_things_went(others):
        click.echo(fitted("  " + line))

    title(f"Pairs with {STORY}, in bytes; the client sends the answer back with the results of its calls")
    shown = [trip for trip in trips if STORY in (trip.client, trip.upstream) or not all(trip.checks.values())]
    for line in pair_rows(shown):
        click.echo(fitted("  " + line))

    title("What could not be said (with its path: dgrid-translate losses --from A --to B)")
    mine = [trip for trip in trips if STORY in (trip.client, trip.upstream)]
    for line in columns([[f"{trip.client} -> {trip.upstream}", lost(trip)] for trip in mine]):
        click.echo(fitted("  " + line))

    upstream = others[-1]
    title(f"The answer of {upstream} as it streams to a client of {STORY}")
    show_stream(STORY, upstream)

    held = [held for trip in trips for held in trip.checks.values()]
    if find_spec("starlette") and find_spec("uvicorn"):
        from dgrid_translate.cli.live import show

        title(f"Over HTTP: the built-in model, which speaks {STORY}, and a client of each dialect")
        lines, right = show(STORY)
        held += right
        for line in lines:
            click.echo(fitted("  " + line))
    click.echo()
    click.secho(f"{sum(held)} of {len(held)} checks hold", fg="green" if all(held) else "red", bold=True)
    if not all(held):
        sys.exit(1)
