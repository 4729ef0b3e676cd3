"""What the laws see lost is what the command and the README say is lost."""

from __future__ import annotations

import pytest

from tests.laws.observed import Kind, known, observed
from tests.laws.pairs import by_dialect


@by_dialect
@pytest.mark.parametrize("kind", ["request", "response"])
@pytest.mark.timeout(120)
def test_the_table_knows_every_loss(dialect: str, kind: Kind) -> None:
    # What Hypothesis draws changes with the code around it: what it shows now and then may be new on any day.
    often = {sort for sort, bodies in observed(dialect, kind, examples=150).items() if len(bodies) >= 8}
    unknown = often - known(dialect, kind)
    assert not unknown, "python -m fixtures.rare writes samples that lose this too"
