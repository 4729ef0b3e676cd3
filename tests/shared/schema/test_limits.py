"""References, and what is too big, too deep or broken."""

from __future__ import annotations

import json
import time

import msgspec
import pytest

from dgrid_translate.losses import Losses
from dgrid_translate.shared.schema import SchemaProfile, downgrade, from_openapi
from tests.shared.schema.kit import PROFILES, Json, down, every_profile, obj, raw


def test_references_follow_json_pointers() -> None:
    pointed: dict[str, Json] = {
        "type": "object",
        "properties": {
            "a": {"$ref": "#/$defs/x~1y~0z/anyOf/0"},
            "b": {"$ref": "#/$defs/x~1y~0z/anyOf/7"},
            "c": {"$ref": "#name"},
        },
        "$defs": {"x/y~z": {"anyOf": [{"type": "string", "minimum": 1}]}},
    }
    out, _ = down(pointed, "GEMINI_OPENAPI")
    assert out == obj({"a": {"type": "string", "minimum": 1}, "b": {}, "c": {}})


def test_a_few_lines_do_not_become_billions() -> None:
    doubling = {
        f"d{n}": obj({"l": {"$ref": f"#/$defs/d{n + 1}"}, "r": {"$ref": f"#/$defs/d{n + 1}"}}) for n in range(40)
    }
    started = time.process_time()
    out, noted = down({"$ref": "#/$defs/d0", "$defs": doubling}, "GEMINI_OPENAPI")
    assert time.process_time() - started < 2
    assert len(json.dumps(out)) < 100_000
    assert noted


def nested(levels: int) -> Json:
    schema: Json = {"const": 1}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


@every_profile
@pytest.mark.parametrize("levels", [150, 400])
def test_too_deep_is_left_alone(profile: SchemaProfile, levels: int) -> None:
    for source in (
        raw({"type": "object", "properties": {"a": nested(levels)}, "oneOf": [{}]}),
        msgspec.Raw(b'{"allOf":[' * levels + b'{"$ref":"#","oneOf":[]}' + b"]}" * levels),
        msgspec.Raw(b"[" * 100_000),
        msgspec.Raw(b'{"oneOf":' * 100_000),
    ):
        losses = Losses()
        assert downgrade(source, profile, losses, ()) is source
        assert not losses
        assert from_openapi(source) is source


@pytest.mark.parametrize("broken", [b"", b"{", b'"\\ud83d"', b'{"a":"\xff"}', b'{"minimum":1e999}', b"nul"])
@every_profile
def test_broken_json_is_left_alone(profile: SchemaProfile, broken: bytes) -> None:
    source = msgspec.Raw(broken)
    assert downgrade(source, profile, Losses(), ()) is source
    assert from_openapi(source) is source


def test_numbers_keep_their_value() -> None:
    source = msgspec.Raw(b'{"const":123456789012345678901234567890,"maximum":1e2}')
    out = downgrade(source, PROFILES["GEMINI_JSON"], Losses(), ())
    assert bytes(out) == b'{"enum":[123456789012345678901234567890],"maximum":100.0,"type":"integer"}'
