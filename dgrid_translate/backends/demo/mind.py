"""What the demo model says: a neutral request in, a neutral response out."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from msgspec.structs import replace

from dgrid_translate.backends.demo.example import Example
from dgrid_translate.ir.parts import AnyPart, Media, Reasoning, Signature, Text, ToolCall, ToolResult
from dgrid_translate.ir.request import CustomTool, FunctionTool, Message, Request, Tool
from dgrid_translate.ir.response import Candidate, FinishReason, Response, Usage

_WORD = re.compile(r"\s*\S+\s*")
PICTURE_TOKENS = 256
"""What any picture, sound or document counts."""


def words(text: str) -> list[str]:
    """The text, cut where a model would cut it; joined they are the text."""
    return _WORD.findall(text) or ([text] if text else [])


def respond(request: Request, vendor: str, model: str) -> Response:
    """The answer to `request`, signed as `vendor` would."""
    said = _said(request)
    digest = sha256(repr([(m.role, [_plain(p) for p in m.parts]) for m in request.messages]).encode()).hexdigest()
    parts: list[AnyPart] = []
    thought = 0
    if _thinks(request):
        text = f"The user said: {said[:80]!r}. I will answer that."
        signature = Signature(b64encode(sha256(text.encode()).digest()).decode(), vendor)
        parts.append(Reasoning(text=text, signature=signature))
        thought = len(words(text))
    calls = _calls(request, said, digest)
    if calls:
        finish = FinishReason("tool_calls")
        parts += calls
        spent = sum(len(words(str(call.arguments))) + 1 for call in calls)
    else:
        text, finish = _limited(_text(request, said), request)
        parts.append(Text(text=text))
        spent = len(words(text))
    count = request.n or 1
    counted = count_tokens(request)
    output = (spent + thought) * count
    usage = Usage(input=counted, output=output, total=counted + output, reasoning=thought * count if thought else None)
    candidates = [Candidate(index, list(parts), finish) for index in range(count)]
    return Response("", candidates, f"demo-{digest[:24]}", model, usage=usage)


def count_tokens(request: Request) -> int:
    """A token a word, for everything that the model reads."""
    total = 0
    for message in request.messages:
        total += 1 + sum(_size(part) for part in message.parts)
    for tool in request.tools or ():
        total += _tool_size(tool)
    return total


def _size(part: AnyPart) -> int:
    match part:
        case Media():
            return PICTURE_TOKENS
        case ToolResult():
            return 1 + sum(_size(inner) for inner in part.parts)
        case _:
            return len(words(_plain(part)))


def _tool_size(tool: Tool) -> int:
    if not isinstance(tool, FunctionTool):
        return 1
    schema = b"" if tool.parameters is None else bytes(tool.parameters)
    return 1 + len(words(tool.description or "")) + len(words(schema.decode()))


def _plain(part: AnyPart) -> str:
    match part:
        case Text() | Reasoning():
            return part.text
        case ToolCall():
            return (
                f"{part.name} {part.arguments if isinstance(part.arguments, str) else bytes(part.arguments).decode()}"
            )
        case ToolResult():
            inside = " ".join(filter(None, map(_plain, part.parts)))
            return inside or ("" if part.structured is None else bytes(part.structured).decode())
        case Media():
            return part.text or " ".join(map(_plain, part.parts or ()))
        case _:
            return ""


def _last_user(request: Request) -> Message | None:
    return next((m for m in reversed(request.messages) if m.role == "user" and any(map(_is_said, m.parts))), None)


def _is_said(part: AnyPart) -> bool:
    return isinstance(part, Text | Media)


def _said(request: Request) -> str:
    """The user's last words."""
    last = _last_user(request)
    return "" if last is None else " ".join(part.text for part in last.parts if isinstance(part, Text))


def _results(request: Request) -> list[ToolResult]:
    """The results that came since the model spoke last."""
    found: list[ToolResult] = []
    for message in reversed(request.messages):
        results = [part for part in message.parts if isinstance(part, ToolResult)]
        if message.role == "assistant" and not results:
            break
        found = results + found
    return found


def _thinks(request: Request) -> bool:
    asked = request.reasoning
    return asked is not None and asked.mode != "off" and asked.effort != "none" and asked.budget != 0


def _calls(request: Request, said: str, digest: str) -> list[ToolCall]:
    """The tools the user names, or the first if there must be one; none right after their results."""
    choice = request.tool_choice
    tools = [tool for tool in request.tools or () if isinstance(tool, FunctionTool | CustomTool)]
    if choice is not None and choice.names:
        tools = [tool for tool in tools if tool.name in choice.names]
    if not tools or (choice is not None and choice.mode == "none") or _results(request):
        return []
    spoken = said.lower()
    wanted = [t for t in tools if t.name.lower() in spoken or t.name.replace("_", " ").lower() in spoken]
    if not wanted and choice is not None and choice.mode == "required":
        wanted = tools[:1]
    if request.parallel_tool_calls is False:
        wanted = wanted[:1]
    example = Example(said)
    calls: list[ToolCall] = []
    for place, tool in enumerate(wanted):
        call_id = f"call_{digest[24:40]}{place}"
        if isinstance(tool, CustomTool):
            calls.append(ToolCall(id=call_id, name=tool.name, arguments=said, custom=True))
            continue
        schema = None if tool.parameters is None else json.loads(bytes(tool.parameters))
        made = example.of(schema)
        arguments = json.dumps(made if isinstance(made, dict) else {}, ensure_ascii=False)
        calls.append(ToolCall(id=call_id, name=tool.name, arguments=arguments))
    return calls


def _text(request: Request, said: str) -> str:
    output = request.output
    if output is not None and output.kind == "schema" and output.schema is not None:
        return json.dumps(Example(said).of(json.loads(bytes(output.schema))), ensure_ascii=False)
    if output is not None and output.kind == "json":
        return json.dumps({"answer": said}, ensure_ascii=False)
    if results := _results(request):
        told = "; ".join(_told(result) for result in results)
        return f"The tool{'s' if len(results) > 1 else ''} answered: {told}"
    seen = "".join(_seen(_last_user(request)))
    return f"You said: {said}{seen}" if said or not seen else f"I got{seen.removeprefix(' And I got')}"


def _told(result: ToolResult) -> str:
    words_of = _plain(result) or ", ".join(f"a {part.kind}" for part in result.parts if isinstance(part, Media))
    return f"an error, {words_of}" if result.is_error else words_of or "nothing"


def _seen(message: Message | None) -> Iterator[str]:
    media = [part for part in (message.parts if message else ()) if isinstance(part, Media)]
    if media:
        yield " And I got " + ", ".join(_described(part) for part in media) + "."


def _described(part: Media) -> str:
    article = "an" if part.kind[0] in "aeiou" else "a"
    named = f" named {part.filename}" if part.filename else ""
    kind = f" ({part.media_type})" if part.media_type else ""
    return f"{article} {part.kind}{kind}{named}"


def _limited(text: str, request: Request) -> tuple[str, FinishReason]:
    """The text up to the first stop sequence or the last token allowed."""
    finish = FinishReason("stop")
    found = [(text.find(stop), stop) for stop in request.stop or () if stop in text]
    if found:
        at, stop = min(found)
        text, finish = text[:at], replace(finish, stop_sequence=stop)
    pieces = words(text)
    if request.max_tokens is not None and len(pieces) > request.max_tokens:
        return "".join(pieces[: request.max_tokens]).rstrip(), FinishReason("length")
    return text, finish
