"""Parts of a content <-> Parts; shared by requests, responses and streams.

An id that a call or an answer lacks is left empty here (`derived_id` says so): who knows the neighbours fills it in.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, Raw, Struct

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.profile import NAME, SENTINEL, VENDOR, Model
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
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching, media
from dgrid_translate.shared.arguments import EMPTY, as_object, as_text, is_object
from dgrid_translate.shared.drops import drop_citations, drop_part
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.signatures import unwrap_base64, wrap_base64
from dgrid_translate.shared.wire import (
    dress,
    drop_foreign,
    dump,
    extensions,
    merge,
    note,
    own_extension,
    parse_anyhow,
    pose,
    remembered,
)

_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_string = msgspec.json.Decoder(str).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_PLAIN_KEYS = ("output", "result")
_DATA = (
    "functionCall",
    "functionResponse",
    "inlineData",
    "fileData",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
)

# ------------------------------------------------------------------------------------------------------ decoding


def decode_parts(parts: Sequence[wire.Part], at: At) -> list[AnyPart]:
    """The parts of a content; an empty text that only brings a signature signs the text before it."""
    found: list[AnyPart] = []
    for index, part in enumerate(parts):
        decoded = decode_part(part, (*at, index))
        if index and part.text == "" and signs(decoded, found[-1]):
            found[-1].signature = decoded.signature
            found[-1].ext = note(found[-1].ext, NAME, ("~trailing",))
        else:
            found.append(decoded)
    return found


def signs(part: AnyPart, before: AnyPart) -> bool:
    """Whether `part` is there only to sign the text `before` it."""
    match part:
        case Text(text="", signature=Signature(), ext=None) | Reasoning(text="", redacted=False, signature=Signature(), ext=None):
            return type(before) is type(part) and before.signature is None
        case _:
            return False


def decode_part(part: wire.Part, at: At) -> AnyPart:
    """One part."""
    data = [key for key in _DATA if getattr(part, key) is not UNSET]
    if len(data) + (part.text is not UNSET) > 1:
        return _opaque(part, data[0], at)
    ext = extensions(part, NAME)
    signature, belongs = None, None
    if part.thoughtSignature is not UNSET:
        signature, belongs = unwrap_base64(part.thoughtSignature, VENDOR)
    if not data:
        if part.text is UNSET:
            if signature is None:
                return _opaque(part, next(iter(ext[NAME]))[0] if ext else "", at)
            ext = note(ext, NAME, ("~bare",))
        text = "" if part.text is UNSET else part.text
        if part.thought:
            return Reasoning(text, redacted=belongs == "r", signature=signature, at=at, ext=ext)
        if part.thought is False:
            ext = note(ext, NAME, ("~thought",))
        return Text(text, signature=signature, at=at, ext=ext)
    if part.thought is not UNSET and data[0] not in ("executableCode", "codeExecutionResult", "toolCall", "toolResponse"):
        ext = note(ext, NAME, ("thought",), Raw(b"true" if part.thought else b"false"))
    match data[0]:
        case "functionCall":
            found = _decode_call(part, at, ext)
        case "functionResponse":
            found = _decode_result(part, at, ext)
        case "inlineData" | "fileData":
            found = _decode_media(part, at, ext)
        case kind:
            return _decode_server_tool(part, kind, at)
    found.signature = signature
    return found


def _opaque(part: wire.Part, tag: str, at: At) -> Opaque:
    return Opaque(tag, _whole(part), NAME, at=at)


def _whole(part: wire.Part) -> Raw:
    """The part as it came."""
    ext = extensions(part, NAME)
    part.extra = UNSET
    for key in ("functionCall", "functionResponse", "inlineData", "fileData"):
        inner = getattr(part, key)
        if inner is not UNSET:
            leftovers = extensions(inner, NAME)
            inner.extra = UNSET
            setattr(part, key, dress(inner, leftovers, NAME))
    return Raw(dump(dress(part, ext, NAME)))


def _decode_call(part: wire.Part, at: At, ext: Extensions | None) -> ToolCall:
    call = part.functionCall
    assert call is not UNSET
    ext = merge(ext, extensions(call, NAME, "functionCall"))
    if call.partialArgs is not UNSET:
        ext = note(ext, NAME, ("functionCall", "partialArgs"), Raw(dump(call.partialArgs)))
    if call.willContinue is not UNSET:
        ext = note(ext, NAME, ("functionCall", "willContinue"), Raw(dump(call.willContinue)))
    arguments = EMPTY
    if call.args is UNSET:
        ext = note(ext, NAME, ("functionCall", "~args"))
    elif bytes(call.args[:1] if isinstance(call.args, bytes) else call.args)[:1] == b"{":
        arguments = call.args
    else:
        ext = note(ext, NAME, ("functionCall", "args"), call.args)
    if call.name is UNSET:
        ext = note(ext, NAME, ("functionCall", "~name"))
    name = "" if call.name is UNSET else call.name
    if call.id is UNSET or not call.id:
        if call.id is not UNSET:
            ext = note(ext, NAME, ("functionCall", "id"), Raw(b'""'))
        return ToolCall("", name, arguments, derived_id=True, at=at, ext=ext)
    return ToolCall(call.id, name, arguments, at=at, ext=ext)


def _decode_result(part: wire.Part, at: At, ext: Extensions | None) -> ToolResult:
    answer = part.functionResponse
    assert answer is not UNSET
    ext = merge(ext, extensions(answer, NAME, "functionResponse"))
    found = ToolResult("", [], derived_id=True, at=at)
    if answer.id is not UNSET and answer.id:
        found.call_id, found.derived_id = answer.id, False
    elif answer.id is not UNSET:
        ext = note(ext, NAME, ("functionResponse", "id"), Raw(b'""'))
    if answer.name is not UNSET:
        found.name = answer.name
    if answer.response is UNSET:
        ext = note(ext, NAME, ("functionResponse", "~response"))
    else:
        ext = _decode_response_member(answer.response, found, ext, (*at, "functionResponse", "response"))
    if answer.parts is not UNSET:
        found.parts.extend(decode_parts(answer.parts, (*at, "functionResponse", "parts")))
        if not answer.parts:
            ext = note(ext, NAME, ("functionResponse", "~parts"))
    found.ext = ext
    return found


def _decode_response_member(raw: Raw, found: ToolResult, ext: Extensions | None, at: At) -> Extensions | None:
    """`response`: {"output": text} and the like are text, all else is data; "error" is an error either way."""
    try:
        members = _decode_members(raw)
    except _REFUSALS:
        members = {}
    if len(members) == 1:
        [(key, value)] = members.items()
        found.is_error = True if key == "error" else None
        if bytes(value)[:1] == b'"' and (key == "error" or key in _PLAIN_KEYS):
            text = _string(value)
            found.parts = [Text(text, at=(*at, key))]
            found.inline = True
            return ext if key != "result" else note(ext, NAME, ("functionResponse", "~result"))
    found.structured = raw
    found.parts = [Text(bytes(raw).decode("utf-8", "surrogatepass"), at=at)]
    return ext


def _string(raw: Raw) -> str:
    try:
        return _decode_string(raw)
    except _REFUSALS:
        return str(parse_anyhow(bytes(raw)))


def _decode_media(part: wire.Part, at: At, ext: Extensions | None) -> Media:
    blob = part.inlineData
    if blob is not UNSET:
        ext = merge(ext, extensions(blob, NAME, "inlineData"))
        found = Media(media.kind_of(blob.mimeType or None), at=at, ext=ext)
        if blob.data is not UNSET:
            found.data = blob.data
    else:
        blob = part.fileData
        assert blob is not UNSET
        found = Media(media.kind_of(blob.mimeType or None), at=at, ext=merge(ext, extensions(blob, NAME, "fileData")))
        if blob.fileUri is not UNSET:
            found.url = blob.fileUri
        else:
            found.ext = note(found.ext, NAME, ("~file",))
    if blob.mimeType is not UNSET:
        found.media_type = blob.mimeType
    if blob.displayName is not UNSET:
        found.filename = blob.displayName
    return found


def _decode_server_tool(part: wire.Part, kind: str, at: At) -> ServerToolCall | ServerToolResult:
    """Code that Google runs, and what its other tools were asked and answered."""
    inner = load(wire.ServerTool, getattr(part, kind), NAME, (*at, kind))
    name = inner.toolType or "code_execution"
    if kind in ("executableCode", "toolCall"):
        return ServerToolCall(inner.id or None, name, _whole(part), NAME, at=at)
    return ServerToolResult(inner.id or None, name, _whole(part), NAME, at=at)


# ------------------------------------------------------------------------------------------------------ encoding


class Target(Struct, frozen=True):
    """What encoding a part depends on besides the part.

    losses: where to note them. native: the source is Gemini too. upstream: it goes to Gemini itself, which checks
    signatures, and not to one of its clients. model: what Gemini's model takes.
    """

    losses: Losses
    native: bool
    upstream: bool
    model: Model


def encode_parts(parts: Sequence[AnyPart], target: Target) -> list[wire.Part]:
    """The parts of a content."""
    encoded: list[wire.Part] = []
    for part in parts:
        encode_part(part, target, encoded)
    return encoded


def encode_part(part: AnyPart, target: Target, into: list[wire.Part]) -> None:
    """One part, which may give several or none."""
    losses = target.losses
    if part.cache is not None:
        caching.drop(part.cache, losses, part.at)
    if part.ext is not None:
        drop_foreign(part.ext, NAME, part.at, losses)
    match part:
        case Text():
            if target.upstream and part.citations is not None:
                drop_citations(part.citations, losses)
            if part.text or part.signature is not None or target.native or not target.upstream:
                _encode_text(part, wire.Part(text=part.text), target, into)
        case ToolCall():
            into.append(encode_call(part, target))
        case ToolResult():
            encode_result(part, target, into)
        case Reasoning():
            _encode_reasoning(part, target, into)
        case Media():
            encode_media(part, target, into)
        case Refusal():
            losses.approximated("refusal", part.at, "sent as text")
            into.append(wire.Part(text=part.text))
        case Opaque() | ServerToolCall() | ServerToolResult() if part.dialect == NAME:
            into.append(pose(part.raw, wire.Part))
        case _:
            drop_part(part, losses)


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
        _encode_text(part, wire.Part(text=part.text, thought=True), target, into)


def encode_signature(part: AnyPart, signature: Signature, target: Target) -> str | None:
    """`thoughtSignature`: Gemini's own as it is, another's wrapped for a client and dropped for Gemini."""
    if signature.origin == VENDOR and (target.native or target.upstream or _is_base64(signature.value)):
        return signature.value
    if target.upstream:
        target.losses.dropped("signature", part.at, f"{signature.origin or 'an unknown vendor'}'s")
        return None
    return wrap_base64(signature, "r" if isinstance(part, Reasoning) and part.redacted else "t")


def _is_base64(value: str) -> bool:
    """Whether Google's SDK takes it: one alphabet, whole groups."""
    spelled = value.replace("-", "+").replace("_", "/") if "+" not in value and "/" not in value else value
    try:
        b64decode(spelled + "=" * (-len(spelled) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return value == SENTINEL or len(value.rstrip("=")) % 4 in (0, 2, 3)


def encode_call(part: ToolCall, target: Target) -> wire.Part:
    """`functionCall`."""
    losses, ext = target.losses, part.ext
    if part.custom:
        losses.approximated("custom_tool_call", part.at, 'its text is sent as {"input": ...}')
        call = wire.FunctionCall(name=part.name, args=Raw(dump({"input": as_text(part.arguments)})))
    else:
        call = wire.FunctionCall(name=part.name, args=as_object(part.arguments, losses, part.at))
    if not part.derived_id and part.id:
        call.id = part.id
    made = wire.Part()
    if ext is not None:
        if remembered(ext, NAME, "functionCall", "~args") or own_extension(ext, NAME, "functionCall", "args"):
            call.args = UNSET
        if remembered(ext, NAME, "functionCall", "~name"):
            call.name = UNSET
        call = dress(call, ext, NAME, "functionCall")
    made.functionCall = call
    if part.signature is not None:
        signature = encode_signature(part, part.signature, target)
        if signature is not None:
            made.thoughtSignature = signature
    return made if ext is None else dress(made, ext, NAME)


def encode_result(part: ToolResult, target: Target, into: list[wire.Part]) -> None:
    """`functionResponse`; media go into it where the model takes them there, else beside it."""
    ext = part.ext
    answer = wire.FunctionResponse()
    if part.name is not None:
        answer.name = part.name
    if not part.derived_id and part.call_id:
        answer.id = part.call_id
    texts = [shown for shown in part.parts if isinstance(shown, Text | Refusal)]
    if not remembered(ext, NAME, "functionResponse", "~response"):
        answer.response = _encode_response_member(part, texts, target)
    others = [shown for shown in part.parts if not isinstance(shown, Text | Refusal)]
    beside: list[wire.Part] = []
    if others:
        inside = target.native or target.model.result_media
        encoded = encode_parts(others, target)
        if encoded and inside:
            answer.parts = encoded
        elif encoded:
            beside = encoded
            for shown in others:
                target.losses.moved("tool_result_media", shown.at, "shown beside the function's answer")
    elif remembered(ext, NAME, "functionResponse", "~parts"):
        answer.parts = []
    made = wire.Part(functionResponse=dress(answer, ext, NAME, "functionResponse"))
    if part.signature is not None:
        signature = encode_signature(part, part.signature, target)
        if signature is not None:
            made.thoughtSignature = signature
    into.append(dress(made, ext, NAME))
    into.extend(beside)


def _encode_response_member(part: ToolResult, texts: Sequence[Text | Refusal], target: Target) -> Raw:
    structured, losses = part.structured, target.losses
    if structured is not None and (target.native or _stands_alone(structured, bool(part.is_error))):
        return structured
    if not target.native:
        for shown in texts:
            caching.drop(shown.cache, losses, shown.at)
            drop_foreign(shown.ext, NAME, shown.at, losses)
        if len(texts) > 1:
            losses.approximated("tool_result_parts", part.at, "its texts are joined")
    text = texts[0].text if len(texts) == 1 else "\n".join([shown.text for shown in texts])
    if part.is_error:
        return Raw(dump({"error": text}))
    if part.is_error is not None:
        losses.dropped("tool_result_error", (*part.at, "is_error"), "no error is the default")
    if not target.native and is_object(text) and _stands_alone(Raw(text), False):
        return Raw(text)
    return Raw(dump({"result" if remembered(part.ext, NAME, "functionResponse", "~result") else "output": text}))


def _stands_alone(raw: Raw, is_error: bool) -> bool:
    """Whether data can be `response` and be read back as the same."""
    try:
        members = _decode_members(raw)
    except _REFUSALS:
        return False
    return is_error == (members.keys() == {"error"}) and not (len(members) == 1 and next(iter(members)) in _PLAIN_KEYS)


_GUESSED = {"image": "image/jpeg", "audio": "audio/wav", "video": "video/mp4", "document": "application/pdf"}
_SUFFIXES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "heic": "image/heic", "pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "csv": "text/csv",
    "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "flac": "audio/flac", "mp4": "video/mp4",
    "webm": "video/webm", "mov": "video/quicktime", "mpeg": "video/mpeg",
}  # fmt: skip


def encode_media(part: Media, target: Target, into: list[wire.Part]) -> None:
    """`inlineData` or `fileData`."""
    losses = target.losses
    if part.detail is not None:
        losses.dropped("media_detail", part.at, part.detail)
    uri = part.url if part.url is not None else part.file_id
    ext = part.ext
    if part.data is not None or (target.native and part.url is None and not remembered(ext, NAME, "~file")):
        data = UNSET if part.data is None else part.data
        blob = wire.Blob(data=data, mimeType=_mime(part, target, "inlineData"), displayName=_filename(part, target))
        made = wire.Part(inlineData=dress(blob, ext, NAME, "inlineData"))
    elif uri is not None or target.native:
        if part.url is None and uri is not None:
            losses.approximated("file_id", part.at, "sent as fileUri")
        file = wire.FileData(mimeType=_mime(part, target, "fileData"), displayName=_filename(part, target))
        file.fileUri = UNSET if uri is None else uri
        made = wire.Part(fileData=dress(file, ext, NAME, "fileData"))
    else:
        made = None
    if made is not None:
        if part.signature is not None and (signature := encode_signature(part, part.signature, target)) is not None:
            made.thoughtSignature = signature
        into.append(dress(made, ext, NAME))
    if part.text is not None:
        losses.approximated("transcript" if part.kind == "audio" else "document", part.at, "sent as text")
        into.append(wire.Part(text=part.text))
    if part.parts is not None:
        losses.approximated("document", part.at, "its parts are sent one by one")
        into.extend(encode_parts(part.parts, target))


def _filename(part: Media, target: Target) -> str | Literal[msgspec.UnsetType.UNSET]:
    if part.filename is None:
        return UNSET
    if not target.native:
        target.losses.dropped("filename", part.at, "only Vertex takes one")
        return UNSET
    return part.filename


def _mime(part: Media, target: Target, member: str) -> str | Literal[msgspec.UnsetType.UNSET]:
    if part.media_type is not None:
        return part.media_type
    if target.native:
        return UNSET
    name = part.filename or (part.url or "").split("?", 1)[0].split("#", 1)[0]
    guess = _SUFFIXES.get(name.rsplit(".", 1)[-1].lower(), _GUESSED[part.kind])
    target.losses.invented("media_type", (*part.at, member, "mimeType"), guess)
    return guess
