"""`functionCall` and `functionResponse` <-> ToolCall and ToolResult.

An id that a call or an answer lacks is left empty here (`derived_id` says so): who knows the neighbours fills it in.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts.media import decode_media, encode_media
from dgrid_translate.dialects.gemini.parts.signatures import Target, encode_signature
from dgrid_translate.dialects.gemini.parts.thoughts import encode_thoughts
from dgrid_translate.dialects.gemini.profile import DERIVED, NAME
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import (
    AnyPart,
    Extensions,
    Media,
    Opaque,
    Refusal,
    Signature,
    Text,
    ToolCall,
    ToolResult,
)
from dgrid_translate.losses import At
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import EMPTY, as_object, as_text, is_object
from dgrid_translate.shared.custom_tools import ARGUMENT
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.wire import (
    NOTHING,
    Extra,
    dress,
    drop_foreign,
    dump,
    extensions,
    load,
    merge,
    note,
    own_of,
    pose,
    remembered,
    unwritten,
    whole,
)

_decode_output = msgspec.json.Decoder(wire.Output).decode
_REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
_PLAIN_KEYS = ("output", "result")
_BRACE, _QUOTE = b'{"'
_BEGINS = "{ \t\n\r"
"""How the text of an object begins."""


def decode_call(call: wire.FunctionCall, signature: Signature | None, at: At, ext: Extensions | None) -> ToolCall:
    """`functionCall`."""
    if call.extra is not UNSET:
        ext = merge(ext, extensions(call, NAME, "functionCall"))
    if call.partialArgs is not UNSET:
        ext = note(
            ext,
            NAME,
            ("functionCall", "partialArgs"),
            Raw(b"[" + b",".join([bytes(whole(piece)) for piece in call.partialArgs]) + b"]"),
        )
    if call.willContinue is not UNSET:
        ext = note(ext, NAME, ("functionCall", "willContinue"), Raw(dump(call.willContinue)))
    arguments = EMPTY
    if call.args is UNSET:
        ext = note(ext, NAME, ("functionCall", "~args"))
    elif memoryview(call.args)[0] == _BRACE:
        arguments = call.args
    else:
        ext = note(ext, NAME, ("functionCall", "args"), call.args)
    name = call.name
    if name is UNSET:
        name, ext = "", note(ext, NAME, ("functionCall", "~name"))
    if call.id:
        return ToolCall(call.id, name, arguments, signature=signature, at=at, ext=ext)
    if call.id is not UNSET:
        ext = note(ext, NAME, ("functionCall", "id"), Raw(b'""'))
    return ToolCall("", name, arguments, False, True, signature=signature, at=at, ext=ext)


def spelled(call: ToolCall) -> str | bytes:
    """A call's arguments as they came: what its id is worked out from."""
    return call.arguments if isinstance(call.arguments, str) else bytes(call.arguments)


def decode_result(answer: wire.FunctionResponse, at: At, ext: Extensions | None) -> ToolResult:
    """`functionResponse`."""
    if answer.extra is not UNSET:
        ext = merge(ext, extensions(answer, NAME, "functionResponse"))
    name = None if answer.name is UNSET else answer.name
    if answer.id:
        found = ToolResult(answer.id, [], name, at=at)
    else:
        found = ToolResult("", [], name, derived_id=True, at=at)
        if answer.id is not UNSET:
            ext = note(ext, NAME, ("functionResponse", "id"), Raw(b'""'))
    if answer.response is UNSET:
        ext = note(ext, NAME, ("functionResponse", "~response"))
    else:
        try:
            output = _decode_output(answer.response).output
        except _REFUSALS:
            ext = _decode_response_member(answer.response, found, ext, at + ("functionResponse", "response"))
        else:
            found.parts = [Text(output, at=at + ("functionResponse", "response", "output"))]
            found.inline = True
    if answer.parts is not UNSET:
        for index, inner in enumerate(answer.parts):
            found.parts.append(_decode_shown(inner, (*at, "functionResponse", "parts", index)))
        if not answer.parts:
            ext = note(ext, NAME, ("functionResponse", "~parts"))
    found.ext = ext
    return found


