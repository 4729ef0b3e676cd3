"""OpenAI Chat Completions: which streams of chunks are right.

    stream := first delta* finish+ usage?          first says the role, one finish a choice, usage only when asked for
    error  := {"error": {...}}                     and nothing after it

Spoken answers are let off what api.openai.com was recorded doing with them: a second role, a chunk without choices, no
finish_reason, and the audio's expiry after the usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.grammar.stream import Stream, StreamRule, last, stream_of
from dgrid_translate.testing.rules.openai_chat import FINISH_REASONS, envelope_findings, sum_findings, usage_findings
from dgrid_translate.testing.rules.openai_chat_messages import name_findings
from dgrid_translate.testing.violations import Findings, Violation, judge
from dgrid_translate.testing.wire_json import (
    NOT_JSON,
    Json,
    array,
    integer,
    obj,
    objects,
    one_of,
    parse,
    shown,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dgrid_translate.losses import At

SHARED = ("id", "created", "model")


def error_ends(stream: Stream) -> Findings:
    """Nothing follows an error [sdk]."""
    for at, event in stream.placed():
        if event.get("error") and at != last(stream):
            yield (at[0], "error"), "an error ends the stream, yet events follow"


def truncated(stream: Stream) -> Findings:
    """A stream does not just stop: it ends in a finish_reason, in usage or in an error [docs].

    Usage is end enough: Snowflake was recorded never giving a reason.
    """
    ended = any(event.get("usage") or event.get("error") for event in stream.events)
    if not ended and not any(choice.get("finish_reason") for _, _, choice in _choices(stream)):
        yield last(stream), "the stream ends without a finish_reason"


def unfinished(stream: Stream) -> Findings:
    """Every choice that began has its finish_reason, unless an error ended the stream or it is spoken [docs]."""
    begun = {index for _, index, _ in _choices(stream)}
    ended = {index for _, index, choice in _choices(stream) if choice.get("finish_reason")}
    for index in sorted(begun - ended):
        if not _failed(stream) and not _spoken(stream):
            yield last(stream), f"the stream ends without a finish_reason for choice {index}"


def chunk(stream: Stream) -> Findings:
    """A chunk has an array of choices, each with an index and a delta object [sdk].

    openai's stream helper raises KeyError on a chunk without choices.
    """
    for at, event in stream.placed():
        if event.get("error") or (_spoken(stream) and "choices" not in event):
            continue
        if not isinstance(event.get("choices"), list):
            yield (*at, "choices"), "a chunk needs an array of choices"
        for place, choice in objects(event.get("choices"), *at, "choices"):
            if integer(choice.get("index")) is None:
                yield (*place, "index"), f"index is a number, not {shown(choice.get('index'))}"
            if not isinstance(choice.get("delta"), dict):
                yield (*place, "delta"), f"delta is an object, not {shown(choice.get('delta'))}"


def envelope(stream: Stream) -> Findings:
    """Every chunk has id, object, created and model, and they stay the same [docs]."""
    first: Json = {}
    for at, event in stream.placed():
        if event.get("error"):
            continue
        yield from envelope_findings(event, at, "chat.completion.chunk")
        first = first or event
        for key in SHARED:
            if event.get(key) != first.get(key):
                yield (*at, key), f"{key} changes from {shown(first.get(key))} to {shown(event.get(key))}"


def choice_order(stream: Stream) -> Findings:
    """Choices first appear in the order 0, 1, 2. [sdk]: openai's helper raises IndexError otherwise."""
    seen: list[int] = []
    for at, index, _ in _choices(stream):
        if index not in seen:
            if index != len(seen):
                yield (*at, "index"), f"choice {index} begins before choice {len(seen)}"
            seen.append(index)


def role(stream: Stream) -> Findings:
    """The role is the assistant's [types]."""
    for at, _, delta in _deltas(stream):
        if delta.get("role") and delta.get("role") != "assistant":
            yield (*at, "role"), f"role is assistant, not {shown(delta.get('role'))}"


def role_once(stream: Stream) -> Findings:
    """A choice says its role once, in its first delta [docs]."""
    said: set[int] = set()
    begun: set[int] = set()
    for at, index, delta in _deltas(stream):
        if delta.get("role") and index in said and not _spoken(stream):
            yield (*at, "role"), f"choice {index} says its role again"
        elif not delta.get("role") and index not in begun:
            yield at, f"the first delta of choice {index} says no role"
        begun.add(index)
        if delta.get("role"):
            said.add(index)


