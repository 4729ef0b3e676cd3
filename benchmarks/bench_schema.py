"""Question: what do the tools' JSON Schemas cost a request, the first time and with every later turn?

Run `python benchmarks/bench_schema.py`. 20 tools of an agent, 67 KB in all, are rewritten for each target: new to the
process (each round has its own schemas) and seen before. Ratios are to BARE, an untyped `msgspec.json.decode` and
`encode` of the same bytes, in rounds in which all alternate.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import msgspec

from dgrid_translate.losses import Losses
from dgrid_translate.shared import schema as schemas
from dgrid_translate.shared.schema import SchemaProfile, downgrade, from_openapi

if TYPE_CHECKING:
    from collections.abc import Callable

TOOLS = 20
ROUNDS = 30
REPEATS = 10
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


def seconds(work: Callable[[list[msgspec.Raw]], None], schemas: list[msgspec.Raw], times: int) -> float:
    """Return what one call takes."""
    started = time.perf_counter()
    for _ in range(times):
        work(schemas)
    return (time.perf_counter() - started) / times


def main() -> None:
    """Print the table."""
    named = {name: getattr(schemas, name) for name in schemas.__all__}
    work = {name: rewriting(profile) for name, profile in named.items() if isinstance(profile, SchemaProfile)}
    work["from_openapi"] = reading
    known = tools("known")
    touched: list[float] = []
    first: dict[str, list[float]] = {name: [] for name in work}
    again: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(ROUNDS):
        new = tools(f"new {turn}")
        touched.append(seconds(bare, known, REPEATS))
        for name, rewrite in work.items():
            first[name].append(seconds(rewrite, new, 1))
            rewrite(known)
            again[name].append(seconds(rewrite, known, REPEATS))
    base = statistics.median(touched)
    size = sum(len(bytes(schema)) for schema in known) / 1000
    print(f"{TOOLS} tools, {size:.0f} KB; BARE {base * 1e6:.0f} us")
    print(f"{'':20} {'first us':>9} {'x BARE':>7} {'again us':>9} {'x BARE':>7}")
    for name in work:
        new_time, old_time = statistics.median(first[name]), statistics.median(again[name])
        print(f"{name:20} {new_time * 1e6:9.0f} {new_time / base:7.2f} {old_time * 1e6:9.0f} {old_time / base:7.2f}")


if __name__ == "__main__":
    main()
