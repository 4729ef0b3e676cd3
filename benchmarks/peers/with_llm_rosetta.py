"""llm-rosetta: Chat, Responses, Claude and Gemini, through its ConversionPipeline."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
import payloads
from llm_rosetta import ConversionPipeline

PACKAGE = "llm-rosetta"
NAMES = {
    "openai": "openai_chat",
    "openai-responses": "openai_responses",
    "claude": "anthropic",
    "gemini": "google_generate",
}
PAIRS = [(source, target) for source in NAMES for target in NAMES if source != target]


def request(source: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
    return ConversionPipeline(NAMES[source], NAMES[target]).convert_request(body)


def asked(source: str, target: str) -> ConversionPipeline:
    """A pipeline that has seen a request; answers need one, whose cost is not counted here."""
    pipeline = ConversionPipeline(NAMES[target], NAMES[source])
    body = msgspec.json.decode(payloads.request("small", target))
    pipeline.convert_request({**body, "model": "some"} if target == "gemini" else body)
    return pipeline


class Response:
    def __init__(self, source: str, target: str) -> None:
        self._pair = source, target
        self._pipeline: ConversionPipeline | None = None

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        self._pipeline = self._pipeline or asked(*self._pair)
        return self._pipeline.convert_response(body)


class Stream(Response):
    def __call__(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._pipeline = self._pipeline or asked(*self._pair)
        process = self._pipeline.create_stream_processor().process_chunk
        return [made for event in events for made in process(event)]


REQUESTS = {pair: partial(request, *pair) for pair in PAIRS}
RESPONSES = {pair: Response(*pair) for pair in PAIRS}
STREAMS = {pair: Stream(*pair) for pair in PAIRS}
