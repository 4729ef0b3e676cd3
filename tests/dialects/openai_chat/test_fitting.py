"""What Chat Completions refuses, and what becomes of it when it comes from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, translate

ASK = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
FUNCTION = {"name": "f", "input_schema": {"type": "object", "properties": {}}}


def sent(body: dict[str, Any], source: str) -> tuple[dict[str, Any], list[str]]:
    losses: list[Loss] = []
    made = translate(body, to="openai", source=source, kind="request", losses=losses)
    return made, [f"{loss.kind} {loss.feature} at {loss.path}" for loss in losses]


def claude(**members: Any) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]} | members


def part(**members: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": [{"text": "See"}, members]}]}


def test_json_mode_wants_the_word() -> None:
    asked = ASK | {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "generationConfig": {"responseMimeType": "application/json"},
    }
    made, losses = sent(asked, "gemini")
    assert made["messages"][:2] == [
        {"role": "system", "content": "Be brief."},
        {"role": "system", "content": "Answer in JSON."},
    ]
    assert losses == ["invented json_instruction at messages[1]"]
    asked["systemInstruction"]["parts"][0]["text"] = "Be brief, in Json."
    assert sent(asked, "gemini")[1] == []


def test_files_have_names() -> None:
    pdf = {"inlineData": {"mimeType": "application/pdf", "data": "AAAA"}}
    made, losses = sent(part(**pdf), "gemini")
    assert made["messages"][0]["content"][1]["file"]["filename"] == "file.pdf"
    assert losses == ["invented filename at messages[0].content[1].file.filename"]


@pytest.mark.parametrize(
    ("media_type", "kind"), [("image/heic", "image"), ("audio/ogg", "audio"), ("video/mp4", "video")]
)
def test_media_it_cannot_read(media_type: str, kind: str) -> None:
    made, losses = sent(part(inlineData={"mimeType": media_type, "data": "AAAA"}), "gemini")
    assert made["messages"] == [{"role": "user", "content": [{"type": "text", "text": "See"}]}]
    assert losses == [f"dropped {kind} at contents[0].parts[1]"]


def test_a_turn_of_thoughts_alone_has_content() -> None:
    turn = {"role": "model", "parts": [{"text": "Hm.", "thought": True}]}
    made, _ = sent({"contents": [*ASK["contents"], turn, *ASK["contents"]]}, "gemini")
    assert made["messages"][1] == {"role": "assistant", "content": "", "reasoning_content": "Hm."}


@pytest.mark.parametrize(
    ("tools", "choice", "expected", "losses"),
    [
        ([], {"type": "auto"}, None, []),
        ([], {"type": "any"}, None, ["dropped tool_choice at tool_choice"]),
        (
            [],
            {"type": "auto", "disable_parallel_tool_use": True},
            None,
            ["dropped parallel_tool_calls at tool_choice.disable_parallel_tool_use"],
        ),
        ([FUNCTION], {"type": "tool", "name": "memory"}, None, ["dropped tool_choice at tool_choice"]),
        ([FUNCTION], {"type": "tool", "name": "f"}, {"type": "function", "function": {"name": "f"}}, []),
    ],
)
def test_a_choice_is_among_what_is_offered(
    tools: list[dict[str, Any]], choice: dict[str, Any], expected: Any, losses: list[str]
) -> None:
    given = [{"type": "memory_20250818", "name": "memory"}, *tools]
    made, noted = sent(claude(tools=given, tool_choice=choice), "claude")
    assert (made.get("tool_choice"), made.get("parallel_tool_calls")) == (expected, None)
    assert noted == [*losses, "dropped provider_tool at tools[0]"]


def test_a_choice_among_several_keeps_what_is_offered() -> None:
    tools = [{"type": "function", "function": {"name": "f"}}, {"type": "web_search", "name": "w"}]

    def choose(mode: str, *names: str) -> tuple[Any, list[str]]:
        references = [{"type": "function", "function": {"name": name}} for name in names]
        body = {
            "model": "m",
            "messages": [{"role": "user", "content": "Hello"}],
            "tools": tools,
            "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": references}},
        }
        losses: list[Loss] = []
        made = translate(body, to="gemini", source="openai", kind="request", losses=losses)
        config = made.get("toolConfig", {}).get("functionCallingConfig")
        return config, [f"{loss.kind} {loss.feature}" for loss in losses if loss.feature == "tool_choice"]

    assert choose("required", "f", "w") == (
        {"mode": "ANY", "allowedFunctionNames": ["f"]},
        ["approximated tool_choice"],
    )
    assert choose("auto", "w") == ({"mode": "NONE"}, ["approximated tool_choice"])
    assert choose("required", "w") == (None, ["dropped tool_choice"])


@pytest.mark.parametrize(
    ("model", "effort", "refused"),
    [
        ("o3", None, ["temperature", "top_p", "stop", "logprobs", "top_logprobs"]),
        ("gpt-5-mini", None, ["temperature", "top_p", "logprobs", "top_logprobs"]),
        ("gpt-5.6", "HIGH", ["temperature", "top_p", "logprobs", "top_logprobs"]),
        ("gpt-5.6", None, []),
        ("gpt-4o", "HIGH", []),
        ("org/o3", None, []),
    ],
)
def test_reasoning_models_take_no_sampling(model: str, effort: str | None, refused: list[str]) -> None:
    config: dict[str, Any] = {
        "temperature": 0.5, "topP": 0.5, "presencePenalty": 0, "seed": 1, "stopSequences": ["x"],
        "responseLogprobs": True, "logprobs": 2,
    }  # fmt: skip
    if effort is not None:
        config["thinkingConfig"] = {"thinkingLevel": effort}
    made, losses = sent(ASK | {"model": f"models/{model}", "generationConfig": config}, "gemini")
    kept = {"temperature", "top_p", "presence_penalty", "seed", "stop", "logprobs", "top_logprobs"} - set(refused)
    assert kept <= made.keys()
    assert made.keys().isdisjoint(refused)
    assert sorted(line.split()[1] for line in losses) == sorted(refused)
