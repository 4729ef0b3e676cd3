"""The official `openai` package on what an upstream keeps, through a gateway that keeps nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from dgrid_translate.asgi import create_app
from dgrid_translate.backends import DemoBackend, HTTPBackend, Router
from tests.clients.host import running
from tests.clients.scripted import TEXT, Runner, Stage, stage

pytestmark = pytest.mark.timeout(60)

SPEAKS = "openai-responses"


@pytest.fixture(scope="module", name="far")
def _far() -> Iterator[Stage]:
    """An upstream that keeps what it is asked to."""
    with stage(state="memory") as found:
        yield found


def upstream(base: str, key: str = "client-key") -> HTTPBackend:
    return HTTPBackend(base, speaks=SPEAKS, api_key=key)


@pytest.fixture(scope="module")
def bases(far: Stage) -> Iterator[dict[str, str]]:
    """Gateways over it: alone, and among others, of which one keeps things too."""
    with stage(state="memory") as other:
        routes = {
            "claude-*": DemoBackend(speaks="claude"),
            "other/*": upstream(other.base),
            "*": upstream(far.base),
        }
        alone, among = create_app(upstream(far.base)), create_app(Router(routes))
        with running(alone) as one, running(among) as two:
            yield {"alone": one, "among": two}


@pytest.fixture(params=["alone", "among"])
def gateway(request: pytest.FixtureRequest, bases: dict[str, str]) -> str:
    return bases[request.param]


@pytest.fixture
def direct(far: Stage) -> Iterator[openai.OpenAI]:
    """A client of the upstream itself."""
    with openai.OpenAI(api_key="client-key", base_url=far.base + "/v1", max_retries=0) as made:
        yield made


def test_an_answer_is_found_there_and_deleted(client: Any, run: Runner, direct: openai.OpenAI) -> None:
    made = run(client.responses.create(model="claude/text", input="Hi"))
    assert (made.output_text, made.store) == (TEXT, True)
    assert run(client.responses.retrieve(made.id)) == made == direct.responses.retrieve(made.id)
    (item,) = run.all(client.responses.input_items.list(made.id, limit=5, order="asc"))
    assert item.content[0].text == "Hi"
    events = run.all(client.responses.retrieve(made.id, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].response == made
    later = run.all(client.responses.retrieve(made.id, stream=True, starting_after=3))
    assert later == events[4:]
    run(client.responses.delete(made.id))
    for known in (run, direct):
        finder = direct if known is direct else client
        with pytest.raises(openai.NotFoundError, match=made.id) as caught:
            run(finder.responses.retrieve(made.id))
        assert caught.value.request_id


def test_what_goes_on_from_it(client: Any, run: Runner) -> None:
    first = run(client.responses.create(model="gemini/history", input="one"))
    second = run(client.responses.create(model="gemini/history", input="two", previous_response_id=first.id))
    assert second.output_text == "user: one | assistant: user: one | user: two"
    assert second.previous_response_id == first.id


def test_in_the_background(client: Any, run: Runner, far: Stage) -> None:
    events = run(client.responses.create(model="claude/slow", input="Hi", background=True, stream=True))
    stream = aiter(events) if hasattr(events, "__aiter__") else iter(events)
    id = run.next(stream).response.id
    run(events.close())
    again = run(client.responses.retrieve(id, stream=True))
    stream = aiter(again) if hasattr(again, "__aiter__") else iter(again)
    while run.next(stream).type != "response.output_text.delta":
        pass
    run(again.close())
    assert far.upstream.open == 1
    assert run(client.responses.retrieve(id)).status == "in_progress"
    assert run(client.responses.cancel(id)).status == "cancelled"
    far.settle()


def test_a_conversation(client: Any, run: Runner, gateway: str, bases: dict[str, str]) -> None:
    talk = run(client.conversations.create(metadata={"a": "b"}))
    assert run(client.conversations.update(talk.id, metadata={"c": "d"})).metadata == {"c": "d"}
    said = {"type": "message", "role": "user", "content": "zero"}
    (added,) = run(client.conversations.items.create(talk.id, items=[said])).data
    assert run(client.conversations.items.retrieve(added.id, conversation_id=talk.id)).id == added.id
    # A conversation begins at the first of the upstreams that keep any, and goes on there.
    model = "claude/history" if gateway == bases["alone"] else "other/claude/history"
    got = run(client.responses.create(model=model, input="one", conversation=talk.id))
    assert got.output_text == "user: zero | user: one"
    assert len(run.all(client.conversations.items.list(talk.id))) == 3
    run(client.conversations.items.delete(added.id, conversation_id=talk.id))
    assert len(run.all(client.conversations.items.list(talk.id))) == 2
    assert run(client.conversations.delete(talk.id)).deleted
    with pytest.raises(openai.NotFoundError):
        run(client.conversations.retrieve(talk.id))


def test_its_errors_are_passed_on(client: Any, run: Runner, direct: openai.OpenAI) -> None:
    made = run(client.responses.create(model="claude/text", input="Hi"))
    with pytest.raises(openai.BadRequestError) as expected:
        direct.responses.cancel(made.id)
    with pytest.raises(openai.BadRequestError) as caught:
        run(client.responses.cancel(made.id))
    assert caught.value.body == expected.value.body
    assert caught.value.request_id


def test_an_upstream_that_cannot_be_reached() -> None:
    app = create_app(upstream("http://127.0.0.1:9"))
    with (
        running(app) as base,
        openai.OpenAI(api_key="any", base_url=base + "/v1", max_retries=0) as client,
        pytest.raises(openai.InternalServerError) as caught,
    ):
        client.responses.retrieve("resp_1")
    assert caught.value.status_code == 502


def test_where_nothing_keeps_anything() -> None:
    with (
        running(create_app(DemoBackend(speaks="claude"))) as base,
        openai.OpenAI(api_key="any", base_url=base + "/v1", max_retries=0) as client,
    ):
        with pytest.raises(openai.BadRequestError, match="no state is configured"):
            client.responses.retrieve("resp_1")
        with pytest.raises(openai.BadRequestError, match="no state is configured"):
            client.conversations.create()
