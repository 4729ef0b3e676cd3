"""The answer that the first and last events of a stream hold."""

from __future__ import annotations

from typing import Any

from msgspec import Raw

from dgrid_translate.dialects.openai_responses import types as wire
from dgrid_translate.dialects.openai_responses.parts import Target
from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.dialects.openai_responses.response import (
    encode_ending,
    encode_envelope,
    fill_as_it_was,
    target_of,
)
from dgrid_translate.dialects.openai_responses.stream.failures import failed_event
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import CandidateFinished, ResponseFinished, ResponseStarted
from dgrid_translate.ir.fold import begun, merge_extensions
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Response, Usage
from dgrid_translate.losses import Losses
from dgrid_translate.shared.openai.usage import encode_response_usage
from dgrid_translate.shared.wire import dress, dump, load, own_of

_COMPLETED = Raw(b'"completed"')


class Envelope:
    """What a stream says of its answer as a whole."""

    def __init__(self, losses: Losses, request: Request | None, now: int | None) -> None:
        self.usage: Usage | None = None
        self.finished: CandidateFinished | None = None
        self.calls = False
        self.refuses = False
        self._losses = losses
        self._request = request
        self._now = now
        self._response = Response("", [])
        self._native = False

    def start(self, event: ResponseStarted) -> Target:
        """The answer begins."""
        self.usage = event.usage
        response = self._response = begun(event)
        target = target_of(response, self._request, self._losses)
        self._native = target.native
        return target

    def begun(self) -> bytes:
        """The members of an event that says so."""
        answer = self._made([])
        answer.status = "in_progress"
        return b'"response":' + dump(dress(answer, self._response.ext, NAME))

    def status(self) -> str:
        """The `status` that another dialect's answer comes to."""
        return "completed" if self._native else self._ending()[0]

    def ended(self, event: ResponseFinished, items: list[Any]) -> tuple[bytes, bytes]:
        """The kind of the last event, and its members."""
        response = self._response
        response.ext = merge_extensions(response.ext, event.ext)
        response.service_tier = event.service_tier or response.service_tier
        answer = self._made(items)
        status = load(str, own_of(response.ext, NAME).get(("~status",), _COMPLETED), NAME)
        if not self._native:
            status, answer.incomplete_details = self._ending()
            answer.status = status
            if self.usage is None:
                self._losses.invented("usage", ("usage",), "the source says nothing")
                self.usage = Usage()
        if self.usage is not None:
            answer.usage = encode_response_usage(self.usage, NAME, self._losses)
        kind = b"response.incomplete" if status == "incomplete" else b"response.completed"
        return kind, b'"response":' + dump(dress(answer, response.ext, NAME))

    def failed(self, error: Error, items: list[Any]) -> bytes:
        """The members of `response.failed`."""
        answer = self._made(items)
        answer.status = "failed"
        answer.error = failed_event(error, self._losses)
        ext = self._response.ext
        if ext is not None and NAME in ext:
            ext = {NAME: {key: raw for key, raw in ext[NAME].items() if key != ("error",)}}
        return b'"response":' + dump(dress(answer, ext, NAME))

    def _ending(self) -> tuple[str, Raw]:
        finished = self.finished
        finish, at = (None, ()) if finished is None else (finished.finish, finished.at)
        ending = encode_ending(finish, self.calls, self.refuses, self._losses, at)
        return ending.status, ending.details

    def _made(self, items: list[Any]) -> wire.Response:
        response = self._response
        answer = encode_envelope(response, self._losses, self._request, self._now)
        if self._native:
            fill_as_it_was(answer, response)
        answer.output = items
        return answer
