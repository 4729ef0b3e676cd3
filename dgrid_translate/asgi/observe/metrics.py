"""Figures for Prometheus, through its client library (extra: metrics).

One registry an app. Where several workers share a directory (PROMETHEUS_MULTIPROC_DIR), the figures of all of them are
given out, whichever is asked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dgrid_translate.asgi.observe.record import Record

_LABELS = ("operation", "client", "upstream")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    """Counts and times requests. Labels hold nothing that a client can choose freely."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        to = self._registry
        prefix = "dgrid_translate"
        self._requests = Counter(f"{prefix}_requests", "Requests", (*_LABELS, "status", "outcome"), registry=to)
        self._losses = Counter(f"{prefix}_losses", "What could not be said, by kind", (*_LABELS, "kind"), registry=to)
        self._duration = Histogram(
            f"{prefix}_request_seconds", "From a request's head to its end", _LABELS, buckets=_SECONDS, registry=to
        )
        self._first = Histogram(
            f"{prefix}_first_byte_seconds", "Until an answer began", _LABELS, buckets=_SECONDS, registry=to
        )
        self._bytes = Counter(f"{prefix}_bytes", "Bodies, in and out", (*_LABELS, "direction"), registry=to)
        self._tokens = Counter(f"{prefix}_tokens", "Tokens, as upstreams count them", (*_LABELS, "kind"), registry=to)
        self._open = Gauge(
            f"{prefix}_requests_open", "Requests being answered", registry=to, multiprocess_mode="livesum"
        )
        self._begun: set[int] = set()

    def begin(self, record: Record, headers: Mapping[str, str]) -> None:  # noqa: ARG002 - an Observer
        """Count it as open."""
        self._begun.add(id(record))
        self._open.inc()

    def end(self, record: Record) -> None:
        """Count it."""
        if id(record) in self._begun:
            self._begun.discard(id(record))
            self._open.dec()
        labels = (record.operation or "none", record.client or "none", record.upstream or "none")
        self._requests.labels(*labels, str(record.status), record.outcome).inc()
        self._duration.labels(*labels).observe(record.seconds)
        if record.first_byte is not None:
            self._first.labels(*labels).observe(record.first_byte - record.started)
        self._bytes.labels(*labels, "in").inc(record.bytes_in)
        self._bytes.labels(*labels, "out").inc(record.bytes_out)
        if record.usage is not None:
            for kind in ("input", "output", "cache_read", "cache_write", "reasoning"):
                self._tokens.labels(*labels, kind).inc(getattr(record.usage, kind) or 0)
        for loss in record.losses:
            self._losses.labels(*labels, loss.kind).inc()

    def page(self) -> bytes:
        """All figures, in the text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)
