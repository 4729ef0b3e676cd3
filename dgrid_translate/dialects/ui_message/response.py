"""Responses: an assistant's UI message <-> Response; metadata and finish are shared with streams.

The AI SDK leaves a message's `metadata` to the application. What its documentation puts there is read and written:
`model` and `createdAt` (milliseconds) when an answer starts; `usage` (a LanguageModelUsage) and
`finishReason` when it ends (https://ai-sdk.dev/docs/ai-sdk-ui/message-metadata).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import (
    STEP,
    STEP_START,
    Assistant,
    add_part,
    begin_step,
    encode_own,
    read_part,
    static_names,
)
from dgrid_translate.dialects.ui_message.profile import FINISH, FINISH_BACK, METADATA, NAME, RESPONSE_PLACES
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import AnyPart, ToolCall, holds
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Candidate, FinishReason, Response, Usage
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.drops import drop_logprobs
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.usage import drop_counts, either, pick
from dgrid_translate.shared.wire import (
    NULL,
    Extra,
    dress,
    drop_foreign,
    dump,
    extra_of,
    load,
    own_of,
    unwritten,
    word_of,
)

_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_str = msgspec.json.Decoder(str).decode
_decode_number: Callable[[Raw], int | float] = msgspec.json.Decoder(int | float).decode
_decode_word: Callable[[Raw], str | None] = msgspec.json.Decoder(str | None).decode

T = TypeVar("T")

_USAGE = (*METADATA, "usage")

# -------------------------------------------------------------------------------------------------------- decoding


class Said:
    """What a message's metadata says in words that are known, and what is left of it."""

    __slots__ = ("created", "finish", "left", "model", "open", "usage")

    def __init__(self, members: dict[str, Raw]) -> None:
        self.open = members.get("finishReason") == NULL  # it says that nothing is known of its end
        self.left = dict(members)
        self.model = self._take("model", _decode_str)
        created = self._take("createdAt", _decode_number)
        self.created: int | float | None = None if created is None else _seconds(created)
        reason = self._take("finishReason", _decode_word)
        self.finish = None if reason is None else decode_finish(reason)
        self.usage = self._usage()

    def _take(self, key: str, decode: Callable[[Raw], T]) -> T | None:
        raw = self.left.get(key)
        if raw is None:
            return None
        try:
            found = decode(raw)
        except _REFUSALS:
            return None
        del self.left[key]
        return found

    def _usage(self) -> Usage | None:
        raw = self.left.get("usage")
        if raw is None:
            return None
        try:
            found = decode_usage(load(wire.Usage, raw, NAME), raw)
        except DecodeError:
            return None
        del self.left["usage"]
        return found

    def extensions(self) -> Extra:
        """What is left, as extensions of the message."""
        return {("metadata", word_of(key)): raw for key, raw in self.left.items()}


def _seconds(milliseconds: int | float) -> int | float:
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000


def members_of(metadata: Raw) -> dict[str, Raw] | None:
    """The members of a message's metadata; None of what is no object."""
    try:
        return _decode_members(metadata)
    except _REFUSALS:
        return None


def decode_response(body: bytes) -> Response:
    """The response in a UI message."""
    message = load(wire.Message, body, NAME)
    own: Extra = {} if message.extra is UNSET else extra_of(message)
    candidate = Candidate(0, [], at=METADATA)
    response = Response(NAME, [candidate], places=RESPONSE_PLACES)
    if message.id is not UNSET:
        own["~id",] = message.id
        response.id = _text(message.id)
    if message.role != "assistant":
        own["~role",] = Raw(dump(message.role))
    if message.content is not UNSET:
        own["content",] = message.content
    ended = True
    if message.metadata is not UNSET:
        own["~metadata",] = message.metadata
        members = members_of(message.metadata)
        if members is None:
            own["metadata",] = message.metadata
        else:
            said = Said(members)
            response.model, response.created, response.usage = said.model, said.created, said.usage
            candidate.finish = said.finish
            ended = not said.open
            if said.left:
                own.update(said.extensions())
    if message.parts is UNSET:
        own["~parts",] = NULL
    else:
        candidate.parts, after = decode_parts(message.parts)
        if after:
            candidate.ext = {NAME: {("~steps_after",): Raw(b"%d" % after)}}
    if candidate.finish is None and ended:
        candidate.finish = inferred_finish(holds(candidate.parts, ToolCall))
    response.ext = {NAME: own} if own else None
    return response


