"""The wire Structs of Chat Completions, named as OpenAI's API reference names them.

https://platform.openai.com/docs/api-reference/chat (openai-python 3.52 `types/chat`), with the members that
OpenAI-compatible servers are known to add. Members that no other vendor has a word for are left out on purpose: the
reader keeps what a Struct does not name. Those named `Raw` are kept as they came.
"""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.openai.logprobs import WireToken
from dgrid_translate.shared.wire import Inline, Number, Unknown, UnknownRole, Wire, settled

# ------------------------------------------------------------------------------------------------- content parts


class ImageURL(Wire):
    url: Inline
    detail: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.url = settled(self.url)


class InputAudio(Wire):
    data: Inline
    format: str

    def __post_init__(self) -> None:
        self.data = settled(self.data)


class FileBody(Wire):
    file_data: Inline | UnsetType = UNSET
    file_id: str | UnsetType = UNSET
    filename: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.file_data = settled(self.file_data)


@final
class TextPart(Wire, tag_field="type", tag="text"):
    text: str
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


@final
class ImagePart(Wire, tag_field="type", tag="image_url"):
    """`image_url`; Mistral allows a bare string."""

    image_url: ImageURL | str
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class AudioPart(Wire, tag_field="type", tag="input_audio"):
    input_audio: InputAudio
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class FilePart(Wire, tag_field="type", tag="file"):
    file: FileBody
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class RefusalPart(Wire, tag_field="type", tag="refusal"):
    refusal: str


class ThinkingPart(Wire, tag_field="type", tag="thinking"):
    """Mistral's `thinking` chunk."""

    thinking: Raw


ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart | ThinkingPart | Unknown
Content = str | list[ContentPart]
Thinking = str | list[TextPart | Unknown]

# ---------------------------------------------------------------------------------------------------- tool calls


class Function(Wire):
    name: str | UnsetType | None = UNSET
    arguments: str | UnsetType | None = UNSET


class Custom(Wire):
    name: str | UnsetType = UNSET
    input: str | UnsetType = UNSET


class GoogleExtra(Wire):
    """`extra_content.google` of Gemini's OpenAI-compatible endpoint."""

    thought_signature: str | UnsetType = UNSET


class ExtraContent(Wire):
    google: GoogleExtra | UnsetType = UNSET


class ToolCallItem(Wire):
    """One of `tool_calls`; in deltas only `index` is sure to be there. Some servers leave out `type`."""

    index: int | UnsetType | None = UNSET
    id: str | UnsetType | None = UNSET
    type: str | UnsetType | None = UNSET
    function: Function | UnsetType = UNSET
    custom: Custom | UnsetType = UNSET
    extra_content: ExtraContent | UnsetType = UNSET


class ReasoningDetail(Wire):
    """One of OpenRouter's `reasoning_details`.

    https://openrouter.ai/docs/use-cases/reasoning-tokens
    """

    type: str
    text: str | UnsetType | None = UNSET
    summary: str | UnsetType | None = UNSET
    data: str | UnsetType | None = UNSET
    signature: str | UnsetType | None = UNSET
    id: str | UnsetType | None = UNSET
    format: str | UnsetType | None = UNSET
    index: int | UnsetType | None = UNSET


ReasoningDetails = list[ReasoningDetail]

# ------------------------------------------------------------------------------------------------------ messages


@final
class SystemMessage(Wire, tag_field="role", tag="system"):
    content: Content | None
    name: str | UnsetType = UNSET


@final
class DeveloperMessage(Wire, tag_field="role", tag="developer"):
    content: Content | None
    name: str | UnsetType = UNSET


@final
class UserMessage(Wire, tag_field="role", tag="user"):
    content: Content | None
    name: str | UnsetType = UNSET


class Audio(Wire):
    id: str | UnsetType = UNSET
    data: Inline | UnsetType = UNSET
    transcript: str | UnsetType = UNSET
    expires_at: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.data = settled(self.data)


class AssistantMembers(Wire, kw_only=True):
    """What an assistant message holds in a request, an answer and a delta alike."""

    content: Content | UnsetType | None = UNSET
    reasoning_content: str | UnsetType | None = UNSET
    reasoning: str | UnsetType | None = UNSET
    reasoning_details: Raw | UnsetType = UNSET
    tool_calls: list[ToolCallItem] | UnsetType | None = UNSET
    refusal: str | UnsetType | None = UNSET
    annotations: list[Raw] | UnsetType | None = UNSET
    audio: Audio | UnsetType | None = UNSET
    function_call: Function | UnsetType | None = UNSET
    extra_content: ExtraContent | UnsetType = UNSET
    channel: Raw | UnsetType = UNSET


@final
class AssistantMessage(AssistantMembers, tag_field="role", tag="assistant", kw_only=True):
    name: str | UnsetType = UNSET


