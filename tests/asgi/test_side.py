"""Models and token counts, in each caller's shape."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest

from dgrid_translate import DIALECTS
from dgrid_translate.asgi import create_app, side
from dgrid_translate.backends import Answer, BackendError, Call, DemoBackend, FunctionBackend, Router
from dgrid_translate.backends.backend import JSON, once
from dgrid_translate.endpoints import tokens
from tests.asgi.driver import call

pytestmark = pytest.mark.anyio

CLAUDE = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
GEMINI = {"x-goog-api-key": "k"}


def answer(_: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError("not asked")


async def test_the_list_in_three_shapes() -> None:
    app = create_app(DemoBackend(models=["a/one", "two"]))
    got = (await call(app, "/v1/models")).json
    assert (got["object"], got["success"]) == ("list", True)
    assert [model["id"] for model in got["data"]] == ["a/one", "two"]
    first = got["data"][0]
    assert (first["object"], first["owned_by"], first["created"]) == ("model", "demo", 0)
    assert {"openai", "anthropic", "gemini"} <= set(first["supported_endpoint_types"])
    got = (await call(app, "/v1/models", headers=CLAUDE)).json
    assert [(model["type"], model["id"]) for model in got["data"]] == [("model", "a/one"), ("model", "two")]
    assert (got["has_more"], got["first_id"], got["last_id"]) == (False, "a/one", "two")
    for path, headers, query in (
        ("/v1/models", GEMINI, ""),
        ("/v1/models", {}, "key=k"),
        ("/v1beta/models", {}, ""),
    ):
        got = (await call(app, path, headers=headers, query=query)).json
        assert [model["name"] for model in got["models"]] == ["models/a/one", "models/two"]
        assert "generateContent" in got["models"][0]["supportedGenerationMethods"]


async def test_one_model() -> None:
    app = create_app(
        answer, models=["a/one", {"id": "two", "owned_by": "me", "created": 1700000000, "context_length": 9}]
    )
    assert (await call(app, "/v1/models/a/one")).json["id"] == "a/one"
    assert (await call(app, "/models/two/")).json["owned_by"] == "me"
    got = (await call(app, "/v1/models/two", headers=CLAUDE)).json
    assert (got["created_at"], got["max_input_tokens"]) == ("2023-11-14T22:13:20Z", 9)
    assert (await call(app, "/v1beta/models/a/one")).json["name"] == "models/a/one"
    got = await call(app, "/v1/models/three", headers=CLAUDE)
    assert (got.status, got.json["error"]["type"]) == (404, "not_found_error")


async def test_what_a_list_says_of_a_model_is_kept_for_its_own_shape() -> None:
    app = create_app(answer, models=[{"id": "m", "pricing": {"prompt": "0.1"}}])
    assert (await call(app, "/v1/models/m")).json["pricing"] == {"prompt": "0.1"}
    assert "pricing" not in (await call(app, "/v1/models/m", headers=CLAUDE)).json


async def test_a_router_lists_what_its_backends_have() -> None:
    shared = DemoBackend(models=["x"])
    router = Router(
        {"a/*": shared, "b/*": DemoBackend(models=["y"], speaks="claude"), "c/*": shared, "*": FunctionBackend(answer)}
    )
    got = (await call(create_app(router), "/v1/models")).json
    assert [model["id"] for model in got["data"]] == ["a/x", "b/y"]


class Odd(DemoBackend):
    """A backend that answers what is asked besides with a page, with an error, or never."""

    def __init__(self, way: str) -> None:
        super().__init__(speaks="claude")
        self._way = way

    async def send(self, _: Call) -> Answer:
        if self._way == "refuses":
            raise BackendError("the upstream cannot be reached", status=502)
        if self._way == "dawdles":
            await anyio.sleep_forever()
        return Answer(200, JSON, once(b"<html>hello</html>"))


async def test_a_list_that_is_none_is_the_upstream_s_fault() -> None:
    got = await call(create_app(Odd("page")), "/v1/models")
    assert (got.status, got.json["error"]["type"]) == (502, "server_error")
    assert (await call(create_app(Router({"*": Odd("page")})), "/v1/models")).status == 502


async def test_a_router_does_not_wait_for_who_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side, "_PATIENCE", 0.1)
    routes = {"a/*": Odd("dawdles"), "b/*": Odd("refuses"), "c/*": Odd("page"), "d/*": Odd("dawdles")}
    app = create_app(Router({**routes, "e/*": DemoBackend(models=["x"])}))
    with anyio.fail_after(2):
        assert [model["id"] for model in (await call(app, "/v1/models")).json["data"]] == ["e/x"]
    got = await call(create_app(Router({"a/*": Odd("dawdles")})), "/v1/models")
    assert (got.status, got.json["error"]["message"]) == (504, "the upstream did not list its models in time")


async def test_a_count_that_is_none_is_estimated() -> None:
    body = json.dumps(ASK["claude"][1]).encode()
    got = await call(create_app(Odd("page")), "/v1/messages/count_tokens", body)
    assert got.status == 200
    assert got.headers["x-dgrid-translate-token-count"] == "estimate"


async def test_functions_list_nothing_unless_told() -> None:
    assert (await call(create_app(answer), "/v1/models")).json["data"] == []


ASK: dict[str, tuple[str, dict[str, Any]]] = {
    "claude": (
        "/v1/messages/count_tokens",
        {"model": "demo", "messages": [{"role": "user", "content": "one two three"}]},
    ),
    "gemini": (
        "/v1beta/models/demo:countTokens",
        {"contents": [{"role": "user", "parts": [{"text": "one two three"}]}]},
    ),
    "openai-responses": ("/v1/responses/input_tokens", {"model": "demo", "input": "one two three"}),
}


def count_in(client: str, body: dict[str, Any]) -> int:
    return body["totalTokens" if client == "gemini" else "input_tokens"]


@pytest.mark.parametrize("client", [name for name in ASK if name in DIALECTS])
async def test_counts(client: str) -> None:
    path, body = ASK[client]
    for speaks in DIALECTS:
        got = await call(create_app(DemoBackend(speaks=speaks)), path, json.dumps(body).encode())
        assert got.status == 200
        if speaks in tokens.PATHS:
            assert count_in(client, got.json) == 4
            assert "x-dgrid-translate-token-count" not in got.headers
        else:
            assert got.headers["x-dgrid-translate-token-count"] == "estimate"
            assert 4 <= count_in(client, got.json) <= 12


async def test_gemini_may_wrap_what_is_to_be_counted() -> None:
    path, body = ASK["gemini"]
    wrapped = {"generateContentRequest": {"model": "models/demo", **body}}
    for speaks in DIALECTS:
        got = await call(create_app(DemoBackend(speaks=speaks)), path, json.dumps(wrapped).encode())
        assert got.json["totalTokens"] > 3


async def test_a_count_of_what_is_no_request() -> None:
    got = await call(create_app(answer), "/v1/messages/count_tokens", b'{"messages": 7}')
    assert (got.status, got.json["type"]) == (400, "error")
    assert "messages" in got.json["error"]["message"]