def _text(raw: Raw) -> str | None:
    try:
        return _decode_str(raw)
    except _REFUSALS:
        return None


def decode_parts(raws: list[Raw]) -> tuple[list[AnyPart], int]:
    """The parts of an answer, and how many steps begin after the last."""
    parts: list[AnyPart] = []
    begun = 0
    for index, raw in enumerate(raws):
        if raw == STEP_START:
            begun += 1
            continue
        at = ("parts", index)
        part = read_part(raw, at)
        if part == STEP and len(load(dict[str, Raw], raw, NAME, at)) == 1:
            begun += 1
            continue
        if begun:
            step: list[AnyPart] = []
            add_part(part, raw, at, step)
            begin_step(step[0], begun)
            parts += step
            begun = 0
        else:
            add_part(part, raw, at, parts)
    return parts, begun


def inferred_finish(called: bool) -> FinishReason:
    """Why a message ended that does not say."""
    return FinishReason("tool_calls" if called else "stop", None, NAME, key="finishReason")


def decode_finish(reason: str) -> FinishReason:
    """`finishReason`."""
    unified = FINISH.get(reason, "other")
    return FinishReason(unified, reason, NAME, key="finishReason", exact=reason in FINISH)


def decode_usage(usage: wire.Usage, raw: Raw) -> Usage:
    """`usage`; AI SDK 5 counts cached input and reasoning beside the totals, 7 below them, 6 does both."""
    own: Extra = {} if usage.extra is UNSET else extra_of(usage)
    found = Usage(
        input=None if usage.inputTokens is UNSET else usage.inputTokens,
        output=None if usage.outputTokens is UNSET else usage.outputTokens,
        total=None if usage.totalTokens is UNSET else usage.totalTokens,
        reasoning=None if usage.reasoningTokens is UNSET else usage.reasoningTokens,
        cache_read=None if usage.cachedInputTokens is UNSET else usage.cachedInputTokens,
        raw=raw,
        dialect=NAME,
        at=_USAGE,
    )
    given = usage.inputTokenDetails
    if given is not UNSET:
        found.cache_write = pick(given.cacheWriteTokens)
        if found.cache_read is None:
            found.cache_read = pick(given.cacheReadTokens)
        if given.extra is not UNSET:
            own.update(extra_of(given, "inputTokenDetails"))
    made = usage.outputTokenDetails
    if made is not UNSET:
        if found.reasoning is None:
            found.reasoning = pick(made.reasoningTokens)
        found.output_text = pick(made.textTokens)
        if made.extra is not UNSET:
            own.update(extra_of(made, "outputTokenDetails"))
    if own:
        found.ext = {NAME: own}
    return found


# -------------------------------------------------------------------------------------------------------- encoding


def encode_response(response: Response, losses: Losses, request: Request | None, _now: int | None) -> bytes:
    """An assistant's UI message."""
    candidate = response.candidates[0] if response.candidates else None
    if len(response.candidates) > 1:
        candidate = min(response.candidates, key=lambda each: each.index)
        for other in response.candidates:
            if other is not candidate:
                losses.dropped("candidate", other.at, "a UI message is one answer")
    if response.dialect == NAME:
        return _encode_as_it_came(response, candidate)
    drop_envelope(response, losses)
    made = wire.MadeMessage(id=message_id(response, request, losses), role="assistant")
    said = started_metadata(response)
    parts = Assistant(losses, True, static_names(request), ("parts",), parts=[STEP_START])
    called = False
    finish = None
    if candidate is not None:
        if candidate.ext is not None:
            drop_foreign(candidate.ext, NAME, candidate.at, losses)
        if candidate.logprobs is not None:
            drop_logprobs(candidate.logprobs, losses)
        for part in candidate.parts:
            called = called or type(part) is ToolCall
            parts.add(part)
        finish = candidate.finish
    said |= finished_metadata(response.usage, finish, called, losses, () if candidate is None else candidate.at)
    made.metadata = unwritten(said)
    made.parts = parts.parts
    return dump(made)


