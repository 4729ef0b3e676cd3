"""Arguments that come in pieces: `partialArgs`, each a leaf or a piece of a string at a JSON path.

A call begins with its name and `willContinue`, goes on in parts without a name, and ends with one that does not
continue, often an empty `{}`. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.ir.parts import ToolCall
from dgrid_translate.shared.wire import dump

_STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]""")


class PartialCall:
    """A call under way."""

    def __init__(self, call: ToolCall) -> None:
        self.call = call
        self._arguments: dict[str, Any] = {}
        self._unfinished: set[str] = set()

    def add(self, piece: wire.PartialArg) -> None:
        """Take one piece."""
        path = piece.jsonPath
        steps = [
            found.group(1) or found.group(3) or found.group(4) or int(found.group(2) or 0)
            for found in _STEP.finditer(path)
        ]
        if not steps or not isinstance(steps[0], str):
            return
        if piece.stringValue is not UNSET:
            self._put(steps, piece.stringValue, path in self._unfinished)
        elif piece.numberValue is not UNSET:
            self._put(steps, piece.numberValue, False)
        elif piece.boolValue is not UNSET:
            self._put(steps, piece.boolValue, False)
        else:
            self._put(steps, None, False)
        (self._unfinished.add if piece.willContinue else self._unfinished.discard)(path)

    def _put(self, steps: list[str | int], value: object, more: bool) -> None:
        at: Any = self._arguments
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            made: Any = value if after is None else {} if isinstance(after, str) else []
            if isinstance(at, list) and isinstance(step, int):
                if step >= len(at):  # the next one, whatever its number
                    at.append(made)
                    step = len(at) - 1
                    made = at[step]
                found = at[step]
            elif isinstance(at, dict) and isinstance(step, str):
                found = at.get(step)
            else:
                return
            if after is None:
                at[step] = found + value if more and isinstance(found, str) and isinstance(value, str) else value
            elif not isinstance(found, dict | list):
                at[step] = made
            at = at[step]

    def whole(self) -> ToolCall:
        """The call with its arguments so far."""
        self.call.arguments = Raw(dump(self._arguments))
        return self.call
