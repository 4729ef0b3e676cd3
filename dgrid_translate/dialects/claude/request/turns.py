"""Messages that came from another dialect, arranged by Anthropic's rules."""

from __future__ import annotations

from msgspec import UNSET, Struct

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
    if not inline or len(blocks) > 1:
        return blocks
    if not blocks:
        return ""
    only = blocks[0]
    return only.text if type(only) is wire.TextBlock else blocks


def _is_plain(message: Message, text: Text) -> bool:
    """Whether a message is the text in it and nothing else, as most of users and all of systems are."""
    if message.ext is None and message.name is None and text.ext is text.cache is text.citations is None:
        return text.signature is None and text.text != "" and not text.text.isspace()
    return False


class Turns(Struct):
    """Arranges another dialect's messages by Anthropic's rules.

    https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use: the answers to a turn's calls come
    first in the very next user turn. Neighbouring messages of one role count as one turn, so only answers must move.
    """

    params: wire.Params
    model: Model
    target: Target
    turns: list[wire.MessageParam]

    system: list[wire.Block] = []
    run: int = 0
    """Where the present user turn begins."""
    results: list[wire.Block] | None = None
    """Its results, first in one of its messages."""
    filled: int = 0
    """How many there are."""
    open_end: wire.UserMessage | None = None
    """The message that holds nothing else yet."""
    answered: set[str] = set()

    def fill(self, request: Request, instructions: list[str]) -> None:
        """Write `system` and `messages`."""
        inline = True
        turns, losses = self.turns, self.target.losses
        for message in request.messages:
            role, parts = message.role, message.parts
            only = parts[0] if len(parts) == 1 else None
            if type(only) is Text and role != "assistant" and _is_plain(message, only):
                if role == "user":
                    turns.append(wire.UserMessage(only.text if message.inline else [wire.TextBlock(only.text)]))
                    continue
                if role == "system" and not turns:
                    self.system.append(wire.TextBlock(only.text))
                    inline = inline and message.inline
                    continue
            if message.ext is not None:
                drop_foreign(message.ext, NAME, message.at, losses)
            if message.name is not None:
                losses.dropped("name", (*message.at, "name"))
            if type(only) is ToolResult and role == "user":
                self._answer([only], moved=False)
                continue
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
        if not turns or type(turns[0]) is not wire.UserMessage:
            turns.insert(0, wire.UserMessage(OPENING))
            losses.invented("user_message", ("messages", 0), "Claude wants the user to speak first")
        last = turns[-1]
        if type(last) is wire.AssistantMessage:
            self._end(last)
        if self.target.invented is not None:
            for index, turn in enumerate(turns):
                if type(turn) is wire.AssistantMessage or type(turn) is wire.UserMessage:
                    self.target.note_invented(turn.content, ("messages", index))
        for text in instructions:
            self.system.append(wire.TextBlock(text))
        if self.system:
            self.params.system = as_content(self.system, inline)

    def _without_others(self, parts: list[AnyPart], allowed: frozenset[type[AnyPart]]) -> list[AnyPart]:
        kept: list[AnyPart] = []
        for part in parts:
            if type(part) in allowed:
                kept.append(part)
            else:
                drop_part(part, self.target.losses)
        return kept

    def _instruct(self, message: Message, parts: list[AnyPart]) -> None:
        if message.role == "developer":
            self.target.losses.approximated("developer", message.at, "sent as system")
        blocks = encode_blocks(parts, self.target)
        if not blocks:
            return
        if not self.turns:
            self.system.extend(blocks)
        elif self.model.system_turns and type(self.turns[-1]) is wire.UserMessage:
            self.turns.append(wire.SystemMessage(as_content(blocks, message.inline)))
        else:
            self.target.losses.moved("system_message", message.at, "to the system prompt")
            self.system.extend(blocks)

    def _assistant(self, message: Message, parts: list[AnyPart]) -> None:
        blocks = encode_blocks(parts, self.target)
        if blocks:
            self.turns.append(wire.AssistantMessage(as_content(blocks, message.inline)))
            self.run = len(self.turns)
            self.results = None
            self.answered.clear()
        else:
            self.target.losses.dropped("empty_message", message.at, "Claude takes no empty turns")

    def _user(self, message: Message, parts: list[AnyPart]) -> None:
        answers = [part for part in parts if type(part) is ToolResult]
        if answers:
            if len(answers) == len(parts):
                self._answer(answers, moved=False)
                return
            self._answer(answers, moved=any(type(part) is not ToolResult for part in parts[: len(answers)]))
            parts = [part for part in parts if type(part) is not ToolResult]
        blocks = encode_blocks(parts, self.target)
        if not blocks:
            if not answers:
                self.target.losses.dropped("empty_message", message.at, "Claude takes no empty turns")
            return
        if answers and self.results is not None and self.turns[-1] is self.open_end:
            self.results.extend(blocks)
        else:
            self.turns.append(wire.UserMessage(as_content(blocks, message.inline)))

    def _answer(self, answers: list[ToolResult], moved: bool) -> None:
        first: list[ToolResult] = []
        answered = self.answered
        for part in answers:
            if part.call_id in answered:
                self.target.losses.dropped("tool_result", part.at, "its call was answered before")
            else:
                answered.add(part.call_id)
                first.append(part)
        blocks = encode_blocks(first, self.target)
        if not blocks:
            return
        results = self.results
        if results is None:
            moved = moved or len(self.turns) > self.run
            self.results = blocks
            self.filled = len(blocks)
            self.open_end = wire.UserMessage(blocks)
            self.turns.insert(self.run, self.open_end)
        else:
            moved = moved or len(results) > self.filled or self.turns[-1] is not self.open_end
            results[self.filled : self.filled] = blocks
            self.filled += len(blocks)
        if moved:
            self.target.losses.moved("tool_result", first[0].at, "results come first in their turn")

    def _end(self, last: wire.AssistantMessage) -> None:
        """A last turn of the assistant is the beginning of its answer, where a model takes that."""
        content = last.content
        if not isinstance(content, str) and any(isinstance(block, wire.ToolUseBlock) for block in content):
            return
        block = None if isinstance(content, str) else content[-1]
        if not self.model.prefill or self.params.thinking is not UNSET:
            self.turns.append(wire.UserMessage(GO_ON))
            self.target.losses.invented("user_message", ("messages", len(self.turns) - 1), "the model takes no prefill")
            return
        text = block.text if isinstance(block, wire.TextBlock) else content
        if isinstance(text, str) and text != (trimmed := text.rstrip()):
            self.target.losses.approximated("prefill", (), "whitespace at its end is cut")
            if isinstance(block, wire.TextBlock):
                block.text = trimmed
            else:
                last.content = trimmed
