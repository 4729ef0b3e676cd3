"""One exchange between a client of one dialect and an upstream of another, there and back, with its checks.

The client sends the story's request in its own dialect; the upstream answers with the story's response in its own,
once whole and once as a stream. Then the client does what every client does: it puts the answer into its history, adds
the results of the calls, and sends the whole again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from dgrid_translate import Exchange, Loss, StreamTranslator, collect, translate
from dgrid_translate.cli.samples import sample
from dgrid_translate.losses import At, render_path
from dgrid_translate.registry import lookup
from dgrid_translate.shared.signatures import unwrap_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1763718911
MODELS = {"openai": "gpt-6-sol", "claude": "claude-opus-5", "gemini": "gemini-4-pro", "ui-message": "gpt-6-sol"}
"""What each upstream is asked for; Gemini's clients name the model in the URL only."""
SIGNATURES = frozenset({"signature", "thoughtSignature", "data", "reasoningEncryptedContent"})
"""The keys under which an answer of the story holds what must come back unchanged."""
TOLD = {"ui-message": 1}
"""How often a history names a call: twice, with its result, but where both are one part."""


class Leg(NamedTuple):
    """One translation: sizes in bytes before and after, and what was lost."""

    before: int
    after: int
    losses: list[Loss]


class Trip(NamedTuple):
    """What happened between `client` and `upstream`; `checks` tells by name what held."""

    client: str
    upstream: str
    request: Leg
    response: Leg
    events: int
    frames: int
    checks: dict[str, bool]

    @property
    def held(self) -> bool:
        """Whether all checks held."""
        return all(self.checks.values())


def travel(client: str, upstream: str) -> Trip:
    """Go there and back."""
    asked, answer = sample(client, "story.request.json"), sample(upstream, "story.response.json")
    exchange = Exchange(client, upstream, now=NOW)
    there = exchange.request(asked, model=MODELS.get(upstream), stream=True)
    back = exchange.response(answer)
    stream = sse(upstream)
    frames = b"".join(exchange.stream().iter(stream))
    history = continued(client, json.loads(asked), json.loads(back.body))
    again = Exchange(client, upstream).request(history, model=MODELS.get(upstream)).body
    added_up = translate(
        collect(b"".join(stream), source=upstream), to=client, source=upstream, kind="response", request=asked, now=NOW
    )
    said = [leaf for _, leaf in leaves(again)]
    answered = list(leaves(json.loads(answer)))
    return Trip(
        client,
        upstream,
        Leg(len(asked), len(there.body), there.losses),
        Leg(len(answer), len(back.body), back.losses),
        len(stream),
        frames.count(b"data: {"),
        {
            "stream adds up": json.loads(collect(frames, source=client)) == json.loads(added_up),
            "signatures": all(said.count(leaf) == 1 for at, leaf in answered if at[-1] in SIGNATURES),
            "call ids": all(said.count(call) == TOLD.get(upstream, 2) for call in calls(upstream, json.loads(answer))),
        },
    )


def sse(dialect: str) -> list[bytes]:
    """The story's stream as the dialect's servers send it, an event a piece."""
    framing = lookup(dialect).profile.framing
    pieces: list[bytes] = []
    for line in sample(dialect, "story.chunks.jsonl").splitlines():
        name = b"event: %s\n" % json.loads(line)["type"].encode() if framing.event_line else b""
        pieces.append(b"%sdata: %s\n\n" % (name, line))
    if framing.terminator:
        pieces.append(framing.terminator)
    return pieces


def translator(client: str, upstream: str) -> StreamTranslator:
    """What translates the upstream's stream for the client."""
    return StreamTranslator(upstream, client, request=sample(client, "story.request.json"), now=NOW)


def leaves(value: Any, at: At = ()) -> Iterator[tuple[At, str]]:
    """Every string in a body, and where it is."""
    match value:
        case str():
            yield at, value
        case dict():
            for key, member in value.items():  # pyright: ignore[reportUnknownVariableType]
                yield from leaves(member, (*at, str(key)))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield from leaves(item, (*at, index))
        case _:
            pass


def place(body: Any, text: str) -> str:
    """Where `text` stands in a body: alone, behind other text, quoted in JSON, or wrapped; "-" if nowhere.

    The path is shortened to its ends.
    """
    for at, leaf in leaves(body):
        if leaf.endswith(text) or f'"{text}"' in leaf or unwrap_base64(leaf, "")[0].value == text:
            return _ends(at)
    return "-"


def _ends(at: At) -> str:
    head = next((end for end, key in enumerate(at[1:], 1) if isinstance(key, str)), len(at))
    tail = max(end for end, key in enumerate(at) if isinstance(key, str))
    between = "..." if tail > head else "." if tail == head else ""
    return render_path(at[:head]) + between + (render_path(at[tail:]) if tail >= head else "")


def calls(dialect: str, response: Any) -> list[str]:
    """The ids of the calls in an answer."""
    match dialect:
        case "openai":
            return [call["id"] for call in response["choices"][0]["message"]["tool_calls"]]
        case "openai-responses":
            return [item["call_id"] for item in response["output"] if item["type"] == "function_call"]
        case "claude":
            return [block["id"] for block in response["content"] if block["type"] == "tool_use"]
        case "ui-message":
            return [part["toolCallId"] for part in response["parts"] if "toolCallId" in part]
        case _:
            parts = response["candidates"][0]["content"]["parts"]
            return [part["functionCall"]["id"] for part in parts if "functionCall" in part]


def continued(dialect: str, request: Any, response: Any) -> Any:
    """The client's next request: the answer in the history, and a result for each of its calls."""
    match dialect:
        case "openai":
            request["messages"].append(response["choices"][0]["message"])
            for call in calls(dialect, response):
                request["messages"].append({"role": "tool", "tool_call_id": call, "content": "14"})
        case "openai-responses":
            request["input"] += response["output"]
            for call in calls(dialect, response):
                request["input"].append({"type": "function_call_output", "call_id": call, "output": "14"})
        case "claude":
            results = [
                {"type": "tool_result", "tool_use_id": call, "content": "14"} for call in calls(dialect, response)
            ]
            request["messages"].append({"role": "assistant", "content": response["content"]})
            request["messages"].append({"role": "user", "content": results})
        case "ui-message":
            for part in response["parts"]:
                if "toolCallId" in part:
                    part |= {"state": "output-available", "output": "14"}
            request["messages"].append(response)
        case _:
            results = [
                {"functionResponse": {"id": call, "name": "stock_level", "response": {"output": "14"}}}
                for call in calls(dialect, response)
            ]
            request["contents"].append(response["candidates"][0]["content"])
            request["contents"].append({"role": "user", "parts": results})
    return request
