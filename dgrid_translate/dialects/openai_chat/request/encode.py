"""Request -> a Chat Completions body."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts import (
    MESSAGE,
    NO_NAME,
    Target,
    encode_assistant,
    encode_content,
    name_files,
    note_ids,
)
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.dialects.openai_chat.tools import (
    NO_TOOLS,
    encode_tool_choice,
    encode_tools,
)
from dgrid_translate.ir.parts import AnyPart, Media, Opaque, Text, ToolResult, holds
from dgrid_translate.ir.request import Message, OutputFormat, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.drops import drop_citations
from dgrid_translate.shared.openai.effort import say_effort
from dgrid_translate.shared.openai.failures import as_failure
from dgrid_translate.shared.openai.family import FAMILY, adopted
from dgrid_translate.shared.openai.models import fit_model
from dgrid_translate.shared.openai.params import encode_sampling, limit_stops
from dgrid_translate.shared.openai.schemas import format_schema
from dgrid_translate.shared.wire import (
    NOTHING,
    NULL,
    dress,
    drop_foreign,
    dump,
    own_of,
    pose,
    remembered,
)


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Chat Completions body."""
    native = request.dialect == NAME
    if not native and request.ext is not None:
        request = adopted(request, NAME, losses)
    effort = None if request.reasoning is None else say_effort(request, request.reasoning, NAME, losses)
    if not native:
        request = fit_model(request, effort, losses)
    model = request.model
    sibling = request.dialect in FAMILY
    target = Target(losses, native, sibling, model)
    messages = _encode_messages(request.messages, target)
    if not native and request.output is not None and request.output.kind == "json":
        _ask_for_json(messages, losses)
    if target.invented and not native:
        _note_invented(messages, target.invented, losses)
    params = wire.Params(
        messages,
        UNSET if model is None else model,
        parallel_tool_calls=UNSET if request.parallel_tool_calls is None else request.parallel_tool_calls,
        n=UNSET if request.n is None else request.n,
        logprobs=UNSET if request.logprobs is None else request.logprobs,
        top_logprobs=UNSET if request.top_logprobs is None else request.top_logprobs,
        metadata=UNSET if request.metadata is None else request.metadata,
        service_tier=UNSET if request.service_tier is None else request.service_tier,
        stream=UNSET if request.stream is None else request.stream,
    )
    ext = request.ext
    if ext is not None:
        drop_foreign(ext, NAME, (), losses)
    if request.tools is not None:
        encode_tools(params, request, request.tools, losses)
    elif ext is not None and remembered(ext, NAME, "~tools"):
        params.tools = NO_TOOLS
    if request.tool_choice is not None:
        encode_tool_choice(params, request, request.tool_choice, losses)
    if request.sampling is not None:
        encode_sampling(params, request, request.sampling, NAME, losses)
    if request.user is not None:
        if remembered(ext, NAME, "~safety_identifier"):
            params.safety_identifier = request.user
        else:
            params.user = request.user
    if request.max_tokens is not None:
        if request.places.get("max_tokens") == ("max_tokens",):
            params.max_tokens = request.max_tokens
        else:
            params.max_completion_tokens = request.max_tokens
    if request.stop is not None:
        params.stop = _encode_stop(request, request.stop, losses)
    if request.output is not None:
        params.response_format = _encode_format(request.output, losses, native, sibling)
    if request.reasoning is not None:
        if effort is not None:
            params.reasoning_effort = effort
        if request.reasoning.visible is not None:
            losses.dropped("reasoning_visibility", request.place("reasoning.visible"))
    if request.stream or request.include_usage is not None or ext is not None:
        params.stream_options = _encode_stream_options(request, native)
    return dump(params if ext is None else dress(params, ext, NAME))


def _encode_stream_options(request: Request, native: bool) -> wire.StreamOptions | UnsetType:
    """Those of a source that has none ask for the usage, which it says unasked."""
    if request.include_usage is not None or remembered(request.ext, NAME, "~stream_options"):
        usage = UNSET if request.include_usage is None else request.include_usage
        return dress(wire.StreamOptions(usage), request.ext, NAME, "stream_options")
    return wire.StreamOptions(True) if request.stream and not native else UNSET


def _ask_for_json(messages: list[wire.Message], losses: Losses) -> None:
    """Chat refuses JSON mode where no message has the word in it."""
    if b"json" not in dump([getattr(message, "content", None) for message in messages]).lower():
        place = 0
        while place < len(messages) and isinstance(messages[place], wire.SystemMessage | wire.DeveloperMessage):
            place += 1
        messages.insert(place, wire.SystemMessage("Answer in JSON."))
        losses.invented("json_instruction", ("messages", place), "JSON mode wants the word in the messages")


def _note_invented(messages: list[wire.Message], invented: set[str], losses: Losses) -> None:
    """Name what Chat requires and the source did not say."""
    for index, message in enumerate(messages):
        if type(message) is wire.AssistantMessage:
            if message.tool_calls:
                note_ids(message.tool_calls, ("messages", index), invented, losses)
        elif type(message) is wire.ToolMessage:
            if message.tool_call_id in invented:
                losses.invented("tool_call_id", ("messages", index, "tool_call_id"), "the source names none")
        elif type(message) is wire.UserMessage and NO_NAME in invented:
            name_files(message.content, ("messages", index), losses)


