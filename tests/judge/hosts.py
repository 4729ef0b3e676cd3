"""What servers put on the wire beyond the OpenAI SDK's types.

``VENDOR`` holds the conventions that clients know well and that several servers share; the judge always tolerates them.
``HOSTS`` holds what one host alone does; the judge tolerates it only when the caller names that host.
"""

from typing import Any, Literal, Optional, Union

from typing_extensions import TypedDict

from tests.judge.shapes import Allowance


class CustomDelta(TypedDict, total=False):
    """A fragment of a custom tool call."""

    name: str
    input: str


REASONING: dict[str, Any] = {
    "reasoning_content": Optional[str],  # DeepSeek, Z.AI, xAI, Alibaba, vLLM
    "reasoning": Optional[str],  # OpenRouter, Groq, Cerebras, Ollama, vLLM
    "reasoning_details": Optional[list[dict[str, Any]]],  # OpenRouter
    "extra_content": Optional[dict[str, Any]],  # Google's OpenAI-compatible endpoint: google.thought_signature
}
CACHED: dict[str, Any] = {"cache_control": Optional[dict[str, Any]]}  # OpenRouter, for Claude

VENDOR = Allowance(
    extra={
        # Replayed answers carry their annotations; OpenAI takes them.
        "ChatCompletionAssistantMessageParam": {"annotations": list[dict[str, Any]]} | REASONING | CACHED,
        "ChatCompletionUserMessageParam": CACHED,
        "ChatCompletionSystemMessageParam": CACHED,
        "ChatCompletionDeveloperMessageParam": CACHED,
        "ChatCompletionToolMessageParam": {"name": str} | CACHED,
        "ChatCompletionContentPartTextParam": CACHED,
        "ChatCompletionContentPartImageParam": CACHED,
        "File": CACHED,
        "ChatCompletionFunctionToolParam": CACHED,
        "ChatCompletionMessageFunctionToolCallParam": {"extra_content": dict[str, Any]},
        "ChatCompletionMessage": REASONING,
        "ChatCompletionMessageFunctionToolCall": {"extra_content": dict[str, Any]},
        # OpenAI's search models stream annotations; the SDK's type of a delta does not declare them.
        "ChoiceDelta": {"annotations": list[dict[str, Any]]} | REASONING,
        "ChoiceDeltaToolCall": {"extra_content": dict[str, Any], "custom": CustomDelta},
    },
    # Custom tools stream like functions; the SDK's type of a delta declares functions only.
    retyped={"ChoiceDeltaToolCall": {"type": Optional[Literal["function", "custom"]]}},
)

# They send the role in every chunk; the SDK's accumulator makes "assistantassistant" of it.
ROLE_REPEATERS = ("openrouter", "zai", "perplexity", "myorg-myaccount.snowflakecomputing.com")

PARAMS = ("CompletionCreateParamsStreaming", "CompletionCreateParamsNonStreaming")


def _params(*names: str) -> dict[str, dict[str, Any]]:
    return {cls: dict.fromkeys(names, Any) for cls in PARAMS}


def _free(**classes: str) -> dict[str, dict[str, Any]]:
    return {name: dict.fromkeys(keys.split(), Any) for name, keys in classes.items()}


