"""What a Claude client is told of answers that come from elsewhere."""

from __future__ import annotations

import json

import pytest

from dgrid_translate.dialects.claude import DIALECT
from dgrid_translate.ir.parts import Text
from dgrid_translate.ir.response import Candidate, FinishReason, Response
from dgrid_translate.losses import Losses

ENDS = [
    (FinishReason("stop"), "end_turn", None),
    (FinishReason("stop", stop_sequence="\n\n"), "stop_sequence", "\n\n"),
    (FinishReason("length", stop_sequence="\n\n"), "max_tokens", None),
]


@pytest.mark.parametrize(("finish", "reason", "sequence"), ENDS)
def test_a_met_stop_sequence_is_named(finish: FinishReason, reason: str, sequence: str | None) -> None:
    losses = Losses()
    answer = Response("", [Candidate(0, [Text("a")], finish)], "r", "m")
    made = json.loads(DIALECT.encode_response(answer, losses, None, None))
    assert (made["stop_reason"], made["stop_sequence"]) == (reason, sequence)
    assert "finish_reason" not in {loss.feature for loss in losses}
