"""What the agents of every dialect have in common: a question, two tools, and what the model makes of it, in rounds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dgrid_translate.testing.places import is_object
from dgrid_translate.testing.strategies.common import JSONObject

QUESTION = "Is it warmer in Zürich or in Oslo?"
NEXT_QUESTION = "And in Rome?"
SCHEMA: JSONObject = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = ("weather", "forecast")


class Call(NamedTuple):
    """A call of a tool; `number` counts the calls of the whole loop."""

    number: int
    name: str
    arguments: JSONObject


class Round(NamedTuple):
    """One answer of the model: what it thinks, says and calls; an answer without calls ends its turn."""

    number: int
    thought: str
    said: str
    calls: Sequence[Call]


ROUNDS = (
    Round(
        0,
        "Two cities, so two calls at once.",
        "Let me look.",
        (Call(0, "weather", {"city": "Zürich"}), Call(1, "weather", {"city": "Oslo"})),
    ),
    Round(1, "Oslo's is old;\nthe forecast is newer.", "", (Call(2, "forecast", {"city": "Oslo"}),)),
    Round(2, "Zürich, then.", "It is warmer in Zürich.", ()),
    Round(3, "One more city.", "", (Call(3, "weather", {"city": "Rome"}),)),
)


def result_of(arguments: Any) -> str:
    """What a tool answers: the same to whoever calls it, and told apart by what it was called with."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return "ok"
    return f"{arguments['city']}: 21 °C" if is_object(arguments) and "city" in arguments else "ok"


def sealed(kind: str, number: int) -> str:
    """What stands for a vendor's opaque proof or state: base64 of something long that nobody can read."""
    return base64.b64encode(f"{kind} {number} ".encode() * 9).decode()


class Agent(NamedTuple):
    """Both sides of one dialect.

    opening: the client's first request, with tools, that lets the model think.
    answers: the upstream's answer to each request of the loop, by who signs them and how.
    goes_on: what a client makes of its request and the answer: the answer is in the history as its SDK puts it there,
    and after it a result for each call, or the next question where there is none.
    conversation: the key of a request under which the conversation stands.
    """

    opening: JSONObject
    answers: Mapping[str, Sequence[JSONObject]]
    goes_on: Callable[[JSONObject, JSONObject], JSONObject]
    conversation: str
