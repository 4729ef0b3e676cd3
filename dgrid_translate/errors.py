"""The exceptions this library raises.

TranslateError                    .status_hint
|- DecodeError            400     the body is not what its dialect allows: .dialect .path .reason
|- LossyTranslation       422     strict=True and something could not be said: .losses
|- AmbiguousFormat        400     the shape fits several dialects: .candidates
|- UnknownDialect         404     no dialect of that name
|- StreamError
   |- LocalStreamError    500     the caller fed a stream that was already closed
   |- RemoteStreamError   502     strict=True and the upstream broke its own stream grammar

`status_hint` is the HTTP status a server would answer with. An upstream's own error body is not an exception: it is
data (`dgrid_translate.ir.error.Error`) and is translated like anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dgrid_translate.losses import Loss


class TranslateError(Exception):
    """Base of everything this library raises on purpose."""

    status_hint: int = 500


class DecodeError(TranslateError, ValueError):
    """A body that its dialect does not allow.

    `path` leads to the culprit in the source body ("messages[3].content[0].text"; "" is the body itself), `reason`
    says what was expected and what was found.
    """

    status_hint = 400

    def __init__(self, reason: str, *, path: str = "", dialect: str = "") -> None:
        super().__init__(reason)  # the others are keyword-only, and a copy is made by calling the class with args
        self.reason = reason
        self.path = path
        self.dialect = dialect

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class LossyTranslation(TranslateError):
    """Raised with `strict=True` when the target cannot say everything; `losses` names each thing."""

    status_hint = 422

    def __init__(self, losses: Sequence[Loss]) -> None:
        super().__init__(losses)
        self.losses = list(losses)

    def __str__(self) -> str:
        named = "; ".join(str(loss) for loss in self.losses[:10])
        more = len(self.losses) - 10
        return f"the translation would lose: {named}" + (f"; and {more} more" if more > 0 else "")


class AmbiguousFormat(TranslateError, ValueError):
    """The shape alone does not decide the dialect or the kind; `candidates` are the readings that fit."""

    status_hint = 400

    def __init__(self, candidates: Sequence[str], reason: str) -> None:
        super().__init__(candidates, reason)
        self.candidates = list(candidates)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason} (candidates: {', '.join(self.candidates) or 'none'}); pass source= and kind="


class UnknownDialect(TranslateError, LookupError):
    """No dialect of that name; `name` is what was asked for."""

    status_hint = 404

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name = name
        self.known = list(known)

    def __str__(self) -> str:
        return f"unknown dialect {self.name!r}; known: {', '.join(self.known)}"


class StreamError(TranslateError):
    """Something is wrong with a stream."""


class LocalStreamError(StreamError):
    """The caller misused a stream machine, e.g. fed it after close()."""

    status_hint = 500


class RemoteStreamError(StreamError):
    """The upstream broke its own stream grammar; only with `strict=True`, else it becomes an error event."""

    status_hint = 502
