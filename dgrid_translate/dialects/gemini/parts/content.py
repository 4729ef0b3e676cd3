"""The parts of a content <-> Parts: which kind each is, text, thoughts and what Google's own tools say."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts.functions import decode_call, decode_result, encode_call, encode_result
from dgrid_translate.dialects.gemini.parts.media import decode_media, encode_media
from dgrid_translate.dialects.gemini.parts.signatures import Target, encode_signature
from dgrid_translate.dialects.gemini.parts.thoughts import decode_thoughts
from dgrid_translate.dialects.gemini.profile import NAME, VENDOR
from dgrid_translate.ir.parts import (
    AnyPart,
    Extensions,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Signature,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.losses import At
from dgrid_translate.shared import caching
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.signatures import unwrap_base64, wrapped_id_base64
from dgrid_translate.shared.wire import dress, drop_foreign, dump, extensions, note, pose, remembered

_SERVER_TOOLS = ("executableCode", "codeExecutionResult", "toolCall", "toolResponse")
_DATA = (
    "functionCall",
    "functionResponse",
    "inlineData",
    "fileData",
    *_SERVER_TOOLS,
)
_decode_server_tool_members = msgspec.json.Decoder(wire.ServerTool).decode

# ------------------------------------------------------------------------------------------------------ decoding


def decode_parts(parts: Sequence[wire.Part], at: At) -> list[AnyPart]:
    """The parts of the content at `at`; an empty text that only brings a signature signs the text before it."""
    found: list[AnyPart] = []
    for index, part in enumerate(parts):
        decoded = decode_part(part, at + ("parts", index))
        if part.text == "" and index and signs(decoded, found[-1]):
            before = found[-1]
            before.signature = decoded.signature
            if type(before) is Reasoning and type(decoded) is Reasoning:
                before.id = decoded.id
            before.ext = note(before.ext, NAME, ("~trailing",))
        else:
            found.append(decoded)
    return found


def signs(part: AnyPart, before: AnyPart) -> bool:
    """Whether `part` is there only to sign the text `before` it."""
    match part:
        case (
            Text(text="", signature=Signature(), ext=None)
            | Reasoning(text="", redacted=False, signature=Signature(), ext=None)
        ):
            return type(before) is type(part) and before.signature is None
        case _:
            return False


def decode_part(part: wire.Part, at: At) -> AnyPart:
    """One part."""
    ext = None if part.extra is UNSET else extensions(part, NAME)
    if part.mediaResolution is not UNSET:
        ext = note(ext, NAME, ("mediaResolution",), part.mediaResolution)
    signature, belongs = None, None
    if part.thoughtSignature is not UNSET:
        signature, belongs = unwrap_base64(part.thoughtSignature, VENDOR)
        if belongs == "b":
            signature, ext = None, decode_thoughts(part.thoughtSignature, ext)
    call, answer = part.functionCall, part.functionResponse
    if (
        part.inlineData is UNSET
        and part.fileData is UNSET
        and part.executableCode is UNSET
        and part.codeExecutionResult is UNSET
        and part.toolCall is UNSET
        and part.toolResponse is UNSET
    ):
        if call is UNSET and answer is UNSET:
            if part.text is UNSET:
                if signature is None:
                    return Opaque(next(iter(ext[NAME]))[0] if ext else "", _whole(part, ext), NAME, at=at)
                ext = note(ext, NAME, ("~bare",))
            text = "" if part.text is UNSET else part.text
            if part.thought:
                found = Reasoning(text, redacted=belongs == "r", signature=signature, at=at, ext=ext)
                if belongs is not None and part.thoughtSignature is not UNSET:
                    found.id = wrapped_id_base64(part.thoughtSignature)
                return found
            if part.thought is False:
                ext = note(ext, NAME, ("~thought",))
            return Text(text, signature=signature, at=at, ext=ext)
        if part.text is UNSET and part.thought is UNSET:
            if call is not UNSET and answer is UNSET:
                return decode_call(call, signature, at, ext)
            if answer is not UNSET and call is UNSET and part.thoughtSignature is UNSET:
                return decode_result(answer, at, ext)
    return _decode_datum(part, signature, at, ext)


def _decode_datum(part: wire.Part, signature: Signature | None, at: At, ext: Extensions | None) -> AnyPart:
    """A part that is no text."""
    kind, *others = [key for key in _DATA if getattr(part, key) is not UNSET]
    if others or part.text is not UNSET:
        return Opaque(kind, _whole(part, ext), NAME, at=at)
    if kind in _SERVER_TOOLS:
        return _decode_server_tool(part, kind, at, ext)
    if part.thought is not UNSET:
        ext = note(ext, NAME, ("thought",), Raw(b"true" if part.thought else b"false"))
    if part.functionCall is not UNSET:
        return decode_call(part.functionCall, signature, at, ext)
    if part.functionResponse is not UNSET:
        if part.thoughtSignature is not UNSET:  # nobody else signs what a client said
            ext = note(ext, NAME, ("thoughtSignature",), Raw(dump(part.thoughtSignature)))
        return decode_result(part.functionResponse, at, ext)
    found = decode_media(part, at, ext)
    found.signature = signature
    return found


def _whole(part: wire.Part, ext: Extensions | None) -> Raw:
    """The part as it came; `ext` was taken from it."""
    for key in ("functionCall", "functionResponse", "inlineData", "fileData"):
        inner = getattr(part, key)
        if inner is not UNSET:
            setattr(part, key, dress(inner, extensions(inner, NAME), NAME))
    return Raw(dump(dress(part, ext, NAME)))


def _decode_server_tool(
    part: wire.Part, kind: str, at: At, ext: Extensions | None
) -> ServerToolCall | ServerToolResult:
    """Code that Google runs, and what its other tools were asked and answered."""
    inner = _server_tool(getattr(part, kind))
    name = inner.toolType or inner.tool_type or "code_execution"
    if kind in ("executableCode", "toolCall"):
        return ServerToolCall(inner.id, name, _whole(part, ext), NAME, at=at)
    return ServerToolResult(inner.id, name, _whole(part, ext), NAME, at=at)


def _server_tool(raw: Raw) -> wire.ServerTool:
    try:
        return _decode_server_tool_members(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return wire.ServerTool()


# ------------------------------------------------------------------------------------------------------ encoding


def encode_parts(parts: Sequence[AnyPart], target: Target) -> list[wire.Part]:
    """The parts of a content; each gives one, several or none."""
    losses, upstream = target.losses, target.upstream
    encoded: list[wire.Part] = []
    for part in parts:
        ext = part.ext
        if part.cache is not None:
            caching.drop(part.cache, losses, part.at)
        if ext is not None:
            drop_foreign(ext, NAME, part.at, losses)
        if type(part) is Text:
            if part.citations is not None and upstream:
                drop_citations(part.citations, losses)
            if part.text or part.signature is not None or target.native or not upstream:
                made = wire.Part(text=part.text)
                if ext is None and part.signature is None:
                    encoded.append(made)
                else:
                    _encode_text(part, made, target, encoded)
        elif type(part) is ToolCall:
            encoded.append(encode_call(part, target))
        elif type(part) is ToolResult:
            encode_result(part, target, encoded)
        elif type(part) is Reasoning:
            _encode_reasoning(part, target, encoded)
        elif type(part) is Media:
            encode_media(part, target, encoded)
        elif type(part) is Refusal:
            if not remembered(ext, NAME, "~blocked"):  # else `promptFeedback` says it
                losses.approximated("refusal", part.at, "sent as text")
                encoded.append(wire.Part(text=part.text))
        elif part.dialect == NAME:
            encoded.append(pose(part.raw, wire.Part))
        else:
            drop_part(part, losses)
    return encoded


def _encode_text(part: Text | Reasoning, made: wire.Part, target: Target, into: list[wire.Part]) -> None:
    ext = part.ext
    if part.signature is not None:
        signature = encode_signature(part, part.signature, target)
        if signature is None:
            pass
        elif remembered(ext, NAME, "~trailing"):
            into.append(dress(made, ext, NAME))
            into.append(wire.Part(text="", thought=made.thought, thoughtSignature=signature))
            return
        else:
            made.thoughtSignature = signature
    if ext is not None:
        if remembered(ext, NAME, "~bare"):
            made.text = UNSET
        if remembered(ext, NAME, "~thought"):
            made.thought = False
        made = dress(made, ext, NAME)
    into.append(made)


def _encode_reasoning(part: Reasoning, target: Target, into: list[wire.Part]) -> None:
    """Another vendor's signed thoughts are of no use to Gemini; unsigned ones go as they would come from it."""
    signature = part.signature
    if target.upstream and (part.redacted or (signature is not None and signature.origin != VENDOR)):
        target.losses.dropped("reasoning", part.at, "signed by another vendor")
        return
    if part.text or signature is not None or target.native:
        made = wire.Part(text=part.text, thought=True)
        if signature is None and part.ext is None:
            into.append(made)
        else:
            _encode_text(part, made, target, into)
