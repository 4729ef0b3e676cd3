"""Whatever goes wrong, the caller hears of it in its own dialect."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import Refused, create_app
from dgrid_translate.backends import Answer, BackendError, Call, DemoBackend
from dgrid_translate.registry import lookup
from tests.asgi.driver import ask, call, message_in, send

pytestmark = pytest.mark.anyio

SHAPES = {
    "openai": lambda body: body["error"]["message"],
    "claude": lambda body: (body["type"] == "error" or None) and body["error"]["message"],
    "gemini": lambda body: body["error"]["status"].isupper() and body["error"]["message"],
}


CUT = "the upstream's stream was cut before its end"


def said(client: str, body: bytes) -> str:
    """The message, out of the very place where the dialect has it."""
    return SHAPES[client](json.loads(body)) if client in SHAPES else message_in(client, body)


@pytest.mark.parametrize("client", DIALECTS)
async def test_bodies_that_are_no_json(client: str) -> None:
    got = await call(create_app(DemoBackend()), ask(client).path, b'{"messages": [')
    assert got.status == 400
    assert said(client, got.body)


@pytest.mark.parametrize("client", ["openai", "claude", "gemini"])
async def test_wrong_types_are_told_with_their_path(client: str) -> None:
    bodies = {
        "openai": ({"model": "m", "messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        "claude": (
            {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": 7}]},
            "messages[0].content",
        ),
        "gemini": ({"contents": [{"parts": [{"text": 7}]}]}, "contents[0].parts[0].text"),
    }
    body, path = bodies[client]
    for speaks in DIALECTS:
        got = await call(create_app(DemoBackend(speaks=speaks)), ask(client).path, json.dumps(body).encode())
        assert got.status == 400, speaks
        assert path in said(client, got.body)


@pytest.mark.parametrize(
    ("headers", "path", "client"),
    [
        ({}, "/v1/nothing", "openai"),
        ({"anthropic-version": "2023-06-01"}, "/v1/nothing", "claude"),
        ({"x-goog-api-key": "k"}, "/v1/nothing", "gemini"),
        ({}, "/v1beta/models/m:predict", "gemini"),
    ],
)
async def test_unknown_paths(headers: dict[str, str], path: str, client: str) -> None:
    got = await call(create_app(DemoBackend()), path, b"{}", headers=headers)
    assert got.status == 404
    assert path in said(client, got.body)


@pytest.mark.parametrize("client", DIALECTS)
async def test_too_large_bodies(client: str) -> None:
    app = create_app(DemoBackend(), max_body=1000)
    got = await call(app, ask(client).path, b" " * 1001)
    assert got.status == 413
    assert "1000 bytes" in said(client, got.body)


@pytest.mark.parametrize("client", DIALECTS)
@pytest.mark.parametrize(
    "headers", [{"content-type": "text/plain"}, {"content-type": "application/json", "content-encoding": "gzip"}]
)
async def test_unsupported_media(client: str, headers: dict[str, str]) -> None:
    asked = ask(client)
    got = await call(create_app(DemoBackend()), asked.path, asked.body, headers=headers)
    assert got.status == 415
    assert said(client, got.body)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.api+json", "Application/JSON"])
async def test_supported_media(kind: str) -> None:
    asked = ask("openai")
    got = await call(create_app(DemoBackend()), asked.path, asked.body, headers={"content-type": kind})
    assert got.status == 200


KEYS = [
    {"authorization": "Bearer secret"},
    {"authorization": "bearer  secret"},
    {"x-api-key": "secret"},
    {"x-goog-api-key": "secret"},
]


@pytest.mark.parametrize("client", DIALECTS)
async def test_keys_in_every_header(client: str) -> None:
    app = create_app(DemoBackend(), auth=["other", "secret"])
    asked = ask(client)
    for headers in KEYS:
        assert (await call(app, asked.path, asked.body, query=asked.query, headers=headers)).status == 200
    assert (await call(app, asked.path, asked.body, query="key=secret")).status == 200
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic secret"}, {"x-api-key": "sécret"}):
        got = await call(app, asked.path, asked.body, headers=headers)
        assert got.status == 401
        assert said(client, got.body)
        assert b"secret" not in got.body


async def test_auth_by_a_callable() -> None:
    async def auth(key: str | None, headers: Any) -> object:
        assert "authorization" not in headers
        if key == "poor":
            raise Refused("top up", status=402)
        return {"name": "Ada"} if key == "good" else None

    async def backend(_: dict[str, Any], context: Any) -> dict[str, Any]:
        assert context.caller == {"name": "Ada"}
        return {"choices": [{"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}]}

    app = create_app(backend, auth=auth)
    for key, status in (("good", 200), ("poor", 402), ("bad", 401)):
        got = await send(app, ask("claude"), headers={"authorization": f"Bearer {key}"})
        assert got.status == status
    assert (await call(app, "/v1/models")).status == 401


@pytest.mark.parametrize("client", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
async def test_backends_that_raise(client: str, stream: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("password=hunter2")

    with caplog.at_level(logging.ERROR, "dgrid_translate"):
        got = await send(create_app(broken), ask(client, stream=stream))
    assert got.status == 500
    assert said(client, got.body) == "the backend failed"
    assert b"hunter2" not in got.body
    assert "hunter2" in caplog.text


@pytest.mark.parametrize("client", DIALECTS)
async def test_backends_that_refuse(client: str) -> None:
    async def busy(_: dict[str, Any]) -> dict[str, Any]:
        raise BackendError("come back later", status=429, retry_after=7)

    async def teapot(_: dict[str, Any]) -> dict[str, Any]:
        raise HTTPException(418, "short and stout")

    async def slow(_: dict[str, Any]) -> dict[str, Any]:
        raise TimeoutError

    got = await send(create_app(busy), ask(client))
    assert (got.status, got.headers["retry-after"]) == (429, "7")
    assert said(client, got.body) == "come back later"
    got = await send(create_app(teapot), ask(client))
    assert (got.status, said(client, got.body)) == (418, "short and stout")
    assert (await send(create_app(slow), ask(client))).status == 504


@pytest.mark.parametrize("client", DIALECTS)
@pytest.mark.parametrize("speaks", DIALECTS)
async def test_upstream_errors_keep_their_status(client: str, speaks: str) -> None:
    for status in (401, 404, 429, 500, 529):
        got = await send(create_app(DemoBackend(speaks=speaks)), ask(client, model=f"demo-error-{status}"))
        assert got.status == status
        assert str(status) in said(client, got.body)
        assert got.headers.get("retry-after") == ("1" if status == 429 else None)


@pytest.mark.parametrize("client", DIALECTS)
@pytest.mark.parametrize("speaks", DIALECTS)
async def test_a_cut_stream_never_ends_well(client: str, speaks: str) -> None:
    got = await send(create_app(DemoBackend(speaks=speaks)), ask(client, "Hello there", stream=True, model="demo-cut"))
    assert got.status == 200
    decoder = lookup(client).decoder()
    translator_sees = [event for data in datas(got.body) for event in decoder.feed(data)] + decoder.close()
    assert type(translator_sees[-1]).__name__ == "ErrorRaised"
    assert b"asked to break off" in got.body


def datas(body: bytes) -> list[bytes]:
    return [line.removeprefix(b"data: ") for line in body.split(b"\n") if line.startswith(b"data: ")]


class Scripted:
    """Answers with bytes, whatever it is asked."""

    offers = frozenset(["generate"])

    def __init__(self, speaks: str, status: int, kind: str, *pieces: bytes, **headers: str) -> None:
        self.speaks = speaks
        self._answer = (status, kind, pieces, headers)

    async def send(self, _: Call) -> Answer:
        status, kind, pieces, headers = self._answer

        async def chunks() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return Answer(status, [(b"content-type", kind.encode()), *more], chunks())

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("client", DIALECTS)
async def test_upstreams_that_answer_nonsense(client: str, stream: bool) -> None:
    for kind, body in (("text/html", b"<html>"), ("application/json", b"[1]"), ("application/json", b"")):
        speaks = "claude" if client == "openai" else "openai"
        got = await send(create_app(Scripted(speaks, 200, kind, body)), ask(client, stream=stream))
        assert got.status == 502, (kind, body)
        assert said(client, got.body)


@pytest.mark.parametrize("client", DIALECTS)
async def test_an_error_before_the_first_event_is_a_status(client: str) -> None:
    for speaks, event in (
        ("openai", b'data: {"error":{"message":"no room","code":429}}\n\n'),
        ("claude", b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"no room"}}\n\n'),
        ("gemini", b'data: {"error":{"code":429,"message":"no room","status":"RESOURCE_EXHAUSTED"}}\n\n'),
    ):
        if speaks == client:
            continue
        got = await send(create_app(Scripted(speaks, 200, "text/event-stream", event)), ask(client, stream=True))
        assert got.status == (529 if speaks == "claude" else 429)
        assert said(client, got.body) == "no room"


async def test_plain_text_errors_and_their_headers() -> None:
    backend = Scripted("openai", 503, "text/plain", b"warming up", retry_after="12", x_request_id="up-1", server="x")
    got = await send(create_app(backend), ask("claude"))
    assert got.status == 503
    assert got.json["error"] == {"type": "overloaded_error", "message": "warming up"}
    assert got.headers["retry-after"] == "12"
    assert got.headers["request-id"] == "up-1"
    assert got.json["request_id"] == "up-1"
    assert "server" not in got.headers


async def test_a_status_200_that_means_an_error() -> None:
    backend = Scripted("openai", 200, "application/json", b'{"error":{"message":"no credits","code":402}}')
    got = await send(create_app(backend), ask("claude"))
    assert (got.status, got.json["error"]["message"]) == (402, "no credits")


NO_ANSWERS = [
    b"{}",
    b'{"detail": "Not Found"}',
    b'{"status": "ok"}',
    b" {} ",
    b"[]",
    b"null",
    b"",
    b"<html>hello</html>",
]


@pytest.mark.parametrize("body", NO_ANSWERS)
@pytest.mark.parametrize("speaks", ["openai", "openai-responses", "claude", "gemini"])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_is_none_is_an_error(body: bytes, speaks: str, stream: bool) -> None:
    async def backend(_: Any) -> bytes:
        return body

    client = "openai" if speaks == "claude" else "claude"
    got = await send(create_app(backend, speaks=speaks), ask(client, stream=stream))
    assert got.status == 502
    assert message_in(client, got.body, 502)


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b"<html>hello</html>", b"  "])
@pytest.mark.parametrize("client", DIALECTS)
async def test_what_passes_through_must_be_an_answer_too(client: str, body: bytes) -> None:
    for stream in (False, True):
        if client == "gemini" and stream and body == b"[]":
            continue  # an array is a stream of Gemini's
        got = await send(create_app(Scripted(client, 200, "text/html", body)), ask(client, stream=stream))
        assert (got.status, said(client, got.body) != "") == (502, True)
    got = await send(create_app(Scripted(client, 204, "text/html", b"")), ask(client))
    assert got.status == 502


@pytest.mark.parametrize("size", [1, 100, 100_000])
@pytest.mark.parametrize("client", DIALECTS)
async def test_a_stream_that_passes_through_is_seen_to_its_end(client: str, size: int) -> None:
    """An upstream whose own upstream broke off may end its answer in good order."""
    asked = ask(client, "one two three four five", stream=True)
    whole = (await send(create_app(DemoBackend(speaks=client)), asked)).body
    assert len(whole) > 600

    def served(stream: bytes) -> Any:
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        return create_app(Scripted(client, 200, "text/event-stream", *pieces))

    got = await send(served(whole), asked)
    assert got.body == whole
    for cut in (whole[:300], whole[: whole.index(b"\n\n") + 2]):
        got = await send(served(cut), asked)
        assert got.status == 200
        assert got.body.startswith(cut)
        assert CUT.encode() in got.body[len(cut) :]
    got = await send(served(b""), asked)
    assert got.status == 502
    assert said(client, got.body) == CUT


async def test_a_last_event_that_is_long_is_an_end() -> None:
    first = b'event: response.created\ndata: {"type":"response.created","response":{"id":"r"},"sequence_number":0}\n\n'
    last = b'event: response.completed\ndata: {"type":"response.completed","response":{"x":"%b"}}\n\n' % (b"y" * 9000)
    asked = ask("openai-responses", stream=True)
    for size in (1000, 100_000):
        pieces = [first, *(last[at : at + size] for at in range(0, len(last), size))]
        got = await send(create_app(Scripted("openai-responses", 200, "text/event-stream", *pieces)), asked)
        assert got.body == first + last
    cut = [first, *(last[at : at + 1000] for at in range(0, 8000, 1000))]
    got = await send(create_app(Scripted("openai-responses", 200, "text/event-stream", *cut)), asked)
    assert CUT.encode() in got.body[-400:]


def sse(*events: str) -> bytes:
    return "".join([f"data: {event}\n\n" for event in events]).encode()


LONG = "x" * 9000
SAID = '{"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}'
STOPPED = '{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
COMPLETED = f'{{"type":"response.completed","response":{{"instructions":"{LONG}"}}}}'
OPENED = '{"type":"response.created","response":{"instructions":"Wait for response.completed","tools":[{"error":{}}]}}'
FOUND = f'{{"candidates":[{{"finishReason":"STOP","groundingMetadata":{{"x":"{LONG}"}}}}]}}'
MORE = '{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}'


@pytest.mark.parametrize(
    ("client", "stream"),
    [
        ("openai", sse(SAID, STOPPED, f'{{"id":"c","choices":[],"usage":{{"x":"{LONG}"}}}}') + b": bye\n\n"),
        ("openai", sse(SAID, STOPPED).replace(b"\n", b"\r\n")),
        ("openai", sse(SAID) + b"data: [DONE]"),
        ("openai-responses", sse(OPENED, COMPLETED, "[DONE]")),
        ("openai-responses", sse(OPENED, COMPLETED) + b": bye\n\n"),
        ("openai-responses", sse(OPENED, COMPLETED).rstrip()),
        ("gemini", sse(MORE, FOUND, MORE)),
        ("gemini", f"[{MORE}\n,\r\n{FOUND}]".encode()),
        ("claude", sse('{"type":"message_stop"}', *['{"type":"ping"}'] * 200)),
    ],
)
async def test_what_comes_after_the_end_cuts_nothing_off(client: str, stream: bytes) -> None:
    for size in (1, 700, 100_000):
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        served = create_app(Scripted(client, 200, "text/event-stream", *pieces))
        assert CUT.encode() not in (await send(served, ask(client, stream=True))).body


@pytest.mark.parametrize(
    ("client", "stream"),
    [
        ("openai", sse(SAID.replace('"a"', '"It ends in data: [DONE], and then message_stop"'))),
        ("openai-responses", sse(OPENED)),
        ("openai-responses", sse(OPENED, f'{{"type":"response.output_item.done","item":{{"x":"{LONG}"}}}}')),
        ("openai-responses", b"event: response.completed\n" + sse(COMPLETED)[:-100]),
        ("claude", sse('{"type":"content_block_delta","delta":{"text":"then message_stop"}}')),
    ],
)
async def test_what_only_speaks_of_an_end_is_none(client: str, stream: bytes) -> None:
    for size in (1, 700, 100_000):
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        served = create_app(Scripted(client, 200, "text/event-stream", *pieces))
        assert CUT.encode() in (await send(served, ask(client, stream=True))).body[-400:]


async def test_an_error_that_comes_as_a_stream_with_its_status() -> None:
    event = b'event: error\nid: 1\ndata: {"error": {"message": "bad thing", "type": "invalid_request_error"}}\n\n'
    for client in DIALECTS:
        got = await send(create_app(Scripted("openai", 400, "text/event-stream", event)), ask(client, stream=True))
        assert (got.status, said(client, got.body)) == (400, "bad thing")


async def test_an_answer_without_candidates_is_one_of_gemini_s() -> None:
    async def backend(_: Any) -> bytes:
        return b'{"usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3}, "modelVersion": "g"}'

    assert (await send(create_app(backend, speaks="gemini"), ask("openai"))).status == 200