def _decode_shown(part: wire.Part, at: At) -> AnyPart:
    """One of `parts`, which can only be media."""
    ext = extensions(part, NAME)
    if part.mediaResolution is not UNSET:
        ext = note(ext, NAME, ("mediaResolution",), part.mediaResolution)
    if part.inlineData is UNSET and part.fileData is UNSET:
        return Opaque("", Raw(dump(dress(part, ext, NAME))), NAME, at=at)
    return decode_media(part, at, ext)


def _decode_response_member(raw: Raw, found: ToolResult, ext: Extensions | None, at: At) -> Extensions | None:
    """`response`: {"result": text} and the like are text, all else is data; "error" is an error either way."""
    members = _members(raw)
    if len(members) == 1:
        [(key, value)] = members.items()
        found.is_error = True if key == "error" else None
        if memoryview(value)[0] == _QUOTE and (key == "error" or key in _PLAIN_KEYS):
            found.parts = [Text(load(str, value, NAME, at + (key,)), at=at + (key,))]
            found.inline = True
            return ext if key != "result" else note(ext, NAME, ("functionResponse", "~result"))
    found.structured = raw
    found.parts = [Text(bytes(raw).decode("utf-8", "surrogatepass"), at=at)]
    return ext


def _members(raw: Raw) -> dict[str, Raw]:
    """The members of an object; what is none, or too deep to be read, has none."""
    try:
        return load(dict[str, Raw], raw, NAME)
    except DecodeError:
        return {}


def encode_call(part: ToolCall, target: Target) -> wire.Part:
    """`functionCall`."""
    if part.custom:
        target.losses.approximated("custom_tool_call", part.at, 'its text is sent as {"input": ...}')
        call = wire.FunctionCall(name=part.name, args=Raw(dump({ARGUMENT: as_text(part.arguments)})))
    else:
        call = wire.FunctionCall(name=part.name, args=as_object(part.arguments, target.losses, part.at))
    if not part.derived_id and part.id and not part.id.startswith(DERIVED):
        call.id = part.id
    made = wire.Part(functionCall=call)
    if part.signature is not None:
        signature = encode_signature(part, part.signature, target)
        if signature is not None:
            made.thoughtSignature = signature
    if part.ext is not None and (own := part.ext.get(NAME)):
        return _dress_call(made, call, part, own, target.upstream)
    return made


def _dress_call(made: wire.Part, call: wire.FunctionCall, part: ToolCall, own: Extra, upstream: bool) -> wire.Part:
    """The call with what Gemini alone says of it, or what rides on it."""
    if ("functionCall", "~args") in own or ("functionCall", "args") in own:
        call.args = UNSET
    if ("functionCall", "~name") in own:
        call.name = UNSET
    if part.signature is None and not upstream:
        riding = encode_thoughts(own)
        if riding is not None:
            made.thoughtSignature = riding
    made.functionCall = dress(call, part.ext, NAME, "functionCall")
    return dress(made, part.ext, NAME)


def encode_result(part: ToolResult, target: Target, into: list[wire.Part]) -> None:
    """`functionResponse`; media go into it where the model takes them there, else beside it."""
    ext = part.ext
    answer = wire.FunctionResponse()
    if part.name is not None:
        answer.name = part.name
    elif target.upstream and not target.native:
        answer.name = target.names.get(part.call_id) or _name(part, target, target.first + len(into))
    if not part.derived_id and part.call_id and not part.call_id.startswith(DERIVED):
        answer.id = part.call_id
    only = part.parts[0] if len(part.parts) == 1 else None
    texts, others = ([only], []) if type(only) is Text else _by_kind(part.parts, target)
    own = NOTHING if ext is None else own_of(ext, NAME)
    if ("functionResponse", "~response") not in own:
        answer.response = _encode_response_member(part, texts, target)
    beside: list[wire.Part] = []
    if others:
        beside = _encode_others(others, answer, target, target.first + len(into))
    elif ("functionResponse", "~parts") in own:
        answer.parts = []
    if own:
        into.append(dress(wire.Part(functionResponse=dress(answer, ext, NAME, "functionResponse")), ext, NAME))
    else:
        into.append(wire.Part(functionResponse=answer))
    into += beside


