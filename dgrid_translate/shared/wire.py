r"""JSON in and out of wire Structs, keeping everything.

A dialect describes its bodies as Structs that derive from `Wire`. `load` reads them, `dump` writes them.

Reading has two ways to the same result. The fast way is one typed decode that refuses unknown keys and unknown tags;
nearly every body passes it. Only when it fails does the slow way (`wire_slow`) go object by object: it keeps what the
Structs do not name (`Wire.extra`), turns blocks with an unknown tag into `Unknown`, and, when the body really is wrong,
says where. What is inside an object that reads fast is still read fast, so one odd field costs one more scan, not all.

Bodies that msgspec refuses although they are JSON (a lone surrogate such as "\ud83d", which upstreams that cut an
emoji between two chunks really send) are read with the standard json module and then walked in the same slow way.

A null where a Struct does not allow one is taken as "not said" and remembered as an extra, so that null and absent
stay apart. Duplicate keys: the last counts, as everywhere in JSON land.
"""

from __future__ import annotations

import json
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, overload

import msgspec
from msgspec import UNSET, Raw, Struct

from dgrid_translate.ir.parts import Extensions
from dgrid_translate.losses import At
from dgrid_translate.shared.extensions import (
    EMPTY,
    NOTHING,
    Extra,
    Kept,
    beside,
    beside_event,
    drop_foreign,
    elsewhere,
    extensions,
    extra_of,
    merge,
    note,
    own_extension,
    own_of,
    remembered,
    way_of,
)
from dgrid_translate.shared.structs import (
    NULL,
    Inline,
    Leftovers,
    NullableInline,
    Number,
    Unknown,
    UnknownRole,
    Wire,
    key_of,
    settled,
    word_of,
)
from dgrid_translate.shared.wire_slow import (
    REFUSALS,
    check_utf8,
    decoder_of,
    decoders,
    elements,
    load_slowly,
    members,
    parse_anyhow,
)

__all__ = [
    "EMPTY",
    "NOTHING",
    "NULL",
    "Extra",
    "Inline",
    "Kept",
    "Leftovers",
    "NullableInline",
    "Number",
    "Unknown",
    "UnknownRole",
    "Wire",
    "beside",
    "beside_event",
    "dress",
    "drop_foreign",
    "dump",
    "elements",
    "elsewhere",
    "encode",
    "extensions",
    "extra_of",
    "key_of",
    "load",
    "load_first",
    "members",
    "merge",
    "note",
    "own_extension",
    "own_of",
    "parse_anyhow",
    "pose",
    "remembered",
    "settled",
    "unwritten",
    "way_of",
    "whole",
    "word_of",
]

T = TypeVar("T")
S = TypeVar("S", bound=Struct)

encode = msgspec.json.Encoder().encode

# ---------------------------------------------------------------------------------------------------------- reading


@overload
def load(type_: type[T], body: bytes | Raw, dialect: str, at: At = ()) -> T: ...
@overload
def load(type_: UnionType, body: bytes | Raw, dialect: str, at: At = ()) -> Any: ...
def load(type_: Any, body: bytes | Raw, dialect: str, at: At = ()) -> Any:
    """Read `body` as `type_`.

    Raises:
        DecodeError: it is not JSON, or not of that type; the path begins with `at`.
    """
    try:
        # A skipped string is not checked by msgspec; what is spliced out again must be UTF-8 all the same.
        if type(body) is bytes and not body.isascii():
            check_utf8(body)
        decode = decoders.get(type_)
        return decoder_of(type_)(body) if decode is None else decode(body)
    except REFUSALS:
        return load_slowly(type_, body, dialect, at)


def load_first(types: tuple[type[T], ...], body: bytes, dialect: str) -> T:
    """Read `body` as the first of `types` that is the fast way for it; the last one must take all that is allowed.

    For bodies that no single type can read fast: a list whose elements need not say what they are.

    Raises:
        DecodeError: as `load`, by the last type.
    """
    try:
        if not body.isascii():
            check_utf8(body)
        for type_ in types[:-1]:
            try:
                return decoder_of(type_)(body)
            except msgspec.ValidationError:
                continue
    except REFUSALS:
        pass
    return load(types[-1], body, dialect)


