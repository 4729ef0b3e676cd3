"""The front page's examples run and give what it says they give."""

from __future__ import annotations

import asyncio
import doctest
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

README = Path(__file__).parents[1] / "README.md"
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
    assert b"message_stop" in b"".join(asyncio.run(relayed(names["relay"])))


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
