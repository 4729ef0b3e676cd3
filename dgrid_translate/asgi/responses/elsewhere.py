"""What upstreams keep themselves, where nothing is kept here: it is asked for there, with the client's own words.

An id does not say whose it is. Of several upstreams one after another is asked, in the order of the router, until one
has it; a conversation begins at the first that makes one. Ids cannot be guessed, so nobody is shown another's.
"""

from __future__ import annotations

from collections.abc import Sequence

from dgrid_translate.asgi.incoming import Incoming
from dgrid_translate.asgi.observe import Record
from dgrid_translate.asgi.prepare import Prepared
from dgrid_translate.asgi.responses.items import refused
from dgrid_translate.asgi.routing import Route
from dgrid_translate.backends.backend import Answer, Backend, BackendError, Call, Context, Operation
from dgrid_translate.backends.router import Router
from dgrid_translate.endpoints.responses import DIALECT, path_of
from dgrid_translate.registry import lookup
from dgrid_translate.translate import Exchange

_NOT_THERE = (404, 405, 501)


class Elsewhere:
    """Backends that keep answers, as one."""

    speaks = DIALECT
    offers = frozenset[Operation]({"kept"})

    def __init__(self, keeping: Sequence[Backend]) -> None:
        self._keeping = keeping

    async def send(self, call: Call) -> Answer:
        """Ask until one has it; if none has, what the last says, or another that says more than that it is not there.

        Raises:
            BackendError: none has it of those that could be asked, and not all could.
        """
        *others, last = self._keeping
        failure: BackendError | None = None
        refusal: Answer | None = None
        try:
            for backend in others:
                try:
                    answer = await backend.send(call)
                except BackendError as error:
                    failure = failure or error
                    continue
                if answer.status < 400:
                    return answer
                if answer.status < 500 and answer.status not in _NOT_THERE and refusal is None:
                    refusal = answer  # of an id that is not its own, or of a key: another may have it all the same
                    continue
                await answer.aclose()
                if answer.status >= 500 and answer.status not in _NOT_THERE:
                    failure = failure or BackendError("an upstream that may have it failed", status=502)
            answer = await last.send(call)
            if answer.status not in _NOT_THERE:
                return answer
            if refusal is not None:
                await answer.aclose()
                answer, refusal = refusal, None
            elif failure is not None:
                await answer.aclose()
                raise failure
            return answer
        finally:
            if refusal is not None:
                await refusal.aclose()

    async def aclose(self) -> None:
        """They are not this one's to close."""


def asked_elsewhere(
    backend: Backend | Router, route: Route, incoming: Incoming, body: bytes, context: Context, record: Record
) -> Prepared:
    """A request for something that a backend may keep.

    Raises:
        BackendError: no backend keeps anything (400).
    """
    leaves = [leaf for _, leaf in backend.prefixed()] if isinstance(backend, Router) else [backend]
    keeping = [leaf for leaf in leaves if "kept" in leaf.offers]
    if not keeping:
        message = "responses and conversations are not kept here: no state is configured"
        raise refused(message, code="state_not_configured")
    record.upstream = DIALECT
    record.stream = incoming.query.get("stream") == "true"
    call = Call(
        operation="kept",
        method=incoming.method,
        path=path_of(route.thing, route.ids),
        query=incoming.public_query(),
        body=body,
        headers=incoming.passed_on(True),
        stream=record.stream,
        context=context,
    )
    dialect = lookup(DIALECT)
    exchange = Exchange(DIALECT, DIALECT)
    return Prepared(dialect, dialect, Elsewhere(keeping), exchange, call, [], record.stream, body)
