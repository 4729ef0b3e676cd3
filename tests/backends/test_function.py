"""Functions as backends, when whoever asked hangs up."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import anthropic
import anyio
import httpx
import openai
import pytest

from dgrid_translate.asgi import create_app
from tests.asgi.driver import ask, call, send
from tests.clients.host import Remembering, running, served

pytestmark = pytest.mark.timeout(60)

CHUNK = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello"}, "finish_reason": None}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def clients(base: str) -> dict[str, tuple[str, Any]]:
    key = {"api_key": "k", "max_retries": 0}
    return {
        "openai": ("openai", openai.OpenAI(base_url=base + "/v1", **key).chat.completions.create),
        "openai-async": ("openai", openai.AsyncOpenAI(base_url=base + "/v1", **key).chat.completions.create),
        "anthropic": ("claude", anthropic.Anthropic(base_url=base, **key).messages.create),
        "anthropic-async": ("claude", anthropic.AsyncAnthropic(base_url=base, **key).messages.create),
    }


@pytest.fixture(scope="module")
def upstream() -> Iterator[tuple[str, Remembering]]:
    with served("openai", delay=0.02) as found:
        yield found


@pytest.mark.parametrize("name", ["openai", "openai-async", "anthropic", "anthropic-async"])
def test_an_sdk_s_stream_is_closed(upstream: tuple[str, Remembering], name: str) -> None:
    base, model = upstream
    speaks, create = clients(base)[name]

    async def asynchronous(body: dict[str, Any]) -> Any:
        return await create(**body)

    def synchronous(body: dict[str, Any]) -> Any:
        return create(**body)

    app = create_app(asynchronous if name.endswith("async") else synchronous, speaks=speaks)
    said = "word " * 500
    asked = {"model": "demo", "max_tokens": 5000, "stream": True, "messages": [{"role": "user", "content": said}]}
    with running(app) as gateway, httpx.Client() as client:
        for path in ("/v1/chat/completions", "/v1/messages"):
            with client.stream("POST", gateway + path, json=asked) as answer:
                assert next(answer.iter_lines())
                assert model.open == 1
            end = time.monotonic() + 5
            while model.open:
                assert time.monotonic() < end
                time.sleep(0.01)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await anyio.sleep(0.01)
    raise AssertionError("it never came")


@pytest.mark.anyio
async def test_threads_that_are_stuck_hold_nobody_up(anyio_backend_name: str) -> None:
    go_on = threading.Event()
    waiting: list[str] = []
    closed: list[str] = []

    def stuck(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        said = body["messages"][0]["content"]
        try:
            yield CHUNK
            if said == "wait":
                waiting.append(said)
                go_on.wait()
            yield STOP
        finally:
            closed.append(said)

    app = create_app(stuck)
    asked = ask("openai", "wait", stream=True)
    # There are 40 threads at a time; Trio counts those that are stuck.
    numbers = (30, 60) if anyio_backend_name == "asyncio" else (30,)
    try:
        with anyio.fail_after(20):
            for number in numbers:
                gone = anyio.Event()
                async with anyio.create_task_group() as group:
                    for _ in range(30):
                        group.start_soon(partial(call, app, asked.path, asked.body, gone=gone))
                    await until(lambda number=number: len(waiting) == number)
                    gone.set()
            assert closed == []
            got = await send(app, ask("openai", "go", stream=True))
            assert got.body.endswith(b"data: [DONE]\n\n")
            go_on.set()
            await until(lambda: len(closed) == numbers[-1] + 1)
    finally:
        go_on.set()


class Given:
    """Has its own way to close, as SDKs' streams have."""

    def __init__(self) -> None:
        self.closed = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield CHUNK
        yield STOP

    def close(self) -> None:
        self.closed = True


class GivenLater(Given):
    __iter__ = None  # type: ignore[assignment]

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        yield CHUNK
        yield STOP

    async def close(self) -> None:  # type: ignore[override]
        self.closed = True


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [Given, GivenLater])
async def test_what_gives_an_iterator_is_closed_too(kind: type[Given]) -> None:
    given = kind()
    got = await send(create_app(lambda _: given), ask("claude", stream=True))
    assert got.status == 200
    assert given.closed