def finish(stream: Stream) -> Findings:
    """A choice says nothing more after its finish_reason. [docs]: OpenRouter sends empty deltas beside its usage."""
    done: set[int] = set()
    for at, index, choice in _choices(stream):
        delta = obj(choice.get("delta"))
        if index in done and any(delta.get(key) for key in delta.keys() - {"role", "audio"}):
            yield (*at, "delta"), f"choice {index} goes on after its finish_reason"
        if choice.get("finish_reason"):
            done.add(index)


def finish_once(stream: Stream) -> Findings:
    """One finish_reason a choice, in one of the five words, on its last chunk [docs]."""
    done: set[int] = set()
    for at, index, choice in _choices(stream):
        reason = choice.get("finish_reason")
        if index in done and not _spoken(stream):
            yield at, f"choice {index} has a chunk after its finish_reason"
        if reason is not None and not one_of(reason, FINISH_REASONS):
            yield (*at, "finish_reason"), f"unknown finish_reason {shown(reason)}"
        if reason:
            done.add(index)


def finish_calls(stream: Stream) -> Findings:
    """A choice with calls does not end in "stop", or agent loops stop; "tool_calls" has calls [observed]."""
    called = {index for _, index, _ in _fragments(stream)}
    for at, index, choice in _choices(stream):
        reason = choice.get("finish_reason")
        if reason == "stop" and index in called:
            yield (*at, "finish_reason"), "the choice calls tools, yet the reason is stop"
        if reason == "tool_calls" and index not in called:
            yield (*at, "finish_reason"), "the reason is tool_calls, yet the choice has none"


def tool_index(stream: Stream) -> Findings:
    """Tool fragments carry an index; calls begin in the order 0, 1, 2 [sdk].

    openai's helper raises TypeError without an index and IndexError when 1 comes first.
    """
    seen: dict[int, list[int]] = {}
    for at, choice, fragment in _fragments(stream):
        index, calls = integer(fragment.get("index")), seen.setdefault(choice, [])
        if index is None:
            yield (*at, "index"), "a tool fragment needs an index"
        elif index not in calls:
            if index != len(calls):
                yield (*at, "index"), f"call {index} begins where {len(calls)} is next"
            calls.append(index)


def tool_start(stream: Stream) -> Findings:
    """The first fragment of a call has its name; ids are unique in a choice [docs]."""
    ids: set[tuple[int, str]] = set()
    for at, choice, fragment in _starts(stream):
        body = "custom" if fragment.get("type") == "custom" else "function"
        yield from name_findings((*at, body, "name"), obj(fragment.get(body)).get("name"))
        call_id = string(fragment.get("id"))
        if call_id and (choice, call_id) in ids:
            yield (*at, "id"), f"two calls share the id {shown(call_id)}"
        ids.add((choice, call_id or ""))


def tool_id(stream: Stream) -> Findings:
    """The first fragment of a call has its id and type. [sdk]: without a type openai's helper makes no tool events."""
    for at, _, fragment in _starts(stream):
        if not string(fragment.get("id")):
            yield (*at, "id"), "the first fragment of a call has its id"
        if fragment.get("type") not in ("function", "custom"):
            yield (*at, "type"), f"the first fragment says its type, function or custom: {shown(fragment.get('type'))}"


def tool_repeat(stream: Stream) -> Findings:
    """Later fragments bring arguments only. [sdk]: openai's helper concatenates: "call_acall_a"."""
    firsts = {at for at, _, _ in _starts(stream)}
    for at, _, fragment in _fragments(stream):
        if at in firsts:
            continue
        if fragment.get("id"):
            yield (*at, "id"), "id stands in the first fragment only"
        if obj(fragment.get("function")).get("name"):
            yield (*at, "function", "name"), "name stands in the first fragment only"


