"""Identity, and round trips: what comes back is what went out, but for what the losses named."""

from __future__ import annotations

from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import ToolCall, ToolResult
from dgrid_translate.ir.request import CustomTool, FunctionTool
from dgrid_translate.losses import At, Loss, render_path
from dgrid_translate.testing.laws.canonical import canonical, spelled_once
from dgrid_translate.testing.laws.legal import broken
from dgrid_translate.testing.laws.pruning import pruned
from dgrid_translate.testing.laws.silence import says_nothing
from dgrid_translate.testing.laws.silent_loss import show_body
from dgrid_translate.testing.laws.turn import Named, Turned, dialect_of, dumped, name_of, turned
from dgrid_translate.testing.places import altered, differences, explain, leaves, replaced, spelled, without
from dgrid_translate.testing.strategies.common import JSONObject


def identity(dialect: Named, kind: Kind, body: JSONObject) -> None:
    """A body that goes through the model and back to its own dialect is the same body, and nothing is lost."""
    made = turned(dialect, dialect, kind, body)
    name = name_of(dialect)
    found = list(differences(spelled_once(name, body), spelled_once(name, made.body)))
    if found or made.losses:
        raise AssertionError(
            f"not the same, {name_of(dialect)} {kind}:\n{explain(found, 'went in as', 'came out as')}\n"
            f"losses: {'; '.join(map(str, made.losses)) or 'none'}\nbody: {show_body(body)}"
        )


def speakable(source: Named, target: Named, kind: Kind, body: JSONObject) -> tuple[JSONObject, Turned] | None:
    """The body without what the losses on the way to the target name, and its translation; None if little is left."""
    given = body
    for _ in range(6):
        made = turned(source, target, kind, body)
        paths = {spelled(loss.path) for loss in made.losses if loss.kind != "invented"}
        if not paths:
            if body is not given and broken(source, kind, body) and not broken(source, kind, given):
                return None
            return (body, made) if _is_coherent(source, kind, body) else None
        smaller = pruned(source, kind, body, paths)
        if smaller is None:
            return None
        body = smaller
    return None


def _is_coherent(source: Named, kind: Kind, body: JSONObject) -> bool:
    """Whether a request's tool choice names tools that are there, and results and calls are each other's.

    For an answer: whether there is one, and it calls tools if it says that it ended for that.
    """
    if kind == "response":
        answers = dialect_of(source).decode_response(dumped(body)).candidates
        ended = [answer for answer in answers if answer.finish and answer.finish.unified == "tool_calls"]
        called = [answer for answer in ended if any(isinstance(part, ToolCall) for part in answer.parts)]
        return bool(answers) and called == ended
    if kind != "request":
        return True
    request = dialect_of(source).decode_request(dumped(body))
    choice = request.tool_choice
    tools = [tool.name for tool in request.tools or () if isinstance(tool, FunctionTool | CustomTool)]
    if choice is not None and (not request.tools or not set(choice.names or ()) <= set(tools)):
        return False
    if not any(message.role == "user" for message in request.messages):
        return False  # nobody asks
    parts = [part for message in request.messages for part in message.parts]
    calls = sorted(part.id for part in parts if isinstance(part, ToolCall))
    return calls == sorted(part.call_id for part in parts if isinstance(part, ToolResult))


def round_trip(source: Named, target: Named, kind: Kind, body: JSONObject) -> None:
    """There and back gives the body again, in canonical form, but for what the losses of the way out named.

    What they named is taken out beforehand, so that the rest can be held to full equality. What the target had to be
    told although nobody said it (losses of kind "invented") may come back as something new.
    """
    left = speakable(source, target, kind, body)
    if left is None:
        return
    sent, made = left
    back = turned(target, source, kind, made.text)
    name = name_of(source)
    before, after = canonical(name, kind, sent), canonical(name, kind, back.body)
    news = {spelled(loss.path) for loss in back.losses if loss.kind == "invented"}
    found: list[tuple[At, Any, Any]] = []
    for at, went, came in differences(before, after):
        unsaid = _says_nothing(name, name_of(target), kind, before, at, went)
        new = _is_new(at, news) or _says_nothing(name, name_of(target), kind, after, at, came)
        if not (unsaid and new):
            found.append((at, went, came))
    if found:
        explained = _from_inventions(source, target, kind, made, after)
        found = [item for item in found if item[0] not in explained]
    if found:
        raise AssertionError(
            f"did not come back, {name} -> {name_of(target)} -> {name} {kind}:\n"
            f"{explain(found, 'went as', 'came back as')}\nsent: {show_body(sent)}\nas: {show_body(made.body)}\n"
            f"back: {show_body(back.body)}\nlosses on the way back: {'; '.join(map(str, back.losses)) or 'none'}"
        )


def _says_nothing(source: str, target: str, kind: Kind, body: JSONObject, at: At, value: Any) -> bool:
    """Whether what stands there on one side, if anything, says nothing."""
    if value is ...:
        return True
    return all(says_nothing(source, target, kind, body, (*at, *inner)) for inner, _ in leaves(value))


def _is_new(at: At, news: set[str]) -> bool:
    return any(spelled(render_path(at[:count])) in news for count in range(len(at) + 1))


def _from_inventions(source: Named, target: Named, kind: Kind, made: Turned, after: JSONObject) -> set[At]:
    """The places in what came back that hang on what was invented on the way out: they change with it."""
    places: set[At] = set()
    for loss in made.losses:
        if loss.kind == "invented":
            places |= _hanging(source, target, kind, made.body, loss, after)
    return places


def _hanging(source: Named, target: Named, kind: Kind, body: JSONObject, loss: Loss, after: JSONObject) -> set[At]:
    found: set[At] = set()
    for at, leaf in leaves(body):
        if _is_new(at, {spelled(loss.path)}):
            for other in (replaced(body, at, altered(leaf)), _taken(body, at)):
                try:
                    back = turned(target, source, kind, other)
                except DecodeError:
                    continue
                again = canonical(name_of(source), kind, back.body)
                found |= {place for place, _, _ in differences(after, again)}
    return found


def _taken(body: JSONObject, at: At) -> JSONObject:
    return without(body, at)
