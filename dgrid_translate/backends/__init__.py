"""What answers: an upstream over HTTP, a function, a model for trying things out, or several behind one router.

A backend speaks one dialect, and everything it takes and gives is in that dialect; `dgrid_translate.asgi` translates.
`backend.py` has the contract, for those who write their own. Importing this room loads no HTTP client.
"""

from __future__ import annotations

from dgrid_translate.backends.backend import Answer, Backend, BackendError, Call, Context
from dgrid_translate.backends.demo import DemoBackend
from dgrid_translate.backends.function import FunctionBackend
from dgrid_translate.backends.http import HTTPBackend
from dgrid_translate.backends.router import Router

__all__ = [
    "Answer",
    "Backend",
    "BackendError",
    "Call",
    "Context",
    "DemoBackend",
    "FunctionBackend",
    "HTTPBackend",
    "Router",
]
