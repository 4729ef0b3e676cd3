"""What a gateway, ours or yours, can be held to.

`grammar/` judges the order and shape of a dialect's stream events and of the SSE bytes that carry them, `rules/` the
requests and responses as whole bodies: what makes a vendor answer 400, what breaks a vendor's own SDK. Both read plain
parsed JSON, know nothing of the translators of this library, answer a list of `violations.Violation` and never raise,
however odd the body is.

    from dgrid_translate.testing.grammar import claude as grammar
    from dgrid_translate.testing.rules import claude as rules

    assert grammar.check_stream(events) == []
    assert rules.check_request(body) == []

Without `official=True` a body is held only to what every server of the dialect agrees on, as far as recorded traffic
shows; with it, to what the vendor's own API says and takes.

`strategies` gives valid bodies and streams of each dialect (`streamed`: each stream with the answer it adds up to),
`laws` says what a translation must keep, as plain functions, and `Conformance` is both as a test class for a dialect of
your own. It takes the extra `testing`, which brings hypothesis.
"""

from __future__ import annotations

from dgrid_translate.testing import laws
from dgrid_translate.testing.conformance import Conformance
from dgrid_translate.testing.strategies import errors, requests, responses, streamed, streams

__all__ = ["Conformance", "errors", "laws", "requests", "responses", "streamed", "streams"]
