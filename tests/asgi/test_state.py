"""What the Responses API keeps, where it gets difficult; tests/clients has the official SDK on all of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dgrid_translate.asgi import TranslateMiddleware, create_app
from dgrid_translate.asgi.responses import background
from dgrid_translate.backends import Call, DemoBackend
from dgrid_translate.responses_state import Item, MemoryState, SQLiteState, Turn
from dgrid_translate.shared.sse import unframe
from tests.asgi.driver import Got, call
from tests.asgi.kept import create, events, get

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(30)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# whose things are


async def test_callers_are_told_apart_by_their_keys_and_by_what_auth_says() -> None:
    async def auth(key: str | None, _: Any) -> object:
        return {"a1": "ann", "a2": "ann", "b1": "bob", "n1": 7, "o1": True, "o2": True}.get(key or "")

    app = create_app(DemoBackend(), auth=auth, state="memory")
    for mine, others, strangers in (("a1", ["a2"], ["b1", "n1", "o1"]), ("o1", [], ["o2", "a1", "n1"])):
        made = await create(app, key=mine)
        path = f"/v1/responses/{made.json['id']}"
        for key in (mine, *others):
            assert (await get(app, path, key=key)).status == 200
        for key in strangers:
            assert (await get(app, path, key=key)).status == 404
            assert (await get(app, path, key=key, method="DELETE")).status == 404
        assert (await get(app, path, key="wrong")).status == 401


async def test_without_auth_a_key_still_tells_apart(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    app = create_app(DemoBackend(), state=f"sqlite:///{file}")
    made = (await create(app, key="sk-my-5ecret")).json["id"]
    assert (await get(app, f"/v1/responses/{made}", key="sk-my-5ecret")).status == 200
    assert (await get(app, f"/v1/responses/{made}", key="another")).status == 404
    assert (await get(app, f"/v1/responses/{made}")).status == 404
    open_to_all = (await create(app)).json["id"]
    assert (await get(app, f"/v1/responses/{open_to_all}")).status == 200
    await app.state.keeper.aclose()
    assert b"sk-my-5ecret" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


async def test_ids_are_never_the_same() -> None:
    """A backend without ids of its own, asked the same twice."""

    async def backend(_: dict[str, Any]) -> dict[str, Any]:
        return {"choices": [{"message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}]}

    app = create_app(backend, state="memory")
    made = [(await create(app)).json for _ in range(3)]
    assert len({one["id"] for one in made}) == 3
    assert len({one["output"][0]["id"] for one in made}) == 3
    assert all(len(one["id"]) > 40 for one in made)


# how long


async def test_answers_expire(tmp_path: Path) -> None:
    for state in ("memory", f"sqlite:///{tmp_path}/kept.db"):
        app = create_app(DemoBackend(), state=state, state_days=0.5 / 86400)
        made = (await create(app)).json["id"]
        assert (await get(app, f"/v1/responses/{made}")).status == 200
        await anyio.sleep(0.55)
        assert (await get(app, f"/v1/responses/{made}")).status == 404
        assert (await create(app, previous_response_id=made)).status == 400
        await app.state.keeper.aclose()


# stores that fail


class Failing(MemoryState):
    """Fails in what it is told to."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        for name in names:
            setattr(self, name, self._fail)

    async def _fail(self, *_: Any) -> Any:
        raise OSError("disk full: /secret/path")


async def test_an_answer_that_cannot_be_kept_is_no_answer() -> None:
    app = create_app(DemoBackend(speaks="claude"), state=Failing("add"))
    got = await create(app)
    assert got.status == 500
    assert got.json["error"]["message"] == "the answer could not be kept"
    assert got.headers["content-length"] == str(len(got.body))
    streamed = events(await create(app, stream=True))
    assert streamed[-1]["type"] == "error"
    assert streamed[-1]["sequence_number"] == len(streamed) - 1
    assert "response.completed" not in [event["type"] for event in streamed]
    assert (await create(app, store=False)).status == 200
    refused = await create(app, background=True)
    assert refused.status == 503
    assert b"secret" not in got.body + refused.body


