"""From a schema's bytes to those that a target takes: whether anything has to change at all, and what was made of it.

A schema that needs no change is given back as the very same object, and mostly without being parsed: tool definitions
are the bulk of many requests, so a search of the bytes decides before anything else is done with a new one. A schema
that is not understood (no JSON object, broken JSON, nested beyond reason, a root that is no object where one must be)
is given back untouched too: it is the vendor's to reject.
"""

from __future__ import annotations

import re

import msgspec

from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.schema.cache import UNCHANGED, Made, remembered
from dgrid_translate.shared.schema.keywords import TooDeep, is_node
from dgrid_translate.shared.schema.profiles import SchemaProfile, Suspect
from dgrid_translate.shared.schema.walk import Walk

_OBJECT_FIRST = re.compile(
    rb'\s*\{\s*(?:"\$schema"\s*:\s*"[^"\\]*"\s*,\s*)?"type"\s*:\s*"object"\s*,\s*"properties"\s*:\s*\{'
)


def downgrade(schema: msgspec.Raw, profile: SchemaProfile, losses: Losses, at: At) -> msgspec.Raw:
    """The schema as the target takes it; the very same object when nothing has to change.

    `at` leads to the schema in the source body; what is lost is noted on `losses` at the path of its keyword. Never
    raises: what cannot be understood is given back untouched.
    """
    try:
        made = _make(bytes(schema), profile)
    except RecursionError:
        return schema
    if made.notes:
        losses.inside(at, made.notes)
    return schema if made.schema is None else made.schema


@remembered
def _make(raw: bytes, profile: SchemaProfile) -> Made:
    try:
        if not _suspicious(raw, profile):
            return UNCHANGED
        decoded = msgspec.json.decode(raw)
        if not is_node(decoded):
            return UNCHANGED
        walk = Walk(profile, decoded, b'"$ref"' in raw)
        out = walk.run()
        if out is decoded or (profile.root_object and not _of_object(out)):
            return UNCHANGED
        return Made(msgspec.Raw(_settled(msgspec.json.encode(out), profile)), tuple(walk.notes))
    except (ValueError, TooDeep):
        return UNCHANGED


def _of_object(schema: object) -> bool:
    return is_node(schema) and schema.get("type") == "object"


def _settled(encoded: bytes, profile: SchemaProfile) -> bytes:
    """An `allOf` whose members fit together only after their own rewriting, merged as well."""
    while profile.merges and b'"allOf"' in encoded:
        decoded = msgspec.json.decode(encoded)
        walk = Walk(profile, decoded, True)
        out = walk.run()
        if out is decoded or walk.notes:
            break
        encoded = msgspec.json.encode(out)
    return encoded


_ABSENT = msgspec.Raw()


class _Root(msgspec.Struct):
    """The outermost keywords that decide whether a tool's input is an object and nothing else."""

    type: msgspec.Raw = _ABSENT
    properties: msgspec.Raw = _ABSENT
    all_of: msgspec.Raw = msgspec.field(default=_ABSENT, name="allOf")
    any_of: msgspec.Raw = msgspec.field(default=_ABSENT, name="anyOf")
    one_of: msgspec.Raw = msgspec.field(default=_ABSENT, name="oneOf")
    enum: msgspec.Raw = _ABSENT
    not_: msgspec.Raw = msgspec.field(default=_ABSENT, name="not")


_ROOT = msgspec.json.Decoder(_Root)
_ROOT_FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(_Root)}


def _suspicious(raw: bytes, profile: SchemaProfile) -> bool:
    """Whether something may have to change."""
    if profile.suspects is None:
        return True
    if profile.root_object and (_shows(raw, profile.root_marks) or not _OBJECT_FIRST.match(raw)):
        root = _ROOT.decode(raw)
        if bytes(root.type) != b'"object"' or root.properties is _ABSENT:
            return True
        if any(getattr(root, _ROOT_FIELDS[keyword]) is not _ABSENT for keyword in profile.root_refuses):
            return True
    return _shows(raw, profile.suspects)


def _shows(raw: bytes, suspects: tuple[Suspect, ...]) -> bool:
    # Plain loops: a generator costs more than most of these searches.
    for signs in suspects:
        for sign in signs:
            if not (sign in raw if isinstance(sign, bytes) else sign.search(raw)):
                break
        else:
            return True
    return False
