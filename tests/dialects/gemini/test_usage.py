"""What Gemini's usage says of other vendors' answers."""

from __future__ import annotations

from typing import Any

import pytest

from dgrid_translate import Loss, StreamTranslator, translate

CLAUDE: dict[str, Any] = {
    "id": "m", "type": "message", "role": "assistant", "model": "c", "content": [{"type": "text", "text": "Hi"}],
    "stop_reason": "end_turn", "stop_sequence": None,
}  # fmt: skip


def answer(tier: str) -> dict[str, Any]:
    return CLAUDE | {"usage": {"input_tokens": 1, "output_tokens": 2, "service_tier": tier}}


def chunks(tier: str) -> list[dict[str, Any]]:
    return [
        {"type": "message_start", "message": answer(tier) | {"content": [], "stop_reason": None}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]


@pytest.mark.parametrize(
    ("tier", "kind", "said"), [("priority", "approximated", "priority"), ("batch", "dropped", None)]
)
def test_a_tier_is_named_where_it_stood(tier: str, kind: str, said: str | None) -> None:
    losses: list[Loss] = []
    made = translate(answer(tier), to="gemini", source="claude", losses=losses)
    translator = StreamTranslator("claude", "gemini")
    last = list(translator.iter_events(chunks(tier)))[-1]
    for noted, usage in ((losses, made["usageMetadata"]), (translator.losses, last["usageMetadata"])):
        assert [(loss.kind, loss.path) for loss in noted if loss.feature == "service_tier"] == [
            (kind, "usage.service_tier")
        ]
        assert usage.get("serviceTier") == said
