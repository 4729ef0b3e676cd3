"""Texts that come in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.ir.pieces import Pieces, join_text


@given(st.lists(st.text(max_size=3), max_size=40), st.integers(1, 400))
def test_nothing_is_lost_however_many_there_are(words: list[str], times: int) -> None:
    pieces = Pieces()
    for word in words * times:
        pieces.add(word)
    assert pieces.text() == "".join(words * times)
    assert bool(pieces) == bool(words)


def test_a_character_that_was_cut_is_made_whole_wherever_it_was() -> None:
    pieces = Pieces()
    halves = ["\ud83d", "\ude00"] * 1500
    for half in ["a", *halves]:  # so that the first 1024 end within one
        pieces.add(half)
    assert pieces.text() == join_text(["a", *halves]) == "a" + "😀" * 1500
