"""Log probabilities, which stand on the texts they are of <-> those of the whole answer."""

from __future__ import annotations

from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.parts import AnyPart, Extensions, Text
from dgrid_translate.ir.response import Logprobs, TokenLogprob
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.drops import drop_logprobs
from dgrid_translate.shared.openai.logprobs import WireToken, decode_token, encode_token, says_more
from dgrid_translate.shared.wire import NULL, drop_foreign, dump, load, merge, way_of

_NONE = Raw(b"[]")


def decode_logprobs(raw: Raw, at: At) -> Logprobs | None:
    """`logprobs` of a text or a delta; None if there are none."""
    if raw in (_NONE, NULL):
        return None
    tokens = [decode_token(token, NAME) for token in load(list[WireToken], raw, NAME, at)]
    return Logprobs(tokens, at=at, ext={NAME: {("..", "logprobs"): raw}} if says_more(tokens) else None)


def logprobs_of(parts: list[AnyPart]) -> Logprobs | None:
    """Those of all texts."""
    found: Logprobs | None = None
    for part in parts:
        if type(part) is Text and part.ext is not None and (raw := part.ext.get(NAME, {}).get(("~logprobs",))):
            more = decode_logprobs(raw, (*part.at, "logprobs"))
            if more is not None and found is None:
                found = more
            elif more is not None and found is not None:
                found.content = [*(found.content or []), *(more.content or [])]
                found.others = (*found.others, more.at)
                found.ext = merge(found.ext, _moved(more, found.at))
    return found


def _moved(logprobs: Logprobs, at: At) -> Extensions | None:
    """Its extensions, for a node that stands at `at`."""
    if logprobs.ext is None:
        return None
    return {NAME: {(*[".."] * len(at), *way_of(logprobs.at)): Raw(b"true")}}


def shared_out(parts: list[AnyPart], logprobs: Logprobs, losses: Losses) -> list[AnyPart]:
    """The parts, each text with its tokens."""
    drop_refusals(logprobs, losses)
    tokens = logprobs.content or []
    texts = [part for part in parts if type(part) is Text]
    if not tokens:
        return parts
    if not texts:
        drop_logprobs(logprobs, losses, "there is no text")
        return parts
    out: list[AnyPart] = []
    for part in parts:
        if type(part) is Text:
            mine, tokens = share(tokens, part.text, part is texts[-1])
            out.append(with_logprobs(part, mine))
        else:
            out.append(part)
    return out


def drop_refusals(logprobs: Logprobs, losses: Losses) -> None:
    """Name those that Responses has no place for."""
    drop_foreign(logprobs.ext, NAME, logprobs.at, losses)
    if logprobs.refusal:
        losses.dropped("logprobs", (*logprobs.at, "refusal"), "Responses gives none of refusals")


def share(tokens: list[TokenLogprob], text: str, last: bool) -> tuple[list[TokenLogprob], list[TokenLogprob]]:
    """The tokens that `text` is made of, and the rest; the last text has them all."""
    if last:
        return tokens, []
    length = count = 0
    while count < len(tokens) and length < len(text):
        length += len(tokens[count].token)
        count += 1
    return tokens[:count], tokens[count:]


def _complete(token: TokenLogprob, top: list[TokenLogprob] | None) -> TokenLogprob:
    """The token with all that OpenAI's types ask for."""
    spelled = token.bytes
    if spelled is None or spelled == NULL:
        spelled = Raw(dump(list(token.token.encode("utf-8", "surrogatepass"))))
    return replace(token, bytes=spelled, top=top)


def with_logprobs(part: Text, tokens: list[TokenLogprob]) -> Text:
    """The text with its tokens."""
    if not tokens:
        return part
    complete = [_complete(token, [_complete(other, None) for other in token.top or ()]) for token in tokens]
    raw = Raw(dump([encode_token(token, NAME) for token in complete]))
    return replace(part, ext={**(part.ext or {}), NAME: {("~logprobs",): raw}})
