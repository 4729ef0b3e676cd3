"""One request and its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from dgrid_translate.dialect import Dialect
from dgrid_translate.errors import LossyTranslation
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Usage
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.registry import lookup
from dgrid_translate.shared.fitting import Fitting
from dgrid_translate.shared.wire import dump, load
from dgrid_translate.shared.wire_slow import REFUSALS
from dgrid_translate.translate.body import answer, carries_wrapped, encode_request
from dgrid_translate.translate.containers import same, to_json
from dgrid_translate.translate.stream import StreamTranslator, fitting_for

_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode


class Translation(Struct, frozen=True):
    """A translated body, in the container the source came in, and what it could not say.

    status: the HTTP status of a translated error. model, stream: what a translated request asks for and whether it
    wants a stream, which Gemini's requests say in their URL; None where the request was not read or does not say.
    """

    body: Any
    losses: list[Loss]
    status: int | None = None
    model: str | None = None
    stream: bool | None = None


class Exchange:
    """One request from a client and its answer from an upstream, each in its own dialect.

    The answer is translated against the request, so call `request` first. `now` is unix seconds, for client dialects
    that must say when an answer was made. `answer_id` is what to call the answer, for who keeps answers under ids of
    their own; where the bytes pass through as they are, it keeps the upstream's.
    """

    def __init__(
        self,
        client: str,
        upstream: str,
        *,
        strict: bool = False,
        now: int | None = None,
        passthrough: bool = True,
        answer_id: str | None = None,
    ) -> None:
        self._client = lookup(client)
        self._upstream = lookup(upstream)
        self._strict = strict
        self._now = now
        self._answer_id = answer_id
        self._passes = passthrough and self._client is self._upstream
        self._asked: Request | None = None
        self.usage: Usage | None = None
        """What a whole answer took, once it was translated; unknown where it passes through."""
        self._fitting: Fitting | None = None

    @property
    def passes(self) -> bool:
        """Whether the answer passes through as it is."""
        return self._passes

    def request(self, body: Any, *, model: str | None = None, stream: bool | None = None) -> Translation:
        """The client's request for the upstream.

        `model` is what to ask the upstream for instead of what the client named; `stream` is whether the client wants
        a stream, for dialects that say so in the URL.

        Raises:
            DecodeError, LossyTranslation: as `translate`.
        """
        json, back = to_json(body)
        losses = Losses()
        if self._passes and not carries_wrapped(json):
            if "model" in self._client.profile.in_url:
                return Translation(body, [], model=model, stream=stream)
            if model is None:
                return Translation(back(json), [], stream=stream)
            members = _members(json, self._client)
            if self._client.profile.answers_as_asked:  # so the answer has to be read
                self._passes = False
                self._asked = Request(self._client.profile.name, [], _name(members.get("model"), self._client))
            members["model"] = Raw(dump(model))
            return Translation(back(dump(members)), [], model=model, stream=stream)
        asked = self._client.decode_request(json)
        self._asked = asked
        self._fitting = fitting_for(asked, self._upstream)
        sent = asked
        if model is not None or stream is not None:
            sent = replace(asked, model=model or asked.model, stream=asked.stream if stream is None else stream)
        done = self._done(encode_request(sent, self._upstream, self._fitting, losses), losses, back)
        return Translation(done.body, done.losses, model=sent.model, stream=sent.stream)

    def response(self, body: Any) -> Translation:
        """The upstream's whole answer for the client.

        Raises:
            DecodeError, LossyTranslation: as `translate`.
        """
        if self._passes:
            return Translation(body, [])
        json, back = to_json(body)
        losses = Losses()
        made, self.usage = answer(
            json, self._upstream, self._client, self._asked, self._fitting, self._now, losses, self._answer_id
        )
        return self._done(made, losses, back)

    def error(self, status: int, body: Any) -> Translation:
        """The upstream's error for the client; any body will do, JSON or not."""
        json, back = (body, same) if isinstance(body, bytes) else to_json(body)
        losses = Losses()
        if self._passes:
            return Translation(body, [], status)
        answered, made = self._client.encode_error(self._upstream.decode_error(status, json), losses)
        done = self._done(made, losses, back)
        return Translation(done.body, done.losses, answered)

    def stream(self) -> StreamTranslator:
        """A translator for the upstream's streamed answer."""
        return StreamTranslator(
            self._upstream.profile.name,
            self._client.profile.name,
            request=self._asked,
            strict=self._strict,
            now=self._now,
            passthrough=self._passes,
            answer_id=self._answer_id,
        )

    def _done(self, body: bytes, losses: Losses, back: Callable[[bytes], Any]) -> Translation:
        named = list(losses)
        if self._strict and named:
            raise LossyTranslation(named)
        return Translation(back(body), named)


def _members(body: bytes, dialect: Dialect) -> dict[str, Raw]:
    try:
        return _decode_members(body)
    except REFUSALS:
        return load(dict[str, Raw], body, dialect.profile.name)


def _name(model: Raw | None, dialect: Dialect) -> str | None:
    return None if model is None else load(str, model, dialect.profile.name, ("model",))
