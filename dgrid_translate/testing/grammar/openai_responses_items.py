"""OpenAI Responses: what the events within one item of a stream must be.

Which events an item takes is one table, EVENTS, by the item's type; an item of a type that is not in it may send what
it likes. `Progress` is all that a stream says of one item, from `output_item.added` to `output_item.done`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dgrid_translate.testing.wire_json import NOTHING, Json, array, integer, kind_of, obj, shown, string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.losses import At
    from dgrid_translate.testing.grammar.stream import Stream
    from dgrid_translate.testing.violations import Findings

PREFIX = "response."
ADDED, DONE = "response.output_item.added", "response.output_item.done"
EVENTS: dict[str, tuple[str, ...]] = {
    "message": ("content_part", "output_text", "output_text.annotation", "refusal"),
    "reasoning": ("content_part", "reasoning_text", "reasoning_summary_part", "reasoning_summary_text"),
    "function_call": ("function_call_arguments",),
    "custom_tool_call": ("custom_tool_call_input",),
    "mcp_call": ("mcp_call", "mcp_call_arguments"),
    "mcp_list_tools": ("mcp_list_tools",),
    "web_search_call": ("web_search_call",),
    "file_search_call": ("file_search_call",),
    "code_interpreter_call": ("code_interpreter_call", "code_interpreter_call_code"),
    "image_generation_call": ("image_generation_call",),
    "shell_call": ("shell_call_command",),
    "shell_call_output": ("shell_call_output_content",),
    "compaction": ("compaction",),
    **dict.fromkeys(
        ("apply_patch_call", "local_shell_call", "computer_call", "mcp_approval_request", "program", "program_output"),
        (),
    ),
}
"""The families of events that an item of each type takes: an event's type without `response.` and its last word."""

GROWN = {
    "function_call_arguments": "arguments",
    "custom_tool_call_input": "input",
    "mcp_call_arguments": "arguments",
    "code_interpreter_call_code": "code",
}
"""Families whose deltas add up to a member of the item."""

TEXTS = {"output_text": "text", "refusal": "refusal", "reasoning_text": "text", "reasoning_summary_text": "text"}
"""Families whose deltas add up to a part of the item, and the member of the part that holds the text."""

PARTS = {"content_part": "content_index", "reasoning_summary_part": "summary_index"}
STEPS = ("in_progress", "searching", "generating", "interpreting", "partial_image", "completed", "failed")
"""What is heard of a hosted tool, in the order of its course."""


class Progress(msgspec.Struct, frozen=True):
    """One item: its number, where it was added and how, its events in between, where it was done and how."""

    index: int
    at: At
    added: Json
    events: tuple[tuple[At, Json], ...]
    end: At | None = None
    done: Json = NOTHING

    @property
    def kind(self) -> str:
        """The item's type."""
        return kind_of(self.added)


def family(event: Json) -> str:
    """Of which family an event is: "output_text" for `response.output_text.delta`."""
    return kind_of(event).removeprefix(PREFIX).rpartition(".")[0]


def step(event: Json) -> str:
    """The last word of its type: "delta"."""
    return kind_of(event).rpartition(".")[2]


def items_of(stream: Stream) -> Iterator[Progress]:
    """Every item of the stream that was added, in that order."""
    opened: dict[int, tuple[At, Json, list[tuple[At, Json]]]] = {}
    finished: dict[int, tuple[At, Json]] = {}
    for at, event in stream.placed():
        index = integer(event.get("output_index"))
        if index is None:
            continue
        if kind_of(event) == ADDED:
            opened.setdefault(index, (at, obj(event.get("item")), []))
        elif kind_of(event) == DONE:
            finished.setdefault(index, (at, obj(event.get("item"))))
        elif index in opened:
            opened[index][2].append((at, event))
    for index, (at, added, events) in opened.items():
        end, done = finished.get(index, (None, NOTHING))
        yield Progress(index, at, added, tuple(events), end, done)


# ------------------------------------------------------------------------------------------------------------ findings


