"""Who may ask.

`auth` is nothing (everybody may), some keys, or an async callable that looks at the key and the request. A store of
keys, or a payment, is such a callable too: it raises `Refused` with the status that fits.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping

from dgrid_translate.asgi.incoming import Incoming
from dgrid_translate.backends.backend import BackendError

Check = Callable[[str | None, Mapping[str, str]], Awaitable[object]]
"""Takes the client's key, if it sent one, and its other headers; answers who it is. None or False refuses."""


class Refused(BackendError):
    """Raised by an auth callable to refuse with another status than 401."""


def checker(auth: Collection[str] | Check | None) -> Callable[[Incoming], Awaitable[object]]:
    """What decides whether a request may go on; it answers who asks, or raises Refused."""
    if auth is None:
        return _anybody
    if callable(auth):
        return _asking(auth)
    keys = [auth] if isinstance(auth, str) else list(auth)
    return _asking(_known([key.encode() for key in keys]))


async def _anybody(_: Incoming) -> object:
    return None


def _asking(check: Check) -> Callable[[Incoming], Awaitable[object]]:
    async def asked(incoming: Incoming) -> object:
        caller = await check(incoming.key, incoming.public_headers())
        if caller is None or caller is False:
            missing = incoming.key is None
            raise Refused("no API key was sent" if missing else "the API key is not valid", status=401)
        return caller

    return asked


def _known(keys: list[bytes]) -> Check:
    async def known(key: str | None, _: Mapping[str, str]) -> object:
        given = (key or "").encode()
        found = [hmac.compare_digest(given, one) for one in keys]  # all of them, so that time tells nothing
        return any(found)

    return known
