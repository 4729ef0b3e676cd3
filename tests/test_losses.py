"""Losses: what they say, where they point, and how they are collected."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.losses import At, Loss, Losses, render_path


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ((), ""),
        (("model",), "model"),
        (("messages", 3, "content", 0, "text"), "messages[3].content[0].text"),
        ((0, "type"), "[0].type"),
        (("$defs", "a-b", "_c"), "$defs.a-b._c"),
        (("metadata", "a b"), 'metadata["a b"]'),
        (("a.b",), '["a.b"]'),
        (("metadata", 'say "x"'), r'metadata["say \"x\""]'),
        (("metadata", ""), 'metadata[""]'),
        (("metadata", "0"), 'metadata["0"]'),
        (("metadata", "é"), 'metadata["é"]'),
        (("metadata", "\ud83d"), 'metadata["?"]'),
    ],
)
def test_render_path(at: At, path: str) -> None:
    assert render_path(at) == path


KEYS = st.one_of(st.text(st.characters(codec="utf-8"), max_size=4), st.sampled_from(["a", "b", "a.b", "0"]))
PLACES = st.lists(st.one_of(KEYS, st.integers(0, 3)), max_size=4).map(tuple)


@given(PLACES, PLACES)
def test_two_places_have_two_paths(one: At, other: At) -> None:
    assert (render_path(one) == render_path(other)) == (one == other)


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (Loss("dropped", "logit_bias", "logit_bias"), "dropped logit_bias at logit_bias"),
        (Loss("moved", "refusal", "", "as text"), "moved refusal at (body): as text"),
    ],
)
def test_a_loss_as_text(loss: Loss, text: str) -> None:
    assert str(loss) == text


def test_a_loss_is_a_value() -> None:
    loss = Loss("invented", "max_tokens", "max_tokens", "4096")
    assert {loss, Loss("invented", "max_tokens", "max_tokens", "4096")} == {loss}
    with pytest.raises(AttributeError):
        loss.path = "elsewhere"
    assert msgspec.json.decode(msgspec.json.encode(loss), type=Loss) == loss


def test_no_losses() -> None:
    losses = Losses()
    assert not losses
    assert len(losses) == 0
    assert list(losses) == []


def test_losses_keep_their_order_and_count_once() -> None:
    losses = Losses()
    losses.dropped("cache_control", ("messages", 0, "cache_control"))
    losses.approximated("tool_choice", ("tool_choice",), "any of two")
    losses.moved("refusal", ("messages", 1, "refusal"))
    losses.invented("max_tokens", ("max_tokens",), "4096")
    losses.dropped("cache_control", ("messages", 0, "cache_control"))
    losses.dropped("cache_control", ("messages", 1, "cache_control"))
    assert losses
    assert len(losses) == 5
    assert list(losses) == [
        Loss("dropped", "cache_control", "messages[0].cache_control"),
        Loss("approximated", "tool_choice", "tool_choice", "any of two"),
        Loss("moved", "refusal", "messages[1].refusal"),
        Loss("invented", "max_tokens", "max_tokens", "4096"),
        Loss("dropped", "cache_control", "messages[1].cache_control"),
    ]


def test_losses_inside_a_part_of_the_body() -> None:
    losses = Losses()
    losses.inside(
        ("tools", 1), [("dropped", "x", ("a",), ""), ("moved", "y", (), "there"), ("dropped", "x", ("a",), "")]
    )
    assert list(losses) == [Loss("dropped", "x", "tools[1].a"), Loss("moved", "y", "tools[1]", "there")]
