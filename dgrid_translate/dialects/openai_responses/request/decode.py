"""A Responses body -> Request."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import (
    ON_MESSAGE,
    decode_call,
    decode_content,
    decode_message,
    decode_output,
    decode_reasoning,
    decode_said,
    is_wrapped,
    read_item,
    remember_message,
    whole_message,
)
from dgrid_translate.dialects.openai_responses.profile import NAME, ORIGIN, PLACES
from dgrid_translate.dialects.openai_responses.request.read import read_params
from dgrid_translate.dialects.openai_responses.tools import decode_tool_choice, decode_tools, joined_names
from dgrid_translate.ir.parts import AnyPart, Opaque, ServerToolCall, Text
from dgrid_translate.ir.request import Message, OutputFormat, ReasoningConfig, Request, Role, Sampling
from dgrid_translate.losses import At
from dgrid_translate.shared.carriers import restore
from dgrid_translate.shared.extensions import Kept
from dgrid_translate.shared.names import Joined
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    Unknown,
    dump,
    extra_of,
    load,
    whole,
)

_CARRIED = Kept(*wire.CARRIED)
_LENGTHS = frozenset({"concise", "detailed"})
"""How long a summary is to be, which others are only asked whether to give."""
_LOGPROBS = "message.output_text.logprobs"
_PLUMBING = frozenset({_LOGPROBS, "reasoning.encrypted_content"})
"""What `include` may ask for and every target gives anyway, or is asked for by another member."""


def decode_request(body: bytes) -> Request:
    """The request in a Responses body."""
    params = read_params(body)
    own = {} if params.extra is UNSET else extra_of(params)
    messages: list[Message] = []
    request = Request(NAME, messages, None if params.model is UNSET else params.model, places=PLACES)
    if params.tools == NULL:
        own["tools",] = NULL
    elif params.tools is not UNSET:
        request.tools = decode_tools(params.tools) or None
        if request.tools is None:
            own["~tools",] = NULL
    joined = joined_names(request.tools) if request.tools else {}
    if params.tool_choice is not UNSET:
        request.tool_choice = decode_tool_choice(params.tool_choice, joined)
    if params.instructions is not UNSET:
        said: list[AnyPart] = [Text(params.instructions, at=("instructions",))]
        form = {NAME: {("~instructions",): NULL}}
        messages.append(Message("system", said, True, at=("instructions",), ext=form))
    items = params.input
    if isinstance(items, str):
        own["~input",] = NULL
        messages.append(Message("user", [Text(items, at=("input",))], True, at=("input",)))
    elif items is not UNSET:
        if not items:
            own["~items",] = NULL
        _decode_items(items, messages, joined)
    _decode_settings(params, request, own)
    _CARRIED.take(params, own)
    if own:
        request.ext = {NAME: own}
    return request


def _decode_settings(params: wire.AnyParams, request: Request, own: Extra) -> None:
    if params.parallel_tool_calls is not UNSET:
        request.parallel_tool_calls = params.parallel_tool_calls
    if params.max_output_tokens is not UNSET:
        request.max_tokens = params.max_output_tokens
    if params.top_logprobs is not UNSET:
        request.top_logprobs = params.top_logprobs
    if params.metadata is not UNSET:
        request.metadata = params.metadata
    if params.service_tier is not UNSET:
        request.service_tier = params.service_tier
    if params.stream is not UNSET:
        request.stream = params.stream
    if params.temperature is not UNSET or params.top_p is not UNSET:
        request.sampling = Sampling(
            None if params.temperature is UNSET else params.temperature,
            None if params.top_p is UNSET else params.top_p,
        )
    if params.user is not UNSET:
        request.user = params.user
    if params.safety_identifier is not UNSET:
        if params.user is UNSET:
            request.user = params.safety_identifier
            request.places = {**PLACES, "user": ("safety_identifier",)}
            own["~safety_identifier",] = NULL
        else:
            own["safety_identifier",] = Raw(dump(params.safety_identifier))
    if params.text is not UNSET:
        _decode_text(params.text, request, own)
    if params.reasoning is not UNSET:
        _decode_reasoning(params.reasoning, request, own)
    if params.include is not UNSET:
        _decode_include(params.include, request, own)


def _again(config: wire.TextConfig | wire.Reasoning) -> Raw:
    """A setting as JSON again, in whose members there is nothing odd."""
    return Raw(dump(config)) if config.extra is UNSET else whole(config)


def _decode_text(text: wire.TextConfig, request: Request, own: Extra) -> None:
    own["~text",] = _again(text) if text.format is UNSET or text.format.extra is UNSET else whole(text)
    if text.extra is not UNSET:
        own.update(extra_of(text, "text"))
    if text.verbosity is not UNSET:
        own["text", "verbosity"] = text.verbosity
    form = text.format
    if form is UNSET:
        return
    at = ("text", "format")
    if form.type == "text" or form.type == "json_object":
        found = OutputFormat("text" if form.type == "text" else "json", at=at)
    elif form.type == "json_schema":
        found = OutputFormat(
            "schema",
            None if form.schema is UNSET else form.schema,
            None if form.name is UNSET else form.name,
            None if form.description is UNSET else form.description,
            None if form.strict is UNSET else form.strict,
            ("text", "format", "schema"),
            at=at,
        )
    else:
        own["text", "format"] = whole(form)
        return
    rest = {} if form.extra is UNSET else extra_of(form)
    if form.description is None:
        rest["description",] = NULL
    if form.strict is None:
        rest["strict",] = NULL
    if rest:
        found.ext = {NAME: rest}
    request.output = found


def _decode_reasoning(config: wire.Reasoning, request: Request, kept: Extra) -> None:
    kept["~reasoning",] = _again(config)
    own = {} if config.extra is UNSET else extra_of(config)
    found = ReasoningConfig(at=("reasoning",))
    if config.effort is None:
        own["effort",] = NULL
    elif config.effort is not UNSET:
        found.effort = config.effort
        found.mode = "off" if config.effort == "none" else None
    for key, summary in (("summary", config.summary), ("generate_summary", config.generate_summary)):
        if summary is None:
            own[key,] = NULL
        elif summary is not UNSET:
            found.visible = summary != "none"
            own[key if summary in _LENGTHS else "~" + key,] = Raw(dump(summary))
    if config.mode is not UNSET:
        own["mode",] = config.mode
    if config.context is not UNSET:
        own["context",] = config.context
    if own:
        found.ext = {NAME: own}
    request.reasoning = found


def _decode_include(raw: Raw, request: Request, own: Extra) -> None:
    asked = [] if raw == NULL else load(list[str], raw, NAME, ("include",))
    if _LOGPROBS in asked:
        request.logprobs = True
    own["~include" if _PLUMBING.issuperset(asked) else "include",] = raw


_ROLES: dict[str, Role] = {"user": "user", "system": "system", "developer": "developer"}


def _decode_items(items: Sequence[wire.AnyItem | Raw], messages: list[Message], joined: Joined) -> None:
    """Make turns of items: what the assistant says in a row is one turn, whatever the items it comes in.

    What is OpenAI's own and stands before a turn is put at the turn's beginning, so that without it no turn is empty.
    """
    turn: Message | None = None  # the assistant's, as long as it goes on
    waiting: list[AnyPart] = []
    served: set[object] = set()  # the calls of what OpenAI runs itself, so far
    sealed = False  # whether another vendor's signature came home
    for index, given in enumerate(items):
        at: At = ("input", index)
        item = read_item(given, at) if type(given) is Raw else given
        message: Message | None = None
        parts: list[AnyPart] = []
        own = False
        if type(item) is wire.FunctionCall or type(item) is wire.CustomToolCall:
            parts = [decode_call(item, at, joined)]
        elif type(item) is wire.FunctionCallOutput or type(item) is wire.CustomToolCallOutput:
            own = item.call_id in served
            if own:
                parts = decode_said(item, at, joined)
            else:
                message = Message("user", [decode_output(item, at)], at=at)
        elif type(item) is wire.Message or type(item) is wire.EasyMessage or type(item) is wire.MarkedMessage:
            if item.role == "assistant":
                parts = decode_message(item, at)
            else:
                message = _decode_prompt(item, at)
        elif type(item) is wire.ReasoningItem:
            parts = [decode_reasoning(item, at)]
            sealed = sealed or is_wrapped(item)
        else:
            parts = decode_said(item, at, joined)
            if type(item) is Unknown:
                own = True
                served.update([part.id for part in parts if type(part) is ServerToolCall])
        if message is not None:
            turn = None
        elif turn is not None:
            turn.parts += parts
            continue
        elif own:
            waiting += parts
            continue
        else:
            message = turn = Message("assistant", parts, at=at)
        if waiting:
            message.parts = waiting + message.parts
            waiting = []
        messages.append(message)
    if waiting:
        messages.append(Message("user", waiting, at=waiting[0].at))
    if sealed:
        for message in messages:
            if message.role == "assistant":
                message.parts = restore(message.parts, ORIGIN, NAME)


def _decode_prompt(item: wire.AnyMessage, at: At) -> Message:
    """A message that is not the assistant's."""
    role = _ROLES.get(item.role)
    if role is None:
        return Message("user", [Opaque(item.role, whole_message(item), NAME, at=at)], at=at)
    content = item.content
    if isinstance(content, str):
        found = Message(role, [Text(content, at=at + ("content",))], True, at=at)
    else:
        found = Message(role, decode_content(content, at, "content", wire.InputText), at=at)
    own: Extra = {}
    remember_message(item, at, ON_MESSAGE, own)
    if own:
        found.ext = {NAME: own}
    return found
