"""protocol-converter: Chat, Responses and Claude."""

from __future__ import annotations

from functools import partial
from typing import Any

from protocol_converter import (
    AnthropicConverter,
    ConverterConfig,
    OpenAIResponsesConverter,
    Protocol,
    ProtocolConverterEngine,
)

PACKAGE = "protocol-converter"
BACKENDS = {"openai": "openai", "openai-responses": "openai_responses", "claude": "anthropic"}
FORMATS = {"openai": "openai_chat", "openai-responses": "openai_responses", "claude": "anthropic"}
PROTOCOLS = {
    "openai": Protocol.OPENAI_CHAT,
    "openai-responses": Protocol.OPENAI_RESPONSES,
    "claude": Protocol.ANTHROPIC,
}
PAIRS = [(source, target) for source in FORMATS for target in FORMATS if source != target]
ENGINES = {name: ProtocolConverterEngine(ConverterConfig(backend_type=kind)) for name, kind in BACKENDS.items()}


def request(target: str, body: dict[str, Any]) -> dict[str, Any]:
    return ENGINES[target].convert_request(body, FORMATS[target])


def response(source: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
    return ENGINES[source].convert_response(body, PROTOCOLS[target])


def chat_to_claude(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    state = AnthropicConverter.create_stream_state()
    return [made for event in events for made in AnthropicConverter.convert_stream_chunk_with_state(event, state)]


def claude_to_chat(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    state = AnthropicConverter.create_anthropic_to_chat_state()
    convert = AnthropicConverter.convert_anthropic_event_to_chat_with_state
    return [made for event in events for made in convert(event["type"], event, state)]


def chat_to_responses(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    OpenAIResponsesConverter.reset_stream_state()
    return [made for event in events for made in OpenAIResponsesConverter.convert_stream_chunk(event)]


REQUESTS = {pair: partial(request, pair[1]) for pair in PAIRS}
RESPONSES = {pair: partial(response, *pair) for pair in PAIRS}
STREAMS = {
    ("openai", "claude"): chat_to_claude,
    ("claude", "openai"): claude_to_chat,
    ("openai", "openai-responses"): chat_to_responses,
}