def _by_kind(parts: Sequence[AnyPart], target: Target) -> tuple[list[Text | Refusal], list[AnyPart]]:
    """The parts of a result: texts, and what else it holds."""
    texts: list[Text | Refusal] = []
    others: list[AnyPart] = []
    for shown in parts if target.native else _told(parts, target):
        if type(shown) is Text or type(shown) is Refusal:
            texts.append(shown)
        else:
            others.append(shown)
    return texts, others


def _encode_others(
    others: Sequence[AnyPart], answer: wire.FunctionResponse, target: Target, place: int
) -> list[wire.Part]:
    """What an answer holds beside texts: put into it where the model takes that, else returned."""
    inside = target.native or target.model.result_media
    where = (*target.where, place, "functionResponse", "parts")
    shown_in = Target(target.losses, target.native, target.upstream, target.model, where)
    encoded = _encode_shown(others, shown_in if inside else target)
    if not encoded:
        return encoded
    if inside:
        answer.parts = encoded
        return []
    for shown in others:
        if type(shown) is Media:  # what is not is named as dropped
            target.losses.moved("tool_result_media", shown.at, "shown beside the function's answer")
    return encoded


def _name(result: ToolResult, target: Target, place: int) -> str:
    """What stands for the function's name, which Gemini wants, where the call that is answered does not know it."""
    if result.call_id not in target.names:
        at = (*target.where, place, "functionResponse", "name")
        target.losses.invented("function_name", at, "its call is not there")
    return "unknown"


def _told(parts: Sequence[AnyPart], target: Target) -> list[AnyPart]:
    """The parts of a result, its documents of text told as text: an answer's own parts hold files alone."""
    told: list[AnyPart] = []
    for part in parts:
        if type(part) is Media and (part.parts is not None or part.text is not None):
            target.losses.approximated("document", part.at, "told in the function's answer")
            told += _told(part.parts, target) if part.parts is not None else [Text(part.text or "", at=part.at)]
        else:
            told.append(part)
    return told


def _encode_shown(parts: Sequence[AnyPart], target: Target) -> list[wire.Part]:
    """What an answer holds beside its text."""
    encoded: list[wire.Part] = []
    for part in parts:
        caching.drop(part.cache, target.losses, part.at)
        drop_foreign(part.ext, NAME, part.at, target.losses)
        match part:
            case Media():
                encode_media(part, target, encoded)
            case Opaque(dialect=dialect) if dialect == NAME:
                encoded.append(pose(part.raw, wire.Part))
            case _:
                drop_part(part, target.losses)
    return encoded


def _encode_response_member(part: ToolResult, texts: Sequence[Text | Refusal], target: Target) -> Raw:
    structured, losses = part.structured, target.losses
    if structured is not None and (target.native or _stands_alone(structured, bool(part.is_error))):
        return structured
    if not target.native:
        for shown in texts:
            if shown.cache is not None:
                caching.drop(shown.cache, losses, shown.at)
            if shown.ext is not None:
                drop_foreign(shown.ext, NAME, shown.at, losses)
        if len(texts) > 1:
            losses.approximated("tool_result_parts", part.at, "its texts are joined")
    text = texts[0].text if len(texts) == 1 else "\n".join([shown.text for shown in texts])
    if part.is_error:
        return Raw(dump({"error": text}))
    if part.is_error is not None:
        losses.dropped("tool_result_error", (*part.at, "is_error"), "no error is the default")
    if not target.native and text[:1] in _BEGINS and is_object(text) and _stands_alone(Raw(text), False):
        return Raw(text)
    if part.ext is not None and remembered(part.ext, NAME, "functionResponse", "~result"):
        return unwritten({"result": text})
    return unwritten({"output": text})


def _stands_alone(raw: Raw, is_error: bool) -> bool:
    """Whether data can be `response` and be read back as the same."""
    members = _members(raw)
    if len(members) != 1:
        return not is_error
    [(key, value)] = members.items()
    plain = memoryview(value)[0] == _QUOTE and (key == "error" or key in _PLAIN_KEYS)
    return is_error == (key == "error") and not plain