def _encode_as_it_came(response: Response, candidate: Candidate | None) -> bytes:
    own = own_of(response.ext, NAME)
    role = own.get(("~role",))
    made = wire.MadeMessage(
        id=own.get(("~id",), UNSET),
        role="assistant" if role is None else _text(role) or "",
        metadata=own.get(("~metadata",), UNSET),
    )
    if ("~parts",) not in own:
        made.parts = [] if candidate is None else encode_own(candidate.parts)
        after = None if candidate is None else own_of(candidate.ext, NAME).get(("~steps_after",))
        if after is not None:
            made.parts.extend([STEP_START] * int(bytes(after)))
    return dump(dress(made, response.ext, NAME))


def drop_envelope(response: Response, losses: Losses) -> None:
    """Name what an answer from elsewhere says of itself and a UI message does not."""
    if response.ext is not None:
        drop_foreign(response.ext, NAME, response.at, losses)
    if response.service_tier:
        losses.dropped("service_tier", response.place("service_tier"))


def message_id(response: Response, request: Request | None, losses: Losses) -> str:
    """The id of an answer, worked out where it has none.

    An answer to results goes on with the message that has them: under another id `useChat` shows that message twice
    (`packages/ai/src/ui/chat.ts`; `getResponseUIMessageId` does likewise).
    """
    continued = None if request is None else _continued(request)
    if continued is not None:
        if response.id is not None:
            losses.dropped("id", response.place("id"), "the message that it goes on with has its own")
        return continued
    if response.id is not None:
        return response.id
    losses.invented("id", ("id",))
    return derive("msg_", response.model or "", str(response.created or 0))


def _continued(request: Request) -> str | None:
    """The id of the assistant's message that a request ends with."""
    for message in reversed(request.messages):
        own = own_of(message.ext, NAME)
        if ("~more",) not in own:
            raw = own.get(("~id",)) if message.role == "assistant" else None
            return None if raw is None else _text(raw)
    return None


def started_metadata(response: Response) -> dict[str, object]:
    """What the metadata says when an answer starts."""
    said: dict[str, object] = {}
    if response.created is not None:
        said["createdAt"] = round(response.created * 1000)
    if response.model is not None:
        said["model"] = response.model
    return said


def finished_metadata(
    usage: Usage | None, finish: FinishReason | None, called: bool, losses: Losses, at: At
) -> dict[str, object]:
    """What the metadata says when an answer ends."""
    said: dict[str, object] = {}
    if usage is not None:
        said["usage"] = encode_usage(usage, losses)
    said["finishReason"] = encode_finish(finish, called, losses, at)
    return said


def encode_finish(finish: FinishReason | None, called: bool, losses: Losses, at: At) -> str | None:
    """`finishReason`; `called` is whether the answer calls a tool."""
    if finish is None:
        return None
    word = FINISH_BACK[finish.unified]
    if called and word == "stop":
        word = "tool-calls"
        losses.approximated("finish_reason", (*at, finish.key), f"{finish.raw} sent as {word}")
    elif finish.unified in ("pause", "error", "other") or finish.stop_sequence is not None or not finish.exact:
        losses.approximated("finish_reason", (*at, finish.key), f"{finish.raw} sent as {word}")
    if finish.stop_sequence is not None:
        losses.dropped("stop_sequence", (*at, "stop_sequence"))
    return word


_UNSAID = ("tool_use", "input_audio", "input_image", "output_audio", "output_image")


def encode_usage(usage: Usage, losses: Losses) -> wire.Usage:
    """`usage`, in the words of AI SDK 5; what only later ones count, in theirs."""
    if usage.ext is not None:
        drop_foreign(usage.ext, NAME, usage.at, losses)
    drop_counts(usage, losses, _UNSAID)
    total = usage.total
    if total is None and usage.input is not None and usage.output is not None:
        total = usage.input + usage.output
    made = wire.Usage(
        inputTokens=either(usage.input),
        outputTokens=either(usage.output),
        totalTokens=either(total),
        reasoningTokens=_part_of(usage.reasoning, usage.output, "reasoning", usage, losses),
        cachedInputTokens=_part_of(usage.cache_read, usage.input, "cache_read", usage, losses),
    )
    if usage.cache_write is not None:
        made.inputTokenDetails = wire.InputTokenDetails(cacheWriteTokens=usage.cache_write)
    return made


def _part_of(count: int | None, whole: int | None, field: str, usage: Usage, losses: Losses) -> int | UnsetType:
    """A count of what is counted in `whole` as well; some hosts count it apart."""
    if count is None:
        return UNSET
    if whole is not None and count > whole:
        losses.approximated(f"usage_{field}", usage.at, f"{count} is more than the whole")
        return whole
    return count
