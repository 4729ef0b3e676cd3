"""One line a request in the log `dgrid_translate.requests`, as key=value; the same under `extra` for log processors."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from dgrid_translate.asgi.observe.record import Record

_FEATURES = 20
"""How many kinds of losses are named."""
_log = logging.getLogger("dgrid_translate.requests")


class Log:
    """Writes the lines: warnings for what failed on our side or the upstream's, information else."""

    def begin(self, record: Record, headers: Mapping[str, str]) -> None:
        """Nothing yet."""

    def end(self, record: Record) -> None:
        """Write the line."""
        broke_off = record.outcome == "error" and record.status < 400
        level = logging.WARNING if broke_off or record.status >= 500 else logging.INFO
        if not _log.isEnabledFor(level):
            return
        said = fields(record)
        _log.log(level, " ".join(f"{key}={_plain(value)}" for key, value in said.items()), extra={"request": said})


def fields(record: Record) -> dict[str, object]:
    """What is worth a word."""
    said: dict[str, object | None] = {
        "id": record.request_id,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "outcome": record.outcome,
        "error": record.error,
        "client": record.client or None,
        "upstream": record.upstream or None,
        "model": record.model,
        "stream": record.stream or None,
        "upstream_id": record.upstream_request_id,
        "losses": len(record.losses) or None,
        "lost": ",".join(sorted({loss.feature for loss in record.losses})[:_FEATURES]) or None,
        "input_tokens": None if record.usage is None else record.usage.input,
        "output_tokens": None if record.usage is None else record.usage.output,
        "in": record.bytes_in,
        "out": record.bytes_out,
        "first_byte_ms": None if record.first_byte is None else round((record.first_byte - record.started) * 1000, 1),
        "ms": round(record.seconds * 1000, 1),
    }
    return {key: value for key, value in said.items() if value is not None}


def _plain(value: object) -> str:
    """One word: quoted where it would not be, so that nobody can write lines of their own."""
    text = str(value)
    safe = text.isascii() and text.isprintable() and not set(text) & set(' "=')
    return text if safe and text else ascii(text)
