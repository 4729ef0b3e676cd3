"""What the assistant says, in requests and answers alike, <-> Parts, whose order is fixed: see `order.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import UNSET, Raw
from msgspec.structs import replace

from dgrid_translate.dialects.openai_chat import types as wire
from dgrid_translate.dialects.openai_chat.parts.audio import decode_audio, encode_audio, is_answer
from dgrid_translate.dialects.openai_chat.parts.calls import (
    decode_call,
    decode_extra_content,
    decode_function_call,
    encode_call,
    encode_extra_content,
)
from dgrid_translate.dialects.openai_chat.parts.content import Target, decode_content, encode_content, says_more
from dgrid_translate.dialects.openai_chat.parts.order import name_moved
from dgrid_translate.dialects.openai_chat.parts.reasoning import decode_reasoning, encode_reasoning, name_joined
from dgrid_translate.dialects.openai_chat.profile import NAME
from dgrid_translate.ir.parts import (
    AnyPart,
    Citation,
    Extensions,
    Media,
    Opaque,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from dgrid_translate.losses import At, Losses
from dgrid_translate.shared import caching
from dgrid_translate.shared.arguments import as_text
from dgrid_translate.shared.drops import drop_part
from dgrid_translate.shared.wire import (
    NOTHING,
    NULL,
    Extra,
    dress,
    drop_foreign,
    dump,
    extensions,
    extra_of,
    load,
    merge,
    own_of,
    remembered,
    unwritten,
    whole,
)

M = TypeVar("M", bound=wire.AssistantMembers)


class Keys:
    """What the extensions of a node remember of the assistant message that stands `under` it, and by which key.

    A name that begins with "~" is a form: which of several spellings the source chose.
    """

    def __init__(self, *under: str) -> None:
        self.under = under
        self.listed = (*under, "~list")
        self.no_content = (*under, "~content")
        self.spelled_reasoning = (*under, "~reasoning")
        self.spelled_reasoning_content = (*under, "~reasoning_content")
        self.given_details = (*under, "~reasoning_details")
        self.reasoning = (*under, "reasoning")
        self.reasoning_content = (*under, "reasoning_content")
        self.annotations = (*under, "annotations")
        self.refusal = (*under, "refusal")
        self.audio = (*under, "audio")
        self.tool_calls = (*under, "tool_calls")
        self.function_call = (*under, "function_call")
        self.channel = (*under, "channel")


MESSAGE = Keys()
"""The node is the message itself."""
CHOICE = Keys("message")
"""The node is the choice that the message is in."""

_EMPTY_LIST = Raw(b"[]")
_EMPTY_STRING = Raw(b'""')


def decode_assistant(
    message: wire.AssistantMembers, at: At, keys: Keys, own: Extra, response_id: str | None = None
) -> list[AnyPart]:
    """What the assistant said, in its fixed order; the rest is added to `own`. `response_id` as for `decode_call`."""
    if message.extra is not UNSET:
        own.update(extra_of(message, *keys.under))
    if message.channel is not UNSET:
        own[keys.channel] = message.channel
    parts: list[AnyPart] = []
    text = message.reasoning_content
    if message.reasoning is not UNSET or message.reasoning_details is not UNSET or text is None or text == "":
        parts = _decode_reasoning_members(message, own, at, keys)
    elif text:
        parts.append(Reasoning(text, at=at + ("reasoning_content",)))
    content = message.content
    if isinstance(content, str):
        parts.append(Text(content, at=at + ("content",)))
    elif content is UNSET:
        own[keys.no_content] = NULL
    elif content is not None:
        parts += decode_content(content, at)
        own[keys.listed] = NULL
    if message.extra_content is not UNSET:
        _decode_signature(message.extra_content, parts, own, at, keys)
    if message.annotations:
        _decode_annotations(message.annotations, parts, own, at, keys)
    elif message.annotations is not UNSET:
        own[keys.annotations] = NULL if message.annotations is None else _EMPTY_LIST
    if message.refusal:
        parts.append(Refusal(message.refusal, at=at + ("refusal",)))
    elif message.refusal is not UNSET:
        own[keys.refusal] = NULL if message.refusal is None else _EMPTY_STRING
    if message.audio is not UNSET:
        _decode_sound(message.audio, parts, own, at, keys)
    if message.tool_calls:
        for index, item in enumerate(message.tool_calls):
            parts.append(decode_call(item, at + ("tool_calls", index), response_id))
    elif message.tool_calls is not UNSET:
        own[keys.tool_calls] = NULL if message.tool_calls is None else _EMPTY_LIST
    if message.function_call is not UNSET:
        call = message.function_call
        if call and call.name:
            parts.append(decode_function_call(call, at + ("function_call",), response_id))
        else:
            own[keys.function_call] = NULL if call is None else whole(call)
    return parts


def _decode_reasoning_members(message: wire.AssistantMembers, own: Extra, at: At, keys: Keys) -> list[AnyPart]:
    """What was thought, where it is said otherwise than by `reasoning_content` alone: that needs no form."""
    parts: list[AnyPart] = []
    if message.reasoning_details is not UNSET:
        place = at + ("reasoning_details",)
        parts = decode_reasoning(load(wire.ReasoningDetails, message.reasoning_details, NAME, place), place)
        own[keys.given_details] = message.reasoning_details
    if message.reasoning_content is not UNSET:
        text, place = message.reasoning_content, at + ("reasoning_content",)
        _decode_plain(text, parts, own, place, keys.reasoning_content, keys.spelled_reasoning_content)
    if message.reasoning is not UNSET:
        place = at + ("reasoning",)
        _decode_plain(message.reasoning, parts, own, place, keys.reasoning, keys.spelled_reasoning)
    return parts


def _decode_plain(
    text: str | None, parts: list[AnyPart], own: Extra, place: At, member: tuple[str, ...], form: tuple[str, ...]
) -> None:
    """`reasoning_content` or `reasoning`: often both, often what the details say too."""
    if text is None:
        own[member] = NULL
        return
    if not parts:
        own[form] = NULL
        parts.append(Reasoning(text, at=place))
        return
    said = "".join([part.text for part in parts if type(part) is Reasoning])
    if not text.endswith(said):
        own[member] = Raw(dump(text))
        return
    own[form] = NULL
    if text != said:
        parts.insert(0, Reasoning(text[: len(text) - len(said)], at=place))


def _decode_sound(audio: wire.Audio | None, parts: list[AnyPart], own: Extra, at: At, keys: Keys) -> None:
    if audio is None:
        own[keys.audio] = NULL
    elif audio.id == "" and not audio.data:
        own[keys.audio] = whole(audio)
    else:
        parts.append(decode_audio(audio, at + ("audio",)))


def _decode_signature(extra: wire.ExtraContent, parts: list[AnyPart], own: Extra, at: At, keys: Keys) -> None:
    """Gemini signs the message: its last text or, where it has none, a thought without words."""
    signature = decode_extra_content(extra, own, keys.under)
    signed = _last_text(parts)
    if signed is not None:
        signed.signature = signature
    elif signature is not None:
        place = (*at, "extra_content", "google", "thought_signature")
        seal: Extensions = {NAME: {("~extra_content",): NULL}}
        parts.append(Reasoning("", signature=signature, at=place, ext=seal))


def _decode_annotations(annotations: list[Raw], parts: list[AnyPart], own: Extra, at: At, keys: Keys) -> None:
    text = _last_text(parts)
    if text is None:
        own[keys.annotations] = Raw(dump(annotations))
    else:
        place = at + ("annotations",)
        text.citations = [decode_annotation(raw, place + (index,)) for index, raw in enumerate(annotations)]


def _last_text(parts: list[AnyPart]) -> Text | None:
    for part in reversed(parts):
        if type(part) is Text:
            return part
    return None


def decode_annotation(raw: Raw, at: At) -> Citation:
    """One of `annotations`; its offsets count code points of the message's text."""
    annotation = load(wire.Annotation, raw, NAME, at)
    cited = annotation.url_citation
    ext = extensions(annotation, NAME)
    if cited is UNSET:
        return Citation(raw=raw, dialect=NAME, at=at, ext=ext)
    return Citation(
        url=cited.url,
        title=None if cited.title is UNSET else cited.title,
        start=None if cited.start_index is UNSET else cited.start_index,
        end=None if cited.end_index is UNSET else cited.end_index,
        raw=raw,
        dialect=NAME,
        at=at,
        ext=merge(ext, extensions(cited, NAME, "url_citation")),
    )


