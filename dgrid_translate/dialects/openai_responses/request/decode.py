"""A Responses body -> Request."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import (
    decode_call,
    decode_content,
    decode_message,
    decode_output,
    decode_reasoning,
    decode_said,
    read_item,
    remember_message,
)
from dgrid_translate.dialects.openai_responses.profile import NAME, ORIGIN, PLACES
from dgrid_translate.dialects.openai_responses.request.read import read_params, unmarked
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
    request = Request(
        NAME,
        [],
        None if params.model is UNSET else params.model,
        parallel_tool_calls=None if params.parallel_tool_calls is UNSET else params.parallel_tool_calls,
        max_tokens=None if params.max_output_tokens is UNSET else params.max_output_tokens,
        top_logprobs=None if params.top_logprobs is UNSET else params.top_logprobs,
        user=None if params.user is UNSET else params.user,
        metadata=None if params.metadata is UNSET else params.metadata,
        service_tier=None if params.service_tier is UNSET else params.service_tier,
        stream=None if params.stream is UNSET else params.stream,
        places=PLACES,
    )
    if params.tools == NULL:
        own["tools",] = NULL
    elif params.tools is not UNSET:
        request.tools = decode_tools(params.tools) or None
        if request.tools is None:
            own["~tools",] = NULL
    joined = joined_names(request.tools)
    if params.tool_choice is not UNSET:
        request.tool_choice = decode_tool_choice(params.tool_choice, joined)
    if params.instructions is not UNSET:
        said: list[AnyPart] = [Text(params.instructions, at=("instructions",))]
        form = {NAME: {("~instructions",): NULL}}
        request.messages.append(Message("system", said, True, at=("instructions",), ext=form))
    items = params.input
    if isinstance(items, str):
        own["~input",] = NULL
        request.messages.append(Message("user", [Text(items, at=("input",))], True, at=("input",)))
    elif items is not UNSET:
        if not items:
            own["~items",] = NULL
        _Conversation(request.messages, joined).read(items)
    if params.temperature is not UNSET or params.top_p is not UNSET:
        request.sampling = Sampling(
            None if params.temperature is UNSET else params.temperature,
            None if params.top_p is UNSET else params.top_p,
        )
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
    _CARRIED.take(params, own)
    if own:
        request.ext = {NAME: own}
    return request


def _decode_text(text: wire.TextConfig, request: Request, own: Extra) -> None:
    own["~text",] = whole(text)
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
    kept["~reasoning",] = whole(config)
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


class _Conversation:
    """Makes turns of items: what the assistant says in a row is one turn, whatever the items it comes in.

    What is OpenAI's own and stands before a turn is put at the turn's beginning, so that without it no turn is empty.
    """

    def __init__(self, messages: list[Message], joined: Joined) -> None:
        self._messages = messages
        self._joined = joined
        self._turn: Message | None = None  # the assistant's, as long as it goes on
        self._waiting: list[AnyPart] = []
        self._served: set[object] = set()  # the calls of what OpenAI runs itself, so far

    def read(self, items: Sequence[wire.AnyItem | wire.MarkedMessage | Raw]) -> None:
        """Take all items."""
        for index, given in enumerate(items):
            at: At = ("input", index)
            if type(given) is Raw:
                item: wire.AnyItem = read_item(given, at)
            else:
                item = unmarked(given) if type(given) is wire.MarkedMessage else given
            if type(item) is wire.Message or type(item) is wire.EasyMessage:
                if item.role == "assistant":
                    self._turn_at(at).parts += decode_message(item, at)
                else:
                    self._prompt(item, at)
            elif type(item) is wire.FunctionCall or type(item) is wire.CustomToolCall:
                self._turn_at(at).parts.append(decode_call(item, at, self._joined))
            elif type(item) is wire.ReasoningItem:
                self._turn_at(at).parts.append(decode_reasoning(item, at))
            elif type(item) is wire.FunctionCallOutput or type(item) is wire.CustomToolCallOutput:
                if item.call_id in self._served:
                    self._keep(decode_said(item, at, self._joined))
                    continue
                self._end()
                self._messages.append(self._started(Message("user", [decode_output(item, at)], at=at)))
            elif type(item) is Unknown:
                parts = decode_said(item, at, self._joined)
                self._served |= {part.id for part in parts if isinstance(part, ServerToolCall)}
                self._keep(parts)
            else:
                self._turn_at(at).parts += decode_said(item, at, self._joined)
        self._end()
        if self._waiting:
            self._messages.append(self._started(Message("user", [], at=self._waiting[0].at)))

    def _turn_at(self, at: At) -> Message:
        """The assistant's turn that goes on, or begins, at that place."""
        turn = self._turn
        if turn is None:
            turn = self._turn = self._started(Message("assistant", [], at=at))
            self._messages.append(turn)
        return turn

    def _keep(self, parts: list[AnyPart]) -> None:
        if self._turn is None:
            self._waiting += parts
        else:
            self._turn.parts += parts

    def _end(self) -> None:
        if self._turn is not None:
            self._turn.parts = restore(self._turn.parts, ORIGIN, NAME)
            self._turn = None

    def _started(self, message: Message) -> Message:
        if self._waiting:
            message.parts = [*self._waiting, *message.parts]
            self._waiting = []
        return message

    def _prompt(self, item: wire.Message | wire.EasyMessage, at: At) -> None:
        self._end()
        role = _ROLES.get(item.role)
        if role is None:
            self._messages.append(self._started(Message("user", [Opaque(item.role, whole(item), NAME, at=at)], at=at)))
            return
        content = item.content
        parts = decode_content(content, at + ("content",), wire.InputText)
        found = self._started(Message(role, parts, isinstance(content, str), at=at))
        own = remember_message(item, at, ())
        if own:
            found.ext = {NAME: own}
        self._messages.append(found)
