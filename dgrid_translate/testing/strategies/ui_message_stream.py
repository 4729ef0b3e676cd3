"""AI SDK UI message streams: made from an answer, cut into the chunks that servers send."""

from __future__ import annotations

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import ui_message
from dgrid_translate.testing.strategies.common import JSONObject, arguments_text, coin, cut, interleave, texts


def _spoken(draw: st.DrawFn, part: JSONObject, number: str) -> list[JSONObject]:
    """Start, pieces and end of a text or of reasoning; metadata comes with any of them, the last to come stands."""
    kind, key = part["type"], {"id": part.get("id", number)}
    pieces = [{"type": f"{kind}-delta", **key, "delta": piece} for piece in cut(draw, part["text"])]
    chunks: list[JSONObject] = [{"type": f"{kind}-start", **key}, *pieces, {"type": f"{kind}-end", **key}]
    if "providerMetadata" in part:
        # OpenAI's says which item it is, from its start on.
        place = 0 if "openai" in part["providerMetadata"] else draw(st.integers(0, len(chunks) - 1))
        chunks[place]["providerMetadata"] = part["providerMetadata"]
        if coin(draw):
            chunks[-1]["providerMetadata"] = part["providerMetadata"]
    return chunks


def _called(draw: st.DrawFn, part: JSONObject) -> list[JSONObject]:
    """A call's input, in pieces or whole, and what came of it."""
    dynamic = part["type"] == "dynamic-tool"
    call = {"toolCallId": part["toolCallId"]}
    flags: JSONObject = {"dynamic": True} if dynamic else {}
    if "providerExecuted" in part:
        flags["providerExecuted"] = part["providerExecuted"]
    named: JSONObject = {**call, "toolName": part["toolName"] if dynamic else part["type"][5:], **flags}
    signed = {"providerMetadata": part["callProviderMetadata"]} if "callProviderMetadata" in part else {}
    chunks: list[JSONObject] = []
    if coin(draw):
        chunks.append({"type": "tool-input-start", **named, **(signed if coin(draw, 4) else {})})
        pieces = cut(draw, arguments_text(draw, part["input"])) if part["input"] or coin(draw) else []
        chunks += [{"type": "tool-input-delta", **call, "inputTextDelta": piece} for piece in pieces]
    chunks.append({"type": "tool-input-available", **named, "input": part["input"], **signed})
    if part["state"] == "output-available":
        given: JSONObject = {"type": "tool-output-available", **call, **flags}
        if coin(draw, 8):
            chunks.append({**given, "output": draw(texts), "preliminary": True})
        chunks.append({**given, "output": part["output"]})
    elif part["state"] == "output-error":
        chunks.append({"type": "tool-output-error", **call, **flags, "errorText": part["errorText"]})
    elif part["state"] == "approval-requested":
        chunks.append({"type": "tool-approval-request", "approvalId": part["approval"]["id"], **call})
    return chunks


def _chunks(draw: st.DrawFn, part: JSONObject, number: str) -> list[JSONObject]:
    if part["type"] in ("text", "reasoning"):
        return _spoken(draw, part, number)
    return _called(draw, part) if "toolCallId" in part else [dict(part)]


def _step(draw: st.DrawFn, parts: list[JSONObject], number: int) -> list[JSONObject]:
    """A step's chunks: part after part, or started one after the other and then mixed."""
    queues = [_chunks(draw, part, f"{number}{at}" if coin(draw) else str(at)) for at, part in enumerate(parts)]
    if coin(draw, 4):
        mixed = [queue[0] for queue in queues] + interleave(draw, [queue[1:] for queue in queues])
    else:
        mixed = [chunk for queue in queues for chunk in queue]
    if coin(draw, 8):
        mixed.append({"type": "data-progress", "data": 0.5, "transient": True})
    return [{"type": "start-step"}, *mixed, {"type": "finish-step"}]


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's chunks, and the message they add up to: as `readUIMessageStream` makes it, and why it ended."""
    whole = draw(ui_message.responses())
    steps: list[list[JSONObject]] = []
    for at, part in enumerate(whole["parts"]):
        if part["type"] == "step-start":
            steps.append([])
        else:
            steps[-1].append(part)
        if part["type"] == "reasoning":
            part["id"] = f"reasoning-{at}"
    told: JSONObject = dict(whole["metadata"])
    early = {key: told.pop(key) for key in ("model", "createdAt") if key in told}
    start: JSONObject = {"type": "start", "messageId": whole["id"]}
    chunks = [start | ({"messageMetadata": early} if early else {})]
    for number, parts in enumerate(steps):
        chunks += _step(draw, parts, number)
    if told and coin(draw, 6):
        key = sorted(told)[0]
        chunks.append({"type": "message-metadata", "messageMetadata": {key: told.pop(key)}})
    finish: JSONObject = {"type": "finish"}
    if coin(draw):
        finish["finishReason"] = told.get("finishReason", whole["metadata"]["finishReason"])
        if coin(draw):
            told.pop("finishReason", None)
    chunks.append(finish | ({"messageMetadata": told} if told else {}))
    return chunks, whole
