"""The official `openai` package on what the Responses API keeps: each store, in front of every dialect."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.clients.scripted import PARAMETERS, TEXT, Runner, Stage, Weather, beside, stage

pytestmark = pytest.mark.timeout(60)

TOOL: dict[str, Any] = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": False}
STORES = ["memory", "sqlite", "postgres"]


@pytest.fixture(scope="module", params=STORES)
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    folder: Path = tmp_path_factory.mktemp("kept")
    return {"memory": "memory", "sqlite": f"sqlite:///{folder}/kept.db"}[request.param]


@pytest.fixture(scope="module")
def kept(address: str) -> Iterator[Stage]:
    with stage(state=address) as found:
        yield found


@pytest.fixture(scope="module")
def twin(address: str, kept: Stage) -> Iterator[Stage]:
    """Another gateway, as on another machine, over the same store."""
    with beside(kept.upstream, kept.address, state=address) as found:
        yield found


@pytest.fixture
def gateway(kept: Stage) -> str:
    return kept.base


def answer(client: Any, run: Runner, stream: bool, **asked: Any) -> Any:
    if not stream:
        return run(client.responses.create(**asked))
    with run.entered(client.responses.stream(**asked)) as opened:
        run.all(opened)
        return run(opened.get_final_response())


def polled(client: Any, run: Runner, id: str) -> Any:
    end = time.monotonic() + 20
    while (got := run(client.responses.retrieve(id))).status in ("queued", "in_progress"):
        assert time.monotonic() < end
        time.sleep(0.02)
    return got


# what goes on from an answer


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("scene", "told"), [("tools", "It is 21."), ("parallel", "Paris: 21; Oslo: 22")])
def test_a_tool_loop(client: Any, run: Runner, backend: str, scene: str, told: str, stream: bool) -> None:
    asked = {"model": f"{backend}/{scene}", "tools": [TOOL]}
    first = answer(client, run, stream, input="Weather?", **asked)
    results = [
        {"type": "function_call_output", "call_id": item.call_id, "output": str(21 + place)}
        for place, item in enumerate(item for item in first.output if item.type == "function_call")
    ]
    last = answer(client, run, stream, input=results, previous_response_id=first.id, **asked)
    assert last.output_text == told
    assert last.previous_response_id == first.id
    assert last.store is True
    assert last.id != first.id


@pytest.mark.parametrize("stream", [False, True])
def test_signatures_come_back(client: Any, run: Runner, backend: str, stream: bool) -> None:
    asked = {"model": f"{backend}/thinks", "reasoning": {"effort": "high"}}
    first = answer(client, run, stream, input="Hi", **asked)
    assert first.output[0].type == "reasoning"
    last = answer(client, run, stream, input="And now?", previous_response_id=first.id, **asked)
    assert last.output_text == "the same"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("talks", [False, True])
def test_an_agent_s_loop_keeps_what_was_signed(
    client: Any, run: Runner, backend: str, stream: bool, talks: bool
) -> None:
    asked: dict[str, Any] = {"model": f"{backend}/agent", "tools": [TOOL], "reasoning": {"effort": "high"}}
    if talks:
        asked["conversation"] = run(client.conversations.create()).id
    given: Any = "Weather?"
    for degrees in ("21", "7", None):
        got = answer(client, run, stream, input=given, **asked)
        calls = [item for item in got.output if item.type == "function_call"]
        if degrees is None:
            break
        assert len(calls) == 1
        given = [{"type": "function_call_output", "call_id": calls[0].call_id, "output": degrees}]
        if not talks:
            asked["previous_response_id"] = got.id
    assert got.output_text == "all there: ['21', '7']"


def test_a_chain_without_its_instructions(client: Any, run: Runner, backend: str) -> None:
    model = f"{backend}/history"
    first = run(client.responses.create(model=model, input="one", instructions="Be brief."))
    assert first.output_text.endswith("Be brief. | user: one")
    second = run(client.responses.create(model=model, input="two", previous_response_id=first.id))
    assert second.output_text == f"user: one | assistant: {first.output_text} | user: two"
    fork = run(client.responses.create(model=model, input="2b", previous_response_id=first.id, store=False))
    assert fork.output_text == f"user: one | assistant: {first.output_text} | user: 2b"
    assert (fork.store, fork.previous_response_id) == (False, first.id)
    third = run(client.responses.create(model=model, input="three", previous_response_id=second.id))
    before = f"user: one | assistant: {first.output_text} | user: two | assistant: {second.output_text}"
    assert third.output_text == f"{before} | user: three"
    with pytest.raises(openai.BadRequestError) as caught:
        run(client.responses.create(model=model, input="x", previous_response_id=fork.id))
    assert caught.value.code == "previous_response_not_found"


def test_references_to_items(client: Any, run: Runner, backend: str) -> None:
    model = f"{backend}/history"
    first = run(client.responses.create(model=model, input="one"))
    message = first.output[0].id
    given: list[Any] = [
        {"role": "user", "content": "zero"},
        {"type": "item_reference", "id": message},
        {"role": "user", "content": "two"},
    ]
    got = run(client.responses.create(model=model, input=given))
    assert got.output_text == "user: zero | assistant: user: one | user: two"
    given[1]["id"] = "msg_none"
    with pytest.raises(openai.NotFoundError) as caught:
        run(client.responses.create(model=model, input=given))
    assert caught.value.param == "input[1]"


def test_structured_output(client: Any, run: Runner, backend: str) -> None:
    first = run(client.responses.create(model=f"{backend}/text", input="Hi"))
    asked = {"model": f"{backend}/schema", "input": "Weather?", "text_format": Weather}
    got = run(client.responses.parse(previous_response_id=first.id, **asked))
    assert got.output_parsed == Weather(city="Paris", degrees=21)
    assert run(client.responses.retrieve(got.id)).output_text == got.output_text


def test_counting_counts_what_came_before(client: Any, run: Runner, kept: Stage) -> None:
    first = run(client.responses.create(model="openai/text", input="Hi"))
    count = client.responses.input_tokens.count
    alone = run(count(model="openai/text", input="Hi")).input_tokens
    assert run(count(model="openai/text", input="Hi", previous_response_id=first.id)).input_tokens > alone
    assert kept.settled()


def test_no_upstream_is_asked_to_keep_anything(client: Any, run: Runner, kept: Stage, backend: str) -> None:
    run(client.responses.create(model=f"{backend}/text", input="Hi", store=True))
    request = kept.upstream.asked[-1]
    own = (request.ext or {}).get("openai-responses", {}) if backend == "openai-responses" else {}
    assert bytes(own.get(("store",), own.get(("~store",), b"false"))) == b"false"


# what is kept, looked at


@pytest.mark.parametrize("stream", [False, True])
def test_retrieving_and_deleting(client: Any, run: Runner, backend: str, stream: bool) -> None:
    asked = {"model": f"{backend}/text", "input": "Hi", "metadata": {"a": "b"}}
    made = answer(client, run, stream, **asked)
    got = run(client.responses.retrieve(made.id))
    assert got.model_dump(exclude={"output"}) == made.model_dump(exclude={"output"})
    assert got.output_text == TEXT
    assert got.metadata == {"a": "b"}
    assert run(client.responses.delete(made.id)) is None
    for call in (client.responses.retrieve, client.responses.delete, client.responses.input_items.list):
        with pytest.raises(openai.NotFoundError):
            run(call(made.id))


def test_another_caller_finds_nothing(client: Any, run: Runner) -> None:
    model = "claude/history"
    made = run(client.responses.create(model=model, input="a secret"))
    talk = run(client.conversations.create(items=[{"role": "user", "content": "a secret"}]))
    other = client.with_options(api_key="another-key")
    reference = [{"type": "item_reference", "id": made.output[0].id}]
    for call in (
        lambda: other.responses.retrieve(made.id),
        lambda: other.responses.delete(made.id),
        lambda: other.responses.cancel(made.id),
        lambda: other.responses.input_items.list(made.id),
        lambda: other.conversations.retrieve(talk.id),
        lambda: other.conversations.items.list(talk.id),
        lambda: other.conversations.delete(talk.id),
        lambda: other.responses.create(model=model, input=reference),
        lambda: other.responses.create(model=model, input="x", conversation=talk.id),
    ):
        with pytest.raises(openai.NotFoundError):
            run(call())
    with pytest.raises(openai.BadRequestError):
        run(other.responses.create(model=model, input="x", previous_response_id=made.id))
    with pytest.raises(openai.AuthenticationError):
        run(client.with_options(api_key="wrong").responses.retrieve(made.id))
    assert run(client.responses.retrieve(made.id)).id == made.id


def test_input_items_by_pages(client: Any, run: Runner) -> None:
    content = [{"type": "input_text", "text": "three"}]
    given: list[Any] = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": content},
    ]
    first = run(client.responses.create(model="claude/text", input=given))
    made = run(client.responses.create(model="claude/text", input="four", previous_response_id=first.id))
    items = client.responses.input_items

    def texts(found: list[Any]) -> list[str]:
        return [item.content[0].text for item in found]

    everything = ["one", "two", "three", TEXT, "four"]
    assert texts(run.all(items.list(made.id, order="asc"))) == everything
    assert texts(run.all(items.list(made.id))) == everything[::-1]
    assert texts(run.all(items.list(made.id, order="asc", limit=2))) == everything
    page = run(items.list(made.id, order="asc", limit=2))
    assert texts(page.data) == everything[:2]
    assert page.has_more is True
    assert [item.role for item in page.data] == ["user", "assistant"]
    assert [item.type for item in page.data] == ["message", "message"]
    rest = run(items.list(made.id, order="asc", after=page.data[-1].id))
    assert texts(rest.data) == everything[2:]
    assert rest.has_more is False
    ids = [item.id for item in run.all(items.list(made.id))]
    assert len(set(ids)) == 5
    assert ids == [item.id for item in run.all(items.list(made.id, limit=1))]
    for wrong in ({"limit": 0}, {"limit": 101}, {"after": "msg_none"}, {"order": "up"}):
        with pytest.raises(openai.BadRequestError) as caught:
            run(items.list(made.id, **wrong))
        assert caught.value.param == next(iter(wrong))


@pytest.mark.parametrize("scene", ["text", "parallel"])
def test_events_once_more(client: Any, run: Runner, backend: str, scene: str) -> None:
    made = run(client.responses.create(model=f"{backend}/{scene}", input="Hi", tools=[TOOL]))
    events = run.all(client.responses.retrieve(made.id, stream=True))
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[-1].response == made
    assert [event.sequence_number for event in events] == list(range(len(events)))
    later = run.all(client.responses.retrieve(made.id, stream=True, starting_after=3))
    assert later == events[4:]


def test_what_is_not_stored_is_not_there(client: Any, run: Runner, backend: str) -> None:
    for made in (
        run(client.responses.create(model=f"{backend}/text", input="Hi", store=False)),
        answer(client, run, True, model=f"{backend}/text", input="Hi", store=False),
    ):
        assert made.store is False
        with pytest.raises(openai.NotFoundError):
            run(client.responses.retrieve(made.id))


def test_a_client_that_vanishes_leaves_nothing(client: Any, run: Runner, kept: Stage, backend: str) -> None:
    stream = run(client.responses.create(model=f"{backend}/slow", input="Hi", stream=True))
    events = aiter(stream) if hasattr(stream, "__aiter__") else iter(stream)
    id = run.next(events).response.id
    while run.next(events).type != "response.output_text.delta":
        pass
    run(stream.close())
    kept.settle()
    with pytest.raises(openai.NotFoundError):
        run(client.responses.retrieve(id))


def test_errors_are_not_kept_and_stay_errors(client: Any, run: Runner, backend: str) -> None:
    for stream in (False, True):
        with pytest.raises(openai.RateLimitError):
            run(client.responses.create(model=f"{backend}/error-429", input="Hi", stream=stream))


# conversations


@pytest.mark.parametrize("stream", [False, True])
def test_answers_in_a_conversation(client: Any, run: Runner, backend: str, stream: bool) -> None:
    model = f"{backend}/history"
    talk = run(client.conversations.create(metadata={"a": "b"}))
    assert (talk.object, talk.metadata) == ("conversation", {"a": "b"})
    first = answer(client, run, stream, model=model, input="one", conversation=talk.id)
    assert first.conversation.id == talk.id
    second = answer(client, run, stream, model=model, input="two", conversation={"id": talk.id})
    assert second.output_text == "user: one | assistant: user: one | user: two"
    run(client.responses.create(model=model, input="aside", conversation=talk.id, store=False))
    items = run.all(client.conversations.items.list(talk.id, order="asc", limit=1))
    assert [item.content[0].text for item in items] == ["one", "user: one", "two", second.output_text]
    assert [item.role for item in items] == ["user", "assistant", "user", "assistant"]


def test_conversations_by_hand(client: Any, run: Runner) -> None:
    said: Any = [{"role": "user", "content": "one"}, {"type": "message", "role": "developer", "content": "two"}]
    talk = run(client.conversations.create(items=said))
    assert run(client.conversations.retrieve(talk.id)) == talk
    changed = run(client.conversations.update(talk.id, metadata={"topic": "x"}))
    assert (changed.id, changed.metadata) == (talk.id, {"topic": "x"})
    added = run(client.conversations.items.create(talk.id, items=[{"role": "user", "content": "three"}]))
    assert [item.content[0].text for item in added.data] == ["three"]
    items = run.all(client.conversations.items.list(talk.id))
    assert [item.content[0].text for item in items] == ["three", "two", "one"]
    assert items[0].id == added.first_id
    one = run(client.conversations.items.retrieve(items[1].id, conversation_id=talk.id))
    assert (one.id, one.role, one.content[0].text) == (items[1].id, "developer", "two")
    left = run(client.conversations.items.delete(one.id, conversation_id=talk.id))
    assert left.id == talk.id
    with pytest.raises(openai.NotFoundError):
        run(client.conversations.items.retrieve(one.id, conversation_id=talk.id))
    got = run(client.responses.create(model="gemini/history", input="four", conversation=talk.id))
    assert got.output_text == "user: one | user: three | user: four"
    gone = run(client.conversations.delete(talk.id))
    assert (gone.id, gone.deleted, gone.object) == (talk.id, True, "conversation.deleted")
    with pytest.raises(openai.NotFoundError):
        run(client.conversations.retrieve(talk.id))
    assert run(client.responses.retrieve(got.id)).output_text == got.output_text


# while nobody waits


@pytest.mark.parametrize("scene", ["text", "thinks"])
def test_background(client: Any, run: Runner, backend: str, scene: str) -> None:
    asked = {"model": f"{backend}/{scene}", "reasoning": {"effort": "high"}}
    made = run(client.responses.create(input="Hi", background=True, **asked))
    assert (made.status, made.background, made.output) == ("queued", True, [])
    got = polled(client, run, made.id)
    assert (got.id, got.status, got.output_text, got.background) == (made.id, "completed", TEXT, True)
    assert run(client.responses.cancel(made.id)).status == "completed"
    events = run.all(client.responses.retrieve(made.id, stream=True))
    assert events[-1].response == got
    if scene == "thinks":
        last = run(client.responses.create(input="And?", previous_response_id=made.id, **asked))
        assert last.output_text == "the same"


def test_background_that_fails(client: Any, run: Runner, backend: str) -> None:
    made = run(client.responses.create(model=f"{backend}/error-429", input="Hi", background=True))
    got = polled(client, run, made.id)
    assert got.status == "failed"
    assert "refused with 429" in got.error.message
    with pytest.raises(openai.BadRequestError) as caught:
        run(client.responses.create(model=f"{backend}/text", input="x", previous_response_id=made.id))
    assert caught.value.param == "previous_response_id"


def test_background_streamed_and_come_back_to(client: Any, run: Runner, kept: Stage, backend: str) -> None:
    asked = {"model": f"{backend}/text", "input": "Hi", "background": True}
    stream = run(client.responses.create(stream=True, **asked))
    events = aiter(stream) if hasattr(stream, "__aiter__") else iter(stream)
    seen = [run.next(events) for _ in range(3)]
    id = seen[0].response.id
    run(stream.close())
    rest = run.all(client.responses.retrieve(id, stream=True, starting_after=seen[-1].sequence_number))
    numbers = [event.sequence_number for event in [*seen, *rest]]
    assert numbers == list(range(len(numbers)))
    assert rest[-1].response.output_text == TEXT
    whole = run.all(client.responses.retrieve(id, stream=True))
    assert [event.type for event in whole] == [event.type for event in [*seen, *rest]]
    assert polled(client, run, id).status == "completed"
    kept.settle()


@pytest.mark.parametrize("stream", [False, True])
def test_background_cancelled(client: Any, run: Runner, kept: Stage, backend: str, stream: bool) -> None:
    asked = {"model": f"{backend}/slow", "input": "Hi", "background": True}
    made = run(client.responses.create(stream=stream, **asked))
    if stream:
        events = aiter(made) if hasattr(made, "__aiter__") else iter(made)
        id = run.next(events).response.id
    else:
        id = made.id
    end = time.monotonic() + 5
    while kept.settled():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert run(client.responses.retrieve(id)).status == "in_progress"
    assert run(client.responses.cancel(id)).status == "cancelled"
    kept.settle()
    assert run(client.responses.cancel(id)).status == "cancelled"
    assert run(client.responses.retrieve(id)).status == "cancelled"
    if stream:
        run(made.close())


def test_what_background_cannot_be(client: Any, run: Runner) -> None:
    made = run(client.responses.create(model="claude/text", input="Hi"))
    with pytest.raises(openai.BadRequestError, match="synchronous"):
        run(client.responses.cancel(made.id))
    with pytest.raises(openai.BadRequestError) as caught:
        run(client.responses.create(model="claude/text", input="Hi", background=True, store=False))
    assert caught.value.param == "background"
    talk = run(client.conversations.create())
    asked = {"previous_response_id": made.id, "conversation": talk.id}
    with pytest.raises(openai.BadRequestError) as caught:
        run(client.responses.create(model="claude/text", input="Hi", **asked))
    assert caught.value.param == "previous_response_id"


# several machines

SHARED = pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)


@SHARED
def test_another_process_goes_on(client: Any, run: Runner, twin: Stage) -> None:
    elsewhere = client.with_options(base_url=twin.base + "/v1")
    first = run(client.responses.create(model="claude/history", input="one"))
    second = run(elsewhere.responses.create(model="gemini/history", input="two", previous_response_id=first.id))
    assert second.output_text == "user: one | assistant: user: one | user: two"
    assert run(client.responses.retrieve(second.id)).output_text == second.output_text


@SHARED
def test_another_process_cancels(client: Any, run: Runner, kept: Stage, twin: Stage) -> None:
    elsewhere = client.with_options(base_url=twin.base + "/v1")
    made = run(client.responses.create(model="claude/slow", input="Hi", background=True))
    assert run(elsewhere.responses.retrieve(made.id)).status == "in_progress"
    assert run(elsewhere.responses.cancel(made.id)).status == "cancelled"
    kept.settle()
    assert run(client.responses.retrieve(made.id)).status == "cancelled"


@SHARED
def test_another_process_follows(client: Any, run: Runner, twin: Stage) -> None:
    elsewhere = client.with_options(base_url=twin.base + "/v1")
    made = run(client.responses.create(model="claude/text", input="Hi", background=True))
    events = run.all(elsewhere.responses.retrieve(made.id, stream=True))
    assert events[-1].response.output_text == TEXT
