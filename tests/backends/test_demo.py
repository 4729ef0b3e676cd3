"""The demo model: the same answer to the same request, and everything that a client can ask of a model."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from dgrid_translate.backends import Answer, Call, DemoBackend
from dgrid_translate.backends.demo.example import Example

pytestmark = pytest.mark.anyio

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}},
    {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}},
]


async def body_of(answer: Answer) -> bytes:
    try:
        return b"".join([chunk async for chunk in answer.chunks])
    finally:
        await answer.aclose()


async def chat(said: str, **more: Any) -> dict[str, Any]:
    body = {"model": "demo", "messages": [{"role": "user", "content": said}], **more}
    call = Call(operation="generate", path="/v1/chat/completions", body=json.dumps(body).encode())
    return json.loads(await body_of(await DemoBackend().send(call)))


async def test_the_same_request_gets_the_same_answer() -> None:
    first, second, other = await chat("One"), await chat("One"), await chat("Two")
    assert first["id"] == second["id"] != other["id"]
    assert first["choices"] == second["choices"]


async def test_tools_are_called_when_they_are_named() -> None:
    choice = (await chat('Use get_weather for "Oslo" in 3 days', tools=TOOLS))["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    assert (choice["finish_reason"], call["function"]["name"]) == ("tool_calls", "get_weather")
    assert json.loads(call["function"]["arguments"]) == {"city": "Oslo", "days": 3}
    both = await chat("get weather and get time", tools=TOOLS)
    assert len(both["choices"][0]["message"]["tool_calls"]) == 2
    one = await chat("get weather and get time", tools=TOOLS, parallel_tool_calls=False)
    assert len(one["choices"][0]["message"]["tool_calls"]) == 1
    none = await chat("get weather", tools=TOOLS, tool_choice="none")
    assert none["choices"][0]["finish_reason"] == "stop"
    must = await chat("Hello", tools=TOOLS, tool_choice={"type": "function", "function": {"name": "get_time"}})
    assert must["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "get_time"
    assert (await chat("Hello", tools=TOOLS))["choices"][0]["finish_reason"] == "stop"


async def test_limits_are_kept() -> None:
    choice = (await chat("a b c d e f", max_completion_tokens=3))["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("You said: a", "length")
    choice = (await chat("a STOP b", stop=["STOP"]))["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("You said: a ", "stop")
    assert len((await chat("Hi", n=3))["choices"]) == 3


async def test_usage_adds_up() -> None:
    usage = (await chat("one two three"))["usage"]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]
    assert usage["completion_tokens"] == 5


SCHEMAS: list[dict[str, Any]] = [
    {"type": "object", "properties": {"a": {"type": "string", "minLength": 50}, "b": {"enum": ["x", "y"]}}},
    {"type": "object", "properties": {"n": {"type": "integer", "minimum": 10, "maximum": 12}}, "required": ["n"]},
    {"type": "object", "properties": {"n": {"type": "number", "exclusiveMinimum": 5}, "t": {"type": "boolean"}}},
    {"type": "array", "items": {"type": ["null", "string"], "maxLength": 3}, "minItems": 2},
    {"$ref": "#/$defs/p", "$defs": {"p": {"type": "object", "properties": {"q": {"const": 7}}, "required": ["q"]}}},
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"required": ["a"]}]},
    {"type": "object", "properties": {"l": {"type": "array", "items": {"type": "object", "properties": {}}}}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
async def test_schemas_are_obeyed(schema: dict[str, Any]) -> None:
    made = Example('Put "something" in 42 places').of(schema)
    jsonschema.validate(made, schema, format_checker=jsonschema.FormatChecker())
    wrapped = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    answer = await chat('Put "something" in 42 places', response_format=wrapped)
    assert json.loads(answer["choices"][0]["message"]["content"]) == made


def test_a_schema_that_refers_to_itself_ends() -> None:
    tree = {"$ref": "#/$defs/t", "$defs": {"t": {"type": "object", "properties": {"t": {"$ref": "#/$defs/t"}}}}}
    assert json.dumps(Example("x").of(tree)).count("{") < 20
