"""Not run: read by the type checker, which must agree with every line."""

from typing import assert_type

from dgrid_translate import to_claude
from dgrid_translate.errors import DecodeError, LossyTranslation
from dgrid_translate.losses import Loss, Losses, LossKind


def losses_are_typed(losses: Losses) -> None:
    losses.dropped("logit_bias", ("logit_bias",))
    losses.dropped("text", ("messages", 0, "content"), "why")
    losses.dropped("text", "messages")  # pyright: ignore[reportArgumentType]  # a path is not a place
    for loss in losses:
        assert_type(loss, Loss)
        assert_type(loss.kind, LossKind)
    Loss("lost", "text", "messages")  # pyright: ignore[reportArgumentType]


def every_kind_is_known(kind: LossKind) -> int:
    match kind:
        case "dropped" | "approximated":
            return 1
        case "moved" | "invented":
            return 2


def errors_are_typed(decode: DecodeError, lossy: LossyTranslation) -> None:
    assert_type(decode.path, str)
    assert_type(decode.status_hint, int)
    assert_type(lossy.losses, list[Loss])


def shortcuts_are_typed(losses: list[Loss]) -> None:
    to_claude({}, source="openai", kind="request", losses=losses, strict=True, now=1)
    to_claude({}, kind="whatever")  # pyright: ignore[reportArgumentType]
    to_claude({}, to="gemini")  # pyright: ignore[reportCallIssue]
