"""The HTTP clients that an upstream can be reached with, behind one small protocol.

aiohttp is the one that is used when none is given: it costs a seventh of httpx per request, and gives out all that has
arrived at one read. Each client's exceptions become BackendError here, and are known nowhere else.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol

from dgrid_translate.backends.backend import Answer, BackendError

if TYPE_CHECKING:
    import aiohttp

_URLS = 256
"""How many addresses are remembered as parsed."""

Fields = Sequence[tuple[bytes, bytes]]


class Client(Protocol):
    """Sends one request and gives the response as soon as its headers are there."""

    async def send(self, method: str, url: str, headers: Fields, body: bytes) -> Answer:
        """Send.

        Raises:
            BackendError: it could not be sent, or nothing came back. The answer's chunks raise it too.
        """
        ...

    async def aclose(self) -> None:
        """Release the connections."""
        ...


def client_for(given: Any, connect_timeout: float, read_timeout: float) -> Client:
    """A Client of what the user gave: nothing, an aiohttp session, an httpx or httpx2 client, or a Client."""
    if given is None:
        return AiohttpClient(None, connect_timeout, read_timeout)
    roots = {cls.__module__.partition(".")[0] for cls in type(given).__mro__}
    if "aiohttp" in roots:
        return AiohttpClient(given, connect_timeout, read_timeout)
    for root in ("httpx2", "httpx"):
        if root in roots:
            return HttpxClient(given, sys.modules[root])
    if not hasattr(given, "send"):
        raise TypeError(f"not an async HTTP client: {type(given).__name__}")
    return given


def _refused() -> BackendError:
    return BackendError("the upstream cannot be reached", status=502)


def _late() -> BackendError:
    return BackendError("the upstream did not answer in time", status=504)


def _broken() -> BackendError:
    return BackendError("the upstream broke the connection", status=502)


class AiohttpClient:
    """aiohttp, with a pool of its own or the user's session."""

    def __init__(self, session: aiohttp.ClientSession | None, connect_timeout: float, read_timeout: float) -> None:
        import aiohttp
        from yarl import URL

        self._aiohttp = aiohttp
        self._url = lru_cache(_URLS)(partial(URL, encoded=True))
        self._given = session
        self._own: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout, sock_read=read_timeout)

    def _session(self) -> aiohttp.ClientSession:
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        if self._own is None or self._own.closed or self._loop is not loop:
            if self._own is not None and not self._own.closed:
                self._own.detach()  # it belongs to a loop that is gone
            self._loop = loop
            self._own = self._aiohttp.ClientSession(
                connector=self._aiohttp.TCPConnector(limit=0), cookie_jar=self._aiohttp.DummyCookieJar()
            )
        return self._own

    async def send(self, method: str, url: str, headers: Fields, body: bytes) -> Answer:
        """Send; see Client."""
        try:
            response = await self._session().request(
                method,
                self._url(url),
                data=body or None,
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers],
                allow_redirects=False,
                timeout=self._timeout,
            )
        except TimeoutError as error:
            raise _late() from error
        except self._aiohttp.ClientConnectorError as error:
            raise _refused() from error
        except (self._aiohttp.ClientError, OSError) as error:
            raise _broken() from error

        async def close() -> None:
            response.close()

        fields = [(name.lower(), value) for name, value in response.raw_headers]
        return Answer(response.status, fields, self._chunks(response), close)

    async def _chunks(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for chunk in response.content.iter_any():
                yield chunk
        except TimeoutError as error:
            raise _late() from error
        except (self._aiohttp.ClientError, OSError) as error:
            raise _broken() from error

    async def aclose(self) -> None:
        """Close the pool, unless it is the user's."""
        if self._own is not None:
            await self._own.close()
            self._own = None


class HttpxClient:
    """An httpx or httpx2 AsyncClient of the user's, with its transport, proxies, timeouts, auth and mocks."""

    def __init__(self, client: Any, module: Any) -> None:
        self._client = client
        self._timeout: type[Exception] = module.TimeoutException
        self._refusal: type[Exception] = module.ConnectError
        self._error: type[Exception] = module.HTTPError
        self._closed: type[Exception] = module.StreamError

    async def send(self, method: str, url: str, headers: Fields, body: bytes) -> Answer:
        """Send; see Client."""
        request = self._client.build_request(method, url, headers=list(headers), content=body or None)
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
        except self._timeout as error:
            raise _late() from error
        except self._refusal as error:
            raise _refused() from error
        except (self._error, OSError) as error:
            raise _broken() from error
        fields = [(name.lower(), value) for name, value in response.headers.raw]
        return Answer(response.status_code, fields, self._chunks(response.aiter_bytes), response.aclose)

    async def _chunks(self, read: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
        try:
            async for chunk in read():
                yield chunk
        except self._timeout as error:
            raise _late() from error
        except (self._error, self._closed, OSError) as error:
            raise _broken() from error

    async def aclose(self) -> None:
        """It is the user's to close."""
