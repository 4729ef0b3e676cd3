"""AI SDK UI messages: what `useChat` posts, answers as one message, and errors.

https://ai-sdk.dev/docs/ai-sdk-ui/transport and https://ai-sdk.dev/docs/ai-sdk-core/settings: the transport posts the
chat's id, the messages and what triggered the request; the settings are what an application adds, by the SDK's names.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    SCHEMAS,
    STRICT_SCHEMAS,
    TOOL_NAMES,
    JSONObject,
    Strategy,
    coin,
    counts,
    fractions,
    just,
    objects,
    pick,
    record,
    small,
    sparse,
    texts,
    unknown_fields,
    words,
)
from dgrid_translate.testing.strategies.ui_message_parts import (
    VENDORS,
    answered,
    call,
    made_file,
    other_part,
    reasoning_part,
    server_call,
    solid,
    source_part,
    text_part,
    user_part,
)

MODELS = ("anthropic/claude-opus-4.5", "openai/gpt-5.2", "google/gemini-3-pro-preview")

# ------------------------------------------------------------------------------------------------------ messages


def _step(draw: st.DrawFn, turn: str, vendor: str, tools: Sequence[str], calls: bool) -> list[JSONObject]:
    """One step of the assistant: what it thinks, says, draws on and makes; its calls have no results yet."""
    parts: list[JSONObject] = [{"type": "step-start"}]
    if coin(draw, 3):
        parts.append(reasoning_part(draw, vendor))
    if coin(draw, 8):
        parts.append(server_call(draw, turn, vendor))
    if not calls or coin(draw):
        parts.append(text_part(draw, vendor))
        parts += [source_part(draw, vendor) for _ in range(draw(st.integers(1, 2)) if coin(draw, 5) else 0)]
    if coin(draw, 10):
        parts.append(draw(made_file))
    if coin(draw, 10):
        parts.append(other_part(draw, vendor))
    if calls:
        names = draw(st.lists(st.sampled_from(tools), min_size=1, max_size=3))
        static = not coin(draw, 4)
        parts += [call(draw, name, f"{turn}{at}", vendor, static) for at, name in enumerate(names)]
    return parts


def _waits(part: JSONObject) -> bool:
    return part.get("state") == "input-available"


def _assistant(draw: st.DrawFn, turn: int, vendor: str, tools: Sequence[str], last: bool) -> JSONObject:
    """A turn of the assistant: steps that call tools and have their results, then one that says something.

    The `last` message of a post may end with results, which the client's own tools gave.
    """
    parts: list[JSONObject] = []
    for step in range(draw(st.integers(0, 2)) if tools else 0):
        made = _step(draw, f"{turn}{step}", vendor, tools, calls=True)
        parts += [answered(draw, part) if _waits(part) else part for part in made]
    if not parts or not last or coin(draw):
        parts += _step(draw, f"{turn}9", vendor, tools, calls=False)
    message: JSONObject = {"id": f"msg_{turn}{draw(words)}", "role": "assistant", "parts": parts}
    if coin(draw, 6):
        message["metadata"] = {"totalTokens": draw(counts)}
    return message


def _user(draw: st.DrawFn, turn: int, vendor: str) -> JSONObject:
    parts = [user_part(draw, vendor) for _ in range(draw(st.integers(1, 3)))]
    if all(part["type"].startswith("data-") for part in parts):
        parts.append({"type": "text", "text": draw(solid)})
    message: JSONObject = {"id": f"user_{turn}{draw(words)}", "role": "user", "parts": parts}
    if coin(draw, 8):
        message["metadata"] = draw(objects)
    return message


def _messages(draw: st.DrawFn, vendor: str, tools: Sequence[str]) -> list[JSONObject]:
    messages: list[JSONObject] = []
    if coin(draw, 4):
        told = [{"type": "text", "text": text} for text in draw(st.lists(solid, min_size=1, max_size=2))]
        messages.append({"id": "system_" + draw(words), "role": "system", "parts": told})
    turns = draw(st.integers(0, 2))
    for turn in range(turns):
        messages += [_user(draw, turn, vendor), _assistant(draw, turn, vendor, tools, last=False)]
    messages.append(_user(draw, turns, vendor))
    if tools and coin(draw, 3):
        again = _assistant(draw, turns, vendor, tools, last=True)
        if again["parts"][-1]["type"] == "dynamic-tool" or "toolCallId" in again["parts"][-1]:
            messages.append(again)
    return messages


# ------------------------------------------------------------------------------------------------------- request

_options = st.sampled_from(
    (
        {"anthropic": {"thinking": {"type": "enabled", "budgetTokens": 2000}}},
        {"openai": {"reasoningEffort": "low", "textVerbosity": "high"}},
        {"google": {"thinkingConfig": {"includeThoughts": True}}},
        {"gateway": {"order": ["vertex"]}},
    )
)
_formats = st.one_of(
    just({"type": "json"}),
    st.just({"type": "json", "name": "out", "schema": STRICT_SCHEMAS[0]}),
    just({"type": "text"}),
)
SETTINGS: dict[str, Strategy] = {
    "model": st.sampled_from(MODELS),
    "stream": st.booleans(),
    "system": solid,
    "temperature": fractions,
    "topP": st.sampled_from((0.1, 0.99, 1)),
    "topK": st.integers(1, 500),
    "maxOutputTokens": small,
    "stopSequences": st.lists(words, min_size=1, max_size=3, unique=True),
    "seed": st.integers(0, 2**31),
    "presencePenalty": st.sampled_from((-2, 0, 0.5, 1.5)),
    "frequencyPenalty": st.sampled_from((-2, 0, 0.5, 1.5)),
    "reasoning": st.sampled_from(("none", "minimal", "low", "medium", "high", "xhigh", "provider-default")),
    "responseFormat": _formats,
    "providerOptions": _options,
    "webSearch": st.booleans(),
}


def _tool(draw: st.DrawFn) -> JSONObject:
    strict = coin(draw, 4)
    tool: JSONObject = {"inputSchema": pick(draw, STRICT_SCHEMAS if strict else SCHEMAS)}
    if strict:
        tool["strict"] = True
    if coin(draw):
        tool["description"] = draw(solid)
    return tool


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies that `useChat` posts; `unknown` adds fields and parts that the SDK does not have."""
    if coin(draw, 8):
        body = draw(_older())
    else:
        vendor = pick(draw, VENDORS)
        tools = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=3, unique=True))
        body: JSONObject = draw(sparse({}, SETTINGS, 5))
        if tools:
            body["tools"] = {name: _tool(draw) for name in tools}
            if coin(draw, 3):
                chosen = {"type": "tool", "toolName": pick(draw, tools)}
                body["toolChoice"] = draw(st.one_of(st.sampled_from(("auto", "none", "required")), st.just(chosen)))
        body |= {"id": "chat_" + draw(words), "messages": _messages(draw, vendor, tools)}
        body["trigger"] = pick(draw, ("submit-message", "submit-message", "regenerate-message"))
        if coin(draw, 4):
            body["messageId"] = body["messages"][-1]["id"]
    if unknown:
        _unknown(draw, body)
    return body


