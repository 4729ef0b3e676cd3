"""Decides whether a JSON value has the shape of a Python annotation, and says where it has not.

The SDKs describe their wire formats as TypedDicts (requests) and pydantic models (responses, events). This module walks
either kind with the same eyes. Pydantic alone would not do for the requests: it turns every ``Iterable[...]`` member
into a lazy generator that checks nothing, and a union failure lists every member. Here iterables are lists, keys nobody
declared are problems, and a union reports the one member that was meant (chosen by ``type``, ``role`` and the like).

It knows nothing of any vendor; what a dialect tolerates beyond its SDK's types comes in as an ``Allowance``.
"""

import datetime
import enum
import json
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Optional, TypeAlias, TypeVar, Union, get_args, get_origin

import pydantic
import typing_extensions

from tests.judge.annotations import (
    MAPPINGS,
    Member,
    flatten,
    is_list,
    is_object,
    literal_values,
    model_members,
    same_kind,
    strip,
    typeddict_members,
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a value: where, what, and how grave (unions report the member with the lightest sum)."""

    path: str
    reason: str
    weight: int = 2

    def __str__(self) -> str:
        return f"{self.path or '(body)'}: {self.reason}"


BASE64 = pydantic.TypeAdapter(bytes, config=pydantic.ConfigDict(val_json_bytes="base64"))
TAGS = ("type", "role", "object", "event", "mode", "stream")

# The classes of a union, each with its literal tags.
Tagged: TypeAlias = list[tuple[object, dict[str, tuple[object, ...]]]]
Check: TypeAlias = Callable[[object, str, list[Problem]], None]


@dataclass(frozen=True)
class Allowance:
    """What is tolerated beyond the declared types, by class name.

    ``extra``: undeclared keys and the annotation of each; class name ``*`` means every object.
    ``optional``: declared keys that may be absent or null.
    ``retyped``: declared keys whose annotation is replaced.
    """

    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    optional: Mapping[str, frozenset[str]] = field(default_factory=dict)
    retyped: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __or__(self, other: "Allowance") -> "Allowance":
        """Both together; the right side wins where they name the same key."""
        return Allowance(
            {n: {**self.extra.get(n, {}), **other.extra.get(n, {})} for n in {**self.extra, **other.extra}},
            {
                n: self.optional.get(n, frozenset()) | other.optional.get(n, frozenset())
                for n in {**self.optional, **other.optional}
            },
            {n: {**self.retyped.get(n, {}), **other.retyped.get(n, {})} for n in {**self.retyped, **other.retyped}},
        )


class Shapes:
    """Compiles annotations to checks under one allowance, and keeps them."""

    def __init__(self, allowance: Allowance | None = None, *, exact: bool = False) -> None:
        """``exact``: the letter case of enum values counts, and a model's key goes by its alias alone (some models
        take the Python name as well).
        """
        self.allowance = allowance or Allowance()
        self.exact = exact
        self._checks: dict[object, Check] = {}
        self._members: dict[type, dict[str, Member]] = {}

    def problems(self, annotation: object, value: object, path: str = "") -> list[Problem]:
        """Everything wrong with the value; empty when it fits."""
        found: list[Problem] = []
        self.check(annotation)(value, path, found)
        return found

    def check(self, annotation: object) -> Check:
        """The check of one annotation, compiled once. Recursive types see themselves through a late binding."""
        try:
            known = self._checks.get(annotation)
        except TypeError:  # an unhashable Literal or Annotated: compile it anew
            return self._compile(annotation)
        if known is None:
            self._checks[annotation] = lambda value, path, found: self._checks[annotation](value, path, found)
            known = self._checks[annotation] = self._compile(annotation)
        return known

    def _compile(self, annotation: object) -> Check:
        annotation = strip(annotation)
        origin = get_origin(annotation)
        if annotation in (Any, object) or isinstance(annotation, TypeVar):
            return _anything
        if origin in (Union, types.UnionType):
            return self._union(get_args(annotation))
        if origin in (Literal, typing_extensions.Literal):
            return _literal(get_args(annotation))
        if is_list(annotation, origin):
            return self._list(next(iter(get_args(annotation)), Any))
        if origin in MAPPINGS or annotation in MAPPINGS:
            return self._mapping((*get_args(annotation), Any, Any)[1])
        base = origin or annotation
        if isinstance(base, type):
            if typing_extensions.is_typeddict(base) or issubclass(base, pydantic.BaseModel):
                return self._object(base)
            if issubclass(base, enum.Enum):
                return _enum(base, self.exact)
            if base in SCALARS:
                return SCALARS[base]
        return _not_json(annotation)

    def _list(self, item: object) -> Check:
        check = self.check(item)

        def check_list(value: object, path: str, found: list[Problem]) -> None:
            if not isinstance(value, list):
                found.append(Problem(path, f"expected a list, found {show(value)}"))
                return
            for index, element in enumerate(value):
                check(element, f"{path}[{index}]", found)

        return check_list

    def _mapping(self, item: object) -> Check:
        check = self.check(item)

        def check_mapping(value: object, path: str, found: list[Problem]) -> None:
            if not isinstance(value, dict):
                found.append(Problem(path, f"expected an object, found {show(value)}"))
                return
            for key, element in value.items():
                check(element, f"{path}.{key}" if path else str(key), found)

        return check_mapping

    def members(self, cls: type) -> dict[str, Member]:
        """The declared keys of a TypedDict or pydantic class, with the allowance applied."""
        if cls not in self._members:
            name = cls.__name__
            retyped, optional = self.allowance.retyped.get(name, {}), self.allowance.optional.get(name, frozenset())
            declared = model_members(cls) if issubclass(cls, pydantic.BaseModel) else typeddict_members(cls)
            table: dict[str, Member] = {}
            for member in declared:
                if self.exact:
                    member = member._replace(names=member.names[:1])
                key = member.names[0]
                annotation = retyped.get(key, member.annotation)
                if key in optional:
                    member = Member(member.names, Optional[annotation], False)
                else:
                    member = Member(member.names, annotation, member.required)
                table.update(dict.fromkeys(member.names, member))
            for key, annotation in {**self.allowance.extra.get("*", {}), **self.allowance.extra.get(name, {})}.items():
                table.setdefault(key, Member((key,), annotation, False))
            self._members[cls] = table
        return self._members[cls]

    def _object(self, cls: type) -> Check:
        name, table = cls.__name__, self.members(cls)
        checks = {key: self.check(member.annotation) for key, member in table.items()}
        required = [member.names for member in dict.fromkeys(table.values()) if member.required]

        def check_object(value: object, path: str, found: list[Problem]) -> None:
            if not isinstance(value, dict):
                found.append(Problem(path, f"expected {name}, found {show(value)}", 8))
                return
            for key, element in value.items():
                inner = f"{path}.{key}" if path else str(key)
                check = checks.get(key)
                if check is None:
                    found.append(Problem(inner, f"{name} has no such key (value {show(element)})", 1))
                else:
                    check(element, inner, found)
            absent = [names[0] for names in required if not any(n in value for n in names)]
            found.extend([Problem(f"{path}.{key}" if path else key, f"required by {name}, absent") for key in absent])

        return check_object

    def _union(self, members: Iterable[object]) -> Check:
        flat = list(flatten(members))
        objects = [m for m in flat if is_object(m)]
        others = [(m, self.check(m)) for m in flat if not is_object(m)]
        # A member class stays uncompiled until a value asks for it: some unions have dozens.
        tags = [(cls, self._tags(cls)) for cls in objects]

        meant = [check for member, check in others if member is not type(None)] if not tags else []
        only = meant if len(meant) == 1 else []
        wanted = " or ".join(dict.fromkeys(type_name(m) for m in flat))

        def check_union(value: object, path: str, found: list[Problem]) -> None:
            candidates = [check for _, check in others]
            kin = [check for member, check in others if same_kind(member, value)]
            if isinstance(value, dict) and tags:
                chosen = _choose(value, tags)
                if chosen is None and not kin:
                    found.append(Problem(path, _unknown_tag(value, tags), 6))
                    return
                kin = [self.check(cls) for cls in chosen or ()] + kin
                candidates = kin
            kin = kin or (only if value is not None else [])
            best: list[Problem] | None = None
            for check in candidates:
                problems: list[Problem] = []
                check(value, path, problems)
                if not problems:
                    return
                if (not kin or check in kin) and (best is None or _weight(problems) < _weight(best)):
                    best = problems
            if best and kin:
                found.extend(best)
            else:
                found.append(Problem(path, f"expected {wanted}, found {show(value)}"))

        return check_union

    def _tags(self, cls: Any) -> dict[str, tuple[object, ...]]:
        """The literal values by which a member of a union is recognised."""
        found: dict[str, tuple[object, ...]] = {}
        for member in self.members(get_origin(cls) or cls).values():
            literals = literal_values(member.annotation)
            if member.names[0] in TAGS and literals:
                found[member.names[0]] = literals
        return found


def _choose(value: dict[str, object], tags: Tagged) -> list[object] | None:
    """The members whose literal tags do not contradict the value, those with most agreeing tags first."""
    ranked: list[tuple[int, int, object]] = []
    for cls, literals in tags:
        agreeing = [value[key] in allowed for key, allowed in literals.items() if key in value]
        if all(agreeing):
            ranked.append((-len(agreeing), len(ranked), cls))
    return [cls for *_, cls in sorted(ranked, key=lambda r: r[:2])] or None


def _unknown_tag(value: dict[str, object], tags: Tagged) -> str:
    key = next((k for k in TAGS if k in value and any(k in literals for _, literals in tags)), "type")
    known = dict.fromkeys(str(v) for _, literals in tags for v in literals.get(key, ()))
    return f"{key} {show(value.get(key))} is not one of {', '.join(known)}"


def _weight(problems: list[Problem]) -> int:
    return sum(p.weight for p in problems)


def _anything(value: object, path: str, found: list[Problem]) -> None:
    """Any JSON value will do."""


def _scalar(wanted: str, fits: Callable[[object], bool]) -> Check:
    def check_scalar(value: object, path: str, found: list[Problem]) -> None:
        if not fits(value):
            found.append(Problem(path, f"expected {wanted}, found {show(value)}"))

    return check_scalar


def _literal(allowed: tuple[object, ...]) -> Check:
    wanted = "one of " + ", ".join(map(repr, allowed)) if len(allowed) > 1 else repr(allowed[0])
    typed = {(type(v), v) for v in allowed}
    return _scalar(wanted, lambda v: isinstance(v, str | int) and (type(v), v) in typed)


def _enum(cls: type[enum.Enum], exact: bool) -> Check:
    values = {str(m.value) if exact else str(m.value).upper() for m in cls}
    return _scalar(f"a {cls.__name__}", lambda v: isinstance(v, str) and (v if exact else v.upper()) in values)


def _not_json(annotation: object) -> Check:
    return _scalar(f"{annotation} (which JSON cannot hold)", lambda _: False)


def is_base64(value: object) -> bool:
    """Whether pydantic, hence the SDK, decodes it: either alphabet but not both, padding optional, no stray bits."""
    try:
        BASE64.validate_json(json.dumps(value), strict=True)
    except pydantic.ValidationError:
        return False
    return True


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.datetime.fromisoformat(value))
    except ValueError:
        return False


_anystring = _scalar("a string", lambda v: isinstance(v, str))
SCALARS: dict[object, Check] = {
    str: _anystring,
    bool: _scalar("a boolean", lambda v: isinstance(v, bool)),
    int: _scalar("an integer", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    float: _scalar("a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    bytes: _scalar("base64 text", is_base64),
    type(None): _scalar("null", lambda v: v is None),
    None: _scalar("null", lambda v: v is None),
    datetime.datetime: _scalar("an ISO 8601 time", _is_date),
    datetime.date: _scalar("an ISO 8601 date", _is_date),
}


def type_name(annotation: object) -> str:
    """A short name of an annotation for messages."""
    name = str(getattr(annotation, "__name__", annotation)).replace("typing.", "")
    return "null" if annotation is type(None) else name


def show(value: object) -> str:
    """A value for a message, cut short."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
