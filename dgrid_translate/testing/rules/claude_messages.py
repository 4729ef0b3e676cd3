"""Claude requests: what `messages` and `system` must look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgrid_translate.losses import At
from dgrid_translate.testing.wire_json import (
    Json,
    array,
    is_base64,
    kind_of,
    obj,
    objects,
    one_of,
    shown,
    string,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.testing.violations import Findings

TOOL_ID = re.compile(r"[A-Za-z0-9_-]+")
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
CALLS = ("tool_use", "server_tool_use", "mcp_tool_use")
ONLY_ASSISTANT = (*CALLS, "thinking", "redacted_thinking")
ONLY_USER = ("tool_result",)
KINDS = words(
    "text image document search_result thinking redacted_thinking tool_use tool_result server_tool_use"
    " web_search_tool_result web_fetch_tool_result code_execution_tool_result bash_code_execution_tool_result"
    " text_editor_code_execution_tool_result tool_search_tool_result container_upload mcp_tool_use mcp_tool_result"
    " mcp_tool_listing advisor_tool_result compaction fallback tool_addition tool_removal"
)
IN_RESULT = ("text", "image", "search_result", "document", "tool_reference", "browser_state")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
TEXT_OF = {"text": "text", "thinking": "thinking", "redacted_thinking": "data"}

Block = tuple[At, Json]


def messages(body: Json) -> Findings:
    """There is at least one message, and each is an object with a known role [docs]."""
    if not array(body.get("messages")):
        yield ("messages",), "at least one message is required"
    for at, message in objects(body.get("messages"), "messages"):
        if not one_of(message.get("role"), ("user", "assistant", "system")):
            yield (*at, "role"), f"role is user, assistant or system, not {shown(message.get('role'))}"


def first_message(body: Json) -> Findings:
    """The first message, system ones aside, is the user's [docs]."""
    for at, message in objects(body.get("messages"), "messages"):
        if message.get("role") != "system":
            if message.get("role") != "user":
                yield (*at, "role"), "the first message is the user's"
            return


def content(body: Json) -> Findings:
    """Messages "must have non-empty content except for the optional final assistant message" [docs]."""
    count = len(array(body.get("messages")))
    for at, message in objects(body.get("messages"), "messages"):
        value = message.get("content")
        if not isinstance(value, str | list):
            yield (*at, "content"), f"content is text or an array of blocks, not {shown(value)}"
        elif not value and not (message.get("role") == "assistant" and at[-1] == count - 1):
            yield (*at, "content"), "content may not be empty"


def empty_text(body: Json) -> Findings:
    """The API says: "text content blocks must contain non-whitespace text", in system too [docs]."""
    said = [(at, block) for at, _, block in blocks(body)] + list(objects(body.get("system"), "system"))
    for at, block in list(said):
        said += objects(block.get("content"), *at, "content")
    for at, block in said:
        if kind_of(block) == "text" and not (string(block.get("text")) or "").strip():
            yield (*at, "text"), "a text block needs text"


def block_kind(body: Json) -> Findings:
    """Calls and thinking are the assistant's, tool results the user's, system messages text [docs]."""
    for at, speaker, block in blocks(body):
        kind = kind_of(block)
        if kind in ONLY_ASSISTANT and speaker != "assistant":
            yield (*at, "type"), f"{kind} stands in assistant messages only"
        elif kind in ONLY_USER and speaker != "user":
            yield (*at, "type"), f"{kind} stands in user messages only"
        for place, inner in objects(block.get("content"), *at, "content"):
            if kind == "tool_result" and not one_of(inner.get("type"), IN_RESULT):
                yield (*place, "type"), f"{shown(inner.get('type'))} may not stand in a tool_result"


def known_kind(body: Json) -> Findings:
    """Every block is of a known kind: "Input tag does not match any of the expected tags" [docs]."""
    for at, _, block in blocks(body):
        if not one_of(block.get("type"), KINDS):
            yield (*at, "type"), f"unknown block {shown(block.get('type'))}"


def block_text(body: Json) -> Findings:
    """Text, thinking and redacted thinking hold a string; thinking is signed [types]."""
    for at, _, block in blocks(body):
        member = TEXT_OF.get(kind_of(block))
        if member and not isinstance(block.get(member), str):
            yield (*at, member), f"{member} is a string, not {shown(block.get(member))}"
        if kind_of(block) == "thinking" and not isinstance(block.get("signature"), str):
            yield (*at, "signature"), "a thinking block goes back with its signature"


def tool_use(body: Json) -> Findings:
    """A call has a legal id, a name, and an object for input; ids are unique in the conversation [docs]."""
    seen: set[str] = set()
    for at, _, block in blocks(body):
        if kind_of(block) in CALLS:
            yield from call_findings(at, block, seen)