@final
class ToolMessage(Wire, tag_field="role", tag="tool"):
    content: Content | None
    tool_call_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


@final
class FunctionMessage(Wire, tag_field="role", tag="function"):  # deprecated
    content: str | None
    name: str


Message = (
    SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage | UnknownRole
)

# --------------------------------------------------------------------------------------------------------- tools


class FunctionDefinition(Wire):
    name: str
    description: str | UnsetType = UNSET
    parameters: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET


class CustomDefinition(Wire):
    name: str
    description: str | UnsetType = UNSET
    format: Raw | UnsetType = UNSET


class Tool(Wire):
    """One of `tools`; Mistral allows it without its `type`."""

    type: str | UnsetType = UNSET
    function: FunctionDefinition | UnsetType = UNSET
    custom: CustomDefinition | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class ToolName(Wire):
    name: str


class ToolReference(Wire):
    """A tool in a choice: {"type": "function", "function": {"name": ...}} or the same with `custom`."""

    type: str
    function: ToolName | UnsetType = UNSET
    custom: ToolName | UnsetType = UNSET


class AllowedTools(Wire):
    mode: str
    tools: list[ToolReference]


class NamedToolChoice(Wire):
    """A `tool_choice` that is an object."""

    type: str
    function: ToolName | UnsetType = UNSET
    custom: ToolName | UnsetType = UNSET
    allowed_tools: AllowedTools | UnsetType = UNSET


ToolChoice = str | NamedToolChoice
FunctionCall = str | ToolName


# ------------------------------------------------------------------------------------------------------- request


class JSONSchema(Wire):
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    schema: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET


class ResponseFormat(Wire):
    type: str
    json_schema: JSONSchema | UnsetType = UNSET


class StreamOptions(Wire):
    include_usage: bool | UnsetType = UNSET


class Params(Wire):
    """The body of `POST /v1/chat/completions`."""

    messages: list[Message]
    model: str | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    tool_choice: Raw | UnsetType = UNSET
    functions: list[FunctionDefinition] | UnsetType = UNSET
    function_call: Raw | UnsetType = UNSET
    parallel_tool_calls: bool | UnsetType = UNSET
    max_completion_tokens: int | UnsetType = UNSET
    max_tokens: int | UnsetType = UNSET
    temperature: Number | UnsetType = UNSET
    top_p: Number | UnsetType = UNSET
    top_k: Number | UnsetType = UNSET
    presence_penalty: Number | UnsetType = UNSET
    frequency_penalty: Number | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    stop: str | list[str] | UnsetType = UNSET
    n: int | UnsetType = UNSET
    logprobs: bool | UnsetType = UNSET
    top_logprobs: int | UnsetType = UNSET
    response_format: ResponseFormat | UnsetType = UNSET
    reasoning_effort: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    safety_identifier: str | UnsetType = UNSET
    metadata: Raw | UnsetType = UNSET
    service_tier: str | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    stream_options: StreamOptions | UnsetType = UNSET
    store: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ response


class URLCitation(Wire):
    url: str
    title: str | UnsetType = UNSET
    start_index: int | UnsetType = UNSET
    end_index: int | UnsetType = UNSET


class Annotation(Wire):
    type: str
    url_citation: URLCitation | UnsetType = UNSET


class Logprobs(Wire):
    content: list[WireToken] | UnsetType | None = UNSET
    refusal: list[WireToken] | UnsetType | None = UNSET


class ResponseMessage(AssistantMembers, kw_only=True):
    role: str | UnsetType | None = UNSET


class Choice(Wire):
    """One of `choices`, whole or in a chunk."""

    index: int | UnsetType = UNSET
    message: ResponseMessage | UnsetType = UNSET
    delta: ResponseMessage | UnsetType = UNSET
    finish_reason: str | UnsetType | None = UNSET
    logprobs: Logprobs | UnsetType | None = UNSET
    native_finish_reason: Raw | UnsetType = UNSET
    content_filter_results: Raw | UnsetType = UNSET
    matched_stop: Raw | UnsetType = UNSET


class Completion(Wire):
    """The answer, and a chunk of one; the members below `error` are other hosts' own."""

    choices: list[Choice] | UnsetType = UNSET
    id: str | UnsetType | None = UNSET
    object: str | UnsetType | None = UNSET
    created: Number | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    usage: Raw | UnsetType = UNSET
    service_tier: str | UnsetType | None = UNSET
    system_fingerprint: Raw | UnsetType = UNSET
    obfuscation: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET
    provider: Raw | UnsetType = UNSET
    x_groq: Raw | UnsetType = UNSET
    citations: Raw | UnsetType = UNSET
    prompt_filter_results: Raw | UnsetType = UNSET
