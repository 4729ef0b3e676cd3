"""Files that only their own provider can fetch."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, translate

FILES = "https://generativelanguage.googleapis.com/v1beta/files/abc"


def ask(uri: str) -> dict[str, Any]:
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "See"}, {"fileData": {"fileUri": uri, "mimeType": "image/png"}}]}
        ]
    }


@pytest.mark.parametrize("uri", [FILES, "gs://bucket/a.png"])
@pytest.mark.parametrize("to", ["openai", "claude"])
def test_googles_files_stay_with_google(uri: str, to: str) -> None:
    losses: list[Loss] = []
    made = translate(ask(uri), to=to, source="gemini", kind="request", losses=losses)
    assert uri not in str(made)
    assert [loss.path for loss in losses if loss.kind == "dropped"] == ["contents[0].parts[1]"]
    assert translate(ask(uri), to="gemini", source="gemini", kind="request", passthrough=False) == ask(uri)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("openai", {"type": "file", "file": {"file_id": "file-1"}}),
        ("claude", {"type": "image", "source": {"type": "file", "file_id": "file-1"}}),
    ],
)
def test_gemini_gets_no_one_elses(source: str, part: dict[str, Any]) -> None:
    losses: list[Loss] = []
    content = [{"type": "text", "text": "See"}, part]
    body = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": content}]}
    made = translate(body, to="gemini", source=source, kind="request", losses=losses)
    assert made["contents"][0]["parts"] == [{"text": "See"}]
    assert [loss.path for loss in losses if loss.kind == "dropped"] == ["messages[0].content[1]"]