def encode_annotation(citation: Citation, length: int, before: int, losses: Losses) -> Raw | None:
    """One of `annotations`, on a text of `length` with `before` code points of the message's text before it."""
    if citation.dialect == NAME and citation.raw is not None:
        return citation.raw  # which counts in the message's text, as a whole
    if citation.url is None:
        losses.dropped("citation", citation.at, "Chat cites URLs only")
        return None
    losses.approximated("citation", citation.at, "its URL, title and place in the text are kept")
    start = before + (citation.start or 0)
    end = before + (length if citation.end is None else citation.end)
    cited = wire.URLCitation(citation.url, citation.title or "", start, end)
    return Raw(dump(wire.Annotation("url_citation", cited)))


def encode_assistant(
    message: M, parts: Sequence[AnyPart], ext: Extensions | None, keys: Keys, target: Target, joined: bool
) -> M:
    """Fill a message with what the assistant said; `joined` makes one string of its texts (as answers must)."""
    losses, native = target.losses, target.native
    own = NOTHING if ext is None else own_of(ext, NAME)
    reasoning: list[Reasoning] = []
    content: list[AnyPart] = []
    refusals: list[Refusal] = []
    calls: list[wire.ToolCallItem] = []
    listed = bool(own) and keys.listed in own
    ordered = True  # as far as it is easily seen
    for part in parts:
        if type(part) is Text:
            content.append(part)
            ordered = ordered and not calls
        elif type(part) is ToolCall:
            if part.ext is not None and remembered(part.ext, NAME, "~function_call"):
                message.function_call = dress(wire.Function(part.name, as_text(part.arguments)), part.ext, NAME)
                ordered = False
            else:
                calls.append(encode_call(part, losses))
                if part.derived_id:
                    target.invented.add(part.id)
        elif type(part) is Reasoning:
            ordered = ordered and not (content or calls)
            if part.ext is None:
                if native or part.text or part.signature is None or part.signature.origin != "google":
                    reasoning.append(part)
                else:
                    message.extra_content = encode_extra_content(part.signature, ext, keys.under)
            elif part.signature is not None and remembered(part.ext, NAME, "~extra_content"):
                message.extra_content = encode_extra_content(part.signature, ext, keys.under)
            elif remembered(part.ext, NAME, "~thinking"):
                content.append(part)
                listed = True
            else:
                drop_foreign(part.ext, NAME, part.at, losses)
                reasoning.append(part)
        else:
            ordered = False
            if type(part) is Refusal and not remembered(part.ext, NAME, "~part"):
                refusals.append(part)
            elif type(part) is Media and is_answer(part):
                message.audio = encode_audio(part, losses)
            elif type(part) is Refusal or (type(part) is Opaque and part.dialect == NAME):
                if part.at[-2:-1] != ("reasoning_details",):  # those go back as they came
                    content.append(part)
                    listed = True
            else:
                drop_part(part, losses)
    if not (ordered or native):
        name_moved(parts, refusals, losses)
    if calls:
        message.tool_calls = calls
    if reasoning or (own and keys.given_details in own):
        _encode_reasoning_members(message, reasoning, own, keys, target)
    if refusals:
        message.refusal = "".join([part.text for part in refusals])
    text = content[0] if len(content) == 1 and not listed else None
    if type(text) is Text and text.ext is text.citations is text.signature is text.cache is None:
        message.content = text.text
    else:
        _encode_content(message, content, ext, keys, target, joined, listed)
    return message if ext is None else dress(message, ext, NAME, *keys.under)


