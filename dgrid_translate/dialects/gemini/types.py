"""The wire Structs of generateContent, named as Google's API reference names them.

https://ai.google.dev/api/generate-content (google-genai 3.4 `types`). Members that no other vendor has a word for are
left out on purpose, unless they are frequent: the reader keeps what a Struct does not name. Those named `Raw` are kept
as they came.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType

from dgrid_translate.shared.wire import Inline, Number, Wire, settled

# ------------------------------------------------------------------------------------------------- content parts


class Blob(Wire):
    """`inlineData`."""

    mimeType: str | UnsetType = UNSET
    data: Inline | UnsetType = UNSET
    displayName: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.data = settled(self.data)


class FileData(Wire):
    """`fileData`."""

    mimeType: str | UnsetType = UNSET
    fileUri: str | UnsetType = UNSET
    displayName: str | UnsetType = UNSET


class FunctionCall(Wire):
    """`functionCall`; in streams its arguments may come in pieces."""

    name: str | UnsetType = UNSET
    args: Raw | UnsetType = UNSET
    id: str | UnsetType = UNSET
    partialArgs: list[PartialArg] | UnsetType = UNSET
    willContinue: bool | UnsetType = UNSET


class PartialArg(Wire):
    """One of `partialArgs`: a leaf, or a piece of a string, at a JSON path such as `$.a.b[0]`."""

    jsonPath: str
    stringValue: str | UnsetType = UNSET
    numberValue: Number | UnsetType = UNSET
    boolValue: bool | UnsetType = UNSET
    nullValue: Raw | UnsetType = UNSET
    willContinue: bool | UnsetType = UNSET


class Output(Struct, forbid_unknown_fields=True):
    """`functionResponse.response` as it mostly is."""

    output: str


class FunctionResponse(Wire):
    """`functionResponse`."""

    name: str | UnsetType = UNSET
    response: Raw | UnsetType = UNSET
    id: str | UnsetType = UNSET
    parts: list[Part] | UnsetType = UNSET


class Part(Wire):
    """A part; it has one of its members but `thought`, `thoughtSignature` and those that describe the datum."""

    text: str | UnsetType = UNSET
    functionCall: FunctionCall | UnsetType = UNSET
    functionResponse: FunctionResponse | UnsetType = UNSET
    inlineData: Blob | UnsetType = UNSET
    fileData: FileData | UnsetType = UNSET
    thought: bool | UnsetType = UNSET
    thoughtSignature: str | UnsetType = UNSET
    executableCode: Raw | UnsetType = UNSET
    codeExecutionResult: Raw | UnsetType = UNSET
    toolCall: Raw | UnsetType = UNSET
    toolResponse: Raw | UnsetType = UNSET
    mediaResolution: Raw | UnsetType = UNSET


class ServerTool(Struct):
    """What is looked at in `toolCall`, `toolResponse`, `executableCode` and `codeExecutionResult`."""

    id: str | None = None
    toolType: str | None = None
    tool_type: str | None = None


class Content(Wire):
    """A turn: `role` is "user" or "model"."""

    parts: list[Part] | UnsetType = UNSET
    role: str | UnsetType = UNSET


# --------------------------------------------------------------------------------------------------------- tools


class FunctionDeclaration(Wire):
    """One of `functionDeclarations`; `parameters` is in the OpenAPI subset, `parametersJsonSchema` is JSON Schema."""

    name: str
    description: str | UnsetType = UNSET
    parametersJsonSchema: Raw | UnsetType = UNSET
    parameters: Raw | UnsetType = UNSET


class Tool(Wire):
    """One of `tools`: functions, tools that Google runs, or both."""

    functionDeclarations: list[FunctionDeclaration] | UnsetType = UNSET
    googleSearch: Raw | UnsetType = UNSET
    codeExecution: Raw | UnsetType = UNSET
    urlContext: Raw | UnsetType = UNSET
    fileSearch: Raw | UnsetType = UNSET


class FunctionCallingConfig(Wire):
    """`functionCallingConfig`: `mode` is AUTO, ANY, NONE or VALIDATED."""

    mode: str | UnsetType = UNSET
    allowedFunctionNames: list[str] | UnsetType = UNSET


class ToolConfig(Wire):
    """`toolConfig`."""

    functionCallingConfig: FunctionCallingConfig | UnsetType = UNSET
    includeServerSideToolInvocations: Raw | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------- request


class ThinkingConfig(Wire):
    """`thinkingConfig`."""

    includeThoughts: bool | UnsetType = UNSET
    thinkingBudget: int | UnsetType = UNSET
    thinkingLevel: str | UnsetType = UNSET


class GenerationConfig(Wire):
    """`generationConfig`."""

    temperature: Number | UnsetType = UNSET
    topP: Number | UnsetType = UNSET
    topK: Number | UnsetType = UNSET
    presencePenalty: Number | UnsetType = UNSET
    frequencyPenalty: Number | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    maxOutputTokens: int | UnsetType = UNSET
    stopSequences: list[str] | UnsetType = UNSET
    candidateCount: int | UnsetType = UNSET
    responseLogprobs: bool | UnsetType = UNSET
    logprobs: int | UnsetType = UNSET
    responseMimeType: str | UnsetType = UNSET
    responseJsonSchema: Raw | UnsetType = UNSET
    responseSchema: Raw | UnsetType = UNSET
    thinkingConfig: ThinkingConfig | UnsetType = UNSET
    responseModalities: Raw | UnsetType = UNSET


class Params(Wire):
    """The request body; `model` stands in the URL, `stream` too, yet `model` is taken from the body as well."""

    contents: list[Content]
    systemInstruction: Content | UnsetType = UNSET
    tools: Raw | UnsetType = UNSET
    toolConfig: ToolConfig | UnsetType = UNSET
    generationConfig: GenerationConfig | UnsetType = UNSET
    safetySettings: Raw | UnsetType = UNSET
    cachedContent: Raw | UnsetType = UNSET
    serviceTier: str | UnsetType = UNSET
    model: str | UnsetType = UNSET


# ------------------------------------------------------------------------------------------------------ response


class LogprobsCandidate(Wire):
    """A token and how likely it was."""

    token: str | UnsetType = UNSET
    tokenId: int | UnsetType = UNSET
    logProbability: Number | UnsetType = UNSET


class TopCandidates(Wire):
    """The likeliest tokens at one step."""

    candidates: list[LogprobsCandidate] | UnsetType = UNSET


class LogprobsResult(Wire):
    """`logprobsResult`."""

    chosenCandidates: list[LogprobsCandidate] | UnsetType = UNSET
    topCandidates: list[TopCandidates] | UnsetType = UNSET


class Candidate(Wire):
    """One of `candidates`."""

    content: Content | UnsetType = UNSET
    finishReason: str | UnsetType = UNSET
    index: int | UnsetType = UNSET
    groundingMetadata: Raw | UnsetType = UNSET
    citationMetadata: Raw | UnsetType = UNSET
    logprobsResult: Raw | UnsetType = UNSET
    finishMessage: Raw | UnsetType = UNSET
    safetyRatings: Raw | UnsetType = UNSET
    avgLogprobs: Raw | UnsetType = UNSET
    tokenCount: Raw | UnsetType = UNSET
    urlContextMetadata: Raw | UnsetType = UNSET


class GenerateContentResponse(Wire):
    """An answer, or one chunk of it."""

    candidates: list[Candidate] | UnsetType = UNSET
    usageMetadata: Raw | UnsetType = UNSET
    modelVersion: str | UnsetType = UNSET
    responseId: str | UnsetType = UNSET
    createTime: str | UnsetType = UNSET
    promptFeedback: Raw | UnsetType = UNSET


class PromptFeedback(Wire):
    """`promptFeedback`."""

    blockReason: str | UnsetType = UNSET
    blockReasonMessage: str | UnsetType = UNSET


class ModalityTokenCount(Wire):
    """One of `promptTokensDetails` and the like."""

    modality: str | UnsetType = UNSET
    tokenCount: int | UnsetType | None = UNSET


Details = list[ModalityTokenCount] | UnsetType | None


class UsageMetadata(Wire):
    """`usageMetadata`."""

    promptTokenCount: int | UnsetType | None = UNSET
    candidatesTokenCount: int | UnsetType | None = UNSET
    totalTokenCount: int | UnsetType | None = UNSET
    thoughtsTokenCount: int | UnsetType | None = UNSET
    cachedContentTokenCount: int | UnsetType | None = UNSET
    toolUsePromptTokenCount: int | UnsetType | None = UNSET
    promptTokensDetails: Details = UNSET
    candidatesTokensDetails: Details = UNSET
    serviceTier: str | UnsetType = UNSET
    trafficType: Raw | UnsetType = UNSET
    toolUsePromptTokensDetails: Raw | UnsetType = UNSET
    cacheTokensDetails: Raw | UnsetType = UNSET


# ----------------------------------------------------------------------------------------------------- citations


class Segment(Wire):
    """The claim: UTF-8 byte offsets, and the text itself."""

    partIndex: int | UnsetType = UNSET
    startIndex: int | UnsetType = UNSET
    endIndex: int | UnsetType = UNSET
    text: str | UnsetType = UNSET


class GroundingSupport(Wire):
    """Which sources a claim rests on."""

    segment: Segment | UnsetType = UNSET
    groundingChunkIndices: list[int] | UnsetType = UNSET


class Source(Wire):
    """`web`, `maps`, `retrievedContext`."""

    uri: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET


class GroundingChunk(Wire):
    """A source."""

    web: Source | UnsetType = UNSET
    maps: Source | UnsetType = UNSET
    retrievedContext: Source | UnsetType = UNSET


class GroundingMetadata(Wire):
    """`groundingMetadata`."""

    groundingChunks: list[GroundingChunk] | UnsetType = UNSET
    groundingSupports: list[GroundingSupport] | UnsetType = UNSET
    webSearchQueries: Raw | UnsetType = UNSET
    searchEntryPoint: Raw | UnsetType = UNSET
    retrievalMetadata: Raw | UnsetType = UNSET


class CitationSource(Wire):
    """Text that was recited from a source; byte offsets as above."""

    startIndex: int | UnsetType = UNSET
    endIndex: int | UnsetType = UNSET
    uri: str | UnsetType = UNSET
    title: str | UnsetType = UNSET


class CitationMetadata(Wire):
    """`citationMetadata`: `citationSources` on the Gemini API, `citations` on Vertex."""

    citationSources: list[CitationSource] | UnsetType = UNSET
    citations: list[CitationSource] | UnsetType = UNSET
