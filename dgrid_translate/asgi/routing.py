"""Which dialect and operation a path means, and which path an upstream wants for them.

The paths are those of the dialects' profiles. They are found as SDKs send them, whatever base URL they were given:
with their version, another one, none, or twice the same; with a slash at the end; with a model's name that holds
slashes, percent-encoded or not (ASGI decodes paths).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Literal
from urllib.parse import quote

from msgspec import Struct

from dgrid_translate.backends.backend import Operation
from dgrid_translate.dialect import Dialect
from dgrid_translate.endpoints import responses, tokens
from dgrid_translate.registry import TABLE, lookup

_VERSIONS = re.compile(r"(?:/(v1|v1beta|v1alpha)(?=/|$))+")
_MODELS = re.compile(r"/models(?:/(?P<model>.+))?")


ALWAYS_STREAM = frozenset(["ui-message"])
"""The dialects whose clients can read nothing else; they may ask whether an answer is still running."""


class Route(Struct, frozen=True):
    """What a path means.

    dialect: None where the headers have to tell. model, stream: where the URL says them. thing, ids: what is meant of
    what is kept.
    """

    operation: Operation | Literal["resume", "kept"]
    methods: tuple[str, ...]
    dialect: Dialect | None = None
    model: str | None = None
    stream: bool | None = None
    version: str | None = None
    thing: responses.Thing = "response"
    ids: tuple[str, ...] = ()


class Routes:
    """The paths of some dialects."""

    def __init__(self, served: Collection[str] | None = None) -> None:
        self.dialects = [lookup(name) for name in served] if served is not None else list(TABLE.values())
        self._fixed: dict[str, Route] = {}
        self._keeping = next((dialect for dialect in self.dialects if dialect.profile.name == responses.DIALECT), None)
        self._patterns: list[tuple[re.Pattern[str], Route]] = []
        for dialect in self.dialects:
            for path in dialect.profile.paths:
                self._add(path, Route("generate", ("POST",), dialect, stream=_says_stream(dialect, path)))
            if dialect.profile.name in ALWAYS_STREAM:
                path = dialect.profile.paths[0]
                self._add(path + "/{model}/stream", Route("resume", ("GET",), dialect))
            if (counted := tokens.PATHS.get(dialect.profile.name)) is not None:
                self._add(counted, Route("count_tokens", ("POST",), dialect))

    def _add(self, path: str, route: Route) -> None:
        path = _VERSIONS.sub("", path, count=1)
        if "{model}" in path:
            self._patterns.append((re.compile(re.escape(path).replace(r"\{model\}", "(.+)")), route))
        else:
            self._fixed[path] = route

    def find(self, scope: Mapping[str, Any]) -> Route | None:
        """What the request's path means; None if nothing here."""
        path, version = _plain(scope)
        route = self._fixed.get(path)
        if route is not None:
            return route
        for pattern, route in self._patterns:
            if found := pattern.fullmatch(path):
                return Route(route.operation, route.methods, route.dialect, found[1], route.stream, version)
        if self._keeping is not None and (kept := responses.find(path)) is not None:
            thing, methods, ids = kept
            return Route("kept", methods, self._keeping, thing=thing, ids=ids)
        if ":" in path and scope["method"] == "POST":
            return None  # another method of a model
        if found := _MODELS.fullmatch(path):
            return Route("models", ("GET",), model=found["model"], version=version)
        return None


def local_path(scope: Mapping[str, Any]) -> str:
    """The path below where the app is mounted, without a slash at its end."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root) and path[len(root) : len(root) + 1] in ("", "/"):
        path = path[len(root) :]
    if path.startswith("//"):  # a base URL that ends in a slash, and a client that does not look
        path = "/" + path.lstrip("/")
    return path.rstrip("/")


def _plain(scope: Mapping[str, Any]) -> tuple[str, str | None]:
    """The path without its version, and the version."""
    path = local_path(scope)
    found = _VERSIONS.match(path)
    return (path[found.end() :], found[1]) if found else (path, None)


def _says_stream(dialect: Dialect, path: str) -> bool | None:
    return ":stream" in path if "stream" in dialect.profile.in_url else None


def target(dialect: Dialect, operation: Operation, model: str | None, stream: bool) -> tuple[str, str]:
    """The path and the query for an operation of an upstream that speaks `dialect`."""
    profile = dialect.profile
    if operation == "models":
        return f"/{'v1beta' if profile.name == 'gemini' else 'v1'}/models", ""
    query = ""
    if operation == "count_tokens":
        path = tokens.PATHS[profile.name]
    elif "stream" in profile.in_url and stream:
        path = next(path for path in profile.paths if ":stream" in path)
        query = "alt=sse"
    else:
        path = profile.paths[0]
    if "{model}" in path:
        path = path.replace("{model}", quote((model or "").removeprefix("models/"), safe="/:@+,;="))
    return path, query
