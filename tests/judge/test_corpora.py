"""The judges over recorded traffic: they accept what vendors really send, but for the records named here.

The recordings are no part of this repository. The test looks for them in ``../shared/corpora`` beside the project, or
where the environment variable ``DGRID_TRANSLATE_CORPORA`` says, and is skipped where they are not.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.judge import accept_error, accept_request, accept_response, accept_stream, ui_sdk

HERE = Path(__file__).parents[2].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("DGRID_TRANSLATE_CORPORA", HERE))
FILES = {
    "openai": "openai-chat",
    "openai-completions": "openai-completions",
    "openai-responses": "openai-responses",
    "claude": "claude",
    "gemini": "gemini",
    "ui-message": "ui-message",
}
JSON = {"content-type": "application/json"}

# Recorded behind another host than the record says.
HOSTS = {
    "7f65163dc6c9a03d": "deepseek",
    "151036b07f3bf492": "deepseek",
    "7b3c3ae42bc2c01c": "openrouter",
    "d2e1832c2b8e879f": "openrouter",
    "70b7bb207c30f435": "openrouter",
    "f679c2d4b5c853e6": "openrouter",
    "7e0139ca211b3a0a": "openrouter",
    "862aa213003357c5": "openrouter",
    "deaab5f843efdade": "azure",
}

CHAT = "a chat forgets the turn"
SINGLE = "expected a list, found {"  # a lone object for a repeated field: the API takes it
# What no client should be sent: the reason each record is refused for.
ODD = {
    # openai
    "dfc3191eceb78597": "IndexError",  # choice 1 before choice 0
    "fde17b9e33d542e1": "service_tier",  # ""
    "987d365e8a1f8914": "object",  # a lone chunk
    "607f8d06c2cc16a4": "choices: required",  # OpenAI's audio models leave it out of most chunks
    "0ff60ddc0db8336f": "choices: required",
    "bffc60e8b7bb5ec7": "APIError",  # ends with an error
    "8e7338308823fe67": "APIError",  # an error inside a chunk
    "2a51e0d2978688b9": "usage: was reported",  # OpenAI sends moderation after usage
    "5dcc43ad5e9de4d6": "RuntimeError",  # annotations without index
    "d2e1832c2b8e879f": "id: accumulated to",  # id and name in every fragment
    "277d4275c6662bba": "message: required",  # filtered: the choice has no message
    "bad4f8d8cb085a04": "chat.completion.done",
    # openai-responses
    "312b9faefdb3108e": "sequence_number: required",  # in March 2025 events had neither numbers nor logprobs
    "39c4eb62c579b7c2": "sequence_number: required",
    "05f1bd904060680c": "sequence_number: required",
    "c9ded62a81e71332": "sequence_number: required",
    "1179466541ee5239": "sequence_number: required",
    "2445d0cf30ca37d8": "logprobs: required",
    "62a5adbef9abf09a": "before `response.queued`",  # taken up in the middle
    "73e3582100934653": "APIError",  # the API's own error events are nested
    "d08fb477df2ec390": "identity changed",  # several answers end to end
    "8bf5cf12dd5d2e50": "identity changed",
    "127102bc202ca41e": "identity changed",  # two call_ids for one call
    "8ee3bb31f424a3c5": "the deltas add up to",  # deltas left out
    "6160ae64f0b75ff2": "required",
    "971f34a3a032c21d": "copilot_usage",  # behind GitHub Copilot
    "4426739b2f98d295": "input",  # behind another API
    "2cd3d58f7ed1d7d7": "tools: required",
    "e9a60aa9fa227328": "tools: required",  # made by hand
    "7b0446c2d77ce21d": "tools: required",
    "22832925be8a4b92": "tools: required",
    # openai-completions: nothing was made, and nothing is said of it
    "c484a6e58a5a3229": "completion_tokens: required",
    "5adedfc09f0bfbda": "completion_tokens: required",
    # claude
    "00144b4a189a9965": "signature: required",
    "1a288cb8a64ecb65": "signature: required",
    "1ce0c82cf0e844e4": "message_start again",  # several answers end to end
    "b5c734557dc62945": "message_start again",
    "9e440ff568805217": "message_start again",
    # gemini
    "9de22a1bca529364": CHAT,
    "833ec736404144b7": CHAT,
    "dd8c96216ae58577": "ClientError",  # an error in mid-stream
    "7e8a00b3adba0fb3": "no such key",  # made to be wrong
    "9ce9c477095a44d1": "no such key",
    "153fd7f492bbb58a": "no such key",
    "a1b4512bb1c5c224": "FAKE_NEW_FINISH_REASON",
    "72ed5f3a5c21625d": "FAKE_NEW_BLOCK_REASON",
    "f192a363cdba4ff6": "HARM_CATEGORY_TOXICITY",  # PaLM's categories
    "c6491c9c0596d175": "UnknownApiResponseError",  # the blank lines are lost
    "4eac24f7381de639": "thoughtSignature",  # hand-made
    # ui-message: ended by an error
    "147c5e5fd7a6b9ec": "Error: Request too large",
    "45377aec0357e5e1": "Error: Tool choice is required",
    "625cbd25b98a461a": "Error: Token limit reached",
    "1f7f6bdbdf588220": "Error: Response stream ended",
    "4b50bd24bfa4dc7e": "Error: Response stream ended",
    "a9e642edf3d23456": "Error: Received message_start",
    **dict.fromkeys(
        [
            "6241ea4e4d3f4d5a",
            "d0a242c2ddb635f2",
            "fb0e8059d51588d9",
            "83fda2b82651c1fa",
            "9090adeff7ee94c7",
            "d39339112adb6597",
            "53d0cc88325f546a",
            "9433de272233c518",
            "cf49c94f9a243803",
            "36446441a9ca2809",
            "8bc9b3190b2a60d1",
            "d01af9f1567661a6",
            "216e027f27834f50",
            "7591c09f2b94a14f",
            "ff5a3750b4b1d55e",
        ],
        SINGLE,
    ),
}


def stream_bytes(dialect: str, record: dict[str, Any]) -> bytes:
    """The stream as recorded, where it was recorded as SSE; else framed anew."""
    raw = record.get("raw_stream") or ""
    if raw and (dialect != "gemini" or raw.lstrip().startswith("data:")):
        return str(raw).encode()
    name = "event: {}\n" if dialect in ("claude", "openai-responses") else ""
    return "".join(f"{name.format(e.get('type'))}data: {json.dumps(e)}\n\n" for e in record["stream"]).encode()


def verdicts(dialect: str, record: dict[str, Any]) -> Iterator[str]:
    """Why each side of the record is refused."""
    host = record["provider"] if dialect.startswith("openai") and record["provider"] != "openai" else ""
    host = HOSTS.get(record["id"], host)
    asked, answer, stream, fine = record["request"], record["response"], record["stream"], record["status"] < 400
    trials: list[Callable[[], object]] = []
    if asked is not None and fine:
        trials.append(lambda: accept_request(dialect, asked, host=host))
    if answer is not None and fine:
        trials.append(lambda: accept_response(dialect, answer, host=host))
    if stream is not None and fine:
        trials.append(lambda: accept_stream(dialect, stream_bytes(dialect, record), host=host))
    if answer is not None and not fine:
        body = json.dumps(answer).encode()
        trials.append(lambda: accept_error(dialect, record["status"], JSON, body, host=host))
    for trial in trials:
        try:
            trial()
        except AssertionError as reason:
            yield str(reason)


def test_recorded_ui_messages_are_what_the_sdk_makes_of_their_streams() -> None:
    """The recordings are of the AI SDK 6; the judge reads as it did."""
    path = CORPORA / "ui-message.jsonl"
    if not path.exists():
        pytest.skip(f"no recordings at {path}")
    for line in path.read_text().splitlines():
        record = json.loads(line)
        if record["stream"] and record["response"] and record["id"] not in ODD:
            [read] = ui_sdk.assembled(stream_bytes("ui-message", record), "6")
            assert read == record["response"], record["id"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("dialect", FILES)
def test_recorded_traffic(dialect: str) -> None:
    path = CORPORA / f"{FILES[dialect]}.jsonl"
    if not path.exists():
        pytest.skip(f"no recordings at {path}")
    surprises = []
    for line in path.read_text().splitlines():
        record = json.loads(line)
        found, expected = list(verdicts(dialect, record)), ODD.get(record["id"])
        if expected is None:
            surprises += [f"{record['id']} {record['path']}: {reason}" for reason in found]
        elif not any(expected in reason for reason in found):
            surprises.append(
                f"{record['id']} {record['path']}: accepted, or for another reason than {expected}: {found}"
            )
    assert not surprises, "\n".join(surprises)
