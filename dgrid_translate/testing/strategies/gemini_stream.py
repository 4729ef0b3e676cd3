"""Gemini's streamGenerateContent: streams made from an answer, cut into the chunks that the API sends."""

from __future__ import annotations

from hypothesis import strategies as st

from dgrid_translate.testing.strategies import gemini
from dgrid_translate.testing.strategies.common import JSONObject, coin, cut, interleave


def _pieces(draw: st.DrawFn, part: JSONObject) -> list[JSONObject]:
    """A part whole, or a text in pieces; a signature comes with the last piece, sometimes on an empty one."""
    if "text" not in part:
        return [part]
    rest = {key: value for key, value in part.items() if key not in ("text", "thoughtSignature")}
    pieces: list[JSONObject] = [{**rest, "text": text} for text in cut(draw, part["text"])] or [{**rest, "text": ""}]
    if "thoughtSignature" in part:
        if coin(draw, 3):
            pieces.append({**rest, "text": ""})
        pieces[-1]["thoughtSignature"] = part["thoughtSignature"]
    return pieces


def _chunks(draw: st.DrawFn, candidate: JSONObject) -> list[JSONObject]:
    """The chunks of one candidate: the last one says why it ended, and what is said of the whole."""
    queue = [piece for part in candidate["content"]["parts"] for piece in _pieces(draw, part)]
    groups: list[list[JSONObject]] = []
    for piece in queue:
        alone = not groups or "text" in piece or coin(draw)
        if alone:
            groups.append([piece])
        else:
            groups[-1].append(piece)
    rest = {key: value for key, value in candidate.items() if key not in ("content", "finishReason")}
    ending: JSONObject = {"finishReason": candidate["finishReason"], **rest}
    base: JSONObject = {"index": candidate["index"]} if "index" in candidate else {}
    chunks: list[JSONObject] = [{"content": {"role": "model", "parts": group}, **base} for group in groups]
    if coin(draw, 4):
        chunks.append({"content": {"role": "model", "parts": [{"text": ""}]}, **base})
    chunks[-1] |= ending
    return chunks


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[JSONObject], JSONObject]:
    """A stream's chunks, and the whole answer they add up to."""
    whole = draw(gemini.responses().filter(_is_countable))
    envelope = {key: value for key, value in whole.items() if key in ("modelVersion", "responseId")}
    if "candidates" not in whole:
        return [whole], whole
    queues = [_chunks(draw, candidate) for candidate in whole["candidates"]]
    pieces = interleave(draw, queues)
    chunks: list[JSONObject] = [{"candidates": [piece], **envelope} for piece in pieces]
    if coin(draw):
        for chunk in chunks[:-1]:
            chunk["usageMetadata"] = {"promptTokenCount": whole["usageMetadata"]["promptTokenCount"]}
    chunks[-1]["usageMetadata"] = whole["usageMetadata"]
    return chunks, whole


def _is_countable(whole: JSONObject) -> bool:
    """Whether parts have their numbers in a stream too, where adjacent thoughts are one."""
    return not any(
        "partIndex" in repr(candidate.get("groundingMetadata"))
        and sum("thought" in part for part in candidate["content"]["parts"]) > 1
        for candidate in whole.get("candidates", ())
    )
