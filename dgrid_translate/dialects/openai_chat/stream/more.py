"""The chunks that most of a stream is made of: more of a text, a thought or a call's arguments, and nothing else.

One that can be read as `Chunk` says no more than that holds.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from dgrid_translate.dialects.openai_chat.stream.choice import Choice as Open
from dgrid_translate.ir.events import ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.ir.parts import Reasoning, Text
from dgrid_translate.shared.narrow import Hope
from dgrid_translate.shared.repeats import Delta as Told
from dgrid_translate.shared.repeats import Repeats
from dgrid_translate.shared.wire import REFUSALS, Number


class _Exact(Struct, gc=False, forbid_unknown_fields=True):
    """Base of what is here."""


class Arguments(_Exact):
    """`function`."""

    arguments: str


class Call(_Exact):
    """The only one of `tool_calls`."""

    index: int
    function: Arguments


class Delta(_Exact):
    """`delta`."""

    content: str | None = None
    tool_calls: tuple[Call] | None = None
    reasoning_content: str | None = None
    role: str | None = None


class Choice(_Exact):
    """The only one of `choices`."""

    delta: Delta
    index: int = 0
    finish_reason: None = None
    logprobs: None = None


class Chunk(_Exact):
    """A chunk; what else it holds was said by the first one, or is padding."""

    choices: tuple[Choice]
    id: str | None = None
    object: str | None = None
    created: Number | None = None
    model: str | None = None
    service_tier: str | None = None
    system_fingerprint: Raw = Raw()
    obfuscation: Raw = Raw()
    provider: Raw = Raw()
    usage: None = None


_decode = msgspec.json.Decoder(Chunk).decode


class More:
    """Reads chunks as `Chunk` while that goes well."""

    __slots__ = ("_repeats", "_said", "hope", "tier")

    def __init__(self) -> None:
        self.hope = Hope()
        self.tier: str | None = None  # the service tier that was said last
        self._repeats = Repeats()
        self._said: list[str] = []  # where thoughts are kept

    def read(self, data: bytes, choices: Mapping[int, Open]) -> Told | None:
        """What a chunk adds to what is open; None if it says anything else."""
        again = self._repeats.read(data)
        if again is not None:
            if type(again) is ReasoningDelta:
                self._said.append(again.text)
            return again
        self._repeats.forget()
        try:
            chunk = _decode(data)
        except REFUSALS:
            self.hope.fail()
            return None
        choice = chunk.choices[0]
        delta = choice.delta
        state = choices.get(choice.index)
        if state is None or state.finished:
            return None
        event = _event(delta, state)
        if event is not None:
            if chunk.service_tier:
                self.tier = chunk.service_tier
            self._said = state.said
            self._repeats.learn(data, event)
        return event


def _event(delta: Delta, state: Open) -> Told | None:
    content, thought = delta.content, delta.reasoning_content
    if delta.tool_calls is not None:
        call = delta.tool_calls[0]
        known = state.calls.get(call.index)
        if known is not None and call.function.arguments and not content and not thought:
            return ToolInputDelta(known.part, call.function.arguments)
    elif content:
        if state.prose is Text and not thought:
            return TextDelta(state.prose_part, content)
    elif thought and state.prose is Reasoning and state.spelled == "reasoning_content" and not state.signed:
        state.said.append(thought)
        return ReasoningDelta(state.prose_part, thought)
    return None
