"""Tool parts <-> ToolCall and ToolResult.

A tool part holds a call and, once there is one, its result (`packages/ai/src/ui/ui-messages.ts`). AI SDK 5 knows the
states `input-streaming`, `input-available`, `output-available` and `output-error`; 6 and 7 also `approval-requested`,
`approval-responded` and `output-denied`.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.parts import metadata
from dgrid_translate.dialects.ui_message.profile import DENIED, NAME
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import AnyPart, Media, Refusal, Text, ToolCall, ToolResult
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import BROKEN, EMPTY, as_text, is_object
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.media import kind_of, written
from dgrid_translate.shared.wire import NULL, Extra, drop_foreign, dump, extra_of, load, unwritten

ANSWERED = frozenset({"output-available", "output-error", "output-denied"})
OPEN = frozenset({"input-available", "approval-requested", "approval-responded"})

_DECIDED = frozenset({"approval-requested", "approval-responded", "output-denied"})
_WRAPPED = b'{"%b":' % BROKEN.encode()
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)


_decode_content = msgspec.json.Decoder(wire.ToolContent).decode

# ------------------------------------------------------------------------------------------------------ decoding


def decode_call(part: wire.ToolPart, name: str, raw: Raw, at: At) -> ToolCall:
    """The call in a tool part."""
    own: Extra = {("~raw",): raw}
    if part.extra is not UNSET:
        own.update(extra_of(part))
    if part.rawInput is not UNSET and part.rawInput != NULL and (part.input is UNSET or part.input == NULL):
        given = part.rawInput
    else:
        given = EMPTY if part.input is UNSET else part.input
    arguments = given if bytes(given).startswith(b"{") else _odd_arguments(given)
    found = ToolCall(part.toolCallId, name, arguments, at=at, ext={NAME: own})
    if part.callProviderMetadata is not UNSET:
        metadata.read(part.callProviderMetadata, "callProviderMetadata", found, own)
    if part.state in _DECIDED:
        own["state",] = Raw(dump(part.state))
    if part.approval is not UNSET:
        own["approval",] = part.approval
    return found


def _odd_arguments(given: Raw) -> str | Raw:
    """The arguments in an input that is no object."""
    if given == NULL:
        return EMPTY
    text = metadata.text_of(given)
    return bytes(given).decode("utf-8", "surrogatepass") if text is None else text


def decode_result(part: wire.ToolPart, name: str, at: At) -> ToolResult | None:
    """The result in a tool part, if there is one."""
    state = part.state
    if state == "output-available":
        found = ToolResult(part.toolCallId, [], name, at=at + ("output",))
        if part.output is not UNSET:
            _decode_output(part.output, found)
    elif state == "output-error":
        place = at + ("errorText",)
        text = "" if part.errorText is UNSET else part.errorText
        found = ToolResult(part.toolCallId, [Text(text, at=place)], name, True, inline=True, at=place)
    elif state == "output-denied" or (state == "approval-responded" and _approval(part).approved is False):
        place = at + ("approval",)
        said = Text(_approval(part).reason or DENIED, at=place)
        found = ToolResult(part.toolCallId, [said], name, True, inline=True, at=place)
    else:
        return None
    if part.resultProviderMetadata is not UNSET:
        own: Extra = {}
        metadata.read(part.resultProviderMetadata, "resultProviderMetadata", found, own, "..")
        _drop_repeated(part, found, own)
        found.ext = {NAME: own}
    return found


def _drop_repeated(part: wire.ToolPart, found: ToolResult, own: Extra) -> None:
    """The AI SDK repeats what a call's metadata says on its result: what is the same says nothing more."""
    if part.callProviderMetadata is UNSET:
        return
    said = metadata.providers(part.callProviderMetadata)
    for key in list(own):
        if len(key) == 4 and said.get(key[2], {}).get(key[3]) == own[key]:
            del own[key]
    if part.callProviderMetadata == part.resultProviderMetadata:
        found.signature = None


def _approval(part: wire.ToolPart) -> wire.Approval:
    """What the user said of a call; nothing of what has another shape."""
    if part.approval is not UNSET:
        with suppress(DecodeError):
            return load(wire.Approval, part.approval, NAME)
    return wire.Approval()


def _decode_output(raw: Raw, found: ToolResult) -> None:
    body = bytes(raw)
    text = metadata.text_of(raw) if body.startswith(b'"') else None
    if text is None:
        if body.startswith(b"{"):
            shown = _decode_shown(raw, found.at)
            if shown is not None:
                found.parts = shown
                return
            found.structured = raw
        text = body.decode("utf-8", "surrogatepass")
    found.parts = [Text(text, at=found.at)]
    found.inline = True


