"""What servers of the Responses dialect put on the wire beyond the OpenAI SDK's types.

``VENDOR`` holds what api.openai.com itself was recorded sending or taking; the judge always tolerates it. ``HOSTS``
holds what one host alone does; the judge tolerates it only when the caller names that host.
"""

from typing import Any, Literal, Optional, Union

from openai.types.responses import response_stream_event
from openai.types.responses.response_input_file_param import ResponseInputFileParam
from openai.types.responses.response_input_image_param import ResponseInputImageParam
from openai.types.responses.response_input_text_param import ResponseInputTextParam
from openai.types.responses.response_output_refusal_param import ResponseOutputRefusalParam
from openai.types.responses.response_output_text_param import ResponseOutputTextParam
from typing_extensions import TypedDict

from tests.judge.annotations import flatten
from tests.judge.shapes import Allowance

EVENTS = {cls.__name__ for cls in flatten([response_stream_event.ResponseStreamEvent]) if isinstance(cls, type)}
PARTS = Union[ResponseInputTextParam, ResponseInputImageParam, ResponseInputFileParam]


class ApiSource(TypedDict):
    """A source of a web search that is one of OpenAI's own feeds (weather, stocks), not a page."""

    type: Literal["api"]
    name: str


VENDOR = Allowance(
    extra={
        # Echoes of the request and what the account is billed, which the SDK's type of a response lacks.
        "Response": {
            "store": bool,
            "billing": Optional[dict[str, Any]],
            "frequency_penalty": float,
            "presence_penalty": float,
        },
        "ImageGeneration": {"n": int},
        "WebSearchTool": {"return_token_budget": str, "search_content_types": list[str]},
        "ResponseCustomToolCall": {"status": Literal["in_progress", "completed", "incomplete"]},
        "Result": {"vector_store_id": str},
        # In a response tokens have their bytes by type, in events only in fact.
        "Logprob": {"bytes": Optional[list[int]]},
        "LogprobTopLogprob": {"bytes": Optional[list[int]]},
        # Random padding, unless the request turns it off.
        **{name: {"obfuscation": str} for name in EVENTS if "Delta" in name},
    },
    optional={
        # Older answers, and those of models that write no cache.
        "InputTokensDetails": frozenset({"cache_write_tokens"}),
        # Unknown until the search begins.
        "ResponseFunctionWebSearch": frozenset({"action"}),
        # The API has a default for each.
        "FunctionToolParam": frozenset({"strict", "parameters"}),
        "ToolFunction": frozenset({"strict", "parameters"}),
        "ResponseInputImageParam": frozenset({"detail"}),
        # A replayed image may be named by its id alone, a replayed text stand without its annotations.
        "ImageGenerationCall": frozenset({"status", "result"}),
        "ResponseOutputTextParam": frozenset({"annotations"}),
    },
    retyped={
        # What the assistant said may be replayed without the id and status that it had.
        "EasyInputMessageParam": {
            "content": Union[str, list[Union[PARTS, ResponseOutputTextParam, ResponseOutputRefusalParam]]]
        },
        "ActionSearch": {"sources": list[Any]},
    },
)

AZURE = Allowance(extra={"Response": {"content_filters": Optional[list[dict[str, Any]]]}})
XAI = Allowance(
    extra={
        "ResponseUsage": {"num_sources_used": int, "num_server_side_tools_used": int},
        "ResponseCodeInterpreterToolCall": {"arguments": str, "call_id": str, "name": str},
    },
    optional={
        "ResponseCodeInterpreterToolCall": frozenset({"container_id"}),
        "CodeInterpreter": frozenset({"container"}),
    },
)
HOSTS: dict[str, Allowance] = {"azure": AZURE, "xai": XAI, "open-responses": Allowance(), "deepseek": Allowance()}
