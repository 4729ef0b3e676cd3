"""Continuity: a history whose answers were translated out comes back with all that its vendor wants to see again.

Proofs and sealed state are the vendor's own: changed by a byte, moved to another part or left out, they make its API
refuse the request, or its model forget what it thought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dgrid_translate.ir.fold import explode
from dgrid_translate.losses import Losses
from dgrid_translate.registry import lookup
from dgrid_translate.testing.laws.agents import AGENTS, Agent
from dgrid_translate.testing.laws.canonical import canonical
from dgrid_translate.testing.laws.silent_loss import named, show_body
from dgrid_translate.testing.laws.turn import dumped, parsed, turned
from dgrid_translate.testing.places import differences, explain, is_array, is_object, leaves
from dgrid_translate.testing.strategies.common import JSONObject
from dgrid_translate.translate import Exchange, collect

_SIGNED: dict[str, tuple[tuple[str, str], ...]] = {
    # (key, key that must stand beside it, or "")
    "openai": (("signature", "format"), ("data", "format"), ("thought_signature", "")),
    "openai-responses": (("encrypted_content", "type"),),
    "claude": (("signature", "thinking"), ("data", "type")),
    "gemini": (("thoughtSignature", ""),),
    "ui-message": tuple(
        (key, "") for key in ("signature", "redactedData", "thoughtSignature", "reasoningEncryptedContent")
    ),
}
_OWN_JSON = {"ui-message": frozenset({"input", "output", "data"})}
"""Keys under which everything is somebody's own JSON, where they are not `args`, `input` and `response`."""


def signatures(dialect: str, body: Any) -> list[str]:
    """The opaque proofs in a body, in order."""
    found: list[str] = []
    if is_array(body):
        for item in body:
            found += signatures(dialect, item)
    elif is_object(body):
        for key, child in body.items():
            if isinstance(child, str) and any(
                key == name and (not beside or beside in body) for name, beside in _SIGNED.get(dialect, ())
            ):
                if key != "data" or body.get("type") in ("redacted_thinking", "reasoning.encrypted"):
                    found.append(child)
            elif key not in _OWN_JSON.get(dialect, ("args", "input", "response")):
                found += signatures(dialect, child)
        # A conversation, not the arguments of a call.
        if dialect == "openai-responses" and is_array(body.get("input")):
            found += signatures(dialect, body["input"])
    return found


# --------------------------------------------------------------------------------------------------- one answer


def continuity(client: str, upstream: str, response: JSONObject) -> None:
    """An upstream's answer that a client puts into its history comes back with the upstream's own signatures."""
    made = turned(upstream, client, "response", response)
    shown = made.body
    gone = {value for at, value in leaves(response) if named(at, made.losses)}
    # What signs a part that is named as lost has nothing left to sign.
    minted = [value for value in signatures(upstream, _first(upstream, response)) if value not in gone]
    if not minted or (client == "gemini" and "content" not in (shown.get("candidates") or [{}])[0]):
        return
    if client not in AGENTS:
        raise AssertionError(f"{upstream} to {client}: {minted} can neither come back nor are they named as lost")
    agent = AGENTS[client]
    again, losses, _ = turned(client, upstream, "request", agent.goes_on(agent.opening, shown))
    returned = signatures(upstream, again)
    # A thought that only led to what nobody else can show, and that OpenAI refuses alone, may be named as lost instead.
    idle = _idle(upstream, response) if any(loss.feature == "reasoning" for loss in losses) else []
    lost = [value for value in minted if value not in returned and value not in idle]
    if lost:
        raise AssertionError(
            f"{upstream} through {client}: signatures {lost} did not come back (what did: {returned})\n"
            f"answer: {show_body(response)}\nas shown: {show_body(shown)}\nnext request: {show_body(again)}"
        )


def _idle(upstream: str, response: JSONObject) -> list[str]:
    """The sealed states at the end of an answer that no words and no calls of the client's own tools come after."""
    found: list[str] = []
    for item in reversed(response.get("output", ()) if upstream == "openai-responses" else ()):
        if item.get("type") in ("message", "function_call", "custom_tool_call"):
            break
        found += signatures(upstream, item)
    return found


def _first(dialect: str, response: JSONObject) -> Any:
    """The one candidate that a client goes on with."""
    key = {"openai": "choices", "gemini": "candidates"}.get(dialect)
    return response if key is None else response.get(key, [])[:1]


# ------------------------------------------------------------------------------------------------------- a loop

MODELS = {
    "openai": "gpt-5.2",
    "openai-responses": "gpt-5.2",
    "claude": "claude-opus-5",
    "gemini": "gemini-3-pro-preview",
    "ui-message": "m",
}
"""What a gateway asks each upstream for: models that sign."""

GoesOn = Callable[[JSONObject, Any], JSONObject]
Reader = Callable[[bytes], Any]


def agent_loop(
    client: str,
    upstream: str,
    answers: Iterable[JSONObject],
    *,
    streamed: bool,
    goes_on: GoesOn | None = None,
    read: Reader | None = None,
) -> None:
    """All through a loop of calls, the upstream sees the conversation that a client of its own would show it.

    The client asks, the upstream answers, the client puts the answer into its history and asks again, until the
    `answers` are all given. Each request that reaches the upstream must say what the upstream's own client would have
    said: its proofs, sealed state and ids byte for byte and where they were, and all texts, calls and results.

    `goes_on` and `read` are how the client makes of an answer's JSON, or a stream's bytes, its next request, if not as
    the agents of the kit do.
    """
    agent, own = AGENTS[client], AGENTS[upstream]
    request, expected = agent.opening, own.opening
    for number, answer in enumerate(answers):
        exchange = Exchange(client, upstream, now=1_760_000_000, passthrough=False)
        exchange.request(request, stream=streamed)
        if streamed:
            frames = b"".join(exchange.stream().iter([streamed_answer(upstream, answer)]))
            shown = parsed(collect(frames, source=client)) if read is None else read(frames)
        else:
            body = exchange.response(dumped(answer)).body
            shown = parsed(body) if read is None else read(body)
        request = (goes_on or agent.goes_on)(request, shown)
        expected = own.goes_on(expected, answer)
        sent = Exchange(client, upstream, passthrough=False).request(request, model=MODELS[upstream]).body
        _compare(f"{upstream} through {client}, request {number + 2}", upstream, own, expected, sent, shown)


def streamed_answer(dialect: str, answer: JSONObject) -> bytes:
    """A whole answer as the bytes of a stream."""
    spoken = lookup(dialect)
    response = spoken.decode_response(dumped(answer))
    return spoken.encoder(Losses(), None, None).feed(explode(response))


def _compare(where: str, upstream: str, agent: Agent, expected: JSONObject, sent: JSONObject, shown: object) -> None:
    wanted, given = _conversation(upstream, agent, expected), _conversation(upstream, agent, sent)
    found = list(differences(wanted, given))
    minted, returned = signatures(upstream, expected), signatures(upstream, sent)
    if found or minted != returned:
        raise AssertionError(
            f"{where}:\n{explain(found, 'should be', 'is')}\nsignatures: {minted}\nreturned: {returned}\n"
            f"expected: {show_body(expected)}\nsent: {show_body(sent)}\nlast answer as shown: {str(shown)[:2000]}"
        )


def _conversation(dialect: str, agent: Agent, request: JSONObject) -> Any:
    key = agent.conversation
    return canonical(dialect, "request", {key: request[key]})[key]