def _decode_shown(raw: Raw, at: At) -> list[AnyPart] | None:
    """The texts and pictures of an MCP tool's result; None of anything else."""
    try:
        content = _decode_content(raw)
    except _REFUSALS:
        return None
    parts: list[AnyPart] = []
    for index, item in enumerate(content.content):
        place = (*at, "content", index)
        if item.type == "text" and item.text is not UNSET and item.data is UNSET and item.mimeType is UNSET:
            parts.append(Text(item.text, at=place))
        elif item.type in ("image", "audio") and item.data is not UNSET and item.text is UNSET:
            media_type = None if item.mimeType is UNSET else item.mimeType
            parts.append(Media(kind_of(media_type or f"{item.type}/"), media_type, data=item.data, at=place))
        else:
            return None
    return parts or None


# ------------------------------------------------------------------------------------------------------ encoding


def part_type(name: str, dynamic: bool) -> str:
    """`type` of a tool part."""
    return "dynamic-tool" if dynamic else f"tool-{name}"


def encode_call(part: ToolCall, dynamic: bool, answer: bool, losses: Losses, where: At = ()) -> wire.ToolPart:
    """The tool part of a call that came from elsewhere, before its result is known."""
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, losses)
    made = wire.ToolPart(part_type(part.name, dynamic), part.id, "input-available")
    if dynamic:
        made.toolName = part.name
    made.input, broken = encode_input(part)
    if part.signature is not None or part.cache is not None:
        made.callProviderMetadata = metadata.to_write(metadata.of_part(part, losses, answer))
    if broken and answer:
        made.state = "output-error"
        made.errorText = broken_text(part.name)
        losses.invented("errorText", (*where, "errorText"), "a call without proper input has failed")
    return made


def encode_input(part: ToolCall) -> tuple[Raw, bool]:
    """`input`, and whether it is text that ought to be an object and is not: it goes as a string, unharmed."""
    arguments = part.arguments
    if isinstance(arguments, Raw):
        if not bytes(arguments).startswith(_WRAPPED):
            return arguments, False
        text = as_text(arguments)
        return (arguments, False) if is_object(text) else (Raw(dump(text)), True)
    if part.custom:
        return unwritten(arguments), False
    if is_object(arguments):
        return Raw(arguments), False
    if not arguments.strip():
        return EMPTY, False
    return Raw(dump(arguments)), True


def broken_text(name: str) -> str:
    """What the UI is told of a call whose input is no JSON object."""
    return f"Invalid input for tool {name}: not a JSON object."


def fold_result(made: wire.ToolPart, part: ToolResult, losses: Losses) -> None:
    """Put a result that came from elsewhere into the tool part of its call."""
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, losses)
    if part.cache is not None:
        found: dict[str, dict[str, object]] = {}
        metadata.mark(part.cache, found)
        made.resultProviderMetadata = metadata.to_write(found)
    if part.is_error:
        made.state = "output-error"
        made.errorText = _joined(part, losses)
        return
    made.state = "output-available"
    if part.structured is not None:
        made.output = part.structured
        for shown in part.parts:
            if type(shown) is not Text:
                drop_part(shown, losses)
        return
    only = part.parts[0] if len(part.parts) == 1 else None
    if not part.parts:
        made.output = Raw(b'""')
    elif type(only) is Text and only.cache is None:
        if only.ext is not None or only.citations is not None:
            _drop_details(only, losses)
        made.output = unwritten(only.text)
    else:
        made.output = Raw(dump({"content": [item for shown in part.parts for item in _encode_shown(shown, losses)]}))


def _joined(part: ToolResult, losses: Losses) -> str:
    texts: list[str] = []
    for shown in part.parts:
        if type(shown) is Text or type(shown) is Refusal:
            _drop_details(shown, losses)
            texts.append(shown.text)
        else:
            drop_part(shown, losses)
    if len(texts) > 1:
        losses.approximated("tool_result_parts", part.at, "its texts are joined")
    return "\n".join(texts)


def _drop_details(shown: AnyPart, losses: Losses) -> None:
    """Name what is on a part of a result and has no place in an output."""
    if shown.cache is not None:
        caching.drop(shown.cache, losses, shown.at)
    if shown.ext is not None:
        drop_foreign(shown.ext, NAME, shown.at, losses)
    if type(shown) is Text:
        for citation in shown.citations or ():
            losses.dropped("citation", citation.at)


def _encode_shown(shown: AnyPart, losses: Losses) -> list[dict[str, object]]:
    _drop_details(shown, losses)
    if type(shown) is Text or type(shown) is Refusal:
        return [{"type": "text", "text": shown.text}]
    if type(shown) is Media:
        if shown.data is not None and shown.kind in ("image", "audio"):
            if shown.detail is not None:
                losses.dropped("media_detail", (*shown.at, "detail"))
            if shown.filename is not None:
                losses.dropped("filename", (*shown.at, "filename"))
            kind: dict[str, object] = {} if shown.media_type is None else {"mimeType": shown.media_type}
            return [{"type": shown.kind, "data": written(shown.data), **kind}]
        if shown.text is not None:
            losses.approximated("document", shown.at, "its text is told")
            return [{"type": "text", "text": shown.text}]
        if shown.parts is not None:
            losses.approximated("document", shown.at, "its parts are told")
            return [item for inner in shown.parts for item in _encode_shown(inner, losses)]
    drop_part(shown, losses)
    return []
