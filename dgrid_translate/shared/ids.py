"""Ids: worked out where a source has none, spelled so that a target takes them, and spelled back.

The pure zone has no randomness, so an id that must exist is derived from what it stands for: the same conversation
always gets the same ids, and two calls in one conversation never share one. An id that a target's alphabet refuses
travels in base64url behind a marker and is spelled back when it returns, so each vendor sees its own ids again.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from dgrid_translate.shared.wire import dump, encode

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_MARK = "dgt1_"
_new = blake2b(digest_size=12)  # to copy it takes half as long as to make another


def derive(prefix: str, *seeds: str | int | bytes) -> str:
    """`prefix` and 24 hexadecimal digits that depend on nothing but the seeds."""
    try:
        text = encode(seeds)
    except UnicodeEncodeError:
        text = dump([*seeds])
    hasher = _new.copy()
    hasher.update(text)
    return prefix + hasher.hexdigest()


def legal(original: str) -> str:
    """`original`, spelled with letters, digits, "_" and "-" alone (what Claude's ids allow)."""
    if (original.isidentifier() and original.isascii()) or _PLAIN.fullmatch(original):
        return original
    coded = urlsafe_b64encode(original.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return _MARK + coded


def restored(spelled: str) -> str:
    """What `legal` was given."""
    if _MARK not in spelled or not spelled.startswith(_MARK):  # the first is cheaper, and enough for most
        return spelled
    coded = spelled[len(_MARK) :]
    try:
        original = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8", "surrogatepass")
    except ValueError:
        return spelled
    return original if legal(original) == spelled else spelled
