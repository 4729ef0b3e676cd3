"""Log probabilities: four lists with an entry a token <-> one record a token.

`text_offset` counts code points from the beginning of the prompt, whether that is repeated or not. The first token of
a prompt that is repeated has no probability: null.
"""

from __future__ import annotations

from itertools import accumulate

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_completions import types as wire
from dgrid_translate.dialects.openai_completions.profile import NAME
from dgrid_translate.ir.response import Logprobs, TokenLogprob
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.wire import (
    NULL,
    Number,
    dress,
    drop_foreign,
    dump,
    extensions,
    note,
    own_extension,
    remembered,
)

_UNLIKELY = -9999.0
"""What OpenAI says of tokens whose probability it does not tell."""


def decode_logprobs(logprobs: wire.Logprobs, at: At) -> Logprobs:
    """`logprobs` of a choice; lists that do not go together stay this dialect's own."""
    found = Logprobs(at=at, ext=extensions(logprobs, NAME))
    if not _go_together(logprobs):
        for key in ("tokens", "token_logprobs", "top_logprobs", "text_offset"):
            entries = getattr(logprobs, key)
            if entries is not UNSET:
                found.ext = note(found.ext, NAME, (key,), Raw(dump(entries)))
        return found
    tokens, chances, tops, offsets = _lists(logprobs)
    found.content = [
        TokenLogprob(token, _UNLIKELY if chance is None else chance, None, None, _decode_top(tops, place))
        for place, (token, chance) in enumerate(zip(tokens, chances, strict=True))
    ]
    for entry, offset in zip(found.content, offsets, strict=False):
        entry.offset = offset
    for form, entries in (("~no_logprob", chances), ("~no_top", tops)):
        if None in entries:
            unsaid = [place for place, entry in enumerate(entries) if entry is None]
            found.ext = note(found.ext, NAME, (form,), Raw(dump(unsaid)))
    for form, entries in (("~top_logprobs", logprobs.top_logprobs), ("~text_offset", logprobs.text_offset)):
        if entries is not UNSET:
            found.ext = note(found.ext, NAME, (form,))
    return found


def _go_together(logprobs: wire.Logprobs) -> bool:
    """Whether each list that is there has an entry a token."""
    tokens, *others = _lists(logprobs)
    told = logprobs.tokens is not UNSET and logprobs.token_logprobs is not UNSET
    return told and len(others[0]) == len(tokens) and all(len(entries) in (0, len(tokens)) for entries in others)


def _lists(
    logprobs: wire.Logprobs,
) -> tuple[list[str], list[Number | None], list[dict[str, Number] | None], list[int]]:
    return (
        [] if logprobs.tokens is UNSET else logprobs.tokens,
        [] if logprobs.token_logprobs is UNSET else logprobs.token_logprobs,
        [] if logprobs.top_logprobs is UNSET else logprobs.top_logprobs,
        [] if logprobs.text_offset is UNSET else logprobs.text_offset,
    )


def _decode_top(tops: list[dict[str, Number] | None], place: int) -> list[TokenLogprob]:
    top = tops[place] if tops else None
    return [] if top is None else [TokenLogprob(token, chance) for token, chance in top.items()]


def encode_logprobs(logprobs: Logprobs, offset: int | None, losses: Losses) -> wire.Logprobs:
    """`logprobs` of a choice, or a chunk's share of it.

    `offset` is where another dialect's tokens begin, in code points; None: the tokens say it, being this dialect's.
    """
    drop_foreign(logprobs.ext, NAME, logprobs.at, losses)
    if logprobs.refusal:
        losses.dropped("logprobs", (*logprobs.at, "refusal"), "Completions has no refusals")
    made = wire.Logprobs()
    content = logprobs.content
    if content is None:
        return dress(made, logprobs.ext, NAME)
    made.tokens = [token.token for token in content]
    made.token_logprobs = [token.logprob for token in content]
    for place in _places(logprobs, "~no_logprob"):
        made.token_logprobs[place] = None
    if any(token.top for token in content) or remembered(logprobs.ext, NAME, "~top_logprobs"):
        made.top_logprobs = [
            _encode_top(token, (*logprobs.at, "content", place, "top_logprobs"), losses)
            for place, token in enumerate(content)
        ]
        for place in _places(logprobs, "~no_top"):
            made.top_logprobs[place] = None
    if offset is not None:
        made.text_offset = list(accumulate((length(token) for token in content[:-1]), initial=offset))[: len(content)]
    elif remembered(logprobs.ext, NAME, "~text_offset"):
        made.text_offset = [token.offset or 0 for token in content]
    return dress(made, logprobs.ext, NAME)


def _places(logprobs: Logprobs, form: str) -> list[int]:
    """The tokens of which something was told with a null."""
    raw = own_extension(logprobs.ext, NAME, form)
    return [] if raw is None else msgspec.json.decode(raw, type=list[int])


def _encode_top(token: TokenLogprob, at: At, losses: Losses) -> dict[str, Number] | None:
    made = {other.token: other.logprob for other in token.top or ()}
    if len(made) != len(token.top or ()):
        losses.approximated("top_logprobs", at, "tokens that are spelled alike are told once")
    return made


def length(token: TokenLogprob) -> int:
    """How many code points a token adds to the text; one that ends within a character has its bytes counted."""
    if token.bytes is None or token.bytes == NULL:
        return len(token.token)
    try:
        spelled = msgspec.json.decode(token.bytes, type=list[int])
    except msgspec.MsgspecError:
        return len(token.token)
    return sum(byte & 0xC0 != 0x80 for byte in spelled)
