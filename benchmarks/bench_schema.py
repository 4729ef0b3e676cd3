"""Question: what do the tools' JSON Schemas cost a request, the first time and with every later turn?

Run `python benchmarks/bench_schema.py`. 20 tools of an agent, 67 KB in all, are rewritten for each target: new to the
process (each round has its own schemas) and seen before. Ratios are to BARE, an untyped `msgspec.json.decode` and
`encode` of the same bytes, in rounds in which all alternate.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import msgspec
from timing import Report, options

from dgrid_translate.losses import Losses
from dgrid_translate.shared import schema as schemas
from dgrid_translate.shared.schema import SchemaProfile, downgrade, from_openapi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TOOLS = 20
TEXT = "What this member is for, said at the length at which tool definitions say such things, with an example or two. "


def tool(name: str, optionals: bool) -> msgspec.Raw:
    """Return a schema of 3.3 KB, as an SDK writes it; `optionals` are alternatives of null, which pydantic writes."""
    word = {"type": "string", "description": TEXT * 2}
    choice = {"type": "string", "enum": ["content", "files_with_matches", "count"], "description": TEXT}
    count = {"type": "integer", "minimum": 0, "maximum": 1000, "default": 10, "description": TEXT}
    flag = {"type": "boolean", "default": False, "description": TEXT}
    maybe = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Maybe"}
    step = {
        "type": "object",
        "properties": {"content": {"type": "string", "minLength": 1}, "status": choice, "note": word, "more": flag},
        "required": ["content", "status"],
        "additionalProperties": False,
    }
    properties: dict[str, object] = {"path": {**word, "title": name}, "pattern": word, "mode": choice, "limit": count}
    properties |= {"offset": count, "all": flag, "steps": {"type": "array", "items": step, "description": TEXT * 3}}
    properties |= {f"option_{n}": maybe if optionals else flag for n in range(4)}
    properties |= {
        "paths": {"type": "array", "items": {"type": "string"}, "description": TEXT * (4 if optionals else 1)}
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": properties,
        "required": ["path", "pattern"],
        "additionalProperties": False,
    }
    return msgspec.Raw(msgspec.json.encode(schema))


def tools(name: str) -> list[msgspec.Raw]:
    """Return the tools of one request, half of them with alternatives of null."""
    return [tool(f"{name} {number}", number % 2 == 0) for number in range(TOOLS)]


def renamed(known: list[msgspec.Raw], number: int) -> list[msgspec.Raw]:
    """Return tools that this process has not seen."""
    return [msgspec.Raw(bytes(schema).replace(b"known", b"new %d" % number, 1)) for schema in known]


def bare(schemas: list[msgspec.Raw]) -> None:
    """Touch the JSON at all."""
    for schema in schemas:
        msgspec.json.encode(msgspec.json.decode(schema))


def rewriting(profile: SchemaProfile) -> Callable[[list[msgspec.Raw]], None]:
    """Return what rewrites for that target."""

    def rewrite(schemas: list[msgspec.Raw]) -> None:
        losses = Losses()
        for index, schema in enumerate(schemas):
            downgrade(schema, profile, losses, ("tools", index, "function", "parameters"))

    return rewrite


def reading(schemas: list[msgspec.Raw]) -> None:
    """Read Gemini's dialect."""
    for schema in schemas:
        from_openapi(schema)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv)
    report = Report("schema", asked)
    known = tools("known")
    turns = count()
    contest: dict[str, Callable[[], object]] = {"bare": lambda: bare(known)}
    for name in schemas.__all__:
        profile = getattr(schemas, name)
        if isinstance(profile, SchemaProfile):
            contest |= ways(name, rewriting(profile), known, turns)
    contest |= ways("from_openapi", reading, known, turns)
    report.contest(contest, {})
    report.done()


def ways(
    name: str, rewrite: Callable[[list[msgspec.Raw]], None], known: list[msgspec.Raw], turns: Iterator[int]
) -> dict[str, Callable[[], object]]:
    """Return the two contenders that a rewriting makes."""
    return {
        f"{name}, first time": lambda: rewrite(renamed(known, next(turns))),
        f"{name}, again": lambda: rewrite(known),
    }


if __name__ == "__main__":
    main()