@st.composite
def _older(draw: st.DrawFn) -> JSONObject:
    """Bodies as DGrid documents them: messages of `{role, content}`."""
    said = draw(st.lists(solid, min_size=1, max_size=3))
    roles = ("user", "assistant", "user")
    messages: list[JSONObject] = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    if len(messages) == 2:
        del messages[1]
    optional = {key: SETTINGS[key] for key in ("model", "stream", "temperature", "topP", "topK")}
    return {"messages": messages, **draw(record({}, optional))}


def _unknown(draw: st.DrawFn, body: JSONObject) -> None:
    def inside(whole: JSONObject) -> list[JSONObject]:
        messages: list[JSONObject] = whole.get("messages", [whole])
        parts = [part for message in messages for part in message.get("parts", ())]
        return [*whole.get("messages", ()), *parts, *whole.get("tools", {}).values()]

    unknown_fields(draw, body, inside)
    for message in body.get("messages", [body]):
        if "parts" in message and coin(draw, 3):
            message["parts"].append({"type": "hologram", "hologram": draw(objects)})


# ------------------------------------------------------------------------------------------------------ response


@st.composite
def usage(draw: st.DrawFn) -> JSONObject:
    """Token counts that agree with one another, in the words of AI SDK 5 or of 6 and later."""
    fresh, read, wrote = draw(counts), draw(counts), draw(counts)
    thought, said = draw(counts), draw(counts)
    made: JSONObject = {"inputTokens": fresh + read + wrote, "outputTokens": thought + said}
    made["totalTokens"] = made["inputTokens"] + made["outputTokens"]
    style = draw(st.integers(0, 3))
    if style == 0:
        made |= {"reasoningTokens": thought, "cachedInputTokens": read}
    elif style == 1:
        made["inputTokenDetails"] = {"noCacheTokens": fresh, "cacheReadTokens": read, "cacheWriteTokens": wrote}
        made["outputTokenDetails"] = {"textTokens": said, "reasoningTokens": thought}
        if coin(draw):
            made |= {"reasoningTokens": thought, "cachedInputTokens": read}
    return made


