"""The slow way to read a body: object by object, led by the types, keeping what they do not name."""

from __future__ import annotations

import codecs
import json
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal, NoReturn, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw, Struct, UnsetType

from dgrid_translate.errors import DecodeError
from dgrid_translate.losses import At, render_path
from dgrid_translate.shared.structs import (
    NULL,
    PIECE,
    Inline,
    Leftovers,
    NullableInline,
    Unknown,
    UnknownRole,
    Wire,
    word_of,
)

_MAX_DEPTH = 40

_decode_raw = msgspec.json.Decoder(Raw).decode
_decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_array = msgspec.json.Decoder(list[Raw]).decode
REFUSALS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


decoders: dict[Any, Callable[[bytes | Raw], Any]] = {}
"""Those that were made."""


def decoder_of(type_: Any) -> Callable[[bytes | Raw], Any]:
    """The decoder of a type, made once."""
    decode = decoders.get(type_)
    if decode is None:
        decode = decoders[type_] = msgspec.json.Decoder(type_).decode
    return decode


def check_utf8(body: bytes) -> None:
    """Raise UnicodeDecodeError if `body` is no UTF-8."""
    if len(body) <= PIECE:
        body.decode()
        return
    view = memoryview(body)
    start, size = 0, len(body)
    while start < size:
        end = start + PIECE
        start += codecs.utf_8_decode(view[start:end], "strict", end >= size)[1]


def load_slowly(type_: Any, body: bytes | Raw, dialect: str, at: At) -> Any:
    """Read `body` as `type_`, by whichever reader takes it.

    Raises:
        DecodeError: it is not JSON, or not of that type; the path begins with `at`.
    """
    try:
        reader: _Reader = _RawReader() if _is_json(body) else _ObjectReader()
        return _Loader(reader, dialect).load(type_, reader.parse(bytes(body), dialect), at, 0)
    except RecursionError:
        raise DecodeError("nested too deeply", path=render_path(at), dialect=dialect) from None


def _is_json(body: bytes | Raw) -> bool:
    try:
        if type(body) is bytes:
            check_utf8(body)
        _decode_raw(body)
    except REFUSALS:
        return False
    return True