def _encode_stop(request: Request, stop: list[str], losses: Losses) -> str | list[str]:
    if request.dialect != NAME:
        return limit_stops(request, stop, losses)
    return stop[0] if remembered(request.ext, NAME, "~stop") else stop


def _encode_format(output: OutputFormat, losses: Losses, native: bool, sibling: bool) -> wire.ResponseFormat:
    drop_foreign(output.ext, NAME, output.at, losses)
    match output.kind:
        case "text":
            form = wire.ResponseFormat("text")
        case "json":
            form = wire.ResponseFormat("json_object")
        case _:
            named = wire.JSONSchema()
            if output.name is not None:
                named.name = output.name
            elif not native:
                named.name = "response"
                losses.invented("response_format_name", ("response_format", "json_schema", "name"))
            if output.description is not None:
                named.description = output.description
            if output.strict is not None:
                named.strict = output.strict
            if output.schema is not None and sibling:
                named.schema = output.schema
            elif output.schema is not None:
                named.schema, strict = format_schema(output, output.schema, losses)
                named.strict = True if strict else UNSET
            form = wire.ResponseFormat("json_schema", dress(named, output.ext, NAME, "json_schema"))
    return dress(form, output.ext, NAME)


def _encode_messages(messages: list[Message], target: Target) -> list[wire.Message]:
    """Chat's own order: answers to calls come right after them, one message each, then what the user says."""
    encoded: list[wire.Message] = []
    shown: list[wire.ContentPart] = []
    for message in messages:
        ext = message.ext
        if ext is not None:
            drop_foreign(ext, NAME, message.at, target.losses)
        parts = message.parts
        results = 0
        for part in parts:
            if type(part) is ToolResult:
                encoded.append(_encode_tool_result(part, target, shown))
                results += 1
        if results:
            if results == len(parts):
                continue
            parts: list[AnyPart] = [part for part in parts if type(part) is not ToolResult]
        if shown:
            encoded.append(wire.UserMessage(shown))
            shown = []
        if message.role == "assistant":
            made = wire.AssistantMessage() if message.name is None else wire.AssistantMessage(name=message.name)
            encoded.append(encode_assistant(made, parts, ext, MESSAGE, target, joined=False))
        else:
            encoded.append(_encode_prompt(message, parts, target))
    if shown:
        encoded.append(wire.UserMessage(shown))
    return encoded


_MESSAGES = {"user": wire.UserMessage, "system": wire.SystemMessage, "developer": wire.DeveloperMessage}


def _encode_prompt(message: Message, parts: list[AnyPart], target: Target) -> wire.Message:
    if len(parts) == 1 and type(part := parts[0]) is Opaque and part.dialect == NAME and len(part.at) == 2:
        return pose(part.raw, wire.UserMessage)
    name = UNSET if message.name is None else message.name
    ext = message.ext
    if ext is None or NAME not in ext:
        return _MESSAGES[message.role](_encode_texts(parts, message.inline, target), name)
    content = None if remembered(ext, NAME, "~null") else _encode_texts(parts, message.inline, target)
    return dress(_MESSAGES[message.role](content, name), ext, NAME)


def _encode_texts(parts: list[AnyPart], inline: bool, target: Target) -> wire.Content:
    """One plain text goes as a bare string, which every server takes, unless Chat itself gave it as a list."""
    if len(parts) == 1 and (inline or not target.native) and type(part := parts[0]) is Text and part.cache is None:
        if part.ext is not None:
            drop_foreign(part.ext, NAME, part.at, target.losses)
        if part.citations is not None:
            drop_citations(part.citations, target.losses)
        return part.text
    content = encode_content(parts, target)
    return content if content or target.native else ""


def _encode_tool_result(result: ToolResult, target: Target, shown: list[wire.ContentPart]) -> wire.Message:
    losses = target.losses
    ext = result.ext
    if ext is not None:
        drop_foreign(ext, NAME, result.at, losses)
    if result.cache is not None:
        caching.drop(result.cache, losses, result.at)
    own = NOTHING if ext is None else own_of(ext, NAME)
    parts = result.parts
    if own and ("~function",) in own:
        text = "".join([part.text for part in parts if isinstance(part, Text)]) if parts else None
        return dress(wire.FunctionMessage(text, result.name or ""), ext, NAME)
    if not target.native and holds(parts, Media):
        parts = _without_media(parts, target, shown)
    if result.is_error:
        parts = as_failure(parts, result.at, losses)
    content = None if own and ("~null",) in own else _encode_texts(parts, result.inline, target)
    made = wire.ToolMessage(content, result.call_id)
    if own and (given := own.get(("~tool_call_id",))) is not None:
        made.tool_call_id = UNSET if given == NULL else ""
    if target.native and result.name is not None:
        made.name = result.name
    return made if ext is None else dress(made, ext, NAME)


def _without_media(parts: list[AnyPart], target: Target, shown: list[wire.ContentPart]) -> list[AnyPart]:
    """What a result can hold; the rest is added to what is `shown` after the results."""
    rest: list[AnyPart] = []
    for part in parts:
        if type(part) is Media and part.text is None:
            target.losses.moved("tool_result_media", part.at, "shown in a user message after the results")
            shown.extend(encode_content([part], target))
        else:
            rest.append(part)
    return rest
