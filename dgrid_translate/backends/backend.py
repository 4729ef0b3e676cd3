"""The contract between the ASGI layer and what answers.

A Call is an HTTP request in the backend's own dialect; an Answer is the response to it, whose bytes are read as they
come. Both are what goes over the wire, so that an upstream's bytes need not be touched, and a backend that is no HTTP
at all writes the bytes that its dialect's own server would.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from dgrid_translate.ir.error import Error, ErrorKind
from dgrid_translate.shared.errors import STATUS, kind_of_status

Operation = Literal["generate", "count_tokens", "models", "kept"]
"""What is asked for. "kept": what an API keeps, such as earlier answers of Responses, by the client's own path."""

Headers = Sequence[tuple[bytes, bytes]]
"""Names are lower case, as in ASGI."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

JSON: Headers = ((b"content-type", b"application/json"),)
SSE: Headers = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache"))


class Context(Struct, frozen=True, kw_only=True):
    """What a backend may want to know of a request besides its body.

    request_id: as in the logs. client: the dialect of who asked. model, stream: what was asked for. headers: the
    client's, without its key. key: the client's key, for a backend that was told to hand it on. caller: what `auth`
    answered.
    """

    request_id: str = ""
    client: str = ""
    model: str | None = None
    stream: bool = False
    headers: Mapping[str, str] = NO_HEADERS
    key: str | None = None
    caller: object = None


class Call(Struct, frozen=True, kw_only=True):
    """A request in the backend's dialect.

    path: whole, as the dialect's vendor has it ("/v1/messages"), with the model's name in it where it belongs there.
    query: what follows the question mark. headers: what the dialect cannot do without and what the client said in the
    same dialect; no keys.
    """

    operation: Operation
    path: str
    body: bytes = b""
    method: str = "POST"
    query: str = ""
    headers: Headers = ()
    model: str | None = None
    stream: bool = False
    context: Context = Context()


class Answer:
    """A response whose body is read as it comes. Whoever got one closes it, read to its end or not."""

    __slots__ = ("_close", "chunks", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: AsyncIterator[bytes],
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.chunks = chunks
        self._close = close

    async def aclose(self) -> None:
        """Give up what is left of it; an upstream is cut off at once."""
        if self._close is not None:
            await self._close()
        close = getattr(self.chunks, "aclose", None)  # an async generator runs its `finally` only when told to
        if close is not None:
            await close()


@runtime_checkable
class Backend(Protocol):
    """Something that answers. `speaks` is its dialect, `offers` what else than answers can be had of it."""

    @property
    def speaks(self) -> str:
        """The dialect's name."""
        ...

    @property
    def offers(self) -> frozenset[Operation]:
        """The operations it takes."""
        ...

    async def send(self, call: Call) -> Answer:
        """Begin to answer.

        Raises:
            BackendError: there is no answer. An answer that says of itself that something went wrong is an Answer.
        """
        ...

    async def aclose(self) -> None:
        """Release everything it holds; it is not used after that."""
        ...


class BackendError(Exception):
    """There is no answer, or no more of it; what clients are told is `error`.

    Functions that serve as backends may raise it too: `BackendError("no such voice", status=400)`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        kind: ErrorKind | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        kind = kind or kind_of_status(status or 500)
        self.error = Error(kind, message, status or STATUS[kind], code=code, retry_after=retry_after)


async def once(body: bytes) -> AsyncIterator[bytes]:
    """A body that comes whole."""
    yield body
