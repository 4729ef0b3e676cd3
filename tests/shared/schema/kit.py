"""What the tests of schemas share."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from dgrid_translate.losses import Losses
from dgrid_translate.shared import schema as schemas
from dgrid_translate.shared.schema import SchemaProfile, downgrade

Json = Any
PROFILES = {name: profile for name in schemas.__all__ if isinstance(profile := getattr(schemas, name), SchemaProfile)}
every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def raw(value: Json) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def down(value: Json, profile: str) -> tuple[Json, list[str]]:
    """The downgraded schema, "same" if it is the same object, and its losses as "kind feature path"."""
    losses, source = Losses(), raw(value)
    out = downgrade(source, PROFILES[profile], losses, ())
    noted = [f"{loss.kind} {loss.feature.removeprefix('schema_')} {loss.path}" for loss in losses]
    return "same" if out is source else json.loads(bytes(out)), noted


def obj(properties: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, **more}


def closed(properties: dict[str, Json], **more: Json) -> dict[str, Json]:
    every = list(properties)
    return {"type": "object", "properties": properties, "required": every, "additionalProperties": False, **more}


STR: Json = {"type": "string"}
NODE = obj({"next": {"$ref": "#/$defs/Node"}, "v": STR}, required=["v"])

Case = tuple[str, str, Json, Json, list[str]]
"""A name, a profile, a schema, what becomes of it, and the losses."""


def each(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("profile", "before", "after", "noted"), [c[1:] for c in cases], ids=[f"{c[1]}: {c[0]}" for c in cases]
    )


def check(profile: str, before: Json, after: Json, noted: list[str]) -> None:
    out, losses = down(before, profile)
    assert out == after
    assert losses == noted
    if out != "same":
        assert down(out, profile) == ("same", []) or down(out, profile)[0] == out