async def test_a_store_that_is_away() -> None:
    app = create_app(DemoBackend(), state=Failing("get", "find", "items", "add_conversation"))
    for got in (
        await create(app, previous_response_id="resp_1"),
        await create(app, conversation="conv_1"),
        await get(app, "/v1/responses/resp_1"),
        await call(app, "/v1/conversations", b"{}"),
    ):
        assert got.status == 503
        assert got.json["error"]["message"] == "what is kept cannot be reached now"


# an upstream that speaks Responses itself


def native(*frames: bytes) -> Any:
    async def backend(_: dict[str, Any]) -> AsyncIterator[bytes]:
        for frame in frames:
            yield frame

    return backend


ANSWER = {"id": "resp_up", "object": "response", "status": "completed", "model": "m", "store": False, "new": [1, 2.50]}
ITEM = (
    b'{"type":"message","id":"msg_up","role":"assistant","content":[{"type":"output_text","text":"\\u00e9 "}], "x":1.0}'
)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("cut", [1, 7, 10_000])
async def test_its_events_go_out_as_they_are_but_for_the_answer_s_own(named: bool, cut: int) -> None:
    begun = json.dumps(
        {"type": "response.created", "sequence_number": 0, "response": {**ANSWER, "output": []}}
    ).encode()
    done = b'{"type":"response.output_item.done", "sequence_number":1,"output_index":0,"item":%b}' % ITEM
    last = b'{"type":"response.completed","sequence_number":2,"response":{"id":"resp_up","status":"completed",'
    last += b'"store":false,"output":[%b]}}' % ITEM
    kinds = [b"response.created", b"response.output_item.done", b"response.completed"]
    pairs = zip(kinds, [begun, done, last], strict=True)
    sent = b"".join((b"event: %b\n" % kind if named else b"") + b"data: %b\n\n" % data for kind, data in pairs)
    pieces = [sent[at : at + cut] for at in range(0, len(sent), cut)]
    app = create_app(native(*pieces), speaks="openai-responses", state="memory")
    got = await create(app, stream=True)
    assert done in got.body
    assert (b"event: " in got.body) is named
    first, _, end = events(got)
    id = first["response"]["id"]
    assert id.startswith("resp_")
    assert id != "resp_up"
    assert first["response"] == {
        **ANSWER,
        "id": id,
        "output": [],
        "store": True,
        "background": False,
        "previous_response_id": None,
        "conversation": None,
    }
    assert end["response"]["id"] == id
    kept = await get(app, f"/v1/responses/{id}")
    assert ITEM in kept.body
    assert kept.json == end["response"]


async def test_it_is_asked_to_keep_nothing_and_to_seal_what_it_thought() -> None:
    seen: list[dict[str, Any]] = []

    async def backend(asked: dict[str, Any]) -> dict[str, Any]:
        seen.append(asked)
        return {**ANSWER, "output": [json.loads(ITEM)]}

    app = create_app(backend, speaks="openai-responses", state="memory")
    first = (await create(app, include=["file_search_call.results"], background=False)).json["id"]
    await create(app, previous_response_id=first, include=None)
    await create(app, store=False)
    sealed = "reasoning.encrypted_content"
    assert [one["store"] for one in seen] == [False, False, False]
    assert [one["include"] for one in seen] == [["file_search_call.results", sealed], [sealed], [sealed]]
    assert all("previous_response_id" not in one and "background" not in one for one in seen)
    assert seen[0]["input"] == "hi"
    assert [one["role"] for one in seen[1]["input"]] == ["user", "assistant", "user"]


