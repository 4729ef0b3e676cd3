"""What one request was. No body, no key and no query is ever in it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct, field

from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Loss


class Record(Struct, kw_only=True):
    """One request from its head to its end.

    client, upstream: dialects. outcome: "ok", "error" (`error` says which kind) or "gone" (the client hung up).
    started, first_byte, ended: seconds of a clock that only differences can be taken of. outgoing: headers that
    observers want an upstream to get. usage: tokens, where the answer was read and says so; bytes that pass through are
    not read.
    """

    request_id: str
    method: str
    path: str
    operation: str = ""
    client: str = ""
    upstream: str = ""
    model: str | None = None
    stream: bool = False
    status: int = 0
    outcome: str = "ok"
    error: str | None = None
    upstream_request_id: str | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    usage: Usage | None = None
    losses: list[Loss] = field(default_factory=list[Loss])
    started: float = field(default_factory=time.perf_counter)
    first_byte: float | None = None
    ended: float = 0.0
    outgoing: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.started


class Observer(Protocol):
    """Looks at requests; it must not block, and what it raises is not caught."""

    def begin(self, record: Record, headers: Mapping[str, str]) -> None:
        """The request is understood as far as its route and model, and goes to the backend now."""
        ...

    def end(self, record: Record) -> None:
        """It is over. Requests that were refused before they went to a backend have an end alone."""
        ...


class Observers:
    """Several, as one."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._all = observers

    def begin(self, record: Record, headers: Mapping[str, str]) -> None:
        """See Observer."""
        for observer in self._all:
            observer.begin(record, headers)

    def end(self, record: Record) -> None:
        """See Observer; the record's time ends here."""
        record.ended = time.perf_counter()
        for observer in self._all:
            observer.end(record)
