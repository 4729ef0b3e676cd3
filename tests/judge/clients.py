"""The official SDKs as an agent's client: what they make of an answer, and what they post when it is in the history.

Each takes its SDK's own object for the answer, puts it where its users put it, and gives the body of the next request
as it goes over the wire.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from dgrid_translate.testing.laws.agents import AGENTS
from tests import judge
from tests.judge import anthropic_sdk, google_sdk, openai_responses_sdk, openai_sdk
from tests.judge.transport import JSON, Replay

Body = dict[str, Any]


class SDKClient(NamedTuple):
    """read: an answer as the SDK's object, whole or streamed. goes_on: the next request, with that answer in it."""

    read: Callable[..., Any]
    goes_on: Callable[[Body, Any], Body]


def _reader(dialect: str) -> Callable[..., Any]:
    host = "openrouter" if dialect == "openai" else ""

    def read(answer: bytes, *, streamed: bool) -> Any:
        if streamed:
            return judge.accept_stream(dialect, answer, host=host)
        return judge.accept_response(dialect, json.loads(answer), host=host)

    return read


def _next(dialect: str, answer: Body) -> list[Body]:
    """What the agents of the kit put after the answer: results, or the next question."""
    agent = AGENTS[dialect]
    bare = agent.goes_on({agent.conversation: []}, answer)[agent.conversation]
    return [turn for turn in bare if turn.get("role") in ("user", "tool") or str(turn.get("type")).endswith("_output")]


def _posted(replay: Replay, key: str) -> Any:
    assert replay.request is not None
    return json.loads(replay.request.content)[key]


def _openai(request: Body, completion: Any) -> Body:
    message = completion.choices[0].message
    after = _next("openai", completion.model_dump(exclude_unset=True, mode="json"))
    openai_sdk.replay.answer(200, JSON, b"{}")
    openai_sdk.client(False).chat.completions.create(model="m", messages=[*request["messages"], message, *after])
    return request | {"messages": _posted(openai_sdk.replay, "messages")}


def _responses(request: Body, response: Any) -> Body:
    after = _next("openai-responses", response.model_dump(exclude_unset=True, mode="json"))
    openai_responses_sdk.replay.answer(200, JSON, b"{}")
    openai_responses_sdk.client(False).responses.create(model="m", input=[*request["input"], *response.output, *after])
    return request | {"input": _posted(openai_responses_sdk.replay, "input")}


def _claude(request: Body, message: Any) -> Body:
    after = _next("claude", message.model_dump(exclude_unset=True, mode="json"))
    turns = [*request["messages"], {"role": "assistant", "content": message.content}, *after]
    anthropic_sdk.replay.answer(200, JSON, b"{}")
    anthropic_sdk.client(False).messages.create(model="m", max_tokens=9, messages=turns)
    return request | {"messages": _posted(anthropic_sdk.replay, "messages")}


def _gemini(request: Body, answer: Any) -> Body:
    chunks = answer if isinstance(answer, list) else [answer]
    said = [chunk.candidates[0].content for chunk in chunks if chunk.candidates and (chunk.candidates[0].content or 0)]
    parts = [part for content in said for part in content.parts or ()]
    plain = [json.loads(part.model_dump_json(exclude_none=True, by_alias=True)) for part in parts]
    after = _next("gemini", {"candidates": [{"content": {"role": "model", "parts": plain}}]})
    google_sdk.replay.answer(200, JSON, b"{}")
    google_sdk.client().models.generate_content(model="m", contents=[*request["contents"], *said, *after])
    return request | {"contents": _posted(google_sdk.replay, "contents")}


CLIENTS: dict[str, SDKClient] = {
    "openai": SDKClient(_reader("openai"), _openai),
    "openai-responses": SDKClient(_reader("openai-responses"), _responses),
    "claude": SDKClient(_reader("claude"), _claude),
    "gemini": SDKClient(_reader("gemini"), _gemini),
}
