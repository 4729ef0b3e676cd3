"""Every dialect over HTTP, on top of one backend or of one app (extra: asgi).

`create_app` makes an app of a backend; `TranslateMiddleware` makes an app that serves one dialect serve them all.
"""

from __future__ import annotations

from dgrid_translate.asgi.app import create_app
from dgrid_translate.asgi.auth import Refused
from dgrid_translate.asgi.middleware import TranslateMiddleware

__all__ = ["Refused", "TranslateMiddleware", "create_app"]
