"""OpenAI Responses: which streams of events are right.

    stream := created (queued | in_progress)* item* end
    item   := output_item.added body output_item.done             output_index 0, 1, 2; items may overlap
    end    := completed | incomplete | failed | error failed?     and nothing after it

What stands within an item is told in `openai_responses_items`. The last event holds the whole response: what it leaves
out is lost to whoever reads the response and not the events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.grammar import openai_responses_items as in_items
from dgrid_translate.testing.grammar.stream import Stream, StreamRule, last, stream_of
from dgrid_translate.testing.rules import openai_responses as of_response
from dgrid_translate.testing.violations import Findings, Violation, judge
from dgrid_translate.testing.wire_json import Json, array, integer, kind_of, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At

BEFORE = ("response.created", "response.queued", "response.in_progress")
ENDS = ("response.completed", "response.incomplete", "response.failed")
SEALED = {"encrypted_content", "fingerprint"}
PART_FAMILIES = {*in_items.TEXTS, *in_items.GROWN, *in_items.PARTS}


def known_event(stream: Stream) -> Findings:
    """Every event says its type, one of the API's [types]."""
    families = {name for known in in_items.EVENTS.values() for name in known}
    for at, event in stream.placed():
        kind = kind_of(event)
        within = kind.startswith(in_items.PREFIX) and in_items.family(event) in families
        if not within and kind not in (*BEFORE, *ENDS, "error", in_items.ADDED, in_items.DONE):
            yield (*at, "type"), f"unknown event {shown(event.get('type'))}"


def sequence_number(stream: Stream) -> Findings:
    """Numbers, where told, rise from event to event [docs]."""
    before = -1
    for at, event in stream.placed():
        number = integer(event.get("sequence_number"))
        if number is not None:
            if number <= before:
                yield (*at, "sequence_number"), f"{number} comes after {before}"
            before = number


def numbered(stream: Stream) -> Findings:
    """Every event is numbered, from 0 on without a gap [types]."""
    for number, (at, event) in enumerate(stream.placed()):
        if integer(event.get("sequence_number")) != number:
            yield (*at, "sequence_number"), f"event {number} has the number {shown(event.get('sequence_number'))}"


def created(stream: Stream) -> Findings:
    """response.created comes first and once: openai's helper raises otherwise [sdk]."""
    for at, event in stream.placed():
        if (at == (0,)) != (kind_of(event) == "response.created") and kind_of(event) != "error":
            if at == (0,):
                yield at, "the stream begins with response.created"
            elif kind_of(event) == "response.created":
                yield at, "a second response.created"


def lifecycle(stream: Stream) -> Findings:
    """What says created, queued or in_progress comes before the items, of a response without output yet [docs]."""
    begun = False
    for at, event in stream.placed():
        begun = begun or kind_of(event) == in_items.ADDED
        if kind_of(event) in BEFORE:
            response = obj(event.get("response"))
            if begun:
                yield at, f"{kind_of(event)} after the first item"
            if not one_of(response.get("status"), ("queued", "in_progress")):
                yield (*at, "response", "status"), f"not yet {shown(response.get('status'))}"
            if array(response.get("output")):
                yield (*at, "response", "output"), "no output yet"


def identity(stream: Stream) -> Findings:
    """All events that hold the response hold the same one: openai's helper raises otherwise [sdk]."""
    first: object = None
    for at, event in _lives(stream):
        own = obj(event.get("response")).get("id")
        if first is not None and own != first:
            yield (*at, "response", "id"), f"the response was {shown(first)}, now {shown(own)}"
        first = own if first is None else first


def envelope(stream: Stream) -> Findings:
    """The response has its envelope whenever it is shown [types]."""
    for at, event in _lives(stream):
        yield from of_response.envelope_findings(obj(event.get("response")), (*at, "response"))