async def test_an_upstream_that_uses_ids_again_still_has_pages() -> None:
    async def backend(_: dict[str, Any]) -> dict[str, Any]:
        return {**ANSWER, "output": [json.loads(ITEM)]}

    app = create_app(backend, speaks="openai-responses", state="memory")
    made = None
    for _ in range(3):
        made = (await create(app, previous_response_id=made)).json["id"]
    after, seen = "", []
    for _ in range(5):
        page = (await get(app, f"/v1/responses/{made}/input_items", query=f"limit=1&order=asc{after}")).json
        seen.append(page["data"][0]["id"])
        after = f"&after={page['last_id']}"
    assert page["has_more"] is False
    assert len(set(seen)) == 5


async def test_an_answer_that_is_none_is_not_kept() -> None:
    async def backend(_: dict[str, Any]) -> list[int]:
        return json.dumps([1]).encode()  # type: ignore[return-value]

    app = create_app(backend, speaks="openai-responses", state="memory")
    assert (await create(app)).status == 502
    assert app.state.keeper.state.entries == 0


# while nobody waits


class Slow(DemoBackend):
    """Takes its time, and knows whether anybody still waits."""

    def __init__(self) -> None:
        super().__init__(speaks="claude")
        self.waiting = 0

    async def send(self, call: Call) -> Any:
        self.waiting += 1
        try:
            await anyio.sleep(20)
        finally:
            self.waiting -= 1
        return await super().send(call)


on_both = pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])


async def until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        await anyio.sleep(0.01)
    raise AssertionError("it never came")


async def ended(app: Any, id: str, key: str | None = None) -> dict[str, Any]:
    for _ in range(500):
        got = (await get(app, f"/v1/responses/{id}", key=key)).json
        if got["status"] not in ("queued", "in_progress"):
            return got
        await anyio.sleep(0.01)
    raise AssertionError("it never ended")


@on_both
async def test_a_run_ends_with_the_server(tmp_path: Path) -> None:
    slow, address = Slow(), f"sqlite:///{tmp_path}/kept.db"
    app = create_app(slow, state=address)
    made = (await create(app, background=True)).json["id"]
    await until(lambda: slow.waiting)
    await app.state.keeper.aclose()
    assert slow.waiting == 0
    again = create_app(DemoBackend(), state=address)
    got = (await get(again, f"/v1/responses/{made}")).json
    assert (got["status"], got["error"]["code"]) == ("failed", "server_error")
    assert "stopped" in got["error"]["message"]
    await again.state.keeper.aclose()


@on_both
async def test_a_run_that_was_lost_with_its_process_has_failed(tmp_path: Path) -> None:
    state = SQLiteState(tmp_path / "kept.db")
    lost = Turn(
        id="resp_lost",
        owner="",
        status="in_progress",
        created=time.time(),
        expires=time.time() + 60,
        beat=time.time() - background.LOST - 1,
        body=b'{"id":"resp_lost","status":"in_progress","background":true}',
        input=[Item("msg_1", b'{"role":"user","content":"hi"}')],
    )
    await state.add(lost)
    await state.add(replace(lost, id="resp_alive", beat=time.time(), body=lost.body.replace(b"lost", b"alive")))
    app = create_app(DemoBackend(), state=state)
    got = (await get(app, "/v1/responses/resp_lost")).json
    assert (got["status"], got["error"]["code"]) == ("failed", "server_error")
    replayed = events(await get(app, "/v1/responses/resp_lost", query="stream=true"))
    assert replayed[-1]["type"] == "response.failed"
    assert (await get(app, "/v1/responses/resp_alive")).json["status"] == "in_progress"
    assert (await create(app, previous_response_id="resp_lost")).json["error"]["param"] == "previous_response_id"
    await app.state.keeper.aclose()


