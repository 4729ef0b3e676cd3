"""Prompts: what others are asked for them, and what conversations become."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Exchange, Loss, to_claude, to_completions, to_openai, translate
from dgrid_translate.errors import DecodeError, LossyTranslation
from dgrid_translate.registry import readings

TOKENS: tuple[Any, ...] = ([1, 2], [[1, 2], [3]], [[1], "a"])


def request(**more: Any) -> dict[str, Any]:
    return {"model": "m", "prompt": "Once", "max_tokens": 9, **more}


@pytest.mark.parametrize("prompt", ["Once", "", ["Once"], ["Once", "Twice"], [], None, *TOKENS])
def test_every_form_comes_back_as_it_was(prompt: Any) -> None:
    body = request(prompt=prompt)
    losses: list[Loss] = []
    assert translate(body, to="completions", source="completions", losses=losses, passthrough=False) == body
    assert losses == []


def test_no_prompt_at_all_stays_none() -> None:
    assert translate({"model": "m"}, to="completions", source="completions", kind="request", passthrough=False) == {
        "model": "m"
    }


@pytest.mark.parametrize("prompt", TOKENS)
@pytest.mark.parametrize("target", ["openai", "claude", "gemini"])
def test_tokens_are_refused_by_their_path(prompt: Any, target: str) -> None:
    with pytest.raises(DecodeError, match="tokenizer") as caught:
        translate(request(prompt=prompt), to=target, source="completions")
    assert (caught.value.path, caught.value.dialect) == ("prompt", "openai-completions")
    with pytest.raises(DecodeError, match="tokenizer"):
        Exchange("completions", target).request(request(prompt=prompt))
    assert Exchange("completions", "completions").request(request(prompt=prompt)).body == request(prompt=prompt)


def test_prompts_after_the_first_are_named_one_by_one() -> None:
    losses: list[Loss] = []
    made = to_openai(request(prompt=["Once", "Twice", "Thrice"], n=2), losses=losses)
    assert made["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Once"}]}]
    assert [(loss.kind, loss.path) for loss in losses] == [("dropped", "prompt[1]"), ("dropped", "prompt[2]")]
    with pytest.raises(LossyTranslation):
        to_openai(request(prompt=["Once", "Twice"]), strict=True)


def test_a_question_is_a_prompt_as_it_is_and_back() -> None:
    asked = {"model": "m", "messages": [{"role": "user", "content": "Once"}], "max_completion_tokens": 9}
    assert to_completions(asked) == request()
    assert to_openai(request()) == asked


def script(*messages: tuple[str, Any], **more: Any) -> dict[str, Any]:
    body = {"model": "m", "messages": [{"role": role, "content": content} for role, content in messages], **more}
    return to_completions(body, source="openai")


def test_a_conversation_becomes_a_script() -> None:
    made = script(
        ("system", "Be brief."),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("system", "Be briefer."),
        ("user", [{"type": "text", "text": "Go on."}, {"type": "text", "text": "Now."}]),
    )
    assert made["prompt"] == (
        "Be brief.\n\nuser:\nHi\n\nassistant:\nHello\n\nsystem:\nBe briefer.\n\nuser:\nGo on.\n\nNow.\n\nassistant:\n"
    )
    assert made["stop"] == ["\nuser:"]


def test_the_model_goes_on_with_what_it_had_begun_to_say() -> None:
    assert script(("user", "Hi"), ("assistant", "Hel"))["prompt"] == "user:\nHi\n\nassistant:\nHel"


def test_instructions_alone_are_answered() -> None:
    assert script(("system", "Tell a joke."))["prompt"] == "Tell a joke.\n\nassistant:\n"


@pytest.mark.parametrize(
    ("stop", "sent"),
    [("x", ["x", "\nuser:"]), ([*"abcd"], [*"abcd"]), (["\nuser:"], ["\nuser:"]), ([*"abcde"], [*"abcd"])],
)
def test_a_script_stops_before_the_user_speaks_if_there_is_room(stop: Any, sent: list[str]) -> None:
    assert script(("system", "Be brief."), ("user", "Hi"), stop=stop)["stop"] == sent


def test_a_limit_is_invented_where_none_is_set() -> None:
    losses: list[Loss] = []
    made = to_completions({"messages": [{"role": "user", "content": "Hi"}]}, source="openai", losses=losses)
    assert made == {"prompt": "Hi", "max_tokens": 1024}
    assert [str(loss).split(":")[0] for loss in losses] == ["invented max_tokens at max_tokens"]


def test_tools_and_what_is_no_text_are_named() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    body = {
        "model": "m",
        "max_tokens": 9,
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Look."}, image]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "2"},
        ],
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }
    losses: list[Loss] = []
    assert to_completions(body, losses=losses)["prompt"] == "Look."
    assert {loss.path for loss in losses if loss.kind == "dropped"} == {
        "messages[0].content[1]",
        "messages[1]",
        "messages[1].tool_calls[0]",
        "messages[2]",
        "tools[0]",
    }


@pytest.mark.parametrize(
    ("asked", "logprobs"),
    [({"logprobs": True}, 0), ({"logprobs": True, "top_logprobs": 3}, 3), ({"logprobs": True, "top_logprobs": 20}, 5)],
)
def test_log_probabilities_are_asked_for_by_a_number(asked: dict[str, Any], logprobs: int) -> None:
    assert script(("user", "Hi"), **asked)["logprobs"] == logprobs


def test_log_probabilities_are_asked_of_others() -> None:
    made = to_openai(request(logprobs=2))
    assert (made["logprobs"], made["top_logprobs"]) == (True, 2)
    assert to_openai(request(logprobs=0))["logprobs"] is True


def test_a_completions_body_is_known_by_its_shape() -> None:
    assert [(dialect.profile.name, kind) for dialect, kind in readings(b'{"prompt":"Once"}', None, None)] == [
        ("openai-completions", "request")
    ]
    assert to_claude(request())["messages"] == [{"role": "user", "content": "Once"}]
