"""Chat Completions: requests, answers and errors as the API takes and gives them.

https://platform.openai.com/docs/api-reference/chat, with the members that OpenAI-compatible servers are known to add.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    PIXEL,
    SCHEMAS,
    STRICT_SCHEMAS,
    TOOL_NAMES,
    JSONObject,
    Strategy,
    arguments_text,
    blobs,
    coin,
    fractions,
    image_types,
    just,
    objects,
    pick,
    record,
    schemas,
    signatures,
    small,
    sparse,
    texts,
    unknown_fields,
    urls,
    words,
)

# ------------------------------------------------------------------------------------------------- content parts

_breakpoint = st.sampled_from(({"mode": "explicit"}, {"mode": "explicit", "ttl": "30m"}))


def _data_url(media_type: str, data: str) -> str:
    return f"data:{media_type};base64,{data}"


text_part = record({"type": st.just("text"), "text": texts})
_images = st.one_of(urls, st.builds(_data_url, image_types, blobs), st.just(_data_url("image/png", PIXEL)))
image_part = record(
    {
        "type": st.just("image_url"),
        "image_url": record({"url": _images}, {"detail": st.sampled_from(("auto", "low", "high", "original"))}),
    }
)
audio_part = record(
    {"type": st.just("input_audio"), "input_audio": record({"data": blobs, "format": st.sampled_from(("wav", "mp3"))})}
)
_files = st.builds(_data_url, st.sampled_from(("application/pdf", "text/plain", "text/csv")), blobs)
file_part = record(
    {
        "type": st.just("file"),
        "file": st.one_of(
            record({"file_data": _files, "filename": st.just("r\u00e9sum\u00e9.pdf")}),
            record({"file_id": words.map("file-{}".format)}),
        ),
    }
)
user_parts = st.lists(st.one_of(text_part, image_part, audio_part, file_part), min_size=1, max_size=4)
text_content = st.one_of(texts, st.lists(text_part, min_size=1, max_size=3))


def _mark(draw: st.DrawFn, messages: list[JSONObject]) -> None:
    """Cache breakpoints, at most four."""
    parts = [
        part
        for message in messages
        if message["role"] in ("system", "developer", "user") and isinstance(message.get("content"), list)
        for part in message["content"]
    ]
    for part in parts[: draw(st.integers(0, 4))]:
        part["prompt_cache_breakpoint"] = dict(draw(_breakpoint))


# --------------------------------------------------------------------------------------------------------- tools

_grammar = just({"type": "grammar", "grammar": {"syntax": "lark", "definition": 'start: "a"'}})


def _function_tool(draw: st.DrawFn, name: str) -> JSONObject:
    function: JSONObject = {"name": name}
    if coin(draw):
        function["description"] = draw(texts)
    strict = draw(st.sampled_from((None, False, True)))
    if strict is not None:
        function["strict"] = strict
    if strict or coin(draw, 4) is False:
        function["parameters"] = pick(draw, STRICT_SCHEMAS if strict else SCHEMAS)
    return {"type": "function", "function": function}


def _custom_tool(draw: st.DrawFn, name: str) -> JSONObject:
    optional = {"description": texts, "format": st.one_of(just({"type": "text"}), _grammar)}
    return {"type": "custom", "custom": draw(record({"name": st.just(name)}, optional))}


def tool(draw: st.DrawFn, name: str) -> JSONObject:
    """A tool of either kind."""
    return _custom_tool(draw, name) if coin(draw, 4) else _function_tool(draw, name)


def _reference(tool: JSONObject) -> JSONObject:
    kind = tool["type"]
    return {"type": kind, kind: {"name": tool[kind]["name"]}}


def _tool_choice(draw: st.DrawFn, tools: list[JSONObject]) -> Any:
    mode = draw(st.integers(0, 4))
    if mode < 3:
        return ("auto", "none", "required")[mode]
    if mode == 3:
        return _reference(pick(draw, tools))
    some = draw(st.lists(st.sampled_from(tools), min_size=1, unique_by=repr))
    allowed = {"mode": pick(draw, ("auto", "required")), "tools": [_reference(tool) for tool in some]}
    return {"type": "allowed_tools", "allowed_tools": allowed}


def call(draw: st.DrawFn, tool: JSONObject, call_id: str) -> JSONObject:
    """A call of `tool`; its arguments may be empty or cut short, as models leave them."""
    kind = tool["type"]
    if kind == "custom":
        return {"id": call_id, "type": "custom", "custom": {"name": tool["custom"]["name"], "input": draw(texts)}}
    arguments = arguments_text(draw, draw(objects))
    if coin(draw, 8):
        arguments = pick(draw, ("", '{"a": ', "[1]", "not JSON"))
    made: JSONObject = {
        "id": call_id,
        "type": "function",
        "function": {"name": tool["function"]["name"], "arguments": arguments},
    }
    if coin(draw, 8):
        made["extra_content"] = {"google": {"thought_signature": draw(signatures)}}
    return made


def calls(draw: st.DrawFn, tools: list[JSONObject], turn: int) -> list[JSONObject]:
    """The calls of one turn, maybe several of one tool."""
    chosen = draw(st.lists(st.sampled_from(tools), min_size=1, max_size=3))
    return [call(draw, tool, f"call_{turn}{index}{draw(words)}") for index, tool in enumerate(chosen)]


# ------------------------------------------------------------------------------------------------------ messages


def _signed(text: str, signature: str) -> list[JSONObject]:
    kind = {"type": "reasoning.text", "format": "anthropic-claude-v1"}
    return [{**kind, "text": text, "signature": signature, "index": 0}]


def _sealed(data: str) -> list[JSONObject]:
    return [{"type": "reasoning.encrypted", "data": data, "format": "google-gemini-v1", "index": 0}]


def _summed_up(text: str, data: str) -> list[JSONObject]:
    whose = {"id": "rs_1", "format": "openai-responses-v1"}
    return [
        {"type": "reasoning.summary", "summary": text, **whose, "index": 0},
        {"type": "reasoning.encrypted", "data": data, **whose, "index": 1},
    ]


reasoning_details: st.SearchStrategy[list[JSONObject]] = st.one_of(
    st.builds(_signed, texts, signatures),
    st.builds(_sealed, signatures),
    st.builds(_summed_up, texts, signatures),
)


def think(draw: st.DrawFn, message: JSONObject) -> None:
    """Put reasoning into the message, in one of the forms that servers use, or none."""
    kind = draw(st.integers(0, 5))
    if kind == 1:
        message["reasoning_content"] = draw(texts)
    elif kind == 2:
        details = draw(reasoning_details)
        message["reasoning_details"] = details
        plain = "".join(detail.get("text") or detail.get("summary") or "" for detail in details)
        if plain and coin(draw):
            message["reasoning"] = plain


def _assistant(draw: st.DrawFn, tools: list[JSONObject], turn: int) -> JSONObject:
    message: JSONObject = {"role": "assistant"}
    kind = draw(st.integers(0, 5))
    if tools and kind < 3:
        message["content"] = draw(st.one_of(st.none(), texts))
        message["tool_calls"] = calls(draw, tools, turn)
    elif kind == 4:
        refusal = record({"type": st.just("refusal"), "refusal": texts})
        message["content"] = [draw(text_part), *draw(st.lists(refusal, max_size=1))]
    elif kind == 5:
        message |= {"content": None, "refusal": draw(texts)}
    else:
        message["content"] = draw(texts)
    think(draw, message)
    if coin(draw, 8):
        message["name"] = draw(words)
    return message


def _results(draw: st.DrawFn, message: JSONObject) -> list[JSONObject]:
    calls: list[JSONObject] = message.get("tool_calls", [])
    return [{"role": "tool", "tool_call_id": made["id"], "content": draw(text_content)} for made in calls]


def _user(draw: st.DrawFn) -> JSONObject:
    message: JSONObject = {"role": "user", "content": draw(st.one_of(texts, user_parts))}
    if coin(draw, 6):
        message["name"] = draw(words)
    return message


def _messages(draw: st.DrawFn, tools: list[JSONObject]) -> list[JSONObject]:
    system = record({"role": st.sampled_from(("system", "developer")), "content": text_content})
    messages: list[JSONObject] = draw(st.lists(system, max_size=2))
    messages.append(_user(draw))
    for turn in range(draw(st.integers(0, 3))):
        answer = _assistant(draw, tools, turn)
        messages += [answer, *_results(draw, answer)]
        if "tool_calls" not in answer or coin(draw, 3):
            messages.append(_user(draw))
        if coin(draw, 8):
            messages.append(draw(system))
            messages.append(_user(draw))
    return messages


# ------------------------------------------------------------------------------------------------------- request


def _schema_format(extra: JSONObject, schema: JSONObject) -> JSONObject:
    return {"type": "json_schema", "json_schema": {"name": "out", "schema": schema, **extra}}


def _prediction(text: str) -> JSONObject:
    return {"type": "content", "content": text}


_format: Strategy = st.one_of(
    just({"type": "text"}),
    just({"type": "json_object"}),
    st.builds(_schema_format, record({}, {"description": texts}), schemas),
    just({"type": "json_schema", "json_schema": {"name": "out", "schema": STRICT_SCHEMAS[0], "strict": True}}),
)
SETTINGS: dict[str, Strategy] = {
    "max_completion_tokens": small,
    "max_tokens": small,
    "temperature": st.sampled_from((0, 0.5, 1, 1.0, 1.7)),
    "top_p": fractions,
    "presence_penalty": st.sampled_from((-2, 0, 0.5)),
    "frequency_penalty": st.sampled_from((-1.5, 0, 1)),
    "seed": st.integers(0, 2**31 - 1),
    "stop": st.one_of(words, st.lists(words, min_size=1, max_size=4, unique=True)),
    "n": st.integers(1, 4),
    "logprobs": st.just(True),
    "top_logprobs": st.integers(0, 20),
    "logit_bias": just({"50256": -100}),
    "response_format": _format,
    "reasoning_effort": st.sampled_from(("none", "minimal", "low", "medium", "high", "xhigh", "max")),
    "user": words,
    "safety_identifier": words,
    "metadata": st.dictionaries(words, words, min_size=1, max_size=2),
    "service_tier": st.sampled_from(("auto", "default", "flex", "priority")),
    "store": st.booleans(),
    "verbosity": st.sampled_from(("low", "medium", "high")),
    "prompt_cache_key": words,
    "prediction": st.builds(_prediction, texts),
    "modalities": just(["text"]),
    "web_search_options": just({"search_context_size": "low"}),
    "stream": st.booleans(),
}


def add_unknown(draw: st.DrawFn, body: JSONObject) -> None:
    """Put in fields and parts that the API does not have."""

    def inside(whole: JSONObject) -> list[JSONObject]:
        places: list[JSONObject] = [*whole.get("messages", ()), *whole.get("tools", ()), *whole.get("choices", ())]
        return places + [choice["message"] for choice in whole.get("choices", ())]

    unknown_fields(draw, body, inside)
    for message in body.get("messages", ()):
        if message["role"] == "user" and isinstance(message["content"], list) and coin(draw):
            message["content"].append({"type": "hologram", "hologram": draw(objects)})


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies of POST /v1/chat/completions; `unknown` adds fields and parts that are not in the API."""
    names = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=4, unique=True))
    tools = [tool(draw, name) for name in names]
    body: JSONObject = {"model": pick(draw, ("gpt-6-astra", "org/model:free"))}
    body["messages"] = _messages(draw, tools)
    body |= draw(sparse({}, SETTINGS))
    if tools:
        body["tools"] = tools
        if coin(draw):
            body["tool_choice"] = _tool_choice(draw, tools)
        if coin(draw, 3):
            body["parallel_tool_calls"] = draw(st.booleans())
    if "max_completion_tokens" in body:
        body.pop("max_tokens", None)
    if "top_logprobs" in body:
        body["logprobs"] = True
    if body.get("response_format") == {"type": "json_object"}:
        body["messages"].insert(0, {"role": "system", "content": "Speak JSON."})  # the API wants the word
    if body.get("stream") and coin(draw):
        body["stream_options"] = {"include_usage": draw(st.booleans())}
    if coin(draw, 3):
        _mark(draw, body["messages"])
    if any(part["type"] == "input_audio" for message in body["messages"] for part in _parts(message)):
        body["model"] = "org/audio-model:free"
    elif body.get("reasoning_effort", "none") != "none" and not _NOT_WHILE_REASONING.isdisjoint(body):
        body["model"] = "org/model:free"
    if unknown:
        add_unknown(draw, body)
    return body


_NOT_WHILE_REASONING = frozenset(
    {"temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "max_tokens"}
)
"""What OpenAI's own models do not take while they reason."""


def _parts(message: JSONObject) -> list[JSONObject]:
    content: str | list[JSONObject] | None = message.get("content")
    return content if isinstance(content, list) else []
