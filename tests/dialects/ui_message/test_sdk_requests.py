"""What the AI SDK's own providers make of the UI messages that are recorded, and what we make of them.

Both bodies are read back into the model and told as a list of statements. What is told otherwise is listed below, each
way of it with its reason; a way that no record needs any more fails the test, as does any difference that is left.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from dgrid_translate import translate
from dgrid_translate.ir.parts import (
    AnyPart,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.registry import lookup
from tests.outside import corpora

NAMES = {"openai-chat": "openai", "openai-responses": "openai-responses", "claude": "claude", "gemini": "gemini"}


class Said(NamedTuple):
    """One statement: what kind of thing, whose id, its words, and what signs it."""

    kind: str
    id: str
    words: str
    signature: str = ""


Told = list[Said]


def told(target: str, body: dict[str, Any]) -> Told:
    """What a request says; its system prompt is the server's own affair."""
    request = lookup(target).decode_request(json.dumps(body).encode())
    spoken = [message for message in request.messages if message.role in ("user", "assistant")]
    return [statement(message.role, part) for message in spoken for part in message.parts]


def statement(role: str, part: AnyPart) -> Said:
    signed = "" if part.signature is None else part.signature.value
    match part:
        case Text() | Refusal():
            return Said(role, "", part.text, signed)
        case Reasoning():
            return Said("thought", part.id or "", part.text, signed)
        case ToolCall():
            return Said(f"call of {part.name}", part.id, spelled(part.arguments), signed)
        case ToolResult():
            words = "".join(inner.text if type(inner) is Text else f"<{type(inner).__name__}>" for inner in part.parts)
            return Said("result", part.call_id, spelled(words))
        case Media():
            return Said(part.kind, "", f"{part.media_type} {part.url or part.data}")
        case ServerToolCall() | ServerToolResult() | Opaque():
            return Said("block", "", spelled(part.raw))


