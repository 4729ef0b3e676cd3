"""Hands an SDK's HTTP client the bytes a test chose, in place of the network. Everything above it is the SDK's own."""

import httpx2


class Replay(httpx2.BaseTransport):
    """Answers every request with the one answer set last, and keeps the last request."""

    def __init__(self) -> None:
        self.answer(200, {}, b"")
        self.request: httpx2.Request | None = None

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Sets the answer of the requests to come."""
        self._status, self._headers, self._body = status, headers, body

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The transport hook of httpx2: no status is special, no header is added."""
        request.read()
        self.request = request
        return httpx2.Response(self._status, headers=self._headers, stream=httpx2.ByteStream(self._body))


JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream; charset=utf-8"}
