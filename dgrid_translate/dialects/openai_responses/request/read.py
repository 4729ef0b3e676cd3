"""The body of a request, read at one stroke where that can be done.

A typed reader tells items apart by their `type`, which plain messages (`{"role": ..., "content": ...}`) need not have.
So those are given one on the way in. They are found by how clients write them: in valid JSON `{"role":` is nothing but
the beginning of an object. That it was the beginning of an item each time is checked by counting: as many marked
messages have to be read as marks were made. Where that fails, the items are told apart one by one.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.shared.wire import load
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of

_decode = decoder_of(wire.Params)
_decode_easy = decoder_of(wire.EasyParams)
_decode_marked = decoder_of(wire.MarkedParams)
_HEAD = 8192
_SHORT = 1024
"""What is shorter seldom has more than plain messages, which are then best read as such at once."""
_LARGE = 500_000
"""What is larger is so for its pictures: going over it twice more would cost more than its items do one by one."""
_FIRST = b'"input":[{"role":'
_EASY = b'{"role":'
_MARK = wire.EASY.encode()
_SPELLED = Raw(b'"%b"' % _MARK)
_MARKED = b'{"type":%b,"mark":%b,"role":' % (_SPELLED, _SPELLED)


def read_params(body: bytes) -> wire.AnyParams:
    """The body of a request.

    Raises:
        DecodeError: it is none.
    """
    try:
        if not body.isascii():
            check_utf8(body)
        params = None
        if body.find(_FIRST, 0, _HEAD) < 0:
            params = _read_typed(body)
        elif not _SHORT < len(body) <= _LARGE:
            params = _read_easy(body)
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
        return _decode(body)
    except msgspec.ValidationError:
        return None


def _read_marked(body: bytes) -> wire.MarkedParams | None:
    """A body in which plain messages begin with their role."""
    if _MARK in body:
        return None
    pieces = body.rsplit(_EASY)  # CPython searches five times as fast from the end
    marks = len(pieces) - 1
    if not marks:
        return None
    params = _decode_marked(_MARKED.join(pieces))
    marked = len([item for item in params.input if type(item) is wire.MarkedMessage and item.mark == _SPELLED])
    return params if marked == marks else None
