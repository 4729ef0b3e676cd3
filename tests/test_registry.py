"""The table of dialects: names, aliases, and imports on first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dgrid_translate import DIALECTS
from dgrid_translate.errors import AmbiguousFormat, UnknownDialect
from dgrid_translate.registry import TABLE, lookup, readings


def test_dialects_are_listed_under_their_own_names() -> None:
    assert tuple(TABLE) == DIALECTS
    assert [dialect.profile.name for dialect in TABLE.values()] == list(DIALECTS)


def test_aliases_lead_to_one_dialect_each() -> None:
    aliases = [alias for dialect in TABLE.values() for alias in dialect.profile.aliases]
    assert len({*aliases, *DIALECTS}) == len(aliases) + len(DIALECTS)
    for dialect in TABLE.values():
        assert {lookup(alias) is dialect for alias in dialect.profile.aliases} == {True}


def test_an_unknown_name_is_told_all_that_are_known() -> None:
    with pytest.raises(UnknownDialect) as caught:
        lookup("nobody")
    assert {*DIALECTS, "anthropic"} <= set(caught.value.known)


def test_dialects_are_imported_when_asked_for() -> None:
    script = """
import sys, dgrid_translate
loaded = lambda: [name for name in sys.modules if name.startswith("dgrid_translate.dialects.")]
assert not loaded(), loaded()
dgrid_translate.Exchange("openai", "claude")
assert loaded() and not [name for name in loaded() if "gemini" in name], loaded()
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"error":{"message":"x","code":404,"status":"NOT_FOUND"}}', "openai openai-completions gemini"),
        (b'{"messages":[{"role":"user","content":[{"type":"hologram"}]}],"model":"m"}', "openai claude"),
        (b'{"messages":[{"role":"user","content":"x","x_new":1}],"model":"m"}', "openai claude"),
        (b'{"type":"message","id":"i","role":"assistant","content":[],"parts":[]}', "claude ui-message"),
        (b'{"messages":"x"}', "openai claude"),
    ],
    ids=["error", "unknown block", "unknown member", "two answers", "no messages"],
)
def test_bodies_that_several_dialects_could_have_sent(body: bytes, found: str) -> None:
    assert " ".join(dialect.profile.name for dialect, _ in readings(body, None, None)) == found


@pytest.mark.parametrize(
    "body",
    [
        b'{"choices":[1]}',
        b'{"choices":[]}',
        b'{"type":["message"],"role":"assistant"}',
        b'{"object":"\\ud83d","data":[]}',
    ],
)
def test_shapes_of_no_dialect(body: bytes) -> None:
    with pytest.raises(AmbiguousFormat, match="no dialect is known by the keys"):
        readings(body, None, None)
