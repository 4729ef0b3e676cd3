"""Arguments that come in pieces: `partialArgs`, each a leaf or a piece of a string at a JSON path.

A call begins with its name and `willContinue`, goes on in parts without a name, and ends with one that does not
continue, often an empty `{}`. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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

    def _put(self, steps: Sequence[str | int], value: object, more: bool) -> None:
        """Put a value at a path, making what leads there; what does not fit what is there already is left out."""
        slot: _Slot = _Slot(self._arguments, steps[0])
        for step in steps[1:]:
            inner: Any = slot.get()
            if not isinstance(inner, dict | list):
                inner = {} if isinstance(step, str) else []
                slot.set(inner)
            slot = _Slot(inner, step)
        had = slot.get()
        slot.set(had + value if more and isinstance(had, str) and isinstance(value, str) else value)

    def whole(self) -> ToolCall:
        """The call with its arguments so far."""
        self.call.arguments = Raw(dump(self._arguments))
        return self.call


class _Slot:
    """A member of an object, or an element of an array: a number beyond its end is the next one, whatever it says."""

    def __init__(self, holder: Any, step: str | int) -> None:
        self._holder = holder
        self._step = step
        self._fits = isinstance(holder, dict) if isinstance(step, str) else isinstance(holder, list)

    def get(self) -> Any:
        if not self._fits:
            return None
        if isinstance(self._step, int):
            return self._holder[self._step] if self._step < len(self._holder) else None
        return self._holder.get(self._step)

    def set(self, value: object) -> None:
        if not self._fits:
            return
        if isinstance(self._step, int) and self._step >= len(self._holder):
            self._step = len(self._holder)
            self._holder.append(value)
        else:
            self._holder[self._step] = value
