"""Headers in and out: request ids, losses, strictness, CORS, what an upstream is sent and what comes back of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app
from dgrid_translate.backends import Answer, Call, DemoBackend
from dgrid_translate.registry import lookup
from tests.asgi.driver import ask, call, send

pytestmark = pytest.mark.anyio


class Recording(DemoBackend):
    """Keeps the calls it gets; answers with an upstream's headers."""

    def __init__(self, speaks: str) -> None:
        super().__init__(speaks=speaks)
        self.calls: list[Call] = []
        self.headers: list[tuple[bytes, bytes]] = []

    async def send(self, call: Call) -> Answer:
        self.calls.append(call)
        answer = await super().send(call)
        answer.headers = [*answer.headers, *self.headers]
        return answer


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("client", DIALECTS)
async def test_request_ids(client: str, stream: bool) -> None:
    header = lookup(client).profile.request_id
    backend = Recording("gemini" if client == "claude" else "claude")
    app = create_app(backend)
    made = (await send(app, ask(client, stream=stream))).headers[header]
    assert made.startswith("req_")
    assert backend.calls[-1].context.request_id == made
    backend.headers = [
        (b"request-id", b"up_1"),
        (b"anthropic-ratelimit-requests-remaining", b"9"),
        (b"set-cookie", b"a"),
    ]
    got = await send(app, ask(client, stream=stream))
    assert got.headers[header] == "up_1"
    assert got.headers["anthropic-ratelimit-requests-remaining"] == "9"
    assert "set-cookie" not in got.headers
    got = await send(app, ask(client, stream=stream), headers={"x-request-id": "mine-7"})
    assert got.headers[header] == "mine-7"
    got = await send(app, ask(client, stream=stream), headers={"x-request-id": "bad id\x7f"})
    assert got.headers[header] == "up_1"


@pytest.mark.parametrize("stream", [False, True])
async def test_losses_are_counted_in_a_header(stream: bool) -> None:
    asked = ask("openai", stream=stream, seed=7, logit_bias={"1": 2})
    got = await send(create_app(DemoBackend(speaks="claude")), asked)
    count, _, features = got.headers["x-dgrid-translate-losses"].partition("; features=")
    assert int(count) >= 2
    assert {"seed", "logit_bias"} <= set(features.split(","))
    got = await send(create_app(DemoBackend(speaks="openai")), asked)
    assert "x-dgrid-translate-losses" not in got.headers


@pytest.mark.parametrize("stream", [False, True])
async def test_strict_requests_are_refused_before_they_cost_anything(stream: bool) -> None:
    backend = Recording("claude")
    asked = ask("openai", stream=stream, seed=7, max_completion_tokens=9)
    got = await send(create_app(backend), asked, headers={"x-dgrid-translate-strict": "1"})
    assert got.status == 422
    assert got.json["error"]["code"] == "lossy_translation"
    assert "dropped seed at seed" in got.json["error"]["message"]
    assert backend.calls == []


async def test_strict_answers() -> None:
    def backend(body: dict[str, Any]) -> dict[str, Any]:
        message = {"role": "assistant", "content": "x", "mood": "good"}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        assert body["model"] == "demo"
        return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}

    passed = await send(create_app(backend), ask("claude", max_tokens=9), headers={"x-dgrid-translate-strict": "1"})
    assert passed.status == 200
    for stream in (False, True):
        asked = ask("claude", stream=stream, max_tokens=9)
        got = await send(create_app(backend), asked, headers={"x-dgrid-translate-strict": "all"})
        assert got.status == 422
        assert "mood" in got.json["error"]["message"]


async def test_strict_streams_end_in_an_error() -> None:
    async def backend(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        for delta, finish in (({"content": "Hi"}, None), ({"content": " you", "mood": "good"}, "stop")):
            choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
            yield {"id": "1", "object": "chat.completion.chunk", "model": "demo", "choices": choices}

    asked = ask("claude", stream=True, max_tokens=9)
    got = await send(create_app(backend), asked, headers={"x-dgrid-translate-strict": "all"})
    assert got.status == 200
    assert got.body.rpartition(b"event: ")[2].startswith(b"error\n")
    assert b"mood" in got.frames[-1]


@pytest.mark.parametrize("client", DIALECTS)
@pytest.mark.parametrize("speaks", DIALECTS)
async def test_what_an_upstream_is_sent(client: str, speaks: str) -> None:
    backend = Recording(speaks)
    headers = {
        "authorization": "Bearer secret",
        "x-api-key": "secret",
        "cookie": "secret",
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "context-1m",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x-forwarded-for": "10.0.0.1",
    }
    got = await send(create_app(backend), ask(client), headers=headers)
    assert got.status == 200
    sent = {name.decode(): value.decode() for name, value in backend.calls[0].headers}
    assert "secret" not in sent.values()
    assert sent.pop("traceparent", None) == headers["traceparent"]
    expected = dict(lookup(speaks).profile.request_headers)
    if client == speaks:
        expected |= {"anthropic-version": "2026-10-21", "anthropic-beta": "context-1m"}
    assert sent == expected
    lost = "anthropic_beta" in got.headers.get("x-dgrid-translate-losses", "")
    assert lost == (client != speaks)


async def test_pages_may_call_if_they_are_let() -> None:
    origin = {"origin": "https://chat.example"}
    preflight = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key"}
    app = create_app(DemoBackend(), cors=["https://chat.example"], auth=["k"])
    got = await call(app, "/v1/messages", method="OPTIONS", headers=preflight)
    assert got.status == 200
    assert got.headers["access-control-allow-origin"] == "https://chat.example"
    got = await send(app, ask("claude"), headers=origin)
    assert (got.status, got.headers["access-control-allow-origin"]) == (401, "https://chat.example")
    count = b'{"model": "demo", "messages": [{"role": "user", "content": "Hi"}]}'

    async def silent(_: object) -> object:
        raise AssertionError

    app = create_app(silent, cors=["https://chat.example"])
    got = await call(app, "/v1/messages/count_tokens", count, headers=origin)
    shown = got.headers["access-control-expose-headers"].split(", ")
    assert {name for name in got.headers if name.startswith("x-dgrid-")} <= set(shown)
    assert {"request-id", "x-request-id", "retry-after", "retry-after-ms", "x-should-retry"} <= set(shown)
    got = await send(create_app(DemoBackend()), ask("claude"), headers=origin)
    assert "access-control-allow-origin" not in got.headers


async def test_streams_say_that_they_must_not_be_buffered() -> None:
    for client in DIALECTS:
        got = await send(create_app(DemoBackend()), ask(client, stream=True))
        assert got.headers["cache-control"] == "no-cache"
        assert got.headers["x-accel-buffering"] == "no"
        for name, value in lookup(client).profile.stream_headers:
            assert got.headers[name] == value


async def test_a_body_is_as_long_as_it_says() -> None:
    for client in DIALECTS:
        asked = ask(client)
        got = await send(create_app(DemoBackend(speaks="claude")), asked)
        if not asked.stream:
            assert int(got.headers["content-length"]) == len(got.body)
            assert json.loads(got.body)
