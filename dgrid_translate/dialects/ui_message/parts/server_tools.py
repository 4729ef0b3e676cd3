"""Tool parts that a provider ran itself (`providerExecuted`) <-> ServerToolCall, ServerToolResult.

Claude's are spelled as @ai-sdk/anthropic spells them, and known again by their ids; so a history made by the AI SDK
goes back to Claude as the blocks it was. Another vendor's block is the part's input or output as it came, and the part
says whose it is. What else the AI SDK has run stays a part of its own.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts.metadata import providers, text_of, written
from dgrid_translate.dialects.ui_message.profile import NAME, OURS
from dgrid_translate.ir.parts import AnyPart, ServerToolCall, ServerToolResult
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared.arguments import EMPTY
from dgrid_translate.shared.ids import derive
from dgrid_translate.shared.wire import NULL, Extra, dump, elements, extra_of, members, parse_anyhow, word_of

RUN_BY_PROVIDER = ("~providerExecuted",)
_CLAUDE = "claude"
_CLAUDE_IDS = ("srvtoolu_", "mcptoolu_")
_MCP = "mcp-tool-use"
_CAMEL = {
    "page_age": "pageAge",
    "encrypted_content": "encryptedContent",
    "retrieved_at": "retrievedAt",
    "media_type": "mediaType",
    "error_code": "errorCode",
    "tool_name": "toolName",
    "tool_id": "toolId",
}
_SNAKE = {camel: snake for snake, camel in _CAMEL.items()}
_CODE = "code_execution"
_SCRIPT = "programmatic-tool-call"
_RUNS = ("bash_code_execution", "text_editor_code_execution")
"""What @ai-sdk/anthropic shows as `code_execution`, with the tool's own name as `type` in its input."""
_SAID = ("type", "id", "name", "input", "server_name")
_OWN = {"caller": "caller", "cache_control": "cacheControl"}
_TAKEN = frozenset({*_OWN.values(), "type", "serverName"})
_CALLED = ("web_search", "web_fetch")
"""Whose results say who called the tool."""
_FOUND = "tool_search_tool_search_result"


def _spelled(value: object, names: dict[str, str]) -> object:
    """The same value, its keys renamed."""
    if entries := members(value):
        return {names.get(key, key): _spelled(item, names) for key, item in entries.items()}
    if items := elements(value):
        return [_spelled(item, names) for item in items]
    return value


def _parsed(raw: Raw | bytes) -> Any:
    try:
        return parse_anyhow(bytes(raw))
    except (ValueError, RecursionError):
        return None


# ------------------------------------------------------------------------------------------------------ decoding


def decode_server_tool(part: wire.ToolPart, name: str, raw: Raw, at: At) -> list[AnyPart]:
    """The call, and its result where the model has a word for it apart."""
    found = {} if part.callProviderMetadata is UNSET else providers(part.callProviderMetadata)
    owner = text_of(found.get(OURS, {}).get("dialect", NULL))
    own: Extra = {("~raw",): raw, RUN_BY_PROVIDER: NULL}
    ext = {NAME: own}
    given = EMPTY if part.input is UNSET else part.input
    if owner is not None:
        own |= _unknown(part)
        parts: list[AnyPart] = [ServerToolCall(part.toolCallId, name, given, owner, at=at, ext=ext)]
        if part.output is not UNSET:
            parts.append(ServerToolResult(part.toolCallId, name, part.output, owner, at=at))
        return parts
    if part.toolCallId.startswith(_CLAUDE_IDS):
        blocks = _claude_blocks(part, name, found.get("anthropic", {}))
        if blocks is not None:
            call, result = blocks
            own |= _unknown(part)
            parts = [ServerToolCall(part.toolCallId, name, call, _CLAUDE, at=at, ext=ext)]
            if result is not None:
                parts.append(ServerToolResult(part.toolCallId, name, result, _CLAUDE, at=at))
            return parts
    return [ServerToolCall(part.toolCallId, name, raw, NAME, at=at, ext=ext)]


def _unknown(part: wire.ToolPart) -> Extra:
    """What of a part that becomes a vendor's own blocks has no place in them."""
    own = extra_of(part)
    for member in ("callProviderMetadata", "resultProviderMetadata"):
        raw = getattr(part, member)
        found = {} if raw is UNSET else providers(raw)
        if raw is not UNSET and not found:
            own[member,] = raw
        for provider, said in found.items():
            for key, value in said.items():
                if provider != OURS and (provider != "anthropic" or key not in _TAKEN) and value != NULL:
                    own[member, word_of(provider), word_of(key)] = value
    return own


