"""A generateContent body -> Request.

Calls and answers often have no ids. An id is worked out for each such call, and an answer without one belongs to the
first call of that name that is still unanswered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import decode_part, decode_parts, spelled
from dgrid_translate.dialects.gemini.parts.thoughts import recall, thoughts_ride
from dgrid_translate.dialects.gemini.profile import DERIVED, NAME, PLACES, ROLES, SERVICE_TIERS
from dgrid_translate.dialects.gemini.request.pieces import is_cut, rejoined
from dgrid_translate.dialects.gemini.tools import decode_tool_choice, decode_tools
from dgrid_translate.ir.parts import AnyPart, Node, ToolCall, ToolResult
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.losses import At
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.proto3 import Spellings, as_source, load
from dgrid_translate.shared.schema import from_openapi
from dgrid_translate.shared.wire import NULL, dump, extensions, merge, note


def decode_request(body: bytes) -> Request:
    """The request in a generateContent body."""
    spellings: Spellings = {}
    params = load(wire.Params, body, NAME, (), spellings)
    request = Request(NAME, _decode_messages(params), places=PLACES)
    if params.extra is not UNSET:
        request.ext = extensions(params, NAME)
    if params.tools == NULL:
        request.ext = note(request.ext, NAME, ("tools",))
    elif params.tools is not UNSET:
        request.tools = decode_tools(params.tools)
    if params.toolConfig is not UNSET:
        request.tool_choice, config_ext = decode_tool_choice(params.toolConfig)
        request.ext = merge(request.ext, config_ext)
    if params.model is not UNSET:
        request.model = params.model.removeprefix("models/")
        request.ext = note(request.ext, NAME, ("~model",), Raw(dump(params.model)))
    if params.generationConfig is not UNSET:
        _decode_settings(params.generationConfig, request)
    if params.safetySettings is not UNSET:
        request.ext = note(request.ext, NAME, ("safetySettings",), params.safetySettings)
    if params.cachedContent is not UNSET:
        request.ext = note(request.ext, NAME, ("cachedContent",), params.cachedContent)
    if params.serviceTier is not UNSET:
        tier = SERVICE_TIERS.get(params.serviceTier)
        request.service_tier = tier or params.serviceTier
        request.ext = note(request.ext, NAME, ("~serviceTier",), Raw(dump(params.serviceTier)))
    if spellings:
        _respell(request, spellings)
    return request


# ------------------------------------------------------------------------------------------------------ contents


def _decode_messages(params: wire.Params) -> list[Message]:
    messages: list[Message] = []
    if params.systemInstruction is not UNSET:
        messages.append(_decode_content(params.systemInstruction, ("systemInstruction",), True))
    unanswered: dict[str, list[str]] = {}  # calls, by function
    answering = split = riding = False
    for index, content in enumerate(params.contents):
        message = _decode_content(content, ("contents", index), False)
        messages.append(message)
        parts = message.parts
        if message.role == "assistant":
            split = split or answering or (len(parts) > 1 and is_cut(parts))
            answering = True
        else:
            answering = False
        for part in parts:
            if type(part) is ToolCall:
                if part.derived_id:
                    part.id = derive(DERIVED, part.name, spelled(part), *part.at)
                unanswered.setdefault(part.name, []).append(part.id)
                if part.ext is not None and thoughts_ride(part):
                    riding = True
            elif type(part) is ToolResult:
                waiting = unanswered.get(part.name or "")
                if not part.derived_id:
                    if waiting and part.call_id in waiting:
                        waiting.remove(part.call_id)
                else:
                    part.call_id = waiting.pop(0) if waiting else derive(DERIVED, part.name or "", *part.at)
    if riding:
        recall(messages)
    return rejoined(messages) if split else messages


def _decode_content(content: wire.Content, at: At, system: bool) -> Message:
    ext = None if content.extra is UNSET else extensions(content, NAME)
    parts: list[AnyPart]
    if content.parts is UNSET:
        parts, ext = [], note(ext, NAME, ("~parts",))
    elif len(content.parts) == 1:
        parts = [decode_part(content.parts[0], at + ("parts", 0))]
    else:
        parts = decode_parts(content.parts, at)
    said, role = content.role, "user"
    if system:
        role = "system"
        if said is not UNSET:
            ext = note(ext, NAME, ("~role",), Raw(dump(said)))
    elif said == "model":
        role = "assistant"
    elif said != "user":
        role = ROLES.get(said or "", "user")
        ext = note(ext, NAME, ("~role",), NULL if said is UNSET else Raw(dump(said)))
    return Message(role, parts, at=at, ext=ext)


# ------------------------------------------------------------------------------------------------------ settings

_SILENT = wire.GenerationConfig()


def _decode_settings(config: wire.GenerationConfig, request: Request) -> None:
    ext = request.ext
    if config.extra is not UNSET:
        ext = merge(ext, extensions(config, NAME, "generationConfig"))
    if (
        config.temperature is not UNSET
        or config.topP is not UNSET
        or config.topK is not UNSET
        or config.presencePenalty is not UNSET
        or config.frequencyPenalty is not UNSET
        or config.seed is not UNSET
    ):
        request.sampling = Sampling(
            None if config.temperature is UNSET else config.temperature,
            None if config.topP is UNSET else config.topP,
            None if config.topK is UNSET else config.topK,
            None if config.presencePenalty is UNSET else config.presencePenalty,
            None if config.frequencyPenalty is UNSET else config.frequencyPenalty,
            None if config.seed is UNSET else config.seed,
        )
    if config.maxOutputTokens is not UNSET:
        request.max_tokens = config.maxOutputTokens
    if config.stopSequences is not UNSET:
        request.stop = config.stopSequences
    if config.candidateCount is not UNSET:
        request.n = config.candidateCount
    if config.responseLogprobs is not UNSET:
        request.logprobs = config.responseLogprobs
    if config.logprobs is not UNSET:
        request.top_logprobs = config.logprobs
    if config.responseModalities is not UNSET:
        ext = note(ext, NAME, ("generationConfig", "responseModalities"), config.responseModalities)
    if config.thinkingConfig is not UNSET:
        request.reasoning = _decode_thinking(config.thinkingConfig)
    kind, openapi, schema = config.responseMimeType, config.responseSchema, config.responseJsonSchema
    if kind is not UNSET or openapi is not UNSET or schema is not UNSET:
        request.output = _decode_format(config)
        if request.output is None:
            for key, value in (("responseMimeType", kind), ("responseSchema", openapi), ("responseJsonSchema", schema)):
                if not isinstance(value, UnsetType):
                    raw = Raw(dump(value)) if isinstance(value, str) else value
                    ext = note(ext, NAME, ("generationConfig", key), raw)
    request.ext = note(ext, NAME, ("~generationConfig",)) if config == _SILENT else ext


def _decode_thinking(config: wire.ThinkingConfig) -> ReasoningConfig:
    found = ReasoningConfig(at=("generationConfig", "thinkingConfig"), ext=extensions(config, NAME))
    if config.includeThoughts is not UNSET:
        found.visible = config.includeThoughts
    if config.thinkingLevel is not UNSET:
        found.effort = config.thinkingLevel.lower()
        if not config.thinkingLevel.isupper():
            found.ext = note(found.ext, NAME, ("~thinkingLevel",), Raw(dump(config.thinkingLevel)))
    budget = config.thinkingBudget
    if budget is not UNSET:
        found.budget = budget
        found.mode = "off" if budget == 0 else "adaptive" if budget < 0 else "on"
    return found


def _decode_format(config: wire.GenerationConfig) -> OutputFormat | None:
    """The kind of output; members that only Gemini could make sense of give None."""
    kind, openapi, schema = config.responseMimeType, config.responseSchema, config.responseJsonSchema
    if (kind is not UNSET and kind not in ("application/json", "text/plain")) or (
        openapi is not UNSET and schema is not UNSET
    ):
        return None
    found = OutputFormat("text" if kind == "text/plain" else "json", at=("generationConfig", "responseMimeType"))
    given = openapi if schema is UNSET else schema
    if given is UNSET:
        return found
    if kind != "application/json":
        found.ext = note(None, NAME, ("~responseMimeType",), Raw(dump(kind)) if isinstance(kind, str) else Raw(b"null"))
    found.kind = "schema"
    if openapi is UNSET:
        found.schema, found.schema_at = given, ("generationConfig", "responseJsonSchema")
    else:
        found.schema, found.schema_at = from_openapi(given), ("generationConfig", "responseSchema")
        found.ext = note(found.ext, NAME, ("~responseSchema",), given)
    return found


# ------------------------------------------------------------------------------------------------------ spelling


def _respell(request: Request, spellings: Spellings) -> None:
    """Name the places of all nodes as the source spells them."""
    places: Mapping[str, At] = {field: as_source(at, spellings) for field, at in PLACES.items()}
    request.places = MappingProxyType(places)
    nodes: list[Node] = [*request.messages]
    nodes += [node for node in (request.tool_choice, request.output, request.reasoning) if node is not None]
    for message in request.messages:
        nodes += message.parts
        for part in message.parts:
            if isinstance(part, ToolResult):
                nodes += part.parts
    for node in nodes:
        node.at = as_source(node.at, spellings)
        if isinstance(node, OutputFormat):
            node.schema_at = as_source(node.schema_at, spellings)
