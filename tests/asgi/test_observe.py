"""What becomes known of requests: a log line, spans, figures; never a body or a key."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette

from dgrid_translate.asgi import TranslateMiddleware, create_app
from dgrid_translate.asgi.observe import Record
from dgrid_translate.asgi.observe.log import Log
from dgrid_translate.asgi.observe.traces import Traces, spent
from dgrid_translate.backends import Answer, BackendError, Call, DemoBackend
from dgrid_translate.ir.response import Usage
from tests.asgi.driver import Got, ask, call, send

pytestmark = pytest.mark.anyio

SECRET = "sk-5ecret"


@pytest.fixture(autouse=True)
def _informed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dgrid_translate")


async def test_one_line_a_request(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(DemoBackend(speaks="claude"), auth=[SECRET])
    asked = ask("openai", "my private words", stream=True, seed=7)
    await send(app, asked, headers={"authorization": f"Bearer {SECRET}", "x-request-id": "r-1"})
    assert len(caplog.records) == 1
    said: dict[str, Any] = vars(caplog.records[0])["request"]
    assert said["id"] == "r-1"
    assert (said["client"], said["upstream"], said["model"], said["stream"]) == ("openai", "claude", "demo", True)
    assert (said["status"], said["outcome"], said["path"]) == (200, "ok", "/v1/chat/completions")
    assert said["losses"] >= 1
    assert "seed" in said["lost"].split(",")
    assert said["in"] == len(asked.body)
    assert said["out"] > 100
    assert 0 < said["first_byte_ms"] <= said["ms"]


async def test_nothing_private_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(DemoBackend(), auth=[SECRET])
    for headers in ({"x-api-key": SECRET}, {"x-goog-api-key": SECRET}, {"authorization": f"Bearer {SECRET}-not"}):
        await send(app, ask("gemini", "my private words"), headers=headers)
    await call(app, "/v1beta/models", query=f"key={SECRET}")
    await call(app, "/v1/models/x", query=f"key={SECRET}")
    await call(app, "/v1/messages", b'{"messages": "my private words"}', headers={"x-api-key": SECRET})
    assert len(caplog.records) == 6
    text = "\n".join(str(vars(line)) + line.getMessage() for line in caplog.records)
    assert SECRET not in text
    assert "private" not in text


async def test_levels_and_outcomes(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(DemoBackend())
    for model in ("demo", "demo-error-404", "demo-error-503"):
        await send(app, ask("claude", model=model))
    await send(app, ask("claude", model="demo-cut", stream=True))
    levels = [line.levelname for line in caplog.records]
    assert levels == ["INFO", "INFO", "WARNING", "WARNING"]
    outcomes = [vars(line)["request"]["outcome"] for line in caplog.records]
    assert outcomes == ["ok", "error", "error", "error"]


async def test_what_a_stream_took_that_broke_off_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def backend(_: Any) -> AsyncIterator[dict[str, Any]]:
        yield {
            "type": "message_start",
            "message": {
                "id": "m",
                "role": "assistant",
                "content": [],
                "usage": {"input_tokens": 7, "output_tokens": 1},
            },
        }
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hi"}}
        yield {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 5}}
        raise BackendError("it broke off", status=502)

    await send(create_app(backend, speaks="claude"), ask("openai", stream=True))
    said = vars(caplog.records[0])["request"]
    assert said["outcome"] == "error"
    assert (said["input_tokens"], said["output_tokens"]) == (7, 5)


def test_a_line_cannot_be_forged(caplog: pytest.LogCaptureFixture) -> None:
    Log().end(Record(request_id="r", method="GET", path="/v1/x\nlevel=ERROR status=200", model='a" b=c'))
    (line,) = caplog.messages
    assert "\n" not in line
    assert "path='/v1/x\\nlevel=ERROR status=200'" in line


async def test_spans() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traces = Traces(provider.get_tracer("test"), lambda: True)
    record = Record(request_id="r", method="POST", path="/v1/messages", operation="generate", client="claude")
    record.upstream, record.model, record.stream = "openai", "gpt", True
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    traces.begin(record, {"traceparent": parent})
    outgoing = dict(record.outgoing)[b"traceparent"].decode().split("-")
    record.status, record.outcome, record.error, record.first_byte = 200, "error", "server", record.started + 0.5
    traces.end(record)
    (span,) = exporter.get_finished_spans()
    assert span.name == "chat gpt"
    assert span.parent is not None
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == outgoing[1] == parent.split("-")[1]
    assert f"{span.context.span_id:016x}" == outgoing[2]
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.request.model"] == "gpt"
    assert attributes["error.type"] == "server"
    assert attributes["http.response.status_code"] == 200
    assert not span.status.is_ok


async def test_an_upstream_is_sent_the_span_s_context() -> None:
    calls: list[Call] = []

    class Seeing(DemoBackend):
        async def send(self, call: Call) -> Answer:
            calls.append(call)
            return await super().send(call)

    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await send(create_app(Seeing()), ask("claude"), headers={"traceparent": parent})
    sent = [value for name, value in calls[0].headers if name == b"traceparent"]
    assert len(sent) == 1
    assert sent[0].split(b"-")[1] == parent.encode().split(b"-")[1]


async def test_figures() -> None:
    app = create_app(DemoBackend(speaks="claude"), metrics=True)
    other = create_app(DemoBackend(), metrics=True)
    await send(app, ask("openai", stream=True, seed=1))
    await send(app, ask("gemini", model="demo-error-503"))
    await call(app, "/v1/nothing", b"{}")
    page = (await call(app, "/metrics")).body.decode()
    labels = 'client="openai",operation="generate",outcome="ok",status="200",upstream="claude"'
    assert f"dgrid_translate_requests_total{{{labels}}} 1.0" in page
    assert 'client="gemini",operation="generate",outcome="error",status="503",upstream="claude"' in page
    assert 'status="404"' in page
    assert "dgrid_translate_requests_open 0.0" in page
    assert 'kind="dropped"' in page
    assert "dgrid_translate_first_byte_seconds_bucket" in page
    assert 'client="openai"' not in (await call(other, "/metrics")).body.decode()
    assert (await call(create_app(DemoBackend()), "/metrics")).status == 404


async def test_the_middleware_logs_what_it_translates(caplog: pytest.LogCaptureFixture) -> None:
    app = TranslateMiddleware(Starlette())
    await send(app, ask("claude"))
    await send(app, ask("openai"))
    assert [vars(line)["request"]["client"] for line in caplog.records] == ["claude"]


async def test_a_client_that_hangs_up_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    gone = anyio.Event()

    async def waits(_: dict[str, Any]) -> dict[str, Any]:
        gone.set()
        await anyio.sleep(30)
        raise BackendError("not reached")

    got: Got = await send(create_app(waits), ask("claude"), gone=gone)
    assert got.status == 0
    said = vars(caplog.records[0])["request"]
    assert (said["outcome"], said["status"]) == ("gone", 499)
    assert caplog.records[0].levelname == "INFO"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("speaks", ["openai", "openai-responses", "claude", "gemini"])
async def test_tokens_are_counted(speaks: str, stream: bool, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(DemoBackend(speaks=speaks), metrics=True)
    client = "openai" if speaks == "claude" else "claude"
    await send(app, ask(client, "one two three", stream=stream))
    said: dict[str, Any] = vars(caplog.records[0])["request"]
    assert (said["input_tokens"], said["output_tokens"]) == (4, 5)
    page = (await call(app, "/metrics")).body.decode()
    labels = f'client="{client}",kind="{{}}",operation="generate",upstream="{speaks}"'
    for kind, tokens in (("input", 4.0), ("output", 5.0)):
        assert f"dgrid_translate_tokens_total{{{labels.format(kind)}}} {tokens}" in page


def test_the_tokens_of_a_span() -> None:
    usage = Usage(input=7, output=2, cache_read=5)
    assert spent(Record(request_id="r", method="POST", path="/", usage=usage)) == {
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.usage.cache_read.input_tokens": 5,
    }
    assert spent(Record(request_id="r", method="POST", path="/")) == {}