_ENDS = ("stop", "stop", "length", "content-filter", "error", "other")


def metadata(draw: st.DrawFn, called: bool) -> JSONObject:
    """What an answer's metadata says: as the SDK's documentation puts it, or as DGrid does."""
    made: JSONObject = {}
    if coin(draw):
        made["model"] = pick(draw, MODELS)
    if coin(draw, 4):
        made["createdAt"] = draw(st.integers(1_700_000_000, 1_800_000_000)) * 1000
    if coin(draw, 4):
        price = str(draw(counts)) + "0000000000000"
        made |= {"totalTokens": draw(counts), "allowanceLeft": "990000000000000000"}
        made |= {"calculatedPriceWei": price, "realPriceWei": price}
    elif coin(draw):
        made["usage"] = draw(usage())
    made["finishReason"] = pick(draw, ("tool-calls", "tool-calls", "length")) if called else pick(draw, _ENDS)
    return made


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Answers as assistant messages; `unknown` adds fields and parts that the SDK does not have."""
    vendor = pick(draw, VENDORS)
    tools = draw(st.lists(st.sampled_from(TOOL_NAMES), min_size=1, max_size=2))
    parts: list[JSONObject] = []
    if coin(draw, 6):  # tools that the server itself runs
        made = _step(draw, "0", vendor, tools, calls=True)
        parts += [_ran(draw, part) if _waits(part) else part for part in made]
    called = coin(draw)
    parts += _step(draw, "1", vendor, tools, calls=called)
    body: JSONObject = {"id": "msg_" + draw(words), "role": "assistant", "parts": parts}
    body["metadata"] = metadata(draw, called)
    if coin(draw, 6):
        for part in filter(_waits, parts):
            part |= {"state": "approval-requested", "approval": {"id": "approval_" + draw(words)}}
    if unknown:
        _unknown(draw, body)
    return body


def _ran(draw: st.DrawFn, part: JSONObject) -> JSONObject:
    if coin(draw, 4):
        return part | {"state": "output-error", "errorText": draw(solid)}
    return part | {"state": "output-available", "output": draw(st.one_of(texts, objects))}


_KINDS = (
    (400, "invalid_request_error", None),
    (401, "invalid_request_error", "invalid_api_key"),
    (402, "insufficient_quota", "insufficient_quota"),
    (404, "invalid_request_error", "model_not_found"),
    (429, "rate_limit_error", "rate_limit_exceeded"),
    (500, "server_error", None),
)


@st.composite
def errors(draw: st.DrawFn) -> tuple[int, JSONObject]:
    """HTTP statuses and bodies: the client shows whatever text there is, servers like DGrid send OpenAI's form."""
    status, kind, code = pick(draw, _KINDS)
    return status, {"error": {"message": draw(solid), "type": kind, "param": None, "code": code}}
