"""LiteLLM: the functions by which its proxy translates, without the client and the logging that it wraps them in.

What it translates to Gemini is left out: it fetches every image by its URL meanwhile.
"""

from __future__ import annotations

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it fetches a list of prices when it is imported

from typing import Any

import httpx
import litellm
from litellm.google_genai.adapters.transformation import GoogleGenAIAdapter
from litellm.llms.anthropic.chat.handler import ModelResponseIterator
from litellm.llms.anthropic.chat.transformation import AnthropicConfig
from litellm.responses.litellm_completion_transformation.transformation import LiteLLMCompletionResponsesConfig
from litellm.types.utils import ModelResponse, ModelResponseStream

try:
    from litellm.llms.anthropic.pass_through.adapters.streaming_iterator import AnthropicStreamWrapper
    from litellm.llms.anthropic.pass_through.adapters.transformation import LiteLLMAnthropicMessagesAdapter
except ImportError:  # where older releases have them
    from litellm.llms.anthropic.experimental_pass_through.adapters.streaming_iterator import AnthropicStreamWrapper
    from litellm.llms.anthropic.experimental_pass_through.adapters.transformation import (
        LiteLLMAnthropicMessagesAdapter,
    )

PACKAGE = "litellm"
litellm.drop_params = True
CLAUDE = AnthropicConfig()
MESSAGES = LiteLLMAnthropicMessagesAdapter()
GEMINI = GoogleGenAIAdapter()
HEAD = httpx.Response(200)


def chat_to_claude(body: dict[str, Any]) -> dict[str, Any]:
    model, messages = body.pop("model"), body.pop("messages")
    options = CLAUDE.map_openai_params(body, {}, model, drop_params=True)
    return CLAUDE.transform_request(model, messages, options, {}, {})


def claude_to_chat(body: dict[str, Any]) -> Any:
    return MESSAGES.translate_anthropic_to_openai(body)[0]


def responses_to_chat(body: dict[str, Any]) -> dict[str, Any]:
    model, said, stream = body.pop("model"), body.pop("input"), body.pop("stream", None)
    return LiteLLMCompletionResponsesConfig.transform_responses_api_request_to_chat_completion_request(
        model, said, body, stream=stream
    )


def gemini_to_chat(body: dict[str, Any]) -> dict[str, Any]:
    config = body.pop("generationConfig", None)
    return GEMINI.translate_generate_content_to_completion("some", body.pop("contents"), config, **body)


def answer_to_claude(body: dict[str, Any]) -> Any:
    return MESSAGES.translate_openai_response_to_anthropic(ModelResponse(**body))


def answer_to_chat(body: dict[str, Any]) -> Any:
    return CLAUDE.transform_parsed_response(body, HEAD, ModelResponse()).model_dump(exclude_none=True)


def events_to_claude(events: list[dict[str, Any]]) -> list[Any]:
    return list(AnthropicStreamWrapper(iter([ModelResponseStream(**event) for event in events]), "some"))


def events_to_chat(events: list[dict[str, Any]]) -> list[Any]:
    parse = ModelResponseIterator(iter(()), sync_stream=True).chunk_parser
    return [parse(event).model_dump(exclude_none=True) for event in events]


REQUESTS = {
    ("openai", "claude"): chat_to_claude,
    ("claude", "openai"): claude_to_chat,
    ("openai-responses", "openai"): responses_to_chat,
    ("gemini", "openai"): gemini_to_chat,
}
RESPONSES = {("openai", "claude"): answer_to_claude, ("claude", "openai"): answer_to_chat}
STREAMS = {("openai", "claude"): events_to_claude, ("claude", "openai"): events_to_chat}
