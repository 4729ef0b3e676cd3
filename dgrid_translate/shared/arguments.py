"""A tool call's arguments as a JSON object or as text, whichever the target wants, without re-serialising.

Re-serialised arguments break providers' prompt caches, so the text of an object is spliced as it is. What a model
wrote is never trusted to be JSON: it is checked before it is spliced into a body.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.wire import dump

_check = msgspec.json.Decoder(Raw).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_WHITESPACE = " \t\n\r"
EMPTY = Raw(b"{}")
BROKEN = "_raw"
"""The key under which text that is no JSON object travels where an object is due."""
_WRAPPED = '{"' + BROKEN + '":'


def is_object(text: str | bytes) -> bool:
    """Whether `text` is one JSON object."""
    head = text.lstrip(_WHITESPACE)[:1] if isinstance(text, str) else text.lstrip()[:1].decode("latin-1")
    if head != "{":
        return False
    try:
        _check(text)
    except _REFUSALS:
        return False
    return True


def as_object(arguments: str | Raw, losses: Losses, at: At) -> Raw:
    """The arguments as a JSON object; text that is none is wrapped, with a loss; no text at all is `{}`."""
    if isinstance(arguments, Raw):
        return arguments
    if arguments[:1] == "{" and arguments[-1:] == "}":
        try:
            return _check(arguments)
        except _REFUSALS:
            pass
    elif is_object(arguments):
        return Raw(arguments)
    if not arguments.strip(_WHITESPACE):
        return EMPTY
    losses.approximated("tool_arguments", at, f"not a JSON object: sent as {{{BROKEN!r}: ...}}")
    return Raw(dump({BROKEN: arguments}))


def as_text(arguments: str | Raw) -> str:
    """The arguments as text, exactly as they came."""
    if isinstance(arguments, str):
        return arguments
    text = str(arguments, "utf-8", "surrogatepass")
    return unwrapped(text) if text.startswith(_WRAPPED) else text


def unwrapped(text: str) -> str:
    """What `as_object` wrapped, or the text itself."""
    if not text.startswith(_WRAPPED):
        return text
    try:
        pieces = msgspec.json.decode(text, type=dict[str, str])
    except _REFUSALS:
        return text
    return pieces[BROKEN] if len(pieces) == 1 else text
