"""A conversation as one prompt, for models that only go on with a text.

One user's turn is the prompt as it is. Anything else is told as a script, in the form that the AI SDK uses
(`convert-to-openai-completion-prompt`, https://github.com/vercel/ai): the instructions, then each turn under the name
of its speaker, then the assistant's name, after which the model goes on. A last turn of the assistant is left open, so
that the model goes on with it. What is no text is named as lost.
"""

from __future__ import annotations

from msgspec import Struct

from dgrid_translate.dialects.openai_completions.parts import text_of
from dgrid_translate.dialects.openai_completions.profile import NAME, SPEAKERS
from dgrid_translate.ir.request import Message, Role
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import drop_foreign


class Prompt(Struct, frozen=True):
    """The text, and whether it is a script, whose next speaker the model might play as well."""

    text: str
    script: bool


def encode_prompt(messages: list[Message], losses: Losses) -> Prompt:
    """The prompt that a conversation of another dialect comes to."""
    turns: list[tuple[Message, str]] = []
    for message in messages:
        drop_foreign(message.ext, NAME, message.at, losses)
        text = text_of(message.parts, "" if message.role == "assistant" else "\n\n", losses)
        if text:
            turns.append((message, text))
        elif all(part.at != message.at for part in message.parts):
            losses.dropped("empty_message", message.at, "nothing in it is text")
        if message.name is not None:
            losses.dropped("name", (*message.at, "name"))
    if not turns:
        return Prompt("", False)
    if len(turns) == 1 and turns[0][0].role == "user":
        return Prompt(turns[0][1], False)
    pieces: list[str] = []
    speaker: Role = "system"  # what opens the prompt needs no name
    for message, text in turns:
        if message.role in ("system", "developer"):
            losses.approximated(message.role, message.at, "told as part of the prompt")
        else:
            losses.approximated("role", (*message.at, "role"), "told by a name in the prompt")
        named = message.role in ("user", "assistant") or speaker not in ("system", "developer")
        pieces.append(SPEAKERS[message.role] + text if named else text)
        speaker = message.role
    if speaker != "assistant":
        pieces.append(SPEAKERS["assistant"])
    return Prompt("\n\n".join(pieces), True)
