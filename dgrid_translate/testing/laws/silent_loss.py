"""No silent loss: what the source says is in the target, or a loss names it. Two means that complement one another.

Sentinels: every free text is replaced by a unique word, which must turn up in the target. Deletion: every leaf is taken
out in turn, and changed where it must be there or says what is true without it; if that changes neither the target nor
the losses, nobody looked at it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from dgrid_translate.dialect import Kind
from dgrid_translate.errors import DecodeError
from dgrid_translate.losses import At, Loss, render_path
from dgrid_translate.testing.laws.silence import says_nothing
from dgrid_translate.testing.laws.turn import Named, Turned, dumped, name_of, refused, turned
from dgrid_translate.testing.places import altered, find, is_object, leaves, prefixes, replaced, show, spelled, without
from dgrid_translate.testing.strategies.common import JSONObject

FREE = frozenset(
    {
        "text",
        "content",
        "description",
        "refusal",
        "thinking",
        "context",
        "title",
        "cited_text",
        "transcript",
        "reasoning_content",
        "output",
        "message",
        "explanation",
        "finishMessage",
        "prompt",
        "suffix",
        "errorText",
        "system",
        "user",
        "user_id",
        "safety_identifier",
        "stdout",
        "code",
        "input",
        "instructions",
    }
)
"""Keys under which a string is free text, in every dialect."""

JSON_TEXT = frozenset({"arguments"})
"""Keys under which a string is JSON text."""

FREE_JSON = frozenset({"args", "response", "input"})
"""Keys under which everything is somebody's own JSON, but for the body's own: `input` holds a whole conversation."""

BASE64 = frozenset({"data"})
"""Keys under which a string is base64 of something that travels as it is."""

REQUIRED = frozenset(
    {
        "mediaType",
        "mimeType",
        "mime_type",
        "media_type",
        "name",
        "toolName",
        "toolCallId",
        "tool_call_id",
        "id",
        "arguments",
        "type",
        "role",
        "data",
        "url",
        "uri",
        "fileUri",
        "file_uri",
        "mode",
    }
)
"""Keys that the APIs ask for, so that a body without one says something else: they are changed, not taken out."""

MEDIA_TYPES = frozenset({"mediaType", "mimeType", "mime_type", "media_type"})

_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{8,}")


def _word(number: int) -> str:
    return f"zq{number}qz"


def _is_free(at: At) -> bool:
    return at[-1] in FREE or any(key in FREE_JSON for key in at[1:-1])


def sentinels(body: JSONObject) -> tuple[JSONObject, dict[At, str]]:
    """The body with a unique word in place of every free text, and where each stands."""
    placed: dict[At, str] = {}
    marked: Any = body
    for at, leaf in leaves(body):
        if not isinstance(leaf, str) or not leaf.strip():
            continue
        word = _word(len(placed))
        longest = max(len(leaf), len(leaf.encode("utf-8", "replace")))  # so that offsets stay inside
        if at[-1] in JSON_TEXT:
            new = json.dumps({"q": word})
        elif at[-1] == "data" and "redacted" not in str(find_sibling(body, at)):
            new = base64.b64encode(word.encode()).decode()
        elif _is_free(at):
            new = word.ljust(longest, ".")
        else:
            continue
        placed[at] = word
        marked = replaced(marked, at, new)
    return marked, placed


def find_sibling(body: Any, at: At) -> Any:
    """The `type` beside the leaf, if any."""
    holder = find(body, at[:-1])
    return holder.get("type") if is_object(holder) else None


def _decoded(text: str) -> Iterator[str]:
    for blob in _BLOB.findall(text):
        try:
            yield base64.b64decode(
                blob + "=" * (-len(blob) % 4), altchars=b"-_" if set("-_") & set(blob) else None
            ).decode("utf-8", "ignore")
        except (binascii.Error, ValueError):
            continue


def hidden_in(text: str) -> str:
    """What base64 in the text holds, also where a wrapping put it into base64 once more."""
    hidden = "\n".join(_decoded(text))
    return hidden + "\n".join(_decoded(hidden))


def named(at: At, losses: list[Loss]) -> bool:
    """Whether some loss leads to the place; what was invented leads elsewhere."""
    ways = prefixes(at)
    return any(loss.kind != "invented" and spelled(loss.path) in ways for loss in losses)


def no_silent_loss(
    source: Named, target: Named, kind: Kind, body: JSONObject, *, request: JSONObject | None = None, most: int = 80
) -> None:
    """Everything the body says is in the target, or named as a loss; `most` bounds how many leaves are taken out."""
    sentinels_arrive(source, target, kind, body, request=request)
    every_leaf_matters(source, target, kind, body, request=request, most=most)


def sentinels_arrive(
    source: Named, target: Named, kind: Kind, body: JSONObject, *, request: JSONObject | None = None
) -> None:
    """Every free text is in the target, or named as a loss."""
    marked, placed = sentinels(body)
    if refused(source, kind, marked) is not None:
        return
    made = turned(source, target, kind, marked, request)
    seen = json.dumps(made.body, ensure_ascii=False)
    missing = [at for at, word in placed.items() if word not in seen and not named(at, made.losses)]
    if missing:
        hidden = hidden_in(seen)
        missing = [at for at in missing if placed[at] not in hidden]
    missing = [at for at in missing if says_nothing(name_of(source), name_of(target), kind, body, at) is None]
    if missing:
        lines = [f"  {render_path(at)} (looked for {placed[at]!r})" for at in missing]
        raise AssertionError(_report("lost in silence", source, target, kind, lines, marked, made))


def every_leaf_matters(
    source: Named,
    target: Named,
    kind: Kind,
    body: JSONObject,
    *,
    request: JSONObject | None = None,
    most: int = 80,
) -> None:
    """Taking out a leaf, or changing it, changes the target or the losses."""
    whole = turned(source, target, kind, body, request)
    reference = _trace(whole)
    every = [
        (at, leaf)
        for at, leaf in leaves(body)
        if says_nothing(name_of(source), name_of(target), kind, body, at) is None
    ]
    step = max(1, -(-len(every) // most))
    lost: list[str] = []
    for at, leaf in every[::step]:
        if named(at, whole.losses) or _matters(source, target, kind, body, request, at, leaf, reference):
            continue
        lost.append(f"  {render_path(at)} = {show(leaf)}")
    if lost:
        raise AssertionError(_report("lost in silence", source, target, kind, lost, body, whole))


def _matters(
    source: Named,
    target: Named,
    kind: Kind,
    body: JSONObject,
    request: JSONObject | None,
    at: At,
    leaf: Any,
    reference: tuple[bytes, tuple[Loss, ...]],
) -> bool:
    # Of a medium's type only the kind has to matter: some look at the data for the rest.
    other = "video/mp4" if at[-1] in MEDIA_TYPES and leaf != "video/mp4" else altered(leaf)
    trials = [replaced(body, at, other)]
    if isinstance(at[-1], str) and at[-1] not in REQUIRED:
        trials.insert(0, without(body, at))
    allowed = False
    for trial in trials:
        try:
            made = turned(source, target, kind, trial, request)
        except DecodeError:
            continue
        if _trace(made) != reference:
            return True
        allowed = True
    return not allowed  # the dialect may allow nothing else here


def _trace(made: Turned) -> tuple[bytes, tuple[Loss, ...]]:
    return dumped(made.body), tuple(made.losses)


def _report(
    what: str, source: Named, target: Named, kind: Kind, lines: list[str], body: JSONObject, made: Turned
) -> str:
    losses = "; ".join(map(str, made.losses)) or "none"
    return "\n".join(
        [
            f"{what}, {name_of(source)} -> {name_of(target)} {kind}:",
            *lines[:12],
            f"source: {show_body(body)}",
            f"target: {show_body(made.body)}",
            f"losses: {losses}",
        ]
    )


def show_body(body: object) -> str:
    """A whole body for a message, cut short."""
    text = json.dumps(body, ensure_ascii=False)
    return text if len(text) <= 4000 else text[:3997] + "..."
