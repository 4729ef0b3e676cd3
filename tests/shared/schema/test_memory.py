"""What was made is remembered."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec
import pytest

from dgrid_translate.losses import Losses
from dgrid_translate.shared.schema import CLAUDE_STRICT, downgrade, from_openapi
from tests.shared.schema.kit import PROFILES, Json, closed, down, raw

MOVED = closed({"a": {"type": "string", "minLength": 1}})


def test_what_was_made_is_remembered_and_noted_where_it_stands_now() -> None:
    results: list[msgspec.Raw] = []
    for at in (("tools", 0), ("tools", 7, "parameters"), ()):
        losses = Losses()
        results.append(downgrade(raw(MOVED), PROFILES["OPENAI_STRICT"], losses, at))
        prefix = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at).lstrip(".")
        assert [loss.path for loss in losses] == [f"{prefix}.properties.a.minLength".lstrip(".")]
    assert results[0] is results[1] is results[2]
    assert from_openapi(raw({"type": "STRING"})) is from_openapi(raw({"type": "STRING"}))


def test_profiles_do_not_share_their_memory() -> None:
    taken = msgspec.structs.replace(PROFILES["OPENAI_STRICT"], keep=None)
    assert down(MOVED, "OPENAI_STRICT")[0] != "same"
    source = raw(MOVED)
    assert downgrade(source, taken, Losses(), ()) is source


@pytest.mark.parametrize(
    "schema",
    [
        closed({"a": {"type": "string", "minLength": 1, "description": "x" * 70_000}}),
        closed({"a": {"type": "string", **{f"x-{n}": n for n in range(1000)}}}),
        closed({"a": {"type": "string", "description": "x" * 65_000, "minLength": 1, "format": "x"}}),
    ],
    ids=["a large schema", "many losses", "a large result"],
)
def test_what_is_large_is_not_remembered(schema: Json) -> None:
    first, second = (downgrade(raw(schema), PROFILES["OPENAI_STRICT"], Losses(), ()) for _ in range(2))
    assert first is not second
    assert bytes(first) == bytes(second)


@pytest.mark.parametrize("rewrite", [lambda source: downgrade(source, CLAUDE_STRICT, Losses(), ()), from_openapi])
def test_a_caller_whose_stack_is_nearly_full_spoils_nothing(rewrite: Callable[[msgspec.Raw], msgspec.Raw]) -> None:
    schema: Json = {"type": "STRING", "minLength": 1}
    for _ in range(90):
        schema = {"type": "array", "items": schema}
    source = raw(schema)

    def full(left: int) -> msgspec.Raw:
        return full(left - 1) if left else rewrite(source)

    depth = 0
    frame = sys._getframe()
    while frame := frame.f_back:
        depth += 1
    assert full(sys.getrecursionlimit() - depth - 100) is source
    assert rewrite(source) is not source
