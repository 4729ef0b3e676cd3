"""The wire Structs of Chat Completions, named as OpenAI's API reference names them.

https://platform.openai.com/docs/api-reference/chat (openai-python 3.52 `types/chat`), with the members that
OpenAI-compatible servers are known to add. Members that no other vendor has a word for are left out on purpose: the
reader keeps what a Struct does not name. Those named `Raw` are kept as they came.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Number, Unknown, UnknownRole, Wire

# ------------------------------------------------------------------------------------------------- content parts


class ImageURL(Wire):
    """`image_url`."""

    url: str
    detail: str | UnsetType = UNSET


class InputAudio(Wire):
    """`input_audio`."""

    data: str
    format: str


class FileBody(Wire):
    """`file`."""

    file_data: str | UnsetType = UNSET
    file_id: str | UnsetType = UNSET
    filename: str | UnsetType = UNSET


class TextPart(Wire, tag_field="type", tag="text"):
    """`text`."""

    text: str
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class ImagePart(Wire, tag_field="type", tag="image_url"):
    """`image_url`; Mistral allows a bare string."""

    image_url: ImageURL | str
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class AudioPart(Wire, tag_field="type", tag="input_audio"):
    """`input_audio`."""

    input_audio: InputAudio
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class FilePart(Wire, tag_field="type", tag="file"):
    """`file`."""

    file: FileBody
    prompt_cache_breakpoint: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


class RefusalPart(Wire, tag_field="type", tag="refusal"):
    """`refusal`."""

    refusal: str


class ThinkingPart(Wire, tag_field="type", tag="thinking"):
    """Mistral's `thinking` chunk."""

    thinking: Raw


ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart | ThinkingPart | Unknown
Content = str | list[ContentPart]

# ---------------------------------------------------------------------------------------------------- tool calls


class Function(Wire):
    """`function` of a call, and the deprecated `function_call`; deltas may hold either member."""

    name: str | None | UnsetType = UNSET
    arguments: str | None | UnsetType = UNSET


class Custom(Wire):
    """`custom` of a call."""

    name: str | UnsetType = UNSET
    input: str | UnsetType = UNSET


class GoogleExtra(Wire):
    """`extra_content.google` of Gemini's OpenAI-compatible endpoint."""

    thought_signature: str | UnsetType = UNSET
    thought: bool | UnsetType = UNSET


class ExtraContent(Wire):
    """`extra_content`."""

    google: GoogleExtra | UnsetType = UNSET


class ToolCallItem(Wire):
    """One of `tool_calls`; in deltas only `index` is sure to be there. Some servers leave out `type`."""

    index: int | None | UnsetType = UNSET
    id: str | None | UnsetType = UNSET
    type: str | None | UnsetType = UNSET
    function: Function | UnsetType = UNSET
    custom: Custom | UnsetType = UNSET
    extra_content: ExtraContent | UnsetType = UNSET


class ReasoningDetail(Wire):
    """One of OpenRouter's `reasoning_details`.

    https://openrouter.ai/docs/use-cases/reasoning-tokens
    """

    type: str
    text: str | None | UnsetType = UNSET
    summary: str | None | UnsetType = UNSET
    data: str | None | UnsetType = UNSET
    signature: str | None | UnsetType = UNSET
    id: str | None | UnsetType = UNSET
    format: str | None | UnsetType = UNSET
    index: int | None | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ messages


class SystemMessage(Wire, tag_field="role", tag="system"):
    """`system`."""

    content: Content
    name: str | UnsetType = UNSET


class DeveloperMessage(Wire, tag_field="role", tag="developer"):
    """`developer`."""

    content: Content
    name: str | UnsetType = UNSET


class UserMessage(Wire, tag_field="role", tag="user"):
    """`user`."""

    content: Content
    name: str | UnsetType = UNSET


class Audio(Wire):
    """`audio` of an assistant message, an answer or a delta."""

    id: str | UnsetType = UNSET
    data: str | UnsetType = UNSET
    transcript: str | UnsetType = UNSET
    expires_at: Raw | UnsetType = UNSET


class AssistantMembers(Wire, kw_only=True):
    """What an assistant message holds in a request, an answer and a delta alike."""

    content: Content | None | UnsetType = UNSET
    reasoning_content: str | None | UnsetType = UNSET
    reasoning: str | None | UnsetType = UNSET
    reasoning_details: Raw | UnsetType = UNSET
    tool_calls: list[ToolCallItem] | None | UnsetType = UNSET
    refusal: str | None | UnsetType = UNSET
    annotations: list[Raw] | None | UnsetType = UNSET
    audio: Audio | None | UnsetType = UNSET
    function_call: Function | None | UnsetType = UNSET
    extra_content: ExtraContent | UnsetType = UNSET


class AssistantMessage(AssistantMembers, tag_field="role", tag="assistant", kw_only=True):
    """`assistant`."""

    name: str | UnsetType = UNSET


class ToolMessage(Wire, tag_field="role", tag="tool"):
    """`tool`."""

    content: Content
    tool_call_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class FunctionMessage(Wire, tag_field="role", tag="function"):
    """`function`, deprecated."""

    content: str | None
    name: str


Message = (
    SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage | UnknownRole
)

# --------------------------------------------------------------------------------------------------------- tools


class FunctionDefinition(Wire):
    """`function` of a tool, and one of the deprecated `functions`."""

    name: str
    description: str | UnsetType = UNSET
    parameters: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET


