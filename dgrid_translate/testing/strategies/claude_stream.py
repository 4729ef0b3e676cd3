"""Claude's Messages API: streams made from an answer, cut into the events that the API sends."""

from __future__ import annotations

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import claude
from dgrid_translate.testing.strategies.common import JSONObject, arguments_text, coin, cut


def _delta(index: int, delta: JSONObject) -> JSONObject:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _block(draw: st.DrawFn, index: int, block: JSONObject) -> list[JSONObject]:
    """Start, deltas and stop of one block."""
    opening: JSONObject = dict(block)
    deltas: list[JSONObject] = []
    match block["type"]:
        case "text":
            opening = {"type": "text", "text": ""}
            if "citations" in block:
                opening["citations"] = []
            deltas = [{"type": "text_delta", "text": piece} for piece in cut(draw, block["text"])]
            deltas += [{"type": "citations_delta", "citation": citation} for citation in block.get("citations", ())]
        case "thinking":
            opening |= {"thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in cut(draw, block["thinking"])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        case "tool_use" | "server_tool_use":
            opening["input"] = {}
            text = arguments_text(draw, block["input"]) if block["input"] or coin(draw) else ""
            pieces = [*([""] if coin(draw) else []), *cut(draw, text)]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        case _:
            pass
    start: JSONObject = {"type": "content_block_start", "index": index, "content_block": opening}
    return [start, *(_delta(index, delta) for delta in deltas), {"type": "content_block_stop", "index": index}]


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's events, and the whole message they add up to."""
    whole = draw(claude.responses())
    usage = whole["usage"]
    early: JSONObject = {key: count for key, count in usage.items() if key != "output_tokens_details"}
    message: JSONObject = {**whole, "content": [], "stop_reason": None, "stop_sequence": None}
    message["usage"] = {**early, "output_tokens": 1}
    message.pop("stop_details", None)
    events: list[JSONObject] = [{"type": "message_start", "message": message}]
    for index, block in enumerate(whole["content"]):
        events += _block(draw, index, block)
    for _ in range(draw(st.integers(0, 2))):
        events.insert(draw(st.integers(1, len(events))), {"type": "ping"})
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": whole["stop_sequence"]}
    if "stop_details" in whole:
        ending["stop_details"] = whole["stop_details"]
    # Only what MessageDeltaUsage knows; what it leaves out stands since message_start.
    keys = ["output_tokens", "output_tokens_details"]
    if coin(draw):
        keys += ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "server_tool_use"]
    final = {key: usage[key] for key in keys if key in usage}
    events += [{"type": "message_delta", "delta": ending, "usage": final}, {"type": "message_stop"}]
    return events, whole
