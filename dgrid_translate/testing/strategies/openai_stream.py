"""Chat Completions: streams made from an answer, cut into the chunks that servers send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import openai_response
from dgrid_translate.testing.strategies.common import JSONObject, coin, cut, interleave, pick, words


def _function_deltas(draw: st.DrawFn, index: int, made: JSONObject) -> list[JSONObject]:
    """One call, whole in one delta or with its arguments in pieces."""
    kind = made["type"]
    inner: JSONObject = made[kind]
    grown = "arguments" if kind == "function" else "input"
    if coin(draw, 4):
        return [{"index": index, **made}]
    first: JSONObject = {"index": index, **made, kind: {**inner, grown: ""}}
    return [first, *({"index": index, kind: {grown: piece}} for piece in cut(draw, inner[grown]))]


def _text_deltas(draw: st.DrawFn, key: str, text: str) -> list[JSONObject]:
    return [{key: piece} for piece in cut(draw, text)]


def _detail_deltas(draw: st.DrawFn, details: list[JSONObject]) -> list[JSONObject]:
    """`reasoning_details`: what says whose a detail is comes once, its text in pieces."""
    deltas: list[JSONObject] = []
    for detail in details:
        pieces = cut(draw, detail.get("text", ""))
        head = {**detail, "text": pieces[0]} if pieces else detail
        deltas.append({"reasoning_details": [head]})
        same: JSONObject = {"type": detail["type"], "index": detail["index"]}
        deltas += [{"reasoning_details": [{**same, "text": piece}]} for piece in pieces[1:]]
    return deltas


def _audio_deltas(draw: st.DrawFn, sound: JSONObject) -> list[JSONObject]:
    head = {"audio": {"id": sound["id"]}}
    words_ = [{"audio": {"transcript": piece}} for piece in cut(draw, sound["transcript"], 2)]
    tail = [{"audio": {"data": sound["data"]}}, {"audio": {"expires_at": sound["expires_at"]}}]
    return [head, *words_, *tail]


def _deltas(draw: st.DrawFn, message: JSONObject) -> list[JSONObject]:
    """Everything one choice says, in the order servers say it."""
    deltas: list[JSONObject] = []
    for key in ("reasoning_content", "reasoning"):
        if message.get(key):
            deltas += _text_deltas(draw, key, message[key])
    deltas += _detail_deltas(draw, message.get("reasoning_details", []))
    if message.get("content"):
        deltas += _text_deltas(draw, "content", message["content"])
    if message.get("annotations"):
        deltas.append({"annotations": [{"index": at, **note} for at, note in enumerate(message["annotations"])]})
    if message.get("refusal"):
        deltas += _text_deltas(draw, "refusal", message["refusal"])
    if message.get("audio"):
        deltas += _audio_deltas(draw, message["audio"])
    calls = [_function_deltas(draw, index, made) for index, made in enumerate(message.get("tool_calls", ()))]
    if coin(draw, 3):
        # The first delta of each call opens it, in order; what follows may be mixed.
        items = [queue[0] for queue in calls] + interleave(draw, [queue[1:] for queue in calls])
    else:
        items = [item for queue in calls for item in queue]
    return deltas + [{"tool_calls": [item]} for item in items]


def _logprob_pieces(choice: JSONObject, count: int) -> list[Any]:
    """`logprobs` of each delta that carries text: all tokens with the first one, none after it."""
    logprobs = choice.get("logprobs")
    return [logprobs if index == 0 else None for index in range(count)]


def _choice_chunks(draw: st.DrawFn, choice: JSONObject) -> list[JSONObject]:
    index = choice["index"]
    message = choice["message"]
    opening: JSONObject = {"role": "assistant"}
    deltas = _deltas(draw, message)
    style = draw(st.integers(0, 2))
    if style == 1 and "audio" not in message:
        opening["content"] = None if message.get("content") is None else ""
    elif style == 2 and deltas:
        opening |= deltas.pop(0)
    if coin(draw, 6):
        deltas.insert(draw(st.integers(0, len(deltas))), {})
    deltas.insert(0, opening)
    last: JSONObject = deltas.pop() if len(deltas) > 1 and coin(draw, 4) else {}
    made: list[JSONObject] = [{"index": index, "delta": delta, "finish_reason": None} for delta in deltas]
    made.append({"index": index, "delta": last, "finish_reason": choice["finish_reason"]})
    spoken = [piece for piece in made if piece["delta"].get("content")]
    for piece, logprobs in zip(spoken, _logprob_pieces(choice, len(spoken)), strict=True):
        if logprobs is not None:
            piece["logprobs"] = logprobs
    return made


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's chunks, and the whole answer they add up to."""
    whole = draw(openai_response.responses())
    envelope = {key: value for key, value in whole.items() if key not in ("choices", "usage", "object")}
    envelope["object"] = "chat.completion.chunk"
    queues = [_choice_chunks(draw, choice) for choice in whole["choices"]]
    first = [queue.pop(0) for queue in queues]
    pieces = first + (interleave(draw, queues) if coin(draw) else [piece for queue in queues for piece in queue])
    chunks: list[JSONObject] = [{**envelope, "choices": [piece]} for piece in pieces]
    count = whole.get("usage")
    if count is not None:
        style = pick(draw, ("after", "after", "with"))
        if style == "with":
            chunks[-1]["usage"] = count
        else:
            if coin(draw):
                chunks = [{**chunk, "usage": None} for chunk in chunks]
            chunks.append({**envelope, "choices": [], "usage": count})
    if coin(draw, 4):
        for chunk in chunks:
            chunk["obfuscation"] = draw(words)
    return chunks, whole
