"""Base64 too long to be copied about: whatever is made of it is what is made of a few bytes in the same place."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from msgspec import Raw

from dgrid_translate import DIALECTS, Loss, StreamTranslator, translate
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.parts import LongData
from dgrid_translate.shared import media
from dgrid_translate.shared.structs import LONG, settled

SHORT = b64encode(b"\x89PNG\r\n\x1a\n\xff\xff\xff").decode()
LONGER = SHORT + b64encode(bytes(range(256)) * 60).decode()
URL = "data:image/png;base64,"


def _user(part: Any) -> Any:
    return {
        "model": "m",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "é"}, part]}],
    }


REQUESTS: dict[str, list[Any]] = {
    "openai": [
        _user({"type": "image_url", "image_url": {"url": URL + SHORT, "detail": "low"}}),
        _user({"type": "image_url", "image_url": URL + SHORT}),
        _user({"type": "input_audio", "input_audio": {"data": SHORT, "format": "wav"}}),
        _user({"type": "file", "file": {"file_data": "data:application/pdf;base64," + SHORT}}),
        _user({"type": "file", "file": {"file_data": SHORT, "filename": "a.pdf"}}),
    ],
    "openai-responses": [
        {"model": "m", "input": [{"role": "user", "content": [part]}]}
        for part in (
            {"type": "input_image", "image_url": URL + SHORT, "detail": "auto"},
            {"type": "input_file", "file_data": "data:application/pdf;base64," + SHORT},
            {"type": "input_file", "file_data": SHORT, "filename": "a.pdf"},
        )
    ],
    "claude": [
        _user({"type": kind, "source": {"type": "base64", "media_type": media_type, "data": SHORT}})
        for kind, media_type in (("image", "image/png"), ("image", "image/jpeg"), ("document", "application/pdf"))
    ],
    "gemini": [
        {"contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": media_type, "data": SHORT}}]}]}
        for media_type in ("image/png", "audio/wav", "application/pdf", "video/mp4")
    ],
    "ui-message": [
        {"messages": [{"id": "1", "role": role, "parts": [{"type": "file", "mediaType": "image/png", "url": url}]}]}
        for role in ("user", "assistant")
        for url in (URL + SHORT, "data:image/webp;base64," + SHORT, "DATA:image/png;base64," + SHORT)
    ],
}
RESPONSES: dict[str, Any] = {
    "openai": {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": None,
            "audio": {"id": "a", "data": SHORT, "transcript": "hi", "expires_at": 5},
        }}],
    },
    "openai-responses": {
        "id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed",
        "output": [{"type": "image_generation_call", "id": "ig", "status": "completed", "result": SHORT}],
    },
    "gemini": {
        "candidates": [{"index": 0, "finishReason": "STOP", "content": {
            "role": "model", "parts": [{"inlineData": {"mimeType": "image/png", "data": SHORT}}],
        }}],
    },
    "ui-message": {
        "id": "1", "role": "assistant", "parts": [{"type": "file", "mediaType": "image/png", "url": URL + SHORT}],
    },
}  # fmt: skip
CASES = [
    *((source, "request", body) for source, bodies in REQUESTS.items() for body in bodies),
    *((source, "response", body) for source, body in RESPONSES.items()),
]


def _text(body: Any, data: str) -> bytes:
    """The body with `data`, given as it is spelled in JSON, in place of the short datum."""
    return json.dumps(body, ensure_ascii=False).replace(SHORT, data).encode()


def _translated(body: bytes, source: str, to: str, kind: Any) -> tuple[Any, list[Loss]]:
    losses: list[Loss] = []
    made = translate(body, source=source, to=to, kind=kind, losses=losses, now=1, passthrough=False)
    return json.loads(made), losses


@pytest.mark.parametrize("to", DIALECTS)
@pytest.mark.parametrize(("source", "kind", "body"), CASES)
def test_the_same_as_of_little(source: str, kind: str, body: Any, to: str) -> None:
    little, lost = _translated(_text(body, SHORT), source, to, kind)
    much, lost_of_much = _translated(_text(body, LONGER), source, to, kind)
    assert much == json.loads(json.dumps(little).replace(SHORT, LONGER))
    assert lost_of_much == lost


SPELLINGS = {
    "escaped slashes": LONGER.replace("/", "\\/"),
    "in lines": "\\r\\n".join(LONGER[start : start + 76] for start in range(0, len(LONGER), 76)),
    "url's alphabet": LONGER.replace("+", "-").replace("/", "_").rstrip("="),
    "url's alphabet, seen late": "A" * LONG + "-_" + "A" * LONG,
    "an escaped letter": LONGER + "\\u0041",
    "an escaped quote": LONGER + '\\"',
    "an accent": LONGER + "é",
    "no base64": "<not base64> " * 900,
    "half an emoji": LONGER + "\\ud83d",
    "nothing escaped": LONGER,
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize(("source", "kind", "body"), CASES)
def test_the_same_as_when_it_is_escaped(source: str, kind: str, body: Any, spelled: str) -> None:
    text = _text(body, spelled)
    escaped = json.dumps(json.loads(text)).replace("/", "\\/").replace("A", "\\u0041").encode()
    for to in DIALECTS:
        assert _translated(text, source, to, kind) == _translated(escaped, source, to, kind)


@pytest.mark.parametrize("wrong", ["5", "[]", "true", "null", '"' + LONGER + '\\q"', '"' + LONGER + '\x01"'])
@pytest.mark.parametrize("body", REQUESTS["claude"])
def test_what_is_no_string_is_refused_where_it_is(body: Any, wrong: str) -> None:
    text = json.dumps(body).replace(f'"{SHORT}"', wrong).encode()
    with pytest.raises(DecodeError) as refused:
        translate(text, source="claude", to="openai", kind="request")
    if len(wrong) < LONG:
        assert refused.value.path == "messages[0].content[1].source.data"


@pytest.mark.parametrize("end", [b"\xff", b"\xc3"])
def test_what_is_no_utf8_is_refused(end: bytes) -> None:
    text = _text(REQUESTS["claude"][0], LONGER + "@").replace(b"@", end)
    with pytest.raises(DecodeError):
        translate(text, source="claude", to="gemini", kind="request")


def test_null_is_not_said_where_that_is_allowed() -> None:
    body = json.loads(json.dumps(REQUESTS["gemini"][0]).replace(f'"{SHORT}"', "null"))
    assert translate(body, source="gemini", to="gemini", kind="request", passthrough=False) == body


@pytest.mark.parametrize("to", DIALECTS)
def test_streams_of_pictures(to: str) -> None:
    def streamed(data: str) -> bytes:
        stream = StreamTranslator("gemini", to, now=1)
        frame = b"data: " + _text(RESPONSES["gemini"], data) + b"\n\n"
        return stream.feed(frame) + stream.close()

    assert streamed(LONGER) == streamed(SHORT).replace(SHORT.encode(), LONGER.encode())


def test_long_data_is_left_as_it_came() -> None:
    quoted = Raw(f'"{LONGER}"'.encode())
    assert settled(quoted) is quoted
    data = media.data_of(quoted)
    assert data == LONGER
    assert data == LongData(Raw(f'"{URL}{LONGER}"'.encode()), 1 + len(URL))
    assert hash(data) == hash(LONGER)
    assert data != LONGER[:-1]
    assert data != 5
    assert media.head(data, 8) == SHORT[:8]
    assert media.standard(data) is data
    assert media.written(data) is quoted


def test_a_data_url_is_split_and_made_again_without_a_copy() -> None:
    url = Raw(f'"{URL}{LONGER}"'.encode())
    split = media.split_data_url(url)
    assert split == ("image/png", LONGER)
    assert media.data_url(*split) is url
    assert media.data_url("image/webp", split[1]) == Raw(f'"data:image/webp;base64,{LONGER}"'.encode())
    assert media.written(split[1]) == Raw(f'"{LONGER}"'.encode())


@pytest.mark.parametrize(
    ("start", "split"),
    [
        ("data:image/é;base64,", ("image/é", LONGER)),
        ("data:;BASE64,", (None, LONGER)),
        ("data:text/plain,", None),
        ("https://a.b/", None),
        ("data:" + "x" * 2000 + ";base64,", None),
    ],
)
def test_odd_urls(start: str, split: tuple[str | None, str] | None) -> None:
    assert media.split_data_url(start + LONGER) == split
    assert media.split_data_url(Raw(f'"{start}{LONGER}"'.encode())) == split


@pytest.mark.parametrize("short", [0, LONG - 3])
def test_little_is_a_string(short: int) -> None:
    assert settled(Raw(b'"' + b"A" * short + b'"')) == "A" * short


def test_what_is_no_string_is_not_settled() -> None:
    with pytest.raises(ValueError, match="string"):
        settled(Raw(b"5"))
    assert settled("x") == "x"
