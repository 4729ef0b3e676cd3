"""Several backends behind one, by the model's name."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from dgrid_translate.backends.backend import Backend, BackendError


class Router:
    """Chooses a backend by patterns for `provider/model-name`; the first that fits counts.

    routes: patterns as in a shell ("anthropic/*", "*claude*", "*"), each with a backend or a further router.
    strip: take the prefix of a pattern that ends in "/*" off the name, since providers do not know their own prefix;
    turn it off for an upstream that does, such as another gateway.
    """

    def __init__(self, routes: Mapping[str, Backend | Router], *, strip: bool = True) -> None:
        if not routes:
            raise ValueError("a router needs at least one route")
        self.routes = dict(routes)
        self._strip = strip

    def choose(self, model: str | None) -> tuple[Backend, str | None]:
        """The backend for a model, and the model's name there.

        Raises:
            BackendError: no pattern fits (404).
        """
        for pattern, backend in self.routes.items():
            if fnmatchcase(model or "", pattern):
                name = model
                if self._strip and name and pattern.endswith("/*"):
                    name = name.removeprefix(pattern[:-1])
                return backend.choose(name) if isinstance(backend, Router) else (backend, name)
        named = "a model must be named" if model is None else f"no route for the model {model!r}"
        raise BackendError(named, status=404, code="model_not_found")

    def prefixed(self) -> list[tuple[str, Backend]]:
        """Every backend once, with what stands before its models' names here."""
        found: list[tuple[str, Backend]] = []
        for pattern, backend in self.routes.items():
            prefix = pattern[:-1] if self._strip and pattern.endswith("/*") and "*" not in pattern[:-1] else ""
            below = backend.prefixed() if isinstance(backend, Router) else [("", backend)]
            found += [(prefix + more, leaf) for more, leaf in below if all(leaf is not known for _, known in found)]
        return found

    async def aclose(self) -> None:
        """Close every backend."""
        for _, backend in self.prefixed():
            await backend.aclose()