def family_findings(item: Progress) -> Findings:
    """Events that an item of its type does not take."""
    known = EVENTS.get(item.kind)
    for at, event in item.events:
        if known is not None and family(event) not in known:
            yield (*at, "type"), f"{shown(event.get('type'))} within an item of type {item.kind}"


def part_findings(item: Progress) -> Findings:
    """Parts are numbered 0, 1, 2, begin one after the other, and all that is said of one comes while it is open."""
    for kind, key in PARTS.items():
        expected, is_open = 0, False
        framed = any(family(event) == kind for _, event in item.events)
        for at, event in item.events:
            index = integer(event.get(key))
            if family(event) == kind and step(event) == "added":
                if is_open:
                    yield at, f"part {expected - 1} is still open"
                if index != expected:
                    yield (*at, key), f"part {expected} is next, not {shown(event.get(key))}"
                expected, is_open = expected + 1, True
            elif index is not None and framed and (not is_open or index != expected - 1):
                yield (*at, key), f"part {index} is not open"
            if family(event) == kind and step(event) == "done":
                is_open = False
        if is_open and item.end is not None:
            yield item.end, f"part {expected - 1} is still open"


def opened_findings(item: Progress) -> Findings:
    """A message's text is within a part: openai's helper looks for it there and raises."""
    seen: set[int | None] = set()
    for at, event in item.events:
        if family(event) == "content_part" and step(event) == "added":
            seen.add(integer(event.get("content_index")))
        elif family(event) in ("output_text", "refusal") and integer(event.get("content_index")) not in seen:
            yield (*at, "content_index"), "no content_part.added came before"


def text_findings(item: Progress) -> Findings:
    """What the deltas add up to is what is said at the end: by the event, the part and the item."""
    grown: dict[tuple[str, int | None], str] = {}
    for at, event in item.events:
        kind, last = family(event), step(event)
        index = integer(event.get("summary_index" if "summary" in kind else "content_index"))
        if kind in TEXTS or kind in GROWN:
            key = (kind, index)
            if last == "delta":
                grown[key] = grown.get(key, "") + (string(event.get("delta")) or "")
                if not isinstance(event.get("delta"), str):
                    yield (*at, "delta"), f"a delta is a string, not {shown(event.get('delta'))}"
            elif last == "done":
                member = TEXTS.get(kind) or GROWN[kind]
                if key in grown:  # some hosts send calls whole
                    yield from _same((*at, member), grown[key], event.get(member))
                grown[key] = string(event.get(member)) or ""
    if item.end is None:
        return
    for (kind, index), text in grown.items():
        if kind in GROWN:
            place, said = (GROWN[kind],), item.done.get(GROWN[kind])
        else:
            held = "summary" if kind == "reasoning_summary_text" else "content"
            place = (held, index or 0, TEXTS[kind])
            parts = array(item.done.get(held))
            said = obj(parts[index or 0]).get(TEXTS[kind]) if (index or 0) < len(parts) else None
        yield from _same((*item.end, "item", *place), text, said)


def _same(at: At, grown: str, said: object) -> Findings:
    if said != grown:
        yield at, f"the deltas add up to {shown(grown)}, here stands {shown(said)}"


def step_findings(item: Progress) -> Findings:
    """A hosted tool's course goes forward: in_progress, then what it does, then completed or failed, once."""
    reached = -1
    for at, event in item.events:
        if family(event) != item.kind or step(event) not in STEPS:
            continue
        here = STEPS.index(step(event))
        if here < reached or reached >= STEPS.index("completed"):
            yield (*at, "type"), f"{step(event)} after {STEPS[reached]}"
        reached = max(reached, here)


def same_item_findings(item: Progress) -> Findings:
    """What begins, goes on and ends under one output_index is one item."""
    own = string(item.added.get("id"))
    for at, event in item.events:
        said = event.get("item_id")
        if said is not None and own is not None and said != own:
            yield (*at, "item_id"), f"the item at {item.index} is {shown(own)}, not {shown(said)}"
    for key in ("id", "type", "call_id", "name") if item.end is not None else ():
        if item.added.get(key) is not None and item.done.get(key) != item.added.get(key):
            yield (*(item.end or ()), "item", key), f"{key} was {shown(item.added.get(key))} when the item was added"
