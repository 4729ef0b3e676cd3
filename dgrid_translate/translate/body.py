"""One body in another dialect."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from dgrid_translate.dialect import Dialect, Kind
from dgrid_translate.errors import AmbiguousFormat, DecodeError, LossyTranslation
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Loss, Losses, render_path
from dgrid_translate.registry import lookup, readings
from dgrid_translate.shared.fitting import Fitting
from dgrid_translate.shared.signatures import MARK
from dgrid_translate.translate.containers import to_json
from dgrid_translate.translate.stream import StreamTranslator, fitting_for, request_of

_MARK = MARK.encode()


class Options(TypedDict, total=False):
    """What `translate` takes besides the value and the target."""

    source: str | None
    kind: Kind | None
    request: Any
    losses: list[Loss] | None
    strict: bool
    now: int | None
    passthrough: bool


def translate(
    value: Any,
    *,
    to: str,
    source: str | None = None,
    kind: Kind | None = None,
    request: Any = None,
    losses: list[Loss] | None = None,
    strict: bool = False,
    now: int | None = None,
    passthrough: bool = True,
) -> Any:
    """One body in another dialect.

    Args:
        value: a dict, JSON as bytes or str, or an SDK object (anything with `model_dump`).
        to: the target dialect's name or alias.
        source: the source's; may be left out where the shape decides.
        kind: "request", "response", "event" or "error"; likewise. A Gemini chunk has the shape of a Gemini response
            and is taken for one unless this says "event".
        request: the request that a response or an event answers, in any dialect: for tool names and kinds.
        losses: a list that receives what could not be said.
        strict: raise instead.
        now: unix seconds, for targets that must say when an answer was made and sources that do not.
        passthrough: hand a body that stays in its dialect back as it is.

    Returns:
        The body in the container `value` came in (an SDK object gives a dict); for an event a list of such bodies,
        since one event can become none or several (use StreamTranslator for whole streams).

    Raises:
        DecodeError: the body is not what its dialect allows, or asks for what no other dialect can be asked.
        AmbiguousFormat: its shape fits several dialects, and they would give different results.
        LossyTranslation: strict, and something would be lost.
        UnknownDialect: there is no dialect of that name.
    """
    body, back = to_json(value)
    target = lookup(to)
    asked = None if request is None else request_of(request)
    noted = Losses()
    if source is not None and kind is not None:
        bodies = _convert(body, lookup(source), kind, target, asked, now, passthrough, noted)
    else:
        (read, kind), *others = readings(body, source, kind)
        bodies = _convert(body, read, kind, target, asked, now, passthrough, noted)
        for other, other_kind in others:
            if _convert(body, other, other_kind, target, asked, now, passthrough, Losses()) != bodies:
                names = [f"{dialect.profile.name} {as_kind}" for dialect, as_kind in [(read, kind), *others]]
                raise AmbiguousFormat(names, "the shape does not decide")
    if noted.notes:
        if strict:
            raise LossyTranslation(list(noted))
        if losses is not None:
            losses += noted
    if kind == "event":
        return list(map(back, bodies))
    made = bodies[0]
    return value if made is body and not hasattr(value, "model_dump") else back(made)


def to_openai(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to OpenAI Chat Completions."""
    return translate(value, to="openai", **options)


def to_claude(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to Claude Messages."""
    return translate(value, to="claude", **options)


def to_completions(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to OpenAI's legacy Completions."""
    return translate(value, to="openai-completions", **options)


def to_gemini(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to Gemini generateContent."""
    return translate(value, to="gemini", **options)


def to_responses(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to OpenAI Responses."""
    return translate(value, to="openai-responses", **options)


def to_ui_message(value: Any, **options: Unpack[Options]) -> Any:
    """`translate` to the AI SDK's UI messages."""
    return translate(value, to="ui-message", **options)


def _convert(
    body: bytes,
    source: Dialect,
    kind: Kind,
    target: Dialect,
    request: Request | None,
    now: int | None,
    passthrough: bool,
    losses: Losses,
) -> list[bytes]:
    if passthrough and source is target and not (kind == "request" and carries_wrapped(body)):
        return [body]
    match kind:
        case "request":
            asked = source.decode_request(body)
            if target is not source and target.profile.in_url:
                _note_url(asked, target, losses)
            return [encode_request(asked, target, fitting_for(asked, target), losses)]
        case "response":
            return [answer(body, source, target, request, fitting_for(request, source), now, losses)[0]]
        case "error":
            return [target.encode_error(source.decode_error(None, body), losses)[1]]
        case _:
            stream = StreamTranslator(source.profile.name, target.profile.name, request=request, passthrough=False)
            made = stream.single_event(body)
            losses.notes.update(stream.noted.notes)
            return made


def carries_wrapped(body: bytes) -> bool:
    """Whether a history holds another vendor's signatures, which its own dialect's upstream must not see."""
    return _MARK in body


def _note_url(request: Request, target: Dialect, losses: Losses) -> None:
    """Name what the target's request says in its URL: with the body alone it would be gone."""
    for field in target.profile.in_url:
        if getattr(request, field):
            losses.moved(field, request.place(field), "to the URL")


def encode_request(request: Request, target: Dialect, fitting: Fitting | None, losses: Losses) -> bytes:
    """The request for `target`, made to fit its rules for tools.

    Raises:
        DecodeError: it asks for what no other dialect than its own can be asked.
    """
    if request.unspeakable is not None and request.dialect != target.profile.name:
        at, reason = request.unspeakable
        raise DecodeError(reason, path=render_path(at), dialect=request.dialect)
    return target.encode_request(request if fitting is None else fitting.request(request, losses), losses)


def answer(
    body: bytes,
    source: Dialect,
    target: Dialect,
    request: Request | None,
    fitting: Fitting | None,
    now: int | None,
    losses: Losses,
    answer_id: str | None = None,
) -> tuple[bytes, Usage | None]:
    """The response for `target`, with the client's own tool names and kinds, and what it took."""
    response = source.decode_response(body)
    if answer_id is not None:
        response.id = answer_id
    if fitting is not None:
        response = fitting.response(response)
    return target.encode_response(response, losses, request, now), response.usage
