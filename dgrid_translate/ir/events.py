"""Stream events: a noun and what happens to it. `grammar.py` says in which order they may come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from msgspec import Raw, Struct

from dgrid_translate.ir.error import Error
from dgrid_translate.ir.parts import AnyPart, Citation, Extensions, Node, Signature
from dgrid_translate.ir.request import NO_PLACES
from dgrid_translate.ir.response import FinishReason, Logprobs, Usage
from dgrid_translate.losses import At


@final
class ResponseStarted(Node):
    """The first event of an answer."""

    dialect: str
    id: str | None = None
    model: str | None = None
    created: int | float | None = None
    service_tier: str | None = None
    usage: Usage | None = None
    places: Mapping[str, At] = NO_PLACES


@final
class PartStarted(Struct, gc=False):
    """A part begins. `index` numbers the parts of the whole stream from 0 in the order they start.

    `part` holds what is known so far: deltas add to its text or arguments. A part that comes whole has it all here.
    """

    index: int
    candidate: int
    part: AnyPart


@final
class TextDelta(Struct, gc=False):
    """More of a Text or a Refusal."""

    index: int
    text: str


@final
class ReasoningDelta(Struct, gc=False):
    """More of a Reasoning."""

    index: int
    text: str


@final
class SignatureDelta(Struct, gc=False):
    """The signature of a part, and its id where that is only said now; a later one takes the place of an earlier."""

    index: int
    signature: Signature
    id: str | None = None


@final
class ToolInputDelta(Struct, gc=False):
    """More of a ToolCall's arguments, as text."""

    index: int
    text: str


@final
class CitationAdded(Struct, gc=False):
    """One more citation on a Text, which may have ended, but not its candidate: sources are often known last."""

    index: int
    citation: Citation


@final
class PartEnded(Struct, gc=False):
    """A part is complete.

    `ext` is what the source only shows at its end: forms, and more of what the model has no word for if `at`, the
    part's place, is told.
    """

    index: int
    ext: Extensions | None = None
    at: At = ()


@final
class LogprobsAdded(Struct, gc=False):
    """More log probabilities of a candidate."""

    candidate: int
    logprobs: Logprobs


@final
class UsageReported(Struct, gc=False):
    """Token counts so far, for the whole response; a later report takes the place of an earlier one."""

    usage: Usage


@final
class CandidateFinished(Struct, gc=False):
    """A candidate is complete; `ext` is what the source says of it besides."""

    candidate: int
    finish: FinishReason
    ext: Extensions | None = None
    at: At = ()


@final
class ResponseFinished(Struct, gc=False):
    """The answer is complete; `ext` and `service_tier` are what the source said of the response after its start."""

    ext: Extensions | None = None
    service_tier: str | None = None


@final
class ErrorRaised(Struct, gc=False):
    """The stream failed and ends here."""

    error: Error


@final
class OpaqueEvent(Struct, gc=False):
    """An event this library does not know, as it came, in `dialect`'s words."""

    raw: Raw
    tag: str
    dialect: str


Event = (
    TextDelta
    | ToolInputDelta
    | ReasoningDelta
    | PartStarted
    | PartEnded
    | SignatureDelta
    | CitationAdded
    | LogprobsAdded
    | UsageReported
    | CandidateFinished
    | ResponseStarted
    | ResponseFinished
    | ErrorRaised
    | OpaqueEvent
)
