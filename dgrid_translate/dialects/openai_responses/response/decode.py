"""A Responses answer -> Response."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import compress
from operator import attrgetter
from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import decode_said, read_item
from dgrid_translate.dialects.openai_responses.profile import INCOMPLETE, INCOMPLETE_BACK, NAME, ORIGIN, RESPONSE_PLACES
from dgrid_translate.dialects.openai_responses.response.logprobs import logprobs_of
from dgrid_translate.ir.parts import AnyPart, ToolCall, holds
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import At
from dgrid_translate.shared.carriers import restore
from dgrid_translate.shared.openai.usage import decode_usage
from dgrid_translate.shared.wire import NULL, Extra, dump, extra_of, load
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of

_decode = decoder_of(wire.Response)
_FORMS = tuple(("~" + key,) for key in wire.FORMS)
_read_forms: Callable[[wire.ResponseMembers], tuple[Any, ...]] = attrgetter(*wire.FORMS)
_USUAL = {word: Raw(dump(word)) for word in ("response", "completed", "in_progress")}
_COUNTED = re.compile(rb':\s*(?:[1-9t-]|0\.0*[1-9]|"[^"]|\[\s*[^\s\]])')
"""Anything but zeros, nulls, what is empty and what holds them."""
_PAID = Raw(b'{"payer":"developer"}')
PARTIAL = ("~partial",)
"""The form of an answer that does not even say how it ended, and is repeated so."""
WRAPPED = "resp_dgt1_"
"""What an answer's id begins with that is another vendor's."""


def decode_response(body: bytes) -> Response:
    """The response in an answer."""
    try:
        if not body.isascii():
            check_utf8(body)
        answer: wire.AnyResponse = _decode(body)
    except REFUSALS:
        answer = load(wire.MixedResponse, body, NAME)
    response = decode_envelope(answer)
    parts: list[AnyPart] = []
    for index, given in enumerate(answer.output or ()):
        at: At = ("output", index)
        item: wire.AnyItem = read_item(given, at) if isinstance(given, Raw) else given
        parts += decode_said(item, at, {})
    parts = restore(parts, ORIGIN, NAME)
    candidate = Candidate(0, parts, decode_finish(answer, holds(parts, ToolCall)))
    candidate.logprobs = logprobs_of(parts)
    response.candidates = [candidate]
    if answer.usage is not UNSET:
        response.usage = decode_usage(answer.usage, NAME)
    return response


def decode_envelope(answer: wire.ResponseMembers) -> Response:
    """What an answer says about itself; its echoes of the request are forms."""
    own = {} if answer.extra is UNSET else extra_of(answer)
    found = Response(NAME, [], places=RESPONSE_PLACES)
    _decode_id(answer, found, own)
    if answer.model is None:
        own["model",] = NULL
    elif answer.model is not UNSET:
        found.model = answer.model
    if answer.created_at is None:
        own["created_at",] = NULL
    elif answer.created_at is not UNSET:
        found.created = answer.created_at
    if answer.service_tier is None:
        own["service_tier",] = NULL
    elif answer.service_tier is not UNSET:
        found.service_tier = answer.service_tier
    if answer.object is not UNSET:
        own["~object",] = _written(answer.object)
    if answer.status is UNSET:
        own[PARTIAL] = NULL
    else:
        own["~status",] = _written(answer.status)
    if answer.error is not UNSET:
        own["error",] = answer.error
    if answer.incomplete_details is not UNSET:
        own["~incomplete_details",] = answer.incomplete_details
        if answer.incomplete_details != NULL and _says_more(answer):
            own["incomplete_details",] = answer.incomplete_details
    if answer.billing is not UNSET:
        own["~billing" if bytes(answer.billing).replace(b" ", b"") == _PAID else "billing",] = answer.billing
    if answer.tool_usage is not UNSET:
        own["tool_usage" if _COUNTED.search(answer.tool_usage) else "~tool_usage",] = answer.tool_usage
    if answer.content_filters is not UNSET:
        own["content_filters",] = answer.content_filters
    if answer.moderation is not UNSET:
        own["moderation",] = answer.moderation
    said = _read_forms(answer)
    own.update(compress(zip(_FORMS, said, strict=True), said))  # UNSET alone is false
    found.ext = {NAME: own}
    return found


def _written(word: str | None) -> Raw:
    return (None if word is None else _USUAL.get(word)) or Raw(dump(word))


def _decode_id(answer: wire.ResponseMembers, found: Response, own: Extra) -> None:
    if answer.id is None:
        own["id",] = NULL
    elif answer.id is not UNSET:
        found.id = answer.id
        if answer.id.startswith(WRAPPED) and answer.id != WRAPPED:
            found.id = answer.id[len(WRAPPED) :]
            own["~id",] = NULL


def _details(answer: wire.ResponseMembers) -> wire.IncompleteDetails | None:
    raw = answer.incomplete_details
    return None if raw is UNSET or raw == NULL else load(wire.IncompleteDetails, raw, NAME, _DETAILS)


def _says_more(answer: wire.ResponseMembers) -> bool:
    """Whether there is more in `incomplete_details` than `decode_finish` understands."""
    if answer.status != "incomplete":
        return True
    details = _details(answer)
    return details is not None and details.extra is not UNSET


def decode_finish(answer: wire.ResponseMembers, calls: bool) -> FinishReason | None:
    """`status` and `incomplete_details`; that tools are called, only the items say."""
    status = None if answer.status is UNSET else answer.status
    if status == "incomplete":
        details = _details(answer)
        reason = details.reason if details is not None and details.reason else None
        unified = INCOMPLETE.get(reason or "", "other")
        exact = INCOMPLETE_BACK.get(unified) == reason
        return FinishReason(unified, reason or status, NAME, key="incomplete_details", exact=exact)
    if status is None:
        return None
    if status == "completed":
        return FinishReason("tool_calls" if calls else "stop", status, NAME, key="status")
    return FinishReason("error" if status == "failed" else "other", status, NAME, key="status", exact=False)


_DETAILS = ("incomplete_details",)
