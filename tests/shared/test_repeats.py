"""Frames that differ in one string."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.ir.events import ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.shared.repeats import Repeats

KINDS = (TextDelta, ReasoningDelta, ToolInputDelta)


def frame(literal: bytes, before: str = "a", after: str = "b") -> bytes:
    return b'{"id":"%b","delta":%b,"more":["%b"]}' % (before.encode(), literal, after.encode())


def taught(text: str, data: bytes) -> Repeats:
    repeats = Repeats()
    repeats.learn(data, TextDelta(3, text))
    return repeats


@given(st.text(min_size=1), st.text(min_size=1), st.booleans())
def test_what_is_known_again_is_what_a_parser_reads(first: str, second: str, ascii_only: bool) -> None:
    repeats = taught(first, frame(msgspec.json.encode(first)))
    literal = json.dumps(second, ensure_ascii=ascii_only).encode("utf-8", "replace")
    found = repeats.read(frame(literal))
    if found is not None:
        assert found == TextDelta(3, json.loads(frame(literal))["delta"])


@given(st.binary(max_size=40))
def test_bytes_in_the_place_of_the_text_are_known_only_if_they_are_a_string(middle: bytes) -> None:
    data = frame(b'"' + middle + b'"')
    found = taught("x", frame(b'"x"')).read(data)
    if found is not None:
        assert found.text == msgspec.json.decode(data)["delta"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_and_the_part_stay(kind: type[TextDelta]) -> None:
    repeats = Repeats()
    repeats.learn(frame(b'"one"'), kind(7, "one"))
    assert repeats.read(frame(b'"\\u00e9\\n"')) == kind(7, "é\n")


@pytest.mark.parametrize(
    "data",
    [
        frame(b'""'),
        frame(b'"x","delta":"y"'),
        frame(b'"\xff"'),
        frame(b'"\\ud83d"'),
        frame(b'"x"', before="other"),
        frame(b'"x"', after="other"),
        b'{"id":"a","delta":"',
        b'{"id":"a","delta":"x"',
        b"[DONE]",
        b"",
    ],
)
def test_anything_else_is_not_known(data: bytes) -> None:
    repeats = taught("one", frame(b'"one"'))
    assert repeats.read(frame(b'"two"')) == TextDelta(3, "two")
    assert repeats.read(data) is None


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("é", frame(b'"\\u00e9"')),
        ("a", frame(b'"\\u0061"')),
        ("a", frame(b'"a"', before="a")),
        ("one two", frame(b'"one","delta":" two"')),
        ("\ud83d", frame(b'"\xed\xa0\xbd"')),
    ],
)
def test_a_text_that_may_stand_elsewhere_is_not_learnt(text: str, data: bytes) -> None:
    assert taught(text, data).read(data) is None


def test_what_is_forgotten_is_not_known() -> None:
    repeats = taught("one", frame(b'"one"'))
    repeats.forget()
    assert repeats.read(frame(b'"two"')) is None


def test_a_host_that_numbers_its_frames_is_given_up() -> None:
    repeats = Repeats()
    for number in range(100):
        repeats.learn(frame(b'"one"', before=f"n{number}"), TextDelta(3, "one"))
    assert repeats.read(frame(b'"two"', before="n99")) is None


def test_frames_that_are_known_keep_it_from_giving_up() -> None:
    repeats = Repeats()
    for number in range(100):
        repeats.learn(frame(b'"one"', before=f"n{number}"), TextDelta(3, "one"))
        assert repeats.read(frame(b'"two"', before=f"n{number}")) == TextDelta(3, "two")
