"""No silent loss of what nobody knows yet: vendors add members all the time.

A stranger is put into every object of a body, or of a stream's events; each must turn up in the target, or be named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.losses import At, Loss, render_path
from dgrid_translate.testing.laws.silence import says_nothing
from dgrid_translate.testing.laws.silent_loss import hidden_in, named, show_body
from dgrid_translate.testing.laws.turn import Named, name_of, refused, turned
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject
from dgrid_translate.translate import StreamTranslator

SCHEMAS = frozenset(
    {
        "parameters",
        "parametersJsonSchema",
        "input_schema",
        "inputSchema",
        "output_schema",
        "outputSchema",
        "schema",
        "responseSchema",
        "responseJsonSchema",
    }
)
"""Keys of JSON Schemas, where every member has a meaning."""

SOMEBODYS_OWN = frozenset({"input", "output", "args", "response", "metadata", "labels", "logit_bias", "top_logprobs"})
"""Keys of objects whose members are named by the user, the model or a tool."""

ENVELOPES = frozenset({"choices", "candidates", "delta", "message", "usage", "usageMetadata"})
"""Keys of what a stream's event is wrapped in; what is deeper belongs to a part, which may be lost as a whole."""

PASSED_OVER = re.compile(
    r"response\.(\w+_call(_\w+)?|mcp_\w+|compaction|reasoning_summary_part)\..*"
    r"|response\.(output_text|reasoning_text|reasoning_summary_text|refusal|function_call_arguments)\.done"
    r"|(tool|source|data)-.*|file|reasoning-file|custom|steering-message"
)
"""Kinds of events that tell of progress, repeat what was told, or are all of a part, which may be lost as a whole."""

ENDS = frozenset({"message_stop", "response.completed", "response.incomplete"})
"""Kinds of events that nothing counts after."""


def strangers_are_named(
    source: Named, target: Named, kind: Kind, body: JSONObject, *, request: JSONObject | None = None
) -> None:
    """A member that nobody knows is in the target, or named as a loss, wherever in the body it stands."""
    placed: dict[At, str] = {}
    marked = _marked(body, (), placed)
    if refused(source, kind, marked) is not None:
        return
    made = turned(source, target, kind, marked, request)
    seen = json.dumps(made.body, ensure_ascii=False)
    known = {loss.feature for loss in made.losses}
    missing = [at for at, word in placed.items() if word not in seen and word not in known]
    hidden = hidden_in(seen) if missing else ""
    missing = [at for at in missing if placed[at] not in hidden and not named(at, made.losses)]
    missing = [at for at in missing if says_nothing(name_of(source), name_of(target), kind, marked, at) is None]
    if missing:
        places = [render_path(at) for at in missing]
        raise AssertionError(_report(name_of(source), name_of(target), kind, places, marked, made.body, made.losses))


def _marked(value: Any, at: At, placed: dict[At, str]) -> Any:
    if is_array(value):
        return [_marked(item, (*at, index), placed) for index, item in enumerate(value)]
    if not is_object(value):
        return value
    made: JSONObject = {}
    for key, child in value.items():
        own = key in SCHEMAS or (is_object(child) and key in SOMEBODYS_OWN)
        made[key] = child if own else _marked(child, (*at, key), placed)
    word = f"zq{len(placed)}qz"
    placed[*at, word] = word
    return {**made, word: word}


def strangers_in_streams_are_named(source: str, target: str, chunks: Sequence[JSONObject]) -> None:
    """A member that nobody knows is in the target's stream, or named as a loss, on whichever event it stands."""
    words: dict[str, str] = {}
    marked: list[JSONObject] = []
    over = False
    for chunk in chunks:
        kind = str(chunk.get("type", ""))
        marked.append(chunk if over or PASSED_OVER.fullmatch(kind) else _wrapped(chunk, kind, words))
        over = over or kind in ENDS
    translator = StreamTranslator(source, target, passthrough=False)
    made = list(translator.iter_events(marked))
    seen = json.dumps(made, ensure_ascii=False)
    known = {loss.feature for loss in translator.losses}
    missing = [place for place, word in words.items() if word not in seen and word not in known]
    if missing:
        raise AssertionError(_report(source, target, "stream", missing, marked, made, translator.losses))


def _wrapped(value: Any, place: str, words: dict[str, str]) -> Any:
    """The event with a stranger in it and in what it is wrapped in: the same one wherever it is of the same kind."""
    if is_array(value):
        return [_wrapped(item, place, words) for item in value]
    if not is_object(value):
        return value
    word = words.setdefault(place, f"zq{len(words)}qz")
    made = {key: _wrapped(item, f"{place}.{key}", words) if key in ENVELOPES else item for key, item in value.items()}
    return {**made, word: word}


def _report(source: str, target: str, what: str, places: list[str], given: Any, made: Any, losses: list[Loss]) -> str:
    return (
        f"lost in silence, {source} -> {target} {what}: {', '.join(places[:12])}\n"
        f"source: {show_body(given)}\ntarget: {show_body(made)}\nlosses: {'; '.join(map(str, losses)) or 'none'}"
    )
