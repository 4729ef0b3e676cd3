"""An answer: one or more candidates, why each ended, and what it all cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, final

from msgspec import Raw, Struct

from dgrid_translate.ir.parts import AnyPart, Extensions, Node
from dgrid_translate.ir.request import NO_PLACES
from dgrid_translate.losses import At

Finish = Literal["stop", "length", "tool_calls", "content_filter", "pause", "error", "other"]


@final
class FinishReason(Struct, frozen=True, gc=False):
    """Why a candidate ended.

    `unified` is one of seven words that every dialect can be told; `raw` is the source's own word, in `dialect`'s
    vocabulary, which stood under `key` of the candidate. `stop_sequence` is the sequence that was met, where the
    source says. `exact`: the unified word says all that the source's says.
    """

    unified: Finish
    raw: str | None = None
    dialect: str = ""
    stop_sequence: str | None = None
    key: str = "finish_reason"
    exact: bool = True


@final
class TokenLogprob(Struct, gc=False):
    """One token's log probability, natural logarithm; `top` are the runners-up.

    `offset` is where the token begins, in code points, as the source counts them. `ext` is for the source's dialect
    alone: what it cannot say elsewhere is named by the extensions of the Logprobs.
    """

    token: str
    logprob: int | float
    bytes: Raw | None = None
    token_id: int | None = None
    top: list[TokenLogprob] | None = None
    offset: int | None = None
    ext: Extensions | None = None


@final
class Logprobs(Node):
    """Log probabilities of a candidate's tokens; None: not said, an empty list: said to be none.

    `others` are the places of those that did not stand at `at`.
    """

    content: list[TokenLogprob] | None = None
    refusal: list[TokenLogprob] | None = None
    others: tuple[At, ...] = ()


@final
class Usage(Node):
    """Tokens. `input` includes what was read from and written to the cache; `output` includes reasoning.

    None means the source did not say. `raw` is the source's own record, which only `dialect` repeats; what of it the
    numbers here do not say is in `ext`.
    """

    input: int | None = None
    output: int | None = None
    total: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    tool_use: int | None = None
    input_audio: int | None = None
    input_image: int | None = None
    input_text: int | None = None
    output_audio: int | None = None
    output_image: int | None = None
    output_text: int | None = None
    raw: Raw | None = None
    dialect: str = ""


@final
class Candidate(Node):
    """One of the answers."""

    index: int
    parts: list[AnyPart]
    finish: FinishReason | None = None
    logprobs: Logprobs | None = None


@final
class Response(Node):
    """A whole answer. `created` is in unix seconds; `places` is as on Request."""

    dialect: str
    candidates: list[Candidate]
    id: str | None = None
    model: str | None = None
    created: int | float | None = None
    service_tier: str | None = None
    usage: Usage | None = None
    places: Mapping[str, At] = NO_PLACES

    def place(self, field: str) -> At:
        """Where `field` stood in the source."""
        return self.places.get(field) or (field,)
