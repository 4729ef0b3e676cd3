"""The demo model behind the wire of any dialect."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, Iterator, Sequence

import anyio

from dgrid_translate.backends.backend import JSON, SSE, Answer, BackendError, Call, Operation, once
from dgrid_translate.backends.demo.mind import count_tokens, respond, words
from dgrid_translate.dialect import Dialect
from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import Event, ReasoningDelta, TextDelta, ToolInputDelta
from dgrid_translate.ir.fold import explode
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Response
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.shared.errors import kind_of_status
from dgrid_translate.shared.wire import dump, members, parse_anyhow

_VENDORS = {"claude": "anthropic", "gemini": "google"}
"""Whose signatures the clients of a dialect expect; OpenAI's else."""
_TROUBLE = re.compile(r"demo-error-([45]\d\d)$")


class DemoBackend:
    """A deterministic model that needs no key and no network; see the package for what it does.

    speaks: the dialect it answers in. models: what it calls itself. delay: seconds between two words of a stream.
    """

    offers = frozenset[Operation]({"generate", "count_tokens", "models"})

    def __init__(self, *, speaks: str = "openai", models: Sequence[str] = ("demo",), delay: float = 0.0) -> None:
        self._dialect: Dialect = lookup(speaks)
        self.speaks = self._dialect.profile.name
        self._models = list(models)
        self._delay = delay

    async def send(self, call: Call) -> Answer:
        """Answer at once."""
        if call.operation == "models":
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "demo"} for name in self._models]
            return Answer(200, JSON, once(dump({"object": "list", "data": listed})))
        request = self._dialect.decode_request(_counted(call) if call.operation == "count_tokens" else call.body)
        if call.operation == "count_tokens":
            total = count_tokens(request)
            return Answer(200, JSON, once(dump({"input_tokens": total, "totalTokens": total})))
        model = request.model or call.model or self._models[0]
        if trouble := _TROUBLE.search(model):
            return self._refuse(int(trouble[1]))
        response = respond(request, _VENDORS.get(self.speaks, "openai"), model)
        now = int(time.time())
        cut = model.endswith("demo-cut")
        if not call.stream:
            if cut:
                raise BackendError("the demo model was asked to break off", status=502)
            return Answer(200, JSON, once(self._dialect.encode_response(response, Losses(), request, now)))
        return Answer(200, SSE, self._stream(response, request, now, cut))

    async def aclose(self) -> None:
        """It holds nothing."""

    def _refuse(self, status: int) -> Answer:
        error = Error(kind_of_status(status), f"the demo model was asked to fail with {status}", status)
        if status == 429:
            error.retry_after = 1.0
        _, body = self._dialect.encode_error(error, Losses())
        headers = [*JSON, (b"retry-after", b"1")] if status == 429 else JSON
        return Answer(status, headers, once(body))

    async def _stream(self, response: Response, request: Request, now: int, cut: bool) -> AsyncGenerator[bytes, None]:
        encoder = self._dialect.encoder(Losses(), request, now)
        said = 0
        for event in _word_by_word(explode(response)):
            if frames := encoder.feed([event]):
                yield frames
            if isinstance(event, TextDelta):
                said += 1
                if cut and said == 2:
                    raise BackendError("the demo model was asked to break off", status=502)
                if self._delay:
                    await anyio.sleep(self._delay)


def _counted(call: Call) -> bytes:
    """The request to count, which Gemini may wrap."""
    wrapped = members(parse_anyhow(call.body)).get("generateContentRequest")
    return call.body if wrapped is None else dump(wrapped)


def _word_by_word(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        match event:
            case TextDelta():
                yield from (TextDelta(event.index, word) for word in words(event.text))
            case ReasoningDelta():
                yield from (ReasoningDelta(event.index, word) for word in words(event.text))
            case ToolInputDelta():
                yield from (ToolInputDelta(event.index, word) for word in words(event.text))
            case _:
                yield event