def _claude_blocks(part: wire.ToolPart, name: str, own: dict[str, Raw]) -> tuple[Raw, Raw | None] | None:
    """`server_tool_use` and what answers it; None of a part that cannot be them."""
    given = {} if part.input is UNSET else members(_parsed(part.input))
    if name == _CODE and given.get("type") in _RUNS:
        name = given.pop("type")
    elif name == _CODE and given.get("type") == _SCRIPT:
        del given["type"]
    mcp = text_of(own.get("type", NULL)) == _MCP
    call: dict[str, Any] = {
        "type": "mcp_tool_use" if mcp else "server_tool_use",
        "id": part.toolCallId,
        "name": name,
        "input": given,
    }
    if mcp and "serverName" in own:
        call["server_name"] = own["serverName"]
    call |= {key: _spelled(_parsed(own[name]), _SNAKE) for key, name in _OWN.items() if name in own}
    if part.output is not UNSET:
        content = _parsed(part.output)
    elif part.errorText is not UNSET:
        content = _parsed(part.errorText.encode("utf-8", "surrogatepass"))
    else:
        return Raw(dump(call)), None
    if content is None:
        return None
    kind = "mcp" if mcp else _kind(name, content)
    content = _spelled(content, _SNAKE)
    if kind == "tool_search" and not members(content):
        content = {"type": _FOUND, "tool_references": elements(content)}
    result: dict[str, Any] = {"type": f"{kind}_tool_result", "tool_use_id": part.toolCallId, "content": content}
    if mcp:
        result["is_error"] = part.output is UNSET
    later = {} if part.resultProviderMetadata is UNSET else providers(part.resultProviderMetadata).get("anthropic", {})
    caller = later.get("caller", own.get("caller"))
    if caller is not None and kind in _CALLED:
        result["caller"] = _spelled(_parsed(caller), _SNAKE)
    return Raw(dump(call)), Raw(dump(result))


def _kind(name: str, content: Any) -> str:
    """Which tool a result is of: what runs code answers for several."""
    said = members(content).get("type")
    if name == _CODE and isinstance(said, str):
        return next((tool for tool in _RUNS if said.startswith(tool)), name)
    return "tool_search" if name.startswith("tool_search_tool") else name


# ------------------------------------------------------------------------------------------------------ encoding


def encode_server_call(part: ServerToolCall, number: int, losses: Losses) -> wire.ToolPart:
    """The tool part of a foreign call, before its result is known; `number` counts the message's parts."""
    call_id = part.id if part.id is not None else derive("srv_", number, bytes(part.raw))
    made = wire.ToolPart(f"tool-{part.name}", call_id, "input-available")
    made.providerExecuted = True
    if part.dialect == _CLAUDE and call_id.startswith(_CLAUDE_IDS):
        block = members(_parsed(part.raw))
        given = block.get("input", {})
        if part.name in _RUNS:
            made.type, given = f"tool-{_CODE}", {"type": part.name, **members(given)}
        elif part.name == _CODE and "code" in members(given):
            given = {"type": _SCRIPT, **members(given)}
        made.input = Raw(dump(given))
        own: dict[str, object] = {}
        for key, value in block.items():
            if key in _OWN:
                own[_OWN[key]] = _spelled(value, _CAMEL)
            elif key not in _SAID:
                losses.dropped(key, (*part.at, key))
        if block.get("type") == "mcp_tool_use":
            own |= {"type": _MCP, "serverName": block.get("server_name")}
        if own:
            made.callProviderMetadata = written({"anthropic": own})
        return made
    made.input = part.raw
    made.callProviderMetadata = written({OURS: {"dialect": part.dialect}})
    return made


def fold_server_result(made: wire.ToolPart, part: ServerToolResult, losses: Losses) -> None:
    """Put a foreign result into the tool part of its call."""
    made.state = "output-available"
    if part.dialect != _CLAUDE or not made.toolCallId.startswith(_CLAUDE_IDS):
        made.output = part.raw
        return
    block = members(_parsed(part.raw))
    content = _spelled(block.get("content"), _CAMEL)
    said = members(content).get("type")
    if said == _FOUND:
        for key in members(content):
            if key not in ("type", "tool_references"):
                losses.dropped(key, (*part.at, "content", key))
        content = members(content).get("tool_references")
    if block.get("is_error") is True or (isinstance(said, str) and said.endswith("_error")):
        made.state = "output-error"
        made.errorText = dump(content).decode("utf-8", "surrogatepass")
    else:
        made.output = Raw(dump(content))
    own = {} if made.callProviderMetadata is UNSET else providers(made.callProviderMetadata).get("anthropic", {})
    for key, value in block.items():
        if key in ("type", "tool_use_id", "content", "is_error"):
            continue
        if key not in own or _parsed(own[key]) != _spelled(value, _CAMEL):
            losses.dropped(key, (*part.at, key))