def index_order(stream: Stream) -> Findings:
    """Items are numbered 0, 1, 2 and begin in that order [sdk]: openai's helper raises on a number that is taken."""
    expected = 0
    for at, event in stream.placed():
        if kind_of(event) == in_items.ADDED:
            index = integer(event.get("output_index"))
            if index != expected:
                yield (*at, "output_index"), f"item {expected} is next, not {shown(event.get('output_index'))}"
            expected = (expected if index is None else index) + 1


def item_open(stream: Stream) -> Findings:
    """Whatever is said of an item comes between its output_item.added and its output_item.done [sdk]."""
    opened: set[int] = set()
    closed: set[int] = set()
    for at, event in stream.placed():
        index = integer(event.get("output_index"))
        if kind_of(event) == in_items.ADDED:
            opened.add(-1 if index is None else index)
        elif index is not None or in_items.family(event) in PART_FAMILIES:
            if index not in opened:
                yield at, f"item {shown(event.get('output_index'))} has not begun"
            elif index in closed:
                yield at, f"item {index} is done already"
            if kind_of(event) == in_items.DONE and index is not None:
                closed.add(index)


def same_item(stream: Stream) -> Findings:
    """An item keeps its id, type, name and call_id: openai's helper raises otherwise [sdk]."""
    for item in in_items.items_of(stream):
        yield from in_items.same_item_findings(item)


def event_kind(stream: Stream) -> Findings:
    """An item takes the events of its own type only [docs]."""
    for item in in_items.items_of(stream):
        yield from in_items.family_findings(item)


def part_order(stream: Stream) -> Findings:
    """The parts of an item are numbered 0, 1, 2 and open one after the other [docs]."""
    for item in in_items.items_of(stream):
        yield from in_items.part_findings(item)


def part_open(stream: Stream) -> Findings:
    """A message's text comes within a content part: openai's helper raises IndexError otherwise [sdk]."""
    for item in in_items.items_of(stream):
        if item.kind == "message":
            yield from in_items.opened_findings(item)


def text(stream: Stream) -> Findings:
    """Deltas are text, and add up to what is said in the end [docs]."""
    for item in in_items.items_of(stream):
        yield from in_items.text_findings(item)


def course(stream: Stream) -> Findings:
    """A hosted tool goes from in_progress to completed or failed, never back [docs]."""
    for item in in_items.items_of(stream):
        yield from in_items.step_findings(item)


def item_done(stream: Stream) -> Findings:
    """Every item of a completed response was done, or is in the response: openai's helper raises otherwise [sdk].

    The API was recorded leaving out the output_item.done of mcp_list_tools.
    """
    for at, event in stream.placed():
        held = {string(item.get("id")) for _, item in objects(obj(event.get("response")).get("output"))}
        for item in in_items.items_of(stream) if kind_of(event) == "response.completed" else ():
            if item.end is None and string(item.added.get("id")) not in held:
                yield at, f"the response is completed, item {item.index} is not done"


def final_output(stream: Stream) -> Findings:
    """The last event holds all items as they were done; what it leaves out is lost to the SDK's response [sdk].

    What is sealed differs: the API seals it anew each time that it shows it.
    """
    for at, event in stream.placed():
        if kind_of(event) not in ("response.completed", "response.incomplete"):
            continue
        output = obj(event.get("response")).get("output")
        held = {string(item.get("id")): item for _, item in objects(output)}
        place = (*at, "response", "output")
        done = [item for item in in_items.items_of(stream) if item.end is not None]
        if output is None:
            continue  # then openai's helper puts it together from the items
        if len(array(output)) < len(done):
            yield place, f"{len(done)} items were done, the response holds {len(array(output))}"
        for item in done:
            own = held.get(string(item.done.get("id")))
            if own is not None and own != item.done:
                differ = {key for key in {**item.done, **own} if own.get(key) != item.done.get(key)} - SEALED
                for key in sorted(differ):
                    yield place, f"item {item.index} was done with another {key}"


