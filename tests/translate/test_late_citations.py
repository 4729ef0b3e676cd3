"""Sources that are named when the text they are for has ended, as Gemini does and Chat may."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import StreamTranslator, collect, translate
from dgrid_translate.errors import RemoteStreamError
from dgrid_translate.ir.events import CandidateFinished, CitationAdded, PartEnded, PartStarted, ResponseStarted
from dgrid_translate.ir.grammar import Checker
from dgrid_translate.ir.parts import Citation, Reasoning, Text
from dgrid_translate.ir.response import FinishReason

SOURCE = {"web": {"uri": "https://a.example/", "title": "A"}}
GROUNDED = {
    "groundingChunks": [SOURCE],
    "groundingSupports": [
        {"segment": {"startIndex": 0, "endIndex": 4, "text": "Sure"}, "groundingChunkIndices": [0]},
        {"segment": {"startIndex": 6, "endIndex": 9, "text": "Yes"}, "groundingChunkIndices": [0]},
    ],
}


def gemini(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"candidates": [{"index": 0, "content": {"role": "model", "parts": list(parts)}, **more}]}


GEMINI = [
    gemini({"text": "Sure. "}),
    gemini({"executableCode": {"language": "PYTHON", "code": "1"}}),
    gemini({"text": "Yes"}),
    gemini({"functionCall": {"name": "f", "args": {}}}, finishReason="STOP", groundingMetadata=GROUNDED),
]
NOTE = {
    "type": "url_citation",
    "url_citation": {"url": "https://a.example/", "title": "A", "start_index": 0, "end_index": 4},
}


def chat(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }  # fmt: skip


CHAT = [
    chat({"role": "assistant", "content": "Sure. Yes"}),
    chat({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}),
    chat({"annotations": [NOTE]}, "tool_calls"),
]


def streamed(chunks: list[dict[str, Any]], source: str, to: str) -> tuple[dict[str, Any], list[str]]:
    translator = StreamTranslator(source, to, passthrough=False)
    whole = collect(list(translator.iter_events(chunks)), source=to)
    return whole, [loss.path for loss in translator.losses if (loss.kind, loss.feature) == ("dropped", "citation")]


def test_chat_names_them_at_the_end() -> None:
    whole, lost = streamed(GEMINI, "gemini", "openai")
    notes = [note["url_citation"] for note in whole["choices"][0]["message"]["annotations"]]
    assert [(note["start_index"], note["end_index"]) for note in notes] == [(0, 4), (6, 9)]
    assert lost == []
    plain = translate(collect(GEMINI, source="gemini"), to="openai", source="gemini")
    assert plain["choices"][0]["message"]["annotations"] == whole["choices"][0]["message"]["annotations"]


@pytest.mark.parametrize(
    ("chunks", "source", "paths"),
    [
        (GEMINI, "gemini", [f"candidates[0].groundingMetadata.groundingSupports[{index}]" for index in (0, 1)]),
        (CHAT, "openai", ["choices[0].message.annotations[0]"]),
    ],
)
def test_claude_cannot_and_says_so(chunks: list[dict[str, Any]], source: str, paths: list[str]) -> None:
    whole, lost = streamed(chunks, source, "claude")
    assert not any(block.get("citations") for block in whole["content"])
    assert lost == paths


def test_claude_can_while_the_text_waits_for_its_turn() -> None:
    """Two calls are under way at once, so that the text after them is not begun when its source is named."""
    calls = [
        {"index": index, "id": f"c{index}", "type": "function", "function": {"name": "f", "arguments": "{"}}
        for index in range(2)
    ]
    chunks = [chat({"role": "assistant", "tool_calls": calls}), *CHAT[:1], chat({"annotations": [NOTE]}, "tool_calls")]
    whole, lost = streamed(chunks, "openai", "claude")
    assert [block["type"] for block in whole["content"]] == ["tool_use", "tool_use", "text"]
    assert whole["content"][2]["citations"][0]["url"] == "https://a.example/"
    assert lost == []


def test_gemini_names_them_at_the_end() -> None:
    whole, lost = streamed(CHAT, "openai", "gemini")
    (support,) = whole["candidates"][0]["groundingMetadata"]["groundingSupports"]
    assert support["segment"] == {"startIndex": 0, "endIndex": 4, "text": "Sure"}
    assert lost == []


def test_they_come_home() -> None:
    assert streamed(GEMINI, "gemini", "gemini")[0]["candidates"][0]["groundingMetadata"] == GROUNDED
    assert streamed(CHAT, "openai", "openai")[0]["choices"][0]["message"]["annotations"] == [NOTE]


def test_no_part_but_a_text_is_cited_and_none_when_its_answer_is_over() -> None:
    cited = CitationAdded(0, Citation())
    for part, before, legal in (
        (Text(""), [PartEnded(0)], True),
        (Reasoning(""), [], False),
        (Text(""), [PartEnded(0), CandidateFinished(0, FinishReason("stop"))], False),
    ):
        checker = Checker()
        for event in (ResponseStarted("openai"), PartStarted(0, 0, part), *before):
            checker.feed(event)
        if legal:
            checker.feed(cited)
        else:
            with pytest.raises(RemoteStreamError, match="no text of an answer under way"):
                checker.feed(cited)
