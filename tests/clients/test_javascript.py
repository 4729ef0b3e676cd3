"""The vendors' JavaScript SDKs, the AI SDK's providers and `useChat`'s chat, each over a model of each dialect."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from dgrid_translate import DIALECTS
from tests.clients.host import Remembering, served
from tests.clients.js.node import ask, clients

pytestmark = pytest.mark.timeout(120)

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = b64encode(b"%PDF-1.4\n%%EOF\n").decode()
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
BACKENDS = [name for name in ("openai", "openai-responses", "claude", "gemini") if name in DIALECTS]
CLIENTS = {
    "openai": "openai",
    "responses": "openai-responses",
    "anthropic": "claude",
    "google": "gemini",
    "ai-openai": "openai",
    "ai-responses": "openai-responses",
    "ai-anthropic": "claude",
    "ai-google": "gemini",
    "ai-compatible": "openai",
    "useChat": "ui-message",
}
FORGETFUL = {"openai", "ai-openai", "ai-compatible"}
"""Chat's own clients know no field for what was thought."""
HERE = {name for name, dialect in CLIENTS.items() if dialect in DIALECTS}


def each_client(*names: str) -> pytest.MarkDecorator:
    """Of these, or of all, those whose dialect is served."""
    return pytest.mark.parametrize("client", [name for name in names or CLIENTS if name in HERE])


@pytest.fixture(scope="module", params=BACKENDS)
def host(request: pytest.FixtureRequest) -> Iterator[tuple[str, Remembering]]:
    with served(request.param, models=["demo"]) as found:
        yield found


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    with served("openai", auth={"another-key"}) as (base, _):
        yield base


@pytest.fixture(scope="module")
def slow() -> Iterator[tuple[str, Remembering]]:
    with served("openai", delay=0.02) as found:
        yield found


def see(client: str, scenario: str, base: str, said: str, **about: Any) -> dict[str, Any]:
    """What the client saw; fails if the client did."""
    seen = ask(client, scenario, base=base, said=said, **{"model": "demo", **about})
    assert "failed" not in seen, seen
    return seen


def test_the_table_of_clients_is_theirs() -> None:
    assert {name: about["dialect"] for name, about in clients().items()} == CLIENTS


@each_client()
def test_text(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "text", host[0], "Hello there")
    assert seen["text"] == "You said: Hello there"
    assert seen["finish"] in ("stop", "STOP", "completed", "end_turn")
    assert seen["output"] == 4
    assert seen["input"] > 0


@each_client()
def test_stream(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "stream", host[0], "Hello there")
    assert seen == {
        "text": "You said: Hello there",
        "whole": "You said: Hello there",
        "pieces": seen["pieces"],
        "output": 4,
    }
    assert seen["pieces"] in (4, None)


@each_client()
def test_parallel_calls_in_two_turns(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "calls", host[0], "Use get_weather and get_time for 'Paris'", parameters=PARAMETERS)
    assert seen["calls"] == [["get_weather", {"city": "Paris"}], ["get_time", {"city": "Paris"}]]
    answers = re.findall("12 degrees|noon", seen["text"])
    assert seen["text"].startswith("The tools answered: ")
    assert answers == ["12 degrees", "noon"]


@pytest.fixture(scope="module", params=BACKENDS)
def keeping(request: pytest.FixtureRequest) -> Iterator[tuple[str, Remembering]]:
    with served(request.param, models=["demo"], state="memory") as found:
        yield found


@each_client("ai-responses")
def test_references_to_what_is_kept(client: str, keeping: tuple[str, Remembering]) -> None:
    base, model = keeping
    said = "Use get_weather and get_time for 'Paris'"
    seen = see(client, "calls", base, said, parameters=PARAMETERS, store=True)
    assert seen["calls"] == [["get_weather", {"city": "Paris"}], ["get_time", {"city": "Paris"}]]
    assert re.findall("12 degrees|noon", seen["text"]) == ["12 degrees", "noon"]
    seen = see(client, "thinking", base, "Hello there", then="And now?", store=True)
    assert seen["text"] == "You said: And now?"
    assert b"item_reference" not in model.bodies[-1]
    signature = b64encode(sha256(b"The user said: 'Hello there'. I will answer that.").digest())
    assert (signature in model.bodies[-1]) or model.speaks == "openai"


@each_client("openai", "anthropic")
def test_tool_runners(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "runner", host[0], "Use get_weather and get_time for 'Paris'")
    assert seen["text"] == "The tools answered: 12 degrees; noon"