@on_both
async def test_a_run_learns_that_it_was_cancelled_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "BEAT", 0.05)
    slow, address = Slow(), f"sqlite:///{tmp_path}/kept.db"
    app, other = create_app(slow, state=address), create_app(DemoBackend(), state=address)
    made = (await create(app, background=True)).json["id"]
    await until(lambda: slow.waiting)
    await anyio.sleep(0.2)
    assert slow.waiting == 1
    assert (await call(other, f"/v1/responses/{made}/cancel", b"")).json["status"] == "cancelled"
    await until(lambda: not slow.waiting)
    assert (await get(app, f"/v1/responses/{made}")).json["status"] == "cancelled"
    await app.state.keeper.aclose()
    await other.state.keeper.aclose()


@on_both
async def test_deleting_stops_a_run() -> None:
    slow = Slow()
    app = create_app(slow, state="memory")
    made = (await create(app, background=True)).json["id"]
    await until(lambda: slow.waiting)
    assert (await get(app, f"/v1/responses/{made}", method="DELETE")).json["deleted"] is True
    await until(lambda: not slow.waiting)
    assert (await get(app, f"/v1/responses/{made}")).status == 404
    assert app.state.keeper.state.entries == 0


@on_both
async def test_a_follower_is_kept_company_and_may_leave() -> None:
    slow, gone = Slow(), anyio.Event()
    app = create_app(slow, state="memory", keep_alive=0.05)
    made = (await create(app, background=True)).json["id"]

    def leave(got: Got) -> None:
        if len(got.frames) > 2:
            gone.set()

    with anyio.fail_after(5):
        got = await call(app, f"/v1/responses/{made}", query="stream=true", gone=gone, on_send=leave)
    assert set(got.frames) == {b": keep-alive\n\n"}
    assert slow.waiting == 1
    await app.state.keeper.aclose()


@on_both
async def test_a_run_is_logged_on_its_own(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "dgrid_translate.requests")
    app = create_app(DemoBackend(speaks="claude"), state="memory")
    made = (await create(app, background=True)).json["id"]
    assert (await ended(app, made))["status"] == "completed"

    def posts() -> list[Any]:
        return [one for line in caplog.records if (one := vars(line)["request"])["method"] == "POST"]

    await until(lambda: len(posts()) == 2)
    lines = posts()
    assert len({line["id"] for line in lines}) == 1
    assert all(line["status"] == 200 for line in lines)


def test_the_rest_works_on_trio_too(tmp_path: Path) -> None:
    async def main() -> str:
        app = create_app(DemoBackend(speaks="claude"), state=f"sqlite:///{tmp_path}/kept.db")
        first = (await create(app, stream=True)).body
        id = json.loads(unframe(first)[0])["response"]["id"]
        second = await create(app, previous_response_id=id)
        await app.state.keeper.aclose()
        return second.json["previous_response_id"], id

    found, id = anyio.run(main, backend="trio")
    assert found == id


# middleware


def app_that_speaks(speaks: str) -> Starlette:
    model = DemoBackend(speaks=speaks)

    async def serve(request: Request) -> Response:
        asked = await request.body()
        request.app.state.seen.append(json.loads(asked))
        stream = request.app.state.seen[-1].get("stream", False)
        answer = await model.send(Call(operation="generate", path="", body=asked, stream=stream))
        if stream:
            return StreamingResponse(answer.chunks, media_type="text/event-stream")
        return Response(b"".join([chunk async for chunk in answer.chunks]), media_type="application/json")

    async def own(request: Request) -> Response:
        return JSONResponse({"own": request.url.path})

    paths = {"claude": "/v1/messages", "openai-responses": "/v1/responses"}
    routes = [Route(paths[speaks], serve, methods=["POST"]), Route("/v1/responses/{id}", own)]
    app = Starlette(routes=routes)
    app.state.seen = []
    return app


