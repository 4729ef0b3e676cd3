"""A span a request, through OpenTelemetry's API, in the words of its conventions for generative AI.

Without the package `opentelemetry-api` there is no tracer; without an SDK that the application has set up, there are
no spans, and none are made. https://opentelemetry.io/docs/specs/semconv/gen-ai/, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from dgrid_translate.asgi.observe.record import Observer, Record

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_OPERATIONS = {"generate": "chat", "count_tokens": "count_tokens", "models": "list_models"}
_PROVIDERS = {"openai": "openai", "claude": "anthropic", "gemini": "gcp.gemini"}


def tracing() -> list[Observer]:
    """An observer that makes spans, if OpenTelemetry's API is installed."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return []
    from opentelemetry import trace

    def set_up() -> bool:
        return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)

    return [Traces(trace.get_tracer("dgrid_translate"), set_up)]


class Traces:
    """Makes a span of each request, a child of the client's if it sent one; upstreams are sent its context.

    set_up: whether anybody looks at spans by now.
    """

    def __init__(self, tracer: Tracer, set_up: Callable[[], bool]) -> None:
        self._tracer = tracer
        self._set_up = set_up
        self._open: dict[int, Span] = {}

    def begin(self, record: Record, headers: Mapping[str, str]) -> None:
        """Open the span."""
        if not self._set_up():
            return
        from opentelemetry import propagate
        from opentelemetry.trace import SpanKind, set_span_in_context

        operation = _OPERATIONS.get(record.operation, record.operation)
        span = self._tracer.start_span(
            f"{operation} {record.model}" if record.model else operation,
            context=propagate.extract(headers),
            kind=SpanKind.SERVER,
            attributes={
                "gen_ai.operation.name": operation,
                "gen_ai.provider.name": _PROVIDERS.get(record.upstream, record.upstream),
                "gen_ai.request.model": record.model or "",
                "gen_ai.request.stream": record.stream,
                "http.request.method": record.method,
                "url.path": record.path,
                "dgrid_translate.client": record.client,
                "dgrid_translate.upstream": record.upstream,
            },
        )
        self._open[id(record)] = span
        carrier: dict[str, str] = {}
        propagate.inject(carrier, set_span_in_context(span))
        record.outgoing = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in carrier.items()]

    def end(self, record: Record) -> None:
        """Close it."""
        span = self._open.pop(id(record), None)
        if span is None:
            return
        from opentelemetry.trace import Status, StatusCode

        span.set_attribute("http.response.status_code", record.status)
        span.set_attribute("dgrid_translate.losses", len(record.losses))
        for attribute, tokens in spent(record).items():
            span.set_attribute(attribute, tokens)
        if record.first_byte is not None and record.stream:
            span.set_attribute("gen_ai.server.time_to_first_token", record.first_byte - record.started)
        if record.outcome == "gone":
            span.set_attribute("error.type", "client_gone")
        elif record.outcome == "error":
            span.set_attribute("error.type", record.error or str(record.status))
            span.set_status(Status(StatusCode.ERROR))
        span.end()


def spent(record: Record) -> dict[str, int]:
    """The tokens of a request, by their attributes."""
    usage = record.usage
    if usage is None:
        return {}
    said = {
        "gen_ai.usage.input_tokens": usage.input,
        "gen_ai.usage.output_tokens": usage.output,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write,
    }
    return {attribute: tokens for attribute, tokens in said.items() if tokens is not None}
