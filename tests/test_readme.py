"""The front page's examples run and give what it says they give."""

from __future__ import annotations

import asyncio
import doctest
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from dgrid_translate.cli.group import dgrid_translate
from dgrid_translate.testing import Conformance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

README = Path(__file__).parents[1] / "README.md"
FIDELITY = re.compile(
    r"^<!-- fidelity: begin \(dgrid-translate (.*?)\) -->\n(.*?)^<!-- fidelity: end -->$", re.M | re.S
)
BLOCKS = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHUNK = (
    b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",'
    b'"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
)


def test_the_examples_run() -> None:
    names: dict[str, Any] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    text = README.read_text("utf-8")
    for found in BLOCKS.finditer(text):
        block, line = found[1], text.count("\n", 0, found.start(1))
        if ">>>" in block:
            runner.run(
                doctest.DocTest(parse(block), names, "README.md", None, line, None), out=said.append, clear_globs=False
            )
        else:
            exec(compile("\n" * line + block, str(README), "exec"), names)
    assert said == []
    relaxed = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    relaxed(names["test_upstream_takes_what_we_send"])()
    assert issubclass(names["TestMine"], Conformance)
    assert b"message_stop" in b"".join(asyncio.run(relayed(names["relay"])))


def test_the_table_of_losses_is_what_the_command_prints() -> None:
    (found,) = FIDELITY.finditer(README.read_text("utf-8"))
    printed = CliRunner().invoke(dgrid_translate, found[1].split())
    assert printed.exit_code == 0
    assert found[2] == printed.output


def parse(block: str) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(block)


async def relayed(relay: Any) -> list[bytes]:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (CHUNK, b"data: [DONE]\n\n"):
            yield piece

    sent: list[bytes] = []

    async def send(frame: bytes) -> None:
        sent.append(frame)

    await relay(SimpleNamespace(aiter_bytes=pieces), send)
    return sent