def tool_arguments(stream: Stream) -> Findings:
    """What the fragments of a call add up to is JSON, once the choice ends in tool_calls [observed]."""
    texts: dict[tuple[int, int], str] = {}
    places: dict[tuple[int, int], At] = {}
    for at, choice, fragment in _fragments(stream):
        key = (choice, integer(fragment.get("index")) or 0)
        texts[key] = texts.get(key, "") + (string(obj(fragment.get("function")).get("arguments")) or "")
        places[key] = at
    whole = {index for _, index, choice in _choices(stream) if choice.get("finish_reason") == "tool_calls"}
    for key, text in texts.items():
        if key[0] in whole and text and parse(text) is NOT_JSON:
            yield (*places[key], "function", "arguments"), f"the arguments are not JSON: {shown(text)}"


def indexed_lists(stream: Stream) -> Findings:
    """Objects in a delta's arrays carry an index. [sdk]: openai's helper raises RuntimeError when it joins others."""
    seen: set[tuple[int, str]] = set()
    for at, index, delta in _deltas(stream):
        for key in ("annotations", "reasoning_details"):
            entries = list(objects(delta.get(key), *at, key))
            if entries and (index, key) in seen and any(integer(entry.get("index")) is None for _, entry in entries):
                yield (*at, key), f"{key} come in several deltas, so each entry needs an index"
            if entries:
                seen.add((index, key))


def usage(stream: Stream) -> Findings:
    """Usage, where told, counts prompt, completion and total tokens [types]."""
    for at, event in stream.placed():
        yield from usage_findings(event.get("usage"), (*at, "usage"))


def usage_sum(stream: Stream) -> Findings:
    """Token counts add up, and no share is larger than its whole [docs]."""
    for at, event in stream.placed():
        yield from sum_findings(event.get("usage"), (*at, "usage"))


def usage_asked(stream: Stream) -> Findings:
    """With include_usage one chunk after the choices has usage, the others usage: null; without it none has [docs]."""
    if not stream.request:
        return
    asked = obj(stream.request.get("stream_options")).get("include_usage") is True
    told = [(at, event) for at, event in stream.placed() if event.get("usage")]
    if not asked:
        for at, _ in told:
            yield (*at, "usage"), "usage was not asked for"
        return
    if not told and not _failed(stream):
        yield last(stream), "usage was asked for and is missing"
    for at, event in told:
        if array(event.get("choices")):
            yield (*at, "choices"), "the chunk with usage has no choices"
        if any(array(after.get("choices")) for after in stream.events[int(at[0]) :]) and not _spoken(stream):
            yield (*at, "usage"), "choices go on after the usage"
    for at, event in stream.placed():
        if "usage" not in event and array(event.get("choices")):
            yield at, "chunks before the last say usage: null when usage was asked for"


RULES: tuple[StreamRule, ...] = (
    error_ends,
    truncated,
    chunk,
    choice_order,
    role,
    finish,
    finish_calls,
    tool_index,
    tool_start,
    tool_arguments,
    usage,
)
OFFICIAL: tuple[StreamRule, ...] = (
    unfinished,
    envelope,
    role_once,
    finish_once,
    tool_id,
    tool_repeat,
    indexed_lists,
    usage_sum,
    usage_asked,
)


def check_stream(events: Sequence[Json], *, request: Json | None = None, official: bool = False) -> list[Violation]:
    """What is wrong with a stream of parsed chunks ([DONE] is no chunk; `sse.check_sse` looks at it)."""
    return judge(RULES + OFFICIAL if official else RULES, stream_of(events, request))


def _failed(stream: Stream) -> bool:
    return any(event.get("error") for event in stream.events)


def _spoken(stream: Stream) -> bool:
    return any(delta.get("audio") for _, _, delta in _deltas(stream))


def _choices(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    """Every choice of every chunk with its place and index."""
    for at, event in stream.placed():
        for place, choice in objects(event.get("choices"), *at, "choices"):
            yield place, integer(choice.get("index")) or 0, choice


def _deltas(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    for at, index, choice in _choices(stream):
        yield (*at, "delta"), index, obj(choice.get("delta"))


def _fragments(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    """Every piece of a tool call with its place and the index of its choice."""
    for at, index, delta in _deltas(stream):
        for place, fragment in objects(delta.get("tool_calls"), *at, "tool_calls"):
            yield place, index, fragment


def _starts(stream: Stream) -> Iterator[tuple[At, int, Json]]:
    """The first piece of each tool call."""
    seen: set[tuple[int, int | None]] = set()
    for at, choice, fragment in _fragments(stream):
        key = (choice, integer(fragment.get("index")))
        if key not in seen:
            seen.add(key)
            yield at, choice, fragment
