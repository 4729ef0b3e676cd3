"""Error bodies <-> Error: those of all of OpenAI's APIs, and the two ways in which a stream says that it failed."""

from __future__ import annotations

from dgrid_translate.dialects.openai_responses.profile import NAME
from dgrid_translate.ir.error import Error
from dgrid_translate.losses import Losses
from dgrid_translate.shared.openai import errors


def decode_error(status: int | None, body: bytes) -> Error:
    """The error in a body, whatever its shape."""
    return errors.decode_error(status, body, NAME)


def encode_error(error: Error, losses: Losses) -> tuple[int, bytes]:
    """(HTTP status, body)."""
    return errors.encode_error(error, losses, NAME)
