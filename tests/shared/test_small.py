"""The small parts that dialects share: odd input to each, and what is made of it."""

from __future__ import annotations

import pytest
from msgspec import Raw, Struct

from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import Cache, Reasoning, Signature, Text, ToolCall
from dgrid_translate.ir.request import CustomTool, FunctionTool, Message, ReasoningConfig, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared import caching, carriers, custom_tools, effort, extensions, ids, media, names, wire
from dgrid_translate.shared.arguments import unwrapped


@pytest.mark.parametrize(
    ("url", "split"),
    [
        ("https://x/y", None),
        ("data:text/plain", None),
        ("data:text/plain,abc", None),
        ("DATA:image/png;BASE64,QUJD", ("image/png", "QUJD")),
        ("data:;base64,QUJD", (None, "QUJD")),
    ],
)
def test_data_urls(url: str, split: tuple[str | None, str] | None) -> None:
    assert media.split_data_url(url) == split


@pytest.mark.parametrize(("namespace", "name", "joined"), [("f", "f", "f"), ("a", "f", "a__f"), ("a_", "f", "a_f")])
def test_names_in_namespaces(namespace: str, name: str, joined: str) -> None:
    assert names.join(namespace, name) == joined


def test_a_spelling_that_only_looks_worked_out() -> None:
    spelled = ids.legal("a b")
    assert ids.restored(spelled) == "a b"
    assert ids.restored(spelled[:-1] + "*") == spelled[:-1] + "*"


@pytest.mark.parametrize(("budget", "word"), [(0, "none"), (100, "minimal"), (30_000, "max")])
def test_effort_of_a_budget(budget: int, word: str) -> None:
    assert effort.effort_for(budget, 32_000) == word


def test_a_request_without_reasoning_asks_for_no_effort() -> None:
    assert effort.asked_effort(Request("openai", [])) == (None, False)
    assert effort.asked_effort(Request("openai", [], reasoning=ReasoningConfig("off"))) == ("none", False)


def test_a_cache_marker_that_is_no_object() -> None:
    losses = Losses()
    made = caching.as_control(Cache("prompt_cache_breakpoint", Raw(b'"\\ud83d"')), losses, ())
    assert bytes(wire.encode(made)) == b'{"type":"ephemeral"}'


def test_carriers_with_nothing_to_carry_for() -> None:
    seal = "dgridTranslateSign01.google.%s.c2ln"
    alone = Reasoning("", signature=Signature(seal % "p", "anthropic"))
    waiting = Reasoning("", signature=Signature(seal % "n", "anthropic"))
    kept = carriers.restore([alone, waiting], "anthropic", "claude")
    assert [(type(part), part.signature) for part in kept] == [
        (Text, Signature("c2ln", "google")),
        (Reasoning, Signature("c2ln", "google")),
    ]


def test_free_text_tools_as_functions() -> None:
    rule = Raw(b'{"type":"grammar"}')
    request = Request("openai", [Message("assistant", [Text("x"), ToolCall("c", "f", "do", custom=True)])])
    request.messages.append(Message("user", [Text("y")]))
    request.tools = [
        CustomTool("f", None, rule, at=("tools", 0)),
        CustomTool("g", "d", rule, at=("tools", 1)),
        CustomTool("h"),
        FunctionTool("i"),
    ]
    losses = Losses()
    made = custom_tools.as_functions(request, losses)
    told = 'The input must follow this format: {"type":"grammar"}'
    assert [getattr(tool, "description", None) for tool in made.tools or ()] == [told, f"d\n\n{told}", None, None]
    assert {type(tool) for tool in made.tools or ()} == {FunctionTool}
    assert made.messages[0].parts[1] == ToolCall("c", "f", Raw(b'{"input":"do"}'))
    assert made.messages[1] is request.messages[1]
    assert [loss.feature for loss in losses] == ["custom_tool"] * 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [('{"input":"a"}', "a"), ('{"other":"a"}', '{"other":"a"}'), ("[1", "[1"), ('"\ud83d"', '"\ud83d"')],
)
def test_free_text(arguments: str, text: str) -> None:
    assert custom_tools.restored(ToolCall("c", "f", arguments)) == ToolCall("c", "f", text, custom=True)


def test_wrapped_arguments_that_were_cut() -> None:
    assert unwrapped('{"_raw":"x') == '{"_raw":"x'


class Node(wire.Wire):
    inner: list[Node] = []


class First(wire.Wire, tag_field="type", tag="first"):
    pass


class Second(wire.Wire, tag_field="type", tag="second"):
    pass


def test_what_is_read_slowly_has_a_depth() -> None:
    body = b'{"inner":[' * 60 + b'{"x":1}' + b"]}" * 60
    with pytest.raises(DecodeError, match="nested too deeply") as caught:
        wire.load(Node, body, "openai")
    assert (caught.value.path or "").count("inner[0]") > 10


def test_a_tag_that_nothing_stands_for() -> None:
    with pytest.raises(DecodeError, match=r"type: expected 'first', 'second', found 'third'"):
        wire.load(First | Second, b'{"type":"third"}', "openai")


def test_an_object_of_objects_that_only_json_can_read() -> None:
    assert wire.load(dict[str, str], b'{"a":"\\ud83d"}', "openai") == {"a": "\ud83d"}
    with pytest.raises(DecodeError, match=r"a: expected a string, found a number 1"):
        wire.load(dict[str, str], b'{"a":1,"b":"\\ud83d"}', "openai")


def test_what_a_struct_looks_at_in_a_body_that_only_json_can_read() -> None:
    class Head(Struct):
        type: str

    assert wire.load(Head, b'{"type":"a","text":"\\ud83d"}', "openai") == Head("a")


def test_no_form_is_a_loss_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "_forms", set())
    monkeypatch.setattr(extensions, "_MOST_FORMS", 2)
    losses = Losses()
    for number in [*range(4), *range(4)]:
        ext = {"claude": {(f"~form{number}",): Raw(b"1"), ("key",): Raw(b"1")}}
        extensions.drop_foreign(ext, "gemini", ("at", number), losses)
    assert [loss.path for loss in losses] == [f"at[{number}].key" for number in range(4)]


def test_half_characters_are_written_among_all_else() -> None:
    body = {"text": "a\ud83d", "number": 1, "list": [None, True, "\ude00"], "raw": Raw(b'{"x":1}')}
    assert wire.dump(body) == b'{"text":"a\\ud83d","number":1,"list":[null,true,"\\ude00"],"raw":{"x":1}}'
