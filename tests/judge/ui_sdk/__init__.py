"""The npm package ``ai`` as judge of the UI message dialect: what useChat reads and posts, in its versions 5, 6 and 7.

A body or stream is put before every release that knows all that is in it (``grammar.ui_message`` and
``rules.ui_message`` say which those are), before the newest one always. Beyond the SDK, a stream is refused when a
chat that goes on by itself once all tool calls have results (``lastAssistantMessageIsCompleteWithToolCalls``) would ask
again and again, and when it leaves parts unfinished.
"""

import json
from typing import Any

from dgrid_translate.testing.grammar import sse as framing
from dgrid_translate.testing.grammar import ui_message as grammar
from dgrid_translate.testing.rules import ui_message as rules
from tests.judge.ui_sdk.node import ask
from tests.judge.verdict import rejected

NEWEST = "7"
Body = dict[str, Any]


class ChatError(Exception):
    """What a chat shows for an error answer."""


def accept_request(body: Body) -> None:
    """The messages pass ``validateUIMessages`` and become model messages; the transport posts such a body.

    Messages without ``parts`` must be what the SDK calls model messages.
    """
    problems: list[str] = []
    messages: list[Body] = body["messages"] if isinstance(body.get("messages"), list) else []
    plain = [message for message in messages if "parts" not in message]
    told = [message for message in messages if "parts" in message]
    if plain:
        verdicts = ask("plain", (NEWEST,), messages=[_without_id(message) for message in plain])
        problems += [f"{release}: {it['refused']}" for release, it in verdicts.items() if "refused" in it]
    if told or not plain:
        problems += _message_problems(told, rules.releases(told))
    if {"id", "trigger"} <= set(body):
        for release, it in ask("post", (NEWEST,), body=body).items():
            if it["posted"] != body:
                problems.append(f"{release}: the transport posts {json.dumps(it['posted'])[:500]}")
    if problems:
        raise rejected("ui-message request", problems)


def _without_id(message: Body) -> Body:
    return {key: value for key, value in message.items() if key != "id"}


def _message_problems(messages: list[Body], releases: tuple[str, ...]) -> list[str]:
    problems: list[str] = []
    for release, it in ask("messages", tuple({*releases, NEWEST}), messages=messages).items():
        problems += [f"{release}: {it[key]}" for key in ("refused", "unsendable") if key in it]
    return sorted(problems)


def accept_response(body: Body) -> Body:
    """The message is a UI message that may stand in a history."""
    problems = [] if body.get("role") == "assistant" else ["the answer is the assistant's"]
    problems += _message_problems([body], rules.releases([body]))
    if problems:
        raise rejected("ui-message response", problems)
    return body


def accept_stream(sse: bytes) -> Body:
    """Every chunk fits its schema, and the chat comes to rest. The message that ``readUIMessageStream`` makes."""
    chunks = list(framing.events_of(sse))
    releases = tuple({*grammar.releases(chunks), NEWEST})
    verdicts = ask("stream", releases, text=sse.decode("utf-8", "replace"))
    problems = [
        f"{release}: {text}" for release, it in sorted(verdicts.items()) for text in _stream_problems(release, it)
    ]
    if problems:
        raise rejected("ui-message stream", problems)
    message: Body = verdicts[NEWEST]["read"]["message"] or {}
    return message


def takers(sse: bytes) -> tuple[str, ...]:
    """The releases whose chunk schema takes every chunk."""
    verdicts = ask("stream", grammar.RELEASES, text=sse.decode("utf-8", "replace"))
    return tuple(release for release in grammar.RELEASES if "refused" not in verdicts[release])


def assembled(sse: bytes, *releases: str) -> list[Body]:
    """The message that ``readUIMessageStream`` of each release makes of a stream, as far as it gets."""
    verdicts = ask("read", releases, text=sse.decode("utf-8", "replace"))
    return [verdicts[release]["message"] or {} for release in releases]


def _stream_problems(release: str, verdict: Body) -> list[str]:
    if "refused" in verdict:
        return [f"chunk {verdict['count']}: {verdict['refused']}"]
    if not verdict["count"]:
        return ["no chunk at all"]
    read, chat = verdict["read"], verdict["chat"]
    if "error" in read:
        return [read["error"]]
    if chat["status"] != "ready":
        return [f"the chat ends {chat['status']}: {chat.get('error')}"]
    parts: list[Body] = (read["message"] or {"parts": []})["parts"]
    problems = [
        f"part {at} is left {part['state']}" for at, part in enumerate(parts) if "streaming" in part.get("state", "")
    ]
    # A step that ends in what the client's own tools gave is one to go on from; 5.0.0 takes a provider's for them.
    goes_on = bool(parts) and "toolCallId" in parts[-1]
    goes_on = goes_on or (release == "5.0.0" and any("providerExecuted" in part for part in parts))
    if chat["requests"] > 1 and not goes_on:
        problems.append(f"the chat asks again by itself, {chat['requests']} times (is there a start-step?)")
    if chat["requests"] == 1 and chat["parts"] != parts:
        problems.append(f"the chat has {chat['parts']}, not {parts}")
    return problems


def accept_error(status: int, headers: dict[str, str], body: bytes) -> ChatError:
    """The error that the chat shows; the body is text, and not empty."""
    for release, it in ask("error", ("5", "6", NEWEST), status=status, headers=headers, body=body.decode()).items():
        if it["status"] != "error":
            raise rejected("ui-message error", [f"{release}: status {status} raises nothing"])
        if not body or it["message"] != body.decode():
            raise rejected("ui-message error", [f"{release}: the chat shows {it['message']!r}"])
    return ChatError(body.decode())
