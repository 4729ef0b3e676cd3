"""An upstream over HTTP.

Nothing is tried twice: the clients' SDKs retry, and only they know what is worth it. Redirects are not followed: the
only host that is ever called is the one that was configured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dgrid_translate.backends.backend import Answer, BackendError, Call, Operation
from dgrid_translate.backends.clients import Client, client_for
from dgrid_translate.registry import lookup

BASE_URLS = {
    "openai": "https://api.openai.com",
    "openai-completions": "https://api.openai.com",
    "openai-responses": "https://api.openai.com",
    "claude": "https://api.anthropic.com",
    "gemini": "https://generativelanguage.googleapis.com/v1beta",
}
"""Where each vendor's own API is."""

_VERSION = re.compile(r"/v\d+\w*")
_AGENT = (b"user-agent", b"dgrid-translate")


class HTTPBackend:
    """An API that speaks one dialect.

    base_url: where it is, with its version or without ("http://127.0.0.1:8000/v1"); left out, the vendor's own.
    speaks: its dialect. api_key: what to authenticate with. forward_key: hand the client's own key on instead.
    auth_header: where the key goes, if not where the dialect's vendor has it; in "authorization" it is a Bearer.
    headers: more of them for every request. connect_timeout, timeout: seconds to connect, and between two reads.
    client: an httpx or httpx2 AsyncClient, or an aiohttp ClientSession, that you have configured and that you close;
    left out, a pool of aiohttp's.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        speaks: str,
        api_key: str | None = None,
        forward_key: bool = False,
        auth_header: str | None = None,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float = 10.0,
        timeout: float = 600.0,
        client: Any = None,
    ) -> None:
        profile = lookup(speaks).profile
        base_url = base_url or BASE_URLS.get(profile.name)
        if base_url is None:
            raise ValueError(f"{profile.name} has no vendor of its own: say its base_url")
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError(f"not an HTTP address: {base_url!r}")
        self.speaks = profile.name
        kept: set[Operation] = {"kept"} if self.speaks == "openai-responses" else set()
        self.offers = frozenset[Operation]({"generate", "models", "count_tokens", *kept})
        self._base = base_url.rstrip("/")
        self._api_key = api_key
        self._forward_key = forward_key
        self._auth_header = auth_header or profile.auth_headers[0]
        self._headers = [_AGENT, *[(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]]
        self._client: Client = client_for(client, connect_timeout, timeout)

    async def send(self, call: Call) -> Answer:
        """Send the request; returns when the upstream's headers are there.

        Raises:
            BackendError: no connection (502), or no answer in time (504).
        """
        headers = [*call.headers, *self._headers]
        key = call.context.key if self._forward_key else self._api_key
        if key is not None:
            headers.append(_auth(self._auth_header, key))
        if call.body:
            headers.append((b"content-type", b"application/json"))
        headers.append((b"accept", b"text/event-stream" if call.stream else b"application/json"))
        # A compressed stream would have to be held back until its blocks are full.
        headers.append((b"accept-encoding", b"identity"))
        answer = await self._client.send(call.method, self.url(call), headers, call.body)
        if 300 <= answer.status < 400:
            await answer.aclose()
            raise BackendError(f"the upstream redirects (status {answer.status}); set its address", status=502)
        return answer

    def url(self, call: Call) -> str:
        """Where a call goes: the version that the base ends with takes the place of the one in the path."""
        path = call.path
        last = self._base.rpartition("/")[2]
        if _VERSION.fullmatch("/" + last):
            path = _VERSION.sub("", path, count=1) if _VERSION.match(path) else path
        return f"{self._base}{path}?{call.query}" if call.query else self._base + path

    async def aclose(self) -> None:
        """Close the connections, unless the client is yours."""
        await self._client.aclose()


def _auth(header: str, key: str) -> tuple[bytes, bytes]:
    value = f"Bearer {key}" if header == "authorization" else key
    return header.encode(), value.encode()
