"""Bodies with members that few servers send or that a dialect has from its past, and what becomes of each.

`rare.json` beside a dialect's tests is a list of cases:

    what    what is rare about it
    kind    "request", "response", "stream" (the body is the list of its events) or "error"
    source  the dialect that the body is of, where it is another than the folder's
    to      the dialect it is translated to
    body    the body
    made    what it becomes there
    losses  what is named as lost on the way, as "kind feature path"
    home    what the body becomes in its own dialect by the long way, where that is something else than the body;
            of a stream, what it adds up to then

`python -m tests.dialects.rare` writes the last three anew, of all folders or of those that it is given; read the
difference before you keep it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from dgrid_translate import Loss, StreamTranslator, TranslateError, collect, translate

HERE = Path(__file__).parent
FILES = {
    "openai_chat": "openai",
    "openai_completions": "openai-completions",
    "openai_responses": "openai-responses",
    "claude": "claude",
    "gemini": "gemini",
    "ui_message": "ui-message",
}
"""Whose cases there are, by folder."""
GIVEN = ("what", "kind", "source", "to", "body")


class Outcome(NamedTuple):
    made: Any
    losses: list[str]
    home: Any


def cases(folder: str) -> list[dict[str, Any]]:
    """The cases of one dialect."""
    return json.loads((HERE / folder / "rare.json").read_text("utf-8"))


def outcome(dialect: str, case: dict[str, Any]) -> Outcome:
    """What becomes of a case's body; `dialect` is that of its folder."""
    dialect = case.get("source", dialect)
    losses: list[Loss] = []
    made = _translated(dialect, case["to"], case, losses)
    home = _translated(dialect, dialect, case, [])
    if case["kind"] == "stream":
        home = _sum(dialect, home)
    return Outcome(made, [f"{loss.kind} {loss.feature} {loss.path}" for loss in losses], home)


def expected_home(dialect: str, case: dict[str, Any]) -> Any:
    """What the long way home should give."""
    if "home" in case:
        return case["home"]
    dialect = case.get("source", dialect)
    return _sum(dialect, case["body"]) if case["kind"] == "stream" else case["body"]


def _sum(dialect: str, events: Any) -> Any:
    """The answer that a stream adds up to, or why it has none."""
    try:
        return collect(events, source=dialect)
    except TranslateError as error:
        return str(error)


def _translated(source: str, to: str, case: dict[str, Any], losses: list[Loss]) -> Any:
    kind, body = case["kind"], case["body"]
    if kind == "stream":
        stream = StreamTranslator(source, to, passthrough=False)
        events = list(stream.iter_events(body))
        losses.extend(stream.losses)
        return events
    return translate(body, to=to, source=source, kind=kind, losses=losses, passthrough=False)


def _line(value: object) -> str:
    return json.dumps(value)


def main(folders: list[str]) -> None:
    """Write the expectations anew: of these folders, or of all."""
    for folder, dialect in FILES.items():
        if folders and folder not in folders:
            continue
        blocks: list[str] = []
        for case in cases(folder):
            given = {key: case[key] for key in GIVEN if key in case}
            found = outcome(dialect, case)
            given |= {"made": found.made, "losses": found.losses}
            if found.home != expected_home(dialect, given):
                given["home"] = found.home
            blocks.append("{\n" + ",\n".join(f"  {_line(key)}: {_line(value)}" for key, value in given.items()) + "\n}")
        (HERE / folder / "rare.json").write_text("[\n" + ",\n".join(blocks) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
