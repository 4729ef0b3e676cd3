"""Gemini requests: what `contents` must look like. Keys may be camelCase or snake_case at every level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgrid_translate.losses import At
from dgrid_translate.testing.wire_json import Json, array, is_base64, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgrid_translate.testing.violations import Findings

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")
DATA = ("text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult",
        "toolCall", "toolResponse")  # fmt: skip
SIGNS_CALLS = re.compile(r"(?:^|/)gemini-([3-9]|\d\d)")
SENTINELS = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")

Turn = list[tuple[At, Json]]

_UPPER = re.compile(r"[A-Z]")


def key_of(camel: str) -> str:
    """The snake_case spelling: fileUri -> file_uri."""
    return _UPPER.sub(lambda match: "_" + match[0].lower(), camel)


def get(it: Json, camel: str) -> object:
    """A member by its camelCase name, however it is spelt."""
    return it[camel] if camel in it else it.get(key_of(camel))


def contents(body: Json) -> Findings:
    """The API says: "Contents are required", and none is without parts [docs]."""
    if not array(body.get("contents")):
        yield ("contents",), "contents are required"
    for at, content in objects(body.get("contents"), "contents"):
        if not array(content.get("parts")):
            yield (*at, "parts"), "parts may not be empty"


def role(body: Json) -> Findings:
    """The API says: "Please use a valid role: user, model." It may be left out of a single turn [docs]."""
    turns = list(objects(body.get("contents"), "contents"))
    for at, content in turns:
        said = content.get("role")
        if not one_of(said, ("user", "model")) and not (said is None and len(turns) == 1):
            yield (*at, "role"), f"role is user or model, not {shown(said)}"


def part(body: Json) -> Findings:
    """The API says: "Required oneof field 'data' must have one initialized field": a part holds one thing [docs].

    Parts that only carry a signature or video metadata were recorded to pass.
    """
    for at, item in parts(body):
        held = [name for name in DATA if get(item, name) is not None]
        alone = get(item, "thoughtSignature") or get(item, "videoMetadata")
        if len(held) > 1 or not (held or alone):
            yield at, f"a part holds one thing, not {' and '.join(held) or 'none'}"


def media(body: Json) -> Findings:
    """Inline data has a media type and bare base64, a file its URI [docs]."""
    for at, item in parts(body):
        inline, linked = obj(get(item, "inlineData")), obj(get(item, "fileData"))
        if inline:
            if not _media_type(get(inline, "mimeType")):
                yield (*at, "inlineData", "mimeType"), "inlineData needs a mimeType"
            if not is_base64(string(inline.get("data")) or "?"):
                yield (*at, "inlineData", "data"), "data is bare base64"
        if linked and not string(get(linked, "fileUri")):
            yield (*at, "fileData", "fileUri"), "fileData needs a fileUri"


def file_type(body: Json) -> Findings:
    """A fileData says its mimeType. [docs]: without one only what the server can look up itself is taken."""
    for at, item in parts(body):
        linked = obj(get(item, "fileData"))
        if linked and not _media_type(get(linked, "mimeType")):
            yield (*at, "fileData", "mimeType"), "fileData needs a mimeType"


def function_call(body: Json) -> Findings:
    """A call stands in a model turn, with a name and an object of args [docs]."""
    for at, content in objects(body.get("contents"), "contents"):
        for place, call in _held([(at, content)], "functionCall"):
            if content.get("role") not in ("model", None):
                yield place, "a functionCall stands in a model turn"
            yield from call_findings(place, call)


def function_response(body: Json) -> Findings:
    """A response stands in a user turn, with the function's name and an object [types]."""
    for at, content in objects(body.get("contents"), "contents"):
        for place, response in _held([(at, content)], "functionResponse"):
            if content.get("role") not in ("user", "function", None):
                yield place, "a functionResponse stands in a user turn"
            if not string(response.get("name")):
                yield (*place, "name"), "a functionResponse names its function"
            if not isinstance(response.get("response"), dict):
                yield (*place, "response"), f"response is an object, not {shown(response.get('response'))}"