AZURE = Allowance(
    extra=_free(
        ChatCompletion="prompt_filter_results",
        ChatCompletionChunk="prompt_filter_results latency_checkpoint",
        Choice="content_filter_results content_filter_result content_filter_offsets matched_stop",
        CompletionUsage="audio_prompt_tokens reasoning_tokens latency_checkpoint",
    ),
    # The asynchronous filter sends chunks with empty object, id and model, and choices without a delta.
    optional={"Choice": frozenset({"delta", "finish_reason"})} | {cls: frozenset({"model"}) for cls in PARAMS},
    retyped={"ChatCompletionChunk": {"object": Literal["chat.completion.chunk", ""]}},
)
DEEPSEEK = Allowance(
    extra=_params("thinking")
    | _free(
        CompletionUsage="prompt_cache_hit_tokens prompt_cache_miss_tokens",
        ChatCompletionMessageFunctionToolCall="index",
    )
)
OPENROUTER = Allowance(
    extra=_params("provider", "models", "transforms", "reasoning", "usage", "plugins", "route")
    | _free(
        ChatCompletion="provider",
        ChatCompletionChunk="provider error",
        Choice="native_finish_reason error",
        CompletionUsage="cost cost_details is_byok server_tool_use_details server_tool_use",
        PromptTokensDetails="video_tokens",
        CompletionTokensDetails="image_tokens",
        ChatCompletionMessageFunctionToolCall="index",
        ChatCompletionMessage="images",
        ChoiceDelta="annotations images",
        AnnotationURLCitation="content",
        ErrorObject="metadata",
    ),
    optional={"ErrorObject": frozenset({"type"})},
    retyped={
        "ErrorObject": {"code": Any},
        "ChatCompletionMessage": {"annotations": Optional[list[dict[str, Any]]]},
        **{cls: {"tools": list[dict[str, Any]]} for cls in PARAMS},
    },
)
GROQ = Allowance(
    extra=_params("reasoning_format", "include_reasoning")
    | _free(
        ChatCompletion="x_groq usage_breakdown",
        ChatCompletionChunk="x_groq error",
        ChoiceDelta="channel",
        CompletionUsage="queue_time prompt_time completion_time total_time",
        ChatCompletionMessage="channel executed_tools",
        ErrorObject="failed_generation status_code",
    ),
    retyped={name: {"service_tier": Optional[str]} for name in ("ChatCompletion", "ChatCompletionChunk")},
)
MISTRAL = Allowance(
    extra=_params("random_seed", "safe_prompt", "prompt_mode")
    | _free(
        ChatCompletionChunk="p",
        ChatCompletionAssistantMessageParam="prefix",
        ChatCompletionMessageFunctionToolCallParam="index",
        ChatCompletionMessageFunctionToolCall="index",
        CompletionUsage="num_cached_tokens",
    ),
    optional={
        "ChatCompletionFunctionToolParam": frozenset({"type"}),
        "ChatCompletionMessageFunctionToolCall": frozenset({"type"}),
        "ChatCompletionMessageFunctionToolCallParam": frozenset({"type"}),
    },
    retyped={
        "ChatCompletionMessage": {"content": Union[str, list[dict[str, Any]], None]},
        "ChoiceDelta": {"content": Union[str, list[dict[str, Any]], None]},
        "ChatCompletionUserMessageParam": {"content": Union[str, list[dict[str, Any]]]},
        "ChatCompletionAssistantMessageParam": {"content": Union[str, list[dict[str, Any]], None]},
        **{cls: {"tool_choice": Any} for cls in PARAMS},
    },
)
SNOWFLAKE = Allowance(
    extra=_params("reasoning") | _free(ChatCompletionMessageFunctionToolCall="custom", ChoiceDeltaToolCall="custom"),
    retyped={
        "ChatCompletion": {"service_tier": Optional[str]},
        "ChatCompletionChunk": {"service_tier": Optional[str]},
        "Choice": {"finish_reason": Optional[str]},
    },
)
VLLM = Allowance(
    extra=_free(
        ChatCompletion="kv_transfer_params metrics prompt_logprobs prompt_text prompt_token_ids",
        Choice="routed_experts stop_reason token_ids",
        PromptTokensDetails="multimodal_tokens",
    )
)

HOSTS: dict[str, Allowance] = {
    "azure": AZURE | DEEPSEEK,
    "deepseek": DEEPSEEK,
    "openrouter": OPENROUTER,
    "groq": GROQ,
    "mistral": MISTRAL,
    "myorg-myaccount.snowflakecomputing.com": SNOWFLAKE,
    "api.inference.crusoecloud.com": VLLM,
    "cerebras": Allowance(extra=_free(ChatCompletion="time_info", ChatCompletionChunk="time_info")),
    "huggingface": Allowance(
        extra=_free(
            ChatCompletion="prompt",
            Choice="seed",
            CompletionUsage="cached_tokens",
            ChatCompletionMessageFunctionToolCall="index",
        )
    ),
    "ollama.com": Allowance(extra=_free(ChatCompletionMessageFunctionToolCall="index")),
    "google": Allowance(extra=_free(ChatCompletionMessage="thought_signature")),
    "xai": Allowance(extra=_free(CompletionUsage="num_sources_used cost_in_usd_ticks", ChatCompletionMessage="parsed")),
    "zai": Allowance(extra=_params("thinking") | _free(ChatCompletion="request_id", ChatCompletionChunk="request_id")),
    "perplexity": Allowance(
        extra=_free(ChatCompletion="citations search_results", ChatCompletionChunk="citations search_results"),
        retyped={"ChatCompletionChunk": {"object": Literal["chat.completion.chunk", "chat.completion"]}},
    ),
    "alibaba": Allowance(),
}
