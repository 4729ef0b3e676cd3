"""Tools are read once, and written once for a target; these tests are about that nobody can tell."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate import translate
from dgrid_translate.dialect import Dialect
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import Extensions
from dgrid_translate.ir.request import FunctionTool, Request, Tool
from dgrid_translate.losses import Loss, Losses
from dgrid_translate.registry import DIALECTS, lookup
from dgrid_translate.shared.toolset import Toolset, once, remembered
from dgrid_translate.translate.stream import fitting_for
from tests.outside import corpora

FILES = {
    "openai": "openai-chat",
    "openai-responses": "openai-responses",
    "claude": "claude",
    "gemini": "gemini",
    "ui-message": "claude",
}


def written(request: Request, target: Dialect) -> tuple[bytes, list[Loss]]:
    losses = Losses()
    fitting = fitting_for(request, target)
    return target.encode_request(request if fitting is None else fitting.request(request, losses), losses), list(losses)


@pytest.mark.parametrize("source", FILES)
def test_what_is_remembered_is_what_would_be_made(source: str) -> None:
    dialect = lookup(source)
    shared = 0
    for record in corpora(FILES[source]):
        sent = record["request"]
        if not isinstance(sent, dict) or not sent.get("tools"):
            continue
        body = json.dumps(sent).encode()
        if source == "ui-message":  # what is recorded of it has no tools
            body = translate(body, to=source, source="claude", kind="request")
        try:
            first, again = dialect.decode_request(body), dialect.decode_request(body)
        except DecodeError:
            continue
        if type(first.tools) is not Toolset:
            continue
        assert again.tools is first.tools
        before = deepcopy([*first.tools])
        for name in DIALECTS:
            target = lookup(name)
            made = written(replace(first, tools=before), target)
            assert written(first, target) == made
            assert written(again, target) == made
        assert deepcopy([*first.tools]) == before
        shared += 1
    assert shared > 20


def request(source: str, tools: Any) -> dict[str, Any]:
    said = {"messages": [{"role": "user", "content": "x"}]}
    if source == "gemini":
        said = {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}
    elif source == "openai-responses":
        said = {"input": "x"}
    elif source == "ui-message":
        said = {"messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": "x"}]}]}
    return {"model": "m", "max_tokens": 9, **said, "tools": tools} if source == "claude" else {**said, "tools": tools}


@pytest.mark.parametrize("source", [name for name in FILES if name != "ui-message"])
def test_what_is_wrong_is_wrong_each_time(source: str) -> None:
    for _ in range(2):
        with pytest.raises(DecodeError, match=r"^tools\[1\]: expected an object, found a number 7"):
            translate(
                request(source, [{"type": "x"}, 7]), to="claude", source=source, kind="request", passthrough=False
            )
        with pytest.raises(DecodeError, match=r"^tools: expected an array"):
            translate(request(source, "x"), to="claude", source=source, kind="request", passthrough=False)


@pytest.mark.parametrize("source", FILES)
@pytest.mark.parametrize("none", [None, []])
def test_no_tools_are_no_tools(source: str, none: Any) -> None:
    if source == "ui-message" and none == []:
        none = {}
    body = request(source, none)
    assert translate(body, to=source, source=source, kind="request", passthrough=False) == body
    for target in DIALECTS:
        if target != source:
            made = translate(body, to=target, source=source, kind="request")
            assert not made.get("tools")


def test_the_memory_is_bounded() -> None:
    read: list[bytes] = []

    @remembered
    def reader(body: bytes) -> list[Tool]:
        read.append(body)
        return [FunctionTool(body[:9].decode())]

    large = Raw(b'"' + b"x" * 300_000 + b'"')
    assert reader(large) is not reader(large)
    small = [Raw(b'"%05d"' % number) for number in range(70)]
    kept = [reader(one) for one in small]
    assert reader(small[-1]) is kept[-1]
    assert len(read) == 2 + 70
    assert reader(small[0]) is not kept[0]


@pytest.mark.parametrize("ext", [None, {"x": {(str(number),): Raw(b"1") for number in range(600)}}])
def test_what_takes_more_memory_than_its_bytes_is_not_remembered(ext: Extensions | None) -> None:
    @remembered
    def reader(body: bytes) -> list[Tool]:
        return [FunctionTool("", ext=ext) for _ in range(1 if ext else len(body) // 12)]

    few, many = (Raw(b"[" + b'{"name":""},' * number + b"]") for number in (9, 600))
    assert (reader(few) is reader(few)) == (ext is None)
    assert reader(many) is not reader(many)


def test_what_loses_much_is_made_each_time() -> None:
    tools = Toolset([])

    def make(noted: Losses) -> None:
        for number in range(1100):
            noted.dropped("x", ("tools", number))

    for _ in range(2):
        losses = Losses()
        once(tools, "key", make, losses)
        assert len(losses) == 1100
    assert not tools.made


def test_losses_are_noted_each_time_and_lists_are_made_anew() -> None:
    made: list[int] = []

    def make(noted: Losses) -> int:
        noted.dropped("tool", ("tools", 0))
        made.append(1)
        return len(made)

    for tools, results in ((Toolset([]), [1, 1, 1]), ([], [2, 3, 4])):
        losses = [Losses() for _ in results]
        assert [once(tools, "key", make, noted) for noted in losses] == results
        assert [[loss.path for loss in noted] for noted in losses] == [["tools[0]"]] * 3