@pytest.mark.parametrize("speaks", ["claude", "openai-responses"])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_app_gets_a_memory(speaks: str, stream: bool) -> None:
    inner = app_that_speaks(speaks)
    app = TranslateMiddleware(inner, speaks=speaks, state="memory")
    got = await create(app, key="k", stream=stream)
    first = events(got)[-1]["response"] if stream else got.json
    second = await create(app, key="k", previous_response_id=first["id"], input="and?")
    assert second.status == 200
    assert len(inner.state.seen[1]["messages" if speaks == "claude" else "input"]) == 3
    kept = await get(app, f"/v1/responses/{first['id']}", key="k")
    assert kept.json == first
    assert (await get(app, f"/v1/responses/{first['id']}", key="other")).status == 404
    run = (await create(app, key="k", background=True)).json
    assert (await ended(app, run["id"], "k"))["status"] == "completed"
    await app.keeper.aclose()


async def test_an_app_without_a_memory() -> None:
    app = TranslateMiddleware(app_that_speaks("claude"), speaks="claude")
    assert (await create(app, previous_response_id="resp_1")).json["error"]["param"] == "previous_response_id"
    assert (await get(app, "/v1/responses/resp_1")).json == {"own": "/v1/responses/resp_1"}


async def test_what_is_kept_for_an_app_can_be_guarded() -> None:
    app = TranslateMiddleware(app_that_speaks("claude"), speaks="claude", state="memory", auth=["k"])
    made = (await create(app, key="k")).json["id"]
    assert (await get(app, f"/v1/responses/{made}", key="k")).status == 200
    assert (await get(app, f"/v1/responses/{made}", key="x")).status == 401
    assert (await create(app, key="x")).status == 401


# bodies that are none


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/conversations", b"[]"),
        ("/v1/conversations", b'{"items": "x"}'),
        ("/v1/conversations", b'{"items": [1]}'),
        ("/v1/conversations", b'{"metadata": {"a": 1}}'),
        ("/v1/conversations", b"\xff"),
        ("/v1/responses", b'{"input": "x", "model": "demo", "conversation": 7}'),
        ("/v1/responses", b'{"input": "x", "model": "demo", "previous_response_id": 7}'),
        ("/v1/responses", b'{"input": 7, "model": "demo"}'),
        ("/v1/responses", b'{"input": [7], "model": "demo"}'),
        ("/v1/responses", b'{"input": [{"type": 7}], "model": "demo"}'),
    ],
)
async def test_bodies_that_are_none(path: str, sent: bytes) -> None:
    got = await call(create_app(DemoBackend(), state="memory"), path, sent)
    assert got.status == 400, got.body
    assert got.json["error"]["message"]


async def test_a_conversation_s_bounds() -> None:
    app = create_app(DemoBackend(), state="memory", max_body=100_000)
    items = [{"role": "user", "content": "x"}] * 21
    for sent in (
        {"items": items},
        {"metadata": {str(key): "" for key in range(17)}},
        {"metadata": {"k" * 65: ""}},
        {"metadata": {"k": "v" * 513}},
    ):
        assert (await call(app, "/v1/conversations", json.dumps(sent).encode())).status == 400
    assert (await call(app, "/v1/conversations", b"x" * 100_001)).status == 413
    made = (await call(app, "/v1/conversations", b"")).json
    assert (await call(app, f"/v1/conversations/{made['id']}/items", b'{"items": []}')).json["error"][
        "param"
    ] == "items"


async def test_many_at_once() -> None:
    app = create_app(DemoBackend(speaks="claude"), state="memory")

    async def chain(number: int) -> list[str]:
        id, said = None, []
        for turn in range(5):
            got = (await create(app, input=f"{number}-{turn}", previous_response_id=id, stream=False)).json
            id = got["id"]
        page = (await get(app, f"/v1/responses/{id}/input_items", query="order=asc&limit=100")).json
        said += [item["content"][0]["text"] for item in page["data"] if item["role"] == "user"]
        return said

    found = await asyncio.gather(*[chain(number) for number in range(20)])
    assert found == [[f"{number}-{turn}" for turn in range(5)] for number in range(20)]
