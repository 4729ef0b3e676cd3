"""How much to think, in the words of OpenAI's dialects: an effort and nothing else."""

from __future__ import annotations

from dgrid_translate.ir.request import ReasoningConfig, Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.effort import asked_effort
from dgrid_translate.shared.wire import drop_foreign


def say_effort(request: Request, config: ReasoningConfig, dialect: str, losses: Losses) -> str | None:
    """The effort for `dialect`; what else is said of thinking is named as lost, but for whether it is to be seen."""
    drop_foreign(config.ext, dialect, config.at, losses)
    effort, guessed = asked_effort(request)
    if config.effort is not None and effort != config.effort:
        losses.dropped("reasoning_effort", request.place("reasoning.effort"), "the model is not to think at all")
    if guessed:
        losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as effort {effort!r}")
    elif config.budget is not None:
        losses.dropped("reasoning_budget", request.place("reasoning.budget"))
    if config.mode in ("on", "adaptive") and not guessed:
        losses.dropped("reasoning_mode", request.place("reasoning.mode"), "OpenAI knows efforts only")
    return effort
