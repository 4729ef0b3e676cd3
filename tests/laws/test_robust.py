"""Totality and determinism: any bytes, and two processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgrid_translate.dialect import Kind
from dgrid_translate.testing import laws, strategies
from dgrid_translate.testing.places import leaves, replaced
from tests.laws.pairs import DIALECTS, by_dialect, relaxed

pytestmark = pytest.mark.timeout(120)

KINDS: tuple[Kind, ...] = ("request", "response", "event", "error")
by_kind = pytest.mark.parametrize("kind", KINDS)

ODD = (
    b"", b"null", b"[]", b"{}", b'"x"', b"1", b"tru", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[DONE]", b"[" * 5000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000, b'{"messages":[{"role":"user","content":"\\ud83d"}]}', b'{"messages":NaN}',
    b'{"contents":[{"parts":[{}]}]}', b'{"choices":[{}]}', b'{"candidates":[{}]}', b'{"type":"message_start"}',
    b'{"error":"x"}', b'{"error":null}', b'{"a":1e999}', b'{"max_tokens":1e400,"messages":[]}', b"\x00",
)  # fmt: skip


@by_dialect
@by_kind
@pytest.mark.parametrize("data", ODD, ids=lambda data: repr(data[:20]))
def test_odd_bytes(dialect: str, kind: Kind, data: bytes) -> None:
    laws.totality(dialect, kind, data)


@by_dialect
@by_kind
@relaxed
@given(data=st.binary(max_size=40))
def test_any_bytes(dialect: str, kind: Kind, data: bytes) -> None:
    laws.totality(dialect, kind, data)


ANYTHING: tuple[Any, ...] = (None, True, 0, -1.5, 2**70, "", "x", "\ud83d", [], {}, [None], {"type": "x"}, [[]])


def bodies(dialect: str, kind: Kind) -> st.SearchStrategy[Any]:
    match kind:
        case "request":
            return strategies.requests(dialect, unknown=True)
        case "response":
            return strategies.responses(dialect, unknown=True)
        case "error":
            return strategies.errors(dialect).map(lambda pair: pair[1])
        case _:
            return strategies.streams(dialect).flatmap(st.sampled_from)


@by_dialect
@by_kind
@relaxed
@given(data=st.data())
def test_bent_bodies(dialect: str, kind: Kind, data: st.DataObject) -> None:
    """A valid body with something else in one place."""
    body = data.draw(bodies(dialect, kind))
    places = [at[:count] for at, _ in leaves(body) for count in range(1, len(at) + 1)]
    bent = replaced(body, data.draw(st.sampled_from(places)), data.draw(st.sampled_from(ANYTHING)))
    laws.totality(dialect, kind, json.dumps(bent).encode())


SCRIPT = """
import hashlib, json, sys
from dgrid_translate import translate
digest = hashlib.sha256()
for source, target, kind, body in json.loads(sys.stdin.read()):
    losses = []
    made = translate(json.dumps(body), to=target, source=source, kind=kind, losses=losses, passthrough=False)
    digest.update(made.encode("utf-8", "surrogatepass") + repr(losses).encode())
print(digest.hexdigest())
"""


def test_two_processes_agree() -> None:
    """Hash seeds differ; what is made of a body must not."""
    cases: list[tuple[str, str, str, Any]] = []

    @settings(relaxed, max_examples=25)
    @given(data=st.data())
    def gather(data: st.DataObject) -> None:
        for source in DIALECTS:
            asked, answered = data.draw(strategies.requests(source)), data.draw(strategies.responses(source))
            for target in DIALECTS:
                cases.extend([(source, target, "request", asked), (source, target, "response", answered)])

    gather()
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            input=json.dumps(cases),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
