"""The canonical form of Messages bodies."""

from __future__ import annotations

from dgrid_translate.dialect import Kind
from dgrid_translate.testing.laws.canonical.common import without_nulls
from dgrid_translate.testing.strategies.common import JSONObject


def canonical_claude(body: JSONObject, kind: Kind) -> JSONObject:
    """The one form of all bodies that say the same."""
    # Optional members that are null are as good as absent.
    body = without_nulls(body)
    # A string is a list of one text block.
    if isinstance(body.get("system"), str):
        body = {**body, "system": [{"type": "text", "text": body["system"]}]}
    if "tools" in body:
        body = {**body, "tools": [_claude_tool(tool) for tool in body["tools"]]}
    if "messages" in body:
        merged: list[JSONObject] = []
        for message in body["messages"]:
            content = message["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            blocks = [_claude_block(block) for block in blocks]
            # Turns of one role in a row are one turn.
            if merged and merged[-1]["role"] == message["role"]:
                merged[-1] = {**merged[-1], "content": [*merged[-1]["content"], *blocks]}
            else:
                merged.append({**message, "content": blocks})
        # The turns that are put before and after others' conversations where Claude wants the user to speak.
        for place, words in ((0, "(start of conversation)"), (-1, "Continue.")):
            if merged and merged[place]["content"] == [{"type": "text", "text": words}]:
                del merged[place]
        # The API refuses an answer begun with white space at its end.
        if merged and merged[-1]["role"] == "assistant":
            merged[-1] = {**merged[-1], "content": _trimmed(merged[-1]["content"])}
        body = {**body, "messages": merged}
    if kind == "response" and "content" in body:
        # Neighbouring texts without anything of their own are one text.
        blocks = list[JSONObject]()
        for block in map(_claude_block, body["content"]):
            plain = set(block) == {"type", "text"}
            if plain and blocks and set(blocks[-1]) == {"type", "text"}:
                blocks[-1] = {"type": "text", "text": blocks[-1]["text"] + block["text"]}
            else:
                blocks.append(block)
        body = {**body, "content": [block for block in blocks if block != {"type": "text", "text": ""}]}
    return body


def _trimmed(blocks: list[JSONObject]) -> list[JSONObject]:
    if blocks and set(blocks[-1]) == {"type", "text"}:
        return [*blocks[:-1], {"type": "text", "text": blocks[-1]["text"].rstrip()}]
    return blocks


def _claude_tool(tool: JSONObject) -> JSONObject:
    # "custom" is what a tool without a type is.
    return {key: value for key, value in tool.items() if (key, value) != ("type", "custom")}


def _claude_block(block: JSONObject) -> JSONObject:
    # A result as a string is a list of one text block.
    if block.get("type") == "tool_result" and isinstance(block.get("content"), str):
        text = block["content"]
        block = {**block, "content": [{"type": "text", "text": text}] if text else []}
    if block.get("type") == "tool_result" and block.get("content") == []:
        block = {key: value for key, value in block.items() if key != "content"}
    # A result is no error unless it says so.
    if block.get("is_error") is False:
        block = {key: value for key, value in block.items() if key != "is_error"}
    # A text without citations may say so with an empty list.
    if block.get("citations") == []:
        block = {key: value for key, value in block.items() if key != "citations"}
    return block