def function_turns(body: Json) -> Findings:
    """Calls are answered in the very next turn, as many responses as calls, by the same names [docs].

    "Please ensure that the number of function response parts is equal to the number of function call parts of the
    function call turn", "function response turn comes immediately after a function call turn". Neighbours of one role
    count as one turn.
    """
    calls: list[str] = []
    asked: At = ()
    for turn in _turns(body):
        answers = [string(response.get("name")) or "" for _, response in _held(turn, "functionResponse")]
        if answers and not calls:
            yield turn[0][0], "a function response turn comes right after a function call turn"
        elif len(answers) != len(calls):
            yield asked, f"{len(calls)} calls, {len(answers)} responses in the next turn"
        elif sorted(answers) != sorted(calls):
            yield turn[0][0], "the responses do not name the functions that were called"
        called = _held(turn, "functionCall")
        calls, asked = [string(call.get("name")) or "" for _, call in called], called[0][0] if called else ()
    if calls:
        yield asked, f"{len(calls)} calls, no responses"


def response_ids(body: Json) -> Findings:
    """Where call and response have ids, they are the same ones [docs]."""
    ids: set[str] = set()
    for turn in _turns(body):
        for place, response in _held(turn, "functionResponse"):
            call_id = string(response.get("id"))
            if call_id and ids and call_id not in ids:
                yield (*place, "id"), f"no call {shown(call_id)} in the turn before"
        ids = {call_id for _, call in _held(turn, "functionCall") if (call_id := string(call.get("id")))}


def signatures(body: Json) -> Findings:
    """Thought signatures are base64, or one of two sentinels [sdk]."""
    for at, item in parts(body):
        said = get(item, "thoughtSignature")
        if said is not None and not (one_of(said, SENTINELS) or (isinstance(said, str) and is_base64(said))):
            yield (*at, "thoughtSignature"), f"a signature is base64, not {shown(said)}"


def signed_calls(body: Json) -> Findings:
    """Gemini 3: the first functionCall of each step of the current turn is signed, else 400 [docs].

    The current turn begins with the last user content that is more than function responses.
    """
    if not SIGNS_CALLS.search(string(body.get("model")) or ""):
        return
    turns = list(_turns(body))
    begin = 0
    for index, turn in enumerate(turns):
        if turn[0][1].get("role") != "model" and not _held(turn, "functionResponse"):
            begin = index
    for turn in turns[begin:]:
        for place, _ in _held(turn, "functionCall")[:1]:
            item = next(item for at, item in _parts_of(turn) if at == place[:-1])
            if not get(item, "thoughtSignature"):
                yield place, "the first functionCall of a step needs its thoughtSignature"


def system_instruction(body: Json) -> Findings:
    """The system instruction is text [docs]."""
    said = get(body, "systemInstruction")
    for at, item in objects(obj(said).get("parts"), "systemInstruction", "parts"):
        if not isinstance(item.get("text"), str):
            yield at, "a system instruction is made of text parts"


def call_findings(at: At, call: Json) -> Findings:
    """What is wrong with a functionCall, in a history or in a response."""
    if not NAME.fullmatch(string(call.get("name")) or ""):
        yield (*at, "name"), f"a name begins with a letter or _ and has up to 128 characters: {shown(call.get('name'))}"
    if not isinstance(call.get("args"), dict | None):
        yield (*at, "args"), f"args is an object, not {shown(call.get('args'))}"


def parts(body: Json) -> Iterator[tuple[At, Json]]:
    """Every part of every turn with its place."""
    for at, content in objects(body.get("contents"), "contents"):
        yield from objects(content.get("parts"), *at, "parts")


def _parts_of(turn: Turn) -> Iterator[tuple[At, Json]]:
    for at, content in turn:
        yield from objects(content.get("parts"), *at, "parts")


def _held(turn: Turn, name: str) -> list[tuple[At, Json]]:
    """The members of that name among a turn's parts."""
    return [((*at, name), obj(get(item, name))) for at, item in _parts_of(turn) if get(item, name) is not None]


def _turns(body: Json) -> Iterator[Turn]:
    """Contents with their places, neighbours of one role together."""
    turn: Turn = []
    for at, content in objects(body.get("contents"), "contents"):
        if turn and turn[-1][1].get("role") != content.get("role"):
            yield turn
            turn = []
        turn.append((at, content))
    if turn:
        yield turn


def _media_type(value: object) -> bool:
    return isinstance(value, str) and "/" in value