# ---------------------------------------------------------------------------------------------------------- writing


def dump(value: object) -> bytes:
    """JSON of a wire value."""
    try:
        return encode(value)
    except UnicodeEncodeError:
        return encode(_escaped(value))


def _escaped(value: Any) -> Any:
    """The same value, its strings spelled in ASCII: the only way to write a lone surrogate."""
    if isinstance(value, str):
        return Raw(json.dumps(value))
    if isinstance(value, list):
        return [_escaped(item) for item in cast("list[Any]", value)]
    if isinstance(value, Raw) or not isinstance(value, Struct | dict):
        return value
    if isinstance(value, Struct):
        config = value.__struct_config__
        fields: dict[str, Any] = {}
        if config.tag_field is not None:
            fields[config.tag_field] = config.tag
        for info in msgspec.structs.fields(value):
            item = getattr(value, info.name)
            if item is not UNSET and not (config.omit_defaults and item == info.default):
                fields[info.encode_name] = item
        return _escaped(fields)
    members = cast("dict[str, Any]", value).items()
    return Raw(b"{%b}" % b",".join([b"%b:%b" % (json.dumps(key).encode(), dump(item)) for key, item in members]))


def whole(struct: Wire) -> Raw:
    """A Struct that was read, as JSON again, with everything that it and its members could not name."""
    return Raw(dump(_with_extras(struct)))


def _with_extras(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_extras(item) for item in cast("list[Any]", value)]
    if not isinstance(value, Wire):
        return value
    if isinstance(value, Unknown | UnknownRole):
        return value.raw
    config = value.__struct_config__
    made: dict[str, Any] = {} if config.tag_field is None else {config.tag_field: config.tag}
    for name, own in _members(type(value)).items():
        member = getattr(value, own)
        if member is not UNSET:
            made[name] = _with_extras(member)
    if value.extra is not UNSET:
        made.update({key_of(key[-1]) or "": raw for key, raw in value.extra.items()})
    return made


def dress(struct: S, ext: Extensions | None, dialect: str, *under: str) -> S:
    """`struct` with the dialect's own extensions in it, ready to be dumped.

    What the Struct has a member for is put there. The rest is spliced in, and then the answer is JSON text that poses
    as the Struct, so that encoders need not tell the two apart. `under` is where the Struct sits within the node that
    the extensions are on.
    """
    if ext is None or (own := ext.get(dialect)) is None:
        return struct
    members = _members(type(struct))
    length = len(under) + 1
    pieces: list[bytes] = []
    for key, raw in own.items():
        if len(key) != length or (under and key[:-1] != under):
            continue
        name = key[-1]
        if name in members:
            setattr(struct, members[name], raw)
        elif (said := key_of(name)) is not None:
            pieces.append(dump(said) + b":" + bytes(raw))
    if not pieces:
        return struct
    body = dump(struct)
    joined = b",".join(pieces)
    return cast("S", Raw(body[:-1] + (b"," if len(body) > 2 else b"") + joined + b"}"))


@cache
def _members(cls: type) -> dict[str, str]:
    """The members that a Struct can take from outside: their names on the wire, and its own for them."""
    if not issubclass(cls, Struct):
        return {}  # it is text already
    return {info.encode_name: info.name for info in msgspec.structs.fields(cls) if info.name != "extra"}


def pose(made: Raw | Wire, _as: type[S]) -> S:
    """What is written where a Struct is expected: JSON text that goes out as it came, or a Struct made for writing."""
    return cast("S", made)


def unwritten(value: object) -> Raw:
    """What is put where JSON text is expected and only written with the rest: as text of its own it is copied twice."""
    return cast("Raw", value)
