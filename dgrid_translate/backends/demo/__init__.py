"""The embedded model: deterministic, without a key and without a network, for first steps, demos and tests.

It does what a client can ask of a model, in words that show what arrived: it answers what was said, thinks when it is
asked to, calls a tool that the user names, answers after a result, obeys a JSON schema, stops where it is told to and
reports usage. The same request always gets the same answer. `mind.py` decides what to say, `example.py` makes values
that a JSON schema allows, `backend.py` says it in a dialect.

The model's name can ask for trouble: `demo-error-429` answers with that status, `demo-cut` breaks off in the middle.
"""

from __future__ import annotations

from dgrid_translate.backends.demo.backend import DemoBackend

__all__ = ["DemoBackend"]
