"""Texts that come in pieces."""

from __future__ import annotations

_MANY = 1024
"""So many pieces are joined: each costs an object of its own, eight times what a word takes in a text."""


def join_text(pieces: list[str]) -> str:
    """The pieces as one text; a character that was cut into its two surrogates is made whole again."""
    text = "".join(pieces)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


class Pieces:
    """A text so far, in little more room than it will take; time is linear in its length."""

    __slots__ = ("_joined", "_loose")

    def __init__(self) -> None:
        self._joined: list[str] = []
        self._loose: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._loose or self._joined)

    def add(self, piece: str) -> None:
        """It goes on."""
        self._loose.append(piece)
        if len(self._loose) == _MANY:
            self._joined.append("".join(self._loose))
            self._loose.clear()

    def text(self, first: str = "") -> str:
        """All of it after what came `first`; as `join_text`."""
        return join_text([first, *self._joined, *self._loose])
