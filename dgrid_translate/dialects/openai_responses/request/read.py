"""The body of a request, read at one stroke where that can be done.

A typed reader tells items apart by their `type`, which plain messages (`{"role": ..., "content": ...}`) need not have.
So those are given one on the way in. They are found by how clients write them: in valid JSON `{"role":` is nothing but
the beginning of an object. That it was the beginning of an item each time is checked by counting: as many marked
messages have to be read as marks were made. Where that fails, the items are told apart one by one.
"""

from __future__ import annotations

import msgspec

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.shared.wire import load
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of

_decode = decoder_of(wire.Params)
_decode_easy = decoder_of(wire.EasyParams)
_HEAD = 8192
_LARGE = 500_000
"""What is larger is so for its pictures: going over it twice more would cost more than its items do one by one."""
_FIRST = b'"input":[{"role":'
_EASY = b'{"role":'
_MARKED = b'{"type":"%b","role":' % wire.EASY.encode()


def read_params(body: bytes) -> wire.AnyParams:
    """The body of a request.

    Raises:
        DecodeError: it is none.
    """
    try:
        if not body.isascii():
            check_utf8(body)
        easy = body.find(_FIRST, 0, _HEAD) >= 0
        params = _read_easy(body) if easy else _read_typed(body)
        if params is None and len(body) <= _LARGE:
            params = _read_marked(body)
        if params is not None:
            return params
    except REFUSALS:
        pass
    return load(wire.MixedParams, body, NAME)


def _read_easy(body: bytes) -> wire.EasyParams | None:
    """A body in which none but plain messages are."""
    try:
        return _decode_easy(body)
    except msgspec.ValidationError:
        return None


def _read_typed(body: bytes) -> wire.Params | None:
    """A body whose items all say what they are."""
    try:
        params = _decode(body)
    except msgspec.ValidationError:
        return None
    return None if _marked(params) else params


def _read_marked(body: bytes) -> wire.Params | None:
    """A body in which plain messages begin with their role."""
    pieces = body.rsplit(_EASY)  # CPython searches five times as fast from the end
    marks = len(pieces) - 1
    if not marks or wire.EASY.encode() in body:
        return None
    params = _decode(_MARKED.join(pieces))
    return params if _marked(params) == marks else None


def _marked(params: wire.Params) -> int:
    """How many of the items are marked messages."""
    items = params.input
    return len([item for item in items if type(item) is wire.MarkedMessage]) if isinstance(items, list) else 0


def unmarked(item: wire.MarkedMessage) -> wire.EasyMessage:
    """A marked message as what it is."""
    return wire.EasyMessage(role=item.role, content=item.content, id=item.id, status=item.status, phase=item.phase)