def spelled(value: Any) -> str:
    """JSON in one spelling; other text as it is."""
    text = value if isinstance(value, str) else bytes(value).decode()
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def parts(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for message in record["request"]["messages"]:
        yield from message["parts"]


# -------------------------------------------------------------------------------------------------- the differences

Rewrite = Callable[[Told, dict[str, Any]], Told]


class Way(NamedTuple):
    """Why something is told otherwise, by whom ("theirs" or "ours"), and how the other would tell it."""

    why: str
    whose: str
    rewrite: Rewrite


def without(*kinds: str) -> Rewrite:
    return lambda said, _: [one for one in said if not one.kind.startswith(kinds)]


def without_foreign_thoughts(said: Told, record: dict[str, Any]) -> Told:
    foreign = [
        part.get("text") for part in parts(record) if {"anthropic", "openai"} & part.get("providerMetadata", {}).keys()
    ]
    return [one for one in said if one.kind != "thought" or one.words not in foreign]


def without_thoughts_that_led_to_nothing(said: Told, _: dict[str, Any]) -> Told:
    after = [*said[1:], Said("user", "", "")]
    return [one for one, then in zip(said, after, strict=True) if (one.kind, then.kind) != ("thought", "user")]


def without_unanswered_calls(said: Told, _: dict[str, Any]) -> Told:
    answered = {one.id for one in said if one.kind == "result"}
    return [one for one in said if not one.kind.startswith("call of") or one.id in answered]


def without_blank_texts(said: Told, _: dict[str, Any]) -> Told:
    return [one for one in said if one.kind not in ("user", "assistant") or one.words.strip()]


def joined(said: Told, _: dict[str, Any]) -> Told:
    made: Told = []
    for one in said:
        if made and one.kind == made[-1].kind == "assistant":
            made[-1] = one._replace(words=made[-1].words + one.words)
        else:
            made.append(one)
    return made


def unsigned(said: Told, _: dict[str, Any]) -> Told:
    return [one._replace(signature="") for one in said]


def without_calls_signed_by_nobody(said: Told, _: dict[str, Any]) -> Told:
    return [one._replace(signature=one.signature.removeprefix(SKIP)) for one in said]


SKIP = "skip_thought_signature_validator"


def broken_calls(said: Told, record: dict[str, Any]) -> Told:
    """All arguments that are no object in one form."""
    failed = {part["toolCallId"] for part in parts(record) if isinstance(part.get("rawInput", part.get("input")), str)}
    return [one._replace(words="broken") if one.kind[:4] == "call" and one.id in failed else one for one in said]


def unwrapped_results(said: Told, _: dict[str, Any]) -> Told:
    made: Told = []
    for one in said:
        if one.kind == "result":
            inside = json.loads(one.words)["content"]
            one = one._replace(words=inside if isinstance(inside, str) else spelled(json.dumps(inside)))
            one = one._replace(words=spelled(one.words))
        made.append(one)
    return made


def errors_unmarked(said: Told, _: dict[str, Any]) -> Told:
    return [one._replace(words=one.words.removeprefix("Error: ")) if one.kind == "result" else one for one in said]


def without_ids(said: Told, _: dict[str, Any]) -> Told:
    return [one._replace(id="") if one.kind == "thought" else one for one in said]


def looked_up(said: Told, record: dict[str, Any]) -> Told:
    """References to stored items replaced by what the UI messages say of them."""
    known = dict(items(record))
    made: Told = []
    for one in said:
        block: dict[str, Any] = json.loads(one.words) if one.kind == "block" else {}
        if block.get("type") == "item_reference":
            made += known.get(block["id"], [])
        else:
            made.append(one)
    return made


def items(record: dict[str, Any]) -> Iterator[tuple[str, Told]]:
    found: dict[str, Told] = {}
    for part in parts(record):
        metadata = part.get("providerMetadata", part.get("callProviderMetadata", {})).get("openai", {})
        item = metadata.get("itemId")
        if part["type"] == "text" and item:
            found.setdefault(item, []).append(Said("assistant", "", part["text"]))
        elif part["type"] == "reasoning" and item:
            sealed = metadata.get("reasoningEncryptedContent") or ""
            before = found.get(item, [Said("thought", "", "", sealed)])[0]
            text = "\n\n".join(filter(None, [before.words, part["text"]]))
            found[item] = [before._replace(words=text)]
        elif item and "toolCallId" in part and not part.get("providerExecuted"):
            name = part.get("toolName", part["type"].removeprefix("tool-"))
            found[item] = [Said(f"call of {name}", part["toolCallId"], spelled(json.dumps(part["input"])))]
    yield from found.items()


BROKEN = Way("arguments that are no object: each in its own way, ours so that the API takes them", "both", broken_calls)
BLANK = Way("a text without words, which Claude refuses and others do not need", "both", without_blank_texts)
UNANSWERED = Way("a provider's own call without its result, which the API refuses", "theirs", without_unanswered_calls)
WAYS = {
    "openai": [
        Way("reasoning, for which OpenAI's Chat has no field and other hosts do", "ours", without("thought")),
        Way("Google's signatures, where Google's own Chat endpoint has them", "ours", unsigned),
        UNANSWERED,
        Way("one text for all of a turn", "ours", joined),
        BLANK,
        Way("that a result is an error", "ours", errors_unmarked),
        BROKEN,
    ],
    "openai-responses": [
        Way("what OpenAI keeps is not referred to: the gateway's upstream may keep nothing", "theirs", looked_up),
        Way("ids of reasoning", "both", without_ids),
        Way("reasoning without what it led to, which OpenAI refuses", "theirs", without_thoughts_that_led_to_nothing),
        Way("that a result is an error", "ours", errors_unmarked),
        BROKEN,
    ],
    "claude": [BLANK, BROKEN],
    "gemini": [
        Way("a result in an object with its name again", "theirs", unwrapped_results),
        Way("other vendors' thoughts, as if they were Gemini's", "theirs", without_foreign_thoughts),
        UNANSWERED,
        Way(
            "that a call has no signature, in turns before the current one too", "both", without_calls_signed_by_nobody
        ),
        BROKEN,
    ],
}

ODD = {
    ("9f242cc3a8e01b0c", "claude"): "OpenAI's search, as if it were Claude's",
    ("a11f37d24eddbb6e", "claude"): "Claude's summary of what was said before goes back as text",
    ("7a35b024545450d7", "gemini"): "Gemini's own tools, in words of @ai-sdk/google that are not read",
}
"""What one record alone is about: (record, target), and why it is told otherwise."""


def compared(target: str) -> Iterator[tuple[dict[str, Any], Told, Told]]:
    for record in corpora("ui-message"):
        bodies: dict[str, dict[str, Any]] = record.get("sdk_requests") or {}
        for name, theirs in bodies.items():
            if NAMES[name] == target:
                asked = {**record["request"], "model": theirs.get("model")}
                ours = translate(asked, to=target, source="ui-message", kind="request", passthrough=False)
                yield record, told(target, theirs), told(target, ours)


def agreed(target: str, record: dict[str, Any], theirs: Told, ours: Told, skipped: Way | None = None) -> list[str]:
    """What is left of the difference when all ways but `skipped` are told alike."""
    for way in WAYS[target]:
        if way is skipped:
            continue
        if way.whose in ("theirs", "both"):
            theirs = way.rewrite(theirs, record)
        if way.whose in ("ours", "both"):
            ours = way.rewrite(ours, record)
    return [line for line in difflib.ndiff([str(one) for one in theirs], [str(one) for one in ours]) if line[0] in "-+"]


@pytest.mark.parametrize("target", WAYS)
def test_we_say_what_the_sdk_says(target: str) -> None:
    needed: set[str] = set()
    surprises: list[str] = []
    for record, theirs, ours in compared(target):
        left = agreed(target, record, theirs, ours)
        if bool(left) != ((record["id"], target) in ODD):
            surprises.append("\n  ".join([record["id"], *[line[:300] for line in left]]))
        needed |= {way.why for way in WAYS[target] if agreed(target, record, theirs, ours, way) != left}
    assert not surprises, "\n".join(surprises)
    assert {way.why for way in WAYS[target]} - needed == set()
