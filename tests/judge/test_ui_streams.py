"""What other dialects' streams become for `useChat`: every release of the AI SDK reads the message that we do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgrid_translate import collect
from dgrid_translate.errors import DecodeError, RemoteStreamError
from dgrid_translate.registry import TABLE
from dgrid_translate.testing import strategies
from dgrid_translate.testing.grammar import ui_message as grammar
from dgrid_translate.testing.laws.canonical import canonical
from dgrid_translate.testing.laws.streams import translated
from dgrid_translate.testing.places import differences
from tests.judge import accept_stream, ui_sdk
from tests.judge.samples import sse
from tests.outside import corpora, missing

pytestmark = pytest.mark.timeout(120)

UI = "ui-message"
OTHERS = [dialect for dialect in TABLE if dialect != UI and strategies.has_strategies(dialect)]
FILES = {"openai": "openai-chat"}


def reads_alike(chunks: list[dict[str, Any]]) -> list[str]:
    """What any release has against a translated stream, or makes of it that we do not."""
    found = [str(one) for one in grammar.check_stream(chunks, official=True, release="5.0.0")]
    accept_stream(UI, sse(chunks, done=True))
    ours = canonical(UI, "response", collect(chunks, source=UI))
    messages = ui_sdk.assembled(sse(chunks, done=True), *grammar.RELEASES)
    for release, message in zip(grammar.RELEASES, messages, strict=True):
        found += [f"{release}: {one}" for one in differences(canonical(UI, "response", message), ours)]
    return found


@pytest.fixture(autouse=True)
def _built() -> None:
    if UI not in TABLE:
        missing("not built yet: the dialect of UI messages")


@pytest.mark.parametrize("dialect", OTHERS)
def test_recorded_streams(dialect: str) -> None:
    surprises: list[str] = []
    for record in corpora(FILES.get(dialect, dialect)):
        events = [event for event in record["stream"] or () if isinstance(event, dict)]
        if not events or not _adds_up(dialect, events):
            continue
        found = reads_alike(translated(dialect, UI, events))
        surprises += [f"{record['id']}: {one}"[:800] for one in found[:3]]
    assert not surprises, "\n".join(surprises)


def _adds_up(dialect: str, events: list[dict[str, Any]]) -> bool:
    try:
        collect(events, source=dialect)
    except (RemoteStreamError, DecodeError):
        return False
    return True


@pytest.mark.parametrize("dialect", OTHERS)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_generated_streams(dialect: str, data: st.DataObject) -> None:
    chunks = data.draw(strategies.streams(dialect))
    assert reads_alike(translated(dialect, UI, chunks)) == []
