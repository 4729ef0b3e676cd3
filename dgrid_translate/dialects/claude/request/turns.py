"""Messages that came from another dialect, arranged by Anthropic's rules."""

from __future__ import annotations

from msgspec import UNSET

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.parts import Target, encode_blocks
from dgrid_translate.dialects.claude.profile import GO_ON, NAME, OPENING, Model
from dgrid_translate.ir.parts import (
    AnyPart,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.ir.request import Message, Request
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.wire import drop_foreign

_SAID = {
    "user": frozenset({Text, Media, ToolResult, Opaque}),
    "assistant": frozenset({Text, Reasoning, ToolCall, Refusal, ServerToolCall, ServerToolResult, Opaque}),
    "system": frozenset({Text, Opaque}),
    "developer": frozenset({Text, Opaque}),
}
"""Which parts may stand in the turns of a role."""


def as_content(blocks: list[wire.Block], inline: bool) -> wire.Content:
    """One plain text goes out as a bare string if it came so."""
    if inline and len(blocks) == 1 and type(blocks[0]) is wire.TextBlock:
        return blocks[0].text
    return "" if inline and not blocks else blocks


def _plain_text(message: Message) -> str | None:
    """The text of a message that is nothing else, as most that came as a bare string are."""
    parts = message.parts
    if message.ext is not None or message.name is not None or len(parts) != 1:
        return None
    part = parts[0]
    if type(part) is not Text or not (part.ext is part.cache is part.citations is part.signature is None):
        return None
    return part.text if part.text and not part.text.isspace() else None


class Turns:
    """Arranges another dialect's messages by Anthropic's rules.

    https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use: the answers to a turn's calls come
    first in the very next user turn. Neighbouring messages of one role count as one turn, so only answers must move.
    """

    def __init__(self, params: wire.Params, model: Model, target: Target) -> None:
        self._params = params
        self._model = model
        self._target = target
        self._losses = target.losses
        self._turns = params.messages
        self._system: list[wire.Block] = []
        self._run = 0  # where the present user turn begins
        self._results: list[wire.Block] | None = None  # its results, first in one of its messages
        self._filled = 0  # how many there are
        self._open_end: wire.UserMessage | None = None  # the message that holds nothing else yet
        self._answered: set[str] = set()

    def fill(self, request: Request, instructions: list[str]) -> None:
        """Write `system` and `messages`."""
        inline = True
        for message in request.messages:
            role = message.role
            if message.inline and (text := _plain_text(message)) is not None:
                if role == "user":
                    self._turns.append(wire.UserMessage(text))
                    continue
                if role == "system" and not self._turns:
                    self._system.append(wire.TextBlock(text))
                    continue
            if message.ext is not None:
                drop_foreign(message.ext, NAME, message.at, self._losses)
            if message.name is not None:
                self._losses.dropped("name", (*message.at, "name"))
            parts = message.parts
            allowed = _SAID[role]
            for part in parts:
                if type(part) not in allowed:
                    parts = self._without_others(parts, allowed)
                    break
            if role == "user":
                self._user(message, parts)
            elif role == "assistant":
                self._assistant(message, parts)
            else:
                inline = inline and message.inline
                self._instruct(message, parts)
        self._open()
        self._end()
        if self._target.invented is not None:
            for index, turn in enumerate(self._turns):
                if type(turn) is wire.AssistantMessage or type(turn) is wire.UserMessage:
                    self._target.note_invented(turn.content, ("messages", index))
        for text in instructions:
            self._system.append(wire.TextBlock(text))
        if self._system:
            self._params.system = as_content(self._system, inline)

    def _without_others(self, parts: list[AnyPart], allowed: frozenset[type[AnyPart]]) -> list[AnyPart]:
        kept: list[AnyPart] = []
        for part in parts:
            if type(part) in allowed:
                kept.append(part)
            else:
                drop_part(part, self._losses)
        return kept

    def _instruct(self, message: Message, parts: list[AnyPart]) -> None:
        if message.role == "developer":
            self._losses.approximated("developer", message.at, "sent as system")
        blocks = encode_blocks(parts, self._target)
        if not blocks:
            return
        if not self._turns:
            self._system.extend(blocks)
        elif self._model.system_turns and type(self._turns[-1]) is wire.UserMessage:
            self._turns.append(wire.SystemMessage(as_content(blocks, message.inline)))
        else:
            self._losses.moved("system_message", message.at, "to the system prompt")
            self._system.extend(blocks)

    def _assistant(self, message: Message, parts: list[AnyPart]) -> None:
        blocks = encode_blocks(parts, self._target)
        if blocks:
            self._turns.append(wire.AssistantMessage(as_content(blocks, message.inline)))
            self._run = len(self._turns)
            self._results = None
            self._answered.clear()
        else:
            self._losses.dropped("empty_message", message.at, "Claude takes no empty turns")

    def _user(self, message: Message, parts: list[AnyPart]) -> None:
        if len(parts) == 1 and type(parts[0]) is ToolResult:
            self._answer([parts[0]], moved=False)
            return
        answers = [part for part in parts if type(part) is ToolResult]
        if answers:
            if len(answers) == len(parts):
                self._answer(answers, moved=False)
                return
            self._answer(answers, moved=any(type(part) is not ToolResult for part in parts[: len(answers)]))
            parts = [part for part in parts if type(part) is not ToolResult]
        blocks = encode_blocks(parts, self._target)
        if not blocks:
            if not answers:
                self._losses.dropped("empty_message", message.at, "Claude takes no empty turns")
            return
        if answers and self._results is not None and self._turns[-1] is self._open_end:
            self._results.extend(blocks)
        else:
            self._turns.append(wire.UserMessage(as_content(blocks, message.inline)))

    def _answer(self, answers: list[ToolResult], moved: bool) -> None:
        first: list[ToolResult] = []
        answered = self._answered
        for part in answers:
            if part.call_id in answered:
                self._losses.dropped("tool_result", part.at, "its call was answered before")
            else:
                answered.add(part.call_id)
                first.append(part)
        blocks = encode_blocks(first, self._target)
        if not blocks:
            return
        results = self._results
        if results is None:
            moved = moved or len(self._turns) > self._run
            self._results = blocks
            self._filled = len(blocks)
            self._open_end = wire.UserMessage(blocks)
            self._turns.insert(self._run, self._open_end)
        else:
            moved = moved or len(results) > self._filled or self._turns[-1] is not self._open_end
            results[self._filled : self._filled] = blocks
            self._filled += len(blocks)
        if moved:
            self._losses.moved("tool_result", first[0].at, "results come first in their turn")

    def _open(self) -> None:
        """Claude wants the user to speak first."""
        if self._turns and type(self._turns[0]) is wire.UserMessage:
            return
        self._turns.insert(0, wire.UserMessage(OPENING))
        self._losses.invented("user_message", ("messages", 0), "Claude wants the user to speak first")

    def _end(self) -> None:
        """A last turn of the assistant is the beginning of its answer, where a model takes that."""
        last = self._turns[-1]
        if type(last) is not wire.AssistantMessage:
            return
        content = last.content
        if not isinstance(content, str) and any(isinstance(block, wire.ToolUseBlock) for block in content):
            return
        block = None if isinstance(content, str) else content[-1]
        if not self._model.prefill or self._params.thinking is not UNSET:
            self._turns.append(wire.UserMessage(GO_ON))
            self._losses.invented("user_message", ("messages", len(self._turns) - 1), "the model takes no prefill")
            return
        text = block.text if isinstance(block, wire.TextBlock) else content
        if isinstance(text, str) and text != (trimmed := text.rstrip()):
            self._losses.approximated("prefill", (), "whitespace at its end is cut")
            if isinstance(block, wire.TextBlock):
                block.text = trimmed
            else:
                last.content = trimmed