def parse_anyhow(body: bytes) -> Any:
    """Any JSON as Python objects, by whichever reader takes it.

    Raises:
        ValueError: it is not JSON (NaN and numbers out of range are not).
        RecursionError: it is nested too deeply.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        text = body.decode("utf-8-sig", "surrogatepass")
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)


def members(value: object) -> dict[str, Any]:
    """The members of a parsed object; none of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def elements(value: object) -> list[Any]:
    """The elements of a parsed array; none of anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:20]} is out of range")
    return value


class _RawReader:
    """Looks at JSON text without parsing what nobody asks for."""

    def parse(self, body: bytes, _dialect: str) -> object:
        return _decode_raw(body)

    def kind(self, node: object) -> str:
        return _KINDS[bytes(cast("Raw", node))[:1]]

    def entries(self, node: object) -> dict[str, object]:
        return cast("dict[str, object]", _decode_object(cast("Raw", node)))

    def items(self, node: object) -> list[object]:
        return cast("list[object]", _decode_array(cast("Raw", node)))

    def raw(self, node: object) -> Raw:
        return cast("Raw", node)

    def scalar(self, node: object) -> object:
        return parse_anyhow(bytes(cast("Raw", node)))

    def fast(self, type_: Any, node: object) -> object:
        return decoder_of(type_)(cast("Raw", node))


class _ObjectReader:
    """Looks at what the standard json module made of JSON that msgspec refuses."""

    def parse(self, body: bytes, dialect: str) -> object:
        try:
            return parse_anyhow(body)
        except ValueError as error:
            raise DecodeError(f"not JSON: {error}", dialect=dialect) from None

    def kind(self, node: object) -> str:
        return _PYTHON_KINDS[type(node)]

    def entries(self, node: object) -> dict[str, object]:
        return cast("dict[str, object]", node)

    def items(self, node: object) -> list[object]:
        return cast("list[object]", node)

    def raw(self, node: object) -> Raw:
        return Raw(json.dumps(node, separators=(",", ":")))

    def scalar(self, node: object) -> object:
        return node

    def fast(self, _type: Any, _node: object) -> object:
        raise msgspec.ValidationError


_Reader = _RawReader | _ObjectReader

_KINDS = {
    b"{": "object",
    b"[": "array",
    b'"': "string",
    b"t": "boolean",
    b"f": "boolean",
    b"n": "null",
    b"-": "number",
} | {b"%d" % digit: "number" for digit in range(10)}
_PYTHON_KINDS: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
}
_SCALARS: dict[Any, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}
_NAMES: dict[Any, str] = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", None: "null"}


class _Field(Struct, frozen=True):
    name: str
    type: Any
    required: bool
    nullable: bool


class _Plan(Struct, frozen=True):
    """What the slow way has to know about a Struct."""

    fields: dict[str, _Field]
    tag_field: str | None


@cache
def _plan(cls: type[Struct]) -> _Plan:
    hints = get_type_hints(cls)
    fields: dict[str, _Field] = {}
    for info in msgspec.structs.fields(cls):
        if info.name != "extra":
            hint = _spelled_out(hints[info.name])
            alternatives = _alternatives(hint)
            nullable = type(None) in alternatives or Raw in alternatives
            fields[info.encode_name] = _Field(info.name, hint, info.required, nullable)
    return _Plan(fields, cls.__struct_config__.tag_field)


def _spelled_out(hint: Any) -> Any:
    """The type of a member; that of inline data, which the fast way reads as any JSON, is what it has to be."""
    for arm in _alternatives(hint):
        if arm is Inline:
            return str
        if arm is NullableInline:
            return str | None
    return hint


@cache
def _alternatives(type_: Any) -> tuple[Any, ...]:
    if get_origin(type_) in (Union, types.UnionType):
        return tuple(arm for arm in get_args(type_) if arm is not UnsetType)
    return (type_,)


class _Loader:
    """The slow way: one walk over the body, led by the types."""

    def __init__(self, reader: _Reader, dialect: str) -> None:
        self.reader = reader
        self.dialect = dialect

    def load(self, type_: Any, node: object, at: At, depth: int) -> object:
        if type_ is Raw:
            return self.reader.raw(node)
        try:
            return self.reader.fast(type_, node)
        except REFUSALS:
            pass
        if depth > _MAX_DEPTH:
            self.fail("nested too deeply", at)
        kind = self.reader.kind(node)
        for arm in self.arms(_alternatives(type_), kind):
            if arm is Raw:
                return self.reader.raw(node)
            if kind == "null":
                return None
            if kind == "object":
                return self.load_object(arm, type_, node, at, depth)
            if kind == "array":
                item = get_args(arm)[0]
                items = enumerate(self.reader.items(node))
                return [self.load(item, child, (*at, index), depth + 1) for index, child in items]
            try:
                value = self.reader.scalar(node)
            except ValueError as error:
                self.fail(str(error), at)
            if isinstance(value, _SCALARS.get(arm, ())) or (get_origin(arm) is Literal and value in get_args(arm)):
                return value
        found = "null" if kind == "null" else f"{'an' if kind in ('object', 'array') else 'a'} {kind}"
        return self.fail(f"expected {_describe(type_)}, found {found}{self.shown(kind, node)}", at)

    def arms(self, alternatives: tuple[Any, ...], kind: str) -> Iterator[Any]:
        for arm in alternatives:
            origin = get_origin(arm)
            if arm is Raw or (
                (kind == "null" and arm is type(None))
                or (kind == "object" and (origin is dict or (isinstance(arm, type) and issubclass(arm, Struct))))
                or (kind == "array" and origin is list)
                or (kind == "string" and (arm is str or origin is Literal))
                or (kind == "number" and arm in (int, float))
                or (kind == "boolean" and arm is bool)
            ):
                yield arm

    def load_object(self, arm: Any, type_: Any, node: object, at: At, depth: int) -> object:
        entries = self.reader.entries(node)
        if get_origin(arm) is dict:
            value_type = get_args(arm)[1]
            return {key: self.load(value_type, child, (*at, key), depth + 1) for key, child in entries.items()}
        cls = arm if arm.__struct_config__.tag_field is None else self.pick(type_, entries, at)
        if cls is Unknown or cls is UnknownRole:
            tag = self.reader.scalar(entries[cast("str", cls.__struct_config__.tag_field)])
            return cls(kind=cast("str", tag), raw=self.reader.raw(node), made=Leftovers())
        return self.load_struct(cls, entries, at, depth)

    def pick(self, type_: Any, entries: dict[str, object], at: At) -> Any:
        """The union's member for this object, by its tag."""
        members = [arm for arm in _alternatives(type_) if isinstance(arm, type) and issubclass(arm, Struct)]
        tag_field = cast("str", members[0].__struct_config__.tag_field)
        if tag_field not in entries:
            self.fail("required, but missing", (*at, tag_field))
        tag_node = entries[tag_field]
        if self.reader.kind(tag_node) != "string":
            self.fail(f"expected a string, found {self.reader.kind(tag_node)}", (*at, tag_field))
        tag = self.reader.scalar(tag_node)
        fallback = None
        for member in members:
            if member is Unknown or member is UnknownRole:
                fallback = member
            elif member.__struct_config__.tag == tag:
                return member
        if fallback is None:
            known = ", ".join(repr(member.__struct_config__.tag) for member in members)
            self.fail(f"expected {known}, found {tag!r}", (*at, tag_field))
        return fallback

    def load_struct(self, cls: type[Struct], entries: dict[str, object], at: At, depth: int) -> Struct:
        plan = _plan(cls)
        values: dict[str, Any] = {}
        extra = Leftovers()
        for key, child in entries.items():
            known = plan.fields.get(key)
            if known is None:
                if key != plan.tag_field:
                    extra[(word_of(key),)] = self.reader.raw(child)
            elif not known.nullable and not known.required and self.reader.kind(child) == "null":
                extra[(word_of(key),)] = NULL
            else:
                values[known.name] = self.load(known.type, child, (*at, key), depth + 1)
        for key, known in plan.fields.items():
            if known.required and known.name not in values:
                self.fail("required, but missing", (*at, key))
        struct = cls(**values)
        if extra and isinstance(struct, Wire):  # a plain Struct looks at a few members and leaves the rest
            struct.extra = extra
        return struct

    def shown(self, kind: str, node: object) -> str:
        if kind not in ("string", "number", "boolean"):
            return ""
        text = bytes(self.reader.raw(node)).decode()
        return " " + (text if len(text) <= 40 else text[:37] + "...")

    def fail(self, reason: str, at: At) -> NoReturn:
        raise DecodeError(reason, path=render_path(at), dialect=self.dialect)


def _describe(type_: Any) -> str:
    names: list[str] = []
    for arm in _alternatives(type_):
        origin = get_origin(arm)
        if origin is Literal:
            name = "one of " + ", ".join(repr(value) for value in get_args(arm))
        elif origin is list:
            name = "an array"
        elif arm is type(None):
            name = "null"
        else:
            name = _NAMES.get(arm, "an object")
        if name not in names:
            names.append(name)
    return " or ".join(names)
