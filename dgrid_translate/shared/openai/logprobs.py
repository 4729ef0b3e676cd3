"""Log probabilities of tokens <-> TokenLogprob: Chat and Responses write them alike."""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.ir.response import TokenLogprob
from dgrid_translate.shared.wire import NULL, Number, Wire, dress, extensions


class WireToken(Wire):
    """One token and its runners-up."""

    token: str
    logprob: Number
    bytes: Raw | UnsetType = UNSET
    top_logprobs: list[WireToken] | UnsetType = UNSET


def says_more(tokens: list[TokenLogprob]) -> bool:
    """Whether any of `logprobs` had members that are not understood."""
    return any(token.ext is not None or (token.top and says_more(token.top)) for token in tokens)


def decode_token(token: WireToken, dialect: str) -> TokenLogprob:
    """One of `logprobs`."""
    top = None if token.top_logprobs is UNSET else [decode_token(other, dialect) for other in token.top_logprobs]
    made = TokenLogprob(token.token, token.logprob, None if token.bytes is UNSET else token.bytes, None, top)
    if token.extra is not UNSET:
        made.ext = extensions(token, dialect)
    return made


def encode_token(token: TokenLogprob, dialect: str) -> WireToken:
    """One of `logprobs`."""
    made = WireToken(token.token, token.logprob, NULL if token.bytes is None else token.bytes)
    if token.top is not None:
        made.top_logprobs = [encode_token(other, dialect) for other in token.top]
    return made if token.ext is None else dress(made, token.ext, dialect)
