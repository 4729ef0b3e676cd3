"""What is served beside answers: the list of models, and token counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
from msgspec.structs import replace

from dgrid_translate.asgi.errors import upstream_error
from dgrid_translate.asgi.incoming import Incoming
from dgrid_translate.asgi.prepare import Prepared
from dgrid_translate.asgi.routing import target
from dgrid_translate.backends.backend import Backend, BackendError, Call, Context
from dgrid_translate.backends.router import Router
from dgrid_translate.dialect import Dialect
from dgrid_translate.endpoints import models, tokens
from dgrid_translate.errors import DecodeError
from dgrid_translate.registry import lookup

ESTIMATE = (b"x-dgrid-translate-token-count", b"estimate")
"""Says that a count is a local estimate."""

_NOT_THERE = (404, 405, 501)
_PATIENCE = 10.0
"""Seconds that one of several backends may take to list its models."""


class Side:
    """Models and counts. listed: the models as the user names them, instead of what backends say."""

    def __init__(self, listed: Sequence[str | Mapping[str, Any]] | None, served: Sequence[str]) -> None:
        self._listed = None if listed is None else models.named(listed)
        self._served = served

    async def models(
        self, backend: Backend | Router, incoming: Incoming, client: Dialect, model: str | None
    ) -> tuple[int, bytes]:
        """The status and body of the list, or of one entry, in the client's shape.

        Raises:
            BackendError: there is no such model (404), or the backends cannot say.
        """
        context = Context(
            request_id=incoming.request_id,
            client=client.profile.name,
            headers=incoming.public_headers(),
            key=incoming.key,
        )
        found = self._listed if self._listed is not None else await _all_models(backend, context)
        shape = models.shape_for(client.profile.name)
        if model is None:
            return 200, models.write_list(found, shape, self._served)
        name = model.removeprefix("models/")
        for one in found:
            if one.id == name:
                return 200, models.write_one(one, shape, self._served)
        raise BackendError(f"there is no model {name!r}", status=404, code="model_not_found")

    async def count_tokens(self, prepared: Prepared) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        """Status, body and headers of the count: the backend's where it counts, else an estimate that says so."""
        client = prepared.client.profile.name
        count = await _counted(prepared)
        if count is not None:
            return 200, tokens.write(client, count), []
        request = prepared.client.decode_request(prepared.body)
        return 200, tokens.write(client, tokens.estimate(request)), [ESTIMATE]


async def _all_models(backend: Backend | Router, context: Context) -> list[models.Model]:
    """The models of every backend that lists them; of several, those that fail or dawdle are left out."""
    if not isinstance(backend, Router):
        return await _models_of(backend, context)
    leaves = backend.prefixed()
    listed: list[list[models.Model]] = [[] for _ in leaves]
    failures: list[BackendError] = []

    async def look(place: int, leaf: Backend) -> None:
        try:
            with anyio.fail_after(_PATIENCE):
                listed[place] = await _models_of(leaf, context)
        except BackendError as error:
            failures.append(error)
        except TimeoutError:
            failures.append(BackendError("the upstream did not list its models in time", status=504))

    async with anyio.create_task_group() as group:
        for place, (_, leaf) in enumerate(leaves):
            group.start_soon(look, place, leaf)
    if failures and len(failures) == len(leaves):
        raise failures[0]
    found: dict[str, models.Model] = {}
    for (prefix, _), of_it in zip(leaves, listed, strict=True):
        for one in of_it:
            found.setdefault(prefix + one.id, replace(one, id=prefix + one.id))
    return list(found.values())


async def _models_of(backend: Backend, context: Context) -> list[models.Model]:
    if "models" not in backend.offers:
        return []
    dialect = lookup(backend.speaks)
    path, query = target(dialect, "models", None, False)
    headers = [(name.encode(), value.encode()) for name, value in dialect.profile.request_headers]
    call = Call(operation="models", method="GET", path=path, query=query, headers=headers, context=context)
    body = await ask(backend, dialect, call)
    try:
        return models.read(body)
    except DecodeError as error:
        raise BackendError(f"the upstream's list of models is none ({error})", status=502) from error


async def _counted(prepared: Prepared) -> int | None:
    """The backend's own count; None if it does not count."""
    backend, upstream = prepared.backend, prepared.upstream
    name = upstream.profile.name
    if "count_tokens" not in backend.offers or name not in tokens.PATHS:
        return None
    call = prepared.call
    path, query = target(upstream, "count_tokens", call.model, False)
    body = tokens.request_out(name, call.body, call.model)
    call = replace(call, operation="count_tokens", path=path, query=query, body=body, stream=False)
    try:
        return tokens.read(await ask(backend, upstream, call))
    except DecodeError:  # a page, or something else that is no count
        return None
    except BackendError as error:
        if error.error.status in _NOT_THERE:
            return None
        raise


async def ask(backend: Backend, dialect: Dialect, call: Call) -> bytes:
    """The whole body of a backend's answer.

    Raises:
        BackendError: the answer is an error.
    """
    answer = await backend.send(call)
    try:
        body = b"".join([chunk async for chunk in answer.chunks])
    finally:
        with anyio.CancelScope(shield=True):
            await answer.aclose()
    if answer.status >= 400:
        failed = BackendError("the upstream refused", status=answer.status)
        failed.error = upstream_error(dialect, answer.status, answer.headers, body)
        raise failed
    return body