def _encode_content(
    message: wire.AssistantMembers,
    content: list[AnyPart],
    ext: Extensions | None,
    keys: Keys,
    target: Target,
    joined: bool,
    listed: bool,
) -> None:
    if not content:
        if listed:
            message.content = []
        elif keys.no_content not in own_of(ext, NAME):
            message.content = None if joined or target.native or _stands_alone(message) else ""
    else:
        listed = listed or (not joined and len(content) > 1)
        listed = listed or any(type(part) is Text and says_more(part) for part in content)
        _encode_content_members(message, content, ext, keys, target, listed)


def _stands_alone(message: wire.AssistantMembers) -> bool:
    """Whether there is something that a request may say without content."""
    return not (message.tool_calls is UNSET and message.refusal is UNSET and message.audio is UNSET)


def _encode_reasoning_members(
    message: wire.AssistantMembers, reasoning: Sequence[Reasoning], own: Extra, keys: Keys, target: Target
) -> None:
    given = own.get(keys.given_details)
    if given is not None:
        message.reasoning_details = given
    elif len(reasoning) > 1 or reasoning[0].signature is not None or reasoning[0].id is not None:
        details = encode_reasoning(reasoning)
        if details:
            message.reasoning_details = unwritten(details)
        if not target.native:
            name_joined(reasoning, target.losses)
    text = reasoning[0].text if len(reasoning) == 1 else "".join([part.text for part in reasoning])
    if not own:
        if text:
            message.reasoning_content = text
        return
    if keys.spelled_reasoning in own:
        message.reasoning = text
    if keys.spelled_reasoning_content in own or (text and given is None and message.reasoning is UNSET):
        message.reasoning_content = text


def _encode_content_members(
    message: wire.AssistantMembers,
    content: list[AnyPart],
    ext: Extensions | None,
    keys: Keys,
    target: Target,
    listed: bool,
) -> None:
    """`content`, as a list or as one string, and what belongs to its texts but stands beside it."""
    losses = target.losses
    texts = [part for part in content if type(part) is Text]
    annotations: list[Raw] = []
    before = 0
    for text in texts:
        if text.citations is not None:
            for citation in text.citations:
                annotation = encode_annotation(citation, len(text.text), before, losses)
                if annotation is not None:
                    annotations.append(annotation)
        before += len(text.text)
        if text.signature is not None:
            message.extra_content = encode_extra_content(text.signature, ext, keys.under)
    if annotations:
        message.annotations = annotations
    if listed:
        plain = [replace(part, citations=None) if type(part) is Text else part for part in content]
        message.content = encode_content(plain, target)
        return
    joined = len(texts) > 1 and not target.native
    for text in texts:
        if joined:
            losses.approximated("text_blocks", text.at, "joined into one text")
        if text.ext is not None:
            drop_foreign(text.ext, NAME, text.at, losses)
        if text.cache is not None:
            caching.drop(text.cache, losses, text.at)
    message.content = texts[0].text if len(texts) == 1 else "".join([text.text for text in texts])
