"""The laws a translator is held to, as plain functions over plain bodies.

Each raises AssertionError with what broke, where, and both sides, and takes bodies from wherever you have them: no
law draws examples of its own or knows of pytest. Dialects are given by name; those laws that need no registered
dialect take a `Dialect` record as well.
"""

from __future__ import annotations

from dgrid_translate.testing.laws.canonical import canonical
from dgrid_translate.testing.laws.continuity import agent_loop, continuity
from dgrid_translate.testing.laws.conversation import no_leak, pairing
from dgrid_translate.testing.laws.legal import legal, legal_stream
from dgrid_translate.testing.laws.robust import determinism, totality
from dgrid_translate.testing.laws.round_trip import identity, round_trip
from dgrid_translate.testing.laws.silent_loss import every_leaf_matters, no_silent_loss, sentinels_arrive
from dgrid_translate.testing.laws.strangers import strangers_are_named, strangers_in_streams_are_named
from dgrid_translate.testing.laws.streams import chunking, encodes, grammar, stream_equals_response

__all__ = [
    "agent_loop",
    "canonical",
    "chunking",
    "continuity",
    "determinism",
    "encodes",
    "every_leaf_matters",
    "grammar",
    "identity",
    "legal",
    "legal_stream",
    "no_leak",
    "no_silent_loss",
    "pairing",
    "round_trip",
    "sentinels_arrive",
    "strangers_are_named",
    "strangers_in_streams_are_named",
    "stream_equals_response",
    "totality",
]