def response(stream: Stream) -> Findings:
    """The response at the end is one that could have come whole [types]."""
    for at, event in stream.placed():
        if kind_of(event) in ENDS:
            for found in of_response.check_response(obj(event.get("response"))):
                yield (*at, "response"), str(found)


def status(stream: Stream) -> Findings:
    """The last event's type is the response's status [docs]."""
    for at, event in stream.placed():
        if kind_of(event) in ENDS:
            said = obj(event.get("response")).get("status")
            if f"response.{said}" != kind_of(event):
                yield (*at, "response", "status"), f"{kind_of(event)} with status {shown(said)}"


def error(stream: Stream) -> Findings:
    """An error says its message and code, flat [types]."""
    for at, event in stream.placed():
        if kind_of(event) == "error":
            if not isinstance(event.get("message"), str):
                yield (*at, "message"), f"an error has its message beside its type, not {shown(event.get('message'))}"
            if not isinstance(event.get("code"), str | None):
                yield (*at, "code"), f"code is a string or null, not {shown(event.get('code'))}"


def api_error(stream: Stream) -> Findings:
    """No event has a top-level `error`: openai's SDK takes it for one and raises [sdk]."""
    for at, event in stream.placed():
        if event.get("error"):
            yield (*at, "error"), "an error event is flat: code and message beside its type"


def end_last(stream: Stream) -> Findings:
    """Nothing follows the end, but response.failed an error [docs]."""
    for at, event in list(stream.placed())[:-1]:
        after = stream.events[int(at[0]) + 1]
        told = kind_of(event) == "error" and kind_of(after) == "response.failed"
        if kind_of(event) in (*ENDS, "error") and not told:
            yield at, f"{kind_of(event)} ends the stream, yet events follow"


def truncated(stream: Stream) -> Findings:
    """A stream ends in completed, incomplete, failed or an error [docs]."""
    if not any(kind_of(event) in (*ENDS, "error") for event in stream.events):
        yield last(stream), "the stream ends without response.completed"


def logprobs(stream: Stream) -> Findings:
    """Text comes with the log probabilities of its tokens, [] where nobody asked for them [types]."""
    for at, event in stream.placed():
        wanted = kind_of(event) in ("response.output_text.delta", "response.output_text.done")
        if wanted and not isinstance(event.get("logprobs"), list):
            yield (*at, "logprobs"), "logprobs is an array"


def item_id(stream: Stream) -> Findings:
    """Every event within an item names the item [types]."""
    for at, event in stream.placed():
        named = in_items.family(event) in PART_FAMILIES
        if named and not string(event.get("item_id")):
            yield (*at, "item_id"), "the event names its item"


def usage_told(stream: Stream) -> Findings:
    """A response that ends without having failed says its usage [observed]."""
    for at, event in stream.placed():
        ended = kind_of(event) in ("response.completed", "response.incomplete")
        if ended and not obj(obj(event.get("response")).get("usage")):
            yield (*at, "response", "usage"), "the response says its usage"


RULES: tuple[StreamRule, ...] = (
    sequence_number,
    created,
    lifecycle,
    identity,
    envelope,
    index_order,
    item_open,
    same_item,
    event_kind,
    part_order,
    part_open,
    text,
    course,
    item_done,
    final_output,
    response,
    status,
    error,
    api_error,
    end_last,
    truncated,
)
OFFICIAL: tuple[StreamRule, ...] = (known_event, numbered, logprobs, item_id, usage_told)


def check_stream(events: Sequence[Json], *, request: Json | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a stream of parsed events."""
    return judge(RULES + OFFICIAL if official else RULES, stream_of(events, request))


def _lives(stream: Stream) -> Iterator[tuple[At, Json]]:
    """The events that hold the response."""
    return ((at, event) for at, event in stream.placed() if kind_of(event) in (*BEFORE, *ENDS))