@each_client()
def test_pictures_and_documents(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "media", host[0], "What are these?", png=PNG, pdf=PDF)
    assert seen["text"].startswith("You said: What are these? And I got an image (image/png)")
    assert "a document (application/pdf)" in seen["text"]


@each_client()
def test_thinking_comes_back_signed(client: str, host: tuple[str, Remembering]) -> None:
    base, model = host
    seen = see(client, "thinking", base, "Hello there", then="And now?")
    thought = "The user said: 'Hello there'. I will answer that."
    assert seen["text"] == "You said: And now?"
    assert seen.get("reasoning") == (None if client == "ai-openai" else thought)
    signature = b64encode(sha256(thought.encode()).digest())
    if model.speaks != "openai" and client not in FORGETFUL:
        assert signature in model.bodies[-1]


@each_client("useChat")
@pytest.mark.parametrize("scenario", ["calls", "thinkingCalls"])
def test_a_chat_posts_results_once(client: str, scenario: str, host: tuple[str, Remembering]) -> None:
    """With `lastAssistantMessageIsCompleteWithToolCalls`: the answer to the results is a step of its own."""
    base, model = host
    before = len(model.bodies)
    seen = see(client, scenario, base, "Use get_weather and get_time for 'Paris'", parameters=PARAMETERS)
    assert seen["calls"] == [["get_weather", {"city": "Paris"}], ["get_time", {"city": "Paris"}]]
    assert seen["text"].startswith("The tools answered: ")
    assert seen["states"] == ["output-available"] * 2
    assert (seen["posts"], seen["messages"], len(model.bodies) - before) == (2, 2, 2)
    if scenario == "thinkingCalls":
        thought = seen["reasoning"][0]
        assert len(seen["reasoning"]) == 2
        if model.speaks != "openai":  # whose Chat has no place for what was thought
            assert b64encode(sha256(thought.encode()).digest()) in model.bodies[-1]


@each_client("useChat")
def test_a_chat_goes_on_after_a_failure(client: str, host: tuple[str, Remembering]) -> None:
    said = "one two three four five six"
    seen = see(client, "failing", host[0], said, model="demo-cut", then="Hello there")
    assert seen["status"] == "error"
    assert seen["message"]
    assert seen["text"].startswith("You said: ")
    assert not seen["text"].endswith("six")
    assert seen["posts"] == 1
    assert (seen["then"], seen["after"]) == ("You said: Hello there", "ready")


@each_client(*(name for name in CLIENTS if name != "useChat"))
def test_structured_output(client: str, host: tuple[str, Remembering]) -> None:
    seen = see(client, "structured", host[0], "My name is 'Ada' and I am 36")
    assert seen["value"] == {"name": "Ada", "age": 36}


@each_client("openai", "anthropic", "google")
def test_models(client: str, host: tuple[str, Remembering]) -> None:
    assert see(client, "models", host[0], "") == {"ids": ["demo"], "one": "demo"}


@each_client("anthropic", "google")
def test_counting(client: str, host: tuple[str, Remembering]) -> None:
    assert see(client, "count", host[0], "Hello there")["tokens"] > 0


@pytest.mark.parametrize("status", [400, 404, 429, 500, 529])
@each_client()
def test_errors(client: str, status: int, host: tuple[str, Remembering]) -> None:
    failed = ask(client, "text", base=host[0], said="Hello", model=f"demo-error-{status}")["failed"]
    assert f"asked to fail with {status}" in failed["message"]
    if client != "useChat":  # it has the body's text alone
        assert failed["status"] == status
    if status == 429 and client not in ("google", "useChat"):  # these show no headers
        assert failed["retryAfter"] == "1"


@each_client(*(name for name in CLIENTS if name != "useChat"))
def test_a_wrong_key(client: str, guarded: str) -> None:
    failed = ask(client, "text", base=guarded, said="Hello", model="demo")["failed"]
    assert failed["status"] == 401


@each_client()
def test_a_stream_that_breaks_off_is_an_error(client: str, host: tuple[str, Remembering]) -> None:
    answer = ask(client, "stream", base=host[0], said="one two three four five six", model="demo-cut")
    assert "failed" in answer, answer


@each_client()
def test_who_leaves_stops_the_model(client: str, slow: tuple[str, Remembering]) -> None:
    base, model = slow
    words = " ".join(f"word{number}" for number in range(500))
    assert see(client, "leave", base, words) == {"left": True}
    patience = time.monotonic() + 5
    while model.open and time.monotonic() < patience:
        time.sleep(0.02)
    assert model.open == 0
