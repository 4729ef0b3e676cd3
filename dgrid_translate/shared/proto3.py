"""Reading proto3 JSON, which allows one message several spellings.

Google's APIs take camelCase and snake_case keys alike, at every level and mixed, and a lone object where a list is due
(https://protobuf.dev/programming-guides/json/). The camelCase spelling is nearly always met, so it is tried first and
costs nothing; only when it fails are known keys of known objects respelled. What no Struct names is left as it is.
"""

from __future__ import annotations

import json
import re
import types
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Raw, Struct

from dgrid_translate.losses import At
from dgrid_translate.shared.wire import dump, elements, members, parse_anyhow
from dgrid_translate.shared.wire import load as load_as_spelled
from dgrid_translate.shared.wire_slow import REFUSALS, check_utf8, decoder_of, decoders

T = TypeVar("T")
Spellings = dict[At, str | int | None]
"""By place in the respelled body: the key as the source spells it; None: the source has no such key (a lone object)."""

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_array = msgspec.json.Decoder(list[Raw]).decode


def load(type_: type[T], body: bytes | Raw, dialect: str, at: At = (), spellings: Spellings | None = None) -> T:
    """As `wire.load`, whatever the spelling; the keys that were respelled are noted in `spellings`.

    Raises:
        DecodeError: it is not JSON, or not of that type; the path is in camelCase.
    """
    try:
        if type(body) is bytes and not body.isascii():
            check_utf8(body)
        decode = decoders.get(type_)
        found: T = decoder_of(type_)(body) if decode is None else decode(body)
        return found
    except REFUSALS:
        with suppress(*REFUSALS, ValueError):
            body = bytes(_respelled(_shape(type_), Raw(body), at, {} if spellings is None else spellings))
        return load_as_spelled(type_, body, dialect, at)


class _Shape(Struct, frozen=True):
    """What is known of a type: whether it is a list, and its members by either spelling."""

    listed: bool
    keys: dict[str, tuple[str, Any]] | None


@cache
def _shape(type_: Any) -> _Shape:
    for arm in get_args(type_) if get_origin(type_) in (Union, types.UnionType) else (type_,):
        if get_origin(arm) is list:
            return _Shape(True, _shape(get_args(arm)[0]).keys)
        if isinstance(arm, type) and issubclass(arm, Struct):
            keys: dict[str, tuple[str, Any]] = {}
            for info in msgspec.structs.fields(arm):
                if info.name != "extra":
                    name = info.encode_name
                    keys[name] = keys[_HUMP.sub(r"_\1", name).lower()] = (name, info.type)
            return _Shape(False, keys)
    return _Shape(False, None)


def _respelled(shape: _Shape, raw: Raw, at: At, spellings: Spellings) -> Raw:
    head = bytes(memoryview(raw)[:1])
    if shape.listed:
        one = _Shape(False, shape.keys)
        if head == b"{":
            spellings[(*at, 0)] = None
            return Raw(b"[" + bytes(_respelled(one, raw, (*at, 0), spellings)) + b"]")
        if head == b"[" and shape.keys is not None:
            items = [_respelled(one, item, (*at, index), spellings) for index, item in enumerate(_items(raw))]
            return Raw(b"[" + b",".join([bytes(item) for item in items]) + b"]")
    elif head == b"{" and shape.keys is not None:
        return _respelled_object(shape.keys, raw, at, spellings)
    return raw


def _items(raw: Raw) -> list[Raw]:
    try:
        return _decode_array(raw)
    except REFUSALS:  # a lone surrogate
        return [Raw(json.dumps(item)) for item in elements(parse_anyhow(bytes(raw)))]


def _entries(raw: Raw) -> dict[str, Raw]:
    try:
        return _decode_object(raw)
    except REFUSALS:
        return {key: Raw(json.dumps(value)) for key, value in members(parse_anyhow(bytes(raw))).items()}


def _respelled_object(keys: dict[str, tuple[str, Any]], raw: Raw, at: At, spellings: Spellings) -> Raw:
    entries = _entries(raw)
    out: dict[str, Raw] = {}
    for key, value in entries.items():
        known = keys.get(key)
        if known is None or (known[0] != key and known[0] in entries):
            out[key] = value
            continue
        name, type_ = known
        place = (*at, name)
        if name != key:
            spellings[place] = key
        out[name] = _respelled(_shape(type_), value, place, spellings)
    return Raw(dump(out))


def as_source(at: At, spellings: Spellings) -> At:
    """A place in the respelled body, as the source spells it."""
    out: list[str | int] = []
    for depth, key in enumerate(at, 1):
        spelled = spellings.get(at[:depth], key)
        if spelled is not None:
            out.append(spelled)
    return tuple(out)
