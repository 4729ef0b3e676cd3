"""Reads the annotations that SDKs declare their wire formats with: TypedDicts, pydantic models, literals and unions."""

import collections.abc
import datetime
import enum
import types
import typing
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import pydantic
import typing_extensions

LISTS = (list, tuple, set, frozenset, collections.abc.Iterable, collections.abc.Sequence)
MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
PLAIN = (str, bool, int, float, bytes, type(None), None, datetime.datetime, datetime.date)


class Member(NamedTuple):
    """One declared key of an object: its names on the wire, its annotation, and whether it must be there."""

    names: tuple[str, ...]
    annotation: object
    required: bool


def strip(annotation: object) -> object:
    """The annotation without Annotated, Required, NotRequired, Final and type-alias wrappers."""
    while True:
        if isinstance(annotation, (typing_extensions.TypeAliasType, *NEW_ALIASES)):
            annotation = cast("Any", annotation).__value__
        elif get_origin(annotation) in WRAPPERS or get_origin(annotation) is typing.Annotated:
            annotation = get_args(annotation)[0]
        else:
            return annotation


NEW_ALIASES = (typing.TypeAliasType,) if hasattr(typing, "TypeAliasType") else ()
WRAPPERS = (typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly, typing.ClassVar)


def is_list(annotation: object, origin: object) -> bool:
    return origin in LISTS or annotation in LISTS or getattr(origin, "__name__", "") == "SequenceNotStr"


def is_object(annotation: object) -> bool:
    base = get_origin(annotation) or annotation
    if not isinstance(base, type) or base is pydantic.BaseModel:
        return False
    return typing_extensions.is_typeddict(base) or issubclass(base, pydantic.BaseModel)


def flatten(members: Iterable[object]) -> Iterable[object]:
    for member in map(strip, members):
        if get_origin(member) in (Union, types.UnionType):
            yield from flatten(get_args(member))
        elif is_json(member):
            yield member


def is_json(annotation: object) -> bool:
    """False for what only Python can hold (open files, paths, images), which an SDK turns into JSON before sending."""
    base = get_origin(annotation) or annotation
    if base in (Any, object) or not isinstance(base, type) or base in PLAIN or is_object(annotation):
        return True
    return issubclass(base, enum.Enum) or is_list(annotation, get_origin(annotation)) or base in MAPPINGS


def same_kind(annotation: object, value: object) -> bool:
    """Whether the value is at least a list for a list, an object for a map, a string for a literal or an enum."""
    origin = get_origin(annotation)
    if isinstance(value, list):
        return is_list(annotation, origin)
    if isinstance(value, dict):
        return (origin or annotation) in MAPPINGS
    literals = literal_values(annotation)
    if literals:
        return any(type(v) is type(value) for v in literals)
    return isinstance(value, str) and isinstance(annotation, type) and issubclass(annotation, enum.Enum)


def literal_values(annotation: object) -> tuple[object, ...]:
    annotation = strip(annotation)
    if get_origin(annotation) in (Literal, typing_extensions.Literal):
        return get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [(None,) if a is type(None) else literal_values(a) for a in get_args(annotation)]
        return tuple(v for group in inner for v in group) if all(inner) else ()
    return ()


def model_members(cls: type[pydantic.BaseModel]) -> list[Member]:
    cls.model_rebuild()
    both = bool(cls.model_config.get("populate_by_name"))
    members = []
    for name, info in cls.model_fields.items():
        names = (info.alias, name) if both and info.alias and info.alias != name else (info.alias or name,)
        annotation: object = info.annotation
        members.append(Member(tuple(n for n in names if n), annotation, info.is_required()))
    return members


def typeddict_members(cls: Any) -> list[Member]:
    hints = typing_extensions.get_type_hints(cls, include_extras=True)
    totals: dict[str, bool] = {}
    for base in _typeddict_bases(cls):  # annotations are inherited: the first class that has the key declared it
        for name in base.__annotations__:
            totals.setdefault(name, base.__total__)
    members = []
    for name, hint in hints.items():
        wire = _alias(hint) or name
        required: dict[object, bool] = {typing_extensions.Required: True, typing_extensions.NotRequired: False}
        members.append(Member((wire,), hint, required.get(get_origin(hint), totals.get(name, True))))
    return members


def _typeddict_bases(cls: Any) -> Iterable[Any]:
    """The bases first. ``__required_keys__`` is wrong for string annotations, so each class's ``total`` is read."""
    for base in typing_extensions.get_original_bases(cls):
        if typing_extensions.is_typeddict(get_origin(base) or base):
            yield from _typeddict_bases(get_origin(base) or base)
    yield cls


def _alias(hint: object) -> str | None:
    while get_origin(hint) in WRAPPERS:
        hint = get_args(hint)[0]
    return next((a.alias for a in getattr(hint, "__metadata__", ()) if getattr(a, "alias", None)), None)