class CustomDefinition(Wire):
    """`custom` of a tool."""

    name: str
    description: str | UnsetType = UNSET
    format: Raw | UnsetType = UNSET


class FunctionTool(Wire, tag_field="type", tag="function"):
    """`function`."""

    function: FunctionDefinition
    cache_control: Raw | UnsetType = UNSET


class CustomTool(Wire, tag_field="type", tag="custom"):
    """`custom`."""

    custom: CustomDefinition


Tool = FunctionTool | CustomTool | Unknown


class ToolName(Wire):
    """The name of a tool in a choice."""

    name: str


class ToolReference(Wire):
    """A tool in a choice: {"type": "function", "function": {"name": ...}} or the same with `custom`."""

    type: str
    function: ToolName | UnsetType = UNSET
    custom: ToolName | UnsetType = UNSET


class AllowedTools(Wire):
    """`allowed_tools`."""

    mode: str
    tools: list[ToolReference]


class NamedToolChoice(Wire):
    """A `tool_choice` that is an object."""

    type: str
    function: ToolName | UnsetType = UNSET
    custom: ToolName | UnsetType = UNSET
    allowed_tools: AllowedTools | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------- request


class JSONSchema(Wire):
    """`json_schema` of a response format."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    schema: Raw | UnsetType = UNSET
    strict: bool | UnsetType = UNSET


class ResponseFormat(Wire):
    """`response_format`."""

    type: str
    json_schema: JSONSchema | UnsetType = UNSET


class StreamOptions(Wire):
    """`stream_options`."""

    include_usage: bool | UnsetType = UNSET


class Params(Wire):
    """The body of `POST /v1/chat/completions`."""

    messages: list[Message]
    model: str | UnsetType = UNSET
    tools: list[Tool] | UnsetType = UNSET
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
    metadata: Raw | UnsetType = UNSET
    service_tier: str | UnsetType = UNSET
    stream: bool | UnsetType = UNSET
    stream_options: StreamOptions | UnsetType = UNSET
    store: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ response


class URLCitation(Wire):
    """`url_citation`."""

    url: str
    title: str | UnsetType = UNSET
    start_index: int | UnsetType = UNSET
    end_index: int | UnsetType = UNSET


class Annotation(Wire):
    """One of `annotations`."""

    type: str
    url_citation: URLCitation | UnsetType = UNSET


class TokenLogprob(Wire):
    """One of `logprobs.content`."""

    token: str
    logprob: Number
    bytes: Raw | UnsetType = UNSET
    top_logprobs: list[TokenLogprob] | UnsetType = UNSET


class Logprobs(Wire):
    """`logprobs`."""

    content: list[TokenLogprob] | None | UnsetType = UNSET
    refusal: list[TokenLogprob] | None | UnsetType = UNSET


class ResponseMessage(AssistantMembers, kw_only=True):
    """`message` of a choice, and its `delta`."""

    role: str | None | UnsetType = UNSET


class Choice(Wire):
    """One of `choices`, whole or in a chunk."""

    index: int | UnsetType = UNSET
    message: ResponseMessage | UnsetType = UNSET
    delta: ResponseMessage | UnsetType = UNSET
    finish_reason: str | None | UnsetType = UNSET
    logprobs: Logprobs | None | UnsetType = UNSET
    native_finish_reason: Raw | UnsetType = UNSET
    content_filter_results: Raw | UnsetType = UNSET
    matched_stop: Raw | UnsetType = UNSET


class PromptTokensDetails(Wire):
    """`prompt_tokens_details`."""

    cached_tokens: int | UnsetType = UNSET
    cache_write_tokens: int | UnsetType = UNSET
    audio_tokens: int | UnsetType = UNSET
    image_tokens: int | UnsetType = UNSET
    text_tokens: int | UnsetType = UNSET


class CompletionTokensDetails(Wire):
    """`completion_tokens_details`."""

    reasoning_tokens: int | UnsetType = UNSET
    audio_tokens: int | UnsetType = UNSET
    image_tokens: int | UnsetType = UNSET
    text_tokens: int | UnsetType = UNSET
    accepted_prediction_tokens: Raw | UnsetType = UNSET
    rejected_prediction_tokens: Raw | UnsetType = UNSET


class Usage(Wire):
    """`usage`."""

    prompt_tokens: int | UnsetType = UNSET
    completion_tokens: int | UnsetType = UNSET
    total_tokens: int | UnsetType = UNSET
    prompt_tokens_details: PromptTokensDetails | UnsetType = UNSET
    completion_tokens_details: CompletionTokensDetails | UnsetType = UNSET


class Completion(Wire):
    """The answer, and a chunk of one; the members below `error` are other hosts' own."""

    choices: list[Choice] | UnsetType = UNSET
    id: str | None | UnsetType = UNSET
    object: str | None | UnsetType = UNSET
    created: Number | None | UnsetType = UNSET
    model: str | None | UnsetType = UNSET
    usage: Raw | UnsetType = UNSET
    service_tier: str | None | UnsetType = UNSET
    system_fingerprint: Raw | UnsetType = UNSET
    obfuscation: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET
    provider: Raw | UnsetType = UNSET
    x_groq: Raw | UnsetType = UNSET
    citations: Raw | UnsetType = UNSET
    prompt_filter_results: Raw | UnsetType = UNSET


# --------------------------------------------------------------------------------------------------------- error


class ErrorBody(Wire):
    """`error`."""

    message: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    param: str | UnsetType = UNSET
    code: str | int | UnsetType = UNSET
