"""The body that `useChat` posts -> Request.

`packages/ai/src/ui/http-chat-transport.ts`: the transport adds `id`, `messages`, `trigger` and `messageId`; all else is
what the application puts into `body`. Settings are read under the AI SDK's own names for them.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.profile import NAME, PLACES, UNCHANGED
from dgrid_translate.dialects.ui_message.request.turns import are_plain, decode_messages
from dgrid_translate.dialects.ui_message.tools import decode_tool_choice, decode_tools
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.shared.wire import NULL, Extra, dump, extra_of, load
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of

_decode_by_role = decoder_of(wire.RoleBody)
_decode_response_format = msgspec.json.Decoder(wire.ResponseFormat).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)


def decode_request(body: bytes) -> Request:
    """The request in a body."""
    params = _read(body)
    own: Extra = {} if params.extra is UNSET else extra_of(params)
    request = Request(NAME, [], places=PLACES)
    if params.system is not UNSET:
        at = ("system",)
        system = Message("system", [Text(params.system, at=at)], True, at=at, ext={NAME: {("~system",): NULL}})
        request.messages.append(system)
    decode_messages(params.messages, request.messages)
    if params.model is not UNSET:
        request.model = params.model
    if params.stream is UNSET:
        own["~stream",] = NULL
        request.stream = True  # the endpoint answers with a stream unless told otherwise
    else:
        request.stream = params.stream
    request.include_usage = request.stream or None
    if params.maxOutputTokens is not UNSET:
        request.max_tokens = params.maxOutputTokens
    if params.stopSequences is not UNSET:
        request.stop = params.stopSequences
    if (
        params.temperature is not UNSET
        or params.topP is not UNSET
        or params.topK is not UNSET
        or params.presencePenalty is not UNSET
        or params.frequencyPenalty is not UNSET
        or params.seed is not UNSET
    ):
        request.sampling = _decode_sampling(params)
    if params.reasoning is not UNSET:
        own["~reasoning",] = Raw(dump(params.reasoning))
        if params.reasoning != UNCHANGED:
            mode = "off" if params.reasoning == "none" else None
            request.reasoning = ReasoningConfig(mode, params.reasoning, at=("reasoning",))
    if params.tools is not UNSET or params.toolChoice is not UNSET or params.responseFormat is not UNSET:
        _decode_shapes(params, request, own)
    if params.id is not UNSET:
        own["~id",] = params.id
    if params.trigger is not UNSET:
        own["~trigger",] = params.trigger
    if params.messageId is not UNSET:
        own["~messageId",] = params.messageId
    if params.sdkVersion is not UNSET:
        own["~sdkVersion",] = params.sdkVersion
    if own:
        request.ext = {NAME: own}
    return request


def _read(body: bytes) -> wire.AnyBody:
    try:
        if not body.isascii():
            check_utf8(body)
        params = _decode_by_role(body)
        if are_plain(params.messages):
            return params
    except REFUSALS:
        pass
    return load(wire.Body, body, NAME)


def _decode_sampling(params: wire.AnyBody) -> Sampling:
    return Sampling(
        None if params.temperature is UNSET else params.temperature,
        None if params.topP is UNSET else params.topP,
        None if params.topK is UNSET else params.topK,
        None if params.presencePenalty is UNSET else params.presencePenalty,
        None if params.frequencyPenalty is UNSET else params.frequencyPenalty,
        None if params.seed is UNSET else params.seed,
    )


def _decode_shapes(params: wire.AnyBody, request: Request, own: Extra) -> None:
    """What stands beside what it means, as it came: an application may mean something else by these words."""
    if params.tools is not UNSET:
        request.tools = decode_tools(params.tools)
        own["tools" if request.tools is None else "~tools",] = params.tools
    if params.toolChoice is not UNSET:
        request.tool_choice = decode_tool_choice(params.toolChoice)
        own["toolChoice" if request.tool_choice is None else "~toolChoice",] = params.toolChoice
    if params.responseFormat is not UNSET:
        request.output = _decode_format(params.responseFormat)
        own["responseFormat" if request.output is None else "~responseFormat",] = params.responseFormat


def _decode_format(raw: Raw) -> OutputFormat | None:
    try:
        found = _decode_response_format(raw)
    except _REFUSALS:
        return None
    if found.type == "text":
        return OutputFormat("text", at=("responseFormat",))
    if found.type != "json":
        return None
    schema = None if found.schema is UNSET or found.schema == NULL else found.schema
    return OutputFormat(
        "json" if schema is None else "schema",
        schema,
        None if found.name is UNSET else found.name,
        None if found.description is UNSET else found.description,
        schema_at=("responseFormat", "schema"),
        at=("responseFormat",),
    )
