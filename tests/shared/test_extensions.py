"""Where an extension stood."""

from __future__ import annotations

import pytest

from dgrid_translate.losses import At
from dgrid_translate.shared.extensions import place_of, way_of


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (("a",), ("n", 0, "a")),
        (("..", "a"), ("n", "a")),
        (("..", "..", "choices", "[2]", "a"), ("choices", 2, "a")),
        (("[2]",), ("n", 0, "[2]")),
        (("[" + "9" * 5000 + "]", "a"), ("n", 0, "[" + "9" * 5000 + "]", "a")),
    ],
)
def test_where_a_key_leads(key: tuple[str, ...], place: At) -> None:
    assert place_of(("n", 0), key) == place


def test_a_way_leads_to_its_place() -> None:
    at: At = ("output", 2, "content", 0, "logprobs")
    assert place_of(("output", 0), ("..", "..", *way_of(at))) == at
