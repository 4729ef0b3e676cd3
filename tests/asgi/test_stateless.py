"""The Responses API where no state is configured: refused, said so, or asked of an upstream that keeps things."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from dgrid_translate.asgi import create_app
from dgrid_translate.backends import Answer, BackendError, Call, DemoBackend, Router
from dgrid_translate.backends.backend import JSON, SSE, Operation, once
from tests.asgi.driver import Got, call
from tests.asgi.kept import body, create, events, get

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(30)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


NEEDS = [
    ({"previous_response_id": "resp_1"}, "previous_response_id"),
    ({"conversation": "conv_1"}, "conversation"),
    ({"conversation": {"id": "conv_1"}}, "conversation"),
    ({"background": True}, "background"),
    ({"input": [{"role": "user", "content": "a"}, {"type": "item_reference", "id": "msg_1"}]}, "input[1]"),
    ({"input": [{"id": "msg_1"}]}, "input[0]"),
]


@pytest.mark.parametrize(("more", "param"), NEEDS)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("speaks", ["openai", "claude", "gemini"])
async def test_what_needs_one_is_refused(more: dict[str, Any], param: str, stream: bool, speaks: str) -> None:
    if param == "input[0]":
        more = {**more, "store": False}
    got = await create(create_app(DemoBackend(speaks=speaks)), stream=stream, **more)
    assert got.status == 400
    assert got.json["error"]["param"] == param
    assert got.json["error"]["type"] == "invalid_request_error"
    assert "not kept here" in got.json["error"]["message"]


NOTHING = {"previous_response_id": None, "conversation": None, "background": False}


async def test_what_says_nothing_of_it_is_served() -> None:
    got = await create(create_app(DemoBackend(speaks="claude")), store=True, **NOTHING)
    assert got.status == 200


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("store", [True, False, None])
@pytest.mark.parametrize("speaks", ["openai", "claude", "gemini"])
async def test_what_is_not_kept_says_so(speaks: str, store: bool | None, stream: bool) -> None:
    asked = {} if store is None else {"store": store}
    got = await create(create_app(DemoBackend(speaks=speaks)), stream=stream, **asked)
    if stream:
        said = [event["response"] for event in events(got) if "response" in event]
        assert len(said) >= 3
    else:
        said = [got.json]
    assert [answer["store"] for answer in said] == [False] * len(said)
    named = "store" in got.headers.get("x-dgrid-translate-losses", "").partition("features=")[2].split(",")
    assert named or not store
    assert not (named and store is None)


@pytest.mark.parametrize("passthrough", [False, True])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_upstream_that_keeps_answers_has_the_word(passthrough: bool, stream: bool) -> None:
    keeps = create_app(DemoBackend(), state="memory")

    class Upstream(DemoBackend):
        async def send(self, call_: Call) -> Any:
            got = await call(keeps, call_.path, call_.body)
            kind = got.headers["content-type"].encode()
            return Answer(got.status, [(b"content-type", kind)], once(got.body))

    app = create_app(Upstream(speaks="openai-responses"), passthrough=passthrough)
    for store in (True, False):
        got = await create(app, stream=stream, store=store)
        answer = events(got)[-1]["response"] if stream else got.json
        assert answer["store"] is store
        assert (await get(keeps, f"/v1/responses/{answer['id']}")).status == (200 if store else 404)


@pytest.mark.parametrize(("more", "_"), NEEDS)
async def test_an_upstream_that_speaks_responses_may_keep_it(more: dict[str, Any], _: str) -> None:
    seen: list[bytes] = []

    class Upstream(DemoBackend):
        async def send(self, call: Call) -> Any:
            seen.append(call.body)
            return await super().send(call)

    sent = body(**more)
    got = await call(create_app(Upstream(speaks="openai-responses")), "/v1/responses", sent)
    assert got.status == 200
    assert seen == [sent]


@pytest.mark.parametrize("path", ["/v1/responses/resp_1", "/responses/resp_1/input_items", "/v1/conversations/c/items"])
@pytest.mark.parametrize("speaks", ["openai", "openai-responses"])
async def test_a_backend_that_keeps_nothing(path: str, speaks: str) -> None:
    app = create_app(DemoBackend(speaks=speaks))
    got = await get(app, path)
    assert got.status == 400
    assert "no state is configured" in got.json["error"]["message"]
    assert (got.json["error"]["type"], got.json["error"]["code"]) == ("invalid_request_error", "state_not_configured")
    assert (await get(app, path, method="PUT")).status == 405


class Shelf(DemoBackend):
    """A backend that says of itself that it keeps things."""

    offers = frozenset[Operation]({"generate", "kept"})

    def __init__(self, status: int = 404) -> None:
        super().__init__(speaks="openai-responses")
        self.status = status
        self.asked: list[Call] = []
        self.open = 0

    async def send(self, call: Call) -> Answer:
        if call.operation != "kept":
            return await super().send(call)
        self.asked.append(call)
        if not self.status:
            raise BackendError("the upstream cannot be reached", status=502)
        self.open += 1
        if self.status == 200:
            return Answer(200, JSON, once(b'{"id": "resp_1"}'), self._closed)
        return Answer(self.status, JSON, once(b'{"error": {"message": "it said no", "code": "no"}}'), self._closed)

    async def _closed(self) -> None:
        self.open -= 1


async def test_what_an_upstream_keeps_is_asked_for_in_the_client_s_words() -> None:
    shelf = Shelf(200)
    app = create_app(shelf, auth=["k"])
    sent = b'{"metadata": {"a":  "b"}}'
    head = {"authorization": "Bearer k", "openai-beta": "x", "x-secret": "y"}
    got = await call(app, "/conversations/c:1+2 \u00e9/", sent, query="key=k&include[]=a&include[]=b", headers=head)
    assert (got.status, got.body) == (200, b'{"id": "resp_1"}')
    (asked,) = shelf.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/v1/conversations/c%3A1%2B2%20%C3%A9", sent)
    assert asked.query == "include[]=a&include[]=b"
    assert asked.headers == [(b"openai-beta", b"x")]
    assert shelf.open == 0
    big = create_app(shelf, max_body=10)
    assert (await call(big, "/v1/conversations", sent)).status == 413
    plain = {"content-type": "text/plain"}
    assert (await call(app, "/v1/conversations", sent, headers={**head, **plain})).status == 415
    assert (await call(app, "/v1/responses/r")).status == 401
    assert len(shelf.asked) == 1


async def test_a_page_is_nothing_that_was_kept() -> None:
    class Page(Shelf):
        async def send(self, call: Call) -> Answer:
            return Answer(200 if call.method == "GET" else 204, JSON, once(b"<p>" if call.method == "GET" else b""))

    assert (await get(create_app(Page()), "/v1/responses/r")).status == 502
    assert (await get(create_app(Page()), "/v1/responses/r", method="DELETE")).status == 204


@pytest.mark.parametrize("path", ["/v1/responses/..", "/responses/../cancel", "/v1/conversations/./items/x"])
async def test_a_step_in_a_path_is_no_id(path: str) -> None:
    shelf = Shelf(200)
    assert (await get(create_app(shelf), path)).status == 404
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("statuses", "status", "asked"),
    [
        ((200, 200), 200, 1),
        ((404, 200), 200, 2),
        ((405, 200), 200, 2),
        ((0, 200), 200, 2),
        ((503, 200), 200, 2),
        ((404, 404), 404, 2),
        ((429, 200), 200, 2),
        ((400, 200), 200, 2),
        ((401, 404), 401, 2),
        ((400, 429), 429, 2),
        ((400, 503), 503, 2),
        ((0, 404), 502, 2),
        ((500, 404), 502, 2),
        ((404, 0), 502, 2),
        ((404, 503), 503, 2),
    ],
)
async def test_of_several_upstreams_one_after_another_is_asked(
    statuses: tuple[int, int], status: int, asked: int
) -> None:
    shelves = [Shelf(one) for one in statuses]
    routes = {"claude/*": DemoBackend(speaks="claude"), "a/*": shelves[0], "b/*": shelves[1]}
    got = await get(create_app(Router(routes)), "/v1/responses/resp_1")
    assert got.status == status
    assert sum(len(shelf.asked) for shelf in shelves) == asked
    assert [shelf.open for shelf in shelves] == [0, 0]


class Reel(Shelf):
    """Plays one event of a stream, then waits for ever, or breaks."""

    def __init__(self, *, breaks: bool) -> None:
        super().__init__()
        self._breaks = breaks

    async def send(self, call: Call) -> Answer:
        async def frames() -> AsyncIterator[bytes]:
            yield b'event: response.created\ndata: {"type": "response.created", "sequence_number": 0}\n\n'
            if self._breaks:
                raise BackendError("the upstream broke the connection", status=502)
            await anyio.sleep_forever()

        assert call.stream
        self.open += 1
        return Answer(200, SSE, frames(), self._closed)


async def test_who_hangs_up_lets_go_of_what_an_upstream_plays_again() -> None:
    reel = Reel(breaks=False)
    gone = anyio.Event()

    def leave(got: Got) -> None:
        if got.frames:
            assert reel.open == 1
            gone.set()

    got = await call(create_app(reel), "/v1/responses/r", query="stream=true", gone=gone, on_send=leave)
    assert not got.ended
    assert reel.open == 0


async def test_a_stream_that_an_upstream_breaks_off_fails() -> None:
    got = await call(create_app(Reel(breaks=True)), "/v1/responses/r", query="stream=true")
    assert [event["type"] for event in events(got)] == ["response.created", "error"]