def tool_order(body: Json) -> Findings:
    """Each tool_use is answered once, first thing in the very next user turn, and nothing else is [docs].

    "`tool_use` ids were found without `tool_result` blocks immediately after", "unexpected `tool_use_id` found in
    `tool_result` blocks", "each tool_use must have a single result". Neighbours of one role count as one turn.
    (In 2024 a result with a foreign id was still recorded to pass.)
    """
    waiting: dict[str, At] = {}
    for speaker, turn in _turns(body):
        if speaker == "assistant":
            waiting = {string(block.get("id")) or "": at for at, block in turn if kind_of(block) == "tool_use"}
            continue
        answered: set[str] = set()
        ahead = True
        for at, block in turn:
            if kind_of(block) != "tool_result":
                ahead = False
                continue
            call_id = string(block.get("tool_use_id")) or ""
            if call_id in answered:
                yield (*at, "tool_use_id"), f"call {shown(call_id)} is answered twice"
            elif call_id not in waiting:
                yield (*at, "tool_use_id"), f"no call {shown(call_id)} in the turn before"
            elif not ahead:
                yield at, "tool results come first in their turn"
            answered.add(call_id)
            waiting.pop(call_id, None)
        yield from _unanswered(waiting)
        waiting = {}
    yield from _unanswered(waiting)


def media(body: Json) -> Findings:
    """Images are jpeg, png, gif or webp in bare base64, a URL or a file; documents are pdf, text or either [docs]."""
    for at, _, block in blocks(body):
        for place, it in [(at, block), *objects(block.get("content"), *at, "content")]:
            if kind_of(it) in ("image", "document"):
                yield from _source((*place, "source"), kind_of(it), obj(it.get("source")))


def assistant_document(body: Json) -> Findings:
    """From version 2026-10-21 no document stands directly in an assistant message [docs]."""
    for at, speaker, block in blocks(body):
        if speaker == "assistant" and kind_of(block) == "document":
            yield at, "no document in an assistant message"


def user_citations(body: Json) -> Findings:
    """From version 2026-10-21 a user's text has no citations, in search results neither [docs]."""
    for at, speaker, block in blocks(body):
        for place, it in [(at, block), *objects(block.get("content"), *at, "content")]:
            if speaker == "user" and kind_of(it) == "text" and array(it.get("citations")):
                yield (*place, "citations"), "no citations in what the user says"


def system(body: Json) -> Findings:
    """The system prompt is text or text blocks [types]."""
    if not isinstance(body.get("system"), str | list | None):
        yield ("system",), "system is text or an array of text blocks"
    for at, block in objects(body.get("system"), "system"):
        if kind_of(block) != "text":
            yield (*at, "type"), f"system takes text only, not {shown(block.get('type'))}"


def system_message(body: Json) -> Findings:
    """A message of role system stands right after a user's [docs]."""
    before = ""
    for at, message in objects(body.get("messages"), "messages"):
        if message.get("role") == "system" and before != "user":
            yield at, "a system message comes right after a user message"
        before = string(message.get("role")) or ""


def call_findings(at: At, block: Json, seen: set[str]) -> Findings:
    """What is wrong with a call's id, name and input, in a history or in a response; `seen` collects the ids."""
    call_id, name = string(block.get("id")) or "", string(block.get("name")) or ""
    if not TOOL_ID.fullmatch(call_id):
        yield (*at, "id"), f"an id is of A-Z a-z 0-9 _ -, not {shown(block.get('id'))}"
    elif call_id in seen:
        yield (*at, "id"), f"the id {shown(call_id)} is taken"
    seen.add(call_id)
    if not name or (kind_of(block) == "tool_use" and not TOOL_NAME.fullmatch(name)):
        yield (*at, "name"), f"a name is 1 to 128 of A-Z a-z 0-9 _ -, not {shown(block.get('name'))}"
    if not isinstance(block.get("input"), dict):
        yield (*at, "input"), f"input is an object, not {shown(block.get('input'))}"


def blocks(body: Json) -> list[tuple[At, str, Json]]:
    """Every content block with its place and who says it."""
    return [
        (place, string(message.get("role")) or "", block)
        for at, message in objects(body.get("messages"), "messages")
        for place, block in objects(message.get("content"), *at, "content")
    ]


def _turns(body: Json) -> Iterator[tuple[str, list[Block]]]:
    """Turns of one speaker, neighbours merged as the API does; system messages are passed over."""
    speaker, turn = "", list[Block]()
    for at, message in objects(body.get("messages"), "messages"):
        role = string(message.get("role")) or ""
        if role == "system":
            continue
        if role != speaker:
            if turn:
                yield speaker, turn
            speaker, turn = role, []
        said = message.get("content")
        text: Json = {"type": "text", "text": said}
        turn += [((*at, "content"), text)] if isinstance(said, str) else objects(said, *at, "content")
    if turn:
        yield speaker, turn


def _unanswered(waiting: dict[str, At]) -> Findings:
    for call_id, at in waiting.items():
        yield at, f"call {shown(call_id)} is not answered in the next turn"


def _source(at: At, kind: str, source: Json) -> Findings:
    how = kind_of(source)
    if how not in (("base64", "url", "file") if kind == "image" else ("base64", "url", "file", "text", "content")):
        yield (*at, "type"), f"an unknown source for {kind}: {shown(source.get('type'))}"
    if how == "base64":
        if not one_of(source.get("media_type"), IMAGE_TYPES if kind == "image" else ("application/pdf",)):
            yield (*at, "media_type"), f"{shown(source.get('media_type'))} is no type for {kind}"
        if not is_base64(string(source.get("data")) or "?"):
            yield (*at, "data"), "data is bare base64"
    if how == "text" and source.get("media_type") != "text/plain":
        yield (*at, "media_type"), "a text source is text/plain"
    if how in ("url", "file") and not string(source.get(how if how == "url" else "file_id")):
        yield at, f"a {how} source names it"
