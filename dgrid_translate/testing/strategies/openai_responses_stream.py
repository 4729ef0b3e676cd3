"""Responses: streams made from an answer, cut into the events that the API sends.

Which events an item has is told by its type: see the tables below. https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import openai_responses_answer as answers
from dgrid_translate.testing.strategies.common import JSONObject, coin, cut, interleave, words

PROGRESS: dict[str, tuple[str, ...]] = {
    "web_search_call": ("in_progress", "searching"),
    "file_search_call": ("in_progress", "searching"),
    "image_generation_call": ("in_progress", "generating"),
    "mcp_list_tools": ("in_progress",),
}
"""What is heard of a hosted tool between its item's beginning and its completion."""

EMPTY: dict[str, JSONObject] = {
    "message": {"content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "mcp_call": {"arguments": "", "output": None, "error": None},
    "code_interpreter_call": {"code": "", "outputs": None},
    "image_generation_call": {"result": None},
    "file_search_call": {"queries": [], "results": None},
    "mcp_list_tools": {"tools": []},
    "shell_call": {"action": {"commands": [], "timeout_ms": None, "max_output_length": 4096}},
    "shell_call_output": {"output": []},
}
"""What an item begins with in place of what it ends with; items that are not here come whole."""


def _event(kind: str, **members: Any) -> JSONObject:
    return {"type": f"response.{kind}", **members}


def _opening(draw: st.DrawFn, item: JSONObject) -> JSONObject:
    opened: JSONObject = {**item, **EMPTY.get(item["type"], {})}
    if "status" in item and item["type"] not in ("apply_patch_call", "tool_search_output", "program_output"):
        opened["status"] = "in_progress"
    if item["type"] == "web_search_call":
        opened["action"] = {"type": "search"}
    if item["type"] == "reasoning":
        # Sealed only at its end; what stands here before is not yet the whole.
        opened.pop("content", None)
        if "encrypted_content" in item and coin(draw):
            opened["encrypted_content"] = ""
        else:
            opened.pop("encrypted_content", None)
    if item["type"] == "image_generation_call":
        opened.pop("revised_prompt", None)
    return opened


# ------------------------------------------------------------------------------------------- what an item is made of


def _text_part(draw: st.DrawFn, part: JSONObject, at: JSONObject) -> list[JSONObject]:
    logprobs: list[JSONObject] = part.get("logprobs", [])
    empty: JSONObject = {**part, "text": "", "annotations": []}
    if "logprobs" in part:
        empty["logprobs"] = []
    made = [_event("content_part.added", **at, part=empty)]
    for number, piece in enumerate(cut(draw, part["text"])):
        made.append(_event("output_text.delta", **at, delta=piece, logprobs=[] if number else logprobs))
    notes = [
        _event("output_text.annotation.added", **at, annotation_index=number, annotation=note)
        for number, note in enumerate(part["annotations"])
    ]
    if coin(draw, 3):
        made[1:] = interleave(draw, [made[1:], notes])
    else:
        made += notes
    made.append(_event("output_text.done", **at, text=part["text"], logprobs=logprobs))
    return [*made, _event("content_part.done", **at, part=part)]


def _refusal_part(draw: st.DrawFn, part: JSONObject, at: JSONObject) -> list[JSONObject]:
    made = [_event("content_part.added", **at, part={"type": "refusal", "refusal": ""})]
    made += [_event("refusal.delta", **at, delta=piece) for piece in cut(draw, part["refusal"])]
    made.append(_event("refusal.done", **at, refusal=part["refusal"]))
    return [*made, _event("content_part.done", **at, part=part)]


def _message(draw: st.DrawFn, item: JSONObject, at: JSONObject) -> list[JSONObject]:
    made: list[JSONObject] = []
    for number, part in enumerate(item["content"]):
        told = _text_part if part["type"] == "output_text" else _refusal_part
        made += told(draw, part, {**at, "content_index": number})
    return made


def _reasoning(draw: st.DrawFn, item: JSONObject, at: JSONObject) -> list[JSONObject]:
    made: list[JSONObject] = []
    for number, part in enumerate(item["summary"]):
        where = {**at, "summary_index": number}
        made.append(_event("reasoning_summary_part.added", **where, part={"type": "summary_text", "text": ""}))
        made += [_event("reasoning_summary_text.delta", **where, delta=piece) for piece in cut(draw, part["text"])]
        made.append(_event("reasoning_summary_text.done", **where, text=part["text"]))
        made.append(_event("reasoning_summary_part.done", **where, part=part))
    framed = coin(draw)
    for number, part in enumerate(item.get("content", ())):
        where = {**at, "content_index": number}
        if framed:
            made.append(_event("content_part.added", **where, part={"type": "reasoning_text", "text": ""}))
        made += [_event("reasoning_text.delta", **where, delta=piece) for piece in cut(draw, part["text"])]
        made.append(_event("reasoning_text.done", **where, text=part["text"]))
        if framed:
            made.append(_event("content_part.done", **where, part=part))
    return made


def _grown(draw: st.DrawFn, kind: str, member: str, text: str, at: JSONObject) -> list[JSONObject]:
    pieces = [_event(f"{kind}.delta", **at, delta=piece) for piece in cut(draw, text)]
    return [*pieces, _event(f"{kind}.done", **at, **{member: text})]


def _shell(draw: st.DrawFn, item: JSONObject, at: JSONObject) -> list[JSONObject]:
    made: list[JSONObject] = []
    for number, command in enumerate(item["action"]["commands"]):
        where = {"output_index": at["output_index"], "command_index": number}
        made.append(_event("shell_call_command.added", **where, command=""))
        made += _grown(draw, "shell_call_command", "command", command, where)
    return made


def _shell_output(draw: st.DrawFn, item: JSONObject, at: JSONObject) -> list[JSONObject]:
    where = {**at, "command_index": 0}
    out: str = item["output"][0]["stdout"]
    made = [_event("shell_call_output_content.delta", **where, delta={"stdout": piece}) for piece in cut(draw, out)]
    return [*made, _event("shell_call_output_content.done", **where, output=item["output"])]


def _body(draw: st.DrawFn, item: JSONObject, at: JSONObject) -> list[JSONObject]:
    kind: str = item["type"]
    match kind:
        case "message":
            return _message(draw, item, at)
        case "reasoning":
            return _reasoning(draw, item, at)
        case "function_call":
            return _grown(draw, "function_call_arguments", "arguments", item["arguments"], at)
        case "custom_tool_call":
            return _grown(draw, "custom_tool_call_input", "input", item["input"], at)
        case "mcp_call":
            made = _grown(draw, "mcp_call_arguments", "arguments", item["arguments"], at)
            ended = "failed" if item["error"] else "completed"
            return [_event("mcp_call.in_progress", **at), *made, _event(f"mcp_call.{ended}", **at)]
        case "code_interpreter_call":
            made = _grown(draw, "code_interpreter_call_code", "code", item["code"], at)
            done = [_event(f"{kind}.interpreting", **at), _event(f"{kind}.completed", **at)]
            return [_event(f"{kind}.in_progress", **at), *made, *done]
        case "shell_call":
            return _shell(draw, item, at)
        case "shell_call_output":
            return _shell_output(draw, item, at)
        case "compaction":
            return [_event("compaction.compacting", **at)] if coin(draw) else []
        case _ if kind in PROGRESS:
            made = [_event(f"{kind}.{step}", **at) for step in PROGRESS[kind]]
            if kind == "image_generation_call" and coin(draw):
                picture = {"partial_image_index": 0, "partial_image_b64": item["result"]}
                made.append(_event(f"{kind}.partial_image", **at, **picture))
            return [*made, _event(f"{kind}.completed", **at)]
        case _:
            return []


def _told(draw: st.DrawFn, number: int, item: JSONObject) -> list[JSONObject]:
    """All events of one item."""
    at = {"item_id": item["id"], "output_index": number}
    added = _event("output_item.added", output_index=number, item=_opening(draw, item))
    return [added, *_body(draw, item, at), _event("output_item.done", output_index=number, item=item)]


# ------------------------------------------------------------------------------------------------------------ streams


def _begun(draw: st.DrawFn, whole: JSONObject) -> list[JSONObject]:
    """The lifecycle events before the first item."""
    early: JSONObject = {**whole, "status": "in_progress", "output": []}
    for key in ("usage", "error", "incomplete_details", "completed_at"):
        if key in early:
            early[key] = None
    for key in ("tool_usage",):
        early.pop(key, None)
    made = [_event("created", response=early)]
    if coin(draw, 6):
        made.append(_event("queued", response={**early, "status": "queued"}))
    if not coin(draw, 4):
        made.append(_event("in_progress", response=early))
    return made


SAID = ("message", "reasoning", "function_call", "custom_tool_call")


def _overlap(first: list[JSONObject], then: list[JSONObject]) -> bool:
    """Whether two items may be under way at once: what is said waits for no tool that was begun before it."""
    kinds = [queue[0]["item"]["type"] for queue in (first, then)]
    return kinds[0] in SAID or kinds[1] not in SAID


def _mixed(draw: st.DrawFn, queues: list[list[JSONObject]]) -> list[JSONObject]:
    """Items one after the other, or two at the same time: they begin in their order all the same."""
    mixing = coin(draw, 3)
    made: list[JSONObject] = []
    while queues:
        pair = queues[:2] if mixing and len(queues) > 1 and _overlap(*queues[:2]) else queues[:1]
        made += [queue[0] for queue in pair] + interleave(draw, [queue[1:] for queue in pair])
        queues = queues[len(pair) :]
    return made


def _numbered(draw: st.DrawFn, events: list[JSONObject]) -> list[JSONObject]:
    if coin(draw, 4):
        for event in events:
            if event["type"].endswith(".delta"):
                event["obfuscation"] = draw(words)
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's events, and the whole response they add up to."""
    whole = draw(answers.responses(statuses=("completed", "completed", "completed", "incomplete")))
    whole["usage"] = whole.get("usage") or draw(answers.usage())
    events = _begun(draw, whole)
    events += _mixed(draw, [_told(draw, number, item) for number, item in enumerate(whole["output"])])
    events.append(_event(whole["status"], response=whole))
    return _numbered(draw, events), whole


@st.composite
def failing(draw: st.DrawFn) -> list[JSONObject]:
    """A stream that ends in a failure, after some of the output: it adds up to nothing."""
    whole = draw(answers.responses(statuses=("failed",)))
    queues = [_told(draw, number, item) for number, item in enumerate(whole["output"])]
    events = _begun(draw, whole) + [event for queue in queues for event in queue]
    failure = {"code": whole["error"]["code"], "message": whole["error"]["message"], "param": None}
    ends = [{"type": "error", **failure}], [_event("failed", response=whole)]
    lot = draw(st.integers(0, 2))
    events += ends[0] + ends[1] if lot == 2 else ends[lot]
    return _numbered(draw, events)
